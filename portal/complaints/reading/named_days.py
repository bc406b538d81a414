"""Every day that a message names, in the order of how exactly it is named.

上周X is that day of the calendar week before, a bare 周X the last one past; a month or a season alone is no day.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

import holidays

from portal.complaints.reading.message import Span
from portal.complaints.reading.money import read_number

_N = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3}|廿[一二三四五六七八九]?|卅)"
_WEEKDAYS = {
    "一": 0,
    "二": 1,
    "三": 2,
    "四": 3,
    "五": 4,
    "六": 5,
    "日": 6,
    "天": 6,
    "末": 5,
    "1": 0,
    "2": 1,
    "3": 2,
    "4": 3,
    "5": 4,
    "6": 5,
}
_WEEKDAYS_EN = {name: n for n, name in enumerate(("mon", "tue", "wed", "thu", "fri", "sat", "sun"))}
_MONTHS_EN = {
    name: n
    for n, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_MONTH = r"(?P<mon>jan|feb|mar|apr|may|june?|july?|aug|sept?|oct|nov|dec)[a-z]*\.?"
_FULL = re.compile(
    r"(?<![\d.])(?P<y>20\d\d|\d{2}(?=年))\s*[年.\-/]\s*(?P<m>\d{1,2})\s*[月.\-/]\s*(?P<d>\d{1,2})\s*[日号]?(?!\d)"
)
# 二〇二六年九月六日, as formal letters write it.
_FULL_ZH = re.compile(
    r"(?P<y>[二两][零〇○Oo0][一二三四五六七八九零〇]{2})年(?P<m>[一二三四五六七八九十]{1,2})月(?P<d>[一二三四五六七八九十]{1,3})[日号]?"
)
_YEAR_WORD = re.compile(rf"(?P<w>去年|今年|前年|本年)的?\s*(?P<m>{_N})月(?:份)?\s*(?P<d>{_N})\s*[日号]?")
_MONTH_DAY = re.compile(
    rf"(?<![\d年.]|[一二三四五六七八九十])(?P<m>{_N})\s*月(?:份)?\s*(?P<d>{_N})\s*[日号]?(?![\d个月])|(?<![\d./-])(?P<m2>1[0-2]|0?[1-9])[./](?P<d2>3[01]|[12]\d|0?[1-9])(?=[号日]|(?:买|下|拍|在|那天|晚|早|去|转|付|到|订|收|购|拿|配|开|入|抢|打|做))"
)
_MONTH_WORD = re.compile(rf"(?P<w>上上个?月|上个?月|本月|这个?月)的?\s*(?P<d>{_N})\s*[日号]?(?!个|天|多|来)")
_DAY_ONLY = re.compile(
    rf"(?<![\d月./年-]|[一二三四五六七八九十栋幢单元室路街巷道弄里村段院区镇园楼附])(?P<d>{_N})号(?!院|楼|店|铺|线|码|门|房|桌|柜|机|库|公馆|栋|幢|单元|室|院子|文|令|链接|仓|档|摊|色|针|电池|员工|窗口|诊室|\d)"
)
_WEEK = re.compile(r"(?P<w>上上个?|上个?|前个?|这个?|本)?(?:周|星期|礼拜)(?P<d>[一二三四五六日天末1-6])(?!到|至)")
_AGO = re.compile(rf"(?P<n>{_N}|两)\s*(?P<unit>天|个?(?:周|星期|礼拜))(?:之|以)?前(?!后)")
_RELATIVE = (
    (r"大前[天儿日](?:个)?", 3),
    (r"前[天儿日晚](?:个)?|the day before yesterday|day before yesterday", 2),
    (r"昨[天儿日夜晚](?:个)?|夜个|夜来|寻日|琴日|yesterday|last night", 1),
    (r"今[天儿早晚晨日](?:个)?|今朝|this morning|this afternoon|this evening|\btoday\b|tonight", 0),
)
_EN_DAY_MONTH = re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?:,? (?P<y>20\d\d))?", re.I)
_EN_MONTH_DAY = re.compile(
    rf"\b{_MONTH} (?:the )?(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,? (?P<y>20\d\d))?(?! \d|\d)", re.I
)
_EN_RANGE = re.compile(
    rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)? ?(?:to|-|–|and|until|through) ?\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}",
    re.I,
)
_EN_ORDINAL = re.compile(r"\bon the (?P<d>\d{1,2})(?:st|nd|rd|th)\b", re.I)
_EN_WEEK = re.compile(
    r"\b(?P<w>last|this|on|this past|past)\s+(?P<d>mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\b", re.I
)
_EN_AGO = re.compile(
    r"\b(?P<n>\d{1,2}|an?|one|two|three|four|five|six|seven|eight|nine|ten) (?P<unit>days?|weeks?) ago\b", re.I
)
_EN_NUMBERS = {"a": 1, "one": 1} | {
    w: n for n, w in enumerate(["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"], 2)
}
# 国庆第二天: the days of a holiday that begins on a fixed day.
_HOLIDAY = {"国庆": (10, 1), "十一": (10, 1), "元旦": (1, 1), "五一": (5, 1)}
_HOLIDAY_DAY = re.compile(
    rf"(?P<feast>{'|'.join(_HOLIDAY)})(?:节|假期|长假|黄金周)?(?:的|放假)?(?:第(?P<d>[一二三四五六七])天|(?P<first>头一天|首日))"
)
# Feast days of one day; 国庆 and 春节 last a week and name none.
_FIXED = {
    r"双十一(?!月)|双11": (11, 11), r"双十二|双12": (12, 12), r"六一八(?:那天|当天|大促)?|618(?:那天|当天|大促|活动|当晚)": (6, 18), r"元旦(?:那天|当天|节)?(?!前|后|期间|假)": (1, 1),
    r"五一(?:那天|当天|节那天)|劳动节(?:那天|当天)": (5, 1), r"国庆(?:节)?(?:那天|当天)": (10, 1), r"三八节|妇女节|女神节": (3, 8), r"(?<!前)情人节": (2, 14), r"六一(?:儿童节|那天|当天)|儿童节": (6, 1),
    r"圣诞节?(?!前|后|期间)": (12, 25), r"平安夜": (12, 24), r"教师节": (9, 10), r"(?<!电商)清明节?(?:那天|当天)": (4, 5),
}  # fmt: skip
_LUNAR = re.compile(
    r"(?:大年|年|正月)初(?P<d>[一二三四五六七八九十])|(?P<eve>除夕|大年三十|年三十)|(?P<lantern>元宵节?|正月十五)|(?P<feast>端午节?|中秋节?)(?:那天|当天|当晚)?(?!前|后|期间|假)"
)
_FEASTS = {"端午": "端午节", "中秋": "中秋节"}


def list_days(plain: str, said_on: date) -> Iterator[tuple[date, Span]]:
    for read in (_absolute, _of_a_month, _feasts, _of_a_week, _relative, _english):
        yield from read(plain, said_on)


def _absolute(plain: str, said_on: date) -> Iterator[tuple[date, Span]]:
    for found in _FULL.finditer(plain):
        year = int(found["y"]) + (2000 if len(found["y"]) == 2 else 0)
        yield from _make(year, int(found["m"]), int(found["d"]), found.span())
    for found in _FULL_ZH.finditer(plain):
        year = 2000 + int(
            "".join(str("零一二三四五六七八九".index(sign.replace("〇", "零"))) for sign in found["y"][2:])
        )
        yield from _make(year, _number(found["m"]), _number(found["d"]), found.span())
    for found in _YEAR_WORD.finditer(plain):
        year = said_on.year - {"去年": 1, "前年": 2}.get(found["w"], 0)
        yield from _make(year, _number(found["m"]), _number(found["d"]), found.span())


def _of_a_month(plain: str, said_on: date) -> Iterator[tuple[date, Span]]:
    for found in _MONTH_DAY.finditer(plain):
        month, number = _number(found["m"] or found["m2"]), _number(found["d"] or found["d2"])
        yield from _latest(said_on, month, number, found.span())
    for found in _MONTH_WORD.finditer(plain):
        back = {"上上": 2, "上": 1}.get(found["w"].rstrip("个月"), 0)
        year, month = divmod(said_on.year * 12 + said_on.month - 1 - back, 12)
        yield from _make(year, month + 1, _number(found["d"]), found.span())
    for found in _DAY_ONLY.finditer(plain):
        number = _number(found["d"])
        for back in (0, 1):
            year, month = divmod(said_on.year * 12 + said_on.month - 1 - back, 12)
            made = list(_make(year, month + 1, number, found.span()))
            if made and made[0][0] <= said_on:
                yield made[0]
                break


def _feasts(plain: str, said_on: date) -> Iterator[tuple[date, Span]]:
    for found in _HOLIDAY_DAY.finditer(plain):
        month, number = _HOLIDAY[found["feast"]]
        yield from _latest(said_on, month, number + (_number(found["d"]) - 1 if found["d"] else 0), found.span())
    for words, (month, number) in _FIXED.items():
        for found in re.finditer(words, plain):
            yield from _latest(said_on, month, number, found.span())
    for found in _LUNAR.finditer(plain):
        for year in (said_on.year, said_on.year - 1):
            day = _lunar_day(found, year)
            if day and day <= said_on:
                yield day, found.span()
                break


def _lunar_day(found: re.Match[str], year: int) -> date | None:
    if found["feast"]:
        return _feast_days(year).get(_FEASTS[found["feast"][:2]])
    new_year = _feast_days(year).get("春节")
    if new_year is None:
        return None
    after = -1 if found["eve"] else 14 if found["lantern"] else _number(found["d"]) - 1
    return new_year + timedelta(days=after)


@lru_cache(maxsize=8)
def _feast_days(year: int) -> dict[str, date]:
    """The first day of 春节, 端午节, 中秋节 of the year, from the calendar of the ``holidays`` package."""
    days: dict[str, date] = {}
    for day, name in sorted(holidays.country_holidays("CN", years=year, language="zh_CN").items()):
        for feast in ("春节", "端午节", "中秋节"):
            if feast in name and "除夕" not in name and "放假" not in name and day.year == year:
                days.setdefault(feast, day)
    return days


def _of_a_week(plain: str, said_on: date) -> Iterator[tuple[date, Span]]:
    for found in _WEEK.finditer(plain):
        number = _WEEKDAYS[found["d"]]
        word = (found["w"] or "").rstrip("个")
        monday = said_on - timedelta(days=said_on.weekday())
        if word in ("上", "上上", "前"):
            yield monday + timedelta(days=number - (14 if word == "上上" else 7)), found.span()
        elif word:
            yield monday + timedelta(days=number), found.span()
        else:
            yield said_on - timedelta(days=(said_on.weekday() - number) % 7 or 7), found.span()


def _relative(plain: str, said_on: date) -> Iterator[tuple[date, Span]]:
    for words, back in _RELATIVE:
        for found in re.finditer(words, plain, re.I):
            yield said_on - timedelta(days=back), found.span()
    for pattern in (_AGO, _EN_AGO):
        for found in pattern.finditer(plain):
            count = _EN_NUMBERS.get(found["n"].lower().rstrip("n")) or _EN_NUMBERS.get(found["n"].lower())
            count = count or _number(found["n"].replace("两", "二"))
            count *= 1 if found["unit"].startswith(("天", "day")) else 7
            yield said_on - timedelta(days=count), found.span()


def _english(plain: str, said_on: date) -> Iterator[tuple[date, Span]]:
    for pattern in (_EN_RANGE, _EN_DAY_MONTH, _EN_MONTH_DAY):
        for found in pattern.finditer(plain):
            month = _MONTHS_EN[found["mon"].lower()[:3]]
            if found.groupdict().get("y"):
                yield from _make(int(found["y"]), month, int(found["d"]), found.span())
            else:
                yield from _latest(said_on, month, int(found["d"]), found.span())
    for found in _EN_ORDINAL.finditer(plain):
        back = 0 if int(found["d"]) <= said_on.day else 1
        year, month = divmod(said_on.year * 12 + said_on.month - 1 - back, 12)
        yield from _make(year, month + 1, int(found["d"]), found.span())
    for found in _EN_WEEK.finditer(plain):
        number = _WEEKDAYS_EN[found["d"].lower()[:3]]
        monday = said_on - timedelta(days=said_on.weekday())
        last = said_on - timedelta(days=(said_on.weekday() - number) % 7 or 7)
        yield (monday + timedelta(days=number - 7) if found["w"].lower() == "last" else last), found.span()


def _number(words: str) -> int:
    words = words.replace("廿", "二十").replace("卅", "三十")
    return int(read_number(words) or 0)


def _latest(said_on: date, month: int, number: int, span: Span) -> Iterator[tuple[date, Span]]:
    """That day of this year, or of the year before when it has not come yet."""
    for year in (said_on.year, said_on.year - 1):
        made = list(_make(year, month, number, span))
        if made and made[0][0] <= said_on:
            yield made[0]
            return


def _make(year: int, month: int, number: int, span: Span) -> Iterator[tuple[date, Span]]:
    try:
        yield date(year, month, number), span
    except ValueError:
        return
