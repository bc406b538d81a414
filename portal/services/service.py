"""What the pages show of the service catalogue: items found by words, and cites resolved to clauses in force."""

from dataclasses import dataclass

from flask_babel import gettext as _

from policy_kb import Address, PolicyBaseError, clock
from policy_kb import catalogue as kb
from portal.errors import Missing
from portal.knowledge import policy_base

DOMAINS = ("drug", "device", "cosmetic", "consumer")
# Which kinds of fact stand together on the page of an item with many, in this order.
FACT_GROUPS = {
    "basics": ("authority", "who", "time_limit", "fee"),
    "term": ("validity", "renewal_window", "annual_report", "numbering"),
    "change": ("change",),
    "other": ("other",),
    "penalty": ("penalty",),
}
MANY_FACTS = 12  # more do not fit on two screens of a phone: they are grouped


@dataclass(frozen=True, slots=True)
class ShownCite:
    """A cite as a page shows it; ``clause_id`` and ``version_id`` are None when the text is not loaded."""

    title: str
    article: int
    paragraph: int
    clause_id: str | None = None
    version_id: str | None = None
    anchor: str = ""
    quote: str = ""
    label: str = ""  # the clause's own, as its text prints it


def get_item(item_id: str) -> kb.ServiceItem:
    """The item, or Missing that leads to the list of services."""
    try:
        return policy_base().catalogue.get_item(item_id.upper())
    except kb.UnknownItem as error:
        told = _("There is no service item “%(name)s”. Choose one from the list of services.", name=item_id[:40])
        raise Missing(told) from error


def list_items_by_domain() -> list[tuple[str, list[kb.ServiceItem]]]:
    """Every domain with its items, in catalogue order; empty domains are left out."""
    catalogue = policy_base().catalogue
    groups = [(domain, catalogue.list_items(domain)) for domain in DOMAINS]
    return [(domain, items) for domain, items in groups if items]


def find_items(text: str, limit: int = 12) -> list[kb.ServiceItem]:
    """Items whose name or alias stands in the text, else those sharing most characters pairs with it, best first."""
    catalogue = policy_base().catalogue
    named = catalogue.find_items(text)
    scored = sorted(((_likeness(text, item), item) for item in catalogue.list_items()), key=lambda pair: -pair[0])
    close = [item for score, item in scored if score >= 0.34 and item not in named]
    return [*named, *close][:limit]


def group_facts(facts: list[kb.ItemFact]) -> list[tuple[str, list[kb.ItemFact]]]:
    """Facts by group, catalogue order within a kind; [] when they are few enough to stand in one list."""
    if len(facts) <= MANY_FACTS:
        return []
    groups = [
        (group, [fact for kind in kinds for fact in facts if fact.kind == kind]) for group, kinds in FACT_GROUPS.items()
    ]
    return [(group, found) for group, found in groups if found]


def _pairs(text: str) -> set[str]:
    folded = "".join(text.lower().split())
    return {folded[n : n + 2] for n in range(len(folded) - 1)} or {folded}


def _likeness(text: str, item: kb.ServiceItem) -> float:
    """The share of the text's character pairs that the best of an item's names holds, 0 to 1."""
    asked = _pairs(text)
    names = (item.name.zh, item.name.en, *item.aliases.all, item.summary.zh)
    return max(len(asked & _pairs(name)) / len(asked) for name in names)


def show_cites(cites: tuple[kb.Cite, ...]) -> list[ShownCite]:
    """Each cite with the clause in force today where its text is loaded; items of one paragraph are one place on a page."""
    places = {(cite.title, cite.article, cite.paragraph): cite for cite in reversed(cites)}
    return [_show(cite) for cite in reversed(places.values())]


def _show(cite: kb.Cite) -> ShownCite:
    try:
        clause = policy_base().find_clause(cite.title, cite.article, as_of=clock.today())
    except PolicyBaseError:
        clause = None
    if clause is None:
        return ShownCite(cite.title, cite.article, cite.paragraph)
    quote = next((p.text for p in clause.paragraphs if p.number == cite.paragraph), clause.text)
    anchor = Address(clause.article, clause.sub, cite.paragraph).anchor
    return ShownCite(
        cite.title, cite.article, cite.paragraph, clause.id, clause.version_id, anchor, quote, clause.label
    )


def find_title(item_id: str, language: str) -> str:
    """The item's name in the language, "" when there is no such item."""
    item = policy_base().catalogue.items.get(item_id.upper())
    return item.name.in_language(language) if item else ""
