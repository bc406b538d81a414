"""Pages for citizens: complain or report, the receipt, and the status of a matter by number and query code."""

import secrets
from typing import Any

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from policy_kb import clock
from portal.complaints import fields, service, wording
from portal.complaints.models import Intake
from portal.complaints.reading import Reading, read_message
from portal.complaints.rules import get_rules
from portal.complaints.understanding import form_values, intake_kind, lead_text, list_authorities, part_name
from portal.downloads import send_download
from portal.errors import Conflict, Invalid, Missing
from portal.extensions import db, limiter
from portal.identity.service import current_identity
from portal.language import current_language
from portal.pages import write_date
from portal.uploads import CheckedFile, check_upload

bp = APIBlueprint("complaints", __name__, url_prefix="/complaints", enable_openapi=False)
MOST_FILES = 5


@bp.get("/")
def index() -> str:
    """The difference between complaint and report, where else to turn, and own matters."""
    return render_template("complaints/index.html", own=service.list_own(current_identity()), wording=wording)


def _page(
    kind: str,
    values: dict[str, Any],
    errors: dict[str, str],
    *,
    status: int = 200,
    key: str = "",
    reading: Reading | None = None,
) -> tuple[str, int]:
    page = render_template(
        "complaints/new.html",
        kind=kind,
        values=values,
        errors=errors,
        labels={field.id: field.label for field in fields.FIELDS},
        fields=fields,
        key=key or secrets.token_hex(12),
        anonymous=bool(values.get("anonymous")),
        required=service.list_missing(kind, {}, anonymous=bool(values.get("anonymous"))),
        understood=_understood(reading, kind, values) if reading else None,
    )
    return page, status


def _understood(reading: Reading, kind: str, values: dict[str, Any]) -> dict[str, Any]:
    """What the page shows of a reading: its kinds, who is competent, and which required fields are still empty."""
    missing = (
        service.list_missing(kind, values, anonymous=bool(values.get("anonymous"))) if intake_kind(reading) else []
    )
    return {
        "kinds": [wording.reading_name(name) for name in reading.kinds],
        "danger": reading.kinds[0] == "emergency",
        "lead": lead_text(reading),
        "question": reading.kinds == ["consultation"],
        "split": "both" in reading.kinds,
        "authorities": [(part_name(one.part), one) for one in list_authorities(reading.competent, clock.today())],
        "missing": [(name, fields.BY_ID[name].label) for name in missing],
    }


@bp.get("/new")
def new() -> tuple[str, int]:
    """The form; ``?kind=`` chooses, ``?from=chat`` takes what was told in this browser's conversation."""
    kind = request.args.get("kind", "complaint")
    kind = kind if kind in fields.KINDS else "complaint"
    identity = current_identity()
    values: dict[str, Any] = {"name": identity.name, "mobile": identity.mobile} if identity.signed_in else {}
    if request.args.get("from") == "chat" and (draft := service.find_draft(str(session.get("conversation", "")))):
        kind, values = draft.data["kind"], {**values, **draft.data["fields"], "anonymous": draft.data.get("anonymous")}
    return _page(kind, values, {})


@bp.post("/new")
@limiter.limit("20 per hour")
def lodge() -> Response | tuple[str, int]:
    """Check, and lodge once; on an error the page comes back with everything that was entered."""
    kind = request.form.get("kind", "")
    if kind not in fields.KINDS:
        return _page("complaint", dict(request.form), {"kind": _("Choose complaint, report or both.")}, status=422)
    form = {**request.form.to_dict(), "demand": request.form.getlist("demand")}
    anonymous = kind == "report" and request.form.get("anonymous") == "yes"
    values, errors = fields.read_form(form)
    key = request.form.get("key", "")[:40] or secrets.token_hex(12)
    files, file_error = _read_files()
    if file_error:
        errors["evidence"] = file_error
    errors |= {
        name: _("Please fill this in.")
        for name in service.list_missing(kind, values, anonymous=anonymous)
        if name not in errors
    }
    if errors:
        return _page(kind, {**form, "anonymous": anonymous}, errors, status=422, key=key)
    try:
        lodged = service.lodge(
            current_identity(),
            kind,
            values,
            key=f"form-{key}",
            language=current_language(),
            anonymous=anonymous,
            evidence=files,
        )
    except Conflict:
        db.session.rollback()
        if session.get("lodged_key") == key:
            return redirect(url_for("complaints.receipt"))
        raise
    db.session.commit()
    session["lodged_key"] = key
    session["lodged"] = [
        {
            "kind": one.kind,
            "number": one.number,
            "code": one.code,
            "step": wording.clock_name("accept" if one.kind == "complaint" else "check"),
            "due_text": write_date(one.due),
            "limit": wording.clock_text(one.clock),
        }
        for one in lodged
    ]
    return redirect(url_for("complaints.receipt"))


