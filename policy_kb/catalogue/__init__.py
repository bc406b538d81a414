"""The service catalogue: what the product knows of errands by itself, before any law is loaded.

``items/*.yml``, ``faqs/*.yml`` and ``cards/*.jsonl`` are read strictly (``reading``), curators' published changes are laid over them
(``loading``), and ``check_catalogue`` holds every number against the clause it cites once the text is ingested.
README.md documents the format.

Additions to the first agreed format, all optional: ``variants`` on conditions, steps and mistakes; ``item`` (项) on
a cite beside ``paragraph`` (款), ``as_of`` on a cite of law that no longer applies; level ``several`` where product or variant decides; unit ``count`` for things.
"""

from policy_kb.catalogue.catalogue import Catalogue, UnknownItem
from policy_kb.catalogue.checking import CatalogueFinding, LawSource, check_catalogue, list_claims
from policy_kb.catalogue.clause_cards import Card
from policy_kb.catalogue.entries import (
    Authority,
    Cite,
    Condition,
    Faq,
    ItemFact,
    Material,
    Mistake,
    Phrases,
    ServiceItem,
    Step,
    Text,
    Value,
    Variant,
    Window,
)
from policy_kb.catalogue.loading import load_catalogue
from policy_kb.catalogue.mentions import Mention
from policy_kb.errors import CatalogueError

__all__ = [
    "Authority",
    "Card",
    "Catalogue",
    "CatalogueError",
    "CatalogueFinding",
    "Cite",
    "Condition",
    "Faq",
    "ItemFact",
    "LawSource",
    "Material",
    "Mention",
    "Mistake",
    "Phrases",
    "ServiceItem",
    "Step",
    "Text",
    "UnknownItem",
    "Value",
    "Variant",
    "Window",
    "check_catalogue",
    "list_claims",
    "load_catalogue",
]
