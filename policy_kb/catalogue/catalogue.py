"""The catalogue as a whole: every service item, FAQ and clause card, and the ways to find an item."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from policy_kb.catalogue.clause_cards import Card
from policy_kb.catalogue.entries import Faq, ServiceItem
from policy_kb.catalogue.mentions import Mention, Name, find_mentions
from policy_kb.errors import UnknownDocument


class UnknownItem(UnknownDocument):
    """No such service item; the text lists those there are."""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All items by id (in catalogue order), all FAQs and clause cards. ``fingerprint`` changes with any content."""

    items: Mapping[str, ServiceItem]
    faqs: tuple[Faq, ...]
    fingerprint: str = ""
    cards: tuple[Card, ...] = ()
    _names: tuple[Name, ...] = field(default=(), repr=False)

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
        """Names and aliases in the text, longest first; see ``mentions.find_mentions``."""
        return find_mentions(text, self._names, self.items)

    def find_items(self, text: str) -> list[ServiceItem]:
        """Items named in the text, longest name first, each once."""
        return list({mention.item.id: mention.item for mention in self.find_mentions(text)}.values())


__all__ = ["Catalogue", "UnknownItem"]
