"""When a limit ends whose clock stood still for a while: pure counting, in working days, days or months."""

from collections.abc import Iterable
from datetime import date, timedelta

from policy_kb import workdays

# (first, last): the day the clock stopped still counts, the days after it until and with ``last`` do not.
Pause = tuple[date, date]


def find_end(start: date, count: int, unit: str, pauses: Iterable[Pause]) -> date:
    """The last day of a limit of ``count`` units that begins after ``start``."""
    merged = merge(pauses)
    if unit == "working_day":
        return _count_working_days(start, count, merged)
    end = workdays.add_units(start, count, unit)
    for first, last in merged:
        if start < last and first < end:
            end += last - max(first, start)
    return end


def _count_working_days(start: date, count: int, pauses: list[Pause]) -> date:
    day, left = start, count
    while left > 0:
        day += timedelta(days=1)
        left -= workdays.is_working_day(day) and not is_paused(day, pauses)
    return day


def count_used(start: date, until: date, pauses: Iterable[Pause]) -> int:
    """How many working days of a limit were used after ``start`` up to and including ``until``."""
    merged = merge(pauses)
    days = (start + timedelta(days=n) for n in range(1, (until - start).days + 1))
    return sum(workdays.is_working_day(day) and not is_paused(day, merged) for day in days)


def is_paused(day: date, pauses: Iterable[Pause]) -> bool:
    return any(first < day <= last for first, last in pauses)


def merge(pauses: Iterable[Pause]) -> list[Pause]:
    """The same days without overlaps, in order."""
    merged: list[Pause] = []
    for first, last in sorted(pauses):
        if last <= first:
            continue
        if merged and first <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
