"""Mistyped and pinyin-written domain words, put right before matching.

Only a closed list of domain words (vocabulary.yml ``spelling``) is restored, and a character is replaced only where
the segmenter sees a stray single character, so ordinary words are never "corrected".
"""

import re
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from policy_kb.answering.vocabulary import load_vocabulary
from policy_kb.text import words

_LATIN = re.compile(r"[a-z]+(?:[ '’]?[a-z]+)*")
_SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ang|eng|ing|ong|ian|iao|uai|uan|ai|an|ao|ei|en|er|ia|ie|in|iu|ou|ua|ue|ui|un|uo|ve|a|e|i|o|u|v)"
)
_PLAIN_ENGLISH = 0.5  # more of the Latin words than this are no pinyin: the text is left alone


@lru_cache(maxsize=1)
def _spelling() -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Words to restore, longest first, with their toneless syllables."""
    listed = sorted(load_vocabulary().spelling, key=len, reverse=True)
    return tuple((word, tuple(lazy_pinyin(word, style=Style.NORMAL))) for word in listed)


@lru_cache(maxsize=512)
def correct(text: str) -> str:
    """``text`` (normalised, lower case) with mistyped domain words restored and pinyin words written out."""
    return _correct_characters(_write_out_pinyin(text))


def _correct_characters(text: str) -> str:
    stray = _stray_positions(text)
    if not stray:
        return text
    for word, syllables in _spelling():
        if len(word) < 3 or word in text:
            continue
        for start in _windows(len(text), len(word), stray):
            window = text[start : start + len(word)]
            wrong = [index for index, (ours, theirs) in enumerate(zip(window, word, strict=True)) if ours != theirs]
            if len(wrong) == 1 and start + wrong[0] in stray and _likely(window, word, syllables, wrong[0]):
                text = text[:start] + word + text[start + len(word) :]
                stray.discard(start + wrong[0])
                break
    return text


def _windows(length: int, size: int, stray: set[int]) -> list[int]:
    """Where a word of ``size`` may start so that it covers a stray character."""
    return sorted(
        {start for place in stray for start in range(max(0, place - size + 1), min(place, length - size) + 1)}
    )


def _likely(window: str, word: str, syllables: tuple[str, ...], place: int) -> bool:
    """A homophone anywhere; another character only inside a word of four or more whose ends stand firm."""
    character = window[place]
    if not "\u3400" <= character <= "\u9fff" or character in "一二三四五六七八九十":
        return False
    if lazy_pinyin(character, style=Style.NORMAL)[0] == syllables[place]:
        return True
    return len(word) >= 4 and 0 < place < len(word) - 1


def _stray_positions(text: str) -> set[int]:
    """Places of Chinese characters that stand alone after segmentation."""
    stray, place = set[int](), 0
    for token in words(text):
        found = text.find(token, place)
        if found < 0:
            continue
        if len(token) == 1:
            stray.add(found)
            place = found + 1
        elif found >= place:
            place = found
    covered = {
        at
        for token in words(text)
        if len(token) > 1
        for start in _places(text, token)
        for at in range(start, start + len(token))
    }
    return stray - covered


def _places(text: str, token: str) -> list[int]:
    return [match.start() for match in re.finditer(re.escape(token), text)]


def _write_out_pinyin(text: str) -> str:
    """Runs of Latin letters that read as pinyin syllables of listed words, replaced by these words."""
    return _LATIN.sub(lambda run: _from_pinyin(run.group()), text)


def _from_pinyin(run: str) -> str:
    syllables = _split(run)
    if len(syllables) < 3:
        return run
    written, place, restored = list[str](), 0, 0
    while place < len(syllables):
        word = next(
            (
                word
                for word, wanted in _spelling()
                if len(wanted) > 1 and tuple(syllables[place : place + len(wanted)]) == wanted
            ),
            "",
        )
        if word:
            written.append(word)
            restored += len(word)
            place += len(word)
        else:
            written.append(syllables[place])
            place += 1
    return "".join(written) if restored >= len(syllables) * _PLAIN_ENGLISH else run


def _split(run: str) -> list[str]:
    """The pinyin syllables of a run, [] when it is not wholly pinyin."""
    found: list[str] = []
    for word in re.split(r"[ '’]", run):
        place = 0
        while place < len(word):
            match = _SYLLABLE.match(word, place)
            if not match or not match.group():
                return []
            end = _shorten(word, place, match.end())
            found.append(word[place:end])
            place = end
    return found


def _shorten(word: str, start: int, end: int) -> int:
    """Give back a final n or g that the next syllable needs (``sheng|an`` against ``shen|gan``)."""
    if (
        end < len(word)
        and word[end] in "aeiouv"
        and word[end - 1] in "ng"
        and _SYLLABLE.fullmatch(word, start, end - 1)
    ):
        return end - 1
    return end
