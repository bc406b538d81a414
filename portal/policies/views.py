"""Pages of the legal texts: search, list, document with clauses, dates and status."""

from datetime import date

from apiflask import APIBlueprint
from flask import render_template, request
from flask_babel import gettext as _

from policy_kb import clock, format_address
from portal.policies import service
from portal.policies.wording import describe_deadline

bp = APIBlueprint("policies", __name__, url_prefix="/policies", enable_openapi=False)

KINDS = ("law", "regulation", "rule", "normative", "judicial", "other")


@bp.get("/")
def index() -> str:
    """Search results for ``?q=`` (in force on ``?on=``), and the list of texts."""
    asked = request.args.get("q", "").strip()[:200]
    day, problem = _read_day(request.args.get("on", ""))
    hits = service.search(asked, day) if asked and not problem else []
    kind = request.args.get("kind", "")
    documents = service.list_documents(kind if kind in KINDS else "")
    return render_template(
        "policies/index.html",
        asked=asked,
        day=day,
        on=request.args.get("on", "")[:20],
        problem=problem,
        hits=hits,
        documents=documents,
        kind=kind,
        kinds=KINDS,
    )


def _read_day(text: str) -> tuple[date | None, str]:
    if not text.strip():
        return None, ""
    try:
        return date.fromisoformat(text.strip()), ""
    except ValueError:
        return None, _("Write the day as year-month-day, for example %(day)s.", day=clock.today().isoformat())


@bp.get("/<version_id>")
def document(version_id: str) -> str:
    """One version of one text."""
    shown = service.get_version(version_id)
    return render_template(
        "policies/document.html",
        shown=shown,
        version=shown.version,
        format_address=format_address,
        describe_deadline=describe_deadline,
    )
