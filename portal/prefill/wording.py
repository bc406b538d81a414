"""How the outcomes of prefill are called to people."""

from flask_babel import gettext as _


def outcome_name(outcome: str) -> str:
    return {
        "auto": _("filled in"),
        "suggest": _("offered"),
        "conflict": _("sources disagree"),
        "computed": _("worked out"),
        "kept": _("own answer"),
        "none": _("left empty"),
    }[outcome]
