"""What a message in the conversation about a complaint gives its draft: the answer to a question, and whatever else it tells."""

import re
from typing import Any

from flask_babel import gettext as _

from policy_kb import clock
from portal.complaints.fields import DEMANDS, demand_label, read_value, says_nothing
from portal.complaints.reading import Reading, read_demands_of, read_message
from portal.complaints.understanding import form_values

STORY, SENTENCE = 40, 12  # characters: as long as somebody needs to tell a matter, or one thing about it
_AMOUNT = re.compile(r"(?<![\d.A-Za-z])\d{1,7}(?:\.\d{1,2})?(?![\d.])")
# What leads in a name or an address and is no part of it.
_LEAD = {
    "name": re.compile(
        r"(?:我(?:叫|是|的名字[是叫])|本人|姓名|名字|my name is|i am|i'm)[是叫:：,，]?\s*", re.IGNORECASE
    ),
    "address": re.compile(
        r"(?:我?的?(?:通讯|通信|联系|家庭)?(?:地址|住址)[是在:：,，]?|我?(?:家)?住在?|my address is|i live (?:at|in))\s*",
        re.IGNORECASE,
    ),
}
_NAME = re.compile(
    r"[\u3400-\u9fff]{1,12}(?:[·•.][\u3400-\u9fff]{1,12}){0,3}|[A-Za-z][A-Za-z'’.-]*(?: [A-Za-z][A-Za-z'’.-]*){0,5}"
)
# A word of a place, a number, or a name in letters.
_PLACE = re.compile(r"[省市区县旗镇乡村屯寨庄路街巷弄道号栋幢楼室组队院厂店校园城湾桥口坝坪岭]|\d|[A-Za-z]{3}")
_NO_NAME = re.compile(
    r"[吗呢吧啊呀嘛啦么哪谁们你您他她它这]|什么|管[你我他不吗了事]|那[就个些还]|怎|为何|凭|到底|不要|不想|不给|投诉|举报|退|气死|\b(?:you|why|what|how|they|this|that|it|not|do|does|is|are)\b",
    re.IGNORECASE,
)


def told_values(text: str, language: str) -> dict[str, Any]:
    """What a message tells by itself, without the story."""
    values = form_values(read_message(text, clock.today(), language=language))
    return {name: value for name, value in values.items() if name != "facts"}


def restated_price(text: str, kept: float | None) -> float:
    """The amount that is right where the one kept is corrected, 0 when none is said: 是139块不是129, 不是129，是139."""
    if not kept or not re.search(r"不是|不对|错|\bnot\b|wrong", text):
        return 0.0
    amounts = [float(found) for found in _AMOUNT.findall(text)]
    others = [one for one in amounts if one != kept]
    named = len(others) < len(amounts) or re.search(r"元|块|yuan|钱|价", text)
    return others[0] if named and len(others) == 1 else 0.0


def is_another(reading: Reading, fields: dict[str, Any], text: str) -> bool:
    """A story of its own about another seller is another matter."""
    seller = reading.fields.get("seller")
    return len(text) >= STORY and bool(seller and fields.get("seller")) and seller != fields["seller"]


def tells_on(reading: Reading, text: str) -> bool:
    """Whether the message goes on with the story; who only gives their name or number does not."""
    return len(text.strip()) >= SENTENCE and not reading.identity and reading.kinds != ["consultation"]


def read_answer(field_id: str, text: str) -> tuple[Any, str]:
    """A value from what was said: codes and labels for choices, else the field's own check."""
    if field_id == "demand":
        chosen = [code for code in DEMANDS if text.strip() in (code, demand_label(code))]
        chosen = chosen or read_demands_of(text, clock.today())
        return (chosen, "") if chosen else (None, _("Say what you ask for, or press one of the buttons."))
    lead = _LEAD[field_id].match(text.strip()) if field_id in _LEAD else None
    text = text.strip()[lead.end() :] if lead else text
    if field_id == "name" and not could_be_name(text):
        return None, _("This does not look like a name. Please write only your name, or say stop.")
    if field_id == "address" and not _PLACE.search(text):
        return None, _("This does not look like an address. Write the town, the street or village and the number.")
    value, error = read_value(field_id, text)
    if not error and (value in ("", []) or says_nothing(text)):
        error = _("Please answer this question, or say stop.")
    return value, error


def could_be_name(text: str) -> bool:
    """Words that somebody may be called by; what is asked or complained in place of a name is none."""
    bare = text.strip().rstrip("。.!！,，")
    return bool(_NAME.fullmatch(bare)) and not _NO_NAME.search(bare)
