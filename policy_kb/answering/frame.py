"""What every answer to a question carries alike, whatever it says."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from policy_kb.answering.items import ItemMatch
from policy_kb.answering.question import Question
from policy_kb.catalogue import ServiceItem
from policy_kb.model import Answer, Topic

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase


SURE_ITEM = 0.7  # from here an item found by its facets is pointed at


@dataclass(frozen=True, slots=True)
class Frame:
    """What every answer carries alike."""

    base: "PolicyBase"
    question: Question
    items: Sequence[ItemMatch]
    topic: Topic | None
    preview: str

    def make(self, status: str, **parts: object) -> Answer:
        question = self.question
        return Answer(
            status=status,
            language=question.language,
            as_of=question.as_of,
            kb_version=self.base.version,
            question=question.shown,
            understood=question.understood,
            **parts,  # type: ignore[arg-type]
        )

    @property
    def item(self) -> ServiceItem | None:
        return self.items[0].item if self.items and self.items[0].score >= SURE_ITEM else None

    def next_topic(self, item: ServiceItem | None, variant: str = "", fact: str = "") -> Topic:
        """What the conversation is about after this turn; an answer without an item keeps the earlier one of a follow-up."""
        question, before = self.question, self.topic or Topic()
        kept = before.item if question.follow_up else ""
        item_id = item.id if item else kept
        earlier = (before.item, *before.earlier) if before.item not in ("", item_id) else before.earlier
        return Topic(
            item=item_id,
            variant=variant,
            product=question.domain,
            device_class=question.device_class,
            fact=fact or (question.kinds[0] if question.kinds else ""),
            last_question=question.text,
            last_said=question.wording,
            region=before.region,
            as_of=question.as_of.isoformat() if question.past else "",
            earlier=tuple(each for each in dict.fromkeys(earlier) if each != item_id)[:_REMEMBERED],
        )


_REMEMBERED = 4  # earlier items kept, for who comes back to one of them


__all__ = ["SURE_ITEM", "Frame"]
