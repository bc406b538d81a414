"""What a message is: a complaint, a report, both, harm told, danger now, a question, another authority's, none.

The first kind is what must be dealt with first. A complaint is the writer's own dispute, a report a lead on a
violation (市场监督管理投诉举报处理办法 art. 3); a message that holds both is handled as two (art. 9), a question in the
shape of a complaint is answered (art. 44).
"""

import re

from policy_kb import hears_emergency
from portal.complaints.reading import signs
from portal.complaints.reading.elsewhere import find_elsewhere
from portal.complaints.reading.harms import is_acute
from portal.complaints.reading.learned import likely_kinds
from portal.complaints.reading.message import Message
from portal.complaints.reading.told import Told

_ASKING = re.compile(
    r"[?？]|吗|呢|么|哪|几|多[少久长]|怎|如何|是否|是不是|能不能|可不可以|有没有|算不算|什么|啥|谁|咨询|请教|请问|想问|\b(?:what|how|when|where|who|which|can|does|is it|should|may)\b",
    re.I,
)
_WISH, _WISH_EN = 14, 8  # signs of a Chinese wish that tells nothing, words of an English one
_WISHES = {
    "complaint": re.compile(r"投诉|投訴|\bcomplain(?:t|ts)?\b", re.I),
    "report": re.compile(r"举报|舉報|检举|揭发|\breport\b", re.I),
}
_SOLD_TO_ME = re.compile(r"卖给?(?:了)?(?:我|俺|我们)(?!妈|爸|朋友|同事)|\bsold (?:me|us)\b", re.I)
OWN = frozenset({"refund", "compensation", "replace", "explain"})


def hide_injection(message: Message) -> Message:
    """The message with instructions to the machine blanked out: nothing in them is obeyed or read as a fact."""
    plain = message.plain
    for found in signs.INJECTION.finditer(message.plain):
        start = plain.rfind("\n", 0, found.start()) + 1
        end = plain.find("\n", found.end())
        if start == 0 and end == -1:  # one paragraph: only its sentence
            start, end = message.sentence_at(found.start())
        end = len(plain) if end == -1 else end
        plain = plain[:start] + "\n" * (end - start) + plain[end:]
    return Message(message.text, plain, message.starts, message.ends, message.said_on, message.english)


def read_kinds(told: Told, original: Message) -> tuple[list[str], list[str]]:
    """(kinds, ids of the other authorities concerned), the kind to deal with first at the front.

    Nothing in it, danger and a question about progress are told by rules; between the others weighs what was learned
    from labelled messages (``learned``).
    """
    if _is_empty(told, original):
        return ["abuse"], []
    likely = likely_kinds(told)
    if is_emergency(told) or (likely[0] == ("emergency", True) and not _is_past(told)):
        dispute = bool(told.demands) or (told.seller.name is not None and bool(signs.BLAME.search(told.plain)))
        return (["emergency", _dispute_kind(told)] if dispute else ["emergency"]), []
    if is_progress(told):
        return ["consultation"], []
    wish = _bare_wish(told)
    if wish:
        return [wish], []
    elsewhere = find_elsewhere(told)
    possible = _possible_kinds(told) - (set() if elsewhere else {"other_authority"})
    if not _asks_anything(told):
        possible -= {"consultation"}  # 我要投诉 is a wish, however little it tells
    ours = not _is_not_ours(told)  # nobody is sent away on a guess
    first = next(kind for kind, sure in likely if kind in possible and (sure or not ours or kind != "not_ours"))
    if first == "report" and _complains_of_own(told):
        first = "complaint"
    if first == "other_authority":
        return (["report", first] if _also_ours(told, elsewhere) else [first]), elsewhere
    practice = (
        [one for one in elsewhere if one == "health_practice"] if first in ("complaint", "report", "both") else []
    )
    return [first, *(["other_authority"] if practice else [])], practice


def _complains_of_own(told: Told) -> bool:
    """我要投诉…卖给我的…: called a complaint and about what was sold to the writer, with nothing wanted but that."""
    called = (
        _WISHES["complaint"].search(told.plain) and not _is_report(told) and not _WISHES["report"].search(told.plain)
    )
    return bool(called and not {"punish", "stop"} & set(told.demands) and _SOLD_TO_ME.search(told.plain))


def _is_past(told: Told) -> bool:
    return bool(signs.OVER.search(told.plain)) or (told.day is not None and told.day[0] != told.message.said_on)


