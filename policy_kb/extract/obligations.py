"""Who must, or must not, do what, by when: 注册人应当自收到通知之日起20个工作日内报告.

The subject is what stands before the word of duty in its part of the sentence; when nothing does, the body named before
it in the same sentence or, in a list, before the list. Conditions (…应当召回而未召回的，) state no duty.
"""

import re
from dataclasses import dataclass

from spacy.tokens import Doc, Span

from policy_kb.extract.deadlines import list_deadlines
from policy_kb.extract.reading import Unit, marks
from policy_kb.model import Obligation

_STOPS = {"。", "；", "！", "\n"}
_COMMAS = {"，", "：", ",", ":"}
_ADVERBS = {
    "均", "都", "也", "还", "并", "依法", "及时", "同时", "则", "一律", "立即", "首先", "分别", "按时", "切实", "再", "且", "但", "但是",
    "主动", "如实", "另", "仍", "即", "又", "就", "而", "并且", "不", "确", "因此", "此外", "其中", "必要时", "统一",
    "一般", "通常", "原则上", "确需", "仅", "只", "方", "始终", "至少",
}  # fmt: skip
_PREPOSITIONS = {
    "在", "自", "对", "对于", "按", "按照", "依照", "依据", "根据", "于", "从", "向", "经", "因", "将", "以", "通过", "为", "为了", "自收到",
    "收到", "接到", "发现", "应", "凭", "由", "就", "每", "每年", "提前", "经过", "未经", "不得", "除", "当",
}  # fmt: skip
_LISTED = re.compile(r"(?:义务|职责|行为|工作|措施|要求|规定|活动|应当|不得|禁止|必须)[：:]$")
_GRANTED = re.compile(r"可以|有权|或者$")  # 可以限制或者禁止出口 gives a power
_ASIDE = {"对", "对于", "除", "按照", "根据", "依照"}
_ATTRIBUTE = re.compile(r"[^，]{0,12}的(?:材料|资料|内容|事项|情形|条件|义务|行为|措施|产品)")
_NO_SUBJECT = (_PREPOSITIONS - {"在", "自"}) | {"处", "并处", "没收", "责令", "可以", "有"}
_NO_BODY_BEFORE = {"信息", "规章", "网站", "文件", "名称", "标准", "制剂", "采购", "的", "数据", "公告", "档案"}
_LONGEST = 80  # characters of a subject


@dataclass(frozen=True, slots=True)
class Lead:
    """What a list's opening words say of each of its items: who, and whether they must or must not."""

    subject: str
    modal: str


def list_obligations(unit: Unit, doc: Doc, lead: Lead | None) -> list[Obligation]:
    """The duties of one 款 or 项; ``lead`` is what the words before its list say, None for a 款."""
    found: list[Obligation] = []
    for start, end in _sentences(doc):
        found += _of_sentence(unit, doc, start, end)
    if not found and lead:
        text = unit.text.strip()
        deadlines = list_deadlines(doc, 0, len(doc))
        return [Obligation(unit.at, lead.subject, lead.modal, _bare_item(text), text, deadlines)]
    if lead:
        return [each if each.subject else _with_subject(each, lead.subject) for each in found]
    return found


def find_lead(unit: Unit, found: list[Obligation]) -> Lead | None:
    """What the last duty of a 款 says of the items below it; None when it states conditions and no duties."""
    if not found or not _LISTED.search(unit.text) or not unit.text.rstrip().endswith(("：", ":")):
        return None
    last = found[-1]
    return Lead(last.subject, last.modal) if unit.text.rstrip("：: ").endswith(last.duty) else None


def _with_subject(made: Obligation, subject: str) -> Obligation:
    return Obligation(made.at, subject, made.modal, made.duty, made.quote, made.deadlines)


def _bare_item(text: str) -> str:
    return re.sub(r"^[（(][一二三四五六七八九十百\d]+[)）]\s*", "", text).rstrip("；。;")


def _sentences(doc: Doc) -> list[tuple[int, int]]:
    starts = [0, *(token.i + 1 for token in doc if token.text in _STOPS)]
    return [(start, end) for start, end in zip(starts, [*starts[1:], len(doc)], strict=True) if end > start]


def _segments(doc: Doc, start: int, end: int) -> list[tuple[int, int]]:
    cuts = [start, *(token.i + 1 for token in doc[start:end] if token.text in _COMMAS)]
    return [(a, b) for a, b in zip(cuts, [*cuts[1:], end], strict=True) if b > a]


