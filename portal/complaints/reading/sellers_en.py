"""The business an English message is about: capitals that end as a business does, or behind "called", "from", "at"."""

import re

from portal.complaints.reading.message import Message, Span
from portal.complaints.reading.places import Place
from portal.complaints.reading.words import any_of, word_lists

_EN_NAME = r"(?:[A-Z][\w-]*(?:\.\w+)*(?:['’]\w+)?(?:(?<=Co)\.|(?<=Ltd)\.|(?<=Dr)\.|(?<=St)\.)?|&|[A-Z]{2,})"
_EN_TAIL = re.compile(rf"\b{_EN_NAME}(?: (?:{_EN_NAME}|and|of))*")
_EN_CUE = re.compile(
    rf"\b(?:from|at|by|called|named|against|reporting|report|complain about|shop|store|website|site|pharmacy|seller|company|clinic|salon|wholesaler|distributor|manufacturer|supplier|chain|hospital|spa|optician|supermarket|vendor|maker|factory)[:,]? (?:a |an |the )?(?:(?:shop|store|website|site|pharmacy|seller|company|clinic|salon|optician)(?: called| named)? )?[\"“']?(?P<name>{_EN_NAME}(?: (?:{_EN_NAME}))*)"
)
# MedPlus store: one word in capitals before a kind of shop.
_EN_KIND = re.compile(r"\b(?P<name>[A-Z][\w'’]{2,20}) (?:store|shop|pharmacy|clinic|salon|drugstore)\b")
_EN_QUOTED = re.compile(
    r"(?:called|named|shop|store|seller|account|livestream(?: room)?|pharmacy|salon|clinic|by|from|at|nickname(?:d)?|username|user|goes by|calls (?:her|him|it)self|host|streamer|vendor|woman|man|guy|person|group|page|channel|profile),? (?:the )?[\"“](?P<name>[^\"”]{2,40})[\"”]"
)
_EN_NOT = re.compile(
    r"^(?:No|Room|I|My|The|On|In|China|English|Chinese|RMB|January|February|March|April|May|June|July|August|September|October|November|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|WeChat|Mr|Mrs|Ms|Dr|Hong Kong|Macau|Taiwan|Japan|Korea|South Korea|Thailand|India|Germany|France|America|Australia|Turkey|Beijing|Shanghai|Shenzhen|Guangzhou|Chengdu|Wuhan|Hangzhou|Nanjing|Xi'an|Qingdao|Taobao|Tmall|JD|Douyin|Pinduoduo|Xiaohongshu)\b(?! [A-Z])"
)


def find_english(message: Message, places: list[Place]) -> Span | None:
    plain = message.plain
    ends = re.compile(any_of(word_lists()["seller_ends_en"]) + "$")
    if quoted := _EN_QUOTED.search(plain):
        return quoted.span("name")
    spots = [place.span for place in places]
    names: list[tuple[float, Span]] = []
    for found in _EN_TAIL.finditer(plain):
        span = found.span()
        if ends.search(found.group()) and " " in found.group() and not any(s[0] <= span[0] < s[1] for s in spots):
            names.append((2.0 + bool(_EN_CUE.search(plain[max(0, span[0] - 20) : span[1]])), _clean(plain, span)))
    for found in _EN_CUE.finditer(plain):
        span = found.span("name")
        lone = " " not in found["name"] and re.match(r"(?:from|at|by|report|against)\b", found.group(), re.I)
        called = re.match(r"(?:called|named)\b", found.group(), re.I)
        goods = called and not re.search(
            r"\b(?:shop|store|website|site|pharmacy|seller|company|clinic|salon|place|spa|supermarket|chain|account|room|hospital|optician|stall|market|vendor|studio|parlou?r)\b[^.,;]{0,14}$",
            plain[max(0, found.start() - 40) : found.start()],
            re.I,
        )  # a lens solution called ClearDew is no shop
        if (
            not lone
            and not goods
            and not _EN_NOT.match(found["name"])
            and not any(s[0] <= span[0] < s[1] for s in spots)
        ):
            names.append((1.5, _clean(plain, span)))
    for found in _EN_KIND.finditer(plain):
        if not _EN_NOT.match(found["name"]) and not any(s[0] <= found.start() < s[1] for s in spots):
            names.append((1.2, found.span("name")))
    return max(names, key=lambda one: (one[0], -one[1][0]))[1] if names else None


def _clean(plain: str, span: Span) -> Span:
    start, end = span
    if lead := re.match(r"(?:The|Reporting|Report|I|My|At|From|In|On) ", plain[start:end]):
        start += lead.end()
    end = start + len(plain[start:end].rstrip(" .,"))
    legal = re.match(r"\.?,? ?(?:Ltd|Limited|Inc|LLC)\b\.?", plain[end:])
    return start, end + legal.end() if legal else end
