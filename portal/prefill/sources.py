"""The list of prefill sources: who is asked for a draft, and what each answers with.

A source is a function of the acting person and the party; it gives facts, or raises SourceDown when it cannot be
asked, which is never the same as having nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from sqlalchemy import select

from policy_kb import clock
from portal.extensions import db
from portal.identity.service import Identity
from portal.prefill.facts import Fact, Stand, list_record_facts
from portal.prefill.kinds import ACCOUNT_SOURCE, KINDS, SOURCES, UNACCEPTED_SOURCE
from portal.prefill.models import Record
from portal.vocabulary import SOURCE_LABELS


class SourceDown(Exception):
    """The source cannot be asked now; the text is for the log and the audit line."""


@dataclass(frozen=True, slots=True)
class Source:
    """``gives`` are the source names that fields use; ``label`` is ``{zh, en}``."""

    label: Mapping[str, str]
    gives: tuple[str, ...]
    read: Callable[[Identity, str], list[Fact]]


def _read_records(sources: tuple[str, ...], party_code: str) -> list[Fact]:
    query = select(Record).where(Record.party_code == party_code, Record.source.in_(sources)).order_by(Record.id)
    return [fact for record in db.session.scalars(query) for fact in list_record_facts(record)]


def read_account(identity: Identity, party_code: str) -> list[Fact]:
    """Name, mobile and e-mail of the person who acts, from their own account."""
    now, subject = clock.now(), f"person:{identity.account_id}"
    known = {"handler.name": identity.name, "handler.mobile": identity.mobile, "handler.email": identity.email}
    return [
        Fact(party_code, ACCOUNT_SOURCE, "B", subject, concept, value, now.date(), now, Stand(ACCOUNT_SOURCE))
        for concept, value in known.items()
        if value
    ]


def _of_records(label: Mapping[str, str], gives: tuple[str, ...]) -> Source:
    return Source(label, gives, lambda _identity, party_code: _read_records(gives, party_code))


REGISTERS = tuple(sorted({k.source for k in KINDS.values() if k.grade == "A"} - {KINDS["business_register"].source}))
CHANNELS: Mapping[str, Source] = {
    "business_register": _of_records(SOURCE_LABELS["business_register"], (KINDS["business_register"].source,)),
    "licence_register": _of_records({"zh": "许可备案库", "en": "licence register"}, REGISTERS),
    "earlier_submissions": _of_records(
        {"zh": "以前提交的材料", "en": "earlier submissions"},
        tuple(sorted({k.source for k in KINDS.values() if k.grade != "A"} | {UNACCEPTED_SOURCE})),
    ),
    "account": Source(SOURCE_LABELS[ACCOUNT_SOURCE], (ACCOUNT_SOURCE,), read_account),
}
assert {name for source in CHANNELS.values() for name in source.gives} == SOURCES


def channel_name(channel: str, language: str) -> str:
    """A source as people call it; the name itself when there is no such source any more."""
    source = CHANNELS.get(channel)
    return source.label[language] if source else channel
