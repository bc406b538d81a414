"""How states, steps and causes of a data ticket are called."""

from flask_babel import gettext as _


def state_name(state: str, outcome: str = "") -> str:
    """The state in words; a closed ticket says how it ended."""
    names = {
        "open": _("Open: the keeper will look at it"),
        "asked": _("The source was asked"),
        "corrected": _("Record corrected"),
        "kept": _("Record kept"),
        "withdrawn": _("Taken back"),
        "closed": _("Closed"),
    }
    if state == "closed" and outcome:
        return _("%(state)s (%(outcome)s)", state=names["closed"], outcome=names[outcome])
    return names[state]


def filter_name(state: str) -> str:
    """A state as the filter of the queue calls it."""
    return {"waiting": _("waiting"), "all": _("All")}.get(state) or state_name(state)


def step_name(action: str) -> str:
    return {
        "raise": _("Doubt raised"),
        "add": _("Said once more"),
        "ask": _("Source asked"),
        "correct": _("Record corrected"),
        "keep": _("Record kept"),
        "object": _("Not agreed, open again"),
        "withdraw": _("Taken back"),
        "close": _("Closed"),
    }[action]


def cause_name(cause: str) -> str:
    return {
        "override": _("changed in a form, with a reason"),
        "conflict": _("two records disagree"),
        "report": _("said on the records page"),
        "objection": _("objection to the outcome"),
    }[cause]
