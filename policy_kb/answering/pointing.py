"""Words that point back into the conversation: the second of what was listed, the matter spoken of earlier."""

import re
from functools import lru_cache

from policy_kb.catalogue import Catalogue, load_catalogue
from policy_kb.model import Topic

_CHINESE = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_ENGLISH = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
_BACK = r"(?:上面|上边|刚才|刚刚|前面|之前|您|你)(?:说|讲|提|列|给|引)?(?:到|出)?的?"
_NTH = re.compile(
    rf"^(?:那么?|就|选|看|我?(?:想|要)?(?:问|看|说)(?:一下)?的?是?)*\s*(?:{_BACK})?(?:那|这)?(?:第([一二两三四五六1-6])|(最后)一?)(?:个|条|项|点|款|种)(?:证|依据|规定|条款|问题|选项)?(?:怎么(?:说|规定)的?|(?:说|讲|写)(?:的)?(?:是)?(?:什么|啥)(?:意思)?|(?:是|指)(?:什么|啥)(?:意思)?|原文|具体|呢|吧|的|详细|展开|[?？。!！\s])*$"
)
_NTH_EN = re.compile(
    r"^(?:and |so |then |what about |how about |tell me (?:more )?about |show me |i mean |what does |explain )*the (first|second|third|fourth|fifth|last)(?: (?:one|clause|point|item|option|article|rule|source))?(?: (?:say|you (?:mentioned|named|listed|cited)|above))*[?.!]*$"
)
_ARTICLE_OF_DOCUMENT = re.compile(
    r"^(?:那么?)?第[一二三四五六七八九十百零0-9]+条(?:呢|怎么说|说什么|是什么|的内容|[?？\s])*$"
)
_ORIGINAL = re.compile(
    r"^(?:请|那|能不能|可以|我(?:想|要))*(?:给我|让我)?(?:看|查|发|显示)?(?:一?下)?(?:这条|那条|法条|条文|条款|法律|规定)?的?(?:原文|原话|全文)(?:是什么|怎么写的?|呢|吗|看看)?[?？。!！\s]*$|"
    r"^(?:please |can you |could you |can i |may i )*(?:show|give|see|read|quote)(?: me)? (?:the |its )?(?:original|exact|full)? ?(?:clause|text|article|wording|words)(?: of the law| itself| in full)?[?.!\s]*$"
)
_EARLIER = re.compile(
    r"刚才|刚刚|前面|之前(?:说|问|讲)|一开始|最开始|回到|说回|还是说|earlier|back to|as for the|first one you"
)
_DOMAIN_WORDS = {"drug": r"药", "device": r"器械|械|device", "cosmetic": r"化妆品|妆|cosmetic"}


@lru_cache(maxsize=1)
def shipped() -> Catalogue:
    """The catalogue of the release: names of items, which curators do not change."""
    return load_catalogue()


def find_pointed(shown: str, topic: Topic) -> str | None:
    """The whole question a pointing stands for: the n-th option or clause shown before; "" when there are not so many,
    None when nothing is pointed at."""
    number = _number_of(shown)
    if number and not _ARTICLE_OF_DOCUMENT.match(shown):
        listed = topic.offered or topic.cited
        place = number - 1 if number > 0 else len(listed) - 1
        return listed[place] if 0 <= place < len(listed) else ""
    if _ORIGINAL.match(shown) and topic.cited:
        return topic.cited[0]
    if _ARTICLE_OF_DOCUMENT.match(shown) and topic.document:
        return f"《{topic.document}》{shown}"
    return None


def _number_of(shown: str) -> int:
    """1 to 6, -1 for the last, 0 for none."""
    chinese = _NTH.match(shown)
    if chinese:
        word = chinese[1]
        return -1 if chinese[2] else int(word) if word.isdigit() else _CHINESE[word]
    english = _NTH_EN.match(shown.lower())
    return _ENGLISH[english[1]] if english else 0


def names_earlier(text: str, topic: Topic) -> str:
    """The id of an earlier item of the conversation that is spoken of again (刚才说的器械那个), "" when none is."""
    if not _EARLIER.search(text):
        return ""
    items = shipped().items
    for item_id in topic.earlier:
        item = items.get(item_id)
        words = _DOMAIN_WORDS.get(item.domain, "") if item else ""
        if item and words and re.search(words, text) and item_id != topic.item:
            return item_id
    return ""
