"""The words of a clause that answer: its best sentences, with the opening of a list that they belong to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from policy_kb.answering.clauses import cover
from policy_kb.answering.question import Question
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.catalogue.quantities import list_quantities
from policy_kb.model import Clause, Paragraph

_SENTENCE = re.compile(r"[^。；;]+[。；;]?")
LEAD = 190  # characters of a quote in the answer's first block
LIST = 340  # a list asked for as a whole may take this much
# Beside coverage (0 to 1): the words of the kind asked for, a number with the unit asked for.
_LOOKS, _COUNTED = 0.15, 0.3
_ASIDE = 0.1  # less for what only tells somebody of a decision, when nobody asked about that
_TELLING = re.compile(r"告知|通知|送达|公示|公告|\b(notif|inform|tell|publish)")
_TIME = ("hour", "day", "working_day", "month", "year")
_ASKED = {
    re.compile(r"(几|多少)个?(工作)?[天日]|\bhow many (\w+ )?days"): ("day", "working_day", "hour"),
    re.compile(r"(几|多少)个?(小时|钟)|\bhow many hours"): ("hour",),
    re.compile(r"(几|多少)个?月|\bhow many months"): ("month",),
    re.compile(r"(几|多少)年|\bhow many years"): ("year",),
    re.compile(r"多久|多长|时限|期限|何时|什么时候|\bhow (long|soon|early|late)|\bwhen\b|deadline|time limit"): _TIME,
    re.compile(r"(几|多少)倍|罚(款)?(多少|几)|赔(多少|几)|\bhow (much|large)|\bfine"): ("yuan", "times"),
}
_WHOLE_LIST = {"materials", "conditions", "definition"}
_TERM_DEFINED = re.compile(r"^(?:[（(][^）)]{1,4}[）)])?([^，,：:。；]{2,24}?)[，,]?(?:是指|系指|指的是)")
_PIECE = re.compile(r"[^。；;：…]+")
_DEFINED = 0.6  # more for the item that says what the very term asked for means


@dataclass(frozen=True, slots=True)
class Passage:
    """``text`` as quoted (an omission is marked …), the 款 it stands in (0 when several) and the 项 (0 when none)."""

    text: str
    paragraph: int = 0
    item: int = 0


def find_passage(clause: Clause, question: Question) -> Passage:
    """The part of the clause to quote."""
    paragraphs = clause.paragraphs or (Paragraph(1, clause.text),)
    if len(clause.text) <= LEAD:
        return Passage(_joined(clause.text), paragraphs[0].number if len(paragraphs) == 1 else 0)
    best = max(paragraphs, key=lambda paragraph: _worth(question, _printed(paragraph)))
    if best.items:
        return _from_list(best, question)
    return Passage(_from_sentences(best.text, question), best.number)


def _printed(paragraph: Paragraph) -> str:
    return "".join((paragraph.text, *paragraph.items))


def _worth(question: Question, text: str) -> float:
    """Coverage by the question's words, with a little for the look of an answer and against length."""
    looks = sum(_LOOKS for kind in question.kinds[:3] if load_vocabulary().kinds[kind].clause.search(text))
    units = units_asked(question.focus.lower())
    counted = _COUNTED if units and any(unit in units for _, unit in list_quantities(text)) else 0.0
    aside = _ASIDE if _TELLING.search(text) and not _TELLING.search(question.text) else 0.0
    defined = _DEFINED if find_defined(text, question) else 0.0
    return cover(question.terms, text.lower()) + looks + counted + defined - aside - len(text) / 8000


def find_defined(text: str, question: Question) -> str:
    """The term that a passage says the meaning of, when just that is asked; "" otherwise."""
    if "definition" not in question.kinds:
        return ""
    matches = map(_TERM_DEFINED.match, _PIECE.findall(_joined(text)))
    return next((match[1] for match in matches if match and match[1] in question.text), "")


def units_asked(text: str) -> frozenset[str]:
    """The units of ``quantities`` an answer to the question would have: 几年 wants years, 多少天 days."""
    return frozenset(unit for pattern, units in _ASKED.items() if pattern.search(text) for unit in units)


def _from_list(paragraph: Paragraph, question: Question) -> Passage:
    whole = _printed(paragraph)
    if len(whole) <= LEAD or (len(whole) <= LIST and set(question.kinds) & _WHOLE_LIST):
        return Passage(_joined(whole), paragraph.number)
    scored = [(_worth(question, item), number) for number, item in enumerate(paragraph.items, 1)]
    value, number = max(scored)
    if set(question.kinds) & _WHOLE_LIST and value < 0.5:
        return Passage(_cut(_joined(whole), LIST), paragraph.number)
    opening = paragraph.text if len(paragraph.text) < LEAD else _from_sentences(paragraph.text, question)
    between = "…" if number > 1 else ""
    return Passage(_cut(_joined(opening + between + paragraph.items[number - 1]), LIST), paragraph.number, number)


def _from_sentences(text: str, question: Question) -> str:
    """The best sentence and its neighbours as far as they fit."""
    sentences = _SENTENCE.findall(text)
    if not sentences:
        return _cut(_joined(text), LIST)
    best = max(range(len(sentences)), key=lambda index: _worth(question, sentences[index]))
    first = last = best
    while True:
        options = [index for index in (first - 1, last + 1) if 0 <= index < len(sentences)]
        options = [index for index in options if _length(sentences, min(first, index), max(last, index)) <= LEAD]
        if not options:
            break
        chosen = max(options, key=lambda index: _worth(question, sentences[index]))
        first, last = min(first, chosen), max(last, chosen)
    quote = "".join(sentences[first : last + 1])
    return _cut(_joined(("…" if first else "") + quote), LIST)


def find_sentence(quote: str, question: Question) -> str:
    """The sentence of a quote that answers best, "" when the quote is but one."""
    sentences = [sentence for sentence in _SENTENCE.findall(quote) if sentence.strip("…")]
    if len(sentences) < 2:
        return ""
    return max(sentences, key=lambda sentence: _worth(question, sentence)).strip("…")


def _length(sentences: Sequence[str], first: int, last: int) -> int:
    return sum(len(sentence) for sentence in sentences[first : last + 1])


def _joined(text: str) -> str:
    return re.sub(r"\s*\n\s*", "", text).strip()


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1].rstrip("，、；") + "…"
