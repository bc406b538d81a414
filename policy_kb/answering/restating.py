"""The whole questions that a message in a conversation may stand for.

Joined to the question before, put to the item spoken of, that question with one word or the class changed, the same of another
item, or of what was spoken of.
"""

import re
from dataclasses import dataclass, replace

from policy_kb.answering.heard import (
    POINTING,
    Heard,
    asks_itself,
    breaks_a_duty,
    is_case,
    is_tied,
    without_end,
)
from policy_kb.answering.pointing import shipped
from policy_kb.answering.translation import swap_phrases
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.catalogue import ServiceItem
from policy_kb.model import Topic
from policy_kb.text import normalise

_CLASS = re.compile(r"第[一二三]类")
# Words at the front of a follow-up that only tie it to what was said before.
_TIES = re.compile(
    r"^(?:那么?|这个|那个|它的?|如果是?|要是|换成|然后|还有|另外|再问一?下?|(?:上面|刚才|前面|之前|您?你?)(?:说|讲|提到?)的(?:那个)?|and|what about|how about|what if|then|so|also|for|the|of|[,，、\s])+"
)
_ANY = "which_service"  # what is asked of another class where the question before asked nothing that has a name
_ROOM, _ROOM_EN = 80, 200  # characters kept of the question before
_ASKS = re.compile(
    r"\b(?:how (?:long|many|much|fast|soon|often|early|quick(?:ly)?)|what(?:'s)?|when|where|which|who(?:m)?|how|do|does|did|is|are|can|may|must|should|could|would)\b|\?"
)
# A procedure named as another case (变更呢) keeps what was asked, when that can be asked of a procedure.
PROCEDURES = frozenset({"change", "renewal_window"})
_OF_PROCEDURES = frozenset({"time_limit", "materials", "authority", "fee", "penalty", "conditions"})
# What is asked of the certificate itself, or of another procedure: after its renewal, "丢了怎么办" is not about renewing.
_OF_CERTIFICATE = frozenset({"change", "validity", "penalty"})
# Whether papers are complete is asked of every application alike, not of the window of the one spoken of.
COMPLETENESS = re.compile(
    r"(?:材料|资料|文件).{0,3}(?:不齐|不全|不完整|缺|少了|有缺|不合格|不符合)|补正|补齐|一次性?告知"
)
_ALIKE = (
    0.6  # share of common characters: 医疗器械经营备案 and 医疗器械经营许可 have 0.67, 经营 and 产品注册 less than half
)


@dataclass(frozen=True, slots=True)
class Followed:
    """One reading. ``used``: the topic went into ``text``; ``reading`` says how: "joined" to the question before, put to
    its "item", the question before with a word "swapped" or of another "class", the same of another item ("named"), as it
    was "spoken" of, what the "breach" of the duty just told costs, within the "law" just cited, what was "pointed" at, or "again" for another day. ``focus`` is the message's own part of a joined
    text. ``kinds`` are those of the earlier question where it asked for none, ``about`` and ``variant`` the item it is about,
    ``english`` what its English wording begins with, ``wording`` its whole English (of a joined text: typed) wording, ``leaves`` that it is not about the procedure spoken of before,
    ``again`` that it is asked again for another day ("then") or for today ("now")."""

    text: str
    used: bool = False
    understood: str = ""
    kinds: tuple[str, ...] = ()
    about: str = ""
    variant: str = ""
    english: str = ""
    reading: str = "alone"
    focus: str = ""
    wording: str = ""
    leaves: bool = False
    again: str = ""

    @property
    def pointed(self) -> bool:
        """Whether it is a question shown before, as it stood."""
        return self.reading in ("pointed", "again")


def join(heard: Heard, topic: Topic) -> list[Followed]:
    """After the question before: what it was about counts, what this one says counts more."""
    if not topic.last_question:
        return []
    item = shipped().items.get(topic.item)
    before = _shorten(topic.last_question)
    read = _reading(f"{before} {heard.text}", heard, heard.kinds or kinds_of(topic), item)
    said = f"{_shorten(topic.last_said or topic.last_question)} {heard.shown}"
    return [
        replace(
            read,
            reading="joined",
            focus=heard.text,
            wording=said,
            understood=told(said, heard),
        )
    ]


