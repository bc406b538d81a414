"""What the pages of a draft share: where a field is answered, what replaces a draft that was sent, the version a page was made with."""

from flask import redirect, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.applications import service
from portal.applications.models import Draft
from portal.errors import Missing
from portal.identity.service import current_identity


def link_fields(view: service.View) -> dict[str, str]:
    """Where each field is answered: its section, or its own page where the section asks one thing at a time."""
    return {
        one.id: url_for(
            "applications.section", draft_id=view.draft.id, section_id=page.id, q=one.id if page.one_by_one else None
        )
        for page, fields in view.list_sections()
        for one in fields
    }


def to_case(found: Draft) -> Response:
    case = next((c for c in service.list_own(current_identity()) if c.draft_id == found.id), None)
    if case is None:
        raise Missing(_("This draft was given up. Start the application again from the item's page."))
    return redirect(url_for("applications.case", case_id=case.id))


def read_version(text: str) -> int:
    """The draft's version a page was made from; 0 (never a version) when it is not said."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
