"""Which service item a question is about: by its names, and by product, class and activity where no name is used."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from policy_kb.answering.question import Question
from policy_kb.answering.terms import find_aspects, law_words
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.answering.weighing import is_known, weigh
from policy_kb.catalogue import Catalogue, ServiceItem
from policy_kb.text import normalise, words

_CLASS = re.compile(r"(?:第)?([一二三123])类|class (iii|ii|i)\b")
_CLASS_NUMBER = {"一": "1", "二": "2", "三": "3", "i": "1", "ii": "2", "iii": "3"}
_WRITTEN = {"1": "第一类", "2": "第二类", "3": "第三类"}
NAMED = 0.95  # from here an item counts as named outright


@dataclass(frozen=True, slots=True)
class ItemMatch:
    """``score`` 0 to 1; ``phrase`` is the alias found, "" when only the facets fit."""

    item: ServiceItem
    score: float
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class _Profile:
    """An item as matched: its names in folded form with the weights of their words, and what it is limited to."""

    item: ServiceItem
    names: tuple[tuple[str, tuple[tuple[str, float], ...]], ...]
    names_en: tuple[str, ...]
    device_class: str
    imported: bool
    special: bool
    aspects: frozenset[str]
    activities: frozenset[str]


def fold_name(text: str) -> str:
    """The form in which names and questions are compared."""
    folded = normalise(text).lower()
    return re.sub(r"[\s《》“”\"'、·]", "", _CLASS.sub(lambda match: _WRITTEN[_number(match)], folded))


def _number(match: re.Match[str]) -> str:
    written = match[1] or match[2]
    return _CLASS_NUMBER.get(written, written)


def profile_items(catalogue: Catalogue) -> Mapping[str, _Profile]:
    """All items ready for matching, by id."""
    return {item.id: _profile(item) for item in catalogue.items.values()}


def _profile(item: ServiceItem) -> _Profile:
    names = []
    for name in dict.fromkeys((item.name.zh, *item.aliases.zh)):
        folded = fold_name(name)
        names.append((folded, _atoms(folded)))
    match = _CLASS.search(normalise(item.name.zh))
    return _Profile(
        item,
        tuple(names),
        tuple(dict.fromkeys(normalise(name).lower() for name in (item.name.en, *item.aliases.en))),
        _number(match) if match and item.domain == "device" else "",
        any(word in item.name.zh for word in ("进口", "境外")),
        "特殊" in item.name.zh and item.domain == "cosmetic",
        frozenset(find_aspects(item.name.zh)),
        _activities(item.name.zh),
    )


def _activities(text: str) -> frozenset[str]:
    return frozenset(name for name, ways in load_vocabulary().activities.items() if any(way in text for way in ways))


def _atoms(name: str) -> tuple[tuple[str, float], ...]:
    """The shortest words of a name with their weights."""
    vocabulary = load_vocabulary()
    tokens = [
        word for word in dict.fromkeys(words(name)) if len(word) > 1 and word not in vocabulary.stop and is_known(word)
    ]
    return tuple((word, weigh(word)) for word in tokens if not any(other != word and other in word for other in tokens))


def rank_items(question: Question, profiles: Mapping[str, _Profile]) -> list[ItemMatch]:
    """Items that may be meant, best first; those below 0.3 are left out."""
    folded = fold_name(question.text)
    present = frozenset(words(folded)) | spoken(question)
    found = [_match(question, folded, present, profile) for profile in profiles.values()]
    return sorted(
        (match for match in found if match.score >= 0.3), key=lambda match: (-match.score, -len(match.phrase))
    )


def spoken(question: Question) -> frozenset[str]:
    """All words that count as said: terms, their forms and the words inside these, businesses' activities."""
    said = {form for term in question.terms for form in term.forms} | set(law_words(question.text))
    return frozenset(said | {part for form in said for part in words(form)})


def _match(question: Question, folded: str, present: frozenset[str], profile: _Profile) -> ItemMatch:
    score, phrase = 0.0, ""
    for name, parts in profile.names:
        if name in folded:
            value = 1.0 if len(name) > 2 else 0.8
            if (value, len(name)) > (score, len(phrase)):
                score, phrase = value, name
        elif parts and not phrase:
            whole = sum(weight for _, weight in parts)
            share = sum(weight for word, weight in parts if word in present) / whole
            score = max(score, 0.85 * share * (1 - math.exp(-whole / 3.5)))
    for name in profile.names_en:
        if question.english and len(name) > len(phrase) and name in question.english:
            score, phrase = 1.0, name
    return ItemMatch(
        profile.item, min(1.0, score * _fit(question, profile) * _closeness(question, profile, bool(phrase))), phrase
    )


_FIELD = {"drug": "药品", "device": "医疗器械", "cosmetic": "化妆品"}


def _fit(question: Question, profile: _Profile) -> float:
    """Less than 1 where the question says another product, class or origin than the item is for."""
    fit = 1.0
    domain = profile.item.domain
    if (
        question.domain
        and domain not in ("consumer", question.domain)
        and _FIELD[question.domain] not in profile.item.name.zh
    ):
        fit *= 0.45
    if (
        question.device_class
        and profile.device_class
        and profile.device_class != question.device_class
        and domain == "device"
    ):
        fit *= 0.5
    if (
        domain == "cosmetic"
        and (question.imported != profile.imported)
        and (profile.imported or "国产" in profile.item.name.zh)
    ):
        fit *= 0.75
    if domain == "cosmetic" and question.special:
        fit *= 1.25 if profile.special else 0.7
    return min(fit, 1.25)


_CLOSER, _FARTHER, _ELSEWHERE = 1.35, 0.75, 0.6
_SPECIAL = frozenset({"online", "overseas", "export", "advertising", "renewal", "transfer", "pharmacist"})


def _closeness(question: Question, profile: _Profile, named: bool) -> float:
    """More for an item whose special aspect or activity is spoken of, less for one that is only for what is not."""
    asked = frozenset(find_aspects(question.text))
    closeness = 1.0
    if profile.aspects & asked & (_SPECIAL | {"change"}):
        closeness *= _CLOSER
    elif not named and profile.aspects & _SPECIAL - asked:
        closeness *= _FARTHER
    doing = _activities(question.text)
    if not named and doing and profile.activities and not doing & profile.activities:
        closeness *= _ELSEWHERE
    return closeness


_TITLE_FIELDS = (
    (
        r"食品|乳粉|兽药|农药|饲料|特种设备|条码|价格|垄断|商业秘密|公司|个体工商户|企业名称|市场主体|经营主体|医疗事故|医疗纠纷|医疗废物|医疗机构管理|直销|野生|军",
        "other",
    ),
    (r"化妆品|牙膏", "cosmetic"),
    (r"医疗器械|体外诊断", "device"),
    (r"药|制剂|疫苗|生物制品|血液制品", "drug"),
)


@lru_cache(maxsize=256)
def domain_of_title(title: str) -> str:
    """The field a law's title names, "" when general; ``"other"`` for fields that are not ours."""
    if re.search(r"药品、医疗器械|食品药品", title):
        return ""
    for words_of, domain in _TITLE_FIELDS:
        if re.search(words_of, title):
            return domain
    return ""
