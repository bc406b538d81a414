"""Follow-up questions, put back into whole ones from what the conversation is about.

"那要多久？" takes the item of the turn before; "第三类呢？" keeps what was asked and changes the class; "上面说的第二条"
points into the answer before; most are simply joined to the question before. A message may hang on the topic or stand
alone: every reading (``restating``) is answered, and a small model (``readings``) tells which was meant. The whole question is
what is searched and what the person is shown.
"""

import re
from dataclasses import replace

from policy_kb.answering.heard import Heard, asks_itself, is_case, is_foreign, is_pointing, is_risky, is_tied
from policy_kb.answering.matters import restate_of_field
from policy_kb.answering.pointing import find_pointed, names_earlier, shipped
from policy_kb.answering.restating import (
    COMPLETENESS,
    PROCEDURES,
    Followed,
    join,
    kinds_of,
    restate,
    restate_of_named,
    restate_within,
    told,
)
from policy_kb.model import Topic

_LETTERS = re.compile(r"[^\W\d_]")
_DEFINES = re.compile(r"^(?:请问)?(?:什么是|什么叫|啥叫|啥是)|^what(?: is|'s) an? \w|^what does .+ mean")
_CLAUSE = re.compile(
    r"(?:法|条例|办法|规定|规范)》?的?第[一二三四五六七八九十百零0-9]+条"
)  # it says itself where to look
_HARDLY = 12  # characters of a message that hardly says more than another class
_LONG, _LONG_EN = 60, 160  # characters from which a message is taken to bring its own subject
_DAY_ONLY = re.compile(
    r"^(?:那么?|如果|要是|换成|按照?|在|于|到|and|what about|how about|but|what was it|how was it|as of|in|on|back|if it was|[,，\s])*"
    r"(?:的?(?:时候|时|那会儿?|那阵子?|规定|情况|法规?|rules?|law))?(?:的?(?:话|规定))?(?:又?是?(?:多少|怎样|怎么样|什么样|几天|多久))?(?:呢|吗)?[,，\s?？。!！]*$"
)
_NOW_ONLY = re.compile(
    r"^(?:那么?|and|but|what about|how about|how much is it|what is it|how is it|[,，\s])*(?:现在|目前|如今|今天|眼下|现行|当前|now|today|currently|at present|these days)"
    r"(?:的?(?:规定|情况|话))?(?:又?是?(?:多少|怎样|怎么样|怎么规定|什么样|几天|多久))?(?:呢|了)?[,，\s?？。!！]*$"
)


def follow(heard: Heard, topic: Topic | None) -> list[Followed]:
    """The readings, the message by itself first; only that when there is no topic or it needs none."""
    alone = Followed(heard.text)
    if topic is None or not (topic.item or topic.last_question) or not _LETTERS.search(heard.shown):
        return [alone]
    if (_DEFINES.search(heard.shown) and not heard.bare) or _CLAUSE.search(heard.shown):
        return [alone]
    pointed = find_pointed(heard.shown, topic)
    if pointed is not None:
        return [Followed(pointed, True, told(pointed, heard), reading="pointed")] if pointed else [alone]
    if heard.named:
        return restate_of_named(heard, topic) or [alone]
    earlier = names_earlier(heard.text, topic)
    if earlier:
        return restate(heard, replace(topic, item=earlier, variant="", last_question="")) or [alone]
    if len(heard.shown) > (_LONG_EN if heard.english else _LONG) or _brings_its_own(heard) or is_risky(heard):
        return [alone]
    if is_foreign(heard, topic):
        topic = replace(topic, item="", variant="")
    if heard.bare and heard.bare_before and not topic.item:
        return [alone]  # neither says what it is about
    subject = restate_of_field(heard, topic)
    if subject:
        return [*subject, *join(heard, topic)]
    ways = restate(heard, topic)
    if ways and _only_swaps(heard, ways[0]):
        return ways[:1]
    of_item = _stands_for_item(heard, topic)
    if not (of_item or any(each.reading == "class" for each in ways)):
        ways = [*join(heard, topic), *ways]
    first = [] if ways and (of_item or (heard.bare and topic.item)) else [alone]
    within = [each for each in restate_within(heard, topic) if each.reading != "law" or not _says_all(heard, topic)]
    return [*first, *ways, *within]


def _only_swaps(heard: Heard, way: Followed) -> bool:
    """Whether the question before is asked again with one word of it changed, and nothing else can be meant."""
    case = is_tied(heard) or is_case(heard) or len(heard.shown) <= _HARDLY
    return way.reading == "swapped" or bool(way.reading == "class" and case)


def _brings_its_own(heard: Heard) -> bool:
    """Whether it is a whole question about a product it names, tied to nothing."""
    loose = is_tied(heard) or is_case(heard) or is_pointing(heard)
    return bool(heard.domain and heard.kinds) and asks_itself(heard) and not loose


def _stands_for_item(heard: Heard, topic: Topic) -> bool:
    """Whether the item put in its place says all (它丢了怎么办, 换了法人呢), or what is asked holds for every application alike."""
    procedure = is_case(heard) and PROCEDURES & set(heard.kinds)
    of_variant = topic.variant and heard.kinds and len(heard.shown) <= _HARDLY
    points = procedure or is_pointing(heard) or of_variant or (heard.bare and _answered_of_item(topic))
    return bool(topic.item and points) or bool(COMPLETENESS.search(heard.text))


def _says_all(heard: Heard, topic: Topic) -> bool:
    """Whether it is put to the item outright (它丢了怎么办, 要多久) or of every application: the law cited says nothing further."""
    outright = is_pointing(heard) or (is_case(heard) and PROCEDURES & set(heard.kinds))
    asks_only = heard.bare and topic.item
    return bool(COMPLETENESS.search(heard.text) or asks_only or (outright and not heard.english))


def _answered_of_item(topic: Topic) -> bool:
    """Whether the answer before rested on a law that the item's own facts rest on."""
    item = shipped().items.get(topic.item)
    return item is not None and any(cite.title == topic.document for fact in item.facts for cite in fact.cites)


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
        told(shown, heard),
        kinds=kinds_of(topic),
        reading="again",
        wording=topic.last_said,
        again="now" if now else "then",
    )


__all__ = ["follow", "of_another_day"]
