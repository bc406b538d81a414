"""What a text calls things: 本办法所称…，是指…, a list of 用语的含义, and …（以下简称…）."""

import re

from spacy.tokens import Doc

from policy_kb.extract.reading import Unit, marks
from policy_kb.model import Term

_LONGEST = 40  # characters; what is longer before 是指 is a sentence and no term
_NUMBER = re.compile(r"^(?:[（(]\s*[一二三四五六七八九十百\d]+\s*[)）]|\d+\s*[.．、]|[①-⑳])\s*")
_GLOSSARY = re.compile(r"用语|术语|含义|定义|名词解释")
_BARE = re.compile(r"^([^，。；：:\n]{2,20})[：:]\s*(.{4,})$", re.S)


def list_terms(unit: Unit, doc: Doc) -> list[Term]:
    """The terms one 款 or 项 defines."""
    found = [*_meanings(unit, doc), *_short_forms(unit, doc)]
    if not found and unit.lead and _GLOSSARY.search(unit.lead):
        entry = _BARE.match(_NUMBER.sub("", unit.text))
        found = [Term(unit.at, entry[1].strip(), entry[2].strip())] if entry else []
    return found


def _meanings(unit: Unit, doc: Doc) -> list[Term]:
    found = []
    called = marks(doc, "CALLED")
    for means in marks(doc, "MEANS"):
        start = _sentence_start(unit.text, doc[means.start].idx)
        named = next((mark for mark in reversed(called) if start <= doc[mark.start].idx < doc[means.start].idx), None)
        begin = doc[named.end].idx if named and named.end < len(doc) else start
        term = _bare(unit.text[begin : doc[means.start].idx])
        definition = _sentence(unit.text, means.end_char)
        if term and 1 < len(term) <= _LONGEST and "，" not in term.strip("，") and len(definition) > 3:
            found.append(Term(unit.at, term, definition))
    return found


def _bare(words: str) -> str:
    words = _NUMBER.sub("", words.strip()).strip("，,：: 　“”\"'")
    return re.sub(
        r"^(?:本(?:法|条例|办法|规定|规范|细则|规则|解释|条|章|节)(?:中|所称)?的?|前款(?:所述|所称|规定)?的?|其中|所谓|上述|的)[，,]?",
        "",
        words,
    ).strip("“”")


def _sentence_start(text: str, place: int) -> int:
    return max(text.rfind(stop, 0, place) for stop in "。；\n") + 1


def _sentence(text: str, start: int) -> str:
    end = re.compile(r"[。\n]").search(text, start)
    return text[start : end.start() if end else len(text)].strip("，,：: 　；")


def _short_forms(unit: Unit, doc: Doc) -> list[Term]:
    """…（以下简称注册人）: the short form, and the words before the bracket back to the last stop."""
    found = []
    for mark in marks(doc, "SHORT"):
        opened = unit.text.rfind("（", 0, doc[mark.start].idx)
        closed = unit.text.find("）", mark.end_char)
        if opened < 0 or closed < 0:
            continue
        begin = max(unit.text.rfind(stop, 0, opened) for stop in "，。；：\n") + 1
        term = unit.text[mark.end_char : closed].strip('为“”"，： ')
        said = re.sub(
            r"^(?:[（(][一二三四五六七八九十百\d]+[)）]|是指|为|根据|依照|按照|依据|由|[“\"])+",
            "",
            unit.text[begin:opened].strip(),
        )
        if term and said and len(term) <= _LONGEST:
            found.append(Term(unit.at, term, said))
    return found
