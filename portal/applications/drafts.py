"""Filling in an application: start a draft, see every field with where its value came from, save, notice other hands."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update

from policy_kb import clock
from portal.applications import prefilling, questions
from portal.applications.models import Answer, Case, Draft, FieldNote
from portal.audit import service as audit
from portal.errors import Conflict, Forbidden, Missing
from portal.extensions import db
from portal.forms.service import Field, Form, Page, Rule
from portal.identity.service import Identity, require_kind, require_signed_in
from portal.language import current_language
from portal.prefill.service import Fact, Outcome

EDITABLE = ("open", "returned")


@dataclass(frozen=True, slots=True)
class View:
    """A draft as it stands: newest answers, what the records say, and the values that count (locked ones from facts,
    ``computed`` ones worked out from the others).

    Of a returned draft ``notes`` are the officer's words on the fields to correct, ``untouched`` those of them that nobody
    answered anew yet, ``sent_on`` the day it came in; ``language`` is that of the origin lines.
    """

    draft: Draft
    form: Form
    answers: dict[str, Answer]
    facts: dict[int, Fact]
    outcomes: dict[str, Outcome]
    values: dict[str, Any]
    notes: dict[str, str]
    language: str
    computed: frozenset[str] = frozenset()
    untouched: frozenset[str] = frozenset()
    sent_on: date | None = None

    def is_locked(self, field_id: str) -> bool:
        outcome = self.outcomes.get(field_id)
        return bool(outcome and outcome.locked)

    def is_worked_out(self, field_id: str) -> bool:
        """Whether the form works this out and nobody may type it."""
        found = questions.find_field(self.form, field_id)
        return bool(found and found.compute and found.lock)

    def is_open(self, field_id: str) -> bool:
        """Whether the person may answer this field now."""
        if self.is_locked(field_id) or self.is_worked_out(field_id) or self.draft.state not in EDITABLE:
            return False
        return self.draft.state == "open" or field_id in self.notes

    def is_conflict(self, field_id: str) -> bool:
        """Whether two records disagree and the person has not said which is right."""
        outcome = self.outcomes.get(field_id)
        return bool(outcome and outcome.outcome == "conflict")

    def is_disputed(self, field_id: str) -> bool:
        """Whether two records disagree, be it that the person has said which is right."""
        outcome = self.outcomes.get(field_id)
        return bool(outcome and outcome.outcome in ("conflict", "kept") and outcome.choices)

    def origin_of(self, field_id: str) -> str:
        """locked, auto, computed, manual, override, chat_confirmed, or "" when there is no value."""
        if self.is_locked(field_id):
            return "locked"
        if field_id in self.computed:
            return "computed"
        row = self.answers.get(field_id)
        return row.origin if row and row.state == "given" else ""

    @property
    def recorded(self) -> questions.Recorded:
        """What a source says of a concept, about the very thing of this draft."""
        return prefilling.list_recorded(self.form, self.draft, self.facts)

    def list_warnings(self) -> list[Rule]:
        """Rules that the answers break without standing against sending; what is corrected came in on its first day."""
        return questions.list_warnings(self.form, self.values, self.recorded, self.sent_on)

    def list_sections(self) -> list[tuple[Page, list[Field]]]:
        """Pages with the fields shown now; of a returned draft only what is to be corrected."""
        pairs = questions.list_sections(self.form, self.values)
        if self.draft.state == "returned":
            pairs = [(page, [f for f in fields if f.id in self.notes]) for page, fields in pairs]
        return [(page, fields) for page, fields in pairs if fields]

    def list_errors(self) -> dict[str, str]:
        """What stands against sending the draft, by path."""
        errors = questions.check(self.form, self.values, self.recorded)
        for one in questions.list_shown(self.form, self.values):
            if self.is_conflict(one.id):
                errors[one.id] = _("Two records disagree. Choose which value is right.")
        return errors


def list_gaps(view: View, errors: Mapping[str, str] | None = None) -> list[questions.Gap]:
    """What stands against sending the draft, each with the reason and the clause."""
    found = view.list_errors() if errors is None else errors
    return questions.list_gaps(view.form, view.values, found, view.recorded, view.language)


def newest_answers(draft: Draft, *, until: int | None = None) -> dict[str, Answer]:
    """The newest row of every field (as of a version of the draft)."""
    return {row.field_id: row for row in draft.answers if until is None or row.version <= until}


def view_draft(draft: Draft, language: str = "", facts: dict[int, Fact] | None = None) -> View:
    """Everything a page, the conversation or the submission needs to know of a draft. ``facts``: those of the draft, when
    they were read just now."""
    language = language or current_language()
    form = questions.form_of(draft.form_id, draft.form_version)
    answers = newest_answers(draft)
    facts = prefilling.list_facts(draft) if facts is None else facts
    outcomes = prefilling.resolve(form, draft, facts, answers, language)
    values = {name: row.value for name, row in answers.items() if row.state == "given"}
    values |= {name: one.value for name, one in outcomes.items() if one.locked}
    computed = questions.compute(form, values, {name for name, one in outcomes.items() if one.locked})
    notes, untouched, sent_on = _find_return(draft)
    return View(
        draft,
        form,
        answers,
        facts,
        outcomes,
        values | computed,
        notes,
        language,
        frozenset(computed),
        untouched,
        sent_on,
    )


def _find_return(draft: Draft) -> tuple[dict[str, str], frozenset[str], date | None]:
    """What the officer noted by field, which of these nobody answered since, and the day the case came in."""
    if draft.state != "returned":
        return {}, frozenset(), None
    case = db.session.scalar(select(Case).where(Case.draft_id == draft.id))
    assert case is not None
    query = select(FieldNote).where(FieldNote.case_id == case.id, FieldNote.round == case.snapshot.round)
    notes = {note.field_id: note.text for note in db.session.scalars(query)}
    touched = {row.field_id for row in draft.answers if row.author and row.at > case.snapshot.at}
    return notes, frozenset(notes.keys() - touched), case.received_at.date()


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


def offered(outcome: Outcome | None) -> list[Any]:
    """The values that records offer for a field, each with ``value``, ``origin_line`` and ``fact_id``."""
    return list(outcome.choices) if outcome else []


def line_of(view: View, field_id: str, *, sent: bool = False) -> str:
    """Where the present value came from, in words; "" for what a person entered on their own. ``sent``: for documents."""
    outcome, row = view.outcomes.get(field_id), view.answers.get(field_id)
    told = outcome.origin_line if outcome is not None and (outcome.locked or row is None or not row.author) else ""
    # a copy that has become too old fills nothing any more, but the value still came from it
    fact = view.facts.get((outcome.fact_id if told and outcome else row.fact_id if row else 0) or 0)
    return told if told and not (sent and fact) else prefilling.write_line(fact, view.language, sent=sent)
