"""A question in parts ("多少天决定、多少天发证、管几年？"), each part made a whole question again."""

import re
from dataclasses import replace

from policy_kb.answering.focusing import is_asking
from policy_kb.answering.question import Question
from policy_kb.answering.understanding import find_kinds, make_terms

_CUT = re.compile(r"[，,、；;？?。！!]+|\band\b|(?<=[天年久限])和|以及")
_NUMBER_ASKED = re.compile(r"(几|多少|多).{0,4}$")  # the beginning of asking words that are no kind yet
_SHORT = 2
MOST = 3


def split_parts(question: Question) -> list[Question]:
    """The parts that ask something, at most three, with the subject of the whole put before each; [] when there are fewer than two."""
    pieces = [piece.strip() for piece in _CUT.split(question.focus) if len(piece.strip()) >= _SHORT]
    asking = [(piece, find_kinds(piece)) for piece in pieces if is_asking(piece)]
    asking = [(piece, kinds) for piece, kinds in asking if kinds]
    if len(asking) < 2:
        return []
    asked = {piece for piece, _ in asking}
    subject = " ".join(piece for piece in pieces if piece not in asked) or _subject(asking[0][0])
    parts = []
    for piece, kinds in asking[:MOST]:
        text = piece if subject in piece else f"{subject} {piece}"
        parts.append(replace(question, text=text, focus=piece, kinds=kinds, terms=make_terms(text)))
    return parts


def _subject(piece: str) -> str:
    """What stands before the asking words of the first part."""
    for end in range(len(piece), _SHORT, -1):
        if not find_kinds(piece[:end]):
            return _NUMBER_ASKED.sub("", piece[:end])
    return ""
