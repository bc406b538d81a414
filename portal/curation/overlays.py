"""What changes make of the policy base: the overlay of FAQs and facts, and the release of texts. Nothing commits."""

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from policy_kb import CatalogueError, PolicyBase
from portal.curation.models import KnowledgeChange
from portal.errors import Invalid
from portal.extensions import db
from portal.knowledge import policy_base


def release(change: KnowledgeChange, state: str) -> None:
    """Let every process see the change ("published") or no longer ("withdrawn"). Done twice it gives the same."""
    db.session.flush()
    if change.kind == "text":
        for version_id in change.content["versions"]:
            policy_base().set_release(version_id, state)
    else:
        policy_base().write_overlay(make_overlay())


def make_overlay() -> dict[str, Any]:
    """The overlay that all published changes together make; a later change of the same fact wins."""
    published = db.session.scalars(
        select(KnowledgeChange)
        .where(KnowledgeChange.state == "published", KnowledgeChange.kind != "text")
        .order_by(KnowledgeChange.decided_at, KnowledgeChange.id)
    )
    return _overlay_of(list(published))


def overlay_with(change: KnowledgeChange) -> dict[str, Any]:
    """The published overlay with one more change laid over it."""
    published = db.session.scalars(
        select(KnowledgeChange)
        .where(KnowledgeChange.state == "published", KnowledgeChange.kind != "text", KnowledgeChange.id != change.id)
        .order_by(KnowledgeChange.decided_at, KnowledgeChange.id)
    )
    return _overlay_of([*published, change] if change.kind != "text" else list(published))


def check_overlay(overlay: dict[str, Any]) -> PolicyBase:
    """The base as it would be with this overlay; Invalid when the catalogue does not take it."""
    try:
        return policy_base().with_overlay(overlay)
    except CatalogueError as error:
        raise Invalid(_("The catalogue does not take this: %(reason)s", reason=str(error))) from error


def _overlay_of(changes: list[KnowledgeChange]) -> dict[str, Any]:
    facts = {(c.content["item"], c.content["fact"]): c.content for c in changes if c.kind == "fact"}
    faqs = {c.content["id"]: c.content for c in changes if c.kind == "faq"}
    return {"faqs": list(faqs.values()), "facts": list(facts.values()), "withdrawn": []} if changes else {}
