"""What the records say about a draft's fields: the one module here that knows ``portal.prefill``."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from policy_kb import clock
from portal.applications import outcomes, questions
from portal.applications.models import Answer, Case, Draft
from portal.forms.service import Field, Form
from portal.identity.service import Identity
from portal.language import current_language
from portal.prefill import service as prefill
from portal.prefill.service import ENDED_STATES, Choice, Fact, Outcome, Record, SourceConsent
from portal.vocabulary import ACCOUNT_SOURCE, KINDS, is_private

# The registers of the authority itself: an officer sees what they say today beside what was sent.
COMPARED = ("business_register", "licence_register")
# Registers whose numbers are written in a format of another name.
REGISTER_OF = {
    "preparation_approval": "preparation_registration",
    "ad_approval": "advertisement_approval",
    "drug_distribution_licence": "drug_licence",
}


def fetch(
    identity: Identity, draft: Draft, form: Form, *, said: Mapping[str, SourceConsent] | None = None
) -> tuple[list[str], dict[int, Fact]]:
    """Ask every source that people agreed to (``said``: only those that something was said of just now) and keep the facts
    with the draft; names of the sources that did not answer, and every fact of the draft as ``list_facts`` gives it."""
    channels = {name: one for name, one in prefill.list_channels().items() if said is None or name in said}
    barred = prefill.list_barred(identity, draft.id, said)
    fetched = prefill.fetch_facts(
        identity, draft.party_code, form, draft.id, record_id=draft.record_id, channels=channels, refused=barred
    )
    return [name for name in fetched.failed_sources if name not in barred], _by_id(fetched.facts)


def may_ask(identity: Identity, draft: Draft) -> bool:
    """Whether this person may have any source asked for the draft."""
    return bool(set(prefill.list_channels()) - prefill.list_barred(identity, draft.id))


def list_facts(draft: Draft) -> dict[int, Fact]:
    """Every fact read for the draft, by its id."""
    return _by_id(prefill.list_facts(draft.id))


def _by_id(facts: Iterable[Fact]) -> dict[int, Fact]:
    return {fact.id: fact for fact in facts if fact.id is not None}


def resolve(
    form: Form, draft: Draft, facts: Mapping[int, Fact], answers: Mapping[str, Answer], language: str
) -> dict[str, Outcome]:
    """What becomes of every field, given the facts of the draft and what people answered (not what was filled)."""
    return prefill.resolve(
        form,
        facts.values(),
        {name: row for name, row in answers.items() if row.author},
        party_code=draft.party_code,
        today=clock.today(),
        named_record=draft.record_id,
        language=language,
        actor=draft.account_id,
        strong=True,  # what a weak sign-in may not have was never fetched; who reads it is asked when it is shown
    )


def list_recorded(form: Form, draft: Draft, facts: Mapping[int, Fact]) -> Callable[[str, str], list[Any]]:
    """Asks what a source says of a concept about the very thing of the draft; the checks against records use it."""

    def ask(source: str, concept: str) -> list[Any]:
        return prefill.list_recorded(
            form,
            facts.values(),
            source,
            concept,
            party_code=draft.party_code,
            today=clock.today(),
            named_record=draft.record_id,
            actor=draft.account_id,
        )

    return ask


def read_registers(identity: Identity, draft: Draft, language: str) -> dict[int, Fact]:
    """What our own registers say of the party of a draft now, for an officer who compares; nothing of it is kept with the
    draft. Identity numbers are left out without a strong sign-in."""
    channels = {name: one for name, one in prefill.list_channels().items() if name in COMPARED}
    found = prefill.collect_facts(identity, draft.party_code, channels=channels, language=language)
    return {n: replace(fact, id=n) for n, fact in enumerate(found.facts, 1)}


def settle(
    form: Form, draft: Draft, facts: Mapping[int, Fact], identity: Identity, language: str
) -> dict[str, Outcome]:
    """What these facts alone would make of every field, whatever people answered."""
    return prefill.resolve(
        form,
        facts.values(),
        {},
        party_code=draft.party_code,
        today=clock.today(),
        named_record=draft.record_id,
        language=language,
        actor=draft.account_id,
        strong=identity.strong,
    )


def is_same(field: Field, said: Outcome | Choice, answer: Any) -> bool:
    """Whether an answer means what a record says of it."""
    return prefill.is_same_value(field.concept, said.value, answer, said.source)


def has_news(draft: Draft, facts: Iterable[Fact]) -> bool:
    """Whether a register's entry about the party came in after the sources were asked last (a correction, a decision)."""
    asked = [fact.fetched_at for fact in facts if fact.concept.startswith("source.")]
    newest = prefill.find_newest_copy(draft.party_code)
    return bool(asked) and newest is not None and newest > max(asked)


def list_withheld(facts: Iterable[Fact]) -> list[Fact]:
    """What the newest look-ups kept back because the person had not signed in strongly."""
    facts = list(facts)
    newest = {source: max(f.batch for f in facts if f.source == source) for source in {f.source for f in facts}}
    return [f for f in facts if f.value is None and f.batch == newest[f.source] and is_private(f.concept)]


def is_hidden(facts: Mapping[int, Fact], row: Answer | None, identity: Identity) -> bool:
    """Whether a value that a record filled may not be shown to somebody who has not signed in strongly."""
    fact = facts.get(row.fact_id or 0) if row and not identity.strong else None
    return fact is not None and is_private(fact.concept) and fact.source != ACCOUNT_SOURCE


