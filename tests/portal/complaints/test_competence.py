"""The table of competence: whole in time, both languages, and every clause it cites is in the texts."""

from datetime import date, timedelta
from typing import Any

import pytest

from policy_kb import PolicyBase
from portal.complaints.reading.competence import load_table, row_of
from portal.complaints.reading.elsewhere import list_elsewhere

CHANGE = date(2026, 4, 15)
ROWS = [(name, row) for name, rows in load_table()["classes"].items() for row in rows]


@pytest.mark.parametrize("name", load_table()["classes"])
def test_one_row_at_most_is_in_force_on_a_day(name: str) -> None:
    rows = load_table()["classes"][name]
    for day in (CHANGE - timedelta(days=1), CHANGE):
        fits = [r for r in rows if (r["from"] is None or r["from"] <= day) and (r["to"] is None or day < r["to"])]
        assert len(fits) <= 1
        assert row_of(rows, day) == (fits[0] if fits else None)


@pytest.mark.parametrize(("name", "row"), ROWS, ids=lambda each: each if isinstance(each, str) else "")
def test_a_row_says_who_in_both_languages(name: str, row: dict[str, Any]) -> None:
    assert set(row["who"]) == set(row["states"]) == {"zh", "en"}
    assert all(row["who"].values())


def test_every_clause_cited_stands_in_the_texts(ingested: PolicyBase) -> None:
    cited = [(row["title"], row["place"], row["to"]) for _name, row in ROWS]
    cited += [(one.row["title"], one.row["place"], None) for one in list_elsewhere()]
    cited += [(row["title"], place, row["to"]) for row in load_table()["required"] for place in row["places"].values()]
    missing = []
    for title, place, to in cited:
        day = date(2026, 11, 26) if to is None else to - timedelta(days=1)
        if place and ingested.find_part(title, place, as_of=day) is None:
            missing.append(f"{title} {place}")
    assert missing == []
