"""From what was typed to a ``Question``: cleaned, corrected, in Chinese, with its subject, its day and what it asks."""

import re
from dataclasses import replace
from datetime import date
from functools import lru_cache

from policy_kb.answering.correcting import correct
from policy_kb.answering.days import find_days, strip_days
from policy_kb.answering.focusing import find_asking, find_focus
from policy_kb.answering.following import Followed, Heard, describe_manner, follow, of_another_day
from policy_kb.answering.pointing import shipped
from policy_kb.answering.question import Question, Term
from policy_kb.answering.translation import detect_language, translate
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.answering.weighing import is_known, weigh
from policy_kb.model import Topic
from policy_kb.text import normalise, parse_article, words

LONGEST = 1200  # characters read of a question; a longer one keeps its beginning and its end
_TAGS = re.compile(r"<[^<>]{0,200}>")
_CLASS = re.compile(r"(?:第)?\s*([一二三123])\s*类|\bclass\s+(iii|ii|i|[123])\b|(?<![a-z])(iii|ii|i)\s*类")
_CLASS_NUMBER = {"一": "1", "二": "2", "三": "3", "i": "1", "ii": "2", "iii": "3"}
_CLASS_WRITTEN = {"1": "第一类", "2": "第二类", "3": "第三类"}
_ARTICLE = re.compile(r"第\s*[0-9零〇一二三四五六七八九十百]+\s*条|(?:article|art\.)\s*(\d+)")
_NEGATED = re.compile(
    r"(没有?|不(含|带|是|涉及|宣称|做|具有)|无|非|既不)(宣称|任何)?.{0,2}(美白|防晒|祛斑|染发|烫发|防脱|淡斑)"
)
_LATIN = re.compile(r"[a-z]{2,}")
_NOT_DRUG = re.compile(r"药(监|管局|品监督管理)")


