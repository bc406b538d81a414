"""A notice on its own page (where a mail leads), opening it, and the page where a person sets their mail."""

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.errors import Invalid
from portal.extensions import db, limiter
from portal.identity.service import current_identity
from portal.language import LANGUAGES, current_language
from portal.notices import service

bp = APIBlueprint("notices", __name__, url_prefix="/notices", enable_openapi=False)


def _sign_in_first() -> Response | None:
    """The way to sign in and back here; None when somebody is signed in."""
    if current_identity().signed_in:
        return None
    return redirect(url_for("identity.sign_in", next=request.path))


@bp.get("/<int:notice_id>")
def show_notice(notice_id: int) -> str | Response:
    """What the notice says, and the way to its matter. Looking at it changes nothing."""
    return _sign_in_first() or render_template(
        "notices/notice.html", notice=service.get_notice(current_identity(), notice_id)
    )


@bp.post("/<int:notice_id>")
def open_notice(notice_id: int) -> Response:
    """Mark as read and go to the matter."""
    url = service.open_notice(current_identity(), notice_id).url
    db.session.commit()
    return redirect(url)


@bp.get("/mail")
def mail() -> str | Response:
    """Whether and where the person gets mail, and the last mails."""
    return _sign_in_first() or _mail_page({})


def _mail_page(errors: dict[str, str]) -> str:
    identity = current_identity()
    found = service.find_address(identity)
    return render_template(
        "notices/mail.html",
        found=found,
        typed=request.form.get("address", identity.email if found is None else found.address),
        wish=request.form.get("language", current_language() if found is None else found.language),
        mailed=service.list_mailed(identity),
        goes_out=service.goes_out(),
        errors=errors,
    )


@bp.post("/mail")
@limiter.limit("10 per hour", exempt_when=lambda: request.form.get("step") != "save")
def change_mail() -> Response | tuple[str, int]:
    """Set an address (a link goes there), switch mail off or on, or forget the address."""
    identity, step = current_identity(), request.form.get("step", "")
    wish = request.form.get("language", "")
    try:
        if step == "save":
            language = wish if wish in LANGUAGES else current_language()
            found = service.set_address(identity, request.form.get("address", "")[:300], language)
            told = _("Saved.") if found.confirmed_at else _("We have sent a link to this address. Open it to confirm.")
        elif step in ("on", "off"):
            service.switch_mail(identity, step == "on")
            told = _("Mail is switched on.") if step == "on" else _("Mail is switched off; notices stay in the portal.")
        elif step == "forget":
            service.forget_address(identity)
            told = _("The address is deleted.")
        else:
            raise Invalid(_("Choose one of the steps offered."), fields={"step": _("Choose one of the steps offered.")})
    except Invalid as error:
        db.session.rollback()
        return _mail_page(error.fields), 422
    db.session.commit()
    flash(told, "ok")
    return redirect(url_for("notices.mail"))


@bp.get("/mail/confirm/<code>")
def confirm(code: str) -> str | Response:
    """Where the link of the mail leads. Programs that look at links in mails confirm nothing: a person presses a button."""
    return _sign_in_first() or render_template(
        "notices/confirm.html", found=service.find_link(current_identity(), code[:60]), code=code[:60]
    )


@bp.post("/mail/confirm/<code>")
@limiter.limit("20 per hour")
def confirm_submit(code: str) -> Response:
    """Notices go there from now on."""
    service.confirm_address(current_identity(), code[:60])
    db.session.commit()
    flash(_("Confirmed. From now on your notices also go to this address."), "ok")
    return redirect(url_for("notices.mail"))
