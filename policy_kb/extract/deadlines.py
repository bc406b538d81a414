"""Spans of time in a duty: how long, in which unit, and from (or to) which event."""

import re
from dataclasses import replace

from spacy.tokens import Doc, Span

from policy_kb.extract.reading import SPAN, UNITS, marks
from policy_kb.model import Deadline
from policy_kb.text.numerals import parse_number

_BOUNDS = {"WITHIN": "within", "BEFORE": "before", "AFTER": "after", "FOR": "for", "EVERY": "every"}
_AMOUNT = re.compile(rf"([\d零〇一二三四五六七八九十百两]+|半)个?({'|'.join(UNITS)})")
_TIMES = {"week": (7, "day"), "quarter": (3, "month")}
_FIRST = ("WITHIN", "BEFORE", "AFTER", "FOR", "EVERY")  # of two marks on one span: 后30日内 is within, not for
# What stands before the span, up to it: 自收到申请之日起, 在接到报告后, 发现缺陷的，应当在, 有效期届满
_SELF = r"自(?!治|行(?!政)|查|动|愿|然|己|身|主|觉|产|备)"
_FROM = re.compile(
    rf"(?:.*(?:{_SELF}|从|在|于|，))([^，。；]{{1,60}}?)(?:之日|之时|当日|之次日|次日|日)起(?:的|计算的|，)?(?:最长)?$",
    re.S,
)
_SINCE = re.compile(rf"(?:.*(?:{_SELF}|从))([^，。；]{{1,60}}?)起(?:的|，)?$", re.S)
_UPON = re.compile(r"(?:.*(?:[，。；：]|在|于|应当|应)|^)([^，。；：]{2,40}?)(?:后|之后|以后|时|之日|当日)的?$", re.S)
_JUST = re.compile(r"((?:接到|收到|发现|获知|得知|受理)[^，。；：]{1,20})$")  # 接到报告1小时内
_GIVEN = re.compile(
    r"(?:.*[。；，：]|^)([^，。；：]{4,50}?)(?:后|时|的)，[^，。；：]{0,30}?(?:应当|应|必须)(?:及时|立即|依法)?(?:在|于)?$",
    re.S,
)
_TO = re.compile(r"(?:.*(?:[，。；：]|在|于|应当|应)|^)([^，。；：]{1,40}?)(?:的|之)?$", re.S)


def list_deadlines(doc: Doc, start: int, end: int) -> tuple[Deadline, ...]:
    """The deadlines within the tokens ``start`` to ``end`` of a sentence, in order."""
    found: list[Deadline] = []
    for mark in _one_each(doc, start, end):
        before = doc[start : mark.start].text
        made = _deadline(mark, before)
        if made and not made.event and found and re.search(r"并(?:应当)?(?:在|于)$", before):
            made = replace(made, event=found[-1].event)  # 自作出决议之日起十日内通知，并于三十日内公告
        if made:
            found.append(made)
    return tuple(found)


def _one_each(doc: Doc, start: int, end: int) -> list[Span]:
    chosen: dict[int, Span] = {}
    for label in reversed(_FIRST):
        for mark in marks(doc, label):
            if start <= mark.start and mark.end <= end:
                chosen[next((token.i for token in mark if token.tag_ == SPAN), mark.start)] = mark
    return [chosen[place] for place in sorted(chosen)]


def _deadline(mark: Span, before: str) -> Deadline | None:
    told = next((token.text for token in mark if token.tag_ == SPAN), "") or re.sub("^每", "1", mark.text)
    parsed = _AMOUNT.search(told.replace("1半年", "半年"))
    if parsed is None:
        return None
    unit = UNITS[parsed[2]]
    if parsed[1] == "半":
        amount, unit = (6, "month") if unit == "year" else (15, "day")
    else:
        amount = parse_number(parsed[1]) or 0
    times, unit = _TIMES.get(unit, (1, unit))
    return Deadline(amount * times, unit, _BOUNDS[mark.label_], _event(mark, before), mark.text) if amount else None


def _event(mark: Span, before: str) -> str:
    if mark.label_ in {"WITHIN", "AFTER"}:
        patterns = (_FROM, _SINCE, _UPON, _JUST, _GIVEN)
        found = next((match for pattern in patterns if (match := pattern.search(before))), None)
    elif mark.label_ == "BEFORE" and mark[0].text != "提前":
        found = _TO.search(before + (mark[0].text if mark[0].tag_ == "EXPIRY" else ""))
    elif mark.label_ == "FOR" and mark[0].tag_ == "PAST":
        found = re.search(r"(?:.*(?:[，。；：至到]|少于|低于|应当|至少)|^)([^，。；：]{1,40}?)$", before, re.S)
    else:
        return ""
    return found[1].strip() if found else ""
