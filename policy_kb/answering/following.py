"""Follow-up questions, put back into whole ones from what the conversation is about.

"那要多久？" takes the item of the turn before; "第三类呢？" keeps what was asked and changes the class; "上面说的第二条"
points into the answer before; most are simply joined to the question before. A message may hang on the topic or stand
alone: every reading is answered, and a small model (``readings``) tells which was meant. The whole question is what is
searched and what the person is shown.
"""

import re
from dataclasses import dataclass, replace

from policy_kb.answering.focusing import is_asking
from policy_kb.answering.labelling import score_labels
from policy_kb.answering.pointing import find_pointed, names_earlier, shipped
from policy_kb.answering.question import Manner
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.catalogue import ServiceItem
from policy_kb.model import Topic
from policy_kb.text import normalise

_OPENING = re.compile(
    r"^(?:那么?(?!个月)|那个(?!月)|这个(?!月)|这|它|如果是?|要是|换成|然后|还有|另外|再问一?下?|and\b|what about|how about|what if|then\b|so\b|also\b)"
)
_ENDS_IN_NE = re.compile(r"呢[?？。!！]*$|的话[?？。!！]*$|^(?:and )?(?:what|how) about|^and (?:for|if|with)\b")
_CLASS = re.compile(r"第[一二三]类")
_POINTING = re.compile(
    r"(?:(?:这|那|该|此)(?:个|种|类|张|本|项|份)?(?:(备案|许可|注册)证?书?|证|业务|事|(?<!那)(?:材料|产品|情况))|它)的?|\b(?:it|this|that|they|them|those|these)\b"
)
# Words at the front of a follow-up that only tie it to what was said before.
_TIES = re.compile(
    r"^(?:那么?|这个|那个|它的?|如果是?|要是|换成|然后|还有|另外|再问一?下?|(?:上面|刚才|前面|之前|您?你?)(?:说|讲|提到?)的(?:那个)?|and|what about|how about|what if|then|so|also|for|the|of|[,，、\s])+"
)
_LETTERS = re.compile(r"[^\W\d_]")
_DEFINES = re.compile(r"^(?:请问)?(?:什么是|什么叫|啥叫|啥是)|^what(?: is|'s) an? \w|^what does .+ mean")
_CLAUSE = re.compile(
    r"(?:法|条例|办法|规定|规范)》?的?第[一二三四五六七八九十百零0-9]+条"
)  # it says itself where to look
_END = re.compile(r"(?:的话|的)?(?:呢|那)?[?？。!！]*$")
_RISKS = ("medication_advice", "emergency")
_ASIDE = ("out_of_scope", "medication_advice", "emergency", "media", "promise", "injection")
FIELDS = ("drug", "device", "cosmetic")
_HARDLY = 12  # characters of a message that hardly says more than another class
_LONG, _LONG_EN = 60, 160  # characters from which a message is taken to bring its own subject
_ROOM, _ROOM_EN = 80, 200  # characters kept of the question before


