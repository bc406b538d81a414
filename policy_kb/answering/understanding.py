"""From what was typed to a ``Question``: cleaned, corrected, in Chinese, with its subject, its day and what it asks."""

import re
from dataclasses import replace
from datetime import date

from policy_kb.answering.asked import (
    CLASS,
    class_number,
    contains_any,
    find_asked_kinds,
    find_device_class,
    find_domain,
    find_kinds,
    is_bare,
)
from policy_kb.answering.correcting import correct
from policy_kb.answering.days import find_days, strip_days
from policy_kb.answering.focusing import find_focus
from policy_kb.answering.following import follow, of_another_day
from policy_kb.answering.heard import Heard, describe_manner
from policy_kb.answering.pointing import shipped
from policy_kb.answering.question import Question
from policy_kb.answering.restating import Followed
from policy_kb.answering.terms import BEFORE, focus_terms, make_terms
from policy_kb.answering.translation import detect_language, translate
from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.model import Topic
from policy_kb.text import normalise, parse_article

LONGEST = 1200  # characters read of a question; a longer one keeps its beginning and its end
_TAGS = re.compile(r"<[^<>]{0,200}>")
_CLASS_WRITTEN = {"1": "第一类", "2": "第二类", "3": "第三类"}
_ARTICLE = re.compile(r"第\s*[0-9零〇一二三四五六七八九十百]+\s*条|(?:article|art\.)\s*(\d+)")
_NEGATED = re.compile(
    r"(没有?|不(含|带|是|涉及|宣称|做|具有)|无|非|既不)(宣称|任何)?.{0,2}(美白|防晒|祛斑|染发|烫发|防脱|淡斑)"
)
_LATIN = re.compile(r"[a-z]{2,}")


def clean(text: str) -> str:
    """The question as shown and matched first: one normal form, no tags, no more than ``LONGEST`` characters."""
    plain = _TAGS.sub(" ", normalise(text[: 4 * LONGEST]))
    if len(plain) > LONGEST:
        plain = plain[: LONGEST // 2] + " " + plain[-LONGEST // 2 :]
    return plain.strip()


def fit_topic(topic: Topic | None, text: str) -> Topic | None:
    """The topic without its item, where that is for general cosmetics only and the message names a special one (染发膏呢), or the
    other way round (普通的呢)."""
    item = shipped().items.get(topic.item) if topic else None
    if topic is None or item is None or not _is_of_other_sort(item.name.zh, text):
        return topic
    return replace(topic, item="", variant="")


def _is_of_other_sort(name: str, text: str) -> bool:
    if "普通" in name:
        return _names_special(text) or ("特殊" in text and "普通" not in text)
    return "特殊化妆品" in name and "普通" in text and "特殊" not in text


def _names_special(text: str) -> bool:
    return contains_any(_NEGATED.sub("", text), load_vocabulary().special_cosmetic)


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
    kinds = find_asked_kinds(lower if english else chinese, bool(english))
    named = next((item.id for item in shipped().find_items(chinese if not english else lower)), "")
    before = topic.last_question if topic else ""
    heard = Heard(
        chinese,
        lower,
        kinds,
        is_bare(chinese, english),
        named,
        find_domain(chinese),
        bool(english),
        is_bare(before, ""),
    )
    asked_in = language or detect_language(shown)
    again = of_another_day(heard, strip_days(lower, today).strip(), topic)
    ways = [again] if again else follow(heard, topic)
    return [_read_way(followed, heard, shown, english, asked_in, as_of, today, topic) for followed in ways]


def find_product(text: str) -> str:
    """The products a message speaks of, in either language: drug, device or cosmetic; "" for none."""
    lower = clean(text).lower()
    return find_domain(_in_chinese(lower, lower if detect_language(lower) == "en" else ""))


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
        terms=focus_terms(undated, focus, BEFORE) if focus else focus_terms(undated, find_focus(undated)),
        domain=find_domain(text) or kept.product,
        device_class=find_device_class(text) or kept.device_class,
        imported=contains_any(f"{text} {english}", load_vocabulary().imported),
        special=_names_special(text),
        articles=_articles(text if followed.used else shown.lower()),
        days=days,
        bare=is_bare(text, english) and not followed.used,
        follow_up=followed.used,
        understood=followed.understood,
        english=_english_of(followed, english, today),
        about=followed.about,
        variant=followed.variant or (kept.variant if kept.item == followed.about and not followed.leaves else ""),
        answered=kept.fact,
        plain=heard.bare or (bool(followed.variant) and len(shown) <= _BARE_CASE),
        near=read_clause(kept.cited[0]) if kept.cited else ("", 0),
        cited=tuple(read_clause(each) for each in kept.cited[:_LOOKED_BACK]),
        pointed=followed.pointed,
        clause=read_clause(text) if followed.pointed else ("", 0),
        reading=followed.reading,
        manner=describe_manner(heard, topic),
        said=make_terms(heard.text),
        wording=followed.wording or heard.shown,
    )


_LOOKED_BACK = 2  # clauses of the answer before that a breach or the same law is looked for
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
    return CLASS.sub(lambda match: _CLASS_WRITTEN[class_number(match)], text)


def _articles(text: str) -> tuple[int, ...]:
    found = []
    for match in _ARTICLE.finditer(text):
        number = int(match[1]) if match[1] else (parse_article(match.group()) or (0, 0))[0]
        if number:
            found.append(number)
    return tuple(found)


__all__ = ["clean", "find_product", "fit_topic", "read_clause", "read_question", "read_ways"]
