"""A matter that was told bit by bit before anybody said "complain": it is offered to be taken down, and nothing is asked again
that was told already.
"""

from datetime import timedelta
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from policy_kb import PolicyBaseError, clock
from portal.chat.answers import ask_base
from portal.chat.flows import Draft
from portal.chat.lexicon import says
from portal.chat.models import Message
from portal.chat.turn import Turn
from portal.complaints import chat as flow
from portal.extensions import db

MOST = 12  # messages that are looked back at
KEPT = timedelta(days=1)
ENOUGH = 3  # things told, the seller among them, that make a message a matter by itself
LONG = 60  # characters of a dispute told at length
LIKELY = 0.5  # an answer more likely right than not is given, whatever the message tells besides
# Why the policy base had no answer, where telling a matter would explain it.
_UNSURE = ("", "unsure", "no_source", "out_of_scope", "no_subject", "several_items")
_KINDS = {"complaint", "report", "both"}
# What a message may tell of a matter; a wish or a name alone is none.
_MATTER = frozenset(
    ("product_name", "batch", "trace_code", "seller", "seller_place", "platform", "order_no", "date", "price", "harm")
)
# What only somebody knows to whom it happened.
_HAPPENED = frozenset(("order_no", "date", "price", "harm", "batch", "trace_code"))
_BESIDE = _HAPPENED | {"product_name"}


def recall(turn: Turn) -> str:
    """What was told of the matter earlier in this conversation, oldest first, and what is said now; the present text alone
    when it tells a matter by itself. What was sent already and what names another seller is left out."""
    now = turn.told or turn.text
    told = flow.read_told(now)
    if "seller" in told and len(_MATTER & told.keys()) >= ENOUGH:
        return now
    before, sellers = [], {str(told["seller"])} if "seller" in told else set()
    for text in _list_before(turn):
        values = flow.read_told(text)
        if _asks(text) or not _tells(text, values):
            continue
        seller = str(values.get("seller") or "")
        if seller and sellers and seller not in sellers:
            continue
        sellers |= {seller} - {""}
        before.append(text)
    return "\n".join([*reversed(before), *([now] if now else [])])


def listen(turn: Turn) -> list[Draft] | None:
    """The answer to a first sentence that only says what was bought: go on. None for any other message."""
    bought = None if turn.conversation.pending else flow.find_opening(turn.text)
    if bought is None:
        return None
    text = (_("I have noted that: %(what)s.", what=bought) + _join(turn.language) if bought else "") + _(
        "What is wrong, or what would you like to know? Go on telling; I keep in mind what you said, for a complaint or a report, too."
    )
    return [Draft("notice", text, data={"reason": "told", "status": "clarify"})]


def _join(language: str) -> str:
    return " " if language == "en" else ""


def offer(turn: Turn) -> list[Draft] | None:
    """The way to a complaint or report for a message that goes on telling a matter, or asks what to do about the one told;
    None for any other, and when there is a likely answer."""
    if turn.conversation.pending or not (_goes_on(turn) or _asks_what_now(turn)):
        return None
    try:
        answer = ask_base(turn)
    except PolicyBaseError:
        return None
    if answer.confidence >= LIKELY or answer.reason_code not in _UNSURE:
        return None
    return [_offering()]


def tells_matter(text: str) -> bool:
    """Whether so much is told of a matter that the wish to complain beside it is about this one."""
    return len(_MATTER & flow.read_told(text).keys()) >= ENOUGH


def tells_all(text: str) -> bool:
    """Whether a message is a dispute told at length: whom it is about, what was bought, paid or suffered, and what is wanted."""
    told = flow.read_told(text) if len(text) >= LONG else {}
    wanted = "seller" in told and told.get("demand") and len(_BESIDE & told.keys()) >= ENOUGH
    return bool(wanted) and set(flow.read_kinds(text)) <= _KINDS


def offer_told(text: str) -> list[Draft] | None:
    """The way to a complaint or report for a dispute told at once without a wish: whom it is about and what was paid for what;
    None for any other message, and for a question."""
    told = flow.read_told(text) if len(text) >= LONG and not _asks(text) else {}
    paid = {"seller", "price"} <= told.keys() and len(_BESIDE & told.keys()) >= ENOUGH - 1
    return [_offering()] if paid and set(flow.read_kinds(text)) <= _KINDS else None


def _offering() -> Draft:
    return Draft(
        "notice",
        _(
            "You tell of something that happened with a seller. I can take it down, with all you told me so far: as a complaint when you want something for yourself, such as your money back, or as a report when it should be checked."
        ),
        buttons=(
            {"label": _("Make a complaint"), "payload": {"intent": "make_complaint"}},
            {"label": _("Report a violation"), "payload": {"intent": "make_report"}},
        ),
        data={"reason": "told", "status": "clarify"},
    )


def _goes_on(turn: Turn) -> bool:
    """Facts of a matter, nothing asked, and the seller named now or before."""
    if _asks(turn.text):
        return False
    told = flow.read_told(turn.text)
    happened = bool(_HAPPENED & told.keys()) and set(flow.read_kinds(turn.text)) <= {*_KINDS, "adverse_event"}
    return happened and ("seller" in told or "seller" in flow.read_told(recall(turn)))


def _asks_what_now(turn: Turn) -> bool:
    """What should I do?, behind a matter that was told."""
    return says("what_now", turn.text) and "\n" in recall(turn)


def _tells(text: str, values: dict[str, Any]) -> bool:
    """Whether a message is about something bought and what came of it; a firm's name alone is not."""
    return bool(_HAPPENED & values.keys()) or (bool(_MATTER & values.keys()) and says("purchase", text))


def _asks(text: str) -> bool:
    return says("question", text.strip()) or says("asks_back", text.strip())


def _list_before(turn: Turn) -> list[str]:
    """What the person typed before this turn and since the last matter was sent, newest first."""
    conversation = turn.conversation
    since = max([clock.now() - KEPT, *flow.list_sent(conversation.id)])
    found = db.session.scalars(
        select(Message.text)
        .where(
            Message.conversation_id == conversation.id,
            Message.role == "user",
            Message.at > since,
            Message.id != conversation.turn_id,
        )
        .order_by(Message.id.desc())
        .limit(MOST)
    )
    return list(found)
