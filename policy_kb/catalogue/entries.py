"""What the catalogue is made of once read: service items, their facts, and frequently asked questions.

Everything is immutable and bilingual. ``verified`` is ``"text"`` when somebody read the number in the
official text named by ``cites``, ``"memory"`` when the authority still has to be asked; the second is shown as
such. ``source`` is ``"shipped"`` or ``"curated"`` (published by a curator over the shipped data).
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from policy_kb.errors import UnknownDocument

if TYPE_CHECKING:
    from policy_kb.catalogue.clause_cards import Card

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


class UnknownItem(UnknownDocument):
    """No such service item; the text lists those there are."""


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
    """One kind of application of an item. ``form`` is the id of its online form, which the portal says; else ""."""

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
    text: Text
    cites: tuple[Cite, ...] = ()
    variants: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mistake:
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
    """A question that is not a fact of one item. ``topic`` is the file it stands in, ``item`` an item id or ""."""

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


@dataclass(frozen=True, slots=True)
class Mention:
    """An item named in a text: ``phrase`` is the name or alias as the catalogue writes it."""

    item: ServiceItem
    phrase: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All items by id (in catalogue order), all FAQs and clause cards. ``fingerprint`` changes with any content."""

    items: Mapping[str, ServiceItem]
    faqs: tuple[Faq, ...]
    fingerprint: str = ""
    cards: tuple["Card", ...] = ()
    _names: tuple[tuple[str, str, str], ...] = field(default=(), repr=False)

    def get_item(self, item_id: str) -> ServiceItem:
        """The item, or UnknownItem with the ids there are."""
        try:
            return self.items[item_id]
        except KeyError:
            raise UnknownItem(f"there is no service item {item_id!r}; there are: {', '.join(self.items)}") from None

    def with_forms(self, forms: Mapping[str, str]) -> "Catalogue":
        """The same catalogue where a variant has the online form of ``forms``: ``A11/renew`` to the form's id."""
        items = {item.id: item.with_forms(forms) for item in self.items.values()}
        return replace(self, items=items)

    def list_items(self, domain: str | None = None) -> list[ServiceItem]:
        return [item for item in self.items.values() if domain in (None, item.domain)]

    def find_mentions(self, text: str) -> list[Mention]:
        """Names and aliases in the text, longest first; a name inside a longer one found there does not count.

        Positions are those in the NFKC form of ``text``. Several items may share an alias: each is returned.
        """
        shown = fold(text)
        found = sorted(
            (
                Mention(self.items[item_id], phrase, start, start + len(folded))
                for folded, phrase, item_id in self._names
                for start in _places(shown, folded)
            ),
            key=lambda mention: (
                mention.start - mention.end,
                -mention.end,
            ),  # of two as long, the later: Chinese heads are last
        )
        kept: list[Mention] = []
        for mention in found:
            if not any(_clashes(mention, other) for other in kept):
                kept.append(mention)
        return kept

    def find_items(self, text: str) -> list[ServiceItem]:
        """Items named in the text, longest name first, each once."""
        return list({mention.item.id: mention.item for mention in self.find_mentions(text)}.values())


def fold(text: str) -> str:
    """The text as names are compared: NFKC, lower case."""
    return unicodedata.normalize("NFKC", text).lower()


def names_of(items: Mapping[str, ServiceItem]) -> tuple[tuple[str, str, str], ...]:
    """(folded phrase, phrase, item id) of every name and alias, each once an item."""
    return tuple(
        dict.fromkeys(
            (fold(phrase), phrase, item.id)
            for item in items.values()
            for phrase in (item.name.zh, item.name.en, *item.aliases.all)
        )
    )


def _places(text: str, phrase: str) -> list[int]:
    """Where the phrase stands in the text; a Latin phrase only as whole words."""
    places, start = [], text.find(phrase)
    while start >= 0:
        if not _inside_word(text, start, start + len(phrase)):
            places.append(start)
        start = text.find(phrase, start + 1)
    return places


def _inside_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return (_latin(text[start]) and _latin(before)) or (_latin(text[end - 1]) and _latin(after))


def _latin(character: str) -> bool:
    return character.isascii() and character.isalnum()


def _clashes(mention: Mention, other: Mention) -> bool:
    same = (mention.start, mention.end) == (other.start, other.end)
    return not same and mention.start < other.end and other.start < mention.end
