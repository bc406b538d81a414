"""What a text states about itself: its history, numbers, dates, and what it repeals.

Only what is printed is read; nothing is guessed here. Which day an amendment
took effect is usually printed in *another* text (the amending decision), so that
is left to ``policy_kb.versions``.
"""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from policy_kb.text.numerals import parse_number

_NUMERAL = r"[\d零〇○一二三四五六七八九十]"
DATE = re.compile(rf"({_NUMERAL}{{4}})\s*年\s*({_NUMERAL}{{1,3}})\s*月\s*({_NUMERAL}{{1,3}})\s*日")
_DOTTED = re.compile(r"(\d{4})[-./](\d{1,2})[-./](\d{1,2})")
_ORDER = re.compile(
    r"([\u4e00-\u9fff、]{2,40}?(?:令|公告))?\s*[（(]?\s*(?:(\d{4})\s*年)?\s*第?\s*(\d{1,4})\s*号\s*令?\s*[)）]?"
)
_BODY_ORDER = re.compile(r"[\u4e00-\u9fff、]{2,30}(?:局|部|委员会|总署)第\d+号(?:公布|发布|令)")
_BRACKETED = re.compile(r"[\u4e00-\u9fff]{2,12}[〔\[［(（]\d{4}[〕\]］)）]\s*(?:第)?\d+号")
_EFFECT = re.compile(rf"自\s*({DATE.pattern})\s*(?:起)?(?:施行|实施|执行|生效)")
_EFFECT_AT_ONCE = re.compile(r"自(?:公布|发布|颁布|印发)之日起(?:施行|实施|执行|生效)|公布并施行")
_REPEAL = re.compile(r"同时废止|予以废止|即行废止")
_TITLE = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")
_HISTORY_WORDS = re.compile(r"公布|发布|通过|修订|修正|批准|施行|颁布")
_AMENDED = re.compile(r"修订|修正|修改")
_ANNOUNCED = re.compile(r"公布|发布|颁布|印发")
_ISSUER = re.compile(
    r"(?:中华人民共和国)?([\u4e00-\u9fff、]*?(?:国务院|中央军事委员会|总局|药监局|监督管理局|管理局|监管局|委员会|卫生部|[\u4e00-\u9fff]{1,6}部|[\u4e00-\u9fff]{1,10}(?:局|办公室)|海关总署|最高人民法院|最高人民检察院))"
    r"(?:第?\d*号?令|第\d+号|令|公告|发布|公布|批准)"
)


@dataclass(frozen=True, slots=True)
class Event:
    """One step of a text's history: ``what`` follows the date as printed; ``order`` is 令第101号, ``decision`` the title named."""

    day: date
    what: str
    order: str = ""
    decision: str = ""

    @property
    def amends(self) -> bool:
        return bool(_AMENDED.search(_TITLE.sub("", self.what)))

    @property
    def announces(self) -> bool:
        return bool(_ANNOUNCED.search(_TITLE.sub("", self.what)))


def read_date(text: str) -> date | None:
    """The first date in ``text`` (2024年12月6日, 一九九三年一月一日, 2024-12-06); None when there is none or it is no day."""
    found = DATE.search(text) or _DOTTED.search(text)
    if not found:
        return None
    year, month, day = (parse_number(part) for part in found.groups()[:3])
    try:
        return date(year or 0, month or 0, day or 0)
    except ValueError:
        return None


def find_history(preamble: list[str]) -> list[str]:
    """The lines before the first article that tell when the text was made and changed, as printed."""
    return [
        line.strip("()（） ")
        for line in preamble
        if read_date(line)
        and _HISTORY_WORDS.search(line)
        and len(line) < 1500
        and (line[0] in "(（" or DATE.match(line))
    ]


def list_events(history: str) -> list[Event]:
    """The dated steps in ``history``, in the order printed."""
    masked = _TITLE.sub(lambda found: "《" + "\0" * (len(found[0]) - 2) + "》", history)
    starts = [found.start() for found in DATE.finditer(masked)]
    events = []
    for start, end in pairwise([*starts, len(history)]):
        if masked[max(0, start - 1) : start] == "自":
            continue
        piece = history[start:end].strip("，,；; 　根据由")
        day, matched = read_date(piece), DATE.match(piece)
        if day and matched:
            what = piece[matched.end() :].strip("，,；; 　")
            title = _TITLE.search(what)
            events.append(Event(day, what, find_order(what), title[1] if title else ""))
    return events


def find_order(text: str) -> str:
    """令第54号, 公告2021年第77号 or 国药监械管〔2020〕9号 as printed, without spaces; "" when there is none."""
    plain = re.sub(r"\s+", "", _TITLE.sub("", text))
    bracketed = _BRACKETED.search(plain)
    if bracketed:
        return bracketed[0]
    for found in _ORDER.finditer(plain):
        if found[1] or found[0].endswith("令") or _BODY_ORDER.match(plain):
            return re.sub(r"(?<=号)令$", "", found[0].strip("（()） ")) if found[1] else found[0].strip("（()） ")
    return ""


def find_effect(text: str, announced: date | None) -> date | None:
    """The day stated by 自…起施行, or ``announced`` when it says 自公布之日起; None when nothing is stated."""
    found = _EFFECT.search(text)
    if found:
        return read_date(found[1])
    return announced if _EFFECT_AT_ONCE.search(text) else None


def find_issuer(text: str) -> str:
    """The body before 令, 公告 or 公布 in one step of the history; "" when none is named."""
    congress = re.search(r"全国人民代表大会(?:常务委员会)?(?=第)|全国人民代表大会常务委员会", text)
    if congress and "通过" in text:
        return congress[0]
    found = _ISSUER.search(_TITLE.sub("", re.sub(r"\s+", "", text)))
    return found[1].removeprefix("中华人民共和国") if found else ""


def list_repeals(text: str) -> list[str]:
    """Titles that ``text`` (the closing article, or a decision) declares repealed with its own effect."""
    titles: list[str] = []
    for sentence in re.split(r"[。；\n]", text):
        cut = _REPEAL.search(sentence)
        if cut:
            before = sentence[: cut.start()]
            titles.extend(title for title in _TITLE.findall(before) if "修改" not in before)
        for found in re.finditer(
            r"^(?:[一二三四五六七八九十]+、)?\s*废止《((?:[^《》]|《[^《》]*》)+)》", sentence.strip()
        ):
            titles.append(found[1])
    return list(dict.fromkeys(titles))
