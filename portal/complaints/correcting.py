"""What is put right, or said out of turn, while a complaint or report is taken down: another shop, another price, the order
number once more, an address or a name where something else was asked.

Each function returns values by field id; "" stands for a value that is wrong and not yet said anew.
"""

import re
from typing import Any

from policy_kb import clock
from portal.complaints.fields import BY_ID, read_value
from portal.complaints.reading import read_message
from portal.complaints.reading.money import read_number
from portal.complaints.understanding import form_values

LONGEST = 120  # characters of a correction or an address; a longer message is a story
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|(?<![\d.A-Za-z])\d{1,7}(?:\.\d{1,2})?(?![\d.])")
_SPOKEN = re.compile(r"[零一二两三四五六七八九十百千万]+(?=多?(?:元|块|圆))")
_NAMED = {
    "order_no": r"订单(?:编?号)?|单号|order(?: number| no\.?)?",
    "batch": r"批号|批次|batch(?: number)?|lot(?: number)?",
    "approval_no": r"批准文号|注册证号|备案号|approval number|registration number",
    "seller": r"店名|店铺名?|商家(?:名(?:字|称)?)?|药店名?|公司名?|(?:shop|store|pharmacy|seller|clinic|salon|company)(?:'s)? name|name of the (?:shop|store|pharmacy|seller|clinic|company)|(?:shop|store|pharmacy|seller|clinic|company)",
    "seller_place": r"(?:店|商家|药店|对方)的?地址|(?:shop|store|pharmacy|seller|clinic)(?:'s)? address",
    "product_name": r"产品名?|商品名?|药名|品名|product(?: name)?",
    "brand": r"品牌|牌子|brand",
    "price": r"价格|价钱|金额|钱数|price|amount",
    "date": r"日期|购买日期|date",
    "name": r"(?:我的)?(?:名字|姓名)|my name",
    "mobile": r"(?:我的)?(?:手机号?|电话(?:号码?)?|号码)|(?:my )?(?:phone|mobile|telephone)(?: number)?",
    "address": r"(?:我的)?(?:住址|通讯地址|地址)|my (?:postal )?address",
}
_LEAD = r"^(?:(?:对了|等等|等一下|不对|哦|啊|那个|actually|sorry|oh|no|wait|well|hold on|please|and)[,，、。.! ]*)*"
_LABELLED = {
    name: re.compile(
        rf"{_LEAD}(?:我?(?:把|的)?|(?:can you |could you |i want to )?(?:please )?(?:change|correct) )?(?:the |my )?(?:{words})(?:我)?"
        r"(?:(?P<wrong>(?:还是|也|都)?(?:写|填|说|打|弄|搞|记|报)?(?:错|不对)了?|(?: is| was)?(?: still)? (?:wrong|not right|incorrect))|应该是|应该为|应是|改成|改为|改|换成|(?: is| was| should be|) to\b| should be\b| was\b| is\b)"
        r"[,，:： ]*(?:(?:应该|应当|正确的|实际|其实|it should be|it is|it'?s|it was)?(?:是|为)?[:： ]*)?(?P<value>[^,，。!！?？]*(?:, ?[^,，。!！?？]+)*)[。.!！]?$",
        re.IGNORECASE,
    )
    for name, words in _NAMED.items()
}
_INSTEAD = (
    re.compile(r"(?:不是|不叫|不在)(?P<old>[^,，。;；]{1,20})[,，。;； ]*(?:而?是|叫|在)(?P<new>[^,，。;；]{1,40})"),
    re.compile(r"(?:是|叫)(?P<new>[^,，。;；不]{1,20})[,，]?不(?:是|叫)(?P<old>[^,，。;；]{1,20})"),
    re.compile(
        r"\b(?:(?:it|that|this|they)(?:'s| is| was)? ?(?:not|wasn['’]t|isn['’]t)|not)(?: called)? (?P<old>[^,;.]{2,40})[,;.]? (?:but )?(?:it (?:was|is|should be)|it['’]s|but)(?: called)? (?P<new>[^,;.]{2,60})",
        re.IGNORECASE,
    ),
)
_KEPT_NAMES = ("seller", "product_name", "brand", "platform", "seller_place", "order_no", "name")
_ASKS = re.compile(
    r"[?？]|吗[。!！]?$|(?:什么|怎么|为何|哪里|多少)|^(?:what|why|how|where|who|can|do|does|is|will)\b", re.IGNORECASE
)
_PLACE_ZH = re.compile(
    r"(?:[\u3400-\u9fff]{1,12}[省市縣县區区旗州])*[\u3400-\u9fff]{0,12}(?:[路街道巷弄里村镇鎮乡鄉坊号號](?![\u3400-\u9fff]{0,3}(?:电话|手机))|大道)"
    r"[\u3400-\u9fff0-9A-Za-z-]{0,20}(?:[,，、 ]*[\u3400-\u9fff]{2,8}[省市縣县區区])?"
)
_PLACE_EN = re.compile(
    r"(?:it'?s |it is |they are |the address is |that'?s )?(?:at |on |in )?(?=.*(?:\d|,))(?=.*\b(?:road|rd|street|st|avenue|ave|lane|alley|boulevard|building|floor|room|unit)\b)[\w'’.#-]+(?:,? [\w'’.#-]+){1,12}",
    re.IGNORECASE,
)
_TELLS = re.compile(
    r"我|买|買|购|卖|賣|过期|花了|吃|用了|投诉|举报|\b(?:i|we|me|bought|sold|sells?|paid|yuan|was|were|expired|want|complain|report)\b",
    re.IGNORECASE,
)
_SAID_EN = re.compile(r"^(?:it'?s|it is|they are|the address is|that'?s)(?: at| on| in)? ", re.IGNORECASE)


