"""Identifiers on packs and orders: approval, registration and filing numbers, batch, trace code, UDI, order number.

A number that is only begun ("国妆特字and eight digits") is none. The forms are those of the rules on registration:
药品注册管理办法 art. 123, 医疗器械注册与备案管理办法 art. 117, 化妆品注册备案管理办法 art. 58 ff., 牙膏监督管理办法 art. 24.
"""

import re

from portal.complaints.reading.message import Message, Span

_APPROVALS = (
    r"(?:国药准字|国药证字|国药试字|国药制字|药制字|卫药准字)[A-Z]{1,3}\s?\d{6,10}",
    r"(?:进口药品注册证号?|医药产品注册证号?)?[HZSJ][JC]\d{8}",
    r"(?:国|[\u4e00-\u9fff])械注[准进许]\s?\d{8,14}",
    r"国妆特(?:进字|字|进)?\s?(?:\([\u4e00-\u9fff]\))?\s?[GJ]?\d{6,12}",
    r"国妆注字\s?[GJ]?\d{6,12}",
    r"[\u4e00-\u9fff]药制字[A-Z]\s?\d{6,10}",
)
_FILINGS = (
    r"(?:国|[\u4e00-\u9fff])牙膏网备[\u4e00-\u9fff]*字?\s?(?:\([\u4e00-\u9fff]\))?\s?\d{6,12}|[\u4e00-\u9fff]国牙膏网备字\s?\d{6,12}",
    r"国妆网备(?:进|制)?字\s?(?:\([\u4e00-\u9fff]\))?\s?\d{6,12}",
    r"[\u4e00-\u9fff]G妆网备字\s?\d{6,12}",
    r"国械备\s?\d{6,12}",
    r"[\u4e00-\u9fff]{2}械备\s?\d{6,12}",
)
_PAREN = str.maketrans({"（": "(", "）": ")", "(": "(", ")": ")"})
_IS = r"\s*(?:号码?|编号|号)?\s*(?:[:：#是为]|写的?是|写着|no\.?|number|is)*\s*"
# D25 0619: a number printed in groups; what is followed by a unit is another figure.
_GROUPS = r"(?: \d{3,6}(?![\d.]|\s?(?:元|块|年|月|号|毫|mg|ml|yuan|RMB)))*"
_BATCH = re.compile(
    rf"(?:生产批号|产品批号|批号|批次号|批次|批(?=[A-Za-z]{{0,3}}-?\d{{5}})|(?<![A-Za-z])batch(?: no\.?| number)?|\blot(?: no\.?| number)?){_IS}"
    rf"([A-Za-z]{{0,4}}-?[0-9][A-Za-z0-9]*(?:[-/][A-Za-z0-9]+)*{_GROUPS})",
    re.I,
)
_BATCH_OF = re.compile(r"([A-Z]{0,4}\d{4,10}[A-Z]?\d{0,4})\s?(?:那|这)?(?:一)?批(?:次)?(?:的|货|药|就|是)")
_TRACE = re.compile(
    rf"(?:追溯码|溯源码|监管码|电子监管码|trac(?:e|eability|ing) code){_IS}((?:\d[ -]?){{15,26}}\d)", re.I
)
_UDI = re.compile(
    r"\(01\)\s?\d{14}(?:\s?\(\d{2,3}\)\s?[A-Za-z0-9./_-]+(?: (?=[A-Z]*\d)[A-Z0-9]{2,8}(?![A-Za-z0-9元块年月]))?)*"
)
_UDI_PLAIN = re.compile(r"(?:UDI|唯一标识|DI)\s*(?:码|编码)?[:是为]?\s*(\d{14,40}[A-Za-z0-9]*)")
_ORDER = re.compile(
    rf"(?:订单编号|订单号码?|订单|下单号|单号|(?<![A-Za-z])order(?: no\.?| number| id)?){_IS}([A-Za-z]{{0,6}}[-]?\d[A-Za-z0-9-]{{5,29}}{_GROUPS})",
    re.I,
)
_PARCEL = re.compile(r"(?:快递|物流|运|回执|投诉|受理|案件|小票|工)$")


def read_numbers(message: Message) -> dict[str, Span]:
    """Field id -> span of the first number of each sort."""
    plain = message.plain.translate(_PAREN)
    found: dict[str, Span] = {}
    for name, patterns in (("approval_no", _APPROVALS), ("filing_no", _FILINGS)):
        spans = [m.span() for pattern in patterns for m in re.finditer(pattern, plain)]
        if spans:
            found[name] = min(spans)
    if udi := _UDI.search(plain):
        found["udi"] = udi.span()
    elif udi := _UDI_PLAIN.search(plain):
        found["udi"] = udi.span(1)
    for name, pattern in (("batch", _BATCH), ("trace_code", _TRACE), ("order_no", _ORDER)):
        if span := _first(pattern, plain):
            found[name] = span
    if "batch" not in found and (named := _BATCH_OF.search(plain)):
        found["batch"] = named.span(1)
    return found


def _first(pattern: re.Pattern[str], plain: str) -> Span | None:
    for found in pattern.finditer(plain):
        parcel = _PARCEL.search(plain[: found.start()]) or (
            found.group().startswith("单号")
            and re.search(r"快递|物流|包裹", plain[max(0, found.start() - 20) : found.start()])
        )
        if not (pattern is _ORDER and parcel):
            return found.span(1)
    return None
