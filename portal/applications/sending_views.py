"""The end of a draft: everything at a glance, sent once, taken over to a newer version of its form, or given up."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.applications import completeness, questions, service, showing, wording
from portal.applications.blueprint import bp
from portal.applications.draft_pages import link_fields, read_version, to_case
from portal.applications.models import Draft
from portal.errors import Invalid
from portal.extensions import db
from portal.identity.service import current_identity, require_kind
from portal.language import current_language
from portal.services import service as services


@bp.get("/drafts/<draft_id>/check")
def check(draft_id: str) -> str | Response:
    """Everything at a glance, with change links; then send."""
    found = service.open_draft(current_identity(), draft_id)
    db.session.commit()
    if found.state not in ("open", "returned"):
        return to_case(found)
    return check_page(found, {})[0]


def check_page(found: Draft, errors: dict[str, str], status: int = 200) -> tuple[str, int]:
    view = service.view_draft(found)
    sections = [
        (page, [showing.show_field(view, one) for one in fields])
        for page, fields in questions.list_sections(view.form, view.values)
    ]
    waiting = view.list_errors()
    gaps = {gap.path: gap for gap in service.list_gaps(view, errors or waiting)}
    html = render_template(
        "applications/check.html",
        view=view,
        sections=sections,
        errors=errors,
        waiting=waiting,
        gaps=gaps,
        labels={path: questions.label_of(view.form, path, view.language) for path in (errors or waiting)},
        links=link_fields(view),
        warnings=view.list_warnings(),
        window=None if view.sent_on else questions.window_days(view.form, view.values),
        title=wording.draft_title(found),
        same_files=[
            [one.label[view.language] for one in fields]
            for fields in completeness.list_same_files(view.form, view.values)
        ],
        untouched=[one.label[view.language] for one in view.form.list_fields() if one.id in view.untouched],
        show_cites=services.show_cites,
        key=f"r{found.version}",
    )
    return html, status


@bp.post("/drafts/<draft_id>/check")
def submit(draft_id: str) -> Response | tuple[str, int]:
    """Send once; a second sending leads to the same receipt."""
    identity = current_identity()
    require_kind(identity, "enterprise", "citizen")
    version = read_version(request.form.get("version", ""))
    try:
        case = service.submit(
            identity, draft_id, version, request.form.get("key", "")[:40], language=current_language()
        )
    except Invalid as error:
        db.session.rollback()
        return check_page(service.get_draft(identity, draft_id), error.fields, 422)
    except service.Stale:
        db.session.rollback()
        flash(
            _(
                "The draft was changed in another place after this page was opened. Look at the answers once more, then send."
            ),
            "warn",
        )
        return check_page(service.get_draft(identity, draft_id), {}, 409)
    db.session.commit()
    return redirect(url_for("applications.case", case_id=case.id))


@bp.post("/drafts/<draft_id>/upgrade")
def upgrade(draft_id: str) -> Response:
    """Go over to the newest version of the form."""
    service.upgrade(current_identity(), draft_id)
    db.session.commit()
    flash(_("The draft is now on the new version of the form. Every answer was kept; look at what is new."), "ok")
    return redirect(url_for("applications.draft", draft_id=draft_id))


@bp.post("/drafts/<draft_id>/abandon")
def abandon(draft_id: str) -> Response:
    """Give a draft up."""
    service.abandon(current_identity(), draft_id)
    db.session.commit()
    flash(_("The draft was given up."), "ok")
    return redirect(url_for("applications.index"))