def clean(text: str) -> str:
    """The question as shown and matched first: one normal form, no tags, no more than ``LONGEST`` characters."""
    plain = _TAGS.sub(" ", normalise(text[: 4 * LONGEST]))
    if len(plain) > LONGEST:
        plain = plain[: LONGEST // 2] + " " + plain[-LONGEST // 2 :]
    return plain.strip()


def fit_topic(topic: Topic | None, text: str) -> Topic | None:
    """The topic without its item, where that is for general cosmetics only and the message names a special one (染发膏呢)."""
    item = shipped().items.get(topic.item) if topic else None
    if topic is None or item is None or "普通" not in item.name.zh or not _names_special(text):
        return topic
    return replace(topic, item="", variant="")


def _names_special(text: str) -> bool:
    return _contains_any(_NEGATED.sub("", text), load_vocabulary().special_cosmetic)


def read_question(raw: str, *, language: str | None, as_of: date | None, today: date, topic: Topic | None) -> Question:
    """Understand one question in its likeliest reading; never raises on what people type."""
    return read_ways(raw, language=language, as_of=as_of, today=today, topic=topic)[0]


def read_ways(
    raw: str, *, language: str | None, as_of: date | None, today: date, topic: Topic | None
) -> list[Question]:
    """The readings of one question, likeliest first: more than one only when it may hang on the topic."""
    shown = clean(raw)
    lower = shown.lower()
    english = lower if detect_language(shown) == "en" else ""
    chinese = _in_chinese(lower, english)
    kinds = _asked_kinds(lower if english else chinese, bool(english))
    named = next((item.id for item in shipped().find_items(chinese if not english else lower)), "")
    before = topic.last_question if topic else ""
    heard = Heard(
        chinese,
        lower,
        kinds,
        _is_bare(chinese, english),
        named,
        find_domain(chinese),
        bool(english),
        _is_bare(before, ""),
    )
    asked_in = language or detect_language(shown)
    again = of_another_day(heard, strip_days(lower, today).strip(), topic)
    ways = [again] if again else follow(heard, topic)
    return [_read_way(followed, heard, shown, english, asked_in, as_of, today, topic) for followed in ways]


def _english_of(followed: Followed, english: str, today: date) -> str:
    """A reading as it would be typed in English; "" when it would not be. A question asked again is the one before."""
    if followed.reading == "again":
        return strip_days(followed.wording, today).strip() if followed.wording.isascii() else ""
    if followed.pointed or not english:
        return ""
    return followed.wording or f"{followed.english}{english}"


def _read_way(
    followed: Followed,
    heard: Heard,
    shown: str,
    english: str,
    language: str,
    as_of: date | None,
    today: date,
    topic: Topic | None,
) -> Question:
    text, kept = followed.text, topic if topic and followed.used and not followed.pointed else Topic()
    # who names a day and nothing else asks what held on it
    days = find_days(shown.lower() + (" 当时" if followed.again == "then" else ""), today)
    undated, focus = strip_days(text, today), strip_days(followed.focus, today)
    spoken_of = (
        date.fromisoformat(topic.as_of) if topic and topic.as_of and followed.used and followed.again != "now" else None
    )
    return Question(
        shown=shown,
        text=text,
        language=language,
        as_of=as_of or days.law_day or spoken_of or today,
        today=today,
        kinds=(find_kinds(text) or followed.kinds) if followed.pointed else followed.kinds or heard.kinds,
        focus=focus or find_focus(undated),
        terms=focus_terms(undated, focus, _BEFORE) if focus else focus_terms(undated, find_focus(undated)),
        domain=find_domain(text) or kept.product,
        device_class=_device_class(text) or kept.device_class,
        imported=_contains_any(f"{text} {english}", load_vocabulary().imported),
        special=_names_special(text),
        articles=_articles(text if followed.used else shown.lower()),
        days=days,
        bare=_is_bare(text, english) and not followed.used,
        follow_up=followed.used,
        understood=followed.understood,
        english=_english_of(followed, english, today),
        about=followed.about,
        variant=followed.variant or (kept.variant if kept.item == followed.about and not followed.leaves else ""),
        answered=kept.fact,
        plain=heard.bare or (bool(followed.variant) and len(shown) <= _BARE_CASE),
        near=read_clause(kept.cited[0]) if kept.cited else ("", 0),
        pointed=followed.pointed,
        clause=read_clause(text) if followed.pointed else ("", 0),
        reading=followed.reading,
        manner=describe_manner(heard, topic),
        said=make_terms(heard.text),
        wording=followed.wording or heard.shown,
    )


_BARE_CASE = 8  # characters of a case that is a procedure's name and nothing else (变更的话呢)


def read_clause(text: str) -> tuple[str, int]:
    """Title and article of 《…》第…条."""
    match = _NAMED_CLAUSE.match(text)
    place = parse_article(match[2]) if match else None
    return (match[1], place[0]) if match and place else ("", 0)


_NAMED_CLAUSE = re.compile(r"《(.+?)》(第[0-9零〇一二三四五六七八九十百]+条)")


def _in_chinese(lower: str, english: str) -> str:
    if not english:
        abbreviations, _ = translate(" ".join(_LATIN.findall(lower)))
        return _write_classes(f"{correct(lower)} {abbreviations}".strip())
    translated, unknown = translate(lower)
    han = "".join(re.findall(r"[\u3400-\u9fff0-9]+", lower))
    return _write_classes(" ".join(part for part in (translated, han, " ".join(unknown)) if part))


def _write_classes(text: str) -> str:
    """二类, 2类, II类 and Class II as 第二类; 甲类 and 乙类 stay."""
    return _CLASS.sub(lambda match: _CLASS_WRITTEN[_class_number(match)], text)


def _class_number(match: re.Match[str]) -> str:
    written = match[1] or match[2] or match[3]
    return _CLASS_NUMBER.get(written, written)


def _asked_kinds(text: str, english: bool) -> tuple[str, ...]:
    """Kinds of the pieces that ask, else of the whole."""
    focus = find_focus(text)
    return find_kinds(find_asking(focus), english) or find_kinds(focus, english)


_SPECIFIC = ("validity", "annual_report", "fee")  # what they say is not also asking for a time limit


@lru_cache(maxsize=8192)
def find_kinds(text: str, english: bool = False) -> tuple[str, ...]:
    """Kinds asked for, the more specific first (the order of vocabulary.yml)."""
    found, rest = list[str](), text
    for kind in load_vocabulary().kinds.values():
        pattern = kind.en if english else kind.zh
        if pattern.search(rest) and not (kind.unless and kind.unless.search(text)):
            found.append(kind.id)
            if kind.id in _SPECIFIC:
                rest = pattern.sub(" ", rest)
    return tuple(found)


@lru_cache(maxsize=8192)
def find_aspects(text: str) -> tuple[str, ...]:
    """Aspects (vocabulary.yml) the text speaks of."""
    vocabulary, found = load_vocabulary(), list[str]()
    for name, ways in vocabulary.aspects.items():
        unless = vocabulary.aspects_unless.get(name)
        searched = unless.sub(" ", text) if unless else text
        if any(way in searched for way in ways):
            found.append(name)
    return tuple(found)


_ASPECT = 4.5  # weight of an aspect that none of the text's words carries


@lru_cache(maxsize=4096)
def make_terms(text: str) -> tuple[Term, ...]:
    """Content words of a Chinese text, each once, with the law's words for them as further forms.

    A popular phrase the segmenter does not know (过期药) is one term beside its words.
    """
    vocabulary, found = load_vocabulary(), dict[str, Term]()
    tokens = [word for word in dict.fromkeys(words(text)) if word not in vocabulary.stop]
    variants = [variant for variant in vocabulary.synonyms if variant in text and variant not in tokens]
    for word in tokens + variants:
        inside = any(word != other and word in other for other in tokens)
        if (
            not is_known(word)
            and (len(word) == 1 or inside or _is_made_of(word, tokens))
            and word not in vocabulary.synonyms
        ):
            continue
        if not any(word in term.forms for term in found.values()):
            found[word] = Term(word, _weight(word) * (_NESTED if inside else 1.0), _forms(word))
    for aspect in find_aspects(text):
        ways = vocabulary.aspects[aspect]
        if not any(way in found for way in ways):
            found[ways[0]] = Term(ways[0], _ASPECT, ways)
    return tuple(found.values())


_NESTED = 0.4  # a word inside a longer one of the same text says little more
_CHATTER = 3.0  # most weight of a word that neither the law nor the dictionaries know


def law_words(text: str) -> tuple[str, ...]:
    """Words of the law for what the text says otherwise: its aspects' first ways, its businesses' activities."""
    vocabulary = load_vocabulary()
    aspects = [vocabulary.aspects[name][0] for name in find_aspects(text)]
    businesses = [word for name, listed in vocabulary.businesses.items() if name in text for word in listed]
    return tuple(dict.fromkeys(aspects + businesses))


_ASIDE = 0.2  # what a word of the story around the question weighs
_BEFORE = (
    0.5  # and one of the question before; run of 2026-11-26, 156 follow-ups: .2 first .603, among three .756, this .769
)


def focus_terms(text: str, focus: str, beside: float = _ASIDE) -> tuple[Term, ...]:
    """The terms of a text, those outside its focus with the share ``beside`` of their weight."""
    if focus == text:
        return make_terms(text)
    asked = {term.word for term in make_terms(focus)}
    return tuple(
        term if term.word in asked else replace(term, weight=term.weight * beside) for term in make_terms(text)
    )


def _is_made_of(word: str, tokens: list[str]) -> bool:
    """A compound all of whose characters stand in shorter words of the same text."""
    parts = [other for other in tokens if other != word and len(other) > 1 and other in word]
    covered = {place for part in parts for start in [word.find(part)] for place in range(start, start + len(part))}
    return len(covered) == len(word)


def _weight(word: str) -> float:
    """That of the word, or of the best known of its forms when the law does not use it."""
    if is_known(word):
        return min(weigh(word), 7.0) * (0.5 if len(word) == 1 else 1.0)
    known = [weigh(form) for form in _forms(word)[1:] if is_known(form)]
    return min(max(known), 7.0) if known else _CHATTER


def _forms(word: str) -> tuple[str, ...]:
    """The word, the law's words for it, and the ways of its aspect."""
    vocabulary = load_vocabulary()
    return tuple(dict.fromkeys((word, *vocabulary.synonyms.get(word, ()), *_ways().get(word, ()), *_product(word))))


_PRODUCT_WORDS = {"cosmetic": "化妆品", "device": "医疗器械"}


def _product(word: str) -> tuple[str, ...]:
    """The law's word for the group of products a product belongs to."""
    listed = load_vocabulary().products
    return tuple(
        name for domain, name in _PRODUCT_WORDS.items() if len(word) > 1 and word in listed[domain] and word not in name
    )


@lru_cache(maxsize=1)
def _ways() -> dict[str, tuple[str, ...]]:
    return {way: ways for ways in load_vocabulary().aspects.values() for way in ways}


def _is_bare(text: str, english: str) -> bool:
    """Nothing but what is asked: no product, no certificate, no law, no event."""
    vocabulary = load_vocabulary()
    if english:
        content = [
            word
            for word in re.findall(r"[a-z]+", english)
            if word not in vocabulary.generic and word not in vocabulary.stop
        ]
        return not content
    if parse_article(text) or find_domain(text):
        return False
    tokens = words(text)
    empty = [word for word in tokens if not _is_content(word)]
    return not any(_is_content(word) and not any(word in other for other in empty) for word in tokens)


def _is_content(word: str) -> bool:
    """A word that says what a question is about: not empty, not a way of asking."""
    vocabulary = load_vocabulary()
    if len(word) == 1 or word in vocabulary.generic or word in vocabulary.stop or word.isdigit():
        return False
    if any(subject in word for subject in vocabulary.subjects if subject not in vocabulary.generic):
        return True
    return not any(kind.zh.search(word) for kind in vocabulary.kinds.values())


def find_domain(text: str) -> str:
    """The one product field the words point to, "" when none or several do equally."""
    plain = _NOT_DRUG.sub("", text)
    scores = {
        name: sum(len(word) for word in listed if word in plain) for name, listed in load_vocabulary().products.items()
    }
    best = max(scores, key=lambda name: scores[name])
    others = max(score for name, score in scores.items() if name != best)
    return best if scores[best] > 2 * others else ""


def _device_class(text: str) -> str:
    match = _CLASS.search(text)
    if match and not re.match(r"(精神|疫苗|易制毒)", text[match.end() :]):
        return _class_number(match)
    for number, listed in load_vocabulary().class_words.items():
        if _contains_any(text, listed):
            return number
    return ""


def _contains_any(text: str, listed: tuple[str, ...]) -> bool:
    return any(word in text for word in listed)


def _articles(text: str) -> tuple[int, ...]:
    found = []
    for match in _ARTICLE.finditer(text):
        number = int(match[1]) if match[1] else (parse_article(match.group()) or (0, 0))[0]
        if number:
            found.append(number)
    return tuple(found)


__all__ = [
    "clean",
    "find_aspects",
    "find_domain",
    "find_kinds",
    "fit_topic",
    "law_words",
    "make_terms",
    "read_clause",
    "read_question",
    "read_ways",
]
