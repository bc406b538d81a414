"""The officers' steps on a running clock: it stands still for a reason, runs again, or the technical review is done."""

from datetime import date

from flask import flash, redirect, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.applications import desk_views, service
from portal.applications.blueprint import bp
from portal.errors import Invalid
from portal.extensions import db
from portal.identity.service import current_identity


def _read_day(text: str) -> date | None:
    """The day typed; None when none was. Invalid names the field."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError as error:
        told = _("Write the day as 2026-11-26.")
        raise Invalid(told, fields={"expected": told}) from error


@bp.post("/cases/<int:case_id>/clock")
def clock_step(case_id: int) -> Response | tuple[str, int]:
    """Stop the clock, let it run again, or end the technical review."""
    identity, form = current_identity(), request.form
    step = form.get("step", "")
    try:
        if step == "stop":
            day = _read_day(form.get("expected", ""))
            service.stop_clock(identity, case_id, form.get("reason", ""), day, form.get("clock_note", ""))
        elif step == "resume":
            service.resume_clock(identity, case_id)
        elif step == "reviewed":
            service.end_review(identity, case_id)
        else:
            service.get_for_officer(identity, case_id)
            raise Invalid(_("Choose one of the steps offered."), fields={"step": _("Choose one of the steps offered.")})
    except Invalid as error:
        db.session.rollback()
        return desk_views.show_page(service.get_for_officer(identity, case_id), error.fields), 422
    db.session.commit()
    flash(_("Done. The applicant was told."), "ok")
    return redirect(url_for("applications.review", case_id=case_id))
