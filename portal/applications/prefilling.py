"""What the records say about a draft's fields: the one module here that knows ``portal.prefill``."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from policy_kb import clock
from portal.applications.models import Answer, Case, Draft
from portal.forms.service import Form
from portal.identity.service import Identity
from portal.prefill import service as prefill
from portal.prefill.service import Outcome


def fetch(identity: Identity, draft: Draft, form: Form) -> list[str]:
    """Ask every source once and keep the facts with the draft; names of the sources that did not answer."""
    fetched = prefill.fetch_facts(identity, draft.party_code, form, draft.id, record_id=draft.record_id)
    return list(fetched.failed_sources)


def resolve(form: Form, draft: Draft, answers: Mapping[str, Answer], language: str) -> dict[str, Outcome]:
    """What becomes of every field, given the facts of the draft and what people answered (not what was filled)."""
    given = {name: row for name, row in answers.items() if row.author and row.state == "given"}
    return prefill.resolve(
        form,
        prefill.list_facts(draft.id),
        given,
        party_code=draft.party_code,
        today=clock.today(),
        named_record=draft.record_id,
        language=language,
    )


def list_expired(form: Form, draft: Draft, answers: Mapping[str, Answer]) -> list[str]:
    """Fields whose value rests on a fact that was fetched longer ago than the field allows."""
    fetched = {fact.id: fact.fetched_at for fact in prefill.list_facts(draft.id)}
    now = clock.now()
    return [
        field.id
        for field in form.list_fields()
        if field.ttl_days
        and (row := answers.get(field.id))
        and row.fact_id in fetched
        and fetched[row.fact_id] + timedelta(days=field.ttl_days) < now
    ]


def list_records(identity: Identity, form: Form) -> list[Any]:
    """The party's records that this form may be about (a licence to renew); empty when the form names none."""
    kind = next(
        (f.sources[0] for f in form.list_fields() if form.about == "licence" and f.about == "licence" and f.sources), ""
    )
    return [r for r in prefill.list_records(identity, identity.party_code, kind) if r.kind == kind] if kind else []


def keep_decision(case: Case, record: Mapping[str, Any]) -> None:
    """Add the licence or filing that a case led to to the party's records."""
    prefill.add_record_from_case(case, record)
