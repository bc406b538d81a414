"""Saving answers: what may not be carried is refused as a whole, what cannot be read comes back, the rest is added."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import update

from policy_kb import clock
from portal.applications import doubting, questions
from portal.applications.draft_view import EDITABLE, View, offered, view_draft
from portal.applications.drafts import get_draft
from portal.applications.models import Answer, Draft, Upload
from portal.audit import service as audit
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.forms.service import Field
from portal.identity.service import Identity
from portal.language import current_language
from portal.uploads import CheckedFile


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
    evidence: Mapping[str, CheckedFile] | None = None,
) -> Saved:
    """Save what was given for some fields: each that can be read is saved, the others come back as errors.

    ``raw`` holds what was typed by field id (a file as a CheckedFile); blank means untouched unless the field stands
    in ``clear``. ``chosen`` picks a value that records offer, by fact id. ``reasons`` and ``evidence`` say why a value
    differs from its record; they and settled conflicts become data tickets. ``channel``: page, chat or api. A request
    that carries what it may not (unknown, hidden, locked or not returned) is refused as a whole and audited; an old
    ``version`` raises Stale. The caller commits.
    """
    draft = get_draft(identity, draft_id)
    view = view_draft(draft)
    chosen = {name: key for name, key in (chosen or {}).items() if key not in ("", "other")}
    evidence = dict(evidence or {})
    _refuse_forbidden(identity, view, raw, {*raw, *clear, *chosen, *evidence})
    if version != draft.version:
        raise Stale(draft.version, list_changed(view, version))
    rows, errors = _read_all(view, raw, clear, chosen, channel, identity, dict(reasons or {}))
    errors |= _list_unreasoned(view, rows, reasons or {}, evidence)
    rows = [row for row in rows if row.field_id not in errors]
    doubting.raise_doubts(identity, view, rows, {name: f for name, f in evidence.items() if name not in errors})
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


def _list_unreasoned(
    view: View, rows: list[Answer], reasons: Mapping[str, str], evidence: Mapping[str, CheckedFile]
) -> dict[str, str]:
    """What is said against a record without the value that would be right, or shown without saying why."""
    errors, given = dict[str, str](), {row.field_id: row for row in rows}
    for name in {*(name for name, text in reasons.items() if text.strip()), *evidence}:
        row = given.get(name) or view.answers.get(name)
        if view.is_conflict(name):
            errors |= {} if name in given else {name: _("Choose which value is right, too.")}
        elif doubting.find_filling(view, name) is None:
            continue
        elif row is None or row.origin == "auto":
            errors[name] = _("You say that the record is wrong: enter the right value, too.")
        elif name in evidence and not row.reason:
            errors[name] = _("Say why the record is wrong, beside the paper that shows it.")
    return errors


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
    known = questions.fields_of(view.form)
    shown = {f.id for values in (view.values, _foresee(view, raw)) for f in questions.list_shown(view.form, values)}
    codes: dict[str, str] = {}
    for name in sorted(names):
        if name not in known:
            codes[name] = "unknown_field"
        elif view.is_locked(name) or view.is_worked_out(name):
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


def _foresee(view: View, raw: Mapping[str, Any]) -> dict[str, Any]:
    """The values with what the request brings: an answer may come together with the one that makes it asked."""
    known = questions.fields_of(view.form)
    brought = {
        name: questions.read(known[name], value)[0]
        for name, value in raw.items()
        if name in known and known[name].type != "file" and view.is_open(name)
    }
    values = view.values | {name: value for name, value in brought.items() if value is not None}
    return values | questions.compute(view.form, values, {name for name in known if view.is_locked(name)})


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
    kept = view.answers.get(name)
    if kept and kept.state == "given" and str(kept.fact_id) == key:
        return kept.value, kept.fact_id, {}  # saved as it was clicked; the section's button sends it once more
    outcome = view.outcomes.get(name)
    found = next((c for c in offered(outcome) if str(c.fact_id) == key), None) if outcome else None
    if found is None:
        return None, None, {name: _("Choose one of the values shown.")}
    value, errors = questions.read(questions.fields_of(view.form)[name], found.value)
    return value, found.fact_id, errors


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
    new_reason = row is not None and settled and bool(reason) and reason != row.reason
    if value == before and (settled or not view.is_conflict(one.id)) and not new_reason:
        return None
    was_filled = any(
        r.field_id == one.id and r.origin in ("auto", "override") and r.state == "given" for r in view.draft.answers
    )
    origin = "override" if was_filled and fact_id is None else ("chat_confirmed" if channel == "chat" else "manual")
    return Answer(value=value, state="given", origin=origin, fact_id=fact_id, **base)