def restate_within(heard: Heard, topic: Topic) -> list[Followed]:
    """Joined, too, for what the law just cited says further, and for what it costs not to do what was told."""
    joined = join(heard, topic) if topic.cited else []
    asks_penalty = "penalty" in heard.kinds or breaks_a_duty(heard)
    breach = [replace(each, reading="breach", focus="", kinds=("penalty",)) for each in joined if asks_penalty]
    return [*(replace(each, reading="law") for each in joined), *(breach if topic.fact != "penalty" else [])]


def kinds_of(topic: Topic) -> tuple[str, ...]:
    return (topic.fact,) if topic.fact else ()


def _shorten(text: str) -> str:
    """The beginning and the end of what was asked before: a long conversation does not grow into one long question."""
    room = _ROOM_EN if text.isascii() else _ROOM
    return text if len(text) <= room else f"{text[: room // 2].rstrip()} {text[-room // 2 :].lstrip()}"


def restate(heard: Heard, topic: Topic) -> list[Followed]:
    """With the item, of another class, and the question before with another case."""
    leaves, procedures = _leaves_procedure(heard), heard.kinds
    if is_case(heard) and set(heard.kinds) <= PROCEDURES and topic.fact in _OF_PROCEDURES:
        heard = replace(heard, kinds=())
    case = _case_of(heard)
    kinds = heard.kinds or (*procedures, *kinds_of(topic))
    item, found = shipped().items.get(topic.item), list[Followed]()
    swapped = _swapped(heard.text, topic.last_question)
    if swapped and not asks_itself(heard) and not (item and _CLASS.search(heard.text)):
        said = swap_phrases(topic.last_said, heard.shown, load_vocabulary().swaps) if heard.english else ""
        found.append(replace(_reading(swapped, heard, kinds, item), reading="swapped", wording=said))
    if _names_another_class(heard, topic, item):
        found.append(replace(_of_class(heard, topic, kinds, case), reading="class"))
    asked = case if heard.kinds or asks_itself(heard) else f"{case} {_asked(topic.fact)}".strip()
    if item:
        variant = "" if leaves or _speaks_of_variant(item, case) else _variant_name(item, topic.variant)
        found.append(_reading(f"{_short(item)}{variant} {asked}", heard, kinds, item))
    spoken = _spoken_of(topic.last_question)
    if spoken and not (item and (topic.variant or (leaves and _speaks_of_variant(item, spoken)))):
        said = f"{_without_asking(topic.last_said)} {heard.shown}" if heard.english else ""
        found.append(replace(_reading(f"{spoken} {asked}", heard, kinds, item), reading="spoken", wording=said))
    unique = {each.text: replace(each, leaves=leaves) for each in reversed(found)}
    return list(reversed(unique.values()))


def _names_another_class(heard: Heard, topic: Topic, item: ServiceItem | None) -> bool:
    """Whether a class is named that neither the question before nor the item is of."""
    named = _CLASS.search(heard.text)
    spoken = f"{topic.last_question} {item.name.zh if item else ''}"
    return named is not None and named.group() not in spoken


def _swapped(text: str, question: str) -> str:
    """The earlier question with the one word of a row (``swaps``) put in place of the other, "" when there is no such pair."""
    for row in load_vocabulary().swaps:
        new = next((word for word in row if word in text), "")
        old = next((word for word in row if word in question), "")
        if new and old and new != old and new not in question:
            return question.replace(old, new)
    return ""


def _leaves_procedure(heard: Heard) -> bool:
    """Whether it asks of the certificate or of another procedure than the one spoken of, anywhere in its words."""
    if _OF_CERTIFICATE & set(heard.kinds) or COMPLETENESS.search(heard.text):
        return True
    kinds = load_vocabulary().kinds
    return any(kinds[name].zh.search(heard.text) for name in ("change", "penalty"))


def _reading(text: str, heard: Heard, kinds: tuple[str, ...], item: ServiceItem | None) -> Followed:
    whole = " ".join(text.split())
    return Followed(
        whole,
        True,
        told(whole, heard, item),
        kinds,
        reading="item",
        about=item.id if item else "",
        variant=_named_variant(heard, item) if item else "",
        english=f"{item.name.en} ".lower() if item else "",
    )


def _named_variant(heard: Heard, item: ServiceItem) -> str:
    """The variant of the item that is named, or that a pointing word names (那个许可, 这个备案)."""
    nouns = [found[1] for found in POINTING.finditer(heard.text) if found[1]]
    named = (v.id for v in item.variants if v.name.zh in heard.text or any(noun in v.name.zh for noun in nouns))
    return next(named, "")


