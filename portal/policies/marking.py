"""The sentence an answer quoted, marked where it stands on the page of its text.

A link carries the clause and the first and last words of the sentence (``a49:从事第二类医疗器械经营…备案``), never more: what is
not found there word for word is simply not marked.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from policy_kb import Citation

_ENDS = 12  # characters of each end that a link carries
_LONGEST = 60  # characters of a mark that is looked at
_FORM = re.compile(r"^(a\d+(?:-\d+)?):(.{2,24}?)(?:…(.{2,24}))?$", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Piece:
    """Words of the law; ``url`` leads to the place they refer to, "" when they refer to nothing that is loaded;
    ``marked`` when they are of the sentence that was quoted."""

    text: str
    url: str = ""
    marked: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A sentence of the clause at ``anchor``: from ``first`` to the end of the next ``last`` ("" when ``first`` is all)."""

    anchor: str
    first: str
    last: str = ""

    def find(self, text: str) -> tuple[int, int] | None:
        """Where it stands in ``text``."""
        start = text.find(self.first)
        end = start + len(self.first)
        if start < 0 or not self.last:
            return (start, end) if start >= 0 else None
        after = text.find(self.last, end)
        return (start, after + len(self.last)) if after >= 0 else None


def read_mark(value: str) -> Mark | None:
    """The mark of a link, None when it is none."""
    found = _FORM.match(value) if len(value) <= _LONGEST else None
    return Mark(found[1], found[2], found[3] or "") if found else None


def write_mark(citation: Citation) -> str:
    """The mark of a citation's sentence (of its whole quote when it is but one), "" when there is nothing to mark."""
    parts = [part.strip() for part in (citation.sentence or citation.quote).split("…")]
    words = max(parts, key=len, default="")
    if not citation.clause_id or len(words) < 2:
        return ""
    place = f"a{citation.clause_id.rsplit(':', 1)[-1]}"
    return f"{place}:{words}" if len(words) <= 2 * _ENDS else f"{place}:{words[:_ENDS]}…{words[-_ENDS:]}"


def mark_pieces(pieces: Sequence[Piece], mark: Mark) -> tuple[Piece, ...]:
    """The pieces with those of the sentence marked, cut where it begins and ends; as they are when it is not in them."""
    span = mark.find("".join(piece.text for piece in pieces))
    if span is None:
        return tuple(pieces)
    cut, at = list[Piece](), 0
    for piece in pieces:
        low, high = max(span[0] - at, 0), min(span[1] - at, len(piece.text))
        if low >= high:
            cut.append(piece)
        else:
            cut += [
                replace(piece, text=piece.text[:low]),
                replace(piece, text=piece.text[low:high], marked=True),
                replace(piece, text=piece.text[high:]),
            ]
        at += len(piece.text)
    return tuple(piece for piece in cut if piece.text)
