"""The command line, as a person or a script uses it."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from policy_kb.commands import main

ROOT = Path(__file__).resolve().parents[2]
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
    assert "has no 第三章" in run(tmp_path, "show", "测试办法", "第三章").stderr


def test_show_prints_what_stands_under_a_heading(tmp_path: Path) -> None:
    text = "# 测试规定\n\n（2020年1月2日某总局令第8号公布）\n\n第一章　总则\n\n第一条　甲。\n\n第二章　附则\n\n第二条　自2020年3月1日起施行。\n"
    (tmp_path / "测试规定.md").write_text(text, encoding="utf-8")
    run(tmp_path, "ingest", tmp_path / "测试规定.md")
    told = json.loads(run(tmp_path, "show", "测试规定", "第二章", "--json").stdout)
    assert [clause["label"] for clause in told["clauses"]] == ["第二条"]


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
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"])
    assert result.exit_code == 0
    assert len(result.stdout.split("\n")[2].strip()) > 10
    assert f"Example: python -m policy_kb {command}" in result.stdout


@pytest.mark.parametrize("command", sorted(main.commands))
def test_every_command_stands_in_the_documentation_with_an_example(command: str) -> None:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    assert f"**{command}**" in page
    assert f"python -m policy_kb {command}" in page


TWICE = {
    "旧": "# 试验办法\n\n（2020年1月2日某总局令第7号公布）\n\n第一条　为了加强管理，制定本办法。\n\n第二条　自受理之日起三十个工作日内决定。\n\n第三条　本办法自2020年3月1日起施行。\n",
    "新": "# 试验办法\n\n（2026年1月2日某总局令第99号公布）\n\n第一条　为了加强管理，制定本办法。\n\n第二条　自受理之日起二十个工作日内决定。\n\n第三条　本办法自2026年5月1日起施行。2020年1月2日某总局令第7号公布的《试验办法》同时废止。\n",
}  # fmt: skip


@pytest.fixture
def twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A base in ``tmp_path/var`` with one text in two versions; the day is 2026-11-24."""
    monkeypatch.setenv("WENBAN_NOW", "2026-11-24")
    folder = tmp_path / "twice"
    folder.mkdir()
    for name, text in TWICE.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    assert run(tmp_path, "ingest", folder).exit_code == 0
    return tmp_path


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (["status"], {"kb_version", "health", "kinds"}),
        (["search", "决定"], {"query", "as_of", "hits"}),
        (["show", "试验办法"], {"version", "clauses"}),
        (["answer", "试验办法第二条怎么规定"], {"question", "status", "as_of", "text", "citations", "confidence"}),
        (["check-catalogue"], {"ok", "findings"}),
        (["history", "试验办法"], {"document", "title", "day", "in_force", "versions", "links"}),
        (["diff", "试验办法@2020-01-02", "试验办法"], {"old", "new", "counts", "changes", "touched"}),
        (["review"], {"day", "transitions"}),
        (["doctor"], {"ok", "findings"}),
        (["reindex"], {"ok", "engine", "versions", "clauses"}),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_every_command_speaks_json_with_keys_that_stay(twice: Path, arguments: list[str], keys: set[str]) -> None:
    result = run(twice, *arguments, "--json")
    told = json.loads(result.stdout)
    assert keys <= told.keys()
    assert len(result.stdout.splitlines()) == 1


def test_history_marks_the_version_in_force_and_names_the_clause_that_replaced_the_old_one(twice: Path) -> None:
    shown = run(twice, "history", "试验办法").stdout
    assert "→ 2026-01-02" in shown
    assert "replaced 《试验办法》 by 《试验办法》第三条 (decided 2026-01-02, effective 2026-05-01)" in shown
    assert "→ 2020-01-02" in run(twice, "history", "试验办法", "--as-of", "2021-01-01").stdout