@dataclass(frozen=True, slots=True)
class Followed:
    """One reading. ``used``: the topic went into ``text``; ``reading`` says how: "joined" to the question before, put to
    its "item", the question before with a word "swapped" or of another "class", the same of another item ("named"), as it
    was "spoken" of, what was "pointed" at, or "again" for another day. ``focus`` is the message's own part of a joined
    text. ``kinds`` are those of the earlier question where it asked for none, ``about`` and ``variant`` the item it is about,
    ``english`` what its English wording begins with, ``wording`` a joined text as it was typed, ``leaves`` that it is not about the procedure spoken of before,
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


@dataclass(frozen=True, slots=True)
class Heard:
    """A question before it is followed up: in Chinese, lower case as typed, the kinds it asks for, whether it names
    nothing (``bare``), the item it names outright (``named``) and the product it speaks of (``domain``); ``bare_before``
    that the question before named nothing either."""

    text: str
    shown: str
    kinds: tuple[str, ...]
    bare: bool
    named: str = ""
    domain: str = ""
    english: bool = False
    bare_before: bool = False


# A procedure named as another case (变更呢) keeps what was asked, when that can be asked of a procedure.
_PROCEDURES = frozenset({"change", "renewal_window"})
_OF_PROCEDURES = frozenset({"time_limit", "materials", "authority", "fee", "penalty", "conditions"})
# What is asked of the certificate itself, or of another procedure: after its renewal, "丢了怎么办" is not about renewing.
_OF_CERTIFICATE = frozenset({"change", "validity", "penalty"})


def follow(heard: Heard, topic: Topic | None) -> list[Followed]:
    """The readings, the message by itself first; only that when there is no topic or it needs none."""
    alone = Followed(heard.text)
    if topic is None or not (topic.item or topic.last_question) or not _LETTERS.search(heard.shown):
        return [alone]
    if (_DEFINES.search(heard.shown) and not heard.bare) or _CLAUSE.search(heard.shown):
        return [alone]
    pointed = find_pointed(heard.shown, topic)
    if pointed is not None:
        return [Followed(pointed, True, _told(pointed, heard), reading="pointed")] if pointed else [alone]
    if heard.named:
        return _of_named(heard, topic) or [alone]
    earlier = names_earlier(heard.text, topic)
    if earlier:
        return _readings(heard, replace(topic, item=earlier, variant="", last_question="")) or [alone]
    if len(heard.shown) > (_LONG_EN if heard.english else _LONG) or _brings_its_own(heard) or _is_risky(heard):
        return [alone]
    if _is_foreign(heard, topic):
        topic = replace(topic, item="", variant="")
    if heard.bare and heard.bare_before and not topic.item:
        return [alone]  # neither says what it is about
    ways = _readings(heard, topic)
    if ways and _only_swaps(heard, ways[0]):
        return ways[:1]
    of_item = _stands_for_item(heard, topic)
    if not (of_item or any(each.reading == "class" for each in ways)):
        ways = [*_joined(heard, topic), *ways]
    return ways if ways and (heard.bare or of_item) else [alone, *ways]


def _is_risky(heard: Heard) -> bool:
    """Danger and advice on medicines are taken as they are said, whatever the topic."""
    scores = score_labels(heard.shown)
    return sum(scores.get(label, 0.0) for label in _RISKS) > scores.get("question", 0.0)


def _only_swaps(heard: Heard, way: Followed) -> bool:
    """Whether the question before is asked again with one word of it changed, and nothing else can be meant."""
    case = _is_tied(heard) or _ENDS_IN_NE.search(heard.shown) or len(heard.shown) <= _HARDLY
    return way.reading == "swapped" or bool(way.reading == "class" and case)


def _brings_its_own(heard: Heard) -> bool:
    """Whether it is a whole question about a product it names, tied to nothing."""
    loose = _is_tied(heard) or _ENDS_IN_NE.search(heard.shown) or _POINTING.search(heard.shown)
    return bool(heard.domain and heard.kinds) and _asks_itself(heard) and not loose


def _stands_for_item(heard: Heard, topic: Topic) -> bool:
    """Whether the item put in its place says all (它丢了怎么办, 换了法人呢), or what is asked holds for every application alike."""
    procedure = _ENDS_IN_NE.search(heard.shown) and _PROCEDURES & set(heard.kinds)
    of_variant = topic.variant and heard.kinds and len(heard.shown) <= _HARDLY
    points = procedure or _POINTING.search(heard.shown) or of_variant or (heard.bare and _answered_of_item(topic))
    return bool(topic.item and points) or bool(_COMPLETENESS.search(heard.text))


def _answered_of_item(topic: Topic) -> bool:
    """Whether the answer before rested on a law that the item's own facts rest on."""
    item = shipped().items.get(topic.item)
    return item is not None and any(cite.title == topic.document for fact in item.facts for cite in fact.cites)


def describe_manner(heard: Heard, topic: Topic | None) -> Manner:
    """How the message is worded, for whoever chooses among its readings."""
    before = topic or Topic()
    return Manner(
        length=len(heard.shown) / (3 if heard.english else 1),
        bare=heard.bare,
        domain=bool(heard.domain),
        foreign=_is_foreign(heard, before),
        named=bool(heard.named),
        whole=_asks_itself(heard),
        tied=_is_tied(heard),
        case=bool(_ENDS_IN_NE.search(heard.shown)),
        pointing=bool(_POINTING.search(heard.shown)),
        kinds=bool(heard.kinds),
        same_kind=bool(heard.kinds) and heard.kinds[0] == before.fact,
        aside=_is_aside(heard),
    )


