"""A fresh draft on trial: what would be filled, offered, put to the person or left out, and why; nothing is kept.

The same settling as for a real draft, for staff, for scenario tests and for ``flask prefill explain``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from policy_kb import clock
from portal.errors import Invalid, Missing
from portal.extensions import db
from portal.forms import service as forms
from portal.forms.service import Field, Form
from portal.identity.service import Identity
from portal.prefill.candidates import can_be_filled
from portal.prefill.mandates import find_reason_denied
from portal.prefill.models import Record
from portal.prefill.records import find_named_record
from portal.prefill.resolution import OWN_ORIGINS, add_computed, resolve
from portal.prefill.service import Fetched, collect_facts
from portal.prefill.settling import Choice, Given, Outcome, Rejected
from portal.prefill.sources import Source
from portal.prefill.windows import Window, find_window

ANSWER_ORIGINS = (*OWN_ORIGINS, "auto", "computed")
ANSWER_STATES = ("given", "cleared", "not_applicable")
OUTCOMES = ("auto", "suggest", "conflict", "computed", "kept", "none")


@dataclass(frozen=True, slots=True)
class ExplainedField:
    """``prefillable``: a record may fill it; ``shown``: the values so far ask for it; ``text`` is the value
    as people read it; ``record`` the name of the record in words (its outside name, number or id)."""

    id: str
    label: str
    concept: str
    about: str
    outcome: str
    prefillable: bool
    shown: bool
    value: Any
    text: str
    origin: str
    source: str
    record: str
    record_id: str
    as_of: date | None
    grade: str
    origin_line: str
    locked: bool
    hint: str
    choices: tuple[dict[str, Any], ...]
    rejected: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Explained:
    """``filled`` of ``fillable`` are fields filled without a question, of those that a record may fill;
    ``failed_sources`` maps a channel that brought nothing to what is told of it."""

    form: str
    version: int
    item: str
    party_code: str
    actor: str
    denied: str
    record_id: str
    today: date
    language: str
    window: Window | None
    failed_sources: Mapping[str, str]
    filled: int
    fillable: int
    counts: Mapping[str, int]
    fields: tuple[ExplainedField, ...] = field(default=())


def explain(
    identity: Identity,
    party_code: str,
    spec: Form,
    record_id: str,
    today: date,
    language: str,
    *,
    answers: Mapping[str, Given] | None = None,
    channels: Mapping[str, Source] | None = None,
    refused: frozenset[str] = frozenset(),
) -> Explained:
    """Ask the sources and settle every field, keeping nothing. ``record_id``: an id, outside name or number."""
    record = find_named_record(identity, party_code, record_id) if record_id else None
    item = f"{spec.item}/{spec.variant}"
    given = dict(answers or {})
    fetched = collect_facts(
        identity, party_code, item=item, today=today, channels=channels, refused=refused, language=language
    )
    settled = resolve(
        spec, fetched.facts, given, party_code=party_code, today=today, named_record=record.id if record else "",
        language=language, actor=identity.account_id or identity.code, strong=identity.strong,
    )  # fmt: skip
    outcomes = add_computed(spec, settled, today, language)
    values = {name: one.value for name, one in outcomes.items() if one.value is not None}
    shown = {one.id for one in forms.list_shown(spec, values, today)}
    names = _name_records(fetched)
    fillable = {one.id for one in spec.list_fields() if can_be_filled(spec, one, record.subject if record else "")}
    fields = tuple(
        _explain_field(one, outcomes[one.id], given.get(one.id), one.id in fillable, one.id in shown, names, language)
        for one in spec.list_fields()
    )
    told = {name: sum(f.outcome == name for f in fields) for name in OUTCOMES}
    return Explained(
        spec.id, spec.version, item, party_code, identity.code or identity.actor,
        find_reason_denied(identity, party_code, item, today), record.id if record else "", today, language,
        find_window(spec, values, today, language), dict(fetched.reasons),
        sum(f.outcome == "auto" and f.prefillable for f in fields), len(fillable), told, fields,
    )  # fmt: skip


def _explain_field(
    one: Field,
    settled: Outcome,
    given: Given | None,
    fillable: bool,
    shown: bool,
    names: Mapping[str, str],
    language: str,
) -> ExplainedField:
    origin = {"auto": "auto", "computed": "computed", "kept": given.origin if given else ""}.get(settled.outcome, "")
    return ExplainedField(
        one.id, one.label[language], one.concept, one.about, settled.outcome, fillable, shown, settled.value, forms.show_value(one, settled.value, language), origin, settled.source,
        names.get(settled.record_id, ""), settled.record_id, settled.as_of, settled.grade, settled.origin_line,
        settled.locked, settled.hint,
        tuple(_tell_choice(choice, names) for choice in settled.choices),
        tuple(_tell_rejected(rejected, names) for rejected in settled.rejected),
    )  # fmt: skip


def _tell_choice(one: Choice, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "value": one.value, "source": one.source, "record": names.get(one.record_id, ""), "record_id": one.record_id,
        "as_of": one.as_of, "grade": one.grade, "reason_code": one.code, "reason": one.note, "origin_line": one.origin_line,
    }  # fmt: skip


def _tell_rejected(one: Rejected, names: Mapping[str, str]) -> dict[str, Any]:
    return {
        "value": one.value, "source": one.source, "record": names.get(one.record_id, ""), "record_id": one.record_id,
        "as_of": one.as_of, "grade": one.grade, "reason_code": one.code, "reason": one.reason, "origin_line": one.origin_line,
    }  # fmt: skip


def _name_records(fetched: Fetched) -> dict[str, str]:
    """What people call each record: the name an outside file gave it, its number, or our id."""
    stands = {fact.record_id: fact.stand.number for fact in fetched.facts if fact.record_id}
    names = {}
    for record_id, number in stands.items():
        record = db.session.get(Record, record_id)
        names[record_id] = (record.ref if record else "") or number or record_id
    return names


def get_form(name: str) -> Form:
    """A form by its id, or by item and variant (``A11/renew``); Missing lists what there is."""
    known = {f"{form.item}/{form.variant}": form for form in forms.list_forms()}
    by_id = {form.id: form for form in known.values()}
    item, _slash, variant = name.partition("/")
    found = by_id.get(name.removesuffix(".yml")) or known.get(f"{item.upper()}/{variant}")
    if found is None and not variant:
        of_item = [form for key, form in known.items() if key.startswith(f"{item.upper()}/")]
        found = of_item[0] if len(of_item) == 1 else None
    if found is None:
        there_are = ", ".join(f"{form.id} ({key})" for key, form in sorted(known.items()))
        raise Missing(f"There is no form {name}; there are {there_are}")
    return found


def read_answers(spec: Form, raw: Any) -> dict[str, Given]:
    """Answers from JSON, by field id: a value, or ``{"value", "origin", "at", "state"}``. Invalid says what is wrong."""
    if not isinstance(raw, dict):
        raise Invalid('The answers must be one JSON object: {"field": value}.')
    known = {one.id: one for one in spec.list_fields()}
    unknown = sorted(set(raw) - set(known))
    if unknown:
        raise Invalid(f"The form {spec.id} has no field {', '.join(unknown)}; it has {', '.join(known)}.")
    return {name: _read_answer(known[name], answer) for name, answer in raw.items()}


def _read_answer(one: Field, raw: Any) -> Given:
    told = raw if isinstance(raw, dict) and ("value" in raw or "state" in raw) else {"value": raw}
    wrong = sorted(set(told) - {"value", "origin", "at", "state"})
    origin, state = told.get("origin", "manual"), told.get("state", "given")
    if wrong or origin not in ANSWER_ORIGINS or state not in ANSWER_STATES:
        raise Invalid(
            f"The answer to {one.id} may hold value, origin ({', '.join(ANSWER_ORIGINS)}), at (ISO time) and state "
            f"({', '.join(ANSWER_STATES)})."
        )
    try:
        at = datetime.fromisoformat(str(told["at"])) if told.get("at") else None
        value = forms.read_value(one, told.get("value"))
    except (forms.Unreadable, ValueError) as error:
        raise Invalid(f"The answer to {one.id} cannot be read: {error}") from error
    at = at.replace(tzinfo=clock.BEIJING) if at is not None and at.tzinfo is None else at
    return Given(value, origin, at, state if value is not None or state != "given" else "cleared")
