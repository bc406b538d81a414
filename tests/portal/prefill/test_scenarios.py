"""Parties × items as data: what fills each field and from which record, told by the same command that staff use.

A value in a field that the scenario does not name is a false fill; there must be none.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from apiflask import APIFlask

from portal.prefill.demo import make_code
from portal.prefill.service import import_file

FOLDER = Path(__file__).parent / "scenarios"
SETS = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.yml"))}
CASES = [(name, n) for name, one in SETS.items() for n in range(len(one["scenarios"]))]


def make_words(n: int) -> dict[str, str]:
    return {
        "code": make_code(f"91440106MAWB{n:05d}"),
        "agent": make_code(f"91440106MAWC{n:05d}"),
        "name": f"广州第{n}医疗器械有限公司",
        "number": f"粤穗药监械经营许2022{n:04d}号",
        "number2": f"粤佛药监械经营许2023{n:04d}号",
    }


def fill_in(value: Any, words: dict[str, str]) -> Any:
    """Every text with the party's own code, name and numbers."""
    if isinstance(value, dict):
        return {key: fill_in(inner, words) for key, inner in value.items()}
    if isinstance(value, list):
        return [fill_in(inner, words) for inner in value]
    for key, word in words.items():
        value = value.replace("{" + key + "}", word) if isinstance(value, str) else value
    return value if isinstance(value, str | bool | None | dict | list) else str(value)


def make_rows(told: dict[str, Any], templates: dict[str, Any], words: dict[str, str]) -> Iterator[dict[str, Any]]:
    for ref, changes in told.items():
        like = templates.get(changes.get("like", ref), {})
        dropped = changes.get("drop", [])
        values = {**like.get("values", {}), **changes.get("values", {})}
        row = {**like, **{k: v for k, v in changes.items() if k not in ("like", "drop")}}
        row["values"] = {k: v for k, v in values.items() if k not in dropped}
        yield fill_in({"party_code": "{code}", "record_id": f"{ref}", **row}, words)


def load(rows: Iterator[dict[str, Any]]) -> None:
    lines = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    assert import_file(lines.encode(), "scenario.jsonl").errors == ()


@pytest.fixture
def explained(app: APIFlask, request: pytest.FixtureRequest, tmp_path: Path) -> tuple[Any, Any, dict[str, str]]:
    """(scenario, what the command tells, the party's words)."""
    name, n = request.param
    one, words = SETS[name], make_words(CASES.index(request.param))
    scenario = one["scenarios"][n]
    load(make_rows(scenario["rows"], one["templates"], words))
    if "namesake" in scenario:
        twin = {**words, "code": make_code(f"91440106MAWD{n:05d}")}
        load(make_rows(scenario["namesake"], one["templates"], twin))
    args = [
        "prefill",
        "explain",
        "--party",
        words["code"],
        "--form",
        one["form"],
        "--today",
        str(one["today"]),
        "--json",
    ]
    for option in ("record", "actor"):
        args += [f"--{option}", fill_in(scenario[option], words)] if option in scenario else []
    args += [part for down in scenario.get("down", ()) for part in ("--source-down", down)]
    args += [part for refused in scenario.get("refuse", ()) for part in ("--refuse", refused)]
    if "answers" in scenario:
        (tmp_path / "answers.json").write_text(json.dumps(scenario["answers"]), encoding="utf-8")
        args += ["--answers", str(tmp_path / "answers.json")]
    ran = app.test_cli_runner().invoke(args=args)
    assert ran.exit_code == 0, ran.output
    return {**one, **scenario}, json.loads(ran.output), words


def expected_fills(scenario: dict[str, Any], words: dict[str, str]) -> dict[str, list[Any]]:
    """Field → [value, record]."""
    found: dict[str, Any] = {}
    for name in scenario["fills"]:
        found |= scenario["sets"][name]
    found |= scenario.get("changed", {}) | scenario.get("extra", {})
    gone = {*scenario.get("dropped", ()), *scenario.get("conflicts", ()), *scenario.get("answers", ())}
    moved = scenario.get("from", {})
    return fill_in({k: [v[0], moved.get(v[1], v[1])] for k, v in found.items() if k not in gone}, words)


def without_ids(value: Any) -> Any:
    if isinstance(value, list):
        return [{k: v for k, v in row.items() if k != "_id"} if isinstance(row, dict) else row for row in value]
    return value


@pytest.mark.parametrize(
    "explained", CASES, indirect=True, ids=lambda c: f"{c[0]}: {SETS[c[0]]['scenarios'][c[1]]['name']}"
)
def test_each_field_is_filled_from_the_right_record_or_not_at_all(explained: tuple[Any, Any, dict[str, str]]) -> None:
    scenario, told, words = explained
    fields = {field["id"]: field for field in told["fields"]}
    filled = {k: [without_ids(f["value"]), f["record"]] for k, f in fields.items() if f["outcome"] == "auto"}
    assert filled == expected_fills(scenario, words)
    conflicts = {k: [c["value"] for c in f["choices"]] for k, f in fields.items() if f["outcome"] == "conflict"}
    assert conflicts == fill_in(scenario.get("conflicts", {}), words)
    for name, values in fill_in(scenario.get("offered", {}), words).items():
        assert fields[name]["outcome"] == "suggest"
        assert [c["value"] for c in fields[name]["choices"]] == values
    for name, codes in scenario.get("reasons", {}).items():
        assert {r["reason_code"] for r in fields[name]["rejected"]} >= set(codes)


@pytest.mark.parametrize("explained", CASES, indirect=True, ids=lambda c: f"{c[0]}: {c[1]}")
def test_every_filled_value_says_where_it_comes_from(explained: tuple[Any, Any, dict[str, str]]) -> None:
    """And of a full archive at least nine fields in ten of a renewal are filled without a question."""
    scenario, told, _words = explained
    for field in told["fields"]:
        if field["outcome"] == "auto":
            assert field["source"] and field["as_of"] and field["origin_line"] and field["grade"] in "AB"
            assert not field["locked"] or field["grade"] == "A"
        assert all(r["reason_code"] and r["reason"] for r in field["rejected"])
    if scenario.get("full") and "actor" not in scenario:
        asked = [f for f in told["fields"] if f["prefillable"] and f["about"] != "person"]
        settled = sum(f["outcome"] in ("auto", "kept", "conflict") for f in asked)
        assert settled / len(asked) >= 0.9
