"""Pages of a case: receipt and timeline, documents, files, withdrawal."""

from datetime import date

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from policy_kb import workdays
from portal.applications import certificates, clocks, questions, receipts, running, service, wording
from portal.applications.blueprint import bp
from portal.applications.models import Case
from portal.audit import service as audit
from portal.downloads import send_download
from portal.errors import Missing
from portal.extensions import db, limiter
from portal.identity.service import current_identity
from portal.language import current_language
from portal.proofs import service as proofs
from portal.services import service as services
from portal.uploads import read_upload


def list_answers(case: Case, *, round_number: int = 0) -> list[tuple[str, list[tuple[str, str, str, dict[str, str]]]]]:
    """Sections of what was sent: (label, [(field id, label, text, provenance)])."""
    snapshot = case.snapshots[round_number - 1] if round_number else case.snapshot
    form, language = questions.form_of(case.form_id, case.form_version), current_language()
    answers = snapshot.content["answers"]
    return [
        (
            page.label[language],
            [
                (
                    one.id,
                    one.label[language],
                    questions.write(one, answers[one.id], language),
                    snapshot.provenance[one.id],
                )
                for one in fields
                if one.id in answers
            ],
        )
        for page, fields in questions.list_sections(form, answers)
    ]


@bp.get("/cases/<int:case_id>/")
def case(case_id: int) -> str:
    """Receipt, where it stands, what is next and by when, and what was sent."""
    found = service.get_case(current_identity(), case_id)
    receipt = receipts.find_receipt(found, found.snapshot)
    db.session.commit()
    form = questions.form_of(found.form_id, found.form_version)
    return render_template(
        "applications/case.html",
        case=found,
        title=wording.item_title(found.item, found.variant),
        wording=wording,
        sections=list_answers(found),
        qr=proofs.draw_qr(receipt),
        code=proofs.write_code(receipt.code),
        given=certificates.find_certificate(found),
        draw_qr=proofs.draw_qr,
        write_code=proofs.write_code,
        clocks=clocks.list_clocks(found.form_id, found.form_version),
        now=clocks.find_clock(found.form_id, found.form_version, found.due_for),
        running=running,
        also=clocks.list_own_limits(found.form_id, found.form_version),
        filing=clocks.filing_fact(found.form_id, found.form_version),
        notes=[
            (questions.label_of(form, n.field_id, current_language()), n.text)
            for n in found.notes
            if n.round == found.snapshot.round
        ],
        files=[one for one in form.list_fields() if one.type == "file" and one.id in found.snapshot.content["answers"]],
        open_states=service.OPEN_STATES,
        term=[
            date.fromisoformat(found.outcome[name]) for name in ("valid_from", "valid_to") if found.outcome.get(name)
        ],
        announced=workdays.is_announced(found.due) if found.due else True,
        show_cites=services.show_cites,
    )


@bp.post("/cases/<int:case_id>/withdraw")
def withdraw(case_id: int) -> AnyResponse:
    """Take an open case back."""
    service.withdraw(current_identity(), case_id)
    db.session.commit()
    return redirect(url_for("applications.case", case_id=case_id))


@bp.get("/cases/<int:case_id>/application.<any(docx, pdf):kind>")
def document(case_id: int, kind: str) -> Response:
    """The application as DOCX or PDF, for its owner and officers."""
    identity = current_identity()
    paper = service.hand_application(identity, service.get_case(identity, case_id), kind)
    db.session.commit()
    return send_download(paper.content, paper.media_type, paper.name)


@bp.get("/cases/<int:case_id>/certificate.pdf")
def certificate(case_id: int) -> Response:
    """What the decision gave, for its holder and officers."""
    identity = current_identity()
    paper = service.hand_certificate(identity, service.get_case(identity, case_id))
    db.session.commit()
    return send_download(paper.content, paper.media_type, paper.name)


@bp.get("/cases/<int:case_id>/files/<field_id>")
def case_file(case_id: int, field_id: str) -> Response:
    """A file that was sent with the case, for its owner and officers."""
    identity = current_identity()
    found = service.get_case(identity, case_id)
    form = questions.form_of(found.form_id, found.form_version)
    one, value = questions.fields_of(form).get(field_id), found.snapshot.content["answers"].get(field_id)
    if one is None or one.type != "file" or not value:
        raise Missing(_("There is no such file."))
    audit.record(identity.actor, "read_file", "case", found.number, party_code=found.party_code, detail=field_id)
    db.session.commit()
    return _send(value)


@bp.get("/drafts/<draft_id>/files/<field_id>")
def draft_file(draft_id: str, field_id: str) -> Response:
    """A file of an own draft."""
    identity = current_identity()
    found = service.get_draft(identity, draft_id)
    row = service.newest_answers(found).get(field_id)
    form = questions.form_of(found.form_id, found.form_version)
    one = questions.fields_of(form).get(field_id)
    if row is None or row.state != "given" or one is None or one.type != "file":
        raise Missing(_("There is no such file."))
    audit.record(identity.actor, "read_file", "draft", found.id, party_code=found.party_code, detail=field_id)
    db.session.commit()
    return _send(row.value)


def _send(value: dict[str, str]) -> Response:
    return send_download(read_upload(value["stored_as"]), value["media_type"], value["name"])


@bp.get("/verify/<number>")
@limiter.limit("30 per minute")
def verify(number: str) -> AnyResponse:
    """Where the QR codes of earlier receipts lead: on to the page that checks every document."""
    found = service.find_by_number(number[:32], request.args.get("hash", "").strip()[:64])
    if found is None:
        db.session.commit()
        return redirect(url_for("proofs.index"))
    receipt = receipts.find_receipt(*found)
    db.session.commit()
    return redirect(url_for("proofs.show", code=proofs.write_code(receipt.code)))
