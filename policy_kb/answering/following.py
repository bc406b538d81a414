"""Follow-up questions, put back into whole ones from what the conversation is about.

"那要多久？" takes the item of the turn before; "第三类呢？" keeps what was asked and changes the class. The whole
question is what is searched and what the person is shown.
"""

import re
from dataclasses import dataclass

from policy_kb.catalogue import load_catalogue
from policy_kb.model import Topic
from policy_kb.wording import gettext_for

_OPENING = re.compile(
    r"^(那么?|那个|这个|这|它|如果|要是|然后|还有|另外|再问|and\b|what about|how about|what if|then\b|so\b)"
)
_ELLIPSIS = re.compile(
    r"^(那么?|那个|这个|如果是|要是|换成|and\s+|what about|how about)?\s*(.{1,14}?)(的)?(呢|那|吗)?[?？。!！]*$"
)
_ENDS_IN_NE = re.compile(r"呢[?？。!！]*$|^(what|how) about")
_CLASS = re.compile(r"第[一二三]类")
_POINTING = re.compile(
    r"(这|那|该|此)(个|种|类|张|本|项)?(证|备案|许可|注册|业务|事|材料|产品|情况)|\b(it|this|that|they)\b"
)
SHORT = 14  # characters; a longer question is taken to bring its own subject


@dataclass(frozen=True, slots=True)
class Followed:
    """``used``: the topic went into ``text``. ``kinds`` are those of the earlier question where it asked for none."""

    text: str
    used: bool = False
    understood: str = ""
    kinds: tuple[str, ...] = ()


def follow(text: str, kinds: tuple[str, ...], bare: bool, topic: Topic | None, english: bool) -> Followed:
    """The whole question. A question with a subject of its own, or without a topic, stays as it is."""
    subject = _subject(topic)
    if topic is None or not (subject or topic.last_question):
        return Followed(text)
    if _ENDS_IN_NE.search(text) and not kinds and topic.last_question and len(text) <= SHORT + 6:
        return _changed(text, topic, subject)
    if bare or _POINTING.search(text) or (_OPENING.search(text) and len(text) <= SHORT + 8):
        whole = f"{subject or topic.last_question} {text}"
        return Followed(whole, True, _told(whole, english))
    return Followed(text)


def _changed(text: str, topic: Topic, subject: str) -> Followed:
    """The earlier question with another class or case."""
    case = _ELLIPSIS.match(text)
    changed = _CLASS.search(text)
    last = topic.last_question
    if changed and _CLASS.search(last):
        whole = _CLASS.sub(changed.group(), last)
    else:
        whole = f"{case[2] if case else text} {last}"
    return Followed(whole, True, _told(whole, False), (topic.fact,) if topic.fact else ())


def _subject(topic: Topic | None) -> str:
    """The item the conversation is about, with its variant, in Chinese; "" when there is none."""
    if topic is None or not topic.item:
        return ""
    item = load_catalogue().items.get(topic.item)
    if item is None:
        return ""
    variant = item.find_variant(topic.variant) if topic.variant else None
    return item.name.zh + (variant.name.zh if variant else "")


def _told(whole: str, english: bool) -> str:
    return gettext_for("en" if english else "zh")("I take it you are asking: %(question)s") % {"question": whole}
