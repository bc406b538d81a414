"""What holds today of a genuine document. Each kind is looked at by the room that issued it; none is known here."""

from collections.abc import Callable
from dataclasses import dataclass

from portal.proofs.models import Proof


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a list (a cited clause): what it is, what is to be said of it today, and where to read on.

    ``tone``: ok, warn or danger; ``link`` says what ``url`` opens.
    """

    label: str
    text: str
    tone: str = "ok"
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What the page tells a stranger: no personal data may stand in it. ``rows`` are (label, text)."""

    tone: str
    headline: str
    rows: tuple[tuple[str, str], ...] = ()
    lines: tuple[Line, ...] = ()
    notes: tuple[str, ...] = ()


Checker = Callable[[Proof], Finding]
_checkers: dict[str, Checker] = {}


def checks(kind: str) -> Callable[[Checker], Checker]:
    """Register who looks at one kind of document."""

    def register(checker: Checker) -> Checker:
        _checkers[kind] = checker
        return checker

    return register


def check(proof: Proof) -> Finding:
    """What holds of it today."""
    return _checkers[proof.kind](proof)
