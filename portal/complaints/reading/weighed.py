"""Where the rules and the learned row of labels (``tagged``) say different things, which of them is followed.

The rules are exact where they know the words; the row knows how such things are told. Chosen on messages neither had seen
(docs/evaluation.md).
"""

import re
from dataclasses import replace

from portal.complaints.reading.harms import BODY_EN, join_told, names_harm, tidy_harm
from portal.complaints.reading.message import Message, Span
from portal.complaints.reading.products import Product, kind_of_name
from portal.complaints.reading.sellers import Seller

Tags = dict[str, list[Span]]
_NO_NAME = re.compile(r"[是当的了和跟有在也就”」\"]")
_NOT_THIS = re.compile(r"(?:当|当成|当作|不是|没有|换成|以及|还有)$")  # 把风油精当眼药水卖
# 快递盒上写的“易碎”, 喊“三天回春”: what is printed, shouted or promised is nobody's brand.
_SAID = re.compile(r"(?:写|印|标|喊|说|称|挂|宣传|保证|承诺|答应)(?:的是|明|的|着|了|道)?[:：]?\s*[“\"「『]?$")
_CLOSED = re.compile(r"[”」』》\"]")
# 一万块, 98元: an amount is nobody's name, and what stands behind one begins none.
_AMOUNT = re.compile(
    r"(?:[\d零一二两三四五六七八九十百千万]+(?:块|元|(?<=[万千]))|(?:块|元)(?:钱)?(?=在|从|去|买|的).*)"
)
_STREET = re.compile(
    r"(?:Road|Rd|Street|St|Avenue|Ave|Lane|Alley|Boulevard|Square|Bazaar|路|街|巷|大道|胡同|门口?|小区|楼下)\.?$"
)
_SO_CALLED = re.compile(r"(?:什么|啥|那个|这个)+")
_DENIED = re.compile(r"(?:\bnot|n['’]t) $")


def weigh_harm(message: Message, tags: Tags, ruled: Span | None, named: list[Span]) -> Span | None:
    """The longest telling of the row, its edges as the rules cut them; what the rules alone hear counts too."""
    told = join_told(message, tags["harm"])
    if (
        message.english
        and not any(names_harm(message, span) for span in told)
        and (ruled or not _suffers(message, told))
    ):
        return ruled
    if not told:
        return ruled
    start, end = max(told, key=lambda span: (span[1] - span[0], -span[0]))
    start = max([start, *(one[1] for one in named if one[0] <= start < one[1] < end)])  # 面膜烂脸
    return tidy_harm(message, (start, end))


def weigh_seller(message: Message, tags: Tags, ruled: Seller) -> Seller:
    """A name the row calls goods or a brand is no shop's; where the rules find none, the row's first."""
    name, platform = ruled.name, ruled.platform
    named = [_bare(message.plain, span) for span in tags["seller"] if not (platform and _overlap(span, platform))]
    named = [span for span in named if not _AMOUNT.fullmatch(message.plain, *span)]
    other = [*tags["product_name"], *(tags["brand"] if named else [])]
    if name and any(_overlap(name, span) for span in other):
        name = None
    if named and not (name and any(_overlap(name, span) for span in named)):
        name = named[0]
    if platform is None and ruled.online != "private":
        free = [span for span in tags["platform"] if not (name and _overlap(span, name))]
        platform = next((span for span in free if not _STREET.search(message.plain[span[0] : span[1]])), None)
    if name and (lead := _SO_CALLED.match(message.plain, *name)) and name[1] - lead.end() > 1:
        name = lead.end(), name[1]
    online = ruled.online or ("platform" if platform else "")
    return replace(ruled, name=name, platform=platform, online=online)


def weigh_product(message: Message, tags: Tags, ruled: Product, taken: list[Span], numbers: dict[str, Span]) -> Product:
    """Goods as the row cuts them where the rules cut off too much or too little, or took what the row knows as no goods."""
    free = [span for span in tags["product_name"] if not any(_overlap(span, one) for one in taken)]
    free = [span for span in free if not _NOT_THIS.search(message.before(span[0], 4))]
    name = _goods_of(message, ruled.name, free)
    kind = ruled.kind if name in (None, ruled.name) else kind_of_name(message, name, numbers)
    brands = [span for span in tags["brand"] if not _SAID.search(message.before(span[0], 6))]
    brand = ruled.brand or _first_free(message.plain, brands, [*taken, *([name] if name else [])])
    if brand and (_AMOUNT.fullmatch(message.plain, *brand) or _DENIED.search(message.before(brand[0], 5))):
        brand = None
    return replace(ruled, name=name, brand=brand, kind=kind)


def _suffers(message: Message, told: list[Span]) -> bool:
    """Whether what the row takes for harm in English is at least about a body: "I work at a factory" is none."""
    return any(BODY_EN.search(message.plain, *span) for span in told)


def _goods_of(message: Message, ruled: Span | None, row: list[Span]) -> Span | None:
    beside = next((span for span in row if ruled and _overlap(span, ruled)), None)
    if ruled is None or (row and beside is None):
        return _bare(message.plain, row[0]) if row else None
    if beside is None or message.english:
        return ruled
    words = message.plain[beside[0] : beside[1]]
    if beside[1] == ruled[1] and not _CLOSED.search(words) and not message.plain[ruled[0]].isdigit():
        return beside
    longer = beside[0] <= ruled[0] and ruled[1] < beside[1] and not _NO_NAME.search(words)
    return beside if longer else ruled


def _first_free(plain: str, spans: list[Span], taken: list[Span]) -> Span | None:
    return next((_bare(plain, span) for span in spans if not any(_overlap(span, one) for one in taken)), None)


def _bare(plain: str, span: Span) -> Span:
    """A name without what follows its closing quotes (椿萱”保健器械店), and without 牌."""
    start, end = span
    quote = _CLOSED.search(plain, start + 1, end)
    end = quote.start() if quote else end
    return start, end - 1 if end - start > 2 and plain[end - 1] == "牌" else end


def _overlap(one: Span, other: Span) -> bool:
    return one[0] < other[1] and other[0] < one[1]