def _joined(heard: Heard, topic: Topic) -> list[Followed]:
    """After the question before: what it was about counts, what this one says counts more."""
    if not topic.last_question:
        return []
    item = shipped().items.get(topic.item)
    before = _shorten(topic.last_question)
    read = _reading(f"{before} {heard.text}", heard, heard.kinds or _kinds_of(topic), item)
    said = f"{_shorten(topic.last_said or topic.last_question)} {heard.shown}"
    return [
        replace(
            read,
            reading="joined",
            focus=heard.text,
            wording=said,
            understood=_told(said, heard),
        )
    ]


def _kinds_of(topic: Topic) -> tuple[str, ...]:
    return (topic.fact,) if topic.fact else ()


def _shorten(text: str) -> str:
    """The beginning and the end of what was asked before: a long conversation does not grow into one long question."""
    room = _ROOM_EN if text.isascii() else _ROOM
    return text if len(text) <= room else f"{text[: room // 2].rstrip()} {text[-room // 2 :].lstrip()}"


def _is_tied(heard: Heard) -> bool:
    return bool(_OPENING.search(heard.text) or _OPENING.search(heard.shown))


_DAY_ONLY = re.compile(
    r"^(?:那么?|如果|要是|换成|按照?|在|于|到|and|what about|how about|but|what was it|how was it|as of|in|on|back|if it was|[,，\s])*"
    r"(?:的?(?:时候|时|那会儿?|那阵子?|规定|情况|法规?|rules?|law))?(?:的?(?:话|规定))?(?:又?是?(?:多少|怎样|怎么样|什么样|几天|多久))?(?:呢|吗)?[,，\s?？。!！]*$"
)
_NOW_ONLY = re.compile(
    r"^(?:那么?|and|but|what about|how about|how much is it|what is it|how is it|[,，\s])*(?:现在|目前|如今|今天|眼下|现行|当前|now|today|currently|at present|these days)"
    r"(?:的?(?:规定|情况|话))?(?:又?是?(?:多少|怎样|怎么样|怎么规定|什么样|几天|多久))?(?:呢|了)?[,，\s?？。!！]*$"
)


def of_another_day(heard: Heard, undated: str, topic: Topic | None) -> Followed | None:
    """The question before, as it stood, for another day ("2025年9月的时候呢") or for today again ("现在是多少").

    ``undated`` is the message without the days it names. None when it says more than a day.
    """
    if topic is None or not topic.last_question:
        return None
    now = bool(_NOW_ONLY.match(heard.shown))
    if not now and (undated == heard.shown or not _DAY_ONLY.match(undated)):
        return None
    shown = topic.last_question
    return Followed(
        shown,
        True,
        _told(shown, heard),
        kinds=_kinds_of(topic),
        reading="again",
        wording=topic.last_said,
        again="now" if now else "then",
    )


def _is_foreign(heard: Heard, topic: Topic) -> bool:
    """Whether it speaks of another field of products than the item of the topic (器械出了事呢, after cosmetics)."""
    item = shipped().items.get(topic.item)
    return bool(heard.domain and item and item.domain in FIELDS and heard.domain != item.domain)


def _asks_itself(heard: Heard) -> bool:
    """Whether it is a whole question of its own kind (…吗？), not a case to ask the earlier one about (…呢？)."""
    return is_asking(_END.sub("", heard.shown)) and not _ENDS_IN_NE.search(heard.shown)


def _is_aside(heard: Heard) -> bool:
    """Small talk and what is none of our business never hangs on the topic."""
    scores = score_labels(heard.shown)
    return sum(scores.get(label, 0.0) for label in _ASIDE) > scores.get("question", 0.0)