def _of_sentence(unit: Unit, doc: Doc, start: int, end: int) -> list[Obligation]:
    segments = _segments(doc, start, end)
    modals = _stated(doc, segments, start, end)
    found = []
    subject = ""
    for place, (modal, segment) in enumerate(modals):
        own = _subject(doc, segment[0], modal.start)
        if modal.text in {"禁止", "严禁"}:  # what stands before it is what is done to somebody, and no subject
            own = subject = "" if not own.startswith("任何") else own
        else:
            subject = own or subject or _named_before(doc, [each for each in segments if each[1] <= segment[0]])
        until = modals[place + 1][1][0] if place + 1 < len(modals) else end
        begin = start if place == 0 else segment[0]
        duty = doc[modal.start : until].text.strip("，。；：,:\n ")
        if duty == modal.text:
            continue
        quote = doc[start:end].text.strip()
        deadlines = list_deadlines(doc, begin, until)
        kind = "must_not" if modal.label_ == "MUST_NOT" else "must"
        found.append(Obligation(unit.at, subject, kind, duty, quote, deadlines))
    return found


def _stated(doc: Doc, segments: list[tuple[int, int]], start: int, end: int) -> list[tuple[Span, tuple[int, int]]]:
    """The words of duty that open one: the first of their segment, and not inside a condition or an attribute."""
    found: list[tuple[Span, tuple[int, int]]] = []
    for modal in marks(doc, "MUST", "MUST_NOT"):
        segment = next(((a, b) for a, b in segments if a <= modal.start < b), None)
        if segment is None or (found and found[-1][1] == segment):
            continue
        rest = doc[modal.end : segment[1]].text.rstrip("，：,:")
        aside = doc[segment[0]].text in _ASIDE and "的" in rest  # 对于应当公示的决定，…
        if modal.text == "禁止" and (
            _GRANTED.search(doc[segment[0] : modal.start].text) or rest[:1] in {"类", "性", "的"}
        ):
            continue
        if rest.endswith("的") or rest.startswith("知道") or aside or (segment[1] < end and _ATTRIBUTE.match(rest)):
            continue
        found.append((modal, segment))
    return found


def _subject(doc: Doc, start: int, end: int) -> str:
    """What stands before the word of duty, without numbering, adverbs and phrases of time and manner; "" when nothing."""
    while start < end and (doc[start].text in _ADVERBS or doc[start].text in {"由", "“"}):
        start += 1
    if start < end and doc[start].text in _NO_SUBJECT - {"收到", "接到", "发现"}:
        return ""
    actors = {span.end for span in marks(doc, "ACTOR") if start <= span.start < end}
    for place in range(start + 1, end):
        if place in actors and (doc[place].text in _PREPOSITIONS or doc[place].text in _ADVERBS):
            end = place
            break
    while end > start and doc[end - 1].text in _ADVERBS:
        end -= 1
    if start < end and doc[start].text in _NO_SUBJECT and end not in actors:  # 收到请求的机关 is one, 收到请求后 none
        return ""
    words = re.sub(r"^[（(][一二三四五六七八九十百\d]+[)）]", "", doc[start:end].text).strip(" 　“”")
    if doc[start].text in {"在", "自"} and not words.endswith(tuple("者人业构门关位司织员")):
        return ""
    return words if len(words) <= _LONGEST and not words.endswith(("的", "时", "后", "前", "内", "起", "日")) else ""


def _named_before(doc: Doc, segments: list[tuple[int, int]]) -> str:
    """The body that opens the nearest earlier part of the sentence: 注册人发现缺陷的，应当…"""
    for start, end in reversed(segments):
        ends = [span.end for span in marks(doc, "ACTOR") if start <= span.start < end]
        opening = doc[start:end]
        if (
            not ends
            or (ends[0] < end and doc[ends[0]].text in _NO_BODY_BEFORE)
            or opening[0].text in _PREPOSITIONS | {"有", "具有", "违反", "属于", "符合", "需要", "申请"}
        ):
            continue
        last = ends[0]
        while last < end and doc[last].text in {"、", "和", "或者", "或", "以及", "及", "与"}:
            following = next((other for other in ends if other > last), None)
            if following is None:
                break
            last = following
        words = doc[start:last].text
        if len(words) <= _LONGEST:
            return re.sub(r"^[（(][一二三四五六七八九十百\d]+[)）]", "", words)
    return ""
