"""The page where a licence or business licence is sent to be read for one draft."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.applications import papers, service, wording
from portal.applications.blueprint import bp
from portal.applications.papers import Read
from portal.errors import Invalid
from portal.extensions import db, limiter
from portal.identity.service import current_identity
from portal.language import current_language
from portal.uploads import KNOWN, check_upload


@bp.get("/drafts/<draft_id>/paper")
def paper(draft_id: str) -> str | Response:
    """Ask for the file and the consent."""
    found = service.get_draft(current_identity(), draft_id)
    if found.state != "open":
        return redirect(url_for("applications.draft", draft_id=draft_id))
    return _page(draft_id, {})


def _page(draft_id: str, errors: dict[str, str], read: list[Read] | None = None) -> str:
    found = service.get_draft(current_identity(), draft_id)
    return render_template(
        "applications/paper.html", draft=found, title=wording.draft_title(found), read=read, errors=errors
    )


@bp.post("/drafts/<draft_id>/paper")
@limiter.limit("20 per hour")
def read_paper(draft_id: str) -> str | tuple[str, int]:
    """Read it, and show what was read, where, and what becomes of it."""
    identity, sent = current_identity(), request.files.get("paper")
    try:
        service.get_draft(identity, draft_id)
        if sent is None or not sent.filename:
            text = _("Choose a file first.")
            raise Invalid(text, fields={"paper": text})
        file = check_upload(sent, field="paper", allowed=tuple(KNOWN))
        agreed = request.form.get("agreed") == "yes"
        read = papers.read_paper(identity, draft_id, file, agreed, current_language())
    except Invalid as error:
        db.session.rollback()
        return _page(draft_id, error.fields), 422
    db.session.commit()
    return _page(draft_id, {}, read)
