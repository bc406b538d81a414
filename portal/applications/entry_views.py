"""Pages that lead into applications: my matters, and the start of one item."""

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.applications import prefilling, questions, service, wording
from portal.applications.blueprint import bp
from portal.complaints import service as complaints
from portal.errors import Missing
from portal.extensions import db
from portal.forms.service import Form
from portal.identity.service import current_identity, find_party
from portal.language import current_language
from portal.notices import service as notices
from portal.services import service as services


@bp.get("/")
def index() -> str | Response:
    """Notices, drafts and cases of the party acted for, and own complaints."""
    identity = current_identity()
    if not identity.signed_in:
        return redirect(url_for("identity.sign_in", next=request.path))
    return render_template(
        "applications/index.html",
        notices=notices.list_notices(identity),
        drafts=service.list_drafts(identity),
        cases=service.list_own(identity),
        complaints=complaints.list_own(identity),
        wording=wording,
    )


@bp.get("/start")
def start() -> str | Response:
    """What will be filled from where; which licence it is about; a draft already open."""
    identity = current_identity()
    item, variant = request.args.get("item", ""), request.args.get("variant", "")
    if not variant and len(questions.list_forms(item)) > 1:
        return _choose_variant(item)
    if not identity.signed_in:
        return redirect(url_for("identity.sign_in", next=request.full_path))
    form = _find_form(item, variant)
    applicants = questions.list_applicants(form)
    allowed = identity.kind in applicants and bool(identity.party_code)
    page: str = render_template(
        "applications/start.html",
        form=form,
        item=services.get_item(form.item),
        title=wording.item_title(form.item, form.variant),
        allowed=allowed,
        for_citizens="enterprise" not in applicants,
        asks_record=bool(prefilling.list_registers(form)),
        party=find_party(identity.party_code),
        records=prefilling.list_records(identity, form) if allowed else [],
        materials=questions.list_materials(form, {}, current_language()),
        open_drafts=[d for d in service.list_drafts(identity) if d.form_id == form.id],
        show_cites=services.show_cites,
    )
    db.session.commit()
    return page


def _choose_variant(item_id: str) -> str:
    """The kinds of application that an item has a form for, as links."""
    item = services.get_item(item_id)
    return render_template("applications/variants.html", item=item, variants=[v for v in item.variants if v.form])


def _find_form(item: str, variant: str) -> Form:
    form = questions.find_form(item, variant)
    if form is None:
        raise Missing(_("There is no online form for this item here yet. Its page says where to apply."))
    return form


@bp.post("/start")
def start_submit() -> Response:
    """Begin a draft (or go on with the open one) and ask every source once."""
    form = request.form
    draft = service.start(
        current_identity(),
        form.get("item", ""),
        form.get("variant", ""),
        form.get("record", "")[:60],
        another=form.get("another") == "yes",
    )
    db.session.commit()
    return redirect(url_for("applications.draft", draft_id=draft.id))
