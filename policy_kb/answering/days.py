"""Days people name: the day whose law they ask for, and the day their own certificate ends.

A past day is taken as the day of the law only when the question hangs its act or its rules on it; a purchase
date in a complaint does not turn the law back.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from policy_kb.answering.question import Days
from policy_kb.text import parse_number

_N = r"[0-9〇零一二三四五六七八九十]"
_YEAR = rf"(?P<year>(?:19|20)\d\d|二[〇零]{_N}{{2}}|今|去|前|明|后)\s*年"
_ZH = re.compile(
    rf"{_YEAR}\s*(?:[（(](?P<again>20\d\d)年[)）])?\s*(?:的)?(?:(?P<month>{_N}{{1,3}})\s*月(?:份)?\s*(?:(?P<day>{_N}{{1,3}})\s*[日号])?|(?P<part>年?[底末初中]))?"
)
_BARE = re.compile(
    rf"(?<![{_N[1:-1]}年至到、~-])(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(?:份)?(?:(?P<day>{_N}{{1,3}})[日号])?"
)
_ISO = re.compile(r"(?<!\d)(?P<year>20\d\d)[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?(?!\d)")
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH_EN = r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_EN = (
    re.compile(rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH_EN}\.?,?\s+(?P<year>20\d\d)"),
    re.compile(rf"\b{_MONTH_EN}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>20\d\d)"),
    re.compile(rf"\b{_MONTH_EN}\.?,?\s+(?:of\s+)?(?P<year>20\d\d)"),
    re.compile(r"\b(?:in|during|before|by|since|until|of|back in)\s+(?P<year>20\d\d)\b"),
    re.compile(r"\b(?P<relative>last|next)\s+year\b"),
)
_EXPIRY_AFTER = re.compile(r"^.{0,6}(到期|过期|届满|失效|截止|就到|有效期满)")
_EXPIRY_BEFORE = re.compile(
    r"(有效期(限|截?止)?(至|到|为)?|到期(日|时间)?(是|为|:)?|valid (until|to|till)|expir\w+( date)?( on| is| in| at the end of)?|runs out( on)?)[^。,，;；]{0,8}$"
)
_EXPIRY_AFTER_EN = re.compile(r"^[^.?!]{0,12}(expir|is the expiry|runs out)")
_OLD_CONTEXT = re.compile(
    r"当时|那时|那会|当年|彼时|旧(?!货)|原(规定|办法|条例|来的(规定|办法))|之前的|以前的|时有效|有效的|适用|按.{0,16}(规定|办法|条例|规章)|(规定|办法|条例|规则)(是|怎么|里|上)|"
    r"\bthen\b|at (the|that) time|\bwas\b|\bwere\b|\bdid\b|applicable|old (rule|regulation|law|measures)|in force"
)
_ACT_AFTER = re.compile(
    r"^.{0,10}?(提交|递交|提出|申请|申报|投诉|举报|受理|备案|注册|变更|进口|到岸|报送|办理|办的|换证|延续|报告|召回|立案|发布|审批|的规定|的时候|的(法|办法|条例|案)|[,，]?(医院|企业|药店|公司|按))"
)
_ACT_AFTER_EN = re.compile(r"^.{0,20}(rule|law|regulation|measures)")
_ACT_BEFORE_EN = re.compile(
    r"(filed|submitted|applied|lodged|made|accepted|complain\w*|appl\w*|report\w*)( it| one)?( in| on| during| before)?\s*$"
)
_NOT_LAW = re.compile(r"^.{0,12}?(买|购|下单|拍的|收到货|收货|生产|出生|开业|成立|毕业|考|入职)")
_BEFORE = re.compile(r"^\s*(之前|以前|前(?!后))")
_AFTER = re.compile(r"^\s*(之后|以后|起|后|至今|开始)")
OLD_RULE = re.compile(
    r"旧(的)?(办法|条例|规定|规则|法|版|规)|(原|老|以前|之前|过去|修订前|修改前|修订之前|修改之前|废止前)的?(规定|办法|条例|版本|那版|法规)|(规定|办法|条例)(修订|修改)(之)?前|"
    r"(old|former|previous|earlier|superseded) (rule|regulation|measure|law|version)|before the (amendment|revision|change|new)"
)


@dataclass(frozen=True, slots=True)
class _Named:
    """A day found in a text: its place, the first and last day it may mean."""

    start: int
    end: int
    first: date
    last: date
    whole_day: bool
    explicit_year: bool


def find_days(text: str, today: date) -> Days:
    """The days named in a normalised, lower-case question."""
    law_day: date | None = None
    expiry: date | None = None
    for named in _named_days(text, today):
        before, after = text[: named.start], text[named.end :]
        if _is_expiry(before, after):
            expiry = expiry or named.last
        elif law_day is None:
            law_day = _law_day(named, before, after, text, today)
    return Days(law_day, expiry)


def strip_days(text: str, today: date) -> str:
    """The text without the days it names: they choose the law, they are not looked for in it."""
    for named in reversed(list(_named_days(text, today))):
        text = text[: named.start] + " " + text[named.end :]
    return text


def _is_expiry(before: str, after: str) -> bool:
    return bool(_EXPIRY_AFTER.search(after) or _EXPIRY_BEFORE.search(before) or _EXPIRY_AFTER_EN.search(after))


def _law_day(named: _Named, before: str, after: str, text: str, today: date) -> date | None:
    if _NOT_LAW.search(after) and not _OLD_CONTEXT.search(text):
        return None
    if (
        _BEFORE.search(after)
        or re.search(r"(before|prior to)\s+(the\s+)?$|before\s*$", before)
        or re.match(r"before", text[named.start :])
    ):
        day = named.first - timedelta(days=1)
        return day if day < today else None
    if _AFTER.search(after) or re.search(r"(since|after|from)\s*$", before):
        return None
    day = (
        named.first
        if named.whole_day
        else min(named.last, named.first + timedelta(days=0 if named.last.month == named.first.month else 181))
    )
    if day >= today:
        return None
    hangs = bool(
        _OLD_CONTEXT.search(text)
        or _ACT_AFTER.search(after)
        or _ACT_AFTER_EN.search(after)
        or _ACT_BEFORE_EN.search(before)
    )
    return day if hangs or (named.explicit_year and not before.strip(" ,，。")) else None


def _named_days(text: str, today: date) -> Iterator[_Named]:
    found: list[_Named] = []
    for pattern in (_ISO, _ZH, *_EN, _BARE):
        for match in pattern.finditer(text):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            named = _read(match, today)
            if named:
                found.append(named)
    yield from sorted(found, key=lambda named: named.start)


def _read(match: re.Match[str], today: date) -> _Named | None:
    groups = match.groupdict()
    year = _year(groups, today)
    month = _month(groups)
    day = parse_number(groups["day"]) if groups.get("day") else None
    if year is None or (month is not None and not 1 <= month <= 12):
        return None
    first, last = _span(year, month, day, groups.get("part") or "")
    if first is None or last is None:
        return None
    return _Named(
        match.start(), match.end(), first, last, bool(day), bool(groups.get("year") and groups["year"][0] in "12二")
    )


def _year(groups: dict[str, str | None], today: date) -> int | None:
    relative = {"今": 0, "去": -1, "前": -2, "明": 1, "后": 2, "last": -1, "next": 1}
    written = groups.get("again") or groups.get("year") or groups.get("relative")
    if written is None:
        return today.year if groups.get("month") or groups.get("name") else None
    if written in relative:
        return today.year + relative[written]
    return parse_number(written)


def _month(groups: dict[str, str | None]) -> int | None:
    if groups.get("name"):
        return _MONTHS.index(str(groups["name"])[:3]) + 1
    return parse_number(str(groups["month"])) if groups.get("month") else None


def _span(year: int, month: int | None, day: int | None, part: str) -> tuple[date | None, date | None]:
    try:
        if month and day:
            return date(year, month, day), date(year, month, day)
        if month:
            following = date(year + month // 12, month % 12 + 1, 1)
            return date(year, month, 1), following - timedelta(days=1)
        if part and part[-1] in "底末":
            return date(year, 12, 1), date(year, 12, 31)
        if part and part[-1] == "初":
            return date(year, 1, 1), date(year, 1, 31)
        return date(year, 1, 1), date(year, 12, 31)
    except ValueError:
        return None, None
