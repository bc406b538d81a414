"""What is asked of the other side while a complaint is spoken of: "they" are the seller, and the law of buyers answers."""

import re
from dataclasses import replace

from policy_kb import Answer
from portal.chat.lexicon import says
from portal.chat.turn import Turn
from portal.knowledge import policy_base

ITEMS = ("C1", "C2")  # complaint and report
LONGEST = 80  # characters; a longer message tells a story
_SELLER = {
    "zh": re.compile(
        r"(?:那|这)?(?:家|个)?(?:店家|店主|店里|店员|老板|商户|商家|卖家|药房|药店|网店)(?:的?人)?|他们家?|她们家?|他家|她家|(?<![其吉])[他她](?![们人汀])"
    ),
    "en": re.compile(r"\b(?:they|he|she|the (?:shop|store|seller|pharmacy|owner|merchant))\b", re.IGNORECASE),
}
_NAMED = {"zh": "商家", "en": "the seller"}
# A reproach is a question about what is allowed: 凭什么不给退, 为什么不赔.
_REPROACH = re.compile(
    r"(?:凭什么|凭啥|为什么|为啥|怎么)(?:就|都)?(?P<what>不(?:给|让|肯|能|可以|愿意?)?[^,，。?？]{1,12}?)(?:呢|啊|呀)?[?？]?$"
)
_TELLS = re.compile(r"\d|[。.!！;；](?=.)|\b(?:bought|paid|sold me)\b|买了|花了")
_RETURN = re.compile(r"退(?![货款换还钱休])")


def asks_of_dispute(text: str) -> bool:
    """Whether a message is one short question about the dispute itself, and tells nothing of it."""
    asks = says("asks_back", text) and not _TELLS.search(text)
    return asks and len(text) <= LONGEST and says("dispute", text) and not says("procedure", text)


def answer_as_buyer(turn: Turn, question: str) -> Answer | None:
    """The answer to a short question about the dispute itself, put as a buyer's question about the seller; None when it is
    none, or when the policy base has no answer to it."""
    about = str((turn.conversation.topic or {}).get("item") or "")
    wanted = says("dispute", question) and not says("procedure", question)
    if about not in ITEMS or len(question) > LONGEST or not wanted:
        return None
    answer = policy_base().answer(put_as_buyer(question, turn.language), language=turn.language)
    if answer.status != "answered":
        return None
    return replace(answer, question=question, topic=replace(answer.topic, item=about))


def answer_of_goods(turn: Turn, question: str) -> Answer | None:
    """The answer to a short question about goods themselves (怎么晓得是不是过期) that comes up in a complaint: asked alone, as it
    is none about complaints; None when it is none, or has no answer."""
    about = str((turn.conversation.topic or {}).get("item") or "")
    alone = says("of_goods", question) and not says("procedure", question) and not _TELLS.search(question)
    if about not in ITEMS or len(question) > LONGEST or not alone:
        return None
    answer = policy_base().answer(question, language=turn.language)
    return replace(answer, topic=replace(answer.topic, item=about)) if answer.status == "answered" else None


def put_as_buyer(question: str, language: str) -> str:
    """他们凭什么不给退 → 商家不给退货合法吗."""
    put = _SELLER[language].sub(_NAMED[language], question)
    if language == "en":
        return put
    put = _RETURN.sub("退货", _REPROACH.sub(r"\g<what>合法吗", put))
    return put if _NAMED["zh"] in put or "经营者" in put else _NAMED["zh"] + put
