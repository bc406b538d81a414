"""What rests on clauses that changed: facts, FAQs, guides and form fields, listed until a curator has looked at them."""

from collections.abc import Collection
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select

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
from portal.curation.models import BindingReview
from portal.errors import Invalid, Missing
from portal.extensions import db
from portal.forms import service as forms
from portal.identity.service import Identity, require_role
from portal.knowledge import policy_base

DAYS = 366  # changes of law within a year are listed, and those to come


def list_reviews(identity: Identity) -> list[Transition]:
    """Changes of law that something of ours rests on, newest first."""
    require_role(identity, "curator", "administrator")
    since = clock.today() - timedelta(days=DAYS)
    return [each for each in list_transitions(policy_base(), since, _bindings()) if each.touched]


def mark_seen(identity: Identity, keys: Collection[str], reason: str) -> int:
    """Note that entries were looked at and are still right, and why; Missing for a key that is not listed. Caller commits."""
    if not reason.strip():
        message = _("Say why it is still right; whoever asks later reads it.")
        raise Invalid(message, fields={"reason": message})
    if not keys:
        message = _("Tick at least one entry.")
        raise Invalid(message, fields={"key": message})
    known = {touched.key for each in list_reviews(identity) for touched in each.touched}
    unknown = [key for key in keys if key not in known]
    if unknown:
        raise Missing(_("There is no such entry: %(key)s", key=unknown[0]))
    assert identity.account_id is not None
    for key in keys:
        db.session.add(
            BindingReview(key=key[:300], account_id=identity.account_id, reason=reason.strip()[:1000], at=clock.now())
        )
        audit.record(identity.actor, "review_binding", "clause", key, detail=reason.strip())
    db.session.flush()
    mark_reviewed(policy_base(), keys, clock.today())
    return len(keys)


def list_looks(keys: Collection[str]) -> dict[str, BindingReview]:
    """Who looked at these entries last, and why they are still right."""
    rows = db.session.scalars(select(BindingReview).where(BindingReview.key.in_(keys)).order_by(BindingReview.id))
    return {row.key: row for row in rows}


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
