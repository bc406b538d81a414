"""Changes found for curators; who is none gets no further."""

from flask_babel import gettext as _
from sqlalchemy import select

from portal.curation.models import KnowledgeChange
from portal.errors import Missing
from portal.extensions import db
from portal.identity.service import Identity, require_role


def get_change(identity: Identity, change_id: int) -> KnowledgeChange:
    """One change, for curators."""
    require_role(identity, "curator", "administrator")
    change = db.session.get(KnowledgeChange, change_id)
    if change is None:
        raise Missing(_("There is no such change."))
    return change


def list_changes(identity: Identity, state: str = "") -> list[KnowledgeChange]:
    """Changes, newest first."""
    require_role(identity, "curator", "administrator")
    query = select(KnowledgeChange).order_by(KnowledgeChange.id.desc())
    return list(db.session.scalars(query.where(KnowledgeChange.state == state) if state else query))
