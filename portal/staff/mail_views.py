"""The page of mails that did not go out: why, and sending one again."""

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.extensions import db
from portal.identity.service import current_identity
from portal.notices import service as notices
from portal.staff.blueprint import bp


def name_reason(reason: str) -> str:
    """Why a mail was given up, in words."""
    return {
        "Refused": _("The mail server refused it; the address is probably wrong."),
        "Unreachable": _("The mail server could not be reached, though it was tried for a day."),
        "Deferred": _("The mail server put it off again and again."),
        "Unclear": _("The line broke after it was handed over: it may have arrived, so it was not sent again."),
        "Interrupted": _("The worker stopped while it was being sent: it may have arrived, so it was not sent again."),
    }.get(reason, _("It could not be written."))


@bp.get("/mail")
def mails() -> str:
    """Counts and failures."""
    identity = current_identity()
    return render_template(
        "staff/mail.html",
        failures=notices.list_failures(identity),
        counts=notices.count_mails(identity),
        goes_out=notices.goes_out(),
        name_reason=name_reason,
    )


@bp.post("/mail/<int:job_id>")
def mail_again(job_id: int) -> Response:
    """Try one again."""
    notices.send_again(current_identity(), job_id)
    db.session.commit()
    flash(_("The mail is tried again within half a minute."), "ok")
    return redirect(url_for("staff.mails"))
