"""The explain command says what is wrong with a call, in words or as JSON, and never with exit code 0."""

import json
from pathlib import Path

import pytest
from apiflask import APIFlask

from portal.prefill import demo
from portal.prefill.service import import_file

CODE, OTHER = demo.KANGRUI.code, demo.YUNQIAO.code
ROW = {"kind": "营业执照", "as_of": "2024-03-11"}
LICENCE = {
    "kind": "药品经营许可证", "number": "粤AA0206001", "as_of": "2022-03-01", "valid_to": "2027-03-28",
}  # fmt: skip


@pytest.fixture
def known(app: APIFlask) -> APIFlask:
    rows = [
        {"party_code": CODE, **ROW},
        {"party_code": OTHER, "record_id": "theirs", **ROW},
        {"party_code": CODE, **LICENCE},
    ]
    assert import_file("\n".join(json.dumps(row) for row in rows).encode(), "a.jsonl").errors == ()
    return app


def run(app: APIFlask, *args: str) -> tuple[int, str]:
    ran = app.test_cli_runner().invoke(args=["prefill", "explain", *args])
    return ran.exit_code, ran.output


@pytest.mark.parametrize(
    ("args", "code", "told"),
    [
        (["--party", demo.HAOYI.code, "--form", "A11/renew"], "not_found", "Nothing is known of the party"),
        (["--party", CODE, "--form", "Z9/renew"], "not_found", "There is no form Z9/renew"),
        (["--party", CODE, "--form", "A11/renew", "--record", "theirs"], "forbidden", "这条记录属于另一个主体"),
        (["--party", CODE, "--form", "A11/renew", "--record", "none"], "not_found", "没有这条记录"),
        (["--party", CODE, "--form", "A11/renew", "--actor", "nobody"], "not_found", "“nobody”不是账号"),
        (["--party", CODE, "--form", "A11/renew", "--source-down", "moon"], "not_found", "没有“moon”这个来源"),
    ],
)
def test_a_wrong_call_is_told(known: APIFlask, args: list[str], code: str, told: str) -> None:
    status, output = run(known, *args, "--json")
    error = json.loads(output)["error"]
    assert (status, error["code"]) == (1, code)
    assert told in error["message"]
    assert run(known, *args)[0] == 1


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ("{", "is not JSON"),
        ("[]", "one JSON object"),
        ('{"colour": 1}', "has no field colour"),
        ('{"mode": "抢购"}', "The answer to mode cannot be read"),
        ('{"mode": {"value": "批发", "by": "me"}}', "may hold value, origin"),
        ('{"mode": {"value": "批发", "at": "soon"}}', "The answer to mode cannot be read"),
    ],
)
def test_answers_that_cannot_be_read_are_told(known: APIFlask, tmp_path: Path, answers: str, told: str) -> None:
    (tmp_path / "a.json").write_text(answers, encoding="utf-8")
    status, output = run(known, "--party", CODE, "--form", "A11/renew", "--answers", str(tmp_path / "a.json"), "--json")
    assert (status, json.loads(output)["error"]["code"]) == (1, "invalid")
    assert told in json.loads(output)["error"]["message"]


@pytest.mark.parametrize(
    ("day", "state"),
    [("2026-09-27", "early"), ("2026-09-28", "open"), ("2027-01-28", "open"), ("2027-01-29", "late")],
)
def test_the_window_is_told_with_its_days_and_clause(known: APIFlask, day: str, state: str) -> None:
    """药品经营和使用质量监督管理办法 art. 26: between six and two months before the end."""
    window = json.loads(run(known, "--party", CODE, "--form", "A12/renew", "--today", day, "--json")[1])["window"]
    assert (window["state"], window["opens"], window["closes"]) == (state, "2026-09-28", "2027-01-28")
    assert window["clause"] == ["《药品经营和使用质量监督管理办法》第二十六条"]