def restate_of_named(heard: Heard, topic: Topic) -> list[Followed]:
    """Another item is named and nothing is asked of it ("药品经营许可证呢"): the same is asked of this one."""
    item = shipped().items.get(heard.named)
    tied = is_tied(heard) or is_case(heard)
    if item is None or heard.kinds or asks_itself(heard) or not tied or not topic.fact:
        return []
    read = _reading(f"{_case_of(heard)} {_asked(topic.fact)}", heard, (topic.fact,), item)
    return [replace(read, reading="named")]


def _of_class(heard: Heard, topic: Topic, kinds: tuple[str, ...], case: str) -> Followed:
    """The same for another class: of the sister item, else the last question with the class changed."""
    changed = _CLASS.search(heard.text)
    assert changed
    item = shipped().items.get(topic.item)
    sister = _find_sister(item, changed.group()) if item else None
    rest = _CLASS.sub("", case).strip()
    classed = _CLASS.sub(changed.group(), topic.last_question) if _CLASS.search(topic.last_question) else ""
    if sister:
        asked = rest if heard.kinds else f"{rest} {_asked(topic.fact) or _asked(_ANY)}"
        return _reading(f"{_short(sister)} {asked}", heard, kinds, sister)
    if classed:
        return _reading(classed, heard, kinds, item)
    return _reading(f"{heard.text} {topic.last_question}", heard, kinds, item)


def _find_sister(item: ServiceItem, wished: str) -> ServiceItem | None:
    """The item of another class that is otherwise called nearly the same (第二类…经营备案, 第三类…经营许可)."""
    if not _CLASS.search(item.name.zh) or wished in item.name.zh:
        return None
    own = frozenset(_CLASS.sub("", item.name.zh))
    alike = [
        (
            len(own & frozenset(_CLASS.sub("", other.name.zh))) / len(own | frozenset(_CLASS.sub("", other.name.zh))),
            other,
        )
        for other in shipped().items.values()
        if wished in other.name.zh
    ]
    best = max(alike, key=lambda pair: pair[0], default=(0.0, item))
    return best[1] if best[0] >= _ALIKE else None


def _case_of(heard: Heard) -> str:
    """The follow-up without the words that tie it to what went before."""
    case = _TIES.sub("", POINTING.sub(lambda found: f" {found[1] or ''}", heard.text).strip())
    return without_end(" ".join(case.split())) if not heard.english else " ".join(case.split())


def _asked(kind: str) -> str:
    """How the kind of question that was asked before is asked again."""
    known = load_vocabulary().kinds.get(kind)
    return known.asked if known else ""


def _spoken_of(question: str) -> str:
    """What the last question spoke of, without its asking words."""
    rest = question
    for kind in load_vocabulary().kinds.values():
        rest = kind.zh.sub(" ", rest.replace(kind.asked, " ") if kind.asked else rest)
    rest = re.sub(r"[?？。!！,，吗呢]|什么|怎么|哪[里儿些个]|多[少久]", " ", rest)
    return " ".join(rest.split())[:60]


def _without_asking(said: str) -> str:
    """What was typed before, in English without the words that ask."""
    return " ".join(_shorten(_ASKS.sub(" ", said)).split()) if said.isascii() else ""


def _short(item: ServiceItem) -> str:
    """The item's name without what stands in brackets."""
    return re.sub(r"[(（].*?[)）]", "", normalise(item.name.zh)).strip()


def _variant_name(item: ServiceItem, variant_id: str) -> str:
    variant = item.find_variant(variant_id) if variant_id else None
    return variant.name.zh if variant else ""


def _speaks_of_variant(item: ServiceItem, text: str) -> bool:
    return any(name in text for variant in item.variants for name in re.split(r"[(（)）、/·]", variant.name.zh) if name)


def told(whole: str, heard: Heard, item: ServiceItem | None = None) -> str:
    """The reading as the person is shown it; an English one names the item and keeps their words."""
    return f"{item.name.en}: {heard.shown}" if heard.english and item else whole


__all__ = [
    "COMPLETENESS",
    "PROCEDURES",
    "Followed",
    "join",
    "kinds_of",
    "restate",
    "restate_of_named",
    "restate_within",
    "told",
]
