"""Days as people write them, in Chinese and English: 2026年3月12日, 去年底, 24年3月, 三个月前, 1 May 2025, last March.

Reads what stands there and nothing of what it means; numbers of documents, batches and articles are left alone.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from policy_kb.text import parse_number
from policy_kb.workdays import add_months

_N = r"[0-9〇零一二三四五六七八九十]"
_PART = r"年?(?:底|末|尾|初|中)|上半年|下半年|第?[一二三四1-4]季度|春节|春天|夏天|秋天|冬天"
_ZH = re.compile(
    rf"(?P<year>(?:19|20)\d\d|二[〇零]{_N}{{2}}|今|去|大前|前|明|后|当)\s*年\s*(?:[（(](?P<again>20\d\d)年[)）])?\s*的?"
    rf"(?:(?P<month>{_N}{{1,3}})\s*月(?:份|初|底|中旬|上旬|下旬)?\s*(?:(?P<day>{_N}{{1,3}})\s*[日号])?|(?P<part>{_PART}))?"
)
_SHORT_YEAR = re.compile(
    rf"(?<![0-9第])(?P<short>[12]\d)年(?:(?P<month>{_N}{{1,3}})月(?:份|初|底)?(?:(?P<day>{_N}{{1,3}})[日号])?|(?P<part>{_PART})|(?=(?:的|那时|时候|版|前的)))"
)
_BARE = re.compile(
    rf"(?<![{_N[1:-1]}年至到、~个提前满每第近-])(?P<month>1[0-2]|[1-9]|十[一二]?|[一二三四五六七八九])月(?![经])(?:份|初|底)?(?:(?P<day>{_N}{{1,3}})[日号])?"
)
_ISO = re.compile(r"(?<![\d〔\[(（.-])(?P<year>20\d\d)[-/.](?P<month>\d{1,2})(?:[-/.](?P<day>\d{1,2}))?(?![\d-])")
_AGO = re.compile(
    rf"(?P<count>{_N}{{1,3}}|[两半几])\s*(?:多|来)?个?(?P<unit>年|月|星期|礼拜|周|天|日)(?:多|左右)?(?:之前|以前|前(?![后三]))"
)
_LATER = re.compile(rf"(?:还有|再过|不到|还剩|剩下?)\s*(?P<count>{_N}{{1,3}}|[两半])个?(?P<unit>年|月|星期|周|天|日)(?:多|左右|时间)?|(?P<count2>{_N}{{1,3}}|[两半])个?(?P<unit2>年|月|星期|周|天|日)(?:之后|以后|后)")  # fmt: skip
_NEAR = re.compile(
    r"(?P<near>(?:上|这|本|下)个?(?:月|周|星期|礼拜)|昨天|前天|今天|明天|后天|年初|年底|年末|上半年|下半年|第?[一二三四]季度)(?:初|底|末)?"
)
_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_MONTH_EN = r"(?P<name>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_NUMBERS_EN = {
    word: number
    for number, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    )
} | {"a": 1, "an": 1, "couple of": 2, "a couple of": 2, "a few": 3, "several": 3}
_PART_EN = r"(?P<part>early|mid|late|the (?:beginning|start|end|middle) of|the (?:first|second) half of|q[1-4])[ -]"
_EN = (
    re.compile(
        rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH_EN}\b\.?,?\s+(?P<year>20\d\d|last year|this year|next year)"
    ),
    re.compile(rf"\b{_MONTH_EN}\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>20\d\d)"),
    re.compile(rf"\b{_MONTH_EN}\.?,?\s+(?:of\s+)?(?P<year>20\d\d|last year|this year|next year)"),
    re.compile(rf"\b{_PART_EN}(?P<year>20\d\d|last year|this year|next year)\b"),
    re.compile(rf"\b(?P<relative>last|next|this)\s+{_MONTH_EN}\b"),
    re.compile(
        r"\b(?:in|during|before|by|since|until|till|of|from|after|throughout|back in)\s+(?:the year )?(?P<year>20\d\d)\b(?!\s*(?:yuan|rmb|pieces|boxes))"
    ),
    re.compile(
        r"\b(?P<year>20\d\d)\b(?=\s+(?:rules?|regulations?|law|measures|version|edition|amendment|requirements?)\b)"
    ),
    re.compile(r"^(?P<year>20\d\d)\b(?=[,:])"),
    re.compile(r"\b(?P<relative>last|next|this)\s+(?P<period>year|month|week)\b"),
    re.compile(r"\b(?P<period>yesterday|tomorrow|today)\b"),
    re.compile(
        r"\b(?P<ago>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten|a couple of|a few|several)\s+(?P<unit>year|month|week|day)s?\s+(?:ago|earlier|back)\b"
    ),
    re.compile(rf"\b(?:in|during|back in|since|after|before|from)\s+{_MONTH_EN}\b(?!\s+(?:i|we|you|it|the)\b)"),
    re.compile(rf"\b(?:on|by|before|after|since|from)\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?{_MONTH_EN}\b"),
    re.compile(rf"\b(?:on|by|before|after|since|from)\s+{_MONTH_EN}\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)"),
)
_IN_EN = re.compile(
    r"\b(?:in|within)\s+(?P<ago>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten)\s+(?P<unit>year|month|week|day)s?\b"
)
_UNITS = {"年": "year", "月": "month", "星期": "week", "礼拜": "week", "周": "week", "天": "day", "日": "day"}
_PARTS = (  # how the part of a year is written, its first and last month
    (r"初|beginning|start|early|春节", 1, 1),
    (r"底|末|尾|the end|late", 12, 12),
    (r"年?中$|mid", 6, 6),
    (r"上半年|first half", 1, 6),
    (r"下半年|second half", 7, 12),
    (r"[一1]季度|q1|春天", 1, 3),
    (r"[二2]季度|q2|夏天", 4, 6),
    (r"[三3]季度|q3|秋天", 7, 9),
    (r"[四4]季度|q4|冬天", 10, 12),
)


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day or period named in a text: its place, the first and last day it may mean.

    ``whole_day`` when one day is meant; ``explicit_year`` when the year is written in four digits; ``distance`` when it
    is told by its distance from today (三个月前); ``ahead`` when that lies ahead (还有三个月).
    """

    start: int
    end: int
    first: date
    last: date
    whole_day: bool = False
    explicit_year: bool = False
    distance: bool = False
    ahead: bool = False


