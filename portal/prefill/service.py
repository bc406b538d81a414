"""The front door of prefill: read the sources for a draft, settle its fields, and the records of a party.

``fetch_facts`` asks every source once and keeps what it said; ``list_facts`` gives it back on later requests;
``resolve`` (pure) decides. Nothing here commits.
"""

import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from flask_babel import gettext as _

from policy_kb import clock, gettext_for
from portal.audit import service as audit
from portal.errors import Missing
from portal.forms.service import Form
from portal.identity.service import Identity
from portal.prefill.candidates import can_be_filled, is_fillable, is_stale
from portal.prefill.concepts import concept_label, find_field, show_concept, state_name
from portal.prefill.consents import Asked, decide, list_asked, list_barred, list_decisions
from portal.prefill.correcting import (
    CORRECT_STATES,
    can_correct,
    correct_record,
    find_later,
    find_newest_copy,
    find_record,
    is_same_value,
    read_said,
)
from portal.prefill.facts import FAILED, READ, STATUS, Fact, Stand
from portal.prefill.importing import ImportReport, import_file
from portal.prefill.keeping import find_last, keep_facts, list_sources_of, read_facts
from portal.prefill.kinds import ACCOUNT_SOURCE, ENDED_STATES
from portal.prefill.mandates import find_reason_denied
from portal.prefill.models import FactSheet, Record, SourceConsent
from portal.prefill.origins import origin_line, reason_line, source_name, write_place
from portal.prefill.paper_lines import read_lines
from portal.prefill.papers import MAKER_LICENCE, PRODUCTION, Paper, keep_paper, read_as_maker, read_paper
from portal.prefill.records import (
    add_record_from_case,
    get_record,
    list_ending,
    list_entries,
    list_records,
    put_record,
    require_reader,
)
from portal.prefill.resolution import list_recorded, resolve
from portal.prefill.settling import Choice, Given, Outcome, Rejected
from portal.prefill.sources import Source, SourceDown, channel_name, list_channels
from portal.vocabulary import is_private

__all__ = [
    "CORRECT_STATES", "ENDED_STATES", "MAKER_LICENCE", "PRODUCTION", "STATUS", "Asked", "Choice", "Fact", "FactSheet", "Fetched", "Given", "ImportReport",
    "Outcome", "Paper", "Record", "Rejected", "SourceConsent", "SourceDown", "add_record_from_case",
    "can_be_filled", "can_correct", "channel_name", "collect_facts", "concept_label", "correct_record", "decide",
    "fetch_facts", "find_field", "find_later", "find_newest_copy", "find_record", "get_record", "import_file",
    "is_same_value", "is_stale", "keep_paper", "list_asked", "list_barred", "list_channels", "list_decisions", "list_ending",
    "list_entries", "list_facts", "list_facts_of", "list_failed", "list_recorded", "list_records", "list_sources_of",
    "origin_line", "put_record", "read_as_maker", "read_lines", "read_paper", "read_said", "resolve", "show_concept", "source_name", "state_name", "write_place",
]  # fmt: skip

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fetched:
    """``failed_sources`` are channel names; ``reasons`` says of each in words what happened."""

    facts: tuple[Fact, ...]
    failed_sources: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)


def collect_facts(
    identity: Identity,
    party_code: str,
    *,
    item: str = "",
    today: date | None = None,
    channels: Mapping[str, Source] | None = None,
    refused: frozenset[str] = frozenset(),
    batch: int = 1,
    language: str = "zh",
) -> Fetched:
    """Ask every source now and keep nothing. ``refused`` are channels the person does not want asked; nobody is asked
    for a person whose mandate does not cover the ``item`` (``A11/renew``), nor for private values without a strong
    sign-in."""
    require_reader(identity, party_code)
    channels = list_channels() if channels is None else channels
    denied = find_reason_denied(identity, party_code, item, today or clock.today()) if item else ""
    facts: list[Fact] = []
    reasons: dict[str, str] = {}
    for name, source in channels.items():
        why = denied or ("consent_refused" if name in refused else "")
        found: list[Fact] = []
        if not why:
            try:
                found = source.read(identity, party_code)
            except SourceDown as error:
                log.warning("prefill source %s: %s", name, error)
                why = "source_down"
        if why:
            reasons[name] = _tell(source, language, why)
        facts += [_withhold(f, identity, batch) for f in found if f.party_code == party_code]
        facts.append(_mark(READ if not why else FAILED, name, source, party_code, batch, why))
    return Fetched(tuple(facts), tuple(reasons), reasons)


