"""The page of what rests on changed clauses: counted by text and reason, filtered, looked at one by one or many at once."""

from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response

from portal.curation import review_list, reviewing
from portal.curation.blueprint import bp
from portal.curation.review_list import Wanted
from portal.errors import Invalid
from portal.extensions import db
from portal.identity.service import current_identity, find_name


@bp.get("/review")
def review() -> str:
    """The most urgent first; ``?text= why= kind= shown= words= page=``."""
    return _page(review_list.read_wanted(request.args), {})


def _page(wanted: Wanted, errors: dict[str, str]) -> str:
    entries = review_list.list_entries(current_identity())
    selected = review_list.select(entries, wanted)
    pages = max(1, -(-len(selected) // review_list.PAGE))
    page = min(max(1, request.values.get("page", 1, type=int)), pages)
    shown = selected[(page - 1) * review_list.PAGE : page * review_list.PAGE]
    return render_template(
        "curation/review.html",
        wanted=wanted,
        counts=review_list.count_waiting(entries),
        texts={entry.transition.new.id: entry.transition for entry in entries},
        shown=[(entry, review_list.name(entry.touched.where)) for entry in shown],
        looks=reviewing.list_looks([entry.touched.key for entry in shown]),
        found=len(selected),
        open_ones=sum(not entry.touched.seen for entry in selected),
        page=page,
        pages=pages,
        lists=review_list,
        name_of=find_name,
        errors=errors,
        note=request.form.get("note", ""),
        ticked=request.form.getlist("key"),
    )


@bp.post("/review")
def mark_reviewed() -> Response | tuple[str, int]:
    """Note the ticked entries, or all behind the filter, as checked and still right, with the reason."""
    identity, form = current_identity(), request.form
    wanted = review_list.read_wanted(form)
    try:
        keys = form.getlist("key")
        if form.get("every"):
            keys = review_list.select_keys(review_list.list_entries(identity), wanted, form.get("every", 0, type=int))
        count = reviewing.mark_seen(identity, keys, form.get("note", ""))
    except Invalid as error:
        db.session.rollback()
        return _page(wanted, error.fields), 422
    db.session.commit()
    flash(ngettext("%(num)d entry noted as still right.", "%(num)d entries noted as still right.", count), "ok")
    return redirect(f"{url_for('curation.review')}?{urlencode(wanted.list_parts())}")
