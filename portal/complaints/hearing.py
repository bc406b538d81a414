"""What a message in the conversation about a complaint gives its draft: the answer to a question, and whatever else it tells."""

import re
from typing import Any

from flask_babel import gettext as _

from policy_kb import clock
from portal.complaints import correcting
from portal.complaints.fields import DEMANDS, demand_label, read_value, says_nothing
from portal.complaints.reading import Reading, read_demands_of, read_message
from portal.complaints.understanding import form_values

STORY, SENTENCE = 40, 12  # characters: as long as somebody needs to tell a matter, or one thing about it
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
# What is no shop's name: a refusal, a yes or no, a sentence about oneself.
_NO_SELLER = re.compile(
    r"^(?:no|yes|ok(?:ay)?|never ?mind|forget|actually|both|all|none|nobody)\b(?!['’&])|\b(?:rather not|my (?:name|number|phone)|(?:don['’]t|do not|won['’]t|will not) (?:want|give|tell|say|know)|i am|i['’]m)\b|不想(?:说|留|给)|不(?:愿意?|方便)(?:说|留)|两个都|两样都|都要$",
    re.IGNORECASE,
)
_QUOTED_NAME = re.compile(r"[“\"「『](?P<name>[^”\"」』]{2,40})[”\"」』]")
_BUSINESS = re.compile(
    r"\b(?:pharmacy|shop|store|clinic|cosmetics|beauty|mall|market|bazaar|salon|medical|supplies|company|co|ltd|health|care|skin|optical|drugs?|hospital|centre|center|hotel)\b|[店房堂院馆行厂社]$",
    re.IGNORECASE,
)
_REPORT = re.compile(r"举报|舉報|查处|\breport\b", re.IGNORECASE)
_COMPLAINT = re.compile(r"投诉|投訴|\bcomplain", re.IGNORECASE)
_DEMANDS = re.compile(
    r"退|赔|賠|补偿|换|換|罚|罰|查|处理|停|下架|道歉|说法|解释|交代|公道|\b(?:refund|money back|back|compensat|replac|exchange|punish|fine|investigat|check|stop|explain|explanation|apolog|pay|damages)",
    re.IGNORECASE,
)
_ONLY = re.compile(
    r"不要|不用|不想|只要|就要|只想|仅|改成|改为|而是|要退[款钱货]?[。.!！]?$|^(?:我)?(?:就|只)?要|\b(?:don['’]t want|do not want|only|just|instead|rather than)\b",
    re.IGNORECASE,
)
# A word of a place, a number, or a name in letters.
_FAMILY = re.compile(
    r"[赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华金魏陶姜谢邹苏潘葛范彭鲁韦马苗凤方俞任袁柳唐罗薛雷贺倪汤滕殷毕郝邬安常乐于傅卞齐康伍余顾孟黄穆萧尹姚邵汪毛戴宋庞熊纪舒屈项祝董梁杜阮蓝闵席季贾江童颜郭梅盛林钟徐邱骆高夏蔡田樊胡凌霍万卢莫房丁邓洪包左石崔吉龚程邢裴陆荣翁段侯宁甘武刘景龙叶白温向易廖曾关艾]"
    r"(?!马上|方便|高兴|安全|常用|和解|程序|解决|包赔|关门|关店|严查|严惩|查封|包换|包退)[\u3400-\u9fff]{1,2}|[陳張劉黃趙吳鄭馮蔣沈韓楊許呂嚴魏陶謝鄒蘇範魯韋馬湯畢傅顧蕭龐紀項藍閔賈顏鍾駱盧鄧陸龔榮寧葉溫關][\u3400-\u9fff]{1,2}"
)
_PLACE = re.compile(r"[省市区县旗镇乡村屯寨庄路街巷弄道号栋幢楼室组队院厂店校园城湾桥口坝坪岭]|\d|[A-Za-z]{3}")
_NO_NAME = re.compile(
    r"[吗呢吧啊呀嘛啦么哪谁们你您他她它这唔我佢]|什么|管[你我他不吗了事]|那[就个些还]|怎|为何|凭|到底|不要|不想|不给|不知|投诉|举报|退|气死|好的|提交|发送|可以|大爷|大妈|大叔|阿姨|师傅|^.{2,}[省市县区镇乡路街]$|[号號]码|[号號]碼|门牌|門牌"
    r"|\b(?:you|why|what|how|they|this|that|it|not|do|does|is|are|was|were|the|product|shop|store|send|yes|ok|okay|please|both|name|number|wrong|actually|wait|sure|rather|give|don['’]t|won['’]t|no|and|but|my|i|can|want|on|at)\b",
    re.IGNORECASE,
)


