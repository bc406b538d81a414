"""How the parts of the system are, for administrators: Rasa's processes, the policy base, the work behind the pages
and what of it gave up, and the settings in force."""

from datetime import UTC, datetime, timedelta

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from policy_kb import PolicyBaseError, clock
from portal.chat import service as chat
from portal.extensions import db
from portal.identity.service import current_identity, require_role
from portal.jobs import service as jobs
from portal.knowledge import policy_base
from portal.staff import health as parts
from portal.staff.blueprint import bp
from portal.tasks import send_soon

MAILS = ("mail", "mail_link")  # sent again on their own page, for they may have arrived
LATE = timedelta(minutes=2)  # the sweep comes every 20 seconds, and a job's lease ends after two minutes


def name_state(state: str) -> str:
    """What a process of Rasa says of itself, in words."""
    return {
        "ok": _("ready"),
        "loading the model": _("loading its model"),
        "away": _("does not answer"),
    }.get(state, _("answers, but not as it should"))


def kind_name(kind: str) -> str:
    """A kind of background work in words."""
    return {
        "read_text": _("reading an uploaded text"),
        "publish": _("publishing a change"),
        "mail": _("mail"),
        "mail_link": _("mail to confirm an address"),
    }.get(kind, kind)


@bp.get("/health")
def health() -> str:
    """Each part is asked now, so that what stands here is true at this moment."""
    identity = current_identity()
    require_role(identity, "administrator")
    since = jobs.find_waiting_since()
    return render_template(
        "staff/health.html",
        now=clock.now(),
        processes=[
            (told, datetime.fromtimestamp(told.since, UTC) if told.since else None) for told in chat.list_rasa()
        ],
        base=_look_at_base(),
        jobs=jobs.count_all(),
        kinds=jobs.count_by_kind(),
        last_done=jobs.find_last_done(),
        stuck=parts.list_stuck(identity),
        mails=MAILS,
        kind_name=kind_name,
        free=parts.count_free(),
        least_free=parts.LEAST_FREE,
        database=parts.name_database(),
        settings=parts.list_settings(identity),
        late_since=since if since and clock.now() - since > LATE else None,
        conversation_days=chat.retention.count_days(),
        name_state=name_state,
    )


def _look_at_base() -> dict[str, object]:
    try:
        return policy_base().health()
    except PolicyBaseError:
        return {"ok": False}


@bp.post("/health/jobs/<int:job_id>")
def job_again(job_id: int) -> Response:
    """Let background work that gave up begin anew."""
    job = parts.try_again(current_identity(), job_id, set(jobs.count_by_kind()) - set(MAILS))
    db.session.commit()
    send_soon(job.id)
    flash(_("It begins anew. Reload the page in a moment."), "ok")
    return redirect(url_for("staff.health"))