def list_named_days(text: str, today: date) -> list[NamedDay]:
    """The days named in a normalised, lower-case text, in order, each place once."""
    found: list[NamedDay] = []
    for pattern, read in _readers():
        for match in pattern.finditer(text):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            named = read(match, today)
            if named and not _is_number_of_something(text, named):
                found.append(named)
    return sorted(found, key=lambda named: named.start)


def _readers() -> Iterator[tuple[re.Pattern[str], Callable[[re.Match[str], date], NamedDay | None]]]:
    yield _ISO, _read_written
    yield _ZH, _read_written
    yield _SHORT_YEAR, _read_written
    for pattern in _EN:
        yield pattern, _read_english
    yield _IN_EN, _read_ahead_en
    yield _LATER, _read_later
    yield _AGO, _read_ago
    yield _NEAR, _read_near
    yield _BARE, _read_written


_DOCUMENT_AFTER = re.compile(r"^\s*(?:[〕\]）)]\s*)?第?\s*\d{1,4}\s*号")
_DOCUMENT_BEFORE = re.compile(
    r"(?:[〔\[]|(?<![0-9一-龥])no\.?|编号|批号|注册证号?|备案号|文号|许可证号|准字[a-z]?|械(?:注|备)[准进许]?|第)\s*[:：为是]?\s*$"
)


def _is_number_of_something(text: str, named: NamedDay) -> bool:
    """国药监〔2020〕9号, 公告2021年第77号, 批号2025-03: a number, no day."""
    return bool(_DOCUMENT_AFTER.match(text[named.end :]) or _DOCUMENT_BEFORE.search(text[: named.start]))


# Chinese ---------------------------------------------------------------------


def _read_written(match: re.Match[str], today: date) -> NamedDay | None:
    groups = match.groupdict()
    year, month = _year(groups, today), parse_number(groups["month"]) if groups.get("month") else None
    day = parse_number(groups["day"]) if groups.get("day") else None
    if year is None or (month is not None and not 1 <= month <= 12):
        return None
    span = _span(year, month, day, groups.get("part") or "")
    explicit = bool(groups.get("short") or (groups.get("year") or "")[:1] in {"1", "2", "二"})
    return NamedDay(match.start(), match.end(), *span, bool(day), explicit) if span else None


_RELATIVE = {"今": 0, "当": 0, "去": -1, "前": -2, "大前": -3, "明": 1, "后": 2}


def _year(groups: dict[str, str | None], today: date) -> int | None:
    if groups.get("short"):
        return 2000 + int(str(groups["short"]))
    written = groups.get("again") or groups.get("year")
    if written is None:
        return today.year
    return today.year + _RELATIVE[written] if written in _RELATIVE else parse_number(written)


