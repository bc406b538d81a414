"""What states, steps and clocks of a matter are called."""

from flask_babel import gettext as _

from portal.complaints.fields import Field
from portal.complaints.rules import Clock
from portal.pages import write_clause


def kind_name(kind: str) -> str:
    return {"complaint": _("Complaint"), "report": _("Report of a violation"), "both": _("Complaint and report")}[kind]


def reading_name(kind: str) -> str:
    """What a part of a message is called when it is shown how the message was understood."""
    return {
        "complaint": _("Complaint"),
        "report": _("Report of a violation"),
        "both": _("Complaint and report"),
        "emergency": _("Emergency"),
        "adverse_event": _("Adverse reaction"),
        "consultation": _("Only a question"),
        "other_authority": _("Matter of another authority"),
        "not_ours": _("No consumer's complaint"),
        "abuse": _("Nothing to deal with"),
    }[kind]


def state_name(state: str) -> str:
    return {
        "received": _("Received"),
        "accepted": _("Accepted, mediation under way"),
        "refused": _("Not accepted"),
        "settled": _("Settled"),
        "terminated": _("Mediation ended without a settlement"),
        "case_filed": _("Checked, a case was opened"),
        "not_filed": _("Checked, no case was opened"),
        "not_ours": _("Not within our powers; told whom to turn to"),
        "case_ended": _("The case has ended"),
        "withdrawn": _("Withdrawn"),
    }[state]


def step_name(action: str) -> str:
    """A step that an officer may take, as a choice."""
    return {
        "accept": _("Accept"),
        "refuse": _("Do not accept"),
        "settle": _("Settled"),
        "terminate": _("End the mediation"),
        "file_case": _("Open a case"),
        "no_case": _("No case"),
        "not_ours": _("Not within our powers: tell whom to turn to"),
        "end_case": _("The case has ended: tell the outcome"),
    }[action]


def event_name(action: str) -> str:
    """The same step once it was taken, for the person and the officer alike."""
    return {
        "received": _("Received"),
        "accept": _("Accepted"),
        "refuse": _("Not accepted"),
        "settle": _("Settled"),
        "terminate": _("Mediation ended without a settlement"),
        "file_case": _("A case was opened"),
        "no_case": _("No case was opened"),
        "not_ours": _("Not within our powers; told whom to turn to"),
        "end_case": _("The case has ended"),
        "withdraw": _("Withdrawn by the person"),
    }[action]


def field_label(field: Field) -> str:
    """A field as an officer reads it: the person's own words for it say “your”."""
    labels = {
        "demand": _("Demand"),
        "name": _("Name of the person"),
        "mobile": _("Telephone"),
        "address": _("Postal address"),
    }
    return labels.get(field.id) or str(field.label)


def clock_name(due_for: str) -> str:
    return {
        "accept": _("Decide whether to accept"),
        "mediate": _("Finish the mediation"),
        "check": _("Check and decide on a case"),
    }[due_for]


def clock_text(rule: Clock) -> str:
    """The limit in words with its clause."""
    amount = _("%(n)s working days", n=rule.number) if rule.unit == "working_day" else _("%(n)s days", n=rule.number)
    return _("%(amount)s (%(clause)s)", amount=amount, clause=write_clause(rule.title, rule.article))