def _withhold(fact: Fact, identity: Identity, batch: int) -> Fact:
    """A private value is not taken along for somebody without a strong sign-in; that there is one is said."""
    if is_private(fact.concept) and not identity.strong and fact.source != ACCOUNT_SOURCE:
        return replace(fact, value=None, batch=batch)
    return fact if fact.batch == batch else replace(fact, batch=batch)


def _mark(concept: str, channel: str, source: Source, party_code: str, batch: int, why: str) -> Fact:
    now = clock.now()
    value = {"channel": channel, "sources": list(source.gives)} | ({"why": why} if why else {})
    return Fact(party_code, channel, "A", "", concept, value, now.date(), now, Stand(channel), batch=batch)


def _tell(source: Source, language: str, why: str) -> str:
    say = gettext_for(language)
    texts = {
        "source_down": say(
            "The %(source)s cannot be asked just now. Go on and type these answers; we will check them later."
        ),
        "consent_refused": say("The %(source)s was not asked, as you wished. Type these answers yourself."),
    }
    other = say("The %(source)s was not asked: ") + reason_line(why, language)
    return texts.get(why, other) % {"source": source.label[language]}


def fetch_facts(
    identity: Identity,
    party_code: str,
    spec: Form,
    draft_id: str,
    *,
    record_id: str = "",
    channels: Mapping[str, Source] | None = None,
    refused: frozenset[str] = frozenset(),
    language: str = "zh",
) -> Fetched:
    """Ask every source for a draft, keep each fact of use to the form, write an audit line a source.

    A named record must be the party's own (Missing, Forbidden). Facts of earlier look-ups stay; the caller commits.
    """
    if record_id and get_record(identity, record_id).party_code != party_code:
        raise Missing(_("There is no such record. Choose one from the list of your licences and filings."))
    channels = list_channels() if channels is None else channels
    last, number = find_last(draft_id)
    fetched = collect_facts(
        identity,
        party_code,
        item=f"{spec.item}/{spec.variant}",
        channels=channels,
        refused=refused,
        batch=last + 1,
        language=language,
    )
    wanted = _wanted_concepts(spec)
    before = list_facts(draft_id) if number else []
    kept = keep_facts([f for f in fetched.facts if f.concept in wanted or _is_mark(f)], draft_id, number)
    told = Counter(fact.source for fact in kept)
    for name, source in channels.items():
        count = sum(told[given] for given in source.gives)
        action = "prefill_failed" if name in fetched.failed_sources else "prefill_fetched"
        audit.record(
            identity.actor,
            action,
            "draft",
            draft_id,
            party_code=party_code,
            detail=f"{name}: {count} facts, batch {last + 1}, for {spec.item}/{spec.variant}, "
            + ("consent refused" if name in refused else "with consent"),
        )
    return Fetched((*before, *kept), fetched.failed_sources, fetched.reasons)


def _is_mark(fact: Fact) -> bool:
    return fact.concept.partition(".")[0] in ("source", "record")


def _wanted_concepts(spec: Form) -> set[str]:
    fields = [f for f in spec.list_fields() if is_fillable(f)]
    return {f.concept for f in fields} | {concept for f in fields for concept in f.offered}


def list_facts(draft_id: str) -> list[Fact]:
    """Every fact that was ever read for a draft, in the order read; ``resolve`` takes the newest look-up of each."""
    return read_facts(draft_id)


def list_facts_of(draft_id: str, channel: str) -> list[Fact]:
    """The facts that one channel ever gave for a draft: those that stand before its mark in each look-up."""
    found: list[Fact] = []
    unmarked: list[Fact] = []
    for fact in list_facts(draft_id):
        if not fact.concept.startswith("source."):
            unmarked.append(fact)
            continue
        found += unmarked if fact.source == channel else []
        unmarked = []
    return found


def list_failed(facts: list[Fact]) -> list[str]:
    """The channels whose newest look-up failed, for the mark that the person and the officer see."""
    newest: dict[str, Fact] = {}
    for fact in facts:
        if fact.concept in (READ, FAILED) and fact.batch >= newest.get(fact.source, fact).batch:
            newest[fact.source] = fact
    return sorted(name for name, fact in newest.items() if fact.concept == FAILED)
