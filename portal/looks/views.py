"""The page "who looked" and its file for a spreadsheet."""

import csv
import io

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from policy_kb import clock
from portal.errors import Invalid
from portal.extensions import db
from portal.identity.service import current_identity
from portal.looks import service, wording
from portal.looks.service import Look
from portal.staff.service import plain_cell

bp = APIBlueprint("looks", __name__, url_prefix="/records/log", enable_openapi=False)


@bp.get("/")
def index() -> str | Response | tuple[str, int]:
    """Every read and change, newest first, with a filter."""
    identity = current_identity()
    if not identity.signed_in:
        return redirect(url_for("identity.sign_in", next=request.full_path))
    try:
        wanted, errors = service.read_wanted(request.args), dict[str, str]()
    except Invalid as error:
        wanted, errors = service.Wanted(), error.fields
    looks = service.list_looks(identity, wanted)
    db.session.commit()
    page = render_template(
        "looks/index.html", looks=looks, asked=request.args, errors=errors, wording=wording, most=service.MOST
    )
    return (page, 422) if errors else page


@bp.get("/log.csv")
def export() -> Response:
    """The same lines as a file."""
    looks = service.list_looks(current_identity(), service.read_wanted(request.args))
    db.session.commit()
    reply = Response("\ufeff" + _write_csv(looks), mimetype="text/csv")
    reply.headers.set("Content-Disposition", "attachment", filename=f"log-{clock.today().isoformat()}.csv")
    reply.headers["Cache-Control"] = "private, no-store"
    return reply


def _write_csv(looks: list[Look]) -> str:
    output = io.StringIO()
    writer = csv.writer(output)
    writer.writerow(wording.list_headings())
    for look in looks:
        cells = (look.at.isoformat(timespec="seconds"), look.who, wording.kind_name(look.kind), look.action,
                 look.subject, look.purpose, look.detail)  # fmt: skip
        writer.writerow([plain_cell(cell) for cell in cells])
    return output.getvalue()
