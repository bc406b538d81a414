"""What people type, made safe to keep and to send on: readable characters only, and never a command.

Rasa takes a message that begins with a stroke for a command (rasa#5754); invisible characters can hide one.
"""

import re
import unicodedata
from dataclasses import dataclass

from flask_babel import gettext as _

from policy_kb import text as kb_text
from portal.errors import Invalid

MAX_CHARACTERS = 1000

# Chinese punctuation that NFKC would turn into ASCII; people should see their own sentence again.
_KEPT = re.compile(r"[，。！？：；（）～、]+")
# Characters of other categories that take no room on the screen: Hangul fillers, the braille blank, Mongolian selectors.
_BLANK = re.compile("[\u115f\u1160\u3164\uffa0\u2800\u180b-\u180f\u17b4\u17b5]")
_STROKES = "/\\\u2044\u2215\u2571\u29f8\u27cb\u29f9"
_COMMAND = re.compile(rf"^\s*[{re.escape(_STROKES)}][\s{re.escape(_STROKES)}]*[A-Za-z_]")
_LEADING = re.compile(rf"^[\s{re.escape(_STROKES)}]+")
_BREAKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """``command`` is True when the text was typed as a machine command: it is kept, and never classified."""

    text: str
    command: bool = False


def clean(raw: str) -> Cleaned:
    """The text as it is kept; Invalid when nothing readable is left or it is longer than ``MAX_CHARACTERS``."""
    if len(raw) > 20 * MAX_CHARACTERS:
        raise _too_long(len(raw))
    text = _fold(raw.replace("\r\n", "\n").replace("\r", "\n"))
    command = bool(_COMMAND.match(text))
    text = _BREAKS.sub("\n\n", _LEADING.sub("", text)).rstrip()
    if not re.search(r"\S", text):
        raise Invalid(
            _("Nothing readable was sent. Type your question in a sentence or a few words and send it again."),
            code="empty",
        )
    if len(text) > MAX_CHARACTERS:
        raise _too_long(len(text))
    return Cleaned(text, command)


def _too_long(length: int) -> Invalid:
    return Invalid(
        _(
            "This message has %(length)s characters; up to %(most)s can be sent at once. Shorten it, or send it in parts; your text is still in the box.",
            length=length,
            most=MAX_CHARACTERS,
        ),
        code="too_long",
    )


def _fold(text: str) -> str:
    """NFKC of everything but Chinese punctuation, without invisible characters."""
    text = kb_text.strip_invisible(_BLANK.sub("", text))
    pieces, end = [], 0
    for kept in _KEPT.finditer(text):
        pieces += [unicodedata.normalize("NFKC", text[end : kept.start()]), kept.group()]
        end = kept.end()
    pieces.append(unicodedata.normalize("NFKC", text[end:]))
    return kb_text.strip_invisible("".join(pieces))
