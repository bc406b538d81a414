"""Sentences of law as spaCy documents: blank Chinese with our own words, and rulers for the formulas of law.

What law writes as one thing is one token: 《title》, 第十六条第二款, 2022年5月1日, 20个工作日. ``Token.tag_`` says which.
No trained component: on these formulas rules were enough (docs/evaluation.md), and they can be explained.
"""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from spacy.language import Language
from spacy.tokens import Doc, Span
from spacy.vocab import Vocab

from policy_kb.address import list_items
from policy_kb.extract.formulas import PATTERNS, tag_of
from policy_kb.model import Address, Clause
from policy_kb.text.numerals import NUMERAL
from policy_kb.text.segment import cut

TITLE, PLACE, RELATIVE, DATE, SPAN = "TITLE", "PLACE", "RELATIVE", "DATE", "SPAN"
_TITLE = r"《(?:[^《》]|《[^《》]*》)+》"
_BELOW = rf"(?:第{NUMERAL}款)?(?:第?[（(]?{NUMERAL}[)）]?项)?(?:第?[（(]?{NUMERAL}[)）]?目)?"
_PLACE = rf"第{NUMERAL}条(?:之{NUMERAL}(?=[款项的、，。；规和或与及第所中]|[^\u4e00-\u9fff]|$))?{_BELOW}|第{NUMERAL}款(?:第?[（(]?{NUMERAL}[)）]?项)?|第[（(]?{NUMERAL}[)）]?项"
_RELATIVE = rf"(?:本条(?!例)|前条|前[两三二]?款|本款|前[两三二]?项){_BELOW}"
_DATE = rf"{NUMERAL}年{NUMERAL}月(?:{NUMERAL}日)?|{NUMERAL}月{NUMERAL}日"
UNITS = {
    "工作日": "working_day", "自然日": "day", "日": "day", "天": "day", "周": "week", "星期": "week",
    "月": "month", "季度": "quarter", "年": "year", "小时": "hour",
}  # fmt: skip
_SPAN = rf"(?:[\d零〇一二三四五六七八九十百两]+|半)个?(?:{'|'.join(UNITS)})(?![岁龄代级份历])"
_ATOM = re.compile(
    rf"(?P<{TITLE}>{_TITLE})|(?P<{RELATIVE}>{_RELATIVE})|(?P<{PLACE}>{_PLACE})|(?P<{DATE}>{_DATE})|(?P<{SPAN}>{_SPAN})"
    r"|(?P<BOUND>(?<=[日天周月年时])(?:[以之]?[内前后]))"  # 三十日内在报上: 内 and no 内在
    r"|(?P<HAN>[\u3400-\u9fff]+?(?=第[\d零〇一二三四五六七八九十百（(]|前[两三二]?[款项条]|本[条款]|[\d零〇一二三四五六七八九十百两半]+个?(?:工作日|自然日|[日天周月年]|星期|季度|小时)|《|[^\u3400-\u9fff]|$))"
    r"|(?P<LATIN>[A-Za-z0-9]+)|(?P<OTHER>.)",
    re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Unit:
    """One 款 (without its list) or one 项, where it stands, and the 款 that leads the list in (None for a 款)."""

    at: Address
    text: str
    lead: str | None = None


def list_units(clause: Clause) -> Iterator[Unit]:
    """The 款 and 项 of a clause in order."""
    whole = Address(clause.article, clause.sub)
    if not clause.paragraphs:
        yield Unit(whole, clause.text)
    for paragraph in clause.paragraphs:
        yield Unit(Address(clause.article, clause.sub, paragraph.number), paragraph.text)
        for number, item in list_items(paragraph):
            yield Unit(Address(clause.article, clause.sub, paragraph.number, number), item, paragraph.text)


class LawTokenizer:
    """A spaCy tokenizer: atoms of law whole, everything else cut by ``policy_kb.text``. Loses no character."""

    def __init__(self, vocab: Vocab) -> None:
        self._vocab = vocab

    def __call__(self, text: str) -> Doc:
        words: list[str] = []
        tags: list[str] = []
        for found in _ATOM.finditer(text):
            kind = found.lastgroup or ""
            if kind in {TITLE, PLACE, RELATIVE, DATE, SPAN}:
                words.append(found[0])
                tags.append(kind)
                continue
            pieces = cut(found[0]) if kind == "HAN" else [found[0]]
            words += pieces
            tags += map(tag_of, pieces)
        return Doc(self._vocab, words=words, spaces=[False] * len(words), tags=tags)


@lru_cache(maxsize=1)
def _pipeline() -> Language:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # spaCy's Chinese warns that no segmenter is set; we bring our own
        import spacy

        nlp = spacy.blank("zh")
    nlp.tokenizer = LawTokenizer(nlp.vocab)
    ruler = nlp.add_pipe("span_ruler", config={"spans_key": "law", "overwrite": True})
    ruler.add_patterns(PATTERNS)  # type: ignore[attr-defined]
    return nlp


def read(text: str) -> Doc:
    """``text`` as tokens; its formulas are had from ``marks``."""
    doc = _pipeline()(text)
    found: dict[str, list[Span]] = {}
    for span in sorted(doc.spans["law"], key=lambda span: (span.start, -span.end)):
        found.setdefault(span.label_, []).append(span)
    doc.user_data["marks"] = found
    return doc


def marks(doc: Doc, *labels: str) -> list[Span]:
    """The formulas of these labels, in order; of two that overlap the one that begins first, then the longer."""
    marked = doc.user_data["marks"]
    found = [span for label in labels for span in marked.get(label, ())]
    if len(labels) > 1:
        found.sort(key=lambda span: (span.start, -span.end))
    kept: list[Span] = []
    for span in found:
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
