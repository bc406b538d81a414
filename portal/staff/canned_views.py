"""Pages of ready replies: the list for all who work at the desk, writing and withdrawing for curators, with their history."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.chat import service as chat
from portal.curation import service as curation
from portal.errors import Invalid
from portal.extensions import db
from portal.identity.service import Identity, current_identity, find_name, require_role
from portal.staff.blueprint import bp

edits = chat.canned_edits
FIELDS = (*edits.LONGEST, "cites", "note")


@bp.get("/canned")
def canned_list() -> str:
    """Every reply, with its clauses and whether it is offered today."""
    identity = current_identity()
    withdrawn = edits.list_withdrawn(identity)
    replies = chat.canned.list_canned()
    return render_template(
        "staff/canned.html",
        replies=[(reply, chat.canned.is_usable(reply)) for reply in replies],
        withdrawn=withdrawn,
        saved=chat.canned.list_edits(),
        name_of=find_name,
        may_edit=identity.has_role(*edits.EDITORS),
    )


@bp.get("/canned/new")
def canned_new() -> str:
    """An empty form."""
    require_role(current_identity(), *edits.EDITORS)
    return _page("", dict.fromkeys(FIELDS, ""), {})


@bp.get("/canned/<code>")
def canned(code: str) -> str:
    """One reply with its history; a form for those who may change it."""
    reply, _edit = edits.get_canned(current_identity(), code)
    cites = [cite.model_dump() for cite in reply.cites]
    values = {
        "title_zh": reply.title.zh,
        "title_en": reply.title.en,
        "text_zh": reply.text.zh,
        "text_en": reply.text.en,
        "cites": curation.write_cites(cites),
        "note": "",
    }
    return _page(code, values, {})


def _page(code: str, values: dict[str, Any], errors: dict[str, str]) -> str:
    identity = current_identity()
    edit = edits.get_canned(identity, code)[1] if code else None
    page: str = render_template(
        "staff/canned_reply.html",
        code=code,
        values=values,
        errors=errors,
        edit=edit,
        version=request.form.get("version", edit.id if edit else 0),
        history=edits.list_history(code) if code else [],
        write_cites=curation.write_cites,
        name_of=find_name,
        may_edit=identity.has_role(*edits.EDITORS),
    )
    return page


@bp.post("/canned/save", defaults={"code": ""})
@bp.post("/canned/<code>")
def canned_step(code: str) -> Response | tuple[str, int]:
    """Save, withdraw or bring back; a problem brings the page back with everything typed."""
    identity, form = current_identity(), request.form
    values = {name: form.get(name, "")[:4000] for name in FIELDS}
    try:
        done = _act(identity, code, form.get("step", ""), values, form.get("version", 0, type=int))
    except Invalid as error:
        db.session.rollback()
        if form.get("step") == "bring-back":
            raise
        return _page(code, values, error.fields), 422
    db.session.commit()
    return redirect(url_for("staff.canned", code=done))


def _act(identity: Identity, code: str, step: str, values: dict[str, str], version: int) -> str:
    if step == "withdraw":
        edits.withdraw(identity, code, values["note"], version)
        flash(_("Withdrawn: it is no longer offered."), "ok")
        return code
    if step == "bring-back":
        edits.bring_back(identity, code, request.form.get("edit", 0, type=int), version)
        flash(_("That wording counts again."), "ok")
        return code
    require_role(identity, *edits.EDITORS)
    texts = {name: values[name] for name in (*edits.LONGEST, "note")}
    entry = edits.Entry(**texts, cites=curation.read_cites(values["cites"]))
    saved = edits.save(identity, code, entry, version)
    flash(_("Saved. Officers are offered it from now on."), "ok")
    loose = edits.list_loose_figures(entry)
    if loose:
        flash(_("Look again: %(figures)s stands in none of the clauses named.", figures=", ".join(loose)), "warn")
    return saved.code
