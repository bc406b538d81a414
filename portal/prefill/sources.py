"""The list of prefill sources: who is asked for a draft, and what each answers with.

A source is a function of the acting person and the party; it gives facts, or raises SourceDown when it cannot be
asked, which is never the same as having nothing.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select

from policy_kb import clock
from portal.errors import Missing
from portal.extensions import db
from portal.identity.service import Identity
from portal.prefill.facts import Fact, Stand, list_record_facts
from portal.prefill.kinds import ACCOUNT_SOURCE, KINDS, SOURCES, UNACCEPTED_SOURCE
from portal.prefill.mandates import read_handler
from portal.prefill.models import Record
from portal.prefill.outside import OutsideDown, OutsideRegister
from portal.vocabulary import SOURCE_LABELS

Reader = Callable[[Identity, str], list[Fact]]


class SourceDown(Exception):
    """The source cannot be asked now; the text is for the log and the audit line."""


@dataclass(frozen=True, slots=True)
class Source:
    """``gives`` are the source names that fields use; ``label`` is ``{zh, en}``."""

    label: Mapping[str, str]
    gives: tuple[str, ...]
    read: Reader


def _read_records(sources: tuple[str, ...], party_code: str) -> list[Fact]:
    table = Record.__table__  # plain rows: an enterprise may have hundreds
    query = select(table).where(Record.party_code == party_code, Record.source.in_(sources)).order_by(Record.id)
    return [fact for record in db.session.execute(query) for fact in list_record_facts(record)]


def read_account(identity: Identity, party_code: str) -> list[Fact]:
    """Name, mobile and e-mail of the person who acts: from their own account, or from the record of the handler."""
    now, subject = clock.now(), f"person:{identity.account_id or identity.code}"
    known = {"handler.name": identity.name, "handler.mobile": identity.mobile, "handler.email": identity.email}
    if identity.code:
        known = {**read_handler(identity.code, party_code), **{k: v for k, v in known.items() if v}}
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
        tuple(sorted({k.source for k in KINDS.values() if k.grade != "A"} - {ACCOUNT_SOURCE} | {UNACCEPTED_SOURCE})),
    ),
    "account": Source(SOURCE_LABELS[ACCOUNT_SOURCE], (ACCOUNT_SOURCE,), read_account),
}
OUTSIDE = "outside_register"
OUTSIDE_LABEL = {"zh": "外部登记系统", "en": "outside register"}
assert {name for source in CHANNELS.values() for name in source.gives} == SOURCES


def channel_name(channel: str, language: str) -> str:
    """A source as people call it; the name itself when there is no such source any more."""
    if channel == OUTSIDE:
        return OUTSIDE_LABEL[language]
    source = CHANNELS.get(channel)
    return source.label[language] if source else channel


def list_channels() -> dict[str, Source]:
    """Every source that is asked for a draft: our own, and the outside register when one is set."""
    outside = current_app.extensions.get("outside_register")
    if outside is None:
        settings = current_app.config["SETTINGS"]
        if not settings.register_url:
            return dict(CHANNELS)
        outside = OutsideRegister(
            settings.register_url, settings.register_token, settings.register_timeout, settings.register_keep
        )
        current_app.extensions["outside_register"] = outside
    return {**CHANNELS, OUTSIDE: Source(OUTSIDE_LABEL, (OUTSIDE,), _guard(outside))}


def _guard(outside: OutsideRegister) -> Reader:
    def read(identity: Identity, party_code: str) -> list[Fact]:
        try:
            return outside.read(identity, party_code)
        except OutsideDown as error:
            raise SourceDown(str(error)) from error

    return read


def take_down(channels: Mapping[str, Source], names: Iterable[str]) -> dict[str, Source]:
    """The channels with some of them, or one of their sources alone, failing as a real failure does: for a trial."""
    changed = dict(channels)
    for name in names:
        channel = next((c for c, s in changed.items() if name == c or name in s.gives), None)
        if channel is None:
            known = ", ".join([*channels, *sorted(SOURCES)])
            raise Missing(_("There is no source “%(name)s”; there are %(known)s.", name=name, known=known))
        source = changed[channel]
        if name != channel:
            rest = tuple(one for one in source.gives if one != name)
            changed[channel] = replace(source, gives=rest, read=_without(source.read, name))
            source = Source(SOURCE_LABELS[name], (name,), _fail)
        changed[name] = replace(source, read=_fail)
    return changed


def _without(read: Reader, name: str) -> Reader:
    return lambda identity, party_code: [fact for fact in read(identity, party_code) if fact.source != name]


def _fail(_identity: Identity, _party_code: str) -> list[Fact]:
    raise SourceDown("taken down for a trial")
