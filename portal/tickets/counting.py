"""How many doubts there were, by source, and what became of them: for the published figures."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from statistics import median

from sqlalchemy import select

from portal.extensions import db
from portal.tickets.finding import WAITING
from portal.tickets.models import DataTicket


@dataclass(frozen=True, slots=True)
class Counted:
    """Tickets opened, and of these waiting, corrected, kept and withdrawn; ``days`` is the median from opening to the
    keeper's word. The four and the days are None where a number is too small to be published."""

    source: str
    opened: int
    waiting: int | None = 0
    corrected: int | None = 0
    kept: int | None = 0
    withdrawn: int | None = 0
    days: float | None = None


def count(within: tuple[datetime, datetime] | None) -> list[Counted]:
    """First all together (source ""), then by source, the most first; of tickets opened in the period."""
    query = select(DataTicket.source, DataTicket.state, DataTicket.outcome, DataTicket.opened_at, DataTicket.settled_at)
    if within:
        query = query.where(DataTicket.opened_at >= within[0], DataTicket.opened_at < within[1])
    rows = [
        (row.source, _end_of(row.state, row.outcome), row.opened_at, row.settled_at)
        for row in db.session.execute(query)
    ]
    sources = sorted({row[0] for row in rows})
    by_source = [_count(name, [row for row in rows if row[0] == name]) for name in sources]
    return [_count("", rows), *sorted(by_source, key=lambda one: (-one.opened, one.source))]


def _end_of(state: str, outcome: str) -> str:
    return "waiting" if state in WAITING else outcome


def _count(source: str, rows: list[tuple[str, str, datetime, datetime | None]]) -> Counted:
    ends = [row[1] for row in rows]
    took = [(row[3] - row[2]).total_seconds() / 86400 for row in rows if row[3] and row[1] in ("corrected", "kept")]
    return Counted(
        source,
        len(rows),
        ends.count("waiting"),
        ends.count("corrected"),
        ends.count("kept"),
        ends.count("withdrawn"),
        round(median(took), 1) if took else None,
    )


def hide_small(counted: Iterable[Counted], least: int) -> list[Counted]:
    """The figures as anybody may see them: no source with fewer than ``least`` tickets nor a rest of that size, and what
    became of them only where none of these numbers is small."""
    total, *sources = counted
    kept = [one for one in sources if one.opened >= least]
    while kept and 0 < total.opened - sum(one.opened for one in kept) < least:
        kept.pop()
    # shown beside the total, the outcomes of all sources but one would tell those of the one
    blurred = [_blur(one, least) for one in kept]
    if total.opened < least:
        return []
    shown_total = _blur(total, least)
    if any(one.waiting is None for one in blurred) or len(kept) < len(sources):
        blurred = [Counted(one.source, one.opened, None, None, None, None) for one in blurred]
    return [shown_total, *blurred]


def _blur(one: Counted, least: int) -> Counted:
    small = any(0 < (number or 0) < least for number in (one.waiting, one.corrected, one.kept, one.withdrawn))
    return Counted(one.source, one.opened, None, None, None, None) if small else one
