"""Figures of the consultation: how much was asked, how well it was answered, how soon a person was there."""

from flask import render_template

from policy_kb import clock
from portal.chat import service as chat
from portal.identity.service import current_identity, require_role
from portal.staff.blueprint import bp


@bp.get("/figures")
def figures() -> str:
    """The last two weeks by day, for everybody on the staff."""
    require_role(current_identity(), "officer", "curator", "administrator")
    today = clock.today()
    days = chat.counting.count_days(today)
    return render_template(
        "staff/figures.html",
        days=days,
        total=chat.counting.sum_up(days),
        handled=chat.counting.count_handled(today),
        reasons=chat.counting.list_reasons(today),
        most=max(one.asked for one in days),
    )
