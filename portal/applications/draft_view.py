"""A draft as it stands: each answer with where its value came from, what the records say, and what is open or locked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from portal.applications import completeness, prefilling, questions
from portal.applications.models import Answer, Case, Draft, FieldNote
from portal.extensions import db
from portal.forms.service import Field, Form, Page, Rule
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
    def recorded(self) -> completeness.Recorded:
        """What a source says of a concept, about the very thing of this draft."""
        return prefilling.list_recorded(self.form, self.draft, self.facts)

    def list_warnings(self) -> list[Rule]:
        """Rules that the answers break without standing against sending; what is corrected came in on its first day."""
        return completeness.list_warnings(self.form, self.values, self.recorded, self.sent_on)

    def list_sections(self) -> list[tuple[Page, list[Field]]]:
        """Pages with the fields shown now; of a returned draft only what is to be corrected."""
        pairs = questions.list_sections(self.form, self.values)
        if self.draft.state == "returned":
            pairs = [(page, [f for f in fields if f.id in self.notes]) for page, fields in pairs]
        return [(page, fields) for page, fields in pairs if fields]

    def list_errors(self) -> dict[str, str]:
        """What stands against sending the draft, by path."""
        errors = completeness.check(self.form, self.values, self.recorded)
        for one in questions.list_shown(self.form, self.values):
            if self.is_conflict(one.id):
                errors[one.id] = _("Two records disagree. Choose which value is right.")
        return errors


def list_gaps(view: View, errors: Mapping[str, str] | None = None) -> list[completeness.Gap]:
    """What stands against sending the draft, each with the reason and the clause."""
    found = view.list_errors() if errors is None else errors
    return completeness.list_gaps(view.form, view.values, found, view.recorded, view.language)


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
