"""The linter finds each kind of fault in a small table that has just that one."""

from datetime import date
from typing import Any

import pytest

from policy_kb.catalogue import CatalogueError, load_catalogue
from policy_kb.guidance.linting import lint_table
from policy_kb.guidance.reading import read_table

TEXT = {"zh": "字", "en": "word"}
CITES = [{"title": "某办法", "article": 1}]


def choice(code: str, *says: str) -> dict[str, Any]:
    return {"code": code, "name": {"zh": f"选{code}", "en": f"choice {code}"}, "says": {"zh": list(says), "en": []}}


def row(name: str, when: dict[str, Any], case: dict[str, str] | None = None, **more: Any) -> dict[str, Any]:
    plain = {fact: codes if isinstance(codes, str) else codes[0] for fact, codes in when.items()}
    return {"id": name, "when": when, "kind": "none", "text": TEXT, "cites": CITES, "case": case or plain, **more}


def table(rows: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """Two questions of two choices each: what (a, b), how (x, y)."""
    return {
        "id": "t",
        "place": 1,
        "name": TEXT,
        "summary": TEXT,
        "about": {"zh": ["某物"]},
        "begins": date(2020, 1, 1),
        "questions": [
            {"id": "what", "label": TEXT, "ask": TEXT, "choices": [choice("a", "甲"), choice("b", "乙")], "find_out": TEXT, "cites": CITES},
            {"id": "how", "label": TEXT, "ask": TEXT, "choices": [choice("x", "快"), choice("y", "慢")], "find_out": TEXT, "cites": CITES},
        ],
        "rows": rows,
        **more,
    }  # fmt: skip


WHOLE = [row("1", {"what": "a"}), row("2", {"what": "b", "how": "x"}), row("3", {"what": "b", "how": "y"})]


def test_a_whole_table_has_no_fault() -> None:
    assert lint_table(read_table(table(WHOLE), "t.yml"), load_catalogue()) == []


@pytest.mark.parametrize(
    ("rows", "more", "told"),
    [
        (WHOLE[:2], {}, "2020-01-01: gap at what=b, how=y"),
        ([*WHOLE, row("4", {"how": "y"}, {"what": "a"})], {}, "2020-01-01: overlap of 1 and 4 at what=a, how=y"),
        ([WHOLE[0], row("2", {"what": "b"}, {"what": "b"}), row("3", {"what": "b", "how": "y"})], {}, "overlap of 2 and 3"),
        ([WHOLE[0], WHOLE[1], row("3", {"what": "b", "how": "y"}, {"what": "b"})], {}, "row 3: its case leaves how open"),
        ([WHOLE[0], WHOLE[1], row("3", {"what": "b", "how": "y"}, {"what": "b", "how": "x"})], {}, "row 3: its case leads to 2"),
        ([row("1", {"what": "a"}, {"what": "a", "how": "x"}), *WHOLE[1:]], {}, "row 1: its case gives how, which is not asked"),
        ([row("1", {"what": "a"}, kind="apply", services=["Z9"]), *WHOLE[1:]], {}, "row 1: there is no service item Z9"),
        ([row("1", {"what": "a"}, kind="apply", services=["A11:fly"]), *WHOLE[1:]], {}, "row 1: A11 has no variant fly"),
        (WHOLE, {"heard": [{"said": "甲要快", "facts": {"what": "a"}}]}, "“甲要快” is heard as what=a, how=x, not what=a"),
    ],
)  # fmt: skip
def test_a_fault_is_named(rows: list[dict[str, Any]], more: dict[str, Any], told: str) -> None:
    assert told in "\n".join(lint_table(read_table(table(rows, **more), "t.yml"), load_catalogue()))


def test_a_gap_is_found_in_the_period_that_has_it() -> None:
    ends = row("1", {"what": "a"}, to=date(2024, 1, 1))
    assert lint_table(read_table(table([ends, *WHOLE[1:]]), "t.yml"), load_catalogue()) == [
        "2024-01-01: gap at what=a, how=x"
    ]


def test_a_question_whose_answers_all_lead_to_the_same_row_is_found() -> None:
    """``what`` must be asked for ``b``; for somebody whose ``how`` settles all it is not, so ``how`` belongs first."""
    rows = [
        row("1", {"how": "x"}, {"what": "a", "how": "x"}),
        row("2", {"what": "a", "how": "y"}),
        row("3", {"what": "b", "how": "y"}),
    ]
    told = lint_table(read_table(table(rows), "t.yml"), load_catalogue())
    assert told == ["2020-01-01: what is asked in vain on the way to 1"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"colour": 1}, "unknown field colour"),
        ({"rows": [row("1", {"who": "a"})]}, r"rows\[1\]\.when\.who: is not asked; there are what, how"),
        ({"rows": [row("1", {"what": "z"})]}, r"what: z is not a choice; there are a, b"),
        ({"rows": [row("1", {"what": "a"}), row("1", {"what": "b"})]}, "the id 1 is used twice"),
        ({"rows": [row("1", {"what": "a"}, kind="apply")]}, "kind apply names service items"),
        ({"begins": "soon"}, "must be a day like 2026-04-14"),
    ],
)
def test_a_misspelt_table_is_refused_with_its_place(change: dict[str, Any], told: str) -> None:
    with pytest.raises(CatalogueError, match=told):
        read_table({**table(WHOLE), **change}, "tables/t.yml")
