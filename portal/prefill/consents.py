"""Which sources may be asked for a draft: what each would give, what people said about it, and what follows.

A person is asked before any source is; nobody's silence is a yes. The newest word on a source counts, whoever of the
party's people said it, except for an account: only its owner can open that one.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import select

from policy_kb import clock
from portal.audit import service as audit
from portal.errors import Invalid
from portal.extensions import db
from portal.forms.service import Form
from portal.identity.service import Identity, require_party
from portal.prefill.candidates import is_fillable
from portal.prefill.kinds import ACCOUNT_SOURCE
from portal.prefill.models import SourceConsent
from portal.prefill.sources import OUTSIDE, REGISTERS, Source, list_channels
from portal.vocabulary import is_private

# Goes up when the sentences of the question change (templates/applications/sources.html, asking.ask_sources).
WORDING = "2026-11-26"


@dataclass(frozen=True, slots=True)
class Asked:
    """One source as the question names it. ``fields`` are the labels of what it may fill, ``private`` those that need
    the strong sign-in as well; ``newest`` is what was said last, None before anything was."""

    source: str
    label: str
    fields: tuple[str, ...]
    private: tuple[str, ...]
    newest: SourceConsent | None

    @property
    def decision(self) -> str:
        """given, refused, withdrawn, or "" when nobody was asked."""
        return self.newest.decision if self.newest else ""


def list_decisions(draft_id: str) -> dict[str, SourceConsent]:
    """The newest word on each source of a draft; empty when nobody was asked yet."""
    query = select(SourceConsent).where(SourceConsent.draft_id == draft_id).order_by(SourceConsent.id)
    return {row.source: row for row in db.session.scalars(query)}


def list_barred(identity: Identity, draft_id: str, said: Mapping[str, SourceConsent] | None = None) -> frozenset[str]:
    """The sources that must not be asked for this draft by this person: refused, withdrawn, or never agreed to. ``said`` is
    what was said of the sources that are to be asked, where it is at hand."""
    known = list_decisions(draft_id) if said is None else said
    return frozenset(name for name in list_channels() if not _is_open(identity, name, known.get(name)))


def _is_open(identity: Identity, source: str, said: SourceConsent | None) -> bool:
    if said is None or said.decision != "given":
        return False
    return source != ACCOUNT_SOURCE or said.actor == identity.actor


def list_asked(form: Form, draft_id: str, language: str) -> list[Asked]:
    """Every source that would be asked for this form, with what it may give."""
    known = list_decisions(draft_id) if draft_id else {}
    asked = []
    for name, source in list_channels().items():
        gives = set(_list_gives(name, source))
        fields = [f for f in form.list_fields() if is_fillable(f) and gives & set(f.sources)]
        asked.append(
            Asked(
                name,
                source.label[language],
                tuple(f.label[language] for f in fields),
                tuple(f.label[language] for f in fields if is_private(f.concept)),
                known.get(name),
            )
        )
    return asked


def _list_gives(name: str, source: Source) -> tuple[str, ...]:
    """An outside register answers with the records of the registers, under their own names."""
    return (*REGISTERS, "business_register") if name == OUTSIDE else source.gives


def decide(
    identity: Identity, draft_id: str, party_code: str, form: Form, said: Mapping[str, bool]
) -> dict[str, SourceConsent]:
    """Keep what the person said of some sources, with an audit line each; the rows that changed something.

    A no to a source that was agreed to before is a withdrawal. Invalid for a source that is not asked. The caller
    commits.
    """
    require_party(identity, party_code)
    unknown = sorted(set(said) - set(list_channels()))
    if unknown:
        raise Invalid(_("There is no source “%(name)s” to agree to. Reload the page and try again.", name=unknown[0]))
    known, changed = list_decisions(draft_id), {}
    for source, yes in said.items():
        if yes == _is_open(identity, source, known.get(source)) and source in known:
            continue
        was_given = source in known and known[source].decision == "given"
        decision = "given" if yes else "withdrawn" if was_given else "refused"
        changed[source] = SourceConsent(
            draft_id=draft_id,
            party_code=party_code,
            actor=identity.actor,
            source=source,
            purpose=f"{form.item}/{form.variant}",
            decision=decision,
            wording=WORDING,
            at=clock.now(),
        )
        audit.record(
            identity.actor,
            f"consent_{decision}",
            "draft",
            draft_id,
            party_code=party_code,
            detail=f"{source}: for {form.item}/{form.variant}, wording {WORDING}",
        )
    db.session.add_all(changed.values())
    return changed
