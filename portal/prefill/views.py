"""Pages of what is known of a party: its licences, register entries and earlier filings."""

from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.extensions import db
from portal.identity.service import current_identity
from portal.prefill import listing, service, trial_views
from portal.prefill.blueprint import bp

__all__ = ["bp", "trial_views"]


@bp.get("/")
def index() -> str | Response:
    """The records of the party acted for, newest first, each with its state today and what it says."""
    identity = current_identity()
    if not identity.signed_in:
        return redirect(url_for("identity.sign_in", next=request.full_path))
    records = service.list_records(identity, identity.party_code) if identity.party_code else []
    page = render_template("prefill/index.html", rows=listing.show_records(records, strong=identity.strong))
    db.session.commit()
    return page
