"""Opening a notice: it counts as read and leads to its matter. The list stands under “my matters”."""

from apiflask import APIBlueprint
from flask import redirect
from werkzeug.wrappers import Response

from portal.extensions import db
from portal.identity.service import current_identity
from portal.notices import service

bp = APIBlueprint("notices", __name__, url_prefix="/notices", enable_openapi=False)


@bp.post("/<int:notice_id>")
def open_notice(notice_id: int) -> Response:
    """Mark as read and go to the matter."""
    url = service.open_notice(current_identity(), notice_id).url
    db.session.commit()
    return redirect(url)
