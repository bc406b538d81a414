"""A message as a row of tokens and what is seen at each: the features by which ``tagged`` tells fields apart.

A token is one Chinese sign, one Latin word, one number or one other sign. Features are strings; what was learned of each
stands in ``tags.json``. Nothing here looks at what the rules of the other modules found but places, numbers and people.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from portal.complaints.reading.message import Message, Span
from portal.complaints.reading.words import any_of, pattern_of, word_lists

_TOKEN = re.compile(r"[A-Za-z]+(?:['’][A-Za-z]+)?|\d+(?:[.:]\d+)*|\S")
_CLAUSE = re.compile(r"[,，。!！?？;；:：\n…~()（）]|\.(?=\s|$)")
_QUOTES = str.maketrans("“”「」『』‘’《》", '""""""""""')
# Turns that lead to a field, whichever it is: what is bought, where, who did something, when it happened.
_CUES: dict[str, re.Pattern[str]] = {
    "buy": re.compile(r"买|购|拿了|拿的|下单|下的单|拍的|抢的|入手|花了|配了|配的|称了|收到|bought|ordered|got\b|purchased|paid", re.I),
    "sell": re.compile(r"卖|推销|推荐|忽悠|发货|销售|sold|sells|selling", re.I),
    "use": re.compile(r"用了|抹|涂|擦|搽|敷|贴|喝|吃|服|戴|喷|滴|刷|染|洗|打了|泡|坐|睡|used?\b|using|took|taking|wore|wearing", re.I),
    "body": re.compile(r"身上|脸|眼|嘴|手|脚|腿|头|胃|肚|心|皮肤|牙|舌|耳|鼻|喉|嗓|腰|背|胸"),
    "who": re.compile(
        r"(?:我|俺|他|她|孩子|娃|宝宝|老(?:人|婆|公|伴|爸|妈|头|太太)|妈|爸|奶奶|爷爷|女儿|儿子|闺女|姐|妹|哥|弟|姨|姑|舅|叔|同事|朋友|邻居|阿姨)+|\b(?:i|my|he|she|his|her|we|our)\b",
        re.I,
    ),
    "when": re.compile(
        r"第[一二三四五六七八九十\d]+天|当晚|当天|当时|半夜|晚上|早上|天亮|起来|醒来|没多久|不到|之后|以后|后来|现在|到现在|结果|一(?:个)?(?:晚上?|宿|夜)|[一二两三四五六七八九十几半\d]+(?:个)?(?:天|晚|周|礼拜|星期|小时|钟头|分钟|次|回|个月|包|片|粒|瓶)|after|then|by (?:morning|bedtime)|within|next day",
        re.I,
    ),
    "other": re.compile(
        r"店(?:员|家|主|长|里)|老板娘?|商家|客服|卖家|主播|柜姐|导购|医生|大夫|医院|护士|平台|人家|他们|说明书|广告|宣传|保证|承诺|clerk|seller|doctor|clinic|hospital|they|support",
        re.I,
    ),
    "not": re.compile(r"没|不|别|怕|担心|幸亏|还好|万一|要是|会不会|可能|本来|以前|治|防|能|luckily|might|worried|never|no\b|not\b|cures?", re.I),
    "called": re.compile(r"叫|名|牌|称|家的|品牌|店|called|named|brand|shop|store|seller", re.I),
    "online": re.compile(r"平台|APP|直播|上面?的|网上|链接|群|朋友圈|小程序|快递|单号|订单|客服|app\b|platform|order", re.I),
    "like": re.compile(r"跟|像|似的|一样|成了?|得(?=[\u4e00-\u9fff])|都(?=[\u4e00-\u9fff])|like\b|so (?:\w+ )?that"),
    "come": re.compile(r"起|冒|长|掉|烂|流|淌|破|裂|肿|发|鼓|红|出|翻|溃|渗|swell|came|broke|turned|split", re.I),
}  # fmt: skip
_LISTS = (
    "body_parts",
    "harm_signs",
    "harm_signs_weak",
    "seller_ends",
    "platforms",
    "platform_ends",
    "product_modifiers",
)
_LISTS_EN = ("harm_signs_en", "seller_ends_en", "place_words_en")
Token = tuple[int, int, str]


def tokens_of(plain: str) -> list[Token]:
    """(start, end, what it is read as): numbers of a length are one, letters small, quotes of all kinds one."""
    return [(m.start(), m.end(), _read_as(m.group())) for m in _TOKEN.finditer(plain)]


def _read_as(word: str) -> str:
    if word[0].isdigit():
        return "#" * min(len(word), 8)
    return word.translate(_QUOTES).lower()


