"""A question in parts ("多少天决定、多少天发证、管几年？"), each part made a whole question again."""

import re
from dataclasses import dataclass, replace

from policy_kb.answering.asked import find_kinds
from policy_kb.answering.focusing import is_asking
from policy_kb.answering.question import Question
from policy_kb.answering.terms import make_terms
from policy_kb.answering.understanding import read_question
from policy_kb.answering.vocabulary import load_vocabulary

_CUT = re.compile(r"[，,、；;？?。！!]+|\band\b|(?<=[天年久限])和|以及")
_NUMBER_ASKED = re.compile(r"(几|多少|多).{0,4}$")  # the beginning of asking words that are no kind yet
_SHORT = 2
_ASKS = (
    r"(?:(?:to|by|from|in|for|at|with|within|on)\s+)?(?:what|when|which|who|whom|whose|where|how|can|may|must|does|do|is|are|"
    r"should|will|has|have)\b"
)
_CUT_ENGLISH = re.compile(rf"[?;:.!]+(?:\s+|$)|,?\s+(?:and|or)\s+(?:then\s+)?(?={_ASKS})|,\s*(?={_ASKS})")
_BEGINS = re.compile(_ASKS)
_FEWEST_WORDS = 3
MOST = 3


@dataclass(frozen=True, slots=True)
class Part:
    """One part as a question of its own, and its asking words as they were typed."""

    question: Question
    asked: str


def split_parts(question: Question) -> list[Part]:
    """The parts that ask something, at most three, with the subject of the whole put before each; [] when there are fewer than two."""
    return _split_english(question) if question.english else _split_chinese(question)


def _split_chinese(question: Question) -> list[Part]:
    pieces = [piece.strip() for piece in _CUT.split(question.focus) if len(piece.strip()) >= _SHORT]
    asking = [(piece, find_kinds(piece)) for place, piece in enumerate(pieces) if _asks(piece, pieces[place + 1 :])]
    asking = [(piece, kinds) for piece, kinds in asking if kinds]
    if len(asking) < 2:
        return []
    asked = {piece for piece, _ in asking}
    subject = " ".join(piece for piece in pieces if piece not in asked) or _subject(asking[0][0])
    parts = []
    for piece, kinds in asking[:MOST]:
        text = piece if subject in piece else f"{subject} {piece}"
        part = replace(question, text=text, focus=piece, kinds=kinds, terms=make_terms(text))
        parts.append(Part(part, _of_message(piece, question.shown) if question.follow_up else piece))
    return parts


def _asks(piece: str, later: list[str]) -> bool:
    """Whether a piece asks; one that only names what the next asks about (变更生产范围呢？几天出结果) does not."""
    named = piece.removesuffix("呢")
    return is_asking(named) or (named != piece and not any(map(is_asking, later)))


def _of_message(piece: str, shown: str) -> str:
    """What of a part stands in the message itself: before it may stand what was asked before."""
    said = piece.split()
    while said and " ".join(said) not in shown:
        said = said[1:]
    return " ".join(said)


def _subject(piece: str) -> str:
    """What stands before the asking words of the first part."""
    for end in range(len(piece), _SHORT, -1):
        if not find_kinds(piece[:end]):
            return _NUMBER_ASKED.sub("", piece[:end])
    return ""


def _split_english(question: Question) -> list[Part]:
    """English is cut before its asking words, and each part read anew: its translation stands in the order of the words."""
    pieces = [piece.strip(" ,") for piece in _CUT_ENGLISH.split(question.english)]
    pieces = [piece for piece in pieces if piece]
    said = question.shown.lower()  # of a follow-up the parts of the message, not what was asked before it
    asked = [p for p in pieces if p in said and _BEGINS.match(p) and len(p.split()) >= _FEWEST_WORDS]
    if len(asked) < 2:
        return []
    story = ". ".join(piece for piece in pieces if piece not in asked)
    subject = _english_subject(asked[0])
    parts = []
    for place, piece in enumerate(asked[:MOST]):
        text = " ".join(each for each in (story, subject if place else "", piece) if each)
        read = read_question(text, language=question.language, as_of=question.as_of, today=question.today, topic=None)
        read = replace(read, days=question.days, documents=question.documents)
        parts.append(Part(read, _as_typed(piece, question.shown)))
    return parts


def _as_typed(piece: str, shown: str) -> str:
    """The piece with its capitals, as far as it stands in what was typed."""
    begins = shown.lower().find(piece)
    return shown[begins : begins + len(piece)] if begins >= 0 else piece


def _english_subject(piece: str) -> str:
    """The first part without the words it begins to ask with and without what it asks."""
    asked = find_kinds(piece, english=True)[:1]
    plain = load_vocabulary().kinds[asked[0]].en.sub(" ", piece) if asked else piece
    tokens, empty = plain.split(), load_vocabulary().stop
    while tokens and tokens[0] in empty:
        tokens.pop(0)
    return " ".join(tokens)


__all__ = ["MOST", "Part", "split_parts"]
