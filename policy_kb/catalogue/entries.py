"""The entries of the catalogue once read: service items with their facts, and frequently asked questions.

Everything is immutable and bilingual. ``verified`` is ``"text"`` when somebody read the number in the
official text named by ``cites``, ``"memory"`` when the authority still has to be asked; the second is shown as
such. ``source`` is ``"shipped"`` or ``"curated"`` (published by a curator over the shipped data).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

DOMAINS = ("drug", "device", "cosmetic", "consumer")
AUDIENCES = ("enterprise", "citizen", "both")
NATURES = ("licence", "registration", "filing", "report", "complaint", "tip")
LEVELS = ("national", "provincial", "city", "county", "several")
KINDS = (
    "authority",
    "who",
    "time_limit",
    "validity",
    "renewal_window",
    "fee",
    "change",
    "annual_report",
    "numbering",
    "penalty",
    "other",
)
VERIFIED = ("text", "memory")
# "count" is a number whose unit is a thing (items, persons, copies): only the number is looked for in the clause.
UNITS = ("working_day", "day", "month", "year", "hour", "yuan", "times", "percent", "count")


@dataclass(frozen=True, slots=True)
class Text:
    """One sentence or paragraph in both languages, neither empty."""

    zh: str
    en: str

    def in_language(self, language: str) -> str:
        """The text in ``"zh"`` or ``"en"`` (anything else reads as zh)."""
        return self.en if language == "en" else self.zh


@dataclass(frozen=True, slots=True)
class Phrases:
    """Short ways of saying one thing, a tuple a language; both may be empty."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        return self.zh + self.en


@dataclass(frozen=True, slots=True)
class Cite:
    """Where an official text says it. 0 means the article as a whole (``paragraph`` 款, ``item`` 项 count from 1).

    ``as_of`` is given only when the statement is about law that no longer applies: the version of that day is meant.
    """

    title: str
    article: int
    paragraph: int = 0
    item: int = 0
    as_of: date | None = None


@dataclass(frozen=True, slots=True)
class Value:
    """A number with its unit (one of ``UNITS``)."""

    number: float
    unit: str


@dataclass(frozen=True, slots=True)
class Window:
    """When one may apply, counted back from ``before``. ``opens`` None: no start; ``closes`` None: until then."""

    opens: Value | None = None
    closes: Value | None = None
    before: str = "valid_to"


@dataclass(frozen=True, slots=True)
class Authority:
    """Who decides. ``level`` is one of ``LEVELS``; ``several`` when it depends on the variant or product."""

    level: str
    text: Text
    cites: tuple[Cite, ...] = ()
    verified: str = "text"


@dataclass(frozen=True, slots=True)
class Variant:
    """One kind of application of an item. ``form`` is the id of its online form, "" until the portal offers one."""

    id: str
    name: Text
    form: str = ""


@dataclass(frozen=True, slots=True)
class ItemFact:
    """One question about an item and its answer; the first sentence of ``text`` answers it.

    ``variants`` empty: true of the whole item. ``values`` are the numbers that ``check_catalogue`` finds in the law.
    """

    id: str
    kind: str
    label: Text
    text: Text
    variants: tuple[str, ...] = ()
    values: tuple[Value, ...] = ()
    cites: tuple[Cite, ...] = ()
    verified: str = "text"
    asks: Phrases = Phrases()
    window: Window | None = None
    source: str = "shipped"


@dataclass(frozen=True, slots=True)
class Condition:
    """What must be true of whoever applies. ``variants`` empty: for every variant."""

    text: Text
    cites: tuple[Cite, ...] = ()
    verified: str = "text"
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """A paper to hand in. ``variants`` empty: needed for every variant."""

    id: str
    name: Text
    why: Text
    cites: tuple[Cite, ...] = ()
    verified: str = "text"
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the way, in order. ``variants`` empty: of every variant."""

    text: Text
    cites: tuple[Cite, ...] = ()
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mistake:
    """What applications are often sent back for, and how to avoid it. ``variants`` empty: in every variant."""

    text: Text
    cites: tuple[Cite, ...] = ()
    verified: str = "text"
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ServiceItem:
    """One errand with a regulator. ``related`` are ids of other items."""

    id: str
    name: Text
    aliases: Phrases
    domain: str
    audience: str
    nature: str
    summary: Text
    authority: Authority
    variants: tuple[Variant, ...] = ()
    facts: tuple[ItemFact, ...] = ()
    conditions: tuple[Condition, ...] = ()
    materials: tuple[Material, ...] = ()
    steps: tuple[Step, ...] = ()
    mistakes: tuple[Mistake, ...] = ()
    related: tuple[str, ...] = ()

    def find_fact(self, fact_id: str) -> ItemFact | None:
        return next((fact for fact in self.facts if fact.id == fact_id), None)

    def list_facts(self, kind: str = "", variant: str = "") -> list[ItemFact]:
        """Facts of a kind ("" = all) that hold for a variant ("" = all), those made for the variant first."""
        found = [
            fact
            for fact in self.facts
            if (not kind or fact.kind == kind) and (not variant or not fact.variants or variant in fact.variants)
        ]
        return sorted(found, key=lambda fact: bool(variant) and variant not in fact.variants)

    def with_forms(self, forms: Mapping[str, str]) -> "ServiceItem":
        """See ``Catalogue.with_forms``."""
        variants = tuple(replace(each, form=forms.get(f"{self.id}/{each.id}", "")) for each in self.variants)
        return replace(self, variants=variants)

    def find_variant(self, variant_id: str) -> Variant | None:
        return next((variant for variant in self.variants if variant.id == variant_id), None)


@dataclass(frozen=True, slots=True)
class Faq:
    """A question that is not a fact of one item. ``topic`` is the file it stands in, ``item`` an item id or "", ``general`` that
    it is answered alike whatever matter it is asked about."""

    id: str
    question: Text
    answer: Text
    asks: Phrases = Phrases()
    cites: tuple[Cite, ...] = ()
    item: str = ""
    verified: str = "text"
    values: tuple[Value, ...] = ()
    topic: str = ""
    source: str = "shipped"
    general: bool = False
