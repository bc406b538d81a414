"""Reading one rambling message: what it is about, and the fields that can be taken from it.

Nothing read here counts before the person has seen it and confirmed it. Patterns only: a wrong guess costs a
correction, a missing one a question.
"""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

NUMBERS = re.compile(
    r"国药准字[HZSJBFT]\d{8}|国械[注备][准进许]?\d{11,14}|[\u4e00-\u9fff]{1,2}械[注备]准?\d{8,14}号?"
    r"|[\u4e00-\u9fff]G妆网备字\d{10}|国妆[特网备进]{1,3}字?(?:[((][\u4e00-\u9fff][))])?G?\d{8,12}"
)
BATCH = re.compile(r"(?:批号|批次号?|生产批号|batch(?:\s*no\.?| number)?|lot)\s*[::是为]?\s*([A-Za-z0-9-]{4,20})", re.I)
PHONE = re.compile(r"(?<!\d)(1[3-9]\d[- ]?\d{4}[- ]?\d{4})(?!\d)")
PRICE = re.compile(r"(?<![\d.])(\d{1,7}(?:\.\d{1,2})?)\s*(?:元|块钱?|RMB|yuan)(\d(?!\d))?", re.I)
PLATFORMS = re.compile(
    r"淘宝|天猫|京东|拼多多|抖音|快手|小红书|美团|饿了么|唯品会|闲鱼|微信|微商|Taobao|Tmall|JD\.com|Pinduoduo|Douyin",
    re.I,
)
# A name ends with what such businesses are called and begins after a word that cannot be part of it.
SELLER = re.compile(
    r"(?:^|[^\u4e00-\u9fffA-Za-z0-9·“”]|[在的个了去从到只是区县路街市号镇楼片报诉咯里]|平台)[“\"]?"
    r"((?:(?![在的个了去从到只是区县路街市号镇楼片咯])[\u4e00-\u9fffA-Za-z0-9·]){2,14}?"
    r"(?:大药房|药房|药店|膏药铺|旗舰店|专卖店|专营店|器械店|化妆品店|工作室|体验馆|经营部|美容院|医院|诊所|超市|有限公司|直播间|门店|商行)"
    r"(?:[\u4e00-\u9fff]{1,4}店)?)"
)
SELLER_EN = re.compile(
    r"(?:from|at|by|shop|store|called)\s+((?:[A-Z][\w']*|&)(?:\s+(?:[A-Z][\w']*|&|Store|Optical|Official)){1,4})"
)
_NAME = r"(?:(?![在去从到住了的是报诉只])[\u4e00-\u9fff])"
PLACE = re.compile(
    rf"((?:{_NAME}{{2,4}}(?:省|自治区))?(?:{_NAME}{{2,3}}市)?{_NAME}{{2,5}}(?:区|县|旗)(?:{_NAME}{{2,8}}?(?:大道|路|街|巷)(?:\d+号)?)?"
    rf"|(?:{_NAME}{{2,4}}(?:省|自治区))?{_NAME}{{2,3}}市(?:{_NAME}{{2,8}}?(?:大道|路|街|巷)(?:\d+号)?)?)"
)
PLACE_EN = re.compile(r"((?:No\. \d+ )?[A-Z]\w+ (?:Road|Street|Avenue|Zone|District)(?:, [A-Z]\w+(?: District)?)*)")
ADDRESS = re.compile(r"(?:住在?|家住|地址[是为::]?)\s*([\u4e00-\u9fff0-9A-Za-z-]{6,60})")
NAME = re.compile(
    r"(?:我叫|我是|姓名[是为::]?|本人(?:叫|姓名)?)\s*([\u4e00-\u9fff]{2,4})(?=[,，。;；、\s]|电话|手机|$)"
)
DEMAND_WORDS = {
    "refund": r"退款|退货|退钱|退我|把钱退|给退|refund|money back",
    "compensation": r"赔偿|赔我|假一赔|索赔|十倍|三倍|compensat",
    "replace": r"换货|换一|给我换|replace",
    "apology": r"道歉|apolog",
    "explain": r"给个说法|解释|explain",
    "stop": r"下架|停播|停止|stop selling",
    "punish": r"处罚|罚他|罚款|查处|查一下他|严惩|取缔|吊销|punish|investigate them|fine them",
}
REPORT_WORDS = re.compile(
    r"举报|处罚|罚他|查处|严惩|取缔|曝光|黑作坊|无证|没有?许可证|违法|report (?:them|this shop|a violation)|punish|investigate",
    re.I,
)
COMPLAINT_WORDS = re.compile(r"投诉|退款|退货|退钱|赔|换货|把钱退|不给退|维权|refund|compensat|my money|complain", re.I)
OWN_PURCHASE = re.compile(
    r"我(?:在|从|给|买|花|网购|用了|们买)|买的|买了|拿的|下单|I (?:bought|ordered|paid)|my order", re.I
)
ANONYMOUS = re.compile(r"匿名|不留(?:姓)?名|不想(?:透露|留)|anonymous", re.I)
PRODUCT_KIND_WORDS = (
    (
        "cosmetic",
        r"化妆品|面霜|面膜|精华|护肤|美白|祛斑|防晒|口红|染发|洗发|爽肤|乳液|喷雾|妆|cream|serum|cosmetic|sunscreen|lotion",
    ),
    (
        "device",
        r"医疗器械|器械|血压计|血糖仪|体温计|隐形眼镜|制氧机|助听器|冷敷贴|呼吸机|轮椅|试剂盒|device|monitor|thermometer|pump",
    ),
    ("drug", r"药|胶囊|片剂|口服液|疫苗|注射液|阿胶|三七|medicine|drug|capsule|tablet"),
)
WEEKDAYS = {"一": 0, "二": 1, "三": 2, "四": 3, "五": 4, "六": 5, "日": 6, "天": 6}