def bare_place(text: str) -> str:
    """The address that a message consists of, "" when it says anything else or asks."""
    plain = text.strip().rstrip("。.!！")
    if len(plain) > LONGEST or _ASKS.search(plain) or _TELLS.search(plain):
        return ""
    if _PLACE_EN.fullmatch(plain):
        return _SAID_EN.sub("", plain)
    return plain if re.search(r"[\d一二三四五六七八九十]", plain) and _PLACE_ZH.fullmatch(plain) else ""


def is_vague(place: str) -> bool:
    """Whether an address names no number, so that a fuller one may take its place."""
    return not re.search(r"\d|[一二三四五六七八九十]+[号號]", place)


def read_phone(text: str) -> str:
    """The one telephone number in a sentence, with its country code, "" when there is none or more than one."""
    found = re.findall(r"(?<![A-Za-z\d])\+?\d[\d ()-]{5,20}\d(?![A-Za-z\d])", text)
    digits = [("+" if one.startswith("+") else "") + re.sub(r"\D", "", one) for one in found]
    return digits[0] if len(digits) == 1 and 7 <= len(digits[0]) <= 16 else ""


def restated_price(text: str, kept: float | None) -> float:
    """The amount that is right where the one kept is corrected, 0 when none is said: 是139块不是129, 不是129，是139."""
    if not kept or not re.search(r"不是|不对|错|\bnot\b|wrong", text):
        return 0.0
    amounts = [read_number(found) or 0.0 for found in [*_NUMBER.findall(text), *_SPOKEN.findall(text)]]
    others = [one for one in amounts if one != kept]
    named = len(others) < len(amounts) or re.search(r"元|块|yuan|钱|价", text)
    return others[0] if named and len(others) == 1 else 0.0


def read_corrections(text: str, fields: dict[str, Any]) -> dict[str, Any]:
    """What a message puts right of the values kept so far; {} when it corrects nothing."""
    plain = text.strip()
    if len(plain) > LONGEST or _ASKS.search(plain):
        return {}
    if price := restated_price(plain, fields.get("price")):
        return {"price": price}
    for name, pattern in _LABELLED.items():
        found = pattern.match(plain)
        if found and (fields.get(name) or (found["wrong"] and not found["value"])):
            return _checked(name, found["value"], wrong=bool(found["wrong"]))
    for pattern in _INSTEAD:
        if found := pattern.search(plain):
            old = found["old"].strip().casefold()
            name = next((one for one in _KEPT_NAMES if old and old in str(fields.get(one) or "").casefold()), "")
            if name:
                return _checked(name, found["new"], wrong=False)
    return {}


def _checked(name: str, said: str, *, wrong: bool) -> dict[str, Any]:
    said = said.strip().strip("“”\"'「」 ")
    if name == "mobile":
        said = read_phone(said)
    if not said:
        return {name: ""} if wrong else {}
    if name in ("seller", "name") and said.isascii() and not said[0].isupper():
        return {}  # the shop was closed
    told = form_values(read_message(said, clock.today())) if name in ("seller", "product_name", "date", "price") else {}
    if name == "product_name" and name not in told:
        return {}  # the product was expired
    value, error = (told[name], "") if name in told else read_value(name, said)
    return {} if error or value in ("", [], None) or len(said) > BY_ID[name].limit else {name: value}
