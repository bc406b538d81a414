"""Filling in an application: start a draft, see every field with where its value came from, save, notice other hands."""

import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from policy_kb import clock
from portal.applications import prefilling, questions
from portal.applications.models import Answer, Case, Draft, FieldNote, Upload
from portal.audit import service as audit
from portal.errors import Conflict, Forbidden, Invalid, Missing
from portal.extensions import db
from portal.forms.service import Field, Form, Page
from portal.identity.service import Identity, require_kind, require_signed_in
from portal.language import current_language
from portal.prefill.service import Fact, Outcome
from portal.uploads import CheckedFile

EDITABLE = ("open", "returned")


class Stale(Conflict):
    """The draft went on since the page was made. ``version`` is the present one, ``changed`` names what changed."""

    code = "stale"

    def __init__(self, version: int, changed: list[str]) -> None:
        super().__init__(
            _(
                "This draft was changed in another place since you opened this page. Look at what changed and save again; what you typed is kept."
            )
        )
        self.version, self.changed = version, changed


@dataclass(frozen=True, slots=True)
class Saved:
    """``errors`` by path for what could not be saved; everything else was. ``version`` is the draft's now."""

    version: int
    at: datetime
    saved: tuple[str, ...] = ()
    errors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class View:
    """A draft as it stands: newest answers, what the records say, and the values that count (locked ones from facts).

    ``notes`` are the officer's words on the fields to correct (returned drafts); ``language`` that of the origin lines.
    """

    draft: Draft
    form: Form
    answers: dict[str, Answer]
    facts: dict[int, Fact]
    outcomes: dict[str, Outcome]
    values: dict[str, Any]
    notes: dict[str, str]
    language: str

    def is_locked(self, field_id: str) -> bool:
        outcome = self.outcomes.get(field_id)
        return bool(outcome and outcome.locked)

    def is_open(self, field_id: str) -> bool:
        """Whether the person may answer this field now."""
        if self.is_locked(field_id) or self.draft.state not in EDITABLE:
            return False
        return self.draft.state == "open" or field_id in self.notes

    def is_conflict(self, field_id: str) -> bool:
        """Whether two records disagree and the person has not said which is right."""
        outcome = self.outcomes.get(field_id)
        return bool(outcome and outcome.outcome == "conflict")

    def origin_of(self, field_id: str) -> str:
        """locked, auto, computed, manual, override, chat_confirmed, or "" when there is no value."""
        if self.is_locked(field_id):
            return "locked"
        row = self.answers.get(field_id)
        return row.origin if row and row.state == "given" else ""

    def list_sections(self) -> list[tuple[Page, list[Field]]]:
        """Pages with the fields shown now; of a returned draft only what is to be corrected."""
        pairs = questions.list_sections(self.form, self.values)
        if self.draft.state == "returned":
            pairs = [(page, [f for f in fields if f.id in self.notes]) for page, fields in pairs]
        return [(page, fields) for page, fields in pairs if fields]

    def list_errors(self) -> dict[str, str]:
        """What stands against sending the draft, by path."""
        errors = questions.check(self.form, self.values)
        for one in questions.list_shown(self.form, self.values):
            if self.is_conflict(one.id):
                errors[one.id] = _("Two records disagree. Choose which value is right.")
        return errors


def newest_answers(draft: Draft, *, until: int | None = None) -> dict[str, Answer]:
    """The newest row of every field (as of a version of the draft)."""
    return {row.field_id: row for row in draft.answers if until is None or row.version <= until}


def view_draft(draft: Draft, language: str = "") -> View:
    """Everything a page, the conversation or the submission needs to know of a draft."""
    language = language or current_language()
    form = questions.form_of(draft.form_id, draft.form_version)
    answers = newest_answers(draft)
    facts = prefilling.list_facts(draft)
    outcomes = prefilling.resolve(form, draft, facts, answers, language)
    values = {name: row.value for name, row in answers.items() if row.state == "given"}
    values |= {name: one.value for name, one in outcomes.items() if one.locked}
    return View(draft, form, answers, facts, outcomes, values, _notes_of(draft), language)


def _notes_of(draft: Draft) -> dict[str, str]:
    if draft.state != "returned":
        return {}
    case = db.session.scalar(select(Case).where(Case.draft_id == draft.id))
    assert case is not None
    query = select(FieldNote).where(FieldNote.case_id == case.id, FieldNote.round == case.snapshot.round)
    return {note.field_id: note.text for note in db.session.scalars(query)}


def start(identity: Identity, item: str, variant: str, record_id: str = "", *, another: bool = False) -> Draft:
    """The party's open draft of this item (and record), begun and filled from every source when there is none.

    ``another`` begins a second one. The caller commits.
    """
    require_kind(identity, "enterprise")
    if not identity.party_code:
        raise Forbidden(_("Your account acts for no enterprise. Ask the enterprise for a mandate first."))
    form = _form_for(item, variant)
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
    db.session.flush()
    audit.record(identity.actor, "start", "draft", draft.id, party_code=draft.party_code, detail=form.id)
    draft.failed = prefilling.fetch(identity, draft, form)
    fill(draft)
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


