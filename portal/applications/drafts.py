"""Drafts: start one, fill it from the records, ask these again when they are old or have moved on, list and give up."""

import secrets
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from policy_kb import clock
from portal.applications import prefilling, questions
from portal.applications.draft_view import EDITABLE, view_draft
from portal.applications.models import Answer, Draft
from portal.audit import service as audit
from portal.errors import Conflict, Forbidden, Missing
from portal.extensions import db
from portal.forms.service import Form
from portal.identity.service import Identity, require_kind, require_signed_in
from portal.language import current_language
from portal.prefill.service import Fact


def start(identity: Identity, item: str, variant: str, record_id: str = "", *, another: bool = False) -> Draft:
    """The party's open draft of this item (and record), begun when there is none; ``consenting`` then asks the sources.

    ``another`` begins a second one. The caller commits.
    """
    form = _form_for(item, variant)
    require_kind(identity, *questions.list_applicants(form))
    if not identity.party_code:
        raise Forbidden(_("Your account acts for no enterprise. Ask the enterprise for a mandate first."))
    if not identity.covers(f"{form.item}/{form.variant}"):
        audit.record_now(identity.actor, "refused_start", "party", identity.party_code, party_code=identity.party_code)
        raise Forbidden(_("Your mandate does not cover this service item. Ask the enterprise for one that does."))
    with db.session.no_autoflush:  # the audit lines go out with the draft
        return _start(identity, form, record_id, another)


def _start(identity: Identity, form: Form, record_id: str, another: bool) -> Draft:
    records = {record.id for record in prefilling.list_records(identity, form)}
    if record_id and record_id not in records:
        raise Missing(_("There is no such record of your enterprise. Choose one from the list."))
    record_id = record_id or (min(records) if len(records) == 1 else "")
    known = _find_open(identity, form, record_id)
    if known and not another:
        return known
    now = clock.now()
    draft = Draft(
        id=secrets.token_urlsafe(12).replace("-", "a").replace("_", "b"),
        form_id=form.id,
        form_version=form.version,
        item=form.item,
        variant=form.variant,
        party_code=identity.party_code,
        account_id=identity.account_id,
        record_id=record_id,
        version=1,
        state="open",
        failed=[],
        talk={},
        created_at=now,
        updated_at=now,
    )
    db.session.add(draft)
    audit.record(identity.actor, "start", "draft", draft.id, party_code=draft.party_code, detail=form.id)
    db.session.flush()
    return draft


def _form_for(item: str, variant: str) -> Form:
    found = questions.find_form(item, variant)
    if found is None:
        raise Missing(_("There is no online form for this item here yet. Its page says where to apply."))
    return found


def _find_open(identity: Identity, form: Form, record_id: str) -> Draft | None:
    query = select(Draft).where(
        Draft.party_code == identity.party_code,
        Draft.form_id == form.id,
        Draft.record_id == record_id,
        Draft.state == "open",
    )
    return db.session.scalar(query.order_by(Draft.updated_at.desc()))


def fill(draft: Draft, facts: dict[int, Fact] | None = None) -> list[str]:
    """Write what the records fill (never over an answer of a person); ids of the fields whose value changed."""
    view = view_draft(draft, facts=facts)
    changed = []
    for one in view.form.list_fields():
        outcome, row = view.outcomes.get(one.id), view.answers.get(one.id)
        if row and row.author:
            continue
        filled = outcome is not None and outcome.outcome in ("auto", "computed")
        before = row.value if row and row.state == "given" else None
        after = outcome.value if outcome and filled else None
        if after == before and (row is None or outcome is None or row.fact_id == outcome.fact_id):
            continue
        changed += [one.id] if after != before else []
        origin = "computed" if outcome and outcome.outcome == "computed" else "auto"
        state = "given" if filled else "cleared"
        _add_row(draft, one.id, after, state, origin, fact_id=outcome.fact_id if outcome and filled else None)
    return changed


def refresh(identity: Identity, draft: Draft) -> list[str]:
    """Ask the sources again where a fact is too old, a source was away or a register has moved on; labels of the fields
    that changed."""
    view = view_draft(draft)
    expired = prefilling.list_expired(view.form, view.facts, view.answers)
    withheld = identity.strong and prefilling.list_withheld(view.facts.values())
    if (
        draft.state not in EDITABLE
        or not (draft.failed or expired or withheld or prefilling.has_news(draft, view.facts.values()))
        or not prefilling.may_ask(identity, draft)
    ):
        return []
    hold(draft)
    draft.version += 1
    draft.failed, facts = prefilling.fetch(identity, draft, view.form)
    db.session.flush()
    changed = fill(draft, facts)
    return [questions.label_of(view.form, name, current_language()) for name in changed]


def hold(draft: Draft) -> None:
    """Let nobody else number facts of this draft before the commit: an update takes the row, of SQLite the whole file."""
    db.session.execute(update(Draft).where(Draft.id == draft.id).values(version=Draft.version))
    db.session.refresh(draft, ["version"])


def _add_row(draft: Draft, field_id: str, value: Any, state: str, origin: str, **more: Any) -> None:
    row = Answer(
        field_id=field_id, value=value, state=state, origin=origin, version=draft.version, at=clock.now(), **more
    )
    draft.answers.append(row)


def get_draft(identity: Identity, draft_id: str) -> Draft:
    """The party's own draft; Missing for anybody else's."""
    require_signed_in(identity)
    draft = db.session.get(Draft, draft_id)
    if (
        draft is None
        or not identity.party_code
        or draft.party_code != identity.party_code
        or not identity.covers(f"{draft.item}/{draft.variant}")
    ):
        audit.record_now(identity.actor, "refused_read", "draft", draft_id)
        raise Missing(_("There is no such draft among those of the party you act for."))
    return draft


def open_draft(identity: Identity, draft_id: str) -> Draft:
    """The party's own draft for somebody who reads it on a page, leaving an audit line. The caller commits."""
    draft = get_draft(identity, draft_id)
    audit.record(identity.actor, "read", "draft", draft.id, party_code=draft.party_code)
    return draft


def list_drafts(identity: Identity) -> list[Draft]:
    """Open and returned drafts of the party acted for, the last touched first."""
    if not identity.signed_in or not identity.party_code:
        return []
    query = select(Draft).where(Draft.party_code == identity.party_code, Draft.state.in_(EDITABLE))
    found = db.session.scalars(query.order_by(Draft.updated_at.desc()))
    return [draft for draft in found if identity.covers(f"{draft.item}/{draft.variant}")]


def abandon(identity: Identity, draft_id: str) -> None:
    """Give an open draft up; it is kept for the record but no longer listed. The caller commits."""
    draft = get_draft(identity, draft_id)
    if draft.state != "open":
        raise Conflict(_("Only a draft that was never sent can be given up."))
    draft.state = "abandoned"
    audit.record(identity.actor, "abandon", "draft", draft.id, party_code=draft.party_code)
