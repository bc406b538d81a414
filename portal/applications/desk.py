"""What officers do with a case: accept, return with a note per field, approve, refuse."""

from collections.abc import Mapping
from datetime import date

from flask_babel import gettext as _

from policy_kb import clock
from portal.applications import certificates, clocks, outcomes, prefilling, questions, running
from portal.applications.cases import advance, get_case, tell
from portal.applications.models import Case, CaseEvent, FieldNote
from portal.audit import service as audit
from portal.errors import Conflict, Invalid
from portal.identity.service import Identity, require_role
from portal.language import current_language
from portal.pages import write_date
from portal.proofs import service as proofs

# step -> states it may start from
STEPS = {
    "accept": ("submitted", "resubmitted"),
    "return": ("submitted", "resubmitted", "accepted"),
    "approve": ("accepted",),
    "refuse": ("submitted", "resubmitted", "accepted"),
    "revoke": ("approved", "completed"),
}


def list_steps(case: Case) -> list[str]:
    """What an officer may do with the case now."""
    given = certificates.find_certificate(case)
    return [
        step
        for step, states in STEPS.items()
        if case.state in states and (step != "revoke" or (given is not None and given.state == "valid"))
    ]


def get_for_officer(identity: Identity, case_id: int) -> Case:
    """A case for an officer, audited. The caller commits."""
    require_role(identity, "officer", "administrator")
    return get_case(identity, case_id)


def _get_for_step(identity: Identity, case_id: int, step: str) -> Case:
    case = get_for_officer(identity, case_id)
    if step not in list_steps(case):
        raise Conflict(_("Somebody already moved this matter on. Reload it and look at its present state."))
    return case


def accept_case(identity: Identity, case_id: int) -> Case:
    """Accept (受理): the clock of the decision begins. The caller commits."""
    case = _get_for_step(identity, case_id, "accept")
    advance(case, identity.actor, "accept", "accepted")
    if case.clock_stage:  # accepted before: correcting it did not begin the time anew, unless the law says so
        running.refresh(case)
    else:
        running.begin(case, clocks.find_first(case.form_id, case.form_version), clock.today())
    tell(case, "Your application was accepted: %(title)s.")
    return case


def return_case(identity: Identity, case_id: int, notes: Mapping[str, str]) -> Case:
    """Return for correction (补正) with a note for each field concerned, all at once. The caller commits."""
    case = _get_for_step(identity, case_id, "return")
    form = questions.form_of(case.form_id, case.form_version)
    told = {name: text.strip()[:1000] for name, text in notes.items() if text.strip()}
    if not told:
        raise Invalid(
            _("Note at least one field that must be corrected."),
            fields={"notes": _("Note at least one field that must be corrected.")},
        )
    locked = {name for name, how in case.snapshot.provenance.items() if how["origin"] == "locked"}
    unknown = [name for name in told if questions.find_field(form, name) is None or name in locked]
    if unknown:
        text = _("The applicant cannot change this here: it is no field of the form, or it comes from the register.")
        raise Invalid(
            text, fields={name: f"{questions.label_of(form, name, current_language())}: {text}" for name in unknown}
        )
    case.notes += [FieldNote(round=case.snapshot.round, field_id=name, text=text) for name, text in told.items()]
    if case.state == "accepted" and not running.find_open(case):
        running.stop_for_return(case, identity.actor)
    advance(case, identity.actor, "return", "returned")
    case.due_for = "applicant"
    case.draft.state = "returned"
    case.draft.version += 1
    tell(case, "Your application was returned for correction: %(title)s.")
    return case


def decide_case(identity: Identity, case_id: int, approve: bool, note: str = "") -> Case:
    """Approve (the licence gets its new term and becomes a record) or refuse with a reason. The caller commits."""
    case = _get_for_step(identity, case_id, "approve" if approve else "refuse")
    if not approve and not note.strip():
        raise Invalid(
            _("Give the reason; the person is told it."), fields={"note": _("Give the reason; the person is told it.")}
        )
    advance(case, identity.actor, "approve" if approve else "refuse", "approved" if approve else "refused", note)
    if not approve:
        tell(case, "Your application was refused: %(title)s. The reason stands in the case.")
        return case
    form = questions.form_of(case.form_id, case.form_version)
    case.outcome = outcomes.build_outcome(case, form)
    case.certificate_number = str(case.outcome["number"])
    prefilling.keep_submission(case, form, accepted=True)
    prefilling.keep_certificate(case, form)
    certificates.issue_certificate(case, form)
    tell(case, "Your application was approved: %(title)s.")
    return case


def stop_clock(identity: Identity, case_id: int, reason: str, expected: date | None, note: str = "") -> Case:
    """Let the clock of an accepted case stand, for a reason of the law, and tell the applicant. The caller commits."""
    case = get_for_officer(identity, case_id)
    made = running.stop(case, identity.actor, reason, expected, note)
    audit.record(identity.actor, "stop_clock", "case", case.number, party_code=case.party_code, detail=reason)
    why = running.tell_reason(case, made)
    tell(case, "The time limit of your application stands still: %(title)s. Reason: %(why)s.", both={"why": why})
    return case


def resume_clock(identity: Identity, case_id: int) -> Case:
    """Let the clock run again and tell the applicant the new last day. The caller commits."""
    case = get_for_officer(identity, case_id)
    if case.state != "accepted":
        raise Conflict(_("Somebody already moved this matter on. Reload it and look at its present state."))
    running.resume(case, identity.actor)
    audit.record(identity.actor, "resume_clock", "case", case.number, party_code=case.party_code)
    day = {language: write_date(case.due, language) for language in ("zh", "en")}
    tell(case, "The time limit of your application runs again, until %(day)s: %(title)s.", both={"day": day})
    return case


def end_review(identity: Identity, case_id: int) -> Case:
    """The technical review is done: the clock of the decision begins. The caller commits."""
    case = get_for_officer(identity, case_id)
    if case.state != "accepted" or case.clock_stage != "review" or running.find_open(case):
        raise Conflict(_("There is no technical review running here. Reload the page."))
    case.events.append(CaseEvent(at=clock.now(), actor=identity.actor, action="reviewed", note=""))
    audit.record(identity.actor, "reviewed", "case", case.number, party_code=case.party_code)
    running.begin(case, "decide", clock.today())
    tell(case, "The technical review of your application is done: %(title)s. The authority decides next.")
    return case


def revoke_certificate(identity: Identity, case_id: int, reason: str) -> Case:
    """Revoke what a case gave: paper and register say so from now on; the reason is told to its holder only. The caller
    commits."""
    case = _get_for_step(identity, case_id, "revoke")
    if not reason.strip():
        raise Invalid(
            _("Give the reason; the person is told it."), fields={"note": _("Give the reason; the person is told it.")}
        )
    given = certificates.find_certificate(case)
    assert given is not None  # else there was no such step
    proofs.close(given, "revoked", reason=reason)
    prefilling.end_entry(case.party_code, case.certificate_number, "revoked")
    case.events.append(CaseEvent(at=clock.now(), actor=identity.actor, action="revoke", note=reason.strip()[:2000]))
    audit.record(identity.actor, "revoke", "case", case.number, party_code=case.party_code)
    tell(case, "%(number)s was revoked: %(title)s. The reason stands in the case.", number=case.certificate_number)
    return case