def features_of(message: Message, tokens: list[Token], known: Mapping[str, Iterable[Span]]) -> list[list[str]]:
    """The features of each token. ``known``: spans that other topics are sure of (place, number, people)."""
    plain = message.plain
    marks = _marks(plain, tokens, known)
    clauses = _clauses(plain, tokens)
    words = [token[2] for token in tokens]
    shapes = [_shape(plain[token[0] : token[1]]) for token in tokens]
    quoted = _quoted(words)
    rows = []
    for n in range(len(tokens)):
        row = ["*", f"s{shapes[n]}", f"q{quoted[n]}", *_words_at(words, n)]
        for shift in (-2, -1, 0, 1, 2):
            if 0 <= n + shift < len(tokens):
                row += [f"m{shift}{mark}" for mark in marks[n + shift]]
                row.append(f"s{shift}{shapes[n + shift]}")
        row += clauses[n]
        rows.append(row)
    return rows


def _words_at(words: list[str], n: int) -> list[str]:
    def at(place: int) -> str:
        return words[place] if 0 <= place < len(words) else "^" if place < 0 else "$"

    near = [f"{shift}{at(n + shift)}" for shift in range(-4, 5)]
    pairs = [f"{shift}{at(n + shift)} {at(n + shift + 1)}" for shift in range(-3, 3)]
    threes = [f"{shift}{at(n + shift)} {at(n + shift + 1)} {at(n + shift + 2)}" for shift in (-3, -2, -1, 0, 1)]
    return [*(f"w{one}" for one in near), *(f"b{one}" for one in pairs), *(f"t{one}" for one in threes)]


def _shape(word: str) -> str:
    if word[0].isdigit():
        return "9"
    if "\u4e00" <= word[0] <= "\u9fff":
        return "汉"
    if word[0].isalpha():
        return "Aa" if word[0].isupper() and len(word) > 1 else "A" if word[0].isupper() else "a"
    return "."


def _quoted(words: list[str]) -> list[str]:
    """How many tokens stand before a token since the quotes were opened; "" outside."""
    found, opened = [], -1
    for n, word in enumerate(words):
        if word == '"':
            opened = -1 if opened >= 0 else n
            found.append('"')
        else:
            found.append(str(min(n - opened, 4)) if opened >= 0 and n - opened < 24 else "")
    return found


def _marks(plain: str, tokens: list[Token], known: Mapping[str, Iterable[Span]]) -> list[list[str]]:
    """Which known words and spans a token begins, is inside of, or ends."""
    spans = [(name, m.span()) for name in (*_LISTS, *_LISTS_EN) for m in pattern_of(name).finditer(plain)]
    spans += [(kind, m.span()) for kind, pattern in _goods().items() for m in pattern.finditer(plain)]
    spans += [(name, span) for name, each in known.items() for span in each]
    spans += [(name, m.span()) for name, cue in _CUES.items() for m in cue.finditer(plain)]
    starts = {token[0]: n for n, token in enumerate(tokens)}
    marks: list[list[str]] = [[] for _ in tokens]
    for name, (start, end) in spans:
        first = starts.get(start)
        if first is None:
            continue
        n = first
        while n < len(tokens) and tokens[n][0] < end:
            last = tokens[n][1] >= end
            place = "U" if n == first and last else "B" if n == first else "E" if last else "I"
            marks[n].append(place + name)
            n += 1
    return marks


@lru_cache(maxsize=1)
def _goods() -> dict[str, re.Pattern[str]]:
    heads = word_lists()["product_heads"]
    return {"goods": re.compile(any_of(word for words in heads.values() for word in words), re.I)}


def _clauses(plain: str, tokens: list[Token]) -> list[list[str]]:
    """What stands in a token's clause, in the ones beside it, and how far into it the token is."""
    ends = [m.start() for m in _CLAUSE.finditer(plain)] + [len(plain)]
    signs = [_signs_in(plain[a:b]) for a, b in zip([0, *(e + 1 for e in ends[:-1])], ends, strict=True)]
    rows, n, since = [], 0, 0
    for token in tokens:
        since += 1
        while token[0] > ends[n]:
            n, since = n + 1, 0
        row = [f"c0{sign}" for sign in signs[n]] + [f"in{min(since, 6)}"]
        row += [f"c-{sign}" for sign in signs[n - 1]] if n else ["c-^"]
        row += [f"c+{sign}" for sign in signs[n + 1]] if n + 1 < len(signs) else ["c+$"]
        rows.append(row)
    return rows


@lru_cache(maxsize=256)
def _signs_in(clause: str) -> tuple[str, ...]:
    found = [name for name, cue in _CUES.items() if cue.search(clause)]
    found += [
        name for name in ("harm_signs", "body_parts", "seller_ends", "harm_signs_en") if pattern_of(name).search(clause)
    ]
    return (*found, "#") if re.search(r"\d", clause) else tuple(found)
