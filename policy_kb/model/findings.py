"""What the sentences of a text state; ``policy_kb.extract`` finds it."""

from dataclasses import dataclass
from datetime import date

from policy_kb.model.clauses import Address


@dataclass(frozen=True, slots=True)
class Term:
    """A term as a text defines it for itself. ``at`` is the 款 or 项 that does."""

    at: Address
    term: str
    definition: str


@dataclass(frozen=True, slots=True)
class Reference:
    """Words of a text that point at a place of this text (``title`` "") or of another one.

    ``quote`` stands at ``start`` (characters) of the text at ``at``; ``targets`` are the places named, empty when a text
    is named as a whole. ``last`` marks a range: every article from the first target to the second. ``document_id`` is
    that of the text pointed at, whether or not it is loaded.
    """

    at: Address
    start: int
    quote: str
    document_id: str
    title: str = ""
    targets: tuple[Address, ...] = ()
    last: bool = False


@dataclass(frozen=True, slots=True)
class Deadline:
    """A span of time in a duty. ``unit``: working_day, day, month, year, hour; ``event`` is what it counts from (or to).

    ``bound``: ``within`` (at the latest so long after), ``before`` (so long before), ``after`` (not earlier than so long
    after), ``every`` (each so long) or ``for`` (at least so long).
    """

    amount: int
    unit: str
    bound: str
    event: str = ""
    quote: str = ""


@dataclass(frozen=True, slots=True)
class Obligation:
    """One duty: who (``subject``, "" when the text leaves it open) ``must`` or ``must_not`` do what (``duty``), by when.

    ``quote`` is the sentence at ``at`` that says so.
    """

    at: Address
    subject: str
    modal: str  # must | must_not
    duty: str
    quote: str
    deadlines: tuple[Deadline, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """What a text does to itself or others. ``kind``: ``in_force``, ``repeals`` or ``amends``.

    ``day`` is as stated (None: on publication, or on the day the stating text takes effect); ``titles`` are the texts
    meant, empty for ``in_force``; ``at`` the place that says so, None for the history below the title.
    """

    kind: str
    quote: str
    at: Address | None = None
    day: date | None = None
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Findings:
    """What the sentences of one version state, in the order of the text; made by ``policy_kb.extract``."""

    terms: tuple[Term, ...] = ()
    references: tuple[Reference, ...] = ()
    obligations: tuple[Obligation, ...] = ()
    effects: tuple[Effect, ...] = ()


__all__ = ["Deadline", "Effect", "Findings", "Obligation", "Reference", "Term"]