@dataclass(frozen=True, slots=True)
class Reading:
    """``kind``: complaint, report or both. ``fields``: ids of ``fields.FIELDS`` with checked values."""

    kind: str
    fields: dict[str, Any] = field(default_factory=dict)
    anonymous: bool = False


def read_message(text: str, said_on: date, *, kind: str = "") -> Reading:
    """What one message tells. ``kind`` is what the person chose, if they did; a mixed message is ``both``."""
    fields: dict[str, Any] = {"facts": text.strip()[:2000]}
    for name, pattern in (("approval_no", NUMBERS), ("platform", PLATFORMS)):
        if found := pattern.search(text):
            fields[name] = found.group(0)
    for name, pattern in (("batch", BATCH), ("address", ADDRESS), ("name", NAME)):
        if found := pattern.search(text):
            fields[name] = found.group(1)
    if found := PHONE.search(text):
        fields["mobile"] = re.sub(r"\D", "", found.group(1))
    if found := PRICE.search(text):
        fields["price"] = float(
            f"{found.group(1)}.{found.group(2)}" if found.group(2) and "." not in found.group(1) else found.group(1)
        )
    if demands := [code for code, words in DEMAND_WORDS.items() if re.search(words, text, re.I)]:
        fields["demand"] = demands
    fields |= _read_seller(text)
    if day := read_day(text, said_on):
        fields["date"] = day.isoformat()
    product_kind = next((code for code, words in PRODUCT_KIND_WORDS if re.search(words, text, re.I)), "")
    if product_kind:
        fields["product_kind"] = product_kind
    return Reading(_read_kind(text, fields, kind), fields, bool(ANONYMOUS.search(text)))


def _read_seller(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    seller = SELLER.search(text) or SELLER_EN.search(text)
    if seller and len(seller.group(1)) >= 4:
        found["seller"] = seller.group(1)
    home = ADDRESS.search(text)
    outside_home = text.replace(home.group(0), " ") if home else text
    place = PLACE.search(outside_home) or PLACE_EN.search(outside_home) or PLATFORMS.search(outside_home)
    if place:
        found["seller_place"] = place.group(0)
    return found


def _read_kind(text: str, fields: dict[str, Any], chosen: str) -> str:
    wants_own = bool(COMPLAINT_WORDS.search(text)) or bool(
        {"refund", "compensation", "replace"} & set(fields.get("demand", ()))
    )
    wants_action = bool(REPORT_WORDS.search(text))
    if wants_own and wants_action:
        return "both"
    if chosen in ("complaint", "report"):
        return chosen
    if wants_action and not OWN_PURCHASE.search(text):
        return "report"
    return "report" if wants_action and not wants_own else "complaint"


def read_day(text: str, said_on: date) -> date | None:
    """The day the message speaks of, never in the future: absolute first, then relative to the day it was said."""
    if found := re.search(r"(20\d\d)\s*[年.\-/]\s*(\d{1,2})\s*[月.\-/]\s*(\d{1,2})", text):
        return _day(int(found[1]), int(found[2]), int(found[3]), said_on)
    if found := re.search(r"(?<!\d)(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]", text):
        this_year = _day(said_on.year, int(found[1]), int(found[2]), said_on)
        return this_year or _day(said_on.year - 1, int(found[1]), int(found[2]), said_on)
    for words, days in (("大前天", 3), ("前天", 2), ("昨天|昨晚|yesterday", 1), ("今天|今早|today", 0)):
        if re.search(words, text, re.I):
            return said_on - timedelta(days=days)
    if found := re.search(r"上(?:个)?(?:周|星期|礼拜)([一二三四五六日天])", text):
        monday = said_on - timedelta(days=said_on.weekday() + 7)
        return monday + timedelta(days=WEEKDAYS[found[1]])
    if found := re.search(r"(?<!下)(?:周|星期|礼拜)([一二三四五六日天])", text):
        return said_on - timedelta(days=(said_on.weekday() - WEEKDAYS[found[1]]) % 7 or 7)
    return None


def _day(year: int, month: int, number: int, latest: date) -> date | None:
    try:
        day = date(year, month, number)
    except ValueError:
        return None
    return day if day <= latest else None
