"""What a person is given: the structured answer with its citations, and what a conversation keeps of it."""

from dataclasses import dataclass, field
from datetime import date


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
    """``kind``: start_application, open_item, complain, report, talk, search, call_120, other_authority.

    The ``target`` of the first four is a service item, to start one of its variants ``item:variant``; else "".
    """

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
        colon = ": " if self.language == "en" else "："
        return "\n".join(f"{block.heading}{colon}{block.text}" if block.heading else block.text for block in shown)

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


__all__ = ["Answer", "Block", "Citation", "Fact", "NextStep", "Option", "ServiceRef", "Topic"]