def fill(draft: Draft) -> list[str]:
    """Write what the records fill (never over an answer of a person); ids of the fields whose value changed."""
    view = view_draft(draft)
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
    """Ask the sources again where a fact is too old or a source was away; labels of the fields that changed."""
    view = view_draft(draft)
    if draft.state not in EDITABLE or not (
        draft.failed or prefilling.list_expired(view.form, view.facts, view.answers)
    ):
        return []
    draft.failed = prefilling.fetch(identity, draft, view.form)
    draft.version += 1
    db.session.flush()
    changed = fill(draft)
    return [questions.label_of(view.form, name, current_language()) for name in changed]


def _add_row(draft: Draft, field_id: str, value: Any, state: str, origin: str, **more: Any) -> None:
    row = Answer(
        field_id=field_id, value=value, state=state, origin=origin, version=draft.version, at=clock.now(), **more
    )
    draft.answers.append(row)


def get_draft(identity: Identity, draft_id: str) -> Draft:
    """The party's own draft; Missing for anybody else's."""
    require_signed_in(identity)
    draft = db.session.get(Draft, draft_id)
    if draft is None or not identity.party_code or draft.party_code != identity.party_code:
        audit.record_now(identity.actor, "refused_read", "draft", draft_id)
        raise Missing(_("There is no such draft among those of the party you act for."))
    return draft


def list_drafts(identity: Identity) -> list[Draft]:
    """Open and returned drafts of the party acted for, the last touched first."""
    if not identity.signed_in or not identity.party_code:
        return []
    query = select(Draft).where(Draft.party_code == identity.party_code, Draft.state.in_(EDITABLE))
    return list(db.session.scalars(query.order_by(Draft.updated_at.desc())))


def abandon(identity: Identity, draft_id: str) -> None:
    """Give an open draft up; it is kept for the record but no longer listed. The caller commits."""
    draft = get_draft(identity, draft_id)
    if draft.state != "open":
        raise Conflict(_("Only a draft that was never sent can be given up."))
    draft.state = "abandoned"
    audit.record(identity.actor, "abandon", "draft", draft.id, party_code=draft.party_code)


def save_fields(
    identity: Identity,
    draft_id: str,
    version: int,
    raw: Mapping[str, Any],
    channel: str,
    *,
    clear: Collection[str] = (),
    chosen: Mapping[str, str] | None = None,
    reasons: Mapping[str, str] | None = None,
) -> Saved:
    """Save what was given for some fields: each that can be read is saved, the others come back as errors.

    ``raw`` holds what was typed by field id (a file as a CheckedFile); blank means untouched unless the field stands
    in ``clear``. ``chosen`` picks a value that records offer, by fact id. ``channel``: page, chat or api. A request
    that carries what it may not (unknown, hidden, locked or not returned) is refused as a whole and audited; an old
    ``version`` raises Stale. The caller commits.
    """
    draft = get_draft(identity, draft_id)
    view = view_draft(draft)
    chosen = {name: key for name, key in (chosen or {}).items() if key not in ("", "other")}
    _refuse_forbidden(identity, view, raw, {*raw, *clear, *chosen})
    if version != draft.version:
        raise Stale(draft.version, list_changed(view, version))
    rows, errors = _read_all(view, raw, clear, chosen, channel, identity, dict(reasons or {}))
    if rows:
        _claim(draft, version)
        for row in rows:
            row.version = draft.version
            draft.answers.append(row)
        audit.record(
            identity.actor,
            "save",
            "draft",
            draft.id,
            party_code=draft.party_code,
            detail=", ".join(r.field_id for r in rows),
        )
    return Saved(draft.version, draft.updated_at, tuple(r.field_id for r in rows), errors)


def _claim(draft: Draft, version: int) -> None:
    """Take the next version of the draft, or notice that somebody else did."""
    done = db.session.execute(
        update(Draft)
        .where(Draft.id == draft.id, Draft.version == version, Draft.state.in_(EDITABLE))
        .values(version=version + 1, updated_at=clock.now())
    )
    if getattr(done, "rowcount", 0) != 1:
        db.session.rollback()
        raise Stale(db.session.get_one(Draft, draft.id).version, [])
    db.session.refresh(draft, ["version", "updated_at"])


def list_changed(view: View, version: int) -> list[str]:
    """Fields that changed after a version of the draft."""
    return list(dict.fromkeys(row.field_id for row in view.draft.answers if row.version > version))


