"""When must I renew? Answered from the party's own certificates, each with the days of its own window and the clause."""

from dataclasses import asdict, replace
from datetime import date

from flask_babel import gettext as _

from policy_kb import clock
from portal.chat import memory
from portal.chat.answers import draft_of_answer
from portal.chat.flows import Draft
from portal.chat.turn import Turn
from portal.knowledge import policy_base
from portal.pages import write_date
from portal.prefill import service as prefill
from portal.renewals import service as renewals
from portal.vocabulary import KINDS

MOST = 3


def list_own(turn: Turn) -> list[Draft]:
    """One message a certificate that ends, the soonest first; [] when the party holds none."""
    identity = turn.identity
    if not identity.party_code:
        return []
    today, soonest = clock.today(), dict[tuple[str, str], tuple[date, str]]()
    for record in prefill.list_records(identity, identity.party_code):
        if record.valid_to and record.valid_to >= today and record.status == "valid" and record.number:
            soonest.setdefault((record.kind, record.number), (record.valid_to, record.kind))
    found = sorted((ends, kind, number) for (_kind, number), (ends, kind) in soonest.items())
    told = [_tell(turn, ends, kind, number) for ends, kind, number in reversed(found[:MOST])]
    return told[::-1]  # told last, so that what is asked next is about the soonest


def _tell(turn: Turn, ends: date, kind: str, number: str) -> Draft:
    """The policy base is asked as the holder would ask it, so that window, days and clause come from one place."""
    name = KINDS[kind].label["zh"]
    answer = policy_base().answer(f"{name}有效期到{write_date(ends, 'zh')}，什么时候申请延续", language=turn.language)
    memory.keep(turn.conversation, asdict(answer.topic))
    draft = draft_of_answer(answer)
    own = _(
        "%(name)s %(number)s ends on %(day)s.",
        name=KINDS[kind].label[turn.language],
        number=number,
        day=write_date(ends, turn.language),
    )
    own = (" " if turn.language == "en" else "").join(filter(None, (own, _tell_reminders(turn, ends, kind, number))))
    if answer.status != "answered":
        return Draft("notice", own, data={"status": "routed"})
    shown = {**(draft.answer or {}), "notices": [own, *((draft.answer or {}).get("notices") or [])]}
    return replace(draft, text=f"{own}\n{draft.text}", answer=shown)


def _tell_reminders(turn: Turn, ends: date, kind: str, number: str) -> str:
    """On which days the holder is still reminded, or that the renewal is on its way; "" where there is no window."""
    due = next(
        (d for d in renewals.list_own(turn.identity) if (d.record.kind, d.record.number) == (kind, number)), None
    )
    if due is not None and due.renewal:
        return _("Its renewal is with the authority (%(number)s); you are not reminded any more.", number=due.renewal)
    plan = renewals.find_plan(kind, ends)
    ahead = [write_date(day, turn.language) for _stage, day in plan.days if day > clock.today()] if plan else []
    if not ahead:
        return ""
    return _("You are reminded under “my matters” on %(days)s, and by mail if you like.", days=_("; ").join(ahead))