def _readings(heard: Heard, topic: Topic) -> list[Followed]:
    """With the item, of another class, and the question before with another case."""
    leaves, procedures = _leaves_procedure(heard), heard.kinds
    if _ENDS_IN_NE.search(heard.shown) and set(heard.kinds) <= _PROCEDURES and topic.fact in _OF_PROCEDURES:
        heard = replace(heard, kinds=())
    case = _case_of(heard)
    kinds = heard.kinds or (*procedures, *_kinds_of(topic))
    item, found = shipped().items.get(topic.item), list[Followed]()
    swapped = _swapped(heard.text, topic.last_question)
    if swapped and not _asks_itself(heard) and not (item and _CLASS.search(heard.text)):
        found.append(replace(_reading(swapped, heard, kinds, item), reading="swapped"))
    if _names_another_class(heard, topic, item):
        found.append(replace(_of_class(heard, topic, kinds, case), reading="class"))
    asked = case if heard.kinds or _asks_itself(heard) else f"{case} {_asked(topic.fact)}".strip()
    if item:
        variant = "" if leaves or _speaks_of_variant(item, case) else _variant_name(item, topic.variant)
        found.append(_reading(f"{_short(item)}{variant} {asked}", heard, kinds, item))
    spoken = _spoken_of(topic.last_question)
    if spoken and not (item and (topic.variant or (leaves and _speaks_of_variant(item, spoken)))):
        found.append(replace(_reading(f"{spoken} {asked}", heard, kinds, item), reading="spoken"))
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


# Whether papers are complete is asked of every application alike, not of the window of the one spoken of.
_COMPLETENESS = re.compile(
    r"(?:材料|资料|文件).{0,3}(?:不齐|不全|不完整|缺|少了|有缺|不合格|不符合)|补正|补齐|一次性?告知"
)


def _leaves_procedure(heard: Heard) -> bool:
    """Whether it asks of the certificate or of another procedure than the one spoken of, anywhere in its words."""
    if _OF_CERTIFICATE & set(heard.kinds) or _COMPLETENESS.search(heard.text):
        return True
    kinds = load_vocabulary().kinds
    return any(kinds[name].zh.search(heard.text) for name in ("change", "penalty"))


def _reading(text: str, heard: Heard, kinds: tuple[str, ...], item: ServiceItem | None) -> Followed:
    whole = " ".join(text.split())
    return Followed(
        whole,
        True,
        _told(whole, heard, item),
        kinds,
        reading="item",
        about=item.id if item else "",
        variant=_named_variant(heard, item) if item else "",
        english=f"{item.name.en} ".lower() if item else "",
    )


def _named_variant(heard: Heard, item: ServiceItem) -> str:
    """The variant of the item that is named, or that a pointing word names (那个许可, 这个备案)."""
    nouns = [found[1] for found in _POINTING.finditer(heard.text) if found[1]]
    named = (v.id for v in item.variants if v.name.zh in heard.text or any(noun in v.name.zh for noun in nouns))
    return next(named, "")


def _of_named(heard: Heard, topic: Topic) -> list[Followed]:
    """Another item is named and nothing is asked of it ("药品经营许可证呢"): the same is asked of this one."""
    item = shipped().items.get(heard.named)
    tied = _is_tied(heard) or _ENDS_IN_NE.search(heard.shown)
    if item is None or heard.kinds or _asks_itself(heard) or not tied or not topic.fact:
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
    if sister:
        asked = rest if heard.kinds else f"{rest} {_asked(topic.fact)}"
        return _reading(f"{_short(sister)} {asked}", heard, kinds, sister)
    if _CLASS.search(topic.last_question):
        return _reading(_CLASS.sub(changed.group(), topic.last_question), heard, kinds, item)
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


_ALIKE = (
    0.6  # share of common characters: 医疗器械经营备案 and 医疗器械经营许可 have 0.67, 经营 and 产品注册 less than half
)


def _case_of(heard: Heard) -> str:
    """The follow-up without the words that tie it to what went before."""
    case = _TIES.sub("", _POINTING.sub(lambda found: f" {found[1] or ''}", heard.text).strip())
    return _END.sub("", " ".join(case.split())) if not heard.english else " ".join(case.split())


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


def _short(item: ServiceItem) -> str:
    """The item's name without what stands in brackets."""
    return re.sub(r"[(（].*?[)）]", "", normalise(item.name.zh)).strip()


def _variant_name(item: ServiceItem, variant_id: str) -> str:
    variant = item.find_variant(variant_id) if variant_id else None
    return variant.name.zh if variant else ""


def _speaks_of_variant(item: ServiceItem, text: str) -> bool:
    return any(name in text for variant in item.variants for name in re.split(r"[(（)）、/·]", variant.name.zh) if name)


def _told(whole: str, heard: Heard, item: ServiceItem | None = None) -> str:
    """The reading as the person is shown it; an English one names the item and keeps their words."""
    return f"{item.name.en}: {heard.shown}" if heard.english and item else whole
