"""A message in pinyin without tones, turned into Chinese where its words are known, so that one grammar reads both.

Each syllable becomes one sign: of a known word (longest first) that word's, of any other a sign that stands for
"some syllable". ``starts`` and ``ends`` lead back to what was written.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from portal.complaints.reading import places
from portal.complaints.reading.words import word_lists

SOME = "龘"  # a sign no word list holds
_SYLLABLE = re.compile(
    r"(?:zh|ch|sh|[bpmfdtnlgkhjqxrzcsyw])?(?:iang|iong|uang|ueng|ang|eng|ing|ong|ian|iao|uai|uan|ai|ei|ui|ao|ou|iu|ie|ve|ue|er|an|en|in|un|vn|ia|ua|uo|a|o|e|i|u|v)|ng?|m"
)
_PIECE = re.compile(r"[a-z]+|\d[\d.-]*|\S|\s", re.I)
# Words that carry the grammar; the word lists and the table of places give the rest.
_GRAMMAR = (
    "在 买的 买了 买 的 了 用了 用 吃了 吃 我 我叫 叫 我要 要 要求 退钱 退款 退货 退 赔钱 赔偿 换货 换一个 店主说 店主 老板说 老板 说 不退 不给退 不肯退 电话 手机 联系电话 住在 住 地址 举报 投诉 处罚 查处 花了 块 块钱 元 一次 天 四天 三天 两天 "
    "脸红了 脸红 昨天 前天 今天 上周 过敏体质 过敏 过期了 过期 假的 假货 现在 店在 店 给 没有 不 他 她 那个 这个 一盒 一瓶 市 区 县 省 路 街 大道 号 药店 药房 大药房 日化店 医生 我妈 我爸 孩子 痒 肿 疼 红 处方 没有处方 就卖 卖"
)


@dataclass(frozen=True, slots=True)
class Read:
    plain: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]


def read_pinyin(text: str) -> Read | None:
    """The message sign by sign; None when it is not pinyin (four fifths of its words must be syllables)."""
    pieces = list(_PIECE.finditer(text))
    words = [m.group().lower() for m in pieces if m.group().isalpha()]
    syllables = [word for word in words if _SYLLABLE.fullmatch(word)]
    if len(words) < 5 or len(syllables) < 0.8 * len(words):
        return None
    return _turn(pieces)


def _turn(pieces: list[re.Match[str]]) -> Read:
    signs: list[tuple[str, int, int]] = []
    solid = [m for m in pieces if not m.group().isspace()]
    position = 0
    while position < len(solid):
        piece = solid[position]
        if hanzi := _longest(solid, position):
            covered = solid[position : position + len(hanzi)]
            signs += [(sign, m.start(), m.end()) for sign, m in zip(hanzi, covered, strict=True)]
            position += len(hanzi)
        elif piece.group().isalpha():
            signs.append((SOME, piece.start(), piece.end()))
            position += 1
        else:
            signs += [(sign, piece.start() + n, piece.start() + n + 1) for n, sign in enumerate(piece.group())]
            position += 1
    return Read("".join(s for s, _b, _e in signs), tuple(b for _s, b, _e in signs), tuple(e for _s, _b, e in signs))


def _longest(solid: list[re.Match[str]], position: int) -> str:
    for size in range(min(8, len(solid) - position), 0, -1):
        key = " ".join(m.group().lower() for m in solid[position : position + size])
        if found := _dictionary().get(key):
            return found
    return ""


@lru_cache(maxsize=1)
def _dictionary() -> dict[str, str]:
    from pypinyin import lazy_pinyin

    lists = word_lists()
    known = [word for kind in ("product_heads", "product_names") for words in lists[kind].values() for word in words]
    known += [*lists["body_parts"], *lists["harm_signs"], *lists["seller_ends"]]
    entries: dict[str, str] = {}
    for word in [*_GRAMMAR.split(), *places.list_names(), *known]:
        if re.fullmatch(r"[\u4e00-\u9fff]+", word) and (len(word) > 1 or word in _GRAMMAR.split() or word == "膏"):
            entries.setdefault(" ".join(lazy_pinyin(word)), word)
    return entries
