"""Pages of a draft: task list, sections, autosave. Registers the other pages of the room, too."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.applications import (
    case_views,
    clock_views,
    completeness,
    desk_views,
    entry_views,
    paper_views,
    prefilling,
    quality_views,
    questions,
    reading,
    sending_views,
    service,
    showing,
    wording,
)
from portal.applications.blueprint import bp
from portal.applications.draft_pages import link_fields, read_version, to_case
from portal.applications.models import Draft
from portal.errors import Invalid, Missing
from portal.extensions import db
from portal.forms.service import Field, Page
from portal.identity.service import current_identity, find_party, require_signed_in
from portal.language import current_language
from portal.pages import write_moment
from portal.services import service as services

__all__ = [
    "bp",
    "case_views",
    "clock_views",
    "desk_views",
    "entry_views",
    "paper_views",
    "quality_views",
    "sending_views",
]


@bp.get("/drafts/<draft_id>/")
def draft(draft_id: str) -> str | Response:
    """The sections with their state; sources are asked again when they were away or their word is too old."""
    found = service.open_draft(current_identity(), draft_id)
    db.session.commit()
    if found.state not in ("open", "returned"):
        return to_case(found)
    if service.is_undecided(found):
        return redirect(url_for("applications.sources", draft_id=draft_id))
    changed = service.refresh(current_identity(), found)
    if changed:
        flash(
            _(
                "Changed in the records since you started: %(fields)s. Look at these again.",
                fields=_("; ").join(changed),
            ),
            "warn",
        )
    db.session.commit()
    view = service.view_draft(found)
    states = showing.list_states(view)
    return render_template(
        "applications/draft.html",
        view=view,
        difference=service.find_difference(view),
        left_behind=service.list_left_behind(view, current_identity()),
        states=states,
        title=wording.draft_title(found),
        party=find_party(found.party_code),
        ready=not view.list_errors() and not view.untouched,
        warnings=view.list_warnings(),
        window=None if view.sent_on else questions.window_days(view.form, view.values),
        withheld=0 if current_identity().strong else len(prefilling.list_withheld(view.facts.values())),
        unasked=[one.label for one in service.list_asked(found, view.language) if one.decision != "given"],
        failed_names=[prefilling.channel_name(name) for name in found.failed],
        materials=completeness.list_materials(view.form, view.values, view.language),
        links=link_fields(view),
        rests_on_memory=questions.rests_on_memory(view.form),
        filled=sum(view.origin_of(name) in ("auto", "locked", "computed") for name in view.values),
        show_cites=services.show_cites,
    )


@bp.get("/drafts/<draft_id>/s/<section_id>")
def section(draft_id: str, section_id: str) -> str | Response:
    """One section; ``?add=<group>`` shows a blank row more."""
    found = service.open_draft(current_identity(), draft_id)
    db.session.commit()
    if found.state not in ("open", "returned"):
        return to_case(found)
    return _section_page(found, section_id, add=request.args.get("add", ""))[0]


def _section_page(
    found: Draft,
    section_id: str,
    *,
    typed: dict[str, Any] | None = None,
    errors: dict[str, str] | None = None,
    changed: list[str] | None = None,
    add: str = "",
    status: int = 200,
) -> tuple[str, int]:
    view = service.view_draft(found)
    sections = view.list_sections()
    at = next((n for n, (page, _fields) in enumerate(sections) if page.id == section_id), None)
    if at is None:
        raise Missing(
            _("This section is not part of the form with the answers given so far. Go back to the list of sections.")
        )
    page, fields = sections[at]
    question = _find_question(view, page, fields)
    fields, asked_of = ([fields[question]], (question + 1, len(fields))) if question is not None else (fields, None)
    shown = [showing.show_field(view, one, typed=typed, errors=errors, add_row=one.id == add) for one in fields]
    html = render_template(
        "applications/section.html",
        view=view,
        page=page,
        shown=shown,
        number=at + 1,
        question=asked_of,
        count=len(sections),
        errors=errors or {},
        labels={path: questions.label_of(view.form, path, view.language) for path in errors or {}},
        changed=[showing.show_field(view, one) for one in view.form.list_fields() if one.id in (changed or [])],
        stale=changed is not None,
        title=wording.draft_title(found),
        show_cites=services.show_cites,
    )
    return html, status


def _find_question(view: service.View, page: Page, fields: list[Field]) -> int | None:
    """Which field a page that asks one thing at a time shows: that of ``?q=``, else the first that is open."""
    if not page.one_by_one:
        return None
    ids = [one.id for one in fields]
    if request.args.get("q", "") in ids:
        return ids.index(request.args["q"])
    waiting = {path.partition("[")[0] for path in view.list_errors()}
    return next((n for n, one in enumerate(ids) if one in waiting), 0)


@bp.post("/drafts/<draft_id>/s/<section_id>")
def save_section(draft_id: str, section_id: str) -> Response | tuple[str, int]:
    """Save a section as a whole; what cannot be read comes back as typed, beside its error."""
    identity = current_identity()
    found = service.get_draft(identity, draft_id)
    if found.state not in ("open", "returned"):
        return to_case(found)
    form = questions.form_of(found.form_id, found.form_version)
    sent = reading.read_sent(form, request.form, request.files)
    verb, group, row_id = reading.read_action(request.form.get("action", "save"))
    if verb == "remove":
        reading.drop_row(sent, group, row_id)
    version = read_version(request.form.get("version", ""))
    try:
        saved = service.save_fields(
            identity,
            draft_id,
            version,
            sent.raw,
            "page",
            clear=sent.clear,
            chosen=sent.chosen,
            reasons=sent.reasons,
            evidence=sent.evidence,
        )
    except service.Stale as error:
        db.session.rollback()
        found = service.get_draft(identity, draft_id)
        typed = _keep_typed(found, form, sent, version)
        return _section_page(found, section_id, typed=typed, changed=error.changed, status=409)
    db.session.commit()
    errors = saved.errors | sent.errors
    if errors:
        found = service.get_draft(identity, draft_id)
        typed = {
            name: value for name, value in sent.raw.items() if any(path.partition("[")[0] == name for path in errors)
        }
        return _section_page(found, section_id, typed=typed, errors=errors, add=group, status=422)
    if verb == "stay":
        return redirect(
            url_for("applications.section", draft_id=draft_id, section_id=section_id, q=request.args.get("q"))
        )
    if verb in ("add", "remove"):
        add = group if verb == "add" else None  # None leaves the parameter out
        url = url_for(
            "applications.section",
            draft_id=draft_id,
            section_id=section_id,
            add=add,
            q=request.args.get("q"),
            _anchor=f"field-{group}",
        )
        return redirect(url)
    return redirect(_next_url(found, section_id))


def _keep_typed(found: Draft, form: Any, sent: reading.Sent, version: int) -> dict[str, Any]:
    """What the person really typed on an old page; what they left as it was shows its present value."""
    then = service.newest_answers(found, until=version)
    kept = {}
    for name, one in questions.fields_of(form).items():
        if name not in sent.raw or one.type == "file":
            continue
        value, errors = questions.read(one, sent.raw[name])
        before = then[name].value if name in then and then[name].state == "given" else None
        if errors or value != before:
            kept[name] = sent.raw[name]
    return kept


def _next_url(found: Draft, section_id: str) -> str:
    """The next question of the section, the section after this one, or the check page after the last."""
    sections = service.view_draft(found).list_sections()
    asked = next(([one.id for one in fields] for page, fields in sections if page.id == section_id), [])
    here = asked.index(request.args["q"]) if request.args.get("q", "") in asked else len(asked)
    if here + 1 < len(asked):
        return url_for("applications.section", draft_id=found.id, section_id=section_id, q=asked[here + 1])
    ids = [page.id for page, _fields in sections]
    at = ids.index(section_id) if section_id in ids else -1
    if 0 <= at < len(ids) - 1:
        return url_for("applications.section", draft_id=found.id, section_id=ids[at + 1])
    return url_for("applications.check", draft_id=found.id)


@bp.post("/drafts/<draft_id>/fields")
def autosave(draft_id: str) -> Response | tuple[Response, int]:
    """Save some fields: JSON ``{version, values, clear, chosen}`` → ``{version, saved_at, saved, errors}``.

    409 ``stale`` carries ``version`` and ``changed`` (labels); 422 names what may not be sent.
    """
    identity = current_identity()
    require_signed_in(identity)
    body = request.get_json(silent=True)
    if (
        not isinstance(body, dict)
        or not all(isinstance(body.get(k, {}), dict) for k in ("values", "chosen"))
        or not isinstance(body.get("clear", []), list)
    ):
        raise Invalid(_("Send an object with version and values."))
    version = body.get("version")
    try:
        saved = service.save_fields(
            identity,
            draft_id,
            version if isinstance(version, int) and not isinstance(version, bool) else 0,
            body.get("values", {}),
            "page",
            clear=[str(name) for name in body.get("clear", [])],
            chosen={str(k): str(v) for k, v in body.get("chosen", {}).items()},
        )
    except service.Stale as error:
        db.session.rollback()
        form_id = service.get_draft(identity, draft_id)
        form = questions.form_of(form_id.form_id, form_id.form_version)
        labels = [questions.label_of(form, name, current_language()) for name in error.changed]
        return jsonify(
            error={"code": error.code, "message": error.message, "version": error.version, "changed": labels}
        ), 409
    db.session.commit()
    text = _("Saved %(time)s", time=write_moment(saved.at))
    return jsonify(
        version=saved.version, saved_at=saved.at.isoformat(), text=text, saved=list(saved.saved), errors=saved.errors
    )
