"""What the policy base is made of, from the outside in.

A *document* (one law, rule or notice) has *versions*; a version has *clauses*
(articles 条); a clause has *paragraphs* (款) which may list *items* (项). A
clause is the unit of citation, a *passage* the unit of search, an *address* names
any of them down to a point (目). What a version states in its sentences (terms,
references, duties, effects) are its *findings*. Everything here is immutable; a
change of law is a new version.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Generic, TypeVar

Stated = TypeVar("Stated")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One 款 of an article. ``number`` counts from 1; ``items`` are its 项 in order, text with their own numbering."""

    number: int
    text: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clause:
    """One article of one version. ``article`` is 16 for 第十六条, ``sub`` is 1 for 第十六条之一.

    A text without articles is cut into numbered sections; then ``label`` is what the text prints
    (e.g. ``一、``) and ``article`` counts from 1. ``headings`` are the 编/章/节 above, outermost first.
    """

    id: str
    version_id: str
    article: int
    label: str
    text: str
    sub: int = 0
    headings: tuple[str, ...] = ()
    paragraphs: tuple[Paragraph, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Address:
    """Where in a text: 第十六条之一第二款第（三）项第2目 is (16, 1, 2, 3, 2); 0 stands for the whole of what is above.

    ``item`` and ``point`` are the printed numbers. Outside the articles ``article`` is 0 and ``sub`` counts the
    attachments; in a text without articles ``article`` counts its sections (``Clause.label`` is what is printed).
    """

    article: int
    sub: int = 0
    paragraph: int = 0
    item: int = 0
    point: int = 0

    @property
    def anchor(self) -> str:
        """The same place as an HTML id, e.g. ``a16-1p2i3n2``."""
        parts = (("p", self.paragraph), ("i", self.item), ("n", self.point))
        return (
            f"a{self.article}"
            + (f"-{self.sub}" if self.sub else "")
            + "".join(f"{mark}{number}" for mark, number in parts if number)
        )


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


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a document with its dates (all may be unknown), its clauses and what they state.

    ``in_force_from`` is inclusive, ``in_force_to`` the first day on which it no longer applies.
    ``label`` tells versions of one document apart, e.g. ``2024-12-06`` (the last amendment).
    """

    id: str
    document_id: str
    title: str
    label: str
    kind: str  # law | regulation | rule | normative | judicial | other
    issuer: str = ""
    document_number: str = ""
    adopted: date | None = None
    published: date | None = None
    amended: date | None = None
    in_force_from: date | None = None
    in_force_to: date | None = None
    status_note: str = ""  # what the source or the curator says of its status, shown as such
    incomplete: str = ""  # why the text is known to be cut, "" when whole
    history: str = ""
    source_url: str = ""
    content_hash: str = ""
    release: str = "published"  # "published", "withdrawn" or "draft:<change id>"
    clauses: tuple[Clause, ...] = ()
    findings: Findings = field(default_factory=Findings)

    def status_on(self, day: date) -> str:
        """``in_force``, ``future``, ``superseded`` or ``unknown`` on a day."""
        if self.in_force_to and day >= self.in_force_to:
            return "superseded"
        if self.in_force_from and day < self.in_force_from:
            return "future"
        return "in_force" if self.in_force_from else "unknown"


@dataclass(frozen=True, slots=True)
class Stating(Generic[Stated]):
    """One finding with the version (without its clauses) and the clause that state it."""

    version: Version
    clause_id: str
    what: Stated


@dataclass(frozen=True, slots=True)
class Part:
    """A place of a version, found: the address made whole (第二条第（三）项 names its 款), and its text."""

    version: Version  # without its clauses
    clause: Clause
    at: Address
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One clause found, with the raw score of its store (comparable within one answer of one store only)."""

    clause: Clause
    version: Version  # without its clauses
    score: float
    paragraph: int = 0  # 款 that matched best, 0 if the whole


@dataclass(frozen=True, slots=True)
class Citation:
    """A clause as shown to a person: resolved on the server, never composed as text.

    ``status`` is as on the answer's day, or ``not_loaded`` when only the catalogue names it and
    the text has not been ingested (then ``quote`` is empty and ``clause_id`` is None).
    """

    title: str
    article: int
    label: str
    clause_id: str | None = None
    version_id: str | None = None
    version: str = ""
    paragraph: int = 0
    item: int = 0
    quote: str = ""
    sentence: str = ""  # the part of the quote that answers, to be marked; "" when it is the whole
    document_number: str = ""
    issuer: str = ""
    in_force_from: date | None = None
    in_force_to: date | None = None
    status: str = "in_force"


@dataclass(frozen=True, slots=True)
class Block:
    """One piece of the answer. ``citations`` are indices into ``Answer.citations``.

    ``kind``: ``lead`` (answers the question), ``detail``, ``more`` (behind "show more"), ``quote``, ``notice``.
    ``heading`` is the part of the question it answers, "" when that is the whole.
    """

    kind: str
    text: str
    citations: tuple[int, ...] = ()
    heading: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """One catalogue fact in the language of the answer. ``confirmed`` is False for what needs asking the authority."""

    id: str
    kind: str
    label: str
    value: str
    citations: tuple[int, ...] = ()
    confirmed: bool = True


@dataclass(frozen=True, slots=True)
class ServiceRef:
    """The service item an answer points at; ``variant`` is empty when the item as a whole is meant."""

    id: str
    name: str
    variant: str = ""
    variant_name: str = ""
    form: str = ""  # id of the online form, "" when there is none


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a clarifying question: what is shown, and the full question it stands for."""

    label: str
    question: str


@dataclass(frozen=True, slots=True)
class NextStep:
    """``kind``: start_application, open_item, complain, report, talk, search, call_120, other_authority. The ``target`` of the
    first two is an item, or item:variant."""

    kind: str
    label: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Topic:
    """What a conversation is about, kept between turns; all optional. ``item`` is a service item id.

    ``as_of`` is the ISO date of the law spoken of, ``offered`` the whole questions of the options last offered, ``cited``
    those of the clauses last cited, ``earlier`` the items spoken of before, the newest first.
    """

    item: str = ""
    variant: str = ""
    document: str = ""
    product: str = ""  # drug | device | cosmetic
    device_class: str = ""
    fact: str = ""
    last_question: str = ""
    last_said: str = ""  # the same as it was typed, in lower case
    region: str = ""
    as_of: str = ""
    offered: tuple[str, ...] = ()
    cited: tuple[str, ...] = ()
    earlier: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The structured reply. ``status``: answered, clarify, refused, routed, emergency, handoff, greeting."""

    status: str
    language: str
    as_of: date
    kb_version: str
    question: str
    understood: str = ""  # the rewritten question, "" when it was taken as written
    blocks: tuple[Block, ...] = ()
    facts: tuple[Fact, ...] = ()
    citations: tuple[Citation, ...] = ()
    service: ServiceRef | None = None
    options: tuple[Option, ...] = ()
    next_steps: tuple[NextStep, ...] = ()
    confidence: float = 0.0
    reason_code: str = ""
    label: str = ""  # routing label: medication_advice, other_authority, injection, ...
    topic: Topic = field(default_factory=Topic)
    notices: tuple[str, ...] = ()  # e.g. "answered from the snapshot"

    @property
    def text(self) -> str:
        """The shown blocks as plain text, in order, without what stands behind "show more"."""
        shown = (block for block in self.blocks if block.kind != "more")
        return "\n".join(f"{block.heading}：{block.text}" if block.heading else block.text for block in shown)

    @property
    def seen(self) -> str:
        """All that is seen at once: the text, and the exact words of the first source, which stands open beside it."""
        first = self.citations[0] if self.citations else None
        if first is None or not first.quote or first.quote in self.text:
            return self.text
        place = (
            f"《{first.title}》 Article {first.article}: "
            if self.language == "en"
            else f"《{first.title}》{first.label}："
        )
        return f"{self.text}\n{place}“{first.quote}”"


@dataclass(frozen=True, slots=True)
class FileReport:
    """What became of one file at ingest. ``outcome``: added, unchanged, replaced, failed; ``versions`` are ids it gave."""

    path: str
    outcome: str
    title: str = ""
    clauses: int = 0
    warnings: Sequence[str] = ()
    error: str = ""
    versions: Sequence[str] = ()
