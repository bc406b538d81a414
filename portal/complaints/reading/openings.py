"""The first sentence of a story, which tells what was bought and nothing that is wrong with it."""

import re

from portal.complaints.reading import signs
from portal.complaints.reading.told import Told

_BOUGHT = re.compile(
    r"(?<!代)(?:买|购|拍|下单)(?:了|过|到|来|下|回来?)?(?:[一二两三四五六七八九十几\d]*[个盒瓶支些点只套件罐包袋片台副]?(?:装)?的?)$"
)
_BOUGHT_EN = re.compile(
    r"(?:hi|hello)?[,!. ]*(?:(?:i|we|my \w+|yesterday|last \w+|today|just|recently)[, ]+)+(?:have )?(?:bought|ordered|purchased|got) [^,.;!?]+[.!]?",
    re.IGNORECASE,
)
_GREETING = re.compile(r"^(?:(?:你|您)好|hello|hi)[啊呀]?[,，.。!！ ]*", re.IGNORECASE)
_PAUSE = re.compile(r"[,，;；。!！?？]\s*(?=\S)")
_UNWELCOME = re.compile(
    r"假|坏|破|漏|错|次品|过期|变质|虫|异味|三无|没有?(?:用|效|发|收)|不[对好灵行]|fake|broken|damaged|expired|wrong|never|not\b|n't",
    re.IGNORECASE,
)
# Without one of these words nothing is said to have been bought; a full reading costs a hundred times as much.
_MAY_OPEN = re.compile(r"[买購购拍買]|下[单單]|bought|ordered|purchased|\bgot\b", re.IGNORECASE)
# Much of what kills, bought and not spoken of further, may be a cry.
_DANGEROUS = re.compile(
    r"安眠|安定|农药|毒|百草枯|敌敌畏|很多|好多|好几|一堆|大量|sleeping|poison|pesticide|a lot|lots|many", re.IGNORECASE
)


def may_open(text: str) -> bool:
    """Whether ``only_opens`` could be true of a message as it was typed."""
    return bool(_MAY_OPEN.search(text))


def only_opens(told: Told) -> bool:
    """Whether a message is one clause of somebody who bought something: nothing claimed, broken, suffered or paid."""
    plain = _GREETING.sub("", told.plain)
    if _DANGEROUS.search(plain):
        return False
    if told.demands or told.harm or told.price or told.numbers or _PAUSE.search(plain) or _UNWELCOME.search(plain):
        return False
    if any(sign.search(plain) for sign in (signs.VIOLATION, signs.GRIEVANCE, signs.REPORT, signs.LEAD_ONLY)):
        return False
    if told.message.english:
        return bool(_BOUGHT_EN.fullmatch(plain.strip()))
    name = told.product.name
    if name is None or told.plain[name[1] :].strip(" 了。.!！"):
        return False
    return bool(_BOUGHT.search(told.plain[: name[0]]))
