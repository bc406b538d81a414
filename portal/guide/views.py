"""Pages of the guide: the tables, one question, and the outcome with its trace."""

from apiflask import APIBlueprint
from flask import redirect, render_template, request
from werkzeug.wrappers import Response

from portal.errors import Invalid
from portal.guide import service

bp = APIBlueprint("guide", __name__, url_prefix="/guide", enable_openapi=False)


@bp.get("/")
def index() -> str:
    """All guides, and a box to say it in one's own words."""
    return render_template("guide/index.html", tables=service.list_tables(), text="", error="")


@bp.post("/")
def find() -> Response | tuple[str, int]:
    """To the table that the words are about, with what they say already."""
    text = request.form.get("text", "")
    try:
        return redirect(service.find_start(text))
    except Invalid as problem:
        page = render_template(
            "guide/index.html",
            tables=service.list_tables(),
            text=text[: service.LONGEST_TEXT],
            error=problem.fields["text"],
        )
        return page, problem.status


@bp.get("/<table_id>")
def table(table_id: str) -> str | tuple[str, int]:
    """The next question, or the outcome."""
    walk = service.read_walk(table_id, request.args.items(multi=True))
    if walk.asked:
        explained = service.explain(walk) if walk.unsure else None
        page = render_template("guide/question.html", walk=walk, explained=explained, clause_url=service.clause_url)
        return (page, 422) if walk.missing else page
    return render_template(
        "guide/outcome.html",
        walk=walk,
        row=walk.step.rows[0],
        answer=service.answer(walk),
        services=service.list_services(walk.step.rows[0]),
        clause_url=service.clause_url,
    )
