"""What rests on clauses that changed: facts, FAQs, guides and form fields, listed until a curator has looked at them."""

from datetime import timedelta

from flask_babel import gettext as _

from policy_kb import (
    Binding,
    Transition,
    Version,
    catalogue,
    clock,
    describe_transition,
    list_bindings,
    list_transitions,
    mark_reviewed,
)
from portal.audit import service as audit
from portal.errors import Missing
from portal.forms import service as forms
from portal.identity.service import Identity, require_role
from portal.knowledge import policy_base

DAYS = 366  # changes of law within a year are listed, and those to come


def list_reviews(identity: Identity) -> list[Transition]:
    """Changes of law that something of ours rests on, newest first."""
    require_role(identity, "curator", "administrator")
    since = clock.today() - timedelta(days=DAYS)
    return [each for each in list_transitions(policy_base(), since, _bindings()) if each.touched]


def count_waiting(transitions: list[Transition]) -> int:
    """How many entries nobody has looked at."""
    return sum(1 for each in transitions for touched in each.touched if not touched.seen)


def list_keys(identity: Identity, version_id: str) -> list[str]:
    """Keys of all entries that wait because of one new version."""
    transitions = [each for each in list_reviews(identity) if each.new.id == version_id]
    return [touched.key for each in transitions for touched in each.touched if not touched.seen]


def mark_seen(identity: Identity, keys: list[str]) -> int:
    """Note that entries have been looked at; Missing for a key that is not listed. The caller commits (the audit line)."""
    known = {touched.key for each in list_reviews(identity) for touched in each.touched}
    unknown = [key for key in keys if key not in known]
    if unknown:
        raise Missing(_("There is no such entry: %(key)s", key=unknown[0]))
    for key in keys:
        mark_reviewed(policy_base(), key, clock.today())
        audit.record(identity.actor, "review_binding", "clause", key[:120])
    return len(keys)


def describe_draft(version: Version) -> Transition | None:
    """A draft against the published wording in force today (or of the same label), None when it is the first."""
    base = policy_base()
    family = [
        other
        for other in base.list_versions()
        if other.document_id == version.document_id and other.release == "published" and other.id != version.id
    ]
    same = next((other for other in family if other.label == version.label), None)
    old = same or base.find_version(version.title, as_of=clock.today())
    return describe_transition(base, old, version, _bindings()) if old and old.id != version.id else None


def _bindings() -> list[Binding]:
    """Those of the catalogue and of the forms' fields and rules."""
    found = list_bindings(policy_base())
    for form in forms.list_forms():
        parts = [(part.id, part.cites) for part in form.list_fields()] + [(rule.id, rule.cites) for rule in form.rules]
        for part_id, cited in parts:
            cites = tuple(catalogue.Cite(cite.title, cite.article, cite.paragraph) for cite in cited)
            if cites:
                found.append(Binding(f"form/{form.id}/{part_id}", cites))
    return found
