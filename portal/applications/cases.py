"""Cases: followed on one timeline, withdrawn by their owner, found by number, and moved on by officers (``desk``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy import select

from policy_kb import clock, wording
from portal.applications import (
    clocks,
    drafts,
    outcomes,
    questions,
    running,
)
from portal.applications.models import Case, CaseEvent, Draft, Snapshot
from portal.applications.wording import item_title, state_name
from portal.audit import service as audit
from portal.errors import Conflict, Missing
from portal.extensions import db
from portal.identity.service import Identity, require_role, require_signed_in
from portal.notices import service as notices

OPEN_STATES = ("submitted", "accepted", "returned", "resubmitted")


def set_due(case: Case, due_for: str, start: date) -> None:
    """Let a legal clock of the form run from that day; "applicant" and "" have none."""
    found = clocks.find_clock(case.form_id, case.form_version, due_for)
    case.due, case.due_for = (found.ends(start) if found else None), due_for


def advance(case: Case, actor: str, action: str, state: str, note: str = "") -> None:
    """The next state with its line on the timeline; no clock runs until one is set."""
    case.state, case.due, case.due_for = state, None, ""
    if state not in OPEN_STATES:
        running.end(case)
    case.events.append(CaseEvent(at=clock.now(), actor=actor, action=action, note=note.strip()[:2000]))
    audit.record(actor, action, "case", case.number, party_code=case.party_code)


def tell(case: Case, msgid: str, *, both: Mapping[str, Mapping[str, str]] | None = None, **words: str) -> None:
    """A notice to the applicant in both languages (its path is written out: workers and commands have no request); ``title``
    is the item's name, ``both`` are words that differ by language."""
    text = {
        language: wording.gettext_for(language)(msgid)
        % {
            "title": item_title(case.item, case.variant, language),
            **words,
            **{name: one[language] for name, one in (both or {}).items()},
        }
        for language in ("zh", "en")
    }
    notices.add_notice(case.account_id, text, f"/applications/cases/{case.id}/", number=case.number)


def get_case(identity: Identity, case_id: int) -> Case:
    """A case for its owner or an officer, leaving an audit line; Missing for everybody else. The caller commits."""
    require_signed_in(identity)
    case = db.session.get(Case, case_id)
    officer = identity.kind == "staff" and bool(identity.roles & {"officer", "administrator"})
    owner = (
        case is not None
        and bool(identity.party_code)
        and case.party_code == identity.party_code
        and identity.covers(f"{case.item}/{case.variant}")
    )
    if case is None or not (officer or owner):
        audit.record_now(identity.actor, "refused_read", "case", str(case_id))
        raise Missing(_("There is no such case among those of the party you act for."))
    audit.record(identity.actor, "read", "case", case.number, party_code=case.party_code)
    return case


def get_by_number(identity: Identity, number: str) -> Case:
    """As ``get_case``, by the number that stands on the receipt."""
    case_id = db.session.scalar(select(Case.id).where(Case.number == number))
    return get_case(identity, case_id or 0)


def find_by_draft(draft: Draft) -> Case | None:
    """The case that a draft became."""
    return db.session.scalar(select(Case).where(Case.draft_id == draft.id))


def list_own(identity: Identity) -> list[Case]:
    """Cases of the party acted for, newest first; empty when nobody is signed in."""
    if not identity.signed_in or not identity.party_code:
        return []
    found = db.session.scalars(select(Case).where(Case.party_code == identity.party_code).order_by(Case.id.desc()))
    return [case for case in found if identity.covers(f"{case.item}/{case.variant}")]


def list_queue(identity: Identity, *, state: str = "open") -> list[Case]:
    """For officers: cases by due day. ``state``: open, closed or all."""
    require_role(identity, "officer", "administrator")
    query = select(Case).order_by(Case.due.is_(None), Case.due, Case.id)
    if state == "open":
        query = query.where(Case.state.in_(OPEN_STATES))
    elif state == "closed":
        query = query.where(Case.state.not_in(OPEN_STATES))
    return list(db.session.scalars(query))


def withdraw(identity: Identity, case_id: int) -> Case:
    """The applicant takes an open case back. The caller commits."""
    case = get_case(identity, case_id)
    if case.party_code != identity.party_code:
        raise Missing(_("Only the applicant can withdraw a case."))
    if case.state not in OPEN_STATES:
        raise Conflict(_("This matter is closed already; nothing was changed."))
    advance(case, identity.actor, "withdraw", "withdrawn")
    case.draft.state = "submitted"
    return case


def find_by_number(number: str, given_hash: str) -> tuple[Case, Snapshot] | None:
    """The case and round that number and hash belong to; None when either is wrong (it does not say which)."""
    case = db.session.scalar(select(Case).where(Case.number == number.strip().upper()))
    if case is None:
        return None
    found = next((s for s in case.snapshots if s.hash == given_hash.strip().lower()), None)
    if found is None:
        audit.record("holder of the receipt", "refused_verify", "case", case.number)
    return (case, found) if found else None


def find_open_about(party_code: str, item: str, variant: str, number: str) -> str:
    """The number of an open case of that kind about a licence or product; "" when there is none."""
    query = select(Case).where(
        Case.party_code == party_code, Case.item == item, Case.variant == variant, Case.state.in_(OPEN_STATES)
    )
    for case in db.session.scalars(query.order_by(Case.id)):
        field = outcomes.find_number_field(questions.form_of(case.form_id, case.form_version))
        if field is not None and case.snapshot.content["answers"].get(field.id) == number:
            return case.number
    return ""


@dataclass(frozen=True, slots=True)
class Titled:
    """What a draft or case is called, and the item and variant it is of."""

    title: str
    item: str


def list_titles(party_code: str) -> dict[str, Titled]:
    """Every draft (by id) and case (by number) of a party as the log of the party names them."""
    rows: list[Draft | Case] = list(db.session.scalars(select(Draft).where(Draft.party_code == party_code)))
    rows += db.session.scalars(select(Case).where(Case.party_code == party_code))
    return {
        row.number if isinstance(row, Case) else row.id: Titled(
            item_title(row.item, row.variant), f"{row.item}/{row.variant}"
        )
        for row in rows
    }


@dataclass(frozen=True, slots=True)
class Matter:
    """A draft or an open case as a line of a list."""

    title: str
    url: str
    state_name: str


def list_matters(identity: Identity) -> list[Matter]:
    """What is open for the party acted for: returned and open drafts first, then cases at the authority."""
    waiting = sorted(drafts.list_drafts(identity), key=lambda d: d.state != "returned")
    at_authority = [c for c in list_own(identity) if c.state in OPEN_STATES and c.state != "returned"]
    return [
        *(Matter(item_title(d.item, d.variant), f"/applications/drafts/{d.id}/", state_name(d.state)) for d in waiting),
        *(
            Matter(f"{item_title(c.item, c.variant)} {c.number}", f"/applications/cases/{c.id}/", c.state_name)
            for c in at_authority
        ),
    ]