def _possible_kinds(told: Told) -> set[str]:
    """What the demands leave open: one's own money is a complaint, with a wish to have the shop punished it is both."""
    demands = set(told.demands)
    if demands & (OWN - {"explain"}):
        acts = "punish" in demands or (_is_report(told) and not _reported_only_before(told))
        kinds = {"not_ours", "other_authority", "both" if acts else "complaint"}
        return kinds | ({"both"} if "stop" in demands else set()) | ({"consultation"} if _is_question(told) else set())
    kinds = {"other_authority", "not_ours", "report", "consultation", "both", "complaint"}
    return (
        kinds - {"complaint"}
        if "punish" in demands
        else (kinds - {"both"}) | (set() if demands & {"stop"} else {"adverse_event"})
    )


def _is_empty(told: Told, original: Message) -> bool:
    matter = told.product.name or told.seller.name or told.price or told.demands or told.harm or told.numbers
    if matter:
        return False
    return bool(
        signs.INSULT.search(told.plain) or signs.INJECTION.search(original.plain) or not re.search(r"\w{2}", told.plain)
    )


def _is_not_ours(told: Told) -> bool:
    """Trade between businesses, a quarrel no consumer has, thanks."""
    if _is_praise(told):
        return True
    if _is_report(told) or {"punish", "stop"} & set(told.demands):
        return False
    bought = told.harm or told.numbers or (told.product.name and told.day)
    return bool(signs.BUSINESS.search(told.plain) or signs.FOR_TRADE.search(told.plain)) or bool(
        signs.PRIVATE_QUARREL.search(told.plain) and not bought
    )


def _is_praise(told: Told) -> bool:
    matter = told.product.name or told.seller.name or told.price or told.harm
    open_matter = told.demands and not signs.SETTLED.search(told.plain)
    return (
        bool(signs.PRAISE.search(told.plain))
        and not open_matter
        and (not matter or bool(signs.SETTLED.search(told.plain)))
    )


def is_emergency(told: Told) -> bool:
    """Danger that is going on, or too much swallowed just now; harm that is over is none.

    Told beside a dispute it must be named outright; a cry alone is heard by the policy base too, whose examples are such.
    """
    plain = told.plain
    if signs.SELF_HARM.search(plain) or (_is_cry(told) and hears_emergency(_heard(told.message))):
        return True
    over = bool(signs.OVER.search(plain))
    if (
        signs.OVERDOSE.search(plain)
        and signs.NOW.search(plain)
        and re.search(r"药|片|粒|胶囊|难受|pill|tablet|swallow|took", plain, re.I)
        and not over
    ):
        return not re.search(r"疗程|没(?:有)?效|退|赔|refund", plain) or is_acute(plain)
    if (
        signs.CHILD.search(plain)
        and signs.NOW.search(plain)
        and not over
        and re.search(r"刚|怎么办|半(?:个)?小时|分钟|急|now|ago", plain)
    ):
        return True
    if signs.POISON.search(plain) and not over and not re.search(r"退|赔|投诉|refund", plain):
        return True
    return any(_acute_now(plain, clause) for clause in told.message.clauses()) and not (
        over and not re.search(r"现在[^,。]{0,12}(?:肿|喘|青|紫|昏|抽|叫不|吐)", plain)
    )


def _heard(message: Message) -> str:
    """What the policy base listens to: pinyin it would take for English is given as the Chinese it was read as."""
    return message.plain if message.text.isascii() and not message.english else message.text


def _is_cry(told: Told) -> bool:
    """Nobody is accused, nothing claimed or paid, nothing over, and no day but today is named."""
    told_of = (
        told.demands
        or told.price
        or told.seller.name
        or told.people.contact
        or set(find_elsewhere(told)) - {"health_practice"}
    )
    past = told.day is not None and told.day[0] != told.message.said_on
    return not (told_of or past or signs.OVER.search(told.plain) or signs.NO_DISPUTE.search(told.plain))


def _acute_now(plain: str, clause: tuple[int, int]) -> bool:
    words = plain[clause[0] : clause[1]]
    return (
        bool(is_acute(words) or signs.WORSE.search(words))
        and bool(signs.NOW.search(plain[max(0, clause[0] - 60) : clause[1] + 40]))
        and not re.search(r"会不会|防止|可能会|担心|怕|治|缓解", words)
    )


def _bare_wish(told: Told) -> str:
    """The kind that a wish which tells nothing yet names itself (我要投诉, I want to report a shop), "" when it names none or both."""
    matter = told.demands or told.price or told.harm or told.numbers or told.day or told.product.name
    longer = len(told.plain.split()) > _WISH_EN if told.message.english else len(told.plain) > _WISH
    if matter or longer or _asks_anything(told):
        return ""
    named = [kind for kind, words in _WISHES.items() if words.search(told.plain)]
    return named[0] if len(named) == 1 else ""


