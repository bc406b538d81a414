"""What a form definition is once read. Everything is immutable; a published version of a form never changes."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from portal.vocabulary import SOURCE_LABELS, UNACCEPTED_SOURCE

# What a field holds, and how its value is stored: text as str, number as a decimal str, date as ISO str, choice as a
# code, choices as a list of codes, yes_no and declaration as bool, file as a dict, repeat as a list of dicts.
TYPES = ("text", "long_text", "number", "date", "choice", "choices", "yes_no", "declaration", "file", "repeat")
# The prefill sources a form may name, as people call them; the list is kept with the kinds of records.
SOURCE_NAMES = {name: dict(label) for name, label in SOURCE_LABELS.items() if name != UNACCEPTED_SOURCE}
SUBJECTS = ("party", "licence", "product", "site", "person", "case")


@dataclass(frozen=True, slots=True)
class Cite:
    """Where an official text says it; 0 means the article as a whole."""

    title: str
    article: int
    paragraph: int = 0


@dataclass(frozen=True, slots=True)
class Option:
    """A code and what people read."""

    code: str
    label: dict[str, str]


@dataclass(frozen=True, slots=True)
class Expression:
    """One operator of a computed value with its arguments, e.g. ``sum`` of ``("formula.percent",)``."""

    operator: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Check:
    """One operator with its arguments, e.g. ``sum_is`` of ``("formula.percent", 100)``."""

    operator: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One question. ``sources`` may fill it, ``offered`` concepts are only shown, ``compute`` works it out; ``low`` and
    ``high`` bound characters (text), the number, the rows (repeat), the codes chosen (choices) or megabytes (file,
    ``high`` only). ``table`` names the reference table of ``options``; ``format`` of a file lists its kinds."""

    id: str
    type: str
    label: dict[str, str]
    hint: dict[str, str] | None = None
    required: bool = True
    options: tuple[Option, ...] = ()
    table: str = ""
    format: str = ""
    low: int | None = None
    high: int | None = None
    concept: str = ""
    about: str = ""
    sources: tuple[str, ...] = ()
    offered: tuple[str, ...] = ()
    compute: Expression | None = None
    lock: bool = False
    ttl_days: int | None = None
    conflict: str = "newest"
    reuse: bool = True
    chat: dict[str, str] | None = None
    asked_in_chat: bool = True
    cites: tuple[Cite, ...] = ()
    when: Check | None = None
    fields: tuple["Field", ...] = ()

    def find_option(self, code: str) -> Option | None:
        return next((o for o in self.options if o.code == code), None)

    def get_field(self, field_id: str) -> "Field":
        """A field of this repeat group; KeyError when there is none."""
        found = next((f for f in self.fields if f.id == field_id), None)
        if found is None:
            raise KeyError(field_id)
        return found


@dataclass(frozen=True, slots=True)
class Page:
    """Fields asked together, or ``one_by_one``. ``when`` of a page holds for each of its fields."""

    id: str
    label: dict[str, str]
    fields: tuple[Field, ...]
    hint: dict[str, str] | None = None
    when: Check | None = None
    one_by_one: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """A check between fields, told under ``fields`` when it fails. ``cites`` is the clause that demands it."""

    id: str
    check: Check
    label: dict[str, str]
    fields: tuple[str, ...]
    cites: tuple[Cite, ...] = ()
    when: Check | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """One version of one form. ``about`` is what a draft is about; ``outcome`` names the catalogue facts of its
    clocks: first acceptance, then decision; ``("filing", <fact>)`` when submitting completes it. A third word is the
    format of the number that is given at the end."""

    id: str
    version: int
    item: str
    variant: str
    label: dict[str, str]
    about: str
    pages: tuple[Page, ...]
    rules: tuple[Rule, ...] = ()
    outcome: tuple[str, ...] = ()
    hint: dict[str, str] | None = None
    digest: str = field(default="", compare=False)

    @property
    def is_filing(self) -> bool:
        """Whether submitting completes the matter."""
        return bool(self.outcome) and self.outcome[0] == "filing"

    @property
    def number_format(self) -> str:
        """The format of the number given at the end; "" when the matter keeps the number it has."""
        return self.outcome[2] if len(self.outcome) > 2 else ""

    def list_fields(self) -> Iterator[Field]:
        """Every field of every page, in the order they are asked."""
        for page in self.pages:
            yield from page.fields

    def get_field(self, field_id: str) -> Field:
        """KeyError when there is none."""
        found = next((f for f in self.list_fields() if f.id == field_id), None)
        if found is None:
            raise KeyError(field_id)
        return found

    def find_page(self, page_id: str) -> Page | None:
        return next((page for page in self.pages if page.id == page_id), None)

    def page_of(self, field_id: str) -> Page:
        """The page that asks a field; KeyError when no page does."""
        found = next((page for page in self.pages if any(f.id == field_id for f in page.fields)), None)
        if found is None:
            raise KeyError(field_id)
        return found