def _read_files() -> tuple[tuple[CheckedFile, ...], str]:
    sent = [file for file in request.files.getlist("evidence") if file.filename]
    if len(sent) > MOST_FILES:
        return (), _("At most %(count)s files can be sent; choose the most telling ones.", count=MOST_FILES)
    try:
        return tuple(check_upload(file, field="evidence") for file in sent), ""
    except Invalid as error:
        return (), error.message


@bp.get("/receipt")
def receipt() -> Response | str:
    """Number and query code, shown in this browser session only."""
    lodged = session.get("lodged")
    if not lodged:
        return redirect(url_for("complaints.status"))
    return render_template("complaints/receipt.html", lodged=lodged, wording=wording)


@bp.post("/preview")
@limiter.limit("60 per hour")
def preview() -> tuple[str, int]:
    """Fill the form from one free message; the person corrects it before sending."""
    text = request.form.get("facts", "").strip()
    if not text or len(text) > 2000:
        return _page(
            "complaint",
            {"facts": text[:2000]},
            {"facts": _("Tell what happened in up to 2,000 characters.")},
            status=422,
        )
    reading = read_message(text, clock.today(), language=current_language())
    identity = current_identity()
    kind = intake_kind(reading) or "complaint"
    anonymous = reading.anonymity_asked and kind == "report"
    known = {"name": identity.name, "mobile": identity.mobile} if identity.signed_in and not anonymous else {}
    return _page(kind, {**known, **form_values(reading), "anonymous": anonymous}, {}, reading=reading)


@bp.get("/status")
def status() -> str:
    """Ask for number and query code."""
    return render_template("complaints/status.html", number=request.args.get("number", "")[:24], errors={}, intake=None)


@bp.post("/status")
@limiter.limit("15 per minute")
def status_submit() -> tuple[str, int]:
    """Show the matter when both fit; its own fields are not shown, only where it stands."""
    number, code = request.form.get("number", "")[:24], request.form.get("code", "")[:20]
    try:
        intake = service.get_by_code(number, code)
    except Missing as error:
        errors = {"number": error.message}
        return render_template("complaints/status.html", number=number, errors=errors, intake=None), 422
    db.session.commit()
    return _show_status(intake, code), 200


def _show_status(intake: Intake, code: str) -> str:
    return render_template(
        "complaints/status.html",
        number=intake.number,
        code=code,
        errors={},
        intake=intake,
        wording=wording,
        rule=service.clock_of(intake),
        ending=_ending(intake),
    )


def _ending(intake: Intake) -> dict[str, Any]:
    """How the matter could be taken back, for the page."""
    rules = get_rules(intake.received_at.date())
    place = {"title": rules.title, "article": rules.withdraw_article}
    return {"may": service.may_withdraw(intake), "open": intake.state in service.OPEN_STATES, **place}


@bp.post("/status/withdraw")
@limiter.limit("15 per minute")
def withdraw_by_code() -> Response | str:
    """Take an open complaint back with number and query code, without an account."""
    number, code = request.form.get("number", "")[:24], request.form.get("code", "")[:20]
    intake = service.withdraw_by_code(number, code)
    db.session.commit()
    flash(_("The complaint is withdrawn."), "ok")
    return _show_status(intake, code)


@bp.get("/mine/<number>")
def mine(number: str) -> str:
    """A signed-in person's own matter with all it holds."""
    intake = service.get_own(current_identity(), number)
    db.session.commit()
    return render_template(
        "complaints/mine.html",
        intake=intake,
        wording=wording,
        fields=fields,
        rule=service.clock_of(intake),
        ending=_ending(intake),
    )


@bp.post("/mine/<number>/withdraw")
def withdraw(number: str) -> Response:
    """Take an open complaint back."""
    service.withdraw(current_identity(), number)
    db.session.commit()
    flash(_("The complaint is withdrawn."), "ok")
    return redirect(url_for("complaints.mine", number=number))


@bp.get("/<number>/evidence/<int:evidence_id>")
def evidence(number: str, evidence_id: int) -> Response:
    """Download a file of a matter (owner or officer)."""
    found, content = service.get_evidence(current_identity(), number, evidence_id)
    db.session.commit()
    return send_download(content, found.media_type, found.name)
