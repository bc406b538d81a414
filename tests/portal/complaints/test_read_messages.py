"""The command that reads a file of messages: one line a message, a clear word about a bad line, nothing half-written."""

import json
import sys
from datetime import date
from pathlib import Path

import pytest

from policy_kb import PolicyBase
from portal.complaints.reading import read_message
from tools import read_messages

GOOD = {"id": "a1", "said_on": "2026-06-03", "text": "昆明市五华区青年路安心大药房卖我过期的感冒灵颗粒，要退款"}


def run(monkeypatch: pytest.MonkeyPatch, source: Path, out: Path) -> None:
    arguments = ["read_messages", "--in", str(source), "--out", str(out), "--data", str(source.parent / "none")]
    monkeypatch.setattr(sys, "argv", arguments)
    read_messages.main()


def test_each_message_becomes_one_line_in_the_shape_that_is_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps(GOOD, ensure_ascii=False) + "\n\n", encoding="utf-8")
    run(monkeypatch, source, out)
    [line] = out.read_text(encoding="utf-8").splitlines()
    result = json.loads(line)
    assert list(result) == ["id", "kind", "fields", "competent", "missing"]
    assert result["kind"] == ["complaint"]
    assert set(result["competent"][0]) == {"for", "class", "who", "law", "source"}
    assert {"what": "name", "source": "市场监督管理投诉举报处理办法 第十条第一款第一项"} in result["missing"]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("not json", "line 2: not JSON"),
        ("[1]", "line 2: not an object"),
        ('{"id": "b", "text": "x"}', "line 2: said_on is missing"),
        ('{"id": "b", "said_on": "2026-06-03", "text": ""}', "line 2: text is missing"),
        ('{"id": "b", "said_on": "3 June", "text": "x"}', "line 2: said_on '3 June' is no day"),
        ('{"id": "b", "said_on": "2026-06-03", "text": 5}', "line 2: text must be a text"),
        ('{"id": "a1", "said_on": "2026-06-03", "text": "x"}', "line 2: id 'a1' stands in line 1 already"),
    ],
)
def test_a_bad_line_is_named_and_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str, expected: str
) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text(json.dumps(GOOD, ensure_ascii=False) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(SystemExit, match=expected):
        run(monkeypatch, source, out)
    assert [path.name for path in tmp_path.iterdir()] == ["in.jsonl"]


def test_a_missing_or_empty_file_and_an_unwritable_place_say_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "in.jsonl"
    with pytest.raises(SystemExit, match="give IN= a file"):
        run(monkeypatch, source, tmp_path / "out.jsonl")
    source.write_text("\n", encoding="utf-8")
    with pytest.raises(SystemExit, match="no message in it"):
        run(monkeypatch, source, tmp_path / "out.jsonl")
    source.write_text(json.dumps(GOOD), encoding="utf-8")
    with pytest.raises(SystemExit, match="a folder that exists"):
        run(monkeypatch, source, tmp_path / "nowhere" / "out.jsonl")


def test_the_law_is_quoted_where_the_policy_base_holds_it(ingested: PolicyBase) -> None:
    reading = read_message(GOOD["text"], date(2026, 6, 3))
    result = read_messages.result_of("a1", reading, date(2026, 6, 3), ingested)
    assert result["competent"][0]["law"] == "投诉由被投诉人实际经营地或者住所地县级市场监督管理部门处理。"