def _refuse_forbidden(identity: Identity, view: View, raw: Mapping[str, Any], names: set[str]) -> None:
    """Refuse, with an audit line that stays, a request that carries a field it may not carry."""
    shown = {f.id for f in questions.list_shown(view.form, view.values)}
    known = questions.fields_of(view.form)
    codes: dict[str, str] = {}
    for name in sorted(names):
        if name not in known:
            codes[name] = "unknown_field"
        elif view.is_locked(name):
            codes[name] = "locked_field"
        elif name not in shown:
            codes[name] = "hidden_field"
        elif not view.is_open(name):
            codes[name] = "closed_field"
        elif isinstance(raw.get(name), list) and known[name].type not in ("choices", "repeat"):
            codes[name] = "duplicate_field"
    if not codes:
        return
    draft_id, party, form = view.draft.id, view.draft.party_code, view.form
    detail = ", ".join(f"{name}: {code}" for name, code in codes.items())
    audit.record_now(identity.actor, "refused_save", "draft", draft_id, party_code=party, detail=detail)
    said = {
        "unknown_field": _("This form does not ask for this."),
        "locked_field": _(
            "This comes from the register and cannot be changed here. If it is wrong, have the register corrected first."
        ),
        "hidden_field": _("This is not asked with the answers given so far."),
        "duplicate_field": _("This was sent twice."),
        "closed_field": _("Only what the authority returned can be changed now."),
    }
    raise Invalid(
        _("Nothing was saved: the request held fields that cannot be changed here. Reload the page and try again."),
        code=next(iter(codes.values())),
        fields={
            name: f"{questions.label_of(form, name, current_language())}: {said[code]}" for name, code in codes.items()
        },
    )


def _read_all(
    view: View,
    raw: Mapping[str, Any],
    clear: Collection[str],
    chosen: Mapping[str, str],
    channel: str,
    identity: Identity,
    reasons: dict[str, str],
) -> tuple[list[Answer], dict[str, str]]:
    rows: list[Answer] = []
    errors: dict[str, str] = {}
    for name, one in questions.fields_of(view.form).items():
        if name not in raw and name not in clear and name not in chosen:
            continue
        fact_id = None
        if name in chosen:
            value, fact_id, found = _take_choice(view, name, chosen[name])
        elif one.type == "file":
            value, found = _take_file(view.draft, one, raw.get(name))
        else:
            value, found = questions.read(one, raw.get(name))
        errors |= found
        reason = reasons.get(name, "").strip()[:300]
        if not found and (row := _row_of(view, one, value, name in clear, channel, identity.actor, fact_id, reason)):
            rows.append(row)
    return rows, errors


def _take_choice(view: View, name: str, key: str) -> tuple[Any, int | None, dict[str, str]]:
    """The value of the offered fact with this id, taken from the records and not from the request."""
    outcome = view.outcomes.get(name)
    found = next((c for c in offered(outcome) if str(c.fact_id) == key), None) if outcome else None
    if found is None:
        return None, None, {name: _("Choose one of the values shown.")}
    value, errors = questions.read(questions.fields_of(view.form)[name], found.value)
    return value, found.fact_id, errors


def offered(outcome: Outcome | None) -> list[Any]:
    """The values that records offer for a field, each with ``value``, ``origin_line`` and ``fact_id``."""
    return list(outcome.choices) if outcome else []


def _take_file(draft: Draft, one: Field, file: Any) -> tuple[Any, dict[str, str]]:
    if file in (None, ""):
        return None, {}
    if not isinstance(file, CheckedFile):
        return None, {one.id: _("Send a file here.")}
    stored_as = file.store()
    upload = Upload(
        draft_id=draft.id,
        field_id=one.id,
        name=file.name,
        media_type=file.media_type,
        size=len(file.content),
        sha256=file.sha256,
        stored_as=stored_as,
        at=clock.now(),
    )
    db.session.add(upload)
    value = {
        "name": file.name,
        "media_type": file.media_type,
        "sha256": file.sha256,
        "size": len(file.content),
        "stored_as": stored_as,
    }
    return value, {}


def _row_of(
    view: View, one: Field, value: Any, may_clear: bool, channel: str, author: str, fact_id: int | None, reason: str
) -> Answer | None:
    """The row to add, None when nothing changed. What a record filled and a person changed is an override."""
    row = view.answers.get(one.id)
    before = row.value if row and row.state == "given" else None
    base = {
        "field_id": one.id,
        "author": author,
        "channel": channel,
        "reason": reason,
        "at": clock.now(),
        "version": view.draft.version,
    }
    if value is None:
        return (
            Answer(value=None, state="cleared", origin="manual", **base) if may_clear and before is not None else None
        )
    settled = row is not None and bool(row.author)
    if value == before and (settled or not view.is_conflict(one.id)) and not (row and reason and reason != row.reason):
        return None
    was_filled = any(
        r.field_id == one.id and r.origin in ("auto", "override") and r.state == "given" for r in view.draft.answers
    )
    origin = "override" if was_filled and fact_id is None else ("chat_confirmed" if channel == "chat" else "manual")
    return Answer(value=value, state="given", origin=origin, fact_id=fact_id, **base)


def line_of(view: View, field_id: str) -> str:
    """Where the present value came from, in words; "" for what a person entered on their own."""
    outcome, row = view.outcomes.get(field_id), view.answers.get(field_id)
    if outcome is not None and (outcome.locked or row is None or not row.author):
        return outcome.origin_line
    return prefilling.write_line(view.facts.get(row.fact_id or 0), view.language) if row else ""
