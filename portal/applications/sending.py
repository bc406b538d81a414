"""A draft is sent once: its snapshot with the hash, the case it becomes, and the filing that is done by being sent."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from policy_kb import clock
from portal.applications import (
    certificates,
    clocks,
    draft_view,
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
from portal.applications.cases import advance, set_due, tell
from portal.applications.draft_view import View
from portal.applications.models import Case, Draft, Snapshot
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.identity.service import Identity, find_party


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
    other = draft_view.view_draft(draft, "en" if view.language == "zh" else "zh")
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
    return {name: draft_view.line_of(view, name, sent=True) for name in names}


def submit(identity: Identity, draft_id: str, version: int, key: str, *, language: str = "zh") -> Case:
    """Send the draft, once: a second sending (double click, back button, another tab) gives the same case back.

    Invalid names everything that stands against it by path; Stale when the draft went on; Conflict when a record has
    to be asked again first. A returned draft becomes the next round of its case. The caller commits.
    """
    draft = drafts.get_draft(identity, draft_id)
    if draft.state not in draft_view.EDITABLE:
        return _sent_already(draft)
    view = draft_view.view_draft(draft, language)
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
        .where(Draft.id == draft.id, Draft.version == version, Draft.state.in_(draft_view.EDITABLE))
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
