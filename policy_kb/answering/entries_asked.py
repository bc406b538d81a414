"""Questions that are, but for the manner of asking, what somebody wrote as the question of an entry."""

import re
from collections.abc import Sequence

from policy_kb.answering.entries import Entry
from policy_kb.answering.items import fold_name
from policy_kb.text import normalise

# What is said around a question and changes nothing of it: who asks, and how politely.
_AROUND = re.compile(
    r"^(?:(?:请问|请教|您好|你好|想问|问|咨询|了解|打听)(?:一下|下)?[，,。!！]?|(?:我们|咱们|我|咱|俺)(?:想问|问|想咨询|想了解)(?:一下|下)?[，,]?|我们(?:公司|厂|店|单位|企业)?|咱们|我司|本公司|我|咱|俺)*"
)
_END = re.compile(r"(?:[呢啊呀哦吗嘛么吧]|谢谢|[\W_])+$")
_HOW = re.compile(
    r"\bhow (?:do|can|could|should|shall|may|must|would|does) (?:i|we|you|one|someone|a company|my company|our company) "
)
_CAN = re.compile(r"\b(can|may|do|must|should|could|are|am) (?:i|we|you|one|my company|our company)\b")
_SMALL = re.compile(r"\b(?:a|an|the|my|our|your|please|any|some)\b")

# One question in several mouths: folded alike on both sides, so nothing else is lost by it.
_SPOKEN = (
    (re.compile(r"咋(办|整|弄|搞)|怎么(整|弄|搞)|(怎样|如何)(处理|办)"), "怎么办"),
    (re.compile(r"咋|怎样|如何"), "怎么"),
    (re.compile(r"啥"), "什么"),
    (re.compile(r"哪儿|哪个地方"), "哪里"),
    (re.compile(r"晓得"), "知道"),
    (re.compile(r"[了啊呀呢吧嘛的]"), ""),
    (re.compile(r"[吗么不没]$"), ""),
)


class Asked:
    """The FAQs that rest on a clause, by their phrasings, blanks, marks and manner aside; facts of items are asked in words that
    need their item."""

    def __init__(self, entries: Sequence[Entry]) -> None:
        self._entries = {
            key: entry
            for tell in (_plain, _letters)
            for entry in reversed(entries)
            if entry.kind == "faq" and entry.cites
            for phrase in (entry.label.zh, *entry.asks, entry.label.en, *entry.asks_en)
            if (key := tell(phrase))
        }

    def find(self, text: str) -> Entry | None:
        """The entry of which ``text`` is a phrasing, letter by letter before without its manner; of several the first."""
        return self._entries.get(_letters(text)) or self._entries.get(_plain(text))


def _plain(text: str) -> str:
    """The letters of ``text`` without what is said around a question, in the plain words for spoken ones."""
    folded = normalise(text).lower()
    english = _SMALL.sub(" ", _CAN.sub(r"\1 one", _HOW.sub("how to ", folded))) if folded.isascii() else folded
    letters = _letters(_END.sub("", _AROUND.sub("", english)))
    for said, meant in _SPOKEN:
        letters = said.sub(meant, letters)
    return letters


def _letters(text: str) -> str:
    return "".join(character for character in fold_name(text).lower() if character.isalnum())
