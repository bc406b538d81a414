"""Cases: a draft is sent once, followed on one timeline, withdrawn by its owner, and moved on by officers (``desk``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from policy_kb import clock, wording
from portal.applications import (
    certificates,
    clocks,
    drafts,
    outcomes,
    prefilling,
    questions,
    receipts,
    running,
    saving,
    snapshots,
    upgrading,
)
from portal.applications.drafts import View
from portal.applications.models import Case, CaseEvent, Draft, Snapshot
from portal.applications.wording import item_title, state_name
from portal.audit import service as audit
from portal.errors import Conflict, Invalid, Missing
from portal.extensions import db
from portal.identity.service import Identity, find_party, require_role, require_signed_in
from portal.notices import service as notices

OPEN_STATES = ("submitted", "accepted", "returned", "resubmitted")


def build_snapshot(view: View) -> tuple[dict[str, Any], dict[str, Any]]:
    """(content, provenance) of a draft as it stands. Only answers to questions that are asked count."""
    draft = view.draft
    answers = questions.counted(view.form, view.values)
    content = snapshots.build_content(
        form_id=draft.form_id,
        form_version=draft.form_version,
        item=draft.item,
        variant=draft.variant,
        party=draft.party_code,
        answers=answers,
    )
    other = drafts.view_draft(draft, "en" if view.language == "zh" else "zh")
    lines = {one.language: _lines(one, list(answers)) for one in (view, other)}
    provenance = {
        name: {
            "origin": view.origin_of(name),
            "line": {language: lines[language][name] for language in ("zh", "en")},
            "author": row.author if (row := view.answers.get(name)) else "",
            "at": row.at.isoformat(timespec="seconds") if row else "",
            "reason": row.reason if row else "",
            "channel": row.channel if row else "",
            "fact_id": row.fact_id if row else view.outcomes[name].fact_id,
        }
        for name in answers
    }
    return content, provenance


def _lines(view: View, names: list[str]) -> dict[str, str]:
    return {name: drafts.line_of(view, name, sent=True) for name in names}


def submit(identity: Identity, draft_id: str, version: int, key: str, *, language: str = "zh") -> Case:
    """Send the draft, once: a second sending (double click, back button, another tab) gives the same case back.

    Invalid names everything that stands against it by path; Stale when the draft went on; Conflict when a record has
    to be asked again first. A returned draft becomes the next round of its case. The caller commits.
    """
    draft = drafts.get_draft(identity, draft_id)
    if draft.state not in drafts.EDITABLE:
        return _sent_already(draft)
    view = drafts.view_draft(draft, language)
    if version != draft.version:
        raise saving.Stale(draft.version, saving.list_changed(view, version))
    if prefilling.list_expired(view.form, view.facts, view.answers):
        raise Conflict(
            _("Some records were read too long ago. Open the draft again: they are asked once more."), code="expired"
        )
    errors = view.list_errors()
    if not errors and draft.state == "open" and upgrading.list_new_demands(view):
        raise Conflict(
            _(
                "The form has changed and the law now asks for more. Open the draft and go over to the new version; every answer is kept."
            ),
            code="new_version",
        )
    if errors:
        raise Invalid(_("Some answers are still missing or wrong."), fields=errors)
    first = draft.state == "open"
    if not _claim(draft, version):
        return _sent_already(db.session.get_one(Draft, draft_id))
    content, provenance = build_snapshot(view)
    case = _open_case(identity, draft, key, language) if first else _get_by_draft(draft)
    snapshot = Snapshot(
        round=len(case.snapshots) + 1,
        content=content,
        provenance=provenance,
        hash=snapshots.hash_content(content),
        at=clock.now(),
    )
    case.snapshots.append(snapshot)
    case.snapshot_hash = snapshot.hash
    receipts.issue_receipt(case)
    if running.find_open(case):
        running.resume(case, identity.actor, refreshing=False)
    advance(case, identity.actor, "submit" if first else "resubmit", "submitted" if first else "resubmitted")
    filing = clocks.filing_fact(case.form_id, case.form_version)
    if filing is not None:
        _complete_filing(case)
    else:
        set_due(case, "accept", clock.today())
        prefilling.keep_submission(case, view.form, accepted=False)
    return case


def _claim(draft: Draft, version: int) -> bool:
    done = db.session.execute(
        update(Draft)
        .where(Draft.id == draft.id, Draft.version == version, Draft.state.in_(drafts.EDITABLE))
        .values(state="submitted", updated_at=clock.now(), talk={})
    )
    db.session.refresh(draft)
    return bool(getattr(done, "rowcount", 0) == 1)


def _get_by_draft(draft: Draft) -> Case:
    return db.session.scalars(select(Case).where(Case.draft_id == draft.id)).one()


def _sent_already(draft: Draft) -> Case:
    case = db.session.scalar(select(Case).where(Case.draft_id == draft.id))
    if case is None:
        raise Conflict(_("This draft was given up. Start the application again from the item's page."))
    return case


def _open_case(identity: Identity, draft: Draft, key: str, language: str) -> Case:
    now = clock.now()
    party = find_party(draft.party_code)
    case = Case(
        number=f"new-{draft.id}",
        draft_id=draft.id,
        submission_key=f"{draft.id}:{key}"[:80],
        party_code=draft.party_code,
        party_name=party.name if party else draft.party_code,
        account_id=identity.account_id,
        form_id=draft.form_id,
        form_version=draft.form_version,
        item=draft.item,
        variant=draft.variant,
        language=language,
        state="submitted",
        snapshot_hash="",
        outcome={},
        received_at=now,
    )
    db.session.add(case)
    db.session.flush()
    case.number = f"SQ{now:%Y%m%d}{case.id:05d}"
    return case


def _complete_filing(case: Case) -> None:
    """A filing is done when it is sent: it gets its number at once, if its form gives one."""
    form = questions.form_of(case.form_id, case.form_version)
    case.outcome = outcomes.build_outcome(case, form)
    case.certificate_number = str(case.outcome["number"])
    advance(case, "system", "complete", "completed")
    prefilling.keep_submission(case, form, accepted=True)
    prefilling.keep_certificate(case, form)
    certificates.issue_certificate(case, form)
    tell(case, "Filing %(number)s is complete: %(title)s.", number=case.certificate_number or case.number)


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
