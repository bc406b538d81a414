"""The audit page for administrators and its file."""

import csv
import io

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from policy_kb import clock
from portal.errors import Invalid
from portal.identity.service import current_identity
from portal.staff import auditing
from portal.staff.blueprint import bp
from portal.staff.service import plain_cell


@bp.get("/audit")
def audit_lines() -> str | tuple[str, int]:
    """The newest first, with a filter."""
    identity = current_identity()
    staff, actions = auditing.list_choices(identity)
    try:
        wanted, errors = auditing.read_wanted(request.args), dict[str, str]()
    except Invalid as error:
        wanted, errors = auditing.Wanted(), error.fields
    lines = auditing.list_lines(identity, wanted, request.args.get("older", 0, type=int))
    page = render_template(
        "staff/audit.html",
        lines=lines,
        staff=staff,
        actions=actions,
        asked=request.args,
        errors=errors,
        older=lines[-1].id if len(lines) == auditing.PAGE else 0,
        query={name: value for name, value in request.args.items() if name not in ("older", "lang") and value},
    )
    return (page, 422) if errors else page


@bp.get("/audit.csv")
def export_audit() -> Response:
    """The same lines for a spreadsheet."""
    wanted = auditing.read_wanted(request.args)
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow([_("When"), _("Who"), _("What"), _("On what"), _("Detail")])
    for line in auditing.list_lines(current_identity(), wanted, limit=auditing.MOST):
        cells = (line.at.isoformat(timespec="seconds"), line.who, line.action, line.subject, line.detail)
        writer.writerow([plain_cell(cell) for cell in cells])
    reply = Response("\ufeff" + output.getvalue(), mimetype="text/csv")
    reply.headers.set("Content-Disposition", "attachment", filename=f"audit-{clock.today().isoformat()}.csv")
    reply.headers["Cache-Control"] = "private, no-store"
    return reply
