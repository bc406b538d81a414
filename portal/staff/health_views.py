"""How the parts of the system are, for administrators: Rasa's processes, the policy base, the work behind the pages."""

from datetime import UTC, datetime, timedelta

from flask import render_template
from flask_babel import gettext as _

from policy_kb import PolicyBaseError, clock
from portal.chat import service as chat
from portal.identity.service import current_identity, require_role
from portal.jobs import service as jobs
from portal.knowledge import policy_base
from portal.staff.blueprint import bp

LATE = timedelta(minutes=2)  # the sweep comes every 20 seconds, and a job's lease ends after two minutes


def name_state(state: str) -> str:
    """What a process of Rasa says of itself, in words."""
    return {
        "ok": _("ready"),
        "loading the model": _("loading its model"),
        "away": _("does not answer"),
    }.get(state, _("answers, but not as it should"))


@bp.get("/health")
def health() -> str:
    """Each part is asked now, so that what stands here is true at this moment."""
    require_role(current_identity(), "administrator")
    since = jobs.find_waiting_since()
    return render_template(
        "staff/health.html",
        now=clock.now(),
        processes=[
            (told, datetime.fromtimestamp(told.since, UTC) if told.since else None) for told in chat.list_rasa()
        ],
        base=_look_at_base(),
        jobs=jobs.count_all(),
        late_since=since if since and clock.now() - since > LATE else None,
        conversation_days=chat.retention.count_days(),
        name_state=name_state,
    )


def _look_at_base() -> dict[str, object]:
    try:
        return policy_base().health()
    except PolicyBaseError:
        return {"ok": False}
