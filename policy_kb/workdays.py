"""Working days in mainland China: weekends, statutory holidays and make-up working days.

Source of the calendar: the ``holidays`` package (State Council notices per year).
A year whose notice is not out yet is counted with the fixed statutory days only and
``is_announced`` says so, so that pages can warn.
"""

from datetime import date, timedelta
from functools import lru_cache

import holidays

# Years whose make-up days the pinned package knows; checked by tests/policy_kb/test_workdays.py.
LAST_ANNOUNCED_YEAR = 2026


@lru_cache(maxsize=32)
def _year(year: int) -> tuple[frozenset[date], frozenset[date]]:
    table = holidays.country_holidays("CN", years=year)
    return frozenset(table), frozenset(getattr(table, "weekend_workdays", ()))


def is_working_day(day: date) -> bool:
    """Whether offices work on that day."""
    off, make_up = _year(day.year)
    return day in make_up or (day.weekday() < 5 and day not in off)


def is_statutory_holiday(day: date) -> bool:
    """Whether that day is a statutory holiday (a plain weekend is not)."""
    return day in _year(day.year)[0]


def is_announced(day: date) -> bool:
    """False when the State Council's notice for that year is not in the calendar yet."""
    return day.year <= LAST_ANNOUNCED_YEAR


def add_working_days(day: date, count: int) -> date:
    """The day ``count`` working days after ``day`` (not counting ``day`` itself); negative counts go back."""
    step = timedelta(days=1 if count >= 0 else -1)
    left = abs(count)
    while left:
        day += step
        left -= is_working_day(day)
    return day


def count_working_days(start: date, end: date) -> int:
    """Working days after ``start`` up to and including ``end``; negative when ``end`` is earlier."""
    if end < start:
        return -count_working_days(end, start)
    return sum(is_working_day(start + timedelta(days=n)) for n in range(1, (end - start).days + 1))


def add_months(day: date, count: int) -> date:
    """The same day ``count`` months on (or back); the month's last day where that day does not exist."""
    month = day.month - 1 + count
    year, month = day.year + month // 12, month % 12 + 1
    following = date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, min(day.day, (following - timedelta(days=1)).day))


def add_units(day: date, count: int, unit: str) -> date:
    """``day`` moved by a number of ``working_day``, ``day``, ``month`` or ``year``; negative counts go back."""
    if unit == "working_day":
        return add_working_days(day, count)
    if unit in ("month", "year"):
        return add_months(day, count * (12 if unit == "year" else 1))
    return day + timedelta(days=count)
