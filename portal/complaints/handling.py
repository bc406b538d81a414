"""What officers do with complaints and reports: the steps a state allows, and the legal clock each step starts."""

from flask_babel import gettext as _
from sqlalchemy import or_, select

from policy_kb import clock
from portal.audit import service as audit
from portal.complaints.models import Intake, IntakeEvent
from portal.complaints.rules import get_rules
from portal.complaints.understanding import Authority, authorities_of
from portal.errors import Conflict, Invalid, Missing
from portal.extensions import db
from portal.identity.service import Identity, require_role

OPEN_STATES = ("received", "accepted", "case_filed")
# action -> (kinds, states it may start from, state it leads to, clock that starts)
ACTIONS: dict[str, tuple[tuple[str, ...], tuple[str, ...], str, str]] = {
    "accept": (("complaint",), ("received",), "accepted", "mediate"),
    "refuse": (("complaint",), ("received",), "refused", ""),
    "settle": (("complaint",), ("accepted",), "settled", ""),
    "terminate": (("complaint",), ("accepted",), "terminated", ""),
    "file_case": (("report",), ("received",), "case_filed", ""),
    "no_case": (("report",), ("received",), "not_filed", ""),
    # whoever has no power to act tells the person so and does not pass it on by itself (办法 art. 34, 41)
    "not_ours": (("report",), ("received",), "not_ours", ""),
    "end_case": (("report",), ("case_filed",), "case_ended", ""),
}
NOTE_REQUIRED = ("refuse", "terminate", "no_case", "not_ours", "end_case")


def list_queue(identity: Identity, *, kind: str = "", state: str = "open", text: str = "") -> list[Intake]:
    """For officers: matters by due day. ``state`` open, closed or all; ``text`` filters number and content."""
    require_role(identity, "officer", "administrator")
    query = select(Intake).order_by(Intake.due.is_(None), Intake.due, Intake.id)
    if kind:
        query = query.where(Intake.kind == kind)
    if state == "open":
        query = query.where(Intake.state.in_(OPEN_STATES))
    elif state == "closed":
        query = query.where(Intake.state.not_in(OPEN_STATES))
    found = list(db.session.scalars(query))
    return [i for i in found if not text or text in i.number or any(text in str(v) for v in i.fields.values())]


def get_for_officer(identity: Identity, number: str) -> Intake:
    """One matter for an officer; reading it leaves an audit line. The caller commits."""
    require_role(identity, "officer", "administrator")
    intake = db.session.scalar(select(Intake).where(Intake.number == number.strip().upper()))
    if intake is None:
        raise Missing(_("There is no complaint or report with the number %(number)s.", number=number))
    audit.record(identity.actor, "read", intake.kind, intake.number)
    return intake


def list_actions(intake: Intake) -> list[str]:
    """What an officer may do with the matter in its present state."""
    return [
        name
        for name, (kinds, states, _to, _clock) in ACTIONS.items()
        if intake.kind in kinds and intake.state in states
    ]


def list_competent(intake: Intake, language: str) -> list[Authority]:
    """Who is competent by the rules of today for what the matter holds, with the clause."""
    return authorities_of(intake.kind, intake.fields, language)


def act(identity: Identity, number: str, action: str, *, note: str = "", private_note: str = "") -> Intake:
    """An officer's step. ``note`` is told to the person; Conflict when the state does not allow it. Caller commits."""
    intake = get_for_officer(identity, number)
    if action not in ACTIONS:
        raise Invalid(_("Choose one of the steps offered."), fields={"action": _("Choose one of the steps offered.")})
    if action not in list_actions(intake):
        raise Conflict(_("Somebody already moved this matter on. Reload it and look at its present state."))
    if action in NOTE_REQUIRED and not note.strip():
        raise Invalid(
            _("Give the reason; the person is told it."), fields={"note": _("Give the reason; the person is told it.")}
        )
    _kinds, _states, to, next_clock = ACTIONS[action]
    advance(intake, identity.actor, action, to, note[:2000], private_note[:2000])
    if next_clock:
        today = clock.today()
        intake.due, intake.due_for = get_rules(intake.received_at.date()).clocks[next_clock].ends(today), next_clock
    return intake


def advance(intake: Intake, actor: str, action: str, state: str, note: str, private_note: str) -> None:
    intake.state = state
    intake.due, intake.due_for = None, ""
    db.session.add(
        IntakeEvent(
            intake_id=intake.id,
            at=clock.now(),
            actor=actor,
            action=action,
            note=note.strip(),
            private_note=private_note.strip(),
        )
    )
    audit.record(actor, action, intake.kind, intake.number)


def count_open() -> dict[str, int]:
    """How many matters are open, and how many of them are past their day, for the desk."""
    today = clock.today()
    open_ones = list(
        db.session.scalars(select(Intake.due).where(or_(Intake.state == "received", Intake.state == "accepted")))
    )
    return {"open": len(open_ones), "late": sum(due is not None and due < today for due in open_ones)}
