"""A fresh draft on trial: what would be filled, offered, put to the person or left out, and the share that is filled."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.forms import service as forms
from portal.forms.service import Form
from portal.identity.service import Identity
from portal.prefill.candidates import is_fillable
from portal.prefill.records import get_record
from portal.prefill.resolution import Choice, Rejected, resolve
from portal.prefill.service import collect_facts


@dataclass(frozen=True, slots=True)
class ExplainedField:
    """``prefillable``: the form names a source for it. ``text`` is the value as people read it."""

    id: str
    outcome: str
    prefillable: bool
    value: Any
    text: str
    origin_line: str
    locked: bool
    hint: str
    choices: tuple[Choice, ...]
    rejected: tuple[Rejected, ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """``filled`` of ``fillable`` are fields filled without a question, of those the form names a source for."""

    form: str
    version: int
    party_code: str
    record_id: str
    today: date
    failed_sources: tuple[str, ...]
    filled: int
    fillable: int
    fields: tuple[ExplainedField, ...]


def explain(identity: Identity, party_code: str, spec: Form, record_id: str, today: date, language: str) -> Explained:
    """Ask the sources and settle every field, keeping nothing."""
    if record_id:
        get_record(identity, record_id)
    fetched = collect_facts(identity, party_code, language=language)
    outcomes = resolve(
        spec, fetched.facts, {}, party_code=party_code, today=today, named_record=record_id, language=language,
        actor=identity.account_id,
    )  # fmt: skip
    fields = []
    for field in spec.list_fields():
        o = outcomes[field.id]
        fields.append(
            ExplainedField(
                field.id,
                o.outcome,
                bool(field.sources) and is_fillable(field),
                o.value,
                forms.show_value(field, o.value, language),
                o.origin_line,
                o.locked,
                o.hint,
                o.choices,
                o.rejected,
            )
        )
    fillable = [f for f in fields if f.prefillable]
    return Explained(
        spec.id, spec.version, party_code, record_id, today, fetched.failed_sources,
        sum(f.outcome == "auto" for f in fillable), len(fillable), tuple(fields),
    )  # fmt: skip
