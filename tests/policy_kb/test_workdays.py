"""Working days, months and the clock."""

from datetime import date, datetime

import pytest

from policy_kb import clock, workdays


@pytest.mark.parametrize(
    ("start", "count", "expected"),
    [
        (date(2026, 9, 28), 5, date(2026, 10, 10)),  # National Day off, Saturday 10 October is a make-up day
        (date(2026, 11, 20), 1, date(2026, 11, 23)),
        (date(2026, 11, 24), 0, date(2026, 11, 24)),
        (date(2026, 11, 23), -1, date(2026, 11, 20)),
    ],
)
def test_working_days_follow_the_state_council_calendar(start: date, count: int, expected: date) -> None:
    assert workdays.add_working_days(start, count) == expected
    assert workdays.count_working_days(start, expected) == count


def test_a_month_ends_where_the_day_does_not_exist() -> None:
    assert workdays.add_months(date(2026, 8, 31), -6) == date(2026, 2, 28)
    assert workdays.add_months(date(2027, 3, 15), -6) == date(2026, 9, 15)


def test_the_last_announced_year_is_the_last_with_make_up_days() -> None:
    years = [y for y in range(2024, 2032) if any(d.year == y for d in workdays._year(y)[1])]
    assert years[-1] == workdays.LAST_ANNOUNCED_YEAR


def test_a_set_clock_starts_there_and_speaks_beijing_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_NOW", "2026-05-15T08:00")
    assert clock.today() == date(2026, 5, 15)
    assert clock.now().utcoffset() == datetime(2026, 5, 15, tzinfo=clock.BEIJING).utcoffset()


@pytest.mark.parametrize("wrong", ["tomorrow", "2026-13-01"])
def test_a_clock_that_cannot_be_read_says_what_to_write(monkeypatch: pytest.MonkeyPatch, wrong: str) -> None:
    monkeypatch.setenv("WENBAN_NOW", wrong)
    with pytest.raises(clock.ClockError, match="2026-11-24"):
        clock.now()


def test_production_has_no_set_clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_NOW", "2026-05-15")
    monkeypatch.setenv("WENBAN_ENV", "production")
    with pytest.raises(clock.ClockError, match="unset it"):
        clock.now()