def _asks_anything(told: Told) -> bool:
    return bool(signs.ASKS.search(told.plain) or signs.ONLY_ASKS.search(told.plain) or _ASKING.search(told.plain))


def _is_question(told: Told) -> bool:
    """A question only: nobody named, nothing paid, nothing claimed; also how an earlier matter stands."""
    plain = told.plain
    named = told.seller.name is not None
    if is_progress(told):
        return True
    asks = re.search(r"\?|吗|呢[?\s]*$|哪(?:里|儿|个|条)", plain.strip())
    if not (signs.ASKS.search(plain) or asks):
        return False
    if (
        asks
        and not (named or told.demands or told.price or told.harm or told.people.contact or told.numbers)
        and not (signs.VIOLATION.search(plain) or signs.GRIEVANCE.search(plain) or find_elsewhere(told))
    ):
        return True
    if signs.ONLY_ASKS.search(plain) and not named:
        return True
    if (
        asks
        and re.search(r"咨询|请教|请问|想问", plain)
        and not (named or told.day or told.price or told.place or told.harm)
    ):
        return not (told.demands or told.people.contact)
    asked = (
        {"punish"}
        if re.search(r"查(?:一下|一查|查)?[^。!?]{0,30}(?:是不是|真的?吗|真假|真伪|真|正规)", plain)
        else set()
    )
    claims = (set(told.demands) - asked) and not re.search(r"能不能|可不可以|是否|可以退吗|能退吗|if i", plain, re.I)
    return (
        bool(signs.ASKS.search(plain))
        and not (named or told.price or claims or told.harm or told.people.contact or find_elsewhere(told))
        and not (signs.VIOLATION.search(plain) and told.day)
    )


def is_progress(told: Told) -> bool:
    """How an earlier complaint or report stands, nothing new told."""
    new = told.product.name or told.price or told.harm
    return (
        bool(signs.PROGRESS.search(told.plain)) and not (told.seller.name and new) and "approval_no" not in told.numbers
    )


def _also_ours(told: Told, elsewhere: list[str]) -> bool:
    """Another authority's matter with goods of ours that break the rules in it."""
    goods = told.product.kind in ("drug", "device", "cosmetic", "other")
    broken = re.search(
        r"注册证|没有中文|全是(?:韩|日|英|外)文|no (?:Chinese )?(?:registration|label|approval)|without (?:any )?registration|假药|过期|三无|批准文号|广告|unregistered|expired|能治|治(?:风湿|癌|百病)",
        told.plain,
    )
    return bool(goods and broken) and bool(set(elsewhere) & {"health_practice", "health_care", "housing"})


def _is_report(told: Told) -> bool:
    return bool(signs.REPORT.search(told.plain))


def _dispute_kind(told: Told) -> str:
    demands = set(told.demands)
    own = bool(demands & (OWN - {"explain"})) or (
        "explain" in demands and not _is_report(told) and "punish" not in demands
    )
    acts = "punish" in demands or ("stop" in demands and (not own or demands & (OWN - {"explain"})))
    acts = acts or _is_report(told) or (not own and _is_lead_only(told))
    if own and acts and not _reported_only_before(told):
        return "both"
    if own:
        return "complaint"
    if acts or _is_lead(told):
        return "report"
    return "complaint"


def _is_lead(told: Told) -> bool:
    """A violation told without a word of one's own dispute: by one who did not buy, works there or will not be known."""
    broken = bool(signs.VIOLATION.search(told.plain))
    if re.search(r"投诉(?!不)|维权|complain", told.plain, re.I) and not _is_report(told):
        return False
    if signs.INSIDER.search(told.plain) and (broken or told.people.name is None):
        return True
    bought = bool(signs.OWN_PURCHASE.search(told.plain)) and bool(told.price or told.day)
    back = re.search(
        r"(?:去|回去|打电话|联系|找)[^,。]{0,6}(?:找|问|退|换|理论|商家|客服|店|她|他|佢)|不(?:认|理|管|给|退|换|承认)|refus|ignor",
        told.plain,
    )
    return broken and not (bought and back)


def _is_lead_only(told: Told) -> bool:
    """Nothing wanted for oneself, or to stay unknown to the shop: a lead on a violation, whatever it is called."""
    return bool(signs.LEAD_ONLY.search(told.plain)) and bool(told.seller.name or told.seller.platform)


def _reported_only_before(told: Told) -> bool:
    """举报 that only tells of an earlier letter, without a wish to have anything looked into now."""
    return not {"punish", "stop"} & set(told.demands) and bool(
        re.search(r"(?:已经|上次|之前)[^,。]{0,8}举报过", told.plain)
    )
