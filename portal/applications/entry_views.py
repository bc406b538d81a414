"""Pages that lead into applications: my matters, and the start of one item."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.applications import completeness, prefilling, questions, service, wording
from portal.applications.blueprint import bp
from portal.complaints import service as complaints
from portal.errors import Invalid, Missing
from portal.extensions import db
from portal.forms.service import Form
from portal.identity.service import current_identity, find_party, list_other_parties
from portal.language import current_language
from portal.notices import service as notices
from portal.prefill import service as prefill
from portal.prefill.service import Record
from portal.renewals import service as renewals
from portal.services import service as services


@bp.get("/")
def index() -> str | Response:
    """Notices, drafts and cases of the party acted for, and own complaints."""
    identity = current_identity()
    if not identity.signed_in:
        return redirect(url_for("identity.sign_in", next=request.path))
    return render_template(
        "applications/index.html",
        party=find_party(identity.party_code),
        other_parties=list_other_parties(identity),
        covered=[wording.item_title(*covered.partition("/")[::2]) for covered in identity.items],
        notices=notices.list_notices(identity),
        drafts=service.list_drafts(identity),
        cases=service.list_own(identity),
        complaints=complaints.list_own(identity),
        complaint_wording=complaints.wording,
        renewals=renewals.list_own(identity),
        show_cites=services.show_cites,
        wording=wording,
    )


@bp.get("/start")
def start() -> str | Response:
    """Which sources may be asked for what; which licence it is about; a draft already open."""
    if not request.args.get("item"):
        return redirect(url_for("services.index"))
    return _start_page(request.args["item"], request.args.get("variant", ""), {})


def _start_page(item: str, variant: str, errors: dict[str, str]) -> str | Response:
    services.get_item(item)  # nobody signs in to hear that there is no such thing
    identity = current_identity()
    if not variant and len(questions.list_forms(item)) > 1:
        return _choose_variant(item)
    if not identity.signed_in:
        return redirect(url_for("identity.sign_in", next=request.full_path))
    form = _find_form(item, variant)
    applicants = questions.list_applicants(form)
    covered = identity.covers(f"{form.item}/{form.variant}")
    allowed = identity.kind in applicants and bool(identity.party_code) and covered
    records = prefilling.list_records(identity, form) if allowed else []
    page: str = render_template(
        "applications/start.html",
        form=form,
        item=services.get_item(form.item),
        rests_on_memory=questions.rests_on_memory(form),
        title=wording.item_title(form.item, form.variant),
        allowed=allowed,
        covered=covered,
        for_citizens="enterprise" not in applicants,
        asks_record=bool(prefilling.list_registers(form)),
        party=find_party(identity.party_code),
        records=records,
        chosen=_choose_record(records, request.values.get("record", "")),
        materials=completeness.list_materials(form, {}, current_language()),
        asked=prefill.list_asked(form, "", current_language()),
        errors=errors,
        open_drafts=[d for d in service.list_drafts(identity) if d.form_id == form.id],
        show_cites=services.show_cites,
    )
    db.session.commit()
    return page


def _choose_record(records: list[Record], wished: str) -> str:
    """The id of the record that is ticked at first: the one a link names, else the first."""
    return next((record.id for record in records if record.id == wished), records[0].id if records else "")


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
def start_submit() -> Response | tuple[str | Response, int]:
    """Begin a draft (or go on with the open one) and ask the sources that the person agreed to."""
    form, identity = request.form, current_identity()
    item, variant = form.get("item", ""), form.get("variant", "")
    try:
        draft = service.start(
            identity, item, variant, form.get("record", "")[:60], another=form.get("another") == "yes"
        )
        if form.get("consent") or service.is_undecided(draft):
            said = service.read_said(form.get("consent", ""), form.getlist("source"))
            service.decide_sources(identity, draft.id, said)
    except Invalid as error:
        db.session.rollback()
        return _start_page(item, variant, error.fields), 422
    db.session.commit()
    return redirect(url_for("applications.draft", draft_id=draft.id))


@bp.get("/drafts/<draft_id>/sources")
def sources(draft_id: str) -> str:
    """The sources of a draft: the question when nobody was asked, else what was said of each, to be changed."""
    return _sources_page(draft_id, {})


def _sources_page(draft_id: str, errors: dict[str, str]) -> str:
    draft = service.get_draft(current_identity(), draft_id)
    return render_template(
        "applications/sources.html",
        draft=draft,
        title=wording.draft_title(draft),
        asked=service.list_asked(draft, current_language()),
        undecided=service.is_undecided(draft),
        errors=errors,
    )


@bp.post("/drafts/<draft_id>/sources")
def sources_submit(draft_id: str) -> Response | tuple[str, int]:
    """All, some or none of the sources; or one source agreed to (``agree``) or withdrawn (``withdraw``) later."""
    form, identity = request.form, current_identity()
    one = {form[name]: name == "agree" for name in ("agree", "withdraw") if name in form}
    try:
        said = one or service.read_said(form.get("consent", ""), form.getlist("source"))
        service.decide_sources(identity, draft_id, said)
    except Invalid as error:
        db.session.rollback()
        return _sources_page(draft_id, error.fields), 422
    db.session.commit()
    if not one:
        return redirect(url_for("applications.draft", draft_id=draft_id))
    flash(_("Noted. It counts from now on."), "ok")
    return redirect(url_for("applications.sources", draft_id=draft_id))