def told_values(text: str, language: str) -> dict[str, Any]:
    """What a message tells by itself, without the story."""
    values = form_values(read_message(text, clock.today(), language=language))
    return {name: value for name, value in values.items() if name != "facts"}


def out_of_turn(text: str, fields: dict[str, Any], field_id: str) -> dict[str, Any]:
    """An address or a name said where something else (``field_id``) was asked: the seller's place while that is not known with
    a number, else the person's own address; a name while none is kept."""
    if place := correcting.bare_place(text):
        kept = str(fields.get("seller_place") or "")
        if field_id != "seller_place" and (not kept or correcting.is_vague(kept)) and not fields.get("platform"):
            return {"seller_place": place}
        return {"address": place} if field_id != "address" and not fields.get("address") else {}
    if field_id in ("seller_place", "demand", "mobile", "address") and not fields.get("name") and is_plain_name(text):
        return {"name": text.strip()}
    return {}


def is_plain_name(text: str) -> bool:
    """Two to four words in capitals, or two to four Chinese signs that begin with a family name."""
    bare = text.strip().rstrip("。.!！,，")
    capitals = re.fullmatch(r"[A-Z][a-z'’-]+(?: [A-Z][a-zA-Z'’-]+){1,3}", bare)
    return could_be_name(bare) and not _BUSINESS.search(bare) and (bool(capitals) or bool(_FAMILY.fullmatch(bare)))


def is_another(reading: Reading, fields: dict[str, Any], text: str) -> bool:
    """A story of its own about another seller is another matter."""
    seller = reading.fields.get("seller")
    return len(text) >= STORY and bool(seller and fields.get("seller")) and seller != fields["seller"]


def asks_for_both(reading: Reading, kind: str, text: str) -> bool:
    """Whether what is added to a complaint asks for a check as well, or what is added to a report asks for something for
    oneself; what a few words sound like is not enough."""
    wanted = set(reading.fields.get("demand", []))
    if kind == "complaint" and "report" in reading.kinds:
        return bool(wanted & {"punish", "stop"} or _REPORT.search(text) or len(text) >= STORY)
    if kind == "report" and not _REPORT.search(text):
        return bool(wanted - {"punish", "stop", "explain"} or _COMPLAINT.search(text))
    return False


def join_demands(text: str, kept: list[str], told: list[str]) -> list[str]:
    """What is asked for now beside what was asked for before, or in its place where the message says so."""
    if not _DEMANDS.search(text):
        return kept
    return told if _ONLY.search(text) else [*kept, *(one for one in told if one not in kept)]


def tells_on(reading: Reading, text: str) -> bool:
    """Whether the message goes on with the story; who only gives their name or number does not."""
    return len(text.strip()) >= SENTENCE and not reading.identity and reading.kinds != ["consultation"]


def read_answer(field_id: str, text: str) -> tuple[Any, str]:
    """A value from what was said: codes and labels for choices, else the field's own check."""
    if field_id == "demand":
        chosen = [code for code in DEMANDS if text.strip().casefold() in (code, demand_label(code).casefold())]
        chosen = chosen or read_demands_of(text, clock.today())
        return (chosen, "") if chosen else (None, _("Say what you ask for, or press one of the buttons."))
    if field_id == "seller":
        quoted = _QUOTED_NAME.search(text)
        text = quoted["name"] if quoted else text
        if _NO_SELLER.search(text):
            return None, _(
                "This does not look like the name of a shop or company. Write what it is called, or how it can be found."
            )
    if field_id == "mobile" and (number := correcting.read_phone(text)):
        text = number
    lead = _LEAD[field_id].match(text.strip()) if field_id in _LEAD else None
    text = text.strip()[lead.end() :] if lead else text
    if field_id == "name" and not could_be_name(text):
        return None, _("This does not look like a name. Please write only your name, or say stop.")
    if (field_id == "address" and not _PLACE.search(text)) or (
        field_id == "seller_place" and _FAMILY.fullmatch(text) and not _PLACE.search(text)
    ):
        return None, _("This does not look like an address. Write the town, the street or village and the number.")
    value, error = read_value(field_id, text)
    if not error and (value in ("", []) or says_nothing(text)):
        error = _("Please answer this question, or say stop.")
    return value, error


def could_be_name(text: str) -> bool:
    """Words that somebody may be called by; what is asked or complained in place of a name is none."""
    bare = text.strip().rstrip("。.!！,，")
    return bool(_NAME.fullmatch(bare)) and not _NO_NAME.search(bare)