def is_prefillable(form: Form, field: Field) -> bool:
    """Whether a record may fill a field: what is new with this very application nobody knows."""
    return prefill.can_be_filled(form, field)


def list_sources(facts: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
    """The source of each fact, by its draft and number."""
    return prefill.list_sources_of(facts)


def source_name(source: str, language: str) -> str:
    """A source as people call it."""
    return prefill.source_name(source, language)


def concept_label(concept: str, language: str) -> str:
    """A concept as people call it."""
    return prefill.concept_label(concept, language)


def write_line(fact: Fact | None, language: str, *, sent: bool = False) -> str:
    """Where a fact comes from, in words; ``sent``: as documents and officers read it."""
    return prefill.origin_line(fact, language, sent=sent) if fact else ""


def channel_name(channel: str) -> str:
    """A prefill source, as people call it."""
    return prefill.channel_name(channel, current_language())


def list_expired(form: Form, facts: Mapping[int, Fact], answers: Mapping[str, Answer]) -> list[str]:
    """Fields whose value rests on a fact that was read longer ago than the field allows."""
    today = clock.today()
    rows = [(field, answers.get(field.id)) for field in form.list_fields()]
    return [
        field.id
        for field, row in rows
        if row is not None
        and row.fact_id is not None
        and row.origin != "carried"
        and row.fact_id in facts
        and prefill.is_stale(field, facts[row.fact_id], today)
    ]


def list_registers(form: Form) -> list[str]:
    """The registers that may hold what the form is about: those that its field for the number names."""
    field = outcomes.find_number_field(form)
    sources = field.sources if field else ()
    return [name for name in sources if name in KINDS and (KINDS[name].grade, KINDS[name].about) == ("A", form.about)]


def list_records(identity: Identity, form: Form) -> list[Record]:
    """The party's valid licences (or products) that this form may be about, the newest record of each; those that end
    soonest come first where they are to be renewed."""
    newest: dict[str, Record] = {}
    for kind in list_registers(form):
        for record in prefill.list_records(identity, identity.party_code, kind):
            if record.is_valid_today:
                newest.setdefault(record.number, record)
    records = list(newest.values())
    if not form.variant.endswith("renew"):
        return records
    return sorted(records, key=lambda record: record.valid_to or date.max)


def keep_submission(case: Case, form: Form, *, accepted: bool) -> None:
    """Keep what was sent as a record for later drafts: only offered until the application is accepted."""
    prefill.add_record_from_case(
        form,
        case.snapshot.content["answers"],
        party_code=case.party_code,
        number=(case.certificate_number if form.is_filing else "") or case.number,
        as_of=case.received_at.date(),
        accepted=accepted,
    )


def keep_certificate(case: Case, form: Form) -> None:
    """What the register says from today: the certificate given, changed or ended. Nothing where no register is known."""
    kind = find_register(form)
    if not kind or not case.certificate_number:
        return
    start, end = _find_days(case)
    held = _list_held(kind)
    values = {
        concept: value
        for concept, value in outcomes.build_values(form, case.snapshot.content["answers"]).items()
        if concept in held
    }
    values |= {f"{form.about}.number": case.certificate_number}
    if end:
        values[f"{form.about}.valid_to"] = end.isoformat()
    if form.about == "licence" and start:
        values["licence.issued_on"] = clock.today().isoformat()
    prefill.put_record(
        party_code=case.party_code,
        kind=kind,
        number=case.certificate_number,
        issuer=values.get("licence.issuer", ""),
        as_of=clock.today(),
        valid_from=start,
        valid_to=end,
        status="cancelled" if outcomes.ending_of(form) == "cancel" else "valid",
        item=f"{form.item}/{form.variant}",
        values=values,
    )


def find_register(form: Form) -> str:
    """The register that a form's outcome is written to; "" when none is known."""
    given = questions.number_format(form)
    named = REGISTER_OF.get(given, given)
    registers = [named] if named in KINDS else list_registers(form)
    return registers[0] if registers else ""


def list_held_before(party_code: str, number: str) -> dict[str, Any]:
    """What the registers said of a number, by concept, the newest word of each."""
    entries = prefill.list_entries(party_code, number)
    return {concept: value for entry in reversed(entries) for concept, value in entry.values.items()}


def find_standing(party_code: str, number: str) -> str:
    """The state that ended a number in the register (revoked, cancelled, …); "" when none has."""
    entries = prefill.list_entries(party_code, number)
    return entries[0].status if entries and entries[0].status in ENDED_STATES else ""


def find_present_end(party_code: str, number: str) -> date | None:
    """The last day of the term that runs today under a number, by the registers; None when none runs."""
    running = [entry.valid_to for entry in prefill.list_entries(party_code, number) if entry.is_valid_today]
    return next((day for day in running if day is not None), None)


def end_entry(party_code: str, number: str, state: str) -> None:
    """Let the register say that a number has ended; the caller commits."""
    for entry in prefill.list_entries(party_code, number)[:1]:
        entry.status = state


def _find_days(case: Case) -> tuple[date | None, date | None]:
    """First and last day of what was given; a change knows only the last."""
    first = case.outcome.get("valid_from")
    last = case.outcome.get("valid_to") or case.outcome.get("kept_until")
    return date.fromisoformat(first) if first else None, date.fromisoformat(last) if last else None


def _list_held(kind: str) -> set[str]:
    """What a register holds: the concepts for which some form reads it. The rest of an application is not grade A."""
    return {f.concept for form in questions.list_forms() for f in form.list_fields() if kind in f.sources}


def list_channels() -> list[str]:
    """The sources that may be asked, by name."""
    return list(prefill.list_channels())
