"""When a text takes effect, and which texts it ends or changes: 自…起施行, 同时废止, 对《…》作如下修改."""

import re
from datetime import date
from itertools import pairwise

from spacy.tokens import Doc, Span

from policy_kb.extract.reading import TITLE, Unit, marks
from policy_kb.ingest.facts import read_date
from policy_kb.model import Effect

_FROM = re.compile(r"自\s*([^，。；]{2,20}?)\s*(?:之日)?起")
_NAMED = r"《((?:[^《》]|《[^《》]*》)+)》"
_CHANGED = re.compile(
    rf"对\s*{_NAMED}[^。；]{{0,80}}?(?:作|做)[^。；]{{0,8}}(?:修改|修订|修正)"
    rf"|(?:^|[、，。\s])(?:修改|将)\s*{_NAMED}[^。；]{{0,80}}?(?:修改|$)"
)
_PAPER = re.compile(r"(?:批件|证|证书|证明|表|书|单|合同|协议|票|执照|文号)$")  # 《…》 that are no text of law
_LISTED = re.compile(r"(?:废止|修改)[^。]{0,14}[：:]$")
_NOT_ITSELF = re.compile(r"原|旧|此前|以前|《")
_END = {"。", "；", "\n"}


def list_effects(unit: Unit, doc: Doc) -> list[Effect]:
    """The effects one 款 or 项 states; a list under 下列…废止 states one for each item."""
    cuts = [0, *(token.i + 1 for token in doc if token.text in _END), len(doc)]
    found = [effect for a, b in pairwise(cuts) if b > a for effect in _of_sentence(unit, doc[a:b])]
    if unit.lead and not found and _LISTED.search(unit.lead.strip()):
        titles = _titles(doc[:])[:1]
        kind = "repeals" if "废止" in unit.lead else "amends"
        return [Effect(kind, unit.text.strip(), unit.at, None, titles)] if titles else []
    return found


def _titles(span: Span) -> tuple[str, ...]:
    return tuple(
        dict.fromkeys(token.text[1:-1] for token in span if token.tag_ == TITLE and not _PAPER.search(token.text[1:-1]))
    )


def _of_sentence(unit: Unit, sentence: Span) -> list[Effect]:
    text, found = sentence.text.strip(), []
    begins = _in_force(text, sentence)
    if begins:
        found.append(Effect("in_force", text, unit.at, read_date(begins)))
    ended = _repealed(sentence)
    if ended:
        found.append(Effect("repeals", text, unit.at, _day_of_end(text), ended))
    changed = _CHANGED.search(text)
    if changed and not ended:
        found.append(Effect("amends", text, unit.at, None, (changed[1] or changed[2],)))
    return found


def _in_force(text: str, sentence: Span) -> str:
    """The words of the day from which this very text applies, "" when the sentence does not say so."""
    for mark in _inside(sentence, "IN_FORCE"):
        before = text[: text.find(mark.text, max(0, mark.start_char - sentence.start_char - 1))]
        starts = [found for found in _FROM.finditer(before) if before[found.end() :].strip() in {"", "正式", "开始"}]
        if starts and not _NOT_ITSELF.search(before[: starts[-1].start()]):
            return starts[-1][1]
        if "公布并施行" in text:
            return "公布"
    return ""


def _repealed(sentence: Span) -> tuple[str, ...]:
    """The texts that the sentence ends: those named before 废止, or after it (废止《…》)."""
    ends = _inside(sentence, "REPEALS")
    if not ends:
        return ()
    last = ends[-1]
    before = sentence.doc[sentence.start : last.start]
    if "修改" in before.text and "同时" not in before.text:
        return ()
    titles = _titles(before) if before.text else ()
    if titles:
        return titles
    after = sentence.doc[last.end : sentence.end]
    return _titles(after) if after.text.startswith("《") else ()


def _day_of_end(text: str) -> date | None:
    found = re.search(r"自\s*([^，。；]{2,20}?)\s*(?:之日)?起(?:予以)?(?:废止|停止执行)", text)
    return read_date(found[1]) if found else None


def _inside(sentence: Span, label: str) -> list[Span]:
    return [mark for mark in marks(sentence.doc, label) if sentence.start <= mark.start and mark.end <= sentence.end]