def _span(year: int, month: int | None, day: int | None, part: str) -> tuple[date, date] | None:
    try:
        if month and day:
            return date(year, month, day), date(year, month, day)
        if month:
            return date(year, month, 1), _month_end(year, month)
        for pattern, first, last in _PARTS:
            if part and re.search(pattern, part):
                return date(year, first, 1), _month_end(year, last)
        return date(year, 1, 1), date(year, 12, 31)
    except ValueError:
        return None


def _month_end(year: int, month: int) -> date:
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)


def _moved(today: date, count: float, unit: str) -> date:
    if unit in {"year", "month"}:
        months = round(count * (12 if unit == "year" else 1))
        return add_months(today, months) if months or count == 0 else today + timedelta(days=round(30 * count))
    return today + timedelta(days=round(count * (7 if unit == "week" else 1)))


def _count(written: str) -> float:
    return {"两": 2.0, "半": 0.5, "几": 3.0}.get(written) or float(parse_number(written) or 0)


def _read_ago(match: re.Match[str], today: date) -> NamedDay:
    day = _moved(today, -_count(match["count"]), _UNITS[match["unit"]])
    return NamedDay(match.start(), match.end(), day, day, distance=True)


def _read_later(match: re.Match[str], today: date) -> NamedDay:
    count, unit = match["count"] or match["count2"], match["unit"] or match["unit2"]
    day = _moved(today, _count(count), _UNITS[unit])
    return NamedDay(match.start(), match.end(), day, day, distance=True, ahead=True)


def _read_near(match: re.Match[str], today: date) -> NamedDay | None:
    word = match["near"]
    days = {"昨天": -1, "前天": -2, "今天": 0, "明天": 1, "后天": 2}
    if word in days:
        day = today + timedelta(days=days[word])
        return NamedDay(match.start(), match.end(), day, day, whole_day=True)
    if word[0] in "上这本下" and "半年" not in word:
        step = {"上": -1, "这": 0, "本": 0, "下": 1}[word[0]]
        return _period(match, today, step, "month" if word.endswith("月") else "week")
    span = _span(today.year, None, None, word)
    return NamedDay(match.start(), match.end(), *span) if span else None


def _period(match: re.Match[str], today: date, step: int, unit: str) -> NamedDay:
    if unit == "week":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return NamedDay(match.start(), match.end(), monday, monday + timedelta(days=6))
    if unit == "year":
        return NamedDay(match.start(), match.end(), date(today.year + step, 1, 1), date(today.year + step, 12, 31))
    first = add_months(today.replace(day=1), step)
    return NamedDay(match.start(), match.end(), first, _month_end(first.year, first.month))


# English ---------------------------------------------------------------------

_STEPS = {"last": -1, "this": 0, "next": 1, "yesterday": -1, "today": 0, "tomorrow": 1}


def _read_english(match: re.Match[str], today: date) -> NamedDay | None:
    groups = match.groupdict()
    if groups.get("ago"):
        day = _moved(today, -_count_en(str(groups["ago"])), str(groups["unit"]))
        return NamedDay(match.start(), match.end(), day, day, distance=True)
    if groups.get("period"):
        if groups["period"] in _STEPS:
            day = today + timedelta(days=_STEPS[str(groups["period"])])
            return NamedDay(match.start(), match.end(), day, day, whole_day=True)
        return _period(match, today, _STEPS[str(groups["relative"])], str(groups["period"]))
    month = _MONTHS.index(str(groups["name"])[:3]) + 1 if groups.get("name") else None
    day_number = int(str(groups["day"])) if groups.get("day") else None
    span = _span(_year_en(groups, month, today), month, day_number, groups.get("part") or "")
    if span is None:
        return None
    explicit = (groups.get("year") or "")[:2] == "20"
    return NamedDay(match.start(), match.end(), *span, bool(day_number), explicit)


def _year_en(groups: dict[str, str | None], month: int | None, today: date) -> int:
    written, relative = groups.get("year"), groups.get("relative")
    if written:
        return int(written) if written.isdecimal() else today.year + _STEPS[written.split()[0]]
    if relative == "last" and month and month >= today.month:
        return today.year - 1
    if relative == "next" and month and month <= today.month:
        return today.year + 1
    return today.year


def _count_en(written: str) -> float:
    return float(written) if written.isdecimal() else float(_NUMBERS_EN[written])


def _read_ahead_en(match: re.Match[str], today: date) -> NamedDay:
    day = _moved(today, _count_en(match["ago"]), match["unit"])
    return NamedDay(match.start(), match.end(), day, day, distance=True, ahead=True)


__all__ = ["NamedDay", "list_named_days"]
