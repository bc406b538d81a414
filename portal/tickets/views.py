"""A party's pages: say that a record is wrong, see what becomes of it, take it back or object. Registers the officers'."""

from flask import Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.downloads import send_download
from portal.errors import Invalid
from portal.extensions import db
from portal.identity.service import current_identity
from portal.language import current_language
from portal.prefill import service as prefill
from portal.tickets import desk_views, service
from portal.tickets.blueprint import bp
from portal.uploads import CheckedFile, check_upload, read_upload
from portal.vocabulary import is_private

__all__ = ["bp", "desk_views"]


@bp.get("/")
def index() -> str | AnyResponse:
    """The party's tickets, newest first."""
    identity = current_identity()
    if not identity.signed_in:
        return redirect(url_for("identity.sign_in", next=request.full_path))
    return render_template(
        "tickets/index.html", shown=[service.show_ticket(identity, one) for one in service.list_own(identity)]
    )


@bp.get("/new")
def new() -> str | AnyResponse:
    """What is wrong in a record; ``?record=`` and, chosen beforehand, ``?concept=``."""
    if not current_identity().signed_in:
        return redirect(url_for("identity.sign_in", next=request.full_path))
    return _new_page(request.args.get("record", "")[:40], {})


def _new_page(record_id: str, errors: dict[str, str]) -> str:
    identity, language = current_identity(), current_language()
    record = service.get_record(identity, record_id)
    said = [
        (
            concept,
            prefill.concept_label(concept, language, record.source),
            _("shown after the strong sign-in")
            if is_private(concept) and not identity.strong
            else prefill.show_concept(concept, prefill.read_said(record, concept), language, record.source),
        )
        for concept in service.list_concepts(record)
    ]
    page: str = render_template(
        "tickets/new.html",
        record=record,
        name=service.name_record(record.source, record.number),
        said=said,
        typed=request.form,
        chosen=request.form.get("concept") or request.args.get("concept", ""),
        errors=errors,
        most=service.MOST_FILES,
    )
    db.session.commit()
    return page


@bp.post("/new")
def create() -> AnyResponse | tuple[str, int]:
    """Keep the doubt; what is wrong comes back beside what was typed."""
    form, identity = request.form, current_identity()
    record_id = form.get("record", "")[:40]
    try:
        ticket = service.report(
            identity, record_id, form.get("concept", ""), form.get("claimed", ""), form.get("reason", ""), _read_files()
        )
    except Invalid as error:
        db.session.rollback()
        return _new_page(record_id, error.fields), 422
    db.session.commit()
    flash(_("Sent to the keeper of the record. What becomes of it stands here."), "ok")
    return redirect(url_for("tickets.ticket", number=ticket.number))


def _read_files() -> list[CheckedFile]:
    sent = [file for file in request.files.getlist("evidence") if file.filename]
    if len(sent) > service.MOST_FILES:
        text = _("Send at most %(count)s files.", count=service.MOST_FILES)
        raise Invalid(text, fields={"evidence": text})
    return [check_upload(file, field="evidence") for file in sent]


@bp.get("/<number>")
def ticket(number: str) -> str:
    """One own ticket: what was claimed, where it stands, what the keeper answered."""
    return _ticket_page(number, {})


def _ticket_page(number: str, errors: dict[str, str]) -> str:
    identity = current_identity()
    found = service.get_own(identity, number)
    service.note_read(identity, found)
    page: str = render_template(
        "tickets/ticket.html",
        shown=service.show_ticket(identity, found),
        steps=service.list_steps(found, party=True),
        errors=errors,
        reason=request.form.get("reason", ""),
    )
    db.session.commit()
    return page


@bp.post("/<number>")
def move(number: str) -> AnyResponse | tuple[str, int]:
    """Take the doubt back, object to the outcome, or agree that it is settled."""
    identity, step = current_identity(), request.form.get("step", "")
    try:
        if step == "withdraw":
            service.withdraw(identity, number)
        elif step == "object":
            service.object_to(identity, number, request.form.get("reason", ""), _read_files())
        elif step == "close":
            service.close(identity, number, party=True)
        else:
            raise Invalid(_("Choose one of the steps offered."))
    except Invalid as error:
        db.session.rollback()
        return _ticket_page(number, error.fields or {"reason": error.message}), 422
    db.session.commit()
    flash(_("Noted. It counts from now on."), "ok")
    return redirect(url_for("tickets.ticket", number=number))


@bp.get("/<number>/evidence/<int:evidence_id>")
def evidence(number: str, evidence_id: int) -> Response:
    """A file that was sent with a doubt, for the party and for officers."""
    found = service.get_evidence(current_identity(), number, evidence_id)
    content, media_type, name = read_upload(found.stored_as), found.media_type, found.name
    db.session.commit()
    return send_download(content, media_type, name)