def test_diff_marks_words_without_colour_and_leaves_out_what_stayed(twice: Path) -> None:
    shown = run(twice, "diff", "试验办法@2021-01-01", "试验办法").stdout
    assert "自受理之日起[-三十-]{+二十+}个工作日内决定。" in shown
    assert "第一条" not in shown
    assert "same: 第一条 → 第一条" in run(twice, "diff", "试验办法@2021-01-01", "试验办法", "--all").stdout


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["history", "没有的法"], "no text called 《没有的法》 is loaded"),
        (["diff", "试验办法@1999", "试验办法"], "has no version '1999'"),
        (["review", "--done", "x"], "there is no entry 'x'; run review --all to see the keys"),
        (["import", "nowhere.tar.gz", "--replace"], "nowhere.tar.gz: there is no such file"),
        (["show", "没有的法"], "no version of 《没有的法》 is in force"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_what_cannot_be_done_is_told_in_one_line_with_a_failing_exit_code(
    twice: Path, arguments: list[str], said: str
) -> None:
    result = run(twice, *arguments)
    assert result.exit_code == 1
    assert said in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_a_clock_that_cannot_be_read_is_an_error_in_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_NOW", "soon")
    result = run(tmp_path, "search", "x")
    assert (result.exit_code, result.stderr.splitlines()[0][:26]) == (1, "Error: WENBAN_NOW='soon' i")


def test_an_answer_is_by_the_law_of_the_day_that_the_question_names(twice: Path) -> None:
    told = json.loads(run(twice, "answer", "2021年6月申请的，按当时的试验办法几个工作日内决定", "--json").stdout)
    assert told["as_of"] == "2021-06-01"
    asked = json.loads(run(twice, "answer", "试验办法第二条", "--as-of", "2021-01-01", "--json").stdout)
    assert asked["as_of"] == "2021-01-01"


def test_an_exported_base_is_imported_elsewhere_and_never_over_another_by_mistake(twice: Path, tmp_path: Path) -> None:
    file, other = tmp_path / "kb.tar.gz", tmp_path / "other"
    assert run(twice, "export", file).stdout.startswith(f"Wrote {file}: 2 versions, 6 clauses")
    arguments = ["import", str(file), "--data", str(other)]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    again = CliRunner().invoke(main, arguments)
    assert again.exit_code == 1
    assert "holds 2 versions already; import into an empty one, or replace all with --replace" in again.stderr
    assert CliRunner().invoke(main, [*arguments, "--replace"]).exit_code == 0


def test_guide_asks_what_is_missing_and_settles_what_is_known(tmp_path: Path) -> None:
    tables = json.loads(run(tmp_path, "guide", "--json").stdout)["tables"]
    assert "devices" in [table["id"] for table in tables]
    asked = json.loads(run(tmp_path, "guide", "devices", "--fact", "does=sell", "--json").stdout)
    assert (asked["question"]["id"], asked["outcome"]) == ("class", None)
    told = json.loads(run(tmp_path, "guide", "--text", "我要开网店卖隐形眼镜需要什么证", "--json").stdout)
    assert (told["table"], told["heard"]["class"]) == ("devices", "隐形眼镜")
    assert told["outcome"]["services"] == [{"item": "A11", "variant": "issue"}, {"item": "A13", "variant": "tell"}]
    assert told["outcome"]["citations"][0]["title"] == "医疗器械监督管理条例"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("tobacco",), "there is no table 'tobacco'"),
        (("devices", "--fact", "class=IV"), "'IV' is not a choice; there are I, II"),
        (("devices", "--fact", "class"), "write for example --fact class=III"),
        (("devices", "--as-of", "2020-01-01"), "speaks for days from 2021-06-01"),
    ],
)
def test_guide_says_what_is_wrong_in_one_line(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    result = run(tmp_path, "guide", *arguments)
    assert result.exit_code != 0
    assert told in result.stderr


def test_guide_lints_every_table(tmp_path: Path) -> None:
    result = run(tmp_path, "guide", "--lint")
    assert result.exit_code == 0
    assert "devices: 30 rows: no gap, no overlap, every test passes" in result.stdout
