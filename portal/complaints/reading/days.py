"""Days: which one is the purchase (else the act or the harm), among expiry dates, earlier letters and visits after it."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from portal.complaints.reading.message import Message, Span
from portal.complaints.reading.named_days import list_days

_EXPIRY_BEFORE = re.compile(
    r"(?:有效期|限用|保质期|过期|失效|生产日期|生产于|出厂|到期|截止|使用期限|expir\w*|valid|best before|made|manufactured)[^,。;]{0,12}$",
    re.I,
)
_EXPIRY_AFTER = re.compile(r"^\s*(?:就)?(?:到期|过期|失效|生产的|出厂|到$)")
_BOUGHT = re.compile(
    r"买|购|下的?单|下了单|拍下|拍的|付的?款|付了|支付|转的|转账|转了|刷的卡|刷卡|汇的|拿的|拿了|拿到|收到|开了|开的|配的|办的|订的|订了|入手|抢|花了|充|做的|打的|bought|ordered|order|purchas|paid|got|received|picked up",
    re.I,
)
_ACT = re.compile(
    r"去|看到|看见|发现|拍了|亲眼|卖|直播|那场|接了|吃|用|打了|做|failed|saw|seen|stopped|sells?|sold|noticed", re.I
)
_LATER = re.compile(
    r"投诉|举报|反映|交的|回执|回复|打电话|打了?电话|致电|去退|去换|去要|去找|找他|找店|找佢|说理|评理|理论|讨说法|去问|找她|退货时|拿去|拿回|送去|送回|返厂|寄回|复查|复诊|出院|住院|去医院|看医生|调解|登记过|查出|确诊|预约|生日|出生|released|complained|called|returned|went back|called them|reported it|hospital|doctor",
    re.I,
)

_TODAY = re.compile(r"今|\btoday|\bthis (?:morning|afternoon|evening)|tonight", re.I)
# How things stand today is no day of a purchase or an act.
_STANDING = re.compile(
    r"已经|好了|不[红肿疼痛痒]|消了|退了|才|想|再不|之内|必须|还没|仍|还是|fine|better|healing", re.I
)


@dataclass(frozen=True, slots=True)
class Day:
    day: date
    span: Span
    score: float


def read_day(message: Message, taken: Sequence[Span] = ()) -> tuple[date, Span] | None:
    """The day of the purchase, else of the act or the harm; never one after the message was said. ``taken``: addresses,
    whose numbers (南门外1号) are no days."""
    scored = (one for one in _scored(message) if one.score > 0)
    days = [one for one in scored if not any(s[0] <= one.span[0] < s[1] for s in taken)]
    if not days:
        return None
    best = max(days, key=lambda one: (one.score, -one.span[0]))
    return best.day, best.span


def _scored(message: Message) -> Iterator[Day]:
    taken: list[Span] = []
    for day, span in list_days(message.plain, message.said_on):
        if any(s[0] < span[1] and span[0] < s[1] for s in taken):
            continue
        taken.append(span)
        if day <= message.said_on:
            yield Day(day, span, _score(message, span))


def _score(message: Message, span: Span) -> float:
    day_is_today = bool(_TODAY.match(message.plain, span[0]))
    clause = message.clause_at(span[0])
    before = message.plain[max(clause[0], span[0] - 16) : span[0]]
    after = message.plain[span[1] : clause[1]]
    sentence = message.plain[span[1] : message.sentence_at(span[0])[1]]
    if _EXPIRY_BEFORE.search(before) or _EXPIRY_AFTER.search(after):
        return -1
    bought, later = _BOUGHT.search(after), _LATER.search(after)
    if later and not (bought and bought.start() < later.start()):
        return -1
    if re.search(r"(?:投诉|举报|反映|交的|报告|reported|complained)[^,。:]{0,6}$", before):
        return -1
    if day_is_today and not bought and _STANDING.search(message.plain[clause[0] : clause[1]]):
        return -1
    score = 1.0
    if bought or _BOUGHT.search(before):
        score += 4
    elif _BOUGHT.search(sentence[:60]):
        score += 2
    return score + (1 if _ACT.search(message.plain[clause[0] : clause[1]]) else 0)
