"""A field as a page shows it: label, hint, why, what stands in its control, where the value came from, what is offered."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from portal.applications import doubting, prefilling, questions
from portal.applications.draft_view import View, line_of, offered
from portal.applications.wording import origin_name
from portal.forms.service import Cite, Field
from portal.identity.service import Identity, current_identity
from portal.prefill.service import Choice
from portal.uploads import list_endings, name_kinds
from portal.vocabulary import is_private


@dataclass(frozen=True, slots=True)
class Offer:
    """A value a record offers: ``key`` is what the browser sends back instead of the value."""

    key: str
    text: str
    line: str


@dataclass(frozen=True, slots=True)
class Shown:
    """One field. ``typed`` is what its control holds; ``text`` the present value in words; ``rows`` those of a group.

    ``record_id`` is the record that fills or filled it, "" for none; ``mind`` is what to
    look at in a filled value. ``had`` is whether the page was made with a value in it, so that emptying it means clearing it.
    """

    field: Field
    id: str
    language: str
    label: str
    hint: str
    typed: Any
    text: str
    had: bool
    error: str
    errors: Mapping[str, str]
    locked: bool
    open: bool
    conflict: bool
    origin: str
    origin_text: str
    line: str
    reason: str
    record_id: str
    mind: str
    note: str
    offers: list[Offer]
    rejected: list[tuple[str, str, str]]
    rows: list[dict[str, Any]]

    @property
    def type(self) -> str:
        return self.field.type

    @property
    def cites(self) -> tuple[Cite, ...]:
        return self.field.cites

    @property
    def yes_no(self) -> list[tuple[str, str]]:
        """The two answers of a yes/no field in words."""
        return questions.list_yes_no(self.field, self.language)

    @property
    def kinds(self) -> str:
        """The kinds of file it takes, in words."""
        return name_kinds(questions.media_types(self.field))

    @property
    def accept(self) -> str:
        """The endings that a file chooser offers."""
        return ",".join(list_endings(questions.media_types(self.field)))

    @property
    def unconfirmed(self) -> bool:
        """Whether its choices still have to be held against the official list."""
        return questions.is_unconfirmed(self.field)

    @property
    def required(self) -> bool:
        return self.field.required


def show_field(
    view: View,
    one: Field,
    *,
    typed: Mapping[str, Any] | None = None,
    errors: Mapping[str, str] | None = None,
    add_row: bool = False,
    reader: Identity | None = None,
) -> Shown:
    """The field in the view's language; ``typed`` holds what the person sent for fields that are shown as sent, ``reader``
    is who looks when it is not the browser session."""
    typed, errors, language = typed or {}, errors or {}, view.language
    value = view.values.get(one.id)
    outcome = view.outcomes.get(one.id)
    origin = view.origin_of(one.id)
    row = view.answers.get(one.id)
    identity, filling = reader or current_identity(), doubting.find_filling(view, one.id)
    hidden = prefilling.is_hidden(view.facts, row, identity) and one.id not in typed
    withheld = is_private(one.concept) and not identity.strong
    control = None if hidden else typed.get(one.id, value)
    return Shown(
        field=one,
        id=one.id,
        language=language,
        label=one.label[language],
        hint=one.hint[language] if one.hint else "",
        typed="" if control is None else control,
        text=_("filled in; shown after the strong sign-in") if hidden else questions.write(one, value, language),
        had=value is not None and not hidden,
        error=errors.get(one.id, ""),
        errors={path: text for path, text in errors.items() if path.startswith(f"{one.id}[")},
        locked=view.is_locked(one.id),
        open=view.is_open(one.id) and not hidden,
        conflict=view.is_conflict(one.id),
        origin=origin,
        origin_text=origin_name(origin) if origin else "",
        line=line_of(view, one.id),
        reason=row.reason if row else "",
        record_id=filling.record_id if filling else "",
        mind=outcome.hint if outcome and outcome.outcome != "conflict" else "",
        note=view.notes.get(one.id, ""),
        offers=[] if withheld else _list_offers(view, one, value),
        rejected=[
            ("" if withheld else questions.write_raw(one, r.value, language), r.origin_line, r.reason)
            for r in (outcome.rejected if outcome else ())
        ],
        rows=_list_rows(one, control, add_row) if one.type == "repeat" else [],
    )


def _list_offers(view: View, one: Field, value: Any) -> list[Offer]:
    return [
        Offer(str(choice.fact_id), questions.write_raw(one, choice.value, view.language), _line(choice))
        for choice in offered(view.outcomes.get(one.id))
        if view.is_conflict(one.id) or choice.value != value
    ]


def _line(choice: Choice) -> str:
    return f"{choice.origin_line} · {choice.note}" if choice.note else choice.origin_line


def _list_rows(one: Field, control: Any, add_row: bool) -> list[dict[str, Any]]:
    """Rows for the table: those there are, and a blank one when asked for or when there is none."""
    rows = [dict(row) for row in control] if isinstance(control, list) else []
    if add_row or not rows:
        rows.append({"_id": f"n{secrets.token_hex(4)}"})
    return rows


def list_states(view: View) -> list[tuple[Any, list[Field], str, int]]:
    """For the task list: (page, its fields, "done" | "check" | "todo", how many answers are missing or not corrected)."""
    open_fields = {path.partition("[")[0] for path in view.list_errors()} | view.untouched
    found = []
    for page, fields in view.list_sections():
        missing = sum(f.id in open_fields for f in fields)
        only_records = all(
            view.origin_of(f.id) in ("auto", "locked", "computed") for f in fields if f.id in view.values
        )
        state = "todo" if missing else ("check" if only_records else "done")
        found.append((page, fields, state, missing))
    return found
