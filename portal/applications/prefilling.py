"""What the records say about a draft's fields: the one module here that knows ``portal.prefill``."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from policy_kb import clock
from portal.applications.models import Answer, Case, Draft
from portal.forms.service import Form
from portal.identity.service import Identity
from portal.language import current_language
from portal.prefill import service as prefill
from portal.prefill.service import Fact, Outcome, Record

LICENCES = {"device_licence"}  # kinds of records that are licences a form can be about; sources carry the same name


def fetch(identity: Identity, draft: Draft, form: Form) -> list[str]:
    """Ask every source once and keep the facts with the draft; names of the sources that did not answer."""
    fetched = prefill.fetch_facts(identity, draft.party_code, form, draft.id, record_id=draft.record_id)
    return list(fetched.failed_sources)


def list_facts(draft: Draft) -> dict[int, Fact]:
    """Every fact read for the draft, by its id."""
    return {fact.id: fact for fact in prefill.list_facts(draft.id) if fact.id is not None}


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


def write_line(fact: Fact | None, language: str) -> str:
    """Where a fact comes from, in words."""
    return prefill.origin_line(fact, language) if fact else ""


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
        and row.fact_id in facts
        and prefill.is_stale(field, facts[row.fact_id], today)
    ]


def list_records(identity: Identity, form: Form) -> list[Record]:
    """The party's valid licences that this form may be about, the newest record of each; empty when it is about none."""
    sources = [source for f in form.list_fields() if form.about == f.about == "licence" for source in f.sources]
    kind = next((source for source in sources if source in LICENCES), "")
    if not kind:
        return []
    newest: dict[str, Record] = {}
    for record in prefill.list_records(identity, identity.party_code, kind):
        if record.is_valid_today:
            newest.setdefault(record.number, record)
    return list(newest.values())


def keep_submission(case: Case, form: Form, *, accepted: bool) -> None:
    """Keep what was sent as a record for later drafts: only offered until the application is accepted."""
    prefill.add_record_from_case(
        form,
        case.snapshot.content["answers"],
        party_code=case.party_code,
        number=case.certificate_number if form.is_filing else case.number,
        as_of=case.received_at.date(),
        accepted=accepted,
    )


def keep_licence(case: Case, form: Form) -> None:
    """The licence an approval gave, as its register will say it from the day it holds."""
    answers = case.snapshot.content["answers"]
    values: dict[str, Any] = {
        f.concept: answers[f.id]
        for f in form.list_fields()
        if f.id in answers and LICENCES & set(f.sources) and f.concept.partition(".")[0] in ("licence", "org")
    }
    start, end = case.outcome["valid_from"], case.outcome["valid_to"]
    values |= {"licence.valid_to": end, "licence.issued_on": clock.today().isoformat()}
    prefill.put_record(
        party_code=case.party_code,
        kind="device_licence",
        number=case.certificate_number,
        issuer=values.get("licence.issuer", ""),
        as_of=clock.today(),
        valid_from=date.fromisoformat(start),
        valid_to=date.fromisoformat(end),
        item=f"{form.item}/{form.variant}",
        values=values,
    )
