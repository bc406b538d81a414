"""Deadlines of duties in the language of the page."""

from flask_babel import gettext as _
from flask_babel import ngettext

from policy_kb import Deadline


def describe_deadline(deadline: Deadline) -> str:
    """“within 20 working days”, “every 6 months”; what it counts from stands in the law's own words beside it."""
    span = _span(deadline.amount, deadline.unit)
    return {
        "within": _("within %(span)s", span=span),
        "before": _("%(span)s before", span=span),
        "after": _("after %(span)s", span=span),
        "every": _("every %(span)s", span=span),
        "for": _("for at least %(span)s", span=span),
    }[deadline.bound]


def _span(amount: int, unit: str) -> str:
    return {
        "working_day": lambda: ngettext("%(num)s working day", "%(num)s working days", amount),
        "day": lambda: ngettext("%(num)s day", "%(num)s days", amount),
        "month": lambda: ngettext("%(num)s month", "%(num)s months", amount),
        "year": lambda: ngettext("%(num)s year", "%(num)s years", amount),
        "hour": lambda: ngettext("%(num)s hour", "%(num)s hours", amount),
    }[unit]()
