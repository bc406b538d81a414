"""The command line, as a person or a script uses it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from policy_kb.commands import main

LAW = "# 测试办法\n\n（2020年1月2日某总局令第7号公布）\n\n第一条　正文甲。\n\n第二条　申请在届满前提出。\n\n第三条　本办法自2020年3月1日起施行。\n"


@pytest.fixture
def law(tmp_path: Path) -> Path:
    folder = tmp_path / "law"
    folder.mkdir()
    (folder / "测试办法.md").write_text(LAW, encoding="utf-8")
    return folder


def run(tmp_path: Path, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, arguments), "--data", str(tmp_path / "var")])


def test_ingest_reports_in_words_and_counts(tmp_path: Path, law: Path) -> None:
    result = run(tmp_path, "ingest", law)
    assert result.exit_code == 0
    assert "1 files: 1 added, 0 replaced, 0 unchanged, 0 failed" in result.stdout


def test_a_file_that_cannot_be_read_is_named_and_makes_the_exit_code_one(tmp_path: Path, law: Path) -> None:
    (law / "坏.md").write_bytes(b"%PDF-1.4")
    result = run(tmp_path, "ingest", law)
    assert result.exit_code == 1
    assert "坏.md: this is a PDF file" in result.stdout
    assert "1 added" in result.stdout


def test_ingest_speaks_json_to_programs(tmp_path: Path, law: Path) -> None:
    told = json.loads(run(tmp_path, "ingest", law, "--json").stdout)
    assert [(file["outcome"], file["clauses"]) for file in told["files"]] == [("added", 3)]
    assert told["base"]["versions"] == 1


def test_a_missing_folder_is_an_error_in_one_line(tmp_path: Path) -> None:
    result = run(tmp_path, "ingest", tmp_path / "nowhere")
    assert result.exit_code == 1
    assert "there is no such file or folder" in result.stderr
    assert "Traceback" not in result.stderr


def test_search_shows_law_article_and_text(tmp_path: Path, law: Path) -> None:
    run(tmp_path, "ingest", law)
    assert "《测试办法》第二条" in run(tmp_path, "search", "届满前申请").stdout


def test_search_in_an_empty_base_says_how_to_fill_it(tmp_path: Path) -> None:
    assert "python -m policy_kb ingest FOLDER" in run(tmp_path, "search", "届满").stdout


def test_show_prints_a_text_or_one_article_as_of_a_day(tmp_path: Path, law: Path) -> None:
    run(tmp_path, "ingest", law)
    assert "第一条 正文甲。" in run(tmp_path, "show", "测试办法").stdout
    assert "第二条 申请在届满前提出。" in run(tmp_path, "show", "《测试办法》", "2").stdout
    early = run(tmp_path, "show", "测试办法", "--as-of", "2019-01-01")
    assert early.exit_code == 1
    assert "is in force on 2019-01-01" in early.stderr
    assert "has no 第九条; its last article is 3" in run(tmp_path, "show", "测试办法", "9").stderr
    place = json.loads(run(tmp_path, "show", "测试办法", "第二条第一款", "--json").stdout)
    assert (place["place"], place["at"]["article"], place["version"]["title"]) == ("第二条第一款", 2, "测试办法")
    assert "names no place" in run(tmp_path, "show", "测试办法", "开头").stderr


def test_status_counts_what_is_in_force(tmp_path: Path, law: Path) -> None:
    run(tmp_path, "ingest", law)
    result = run(tmp_path, "status")
    assert result.exit_code == 0
    assert '"versions": 1' in result.stdout


def test_check_catalogue_tells_not_ingested_texts_from_wrong_ones(tmp_path: Path) -> None:
    result = run(tmp_path, "check-catalogue")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1].startswith("0 wrong")


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_explains_itself(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert len(result.stdout.split("\n")[2].strip()) > 10
