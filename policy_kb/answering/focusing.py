"""What a long message asks: the sentences with the question in them, apart from the story around it."""

import re

LONG = 45  # characters; a shorter question is all focus
_SENTENCE = re.compile(r"[^。！？!?；;\n]+[。！？!?；;\n]*")
_ASKING = re.compile(
    r"[?？]|想问|请问|问问|问一下|问清楚|问下|咨询|告诉我|请教|到底|究竟|麻烦|准话|吗|呢$|几天|多久|怎么|哪(个|里|级|一)|是不是|能不能|可不可以|想知道|"
    r"\b(what|when|which|who|how|can|may|must|does|is it|do (we|i)|should)\b"
)
_PLAINLY = re.compile(r"[?？]|想问|请问|请教|问问|问一下|问清楚|问下|咨询|告诉我|到底|究竟|准话|想知道")
_PIECE = re.compile(r"[^，,、]+[，,、]*")
_KEPT = 70  # characters of focus; beyond, only the pieces that ask and their neighbours


_INTERROGATIVE = re.compile(
    r"[?？]|几|多少|多久|多长|吗|么|呢|什么|啥|哪|谁|怎|如何|咋|是否|能不能|可不可以|行不行|要不要|会不会|有没有|是不是|算不算|能否|可否|还是|期限|时限|何时|"
    r"\b(what|when|which|who|where|how|can|may|must|does|do|is|are|should)\b"
)


def is_asking(piece: str) -> bool:
    """Whether a piece of a sentence asks something."""
    return bool(_INTERROGATIVE.search(piece))


def find_asking(text: str) -> str:
    """The pieces between commas that ask; the whole text when none does."""
    pieces = re.split(r"[，,、。；;！!\n]+", text)
    asking = [piece for piece in pieces if _INTERROGATIVE.search(piece)]
    return "，".join(asking) if asking and len(pieces) > 1 else text


def find_focus(text: str) -> str:
    """The asking part of a question, or the whole when it is short or asks nowhere in particular."""
    if len(text) <= LONG:
        return text
    sentences = _SENTENCE.findall(text)
    plainly = [sentence for sentence in sentences if _PLAINLY.search(sentence)]
    asking = plainly or [sentence for sentence in sentences if _ASKING.search(sentence)]
    focus = "".join(asking[-3:]) if asking else sentences[-1] if sentences else text
    return focus if len(focus) <= _KEPT else _asking_pieces(focus)


def _asking_pieces(focus: str) -> str:
    pieces = _PIECE.findall(focus)
    wanted = {near for place, piece in enumerate(pieces) if _ASKING.search(piece) for near in (place - 1, place)}
    return "".join(piece for place, piece in enumerate(pieces) if place in wanted) or focus
