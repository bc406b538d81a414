"""Pages of the legal texts: search, list, document with clauses, dates, history and status, two versions compared."""

from datetime import date

from apiflask import APIBlueprint
from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from policy_kb import UnknownDocument, clock, describe_status, format_address, headings_anchor
from portal.language import current_language
from portal.pages import write_date
from portal.policies import service
from portal.policies.wording import describe_deadline

bp = APIBlueprint("policies", __name__, url_prefix="/policies", enable_openapi=False)


@bp.get("/")
def index() -> str:
    """Search results for ``?q=`` (in force on ``?on=``), and the list of texts."""
    asked = request.args.get("q", "").strip()[:200]
    day, problem = _read_day(request.args.get("on", ""))
    hits = service.search(asked, day) if asked and not problem else []
    kind = request.args.get("kind", "")
    documents = service.list_documents(kind if kind in service.RANKS else "")
    return render_template(
        "policies/index.html",
        asked=asked,
        day=day,
        on=request.args.get("on", "")[:20],
        problem=problem,
        hits=hits,
        documents=documents,
        kind=kind,
        ranks=service.RANKS,
    )


def _read_day(text: str) -> tuple[date | None, str]:
    if not text.strip():
        return None, ""
    try:
        return date.fromisoformat(text.strip()), ""
    except ValueError:
        return None, _("Write the day as year-month-day, for example %(day)s.", day=clock.today().isoformat())


@bp.get("/<version_id>")
def document(version_id: str) -> str | tuple[str, int] | Response:
    """One version of one text; ``?on=`` leads to the wording of that day, ``?mark=`` marks the sentence an answer quoted."""
    asked = request.args.get("on", "")
    day, problem = _read_day(asked)
    if day:
        held = service.find_version_on(version_id, day)
        if held and held.id != version_id:
            return redirect(url_for("policies.document", version_id=held.id, on=day.isoformat()))
        if held is None:
            problem = _("No wording of this text in the policy base was in force on %(day)s.", day=write_date(day))
    shown = service.get_version(version_id, request.args.get("mark", ""))
    remark = describe_status(shown.version, current_language())
    page = render_template(
        "policies/document.html",
        shown=shown,
        version=shown.version,
        remark=remark,
        on=asked[:20],
        problem=problem,
        format_address=format_address,
        headings_anchor=headings_anchor,
        describe_deadline=describe_deadline,
    )
    return (page, 422) if problem else page


@bp.get("/<version_id>/changes")
def changes(version_id: str) -> str:
    """This wording against the one before it (or ``?since=`` another version), clause by clause; ``?all=1`` with the rest."""
    shown = service.get_version(version_id)
    since = request.args.get("since", "") or (shown.before.id if shown.before else "")
    if not since:
        raise UnknownDocument(f"no wording before {version_id} is loaded")
    transition = service.compare(since, version_id)
    return render_template(
        "policies/changes.html", shown=shown, transition=transition, everything=request.args.get("all") == "1"
    )
