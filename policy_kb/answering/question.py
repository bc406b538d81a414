"""What was understood of one question: everything later steps may ask about it, in one immutable value."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class Term:
    """A word that carries content. ``forms`` are writings that count as this word (synonyms, numerals), itself first."""

    word: str
    weight: float
    forms: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Days:
    """Days named in a question. ``law_day`` is the day whose law is asked for, ``expiry`` the end of the person's own
    certificate, ``edition`` the year that names a version (2021年版, 2019年修订的) and ``edition_day`` a day of that year
    or month, should no version be called by it. All None when absent."""

    law_day: date | None = None
    expiry: date | None = None
    edition: int | None = None
    edition_day: date | None = None


@dataclass(frozen=True, slots=True)
class Manner:
    """How a message in a conversation is worded, apart from what it may stand for."""

    length: float = 0.0  # Chinese characters; of English a third
    bare: bool = False
    domain: bool = False  # it names a product
    foreign: bool = False  # of another field than the matter spoken of
    named: bool = False  # it names a service item outright
    whole: bool = False  # it is a whole question, not a case to ask the earlier one about
    tied: bool = False  # it begins with words that tie it to what was said
    case: bool = False  # it ends or begins as a case does (…呢, what about …)
    pointing: bool = False
    breaks: bool = False  # it tells of something left undone or done already
    kinds: bool = False
    same_kind: bool = False  # it asks for the kind that was asked for before
    aside: bool = False  # it sounds like small talk or nothing of ours


@dataclass(frozen=True, slots=True)
class Question:
    """A question after reading.

    ``shown`` is what the person wrote, cleaned; ``text`` what is matched: corrected, in Chinese, with a follow-up's
    subject put back. ``kinds`` name what is asked (keys of vocabulary.yml), strongest first. ``bare`` is True when
    nothing says what the question is about. ``understood`` is shown to the person when it differs from what was written.
    """

    shown: str
    text: str
    language: str
    as_of: date
    today: date
    focus: str = ""  # the asking part of a long text, the whole of a short one
    kinds: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    domain: str = ""
    device_class: str = ""
    imported: bool = False
    special: bool = False
    articles: tuple[int, ...] = ()
    documents: tuple[str, ...] = ()
    days: Days = field(default_factory=Days)
    bare: bool = False
    follow_up: bool = False
    understood: str = ""
    english: str = ""  # the English wording, lower case, "" for a Chinese question
    about: str = ""  # id of the item a follow-up is about
    variant: str = ""  # of that item, "" when none was spoken of
    answered: str = ""  # the kind that the turn before was answered with
    plain: bool = False  # a follow-up that says nothing beside what it asks
    near: tuple[str, int] = ("", 0)  # title and article that the answer before a follow-up rested on
    pointed: bool = False  # the whole message points at something shown before
    clause: tuple[str, int] = ("", 0)  # title and article pointed at, which is to be shown
    cited: tuple[
        tuple[str, int], ...
    ] = ()  # title and article of what the answer before cited, for who breaks or stays within it
    reading: str = "alone"  # how the message was made whole: alone, joined, item, swapped …
    manner: Manner = field(default_factory=Manner)
    said: tuple[Term, ...] = ()  # content words of the message itself
    wording: str = ""  # what was typed, for a joined reading after what was typed before, lower case

    @property
    def sound(self) -> str:
        """What tells the kind of message, lower case: half a message sounds like nothing, so a follow-up made whole."""
        if not self.follow_up:
            return self.shown.lower()
        return (self.wording if self.reading == "joined" else self.english or self.text).lower()

    @property
    def past(self) -> bool:
        """True when the law of an earlier day is asked for."""
        return self.as_of < self.today
