"""The officers' desk: what came in, by due day, and each step on it."""

import csv
import io

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from policy_kb import clock
from portal.complaints import service as complaints
from portal.errors import Invalid
from portal.extensions import db
from portal.identity.service import current_identity, require_kind
from portal.language import current_language
from portal.staff import audit_views, canned_views, figure_views, health_views, mail_views, service, talk_views
from portal.staff.blueprint import bp

__all__ = ["audit_views", "bp", "canned_views", "figure_views", "health_views", "mail_views", "talk_views"]


def _read_filter() -> dict[str, str]:
    """The filter and order of the queue as the address gives them; what is unknown counts as not given."""
    kind, state, text, when, sort = (request.args.get(n, "")[:60] for n in ("kind", "state", "q", "when", "sort"))
    return {
        "kind": kind if kind in service.KINDS else "",
        "state": state if state in ("open", "closed", "all") else "open",
        "text": text.strip(),
        "when": when if when in ("late", "soon") else "",
        "sort": sort if sort in service.SORTS else "due",
    }


@bp.get("/")
def index() -> str:
    """Counts and the queue, earliest due day first."""
    identity = current_identity()
    require_kind(identity, "staff")
    asked = _read_filter()
    return render_template(
        "staff/index.html",
        rows=service.list_queue(identity, **asked),
        counts=service.count_open(identity),
        asked=asked,
        kinds=service.KINDS,
        kind_name=service.kind_name,
    )


@bp.get("/queue.csv")
def export() -> Response:
    """The queue as shown, for a spreadsheet."""
    identity = current_identity()
    require_kind(identity, "staff")
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow([_("Number"), _("Kind"), _("Subject"), _("State"), _("Received"), _("Due")])
    writer.writerows(
        [
            service.plain_cell(cell)
            for cell in (
                r.number,
                service.kind_name(r.kind),
                r.title,
                r.state,
                r.received.date().isoformat(),
                r.due.isoformat() if r.due else "",
            )
        ]
        for r in service.list_queue(identity, **_read_filter())
    )
    reply = Response("\ufeff" + output.getvalue(), mimetype="text/csv")
    reply.headers.set("Content-Disposition", "attachment", filename=f"queue-{clock.today().isoformat()}.csv")
    return reply


@bp.get("/complaints/<number>")
def complaint(number: str) -> str:
    """One complaint or report with everything it holds."""
    page = _complaint_page(number, {})
    db.session.commit()
    return page


def _complaint_page(number: str, errors: dict[str, str]) -> str:
    intake = complaints.get_for_officer(current_identity(), number)
    actions = complaints.list_actions(intake)
    return render_template(
        "staff/complaint.html",
        intake=intake,
        fields=complaints.fields,
        wording=complaints.wording,
        rule=complaints.clock_of(intake),
        actions=actions,
        needing=[complaints.wording.step_name(name) for name in actions if name in complaints.NOTE_REQUIRED],
        authorities=complaints.list_competent(intake, current_language()),
        chosen=request.form.get("action", ""),
        errors=errors,
        note=request.form.get("note", ""),
        private_note=request.form.get("private_note", ""),
    )


@bp.post("/complaints/<number>")
def act_on_complaint(number: str) -> Response | tuple[str, int]:
    """Accept, refuse, settle, end, open a case or not."""
    form = request.form
    try:
        complaints.act(
            current_identity(),
            number,
            form.get("action", ""),
            note=form.get("note", ""),
            private_note=form.get("private_note", ""),
        )
    except Invalid as error:
        db.session.rollback()
        return _complaint_page(number, error.fields), 422
    db.session.commit()
    flash(_("Done. The person sees the new state and your note."), "ok")
    return redirect(url_for("staff.complaint", number=number))
