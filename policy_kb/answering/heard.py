"""A message in a conversation before it is followed up: what it says, and how it is worded.

What ties it to what was said, whether it points, is a case to ask the earlier question about, or a whole question of its
own: the readings (``restating``) and who chooses among them (``readings``) go by these.
"""

import re
from dataclasses import dataclass

from policy_kb.answering.focusing import is_asking
from policy_kb.answering.labelling import score_labels
from policy_kb.answering.pointing import shipped
from policy_kb.answering.question import Manner
from policy_kb.model import Topic

FIELDS = ("drug", "device", "cosmetic")
POINTING = re.compile(
    r"(?:(?:这|那|该|此)(?:个|种|类|张|本|项|份)?(?:(备案|许可|注册)证?书?|证|业务|事|(?<!那)(?:材料|产品|情况))|它)的?|\b(?:it|this|that|they|them|those|these)\b"
)
_OPENING = re.compile(
    r"^(?:那么?(?!个月)|那个(?!月)|这个(?!月)|这|它|如果是?|要是|换成|然后|还有|另外|再问一?下?|and\b|what about|how about|what if|then\b|so\b|also\b|but\b|even (?:if|for|when)\b|(?:is it |is that )?(?:the )?same (?:for|with)\b)"
)
_ENDS_IN_NE = re.compile(
    r"呢[?？。!！]*$|的话[?？。!！]*$|^(?:and )?(?:what|how) about|^and (?:for|if|with|a|an|the|on|in|at|from|by|when)\b|^(?:and |is it |is that )?(?:the )?same (?:for|with)\b|\b(?:too|as well)[?.!]*$|也(?:是|要)?(?:一样|这样)(?:吗|么)?[?？]*$"
)
_END = re.compile(r"(?:的话|的)?(?:呢|那)?[?？。!！]*$")
# What was left undone or done already, in answer to a duty: who says so asks what it costs.
_BREAKS = re.compile(
    r"(?:没|未|不|忘了?|漏了?|懒得).{0,4}(?:报|传|办|做|停|改|备|贴|标|挂|登|建|召|交|补|申请|告诉|通知|检查|配).{0,8}(?:呢|咋|怎|会|了|吗|$)|已经.{0,6}(?:了|过)|(?:真|都|就).{1,5}了(?:呢|咋|怎)|拖着|逾期|忘了|漏了|被(?:抓|查|发现)|"
    r"\b(?:already|forgot|forget|skip(?:ped)?|ignored?|refused?|bother|missed|too late|late|overdue|caught)\b|\bmiss(?:ed)? (?:it|that|this|the (?:date|day|deadline|window))\b|\bwithout (?:one|it|that|them)\b|\bif (?:we|i|they|he|she|it|nobody|you) (?:just |simply )?(?:do(?:es)? ?n.?o?t|did ?n.?o?t|never|nevr)|\b(?:if|what if|and) not\b|\b(?:have|has|had)(?: no|n.?)t\b|\bnever did\b|\bnobody.s\b"
)
_RISKS = ("medication_advice", "emergency")
_ASIDE = ("out_of_scope", "medication_advice", "emergency", "media", "promise", "injection")


@dataclass(frozen=True, slots=True)
class Heard:
    """A question before it is followed up: in Chinese, lower case as typed, the kinds it asks for, whether it names
    nothing (``bare``), the item it names outright (``named``) and the product it speaks of (``domain``); ``bare_before``
    that the question before named nothing either."""

    text: str
    shown: str
    kinds: tuple[str, ...]
    bare: bool
    named: str = ""
    domain: str = ""
    english: bool = False
    bare_before: bool = False


def describe_manner(heard: Heard, topic: Topic | None) -> Manner:
    """How the message is worded, for whoever chooses among its readings."""
    before = topic or Topic()
    return Manner(
        length=len(heard.shown) / (3 if heard.english else 1),
        bare=heard.bare,
        domain=bool(heard.domain),
        foreign=is_foreign(heard, before),
        named=bool(heard.named),
        whole=asks_itself(heard),
        tied=is_tied(heard),
        case=is_case(heard),
        pointing=is_pointing(heard),
        breaks=breaks_a_duty(heard),
        kinds=bool(heard.kinds),
        same_kind=bool(heard.kinds) and heard.kinds[0] == before.fact,
        aside=_is_aside(heard),
    )


def is_foreign(heard: Heard, topic: Topic) -> bool:
    """Whether it speaks of another field of products than the item of the topic (器械出了事呢, after cosmetics)."""
    item = shipped().items.get(topic.item)
    return bool(heard.domain and item and item.domain in FIELDS and heard.domain != item.domain)


def is_tied(heard: Heard) -> bool:
    return bool(_OPENING.search(heard.text) or _OPENING.search(heard.shown))


def asks_itself(heard: Heard) -> bool:
    """Whether it is a whole question of its own kind (…吗？), not a case to ask the earlier one about (…呢？)."""
    return is_asking(without_end(heard.shown)) and not is_case(heard)


def _is_aside(heard: Heard) -> bool:
    """Small talk and what is none of our business never hangs on the topic."""
    scores = score_labels(heard.shown)
    return sum(scores.get(label, 0.0) for label in _ASIDE) > scores.get("question", 0.0)


def is_risky(heard: Heard) -> bool:
    """Danger and advice on medicines are taken as they are said, whatever the topic."""
    scores = score_labels(heard.shown)
    return sum(scores.get(label, 0.0) for label in _RISKS) > scores.get("question", 0.0)


def is_case(heard: Heard) -> bool:
    """Whether it ends or begins as a case of the earlier question does (…呢, what about …)."""
    return bool(_ENDS_IN_NE.search(heard.shown))


def breaks_a_duty(heard: Heard) -> bool:
    """Whether it tells that something was left undone or has been done already (一直没传, and if we did already?)."""
    return bool(_BREAKS.search(heard.shown))


def is_pointing(heard: Heard) -> bool:
    """Whether a word of it points at what was spoken of (这个证, it)."""
    return bool(POINTING.search(heard.shown))


def without_end(text: str) -> str:
    """A text without the particles and marks it ends in."""
    return _END.sub("", text)


__all__ = [
    "FIELDS",
    "POINTING",
    "Heard",
    "asks_itself",
    "breaks_a_duty",
    "describe_manner",
    "is_case",
    "is_foreign",
    "is_pointing",
    "is_risky",
    "is_tied",
    "without_end",
]
