"""Dates a person can act on: the window of a fact counted back from the end of their own certificate."""

from datetime import date

from policy_kb.catalogue import Value, Window
from policy_kb.wording import gettext_for
from policy_kb.workdays import add_units, is_announced


def describe_window(window: Window, expiry: date, today: date, language: str) -> str:
    """When the person may apply, whether that is now, and a warning where the calendar is not announced yet."""
    _ = gettext_for(language)
    opens = _count_back(expiry, window.opens)
    closes = _count_back(expiry, window.closes) or expiry
    days = {
        "expiry": write_date(expiry, language),
        "closes": write_date(closes, language),
        "today": write_date(today, language),
    }
    if opens:
        days["opens"] = write_date(opens, language)
        told = _("Yours ends on %(expiry)s, so you can apply from %(opens)s to %(closes)s.") % days
    else:
        told = _("Yours ends on %(expiry)s, so apply by %(closes)s.") % days
    told += (" " if language == "en" else "") + _standing(opens, closes, today, language)
    if _uses_working_days(window) and not is_announced(expiry):
        told += (" " if language == "en" else "") + _(
            "The holidays of that year are not announced yet; the days are counted with the statutory holidays known."
        )
    return told


def _standing(opens: date | None, closes: date, today: date, language: str) -> str:
    _ = gettext_for(language)
    days = {"today": write_date(today, language)}
    if opens and today < opens:
        return _("Today (%(today)s) is still too early.") % days
    if today > closes:
        return _("Today (%(today)s) is past that day; talk to the authority at once.") % days
    return _("Today (%(today)s) you can apply.") % days


def _count_back(expiry: date, value: Value | None) -> date | None:
    return add_units(expiry, -int(value.number), value.unit) if value else None


def _uses_working_days(window: Window) -> bool:
    return any(value is not None and value.unit == "working_day" for value in (window.opens, window.closes))


def write_date(day: date, language: str) -> str:
    """2026年11月24日, or 24 November 2026."""
    if language == "en":
        return f"{day.day} {day:%B %Y}"
    return f"{day.year}年{day.month}月{day.day}日"
