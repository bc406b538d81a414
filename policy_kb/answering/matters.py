"""Messages about a matter of the products spoken of (标签有什么要求, 广告要审批吗), whatever procedure was spoken of before."""

from policy_kb.answering.heard import Heard, asks_itself, is_case, is_pointing
from policy_kb.answering.pointing import shipped
from policy_kb.answering.restating import Followed, told
from policy_kb.answering.terms import find_aspects
from policy_kb.model import Topic

_FIELDS = {"drug": ("药品", "drug"), "device": ("医疗器械", "medical device"), "cosmetic": ("化妆品", "cosmetics")}
# Aspects (vocabulary.yml) that no item's papers, conditions or limits answer.
_OWN_MATTERS = frozenset({"label", "advertising"})
_LONGEST = 60  # characters of a message that may be one


def restate_of_field(heard: Heard, topic: Topic) -> list[Followed]:
    """The message asked of the products spoken of; [] when it names products, points, or is about no such matter."""
    item = shipped().items.get(topic.item)
    field = item.domain if item else topic.product
    tied = is_pointing(heard) or is_case(heard) or heard.domain or heard.named
    if tied or field not in _FIELDS or len(heard.shown) > _LONGEST or not (heard.kinds or asks_itself(heard)):
        return []
    if not set(find_aspects(heard.text)) & _OWN_MATTERS:
        return []
    zh, en = _FIELDS[field]
    text, english = f"{zh}{heard.text}", f"{en} {heard.shown}"
    shown = english if heard.english else text
    return [
        Followed(
            text, True, told(shown, heard), heard.kinds, reading="spoken", wording=english if heard.english else ""
        )
    ]


__all__ = ["restate_of_field"]
