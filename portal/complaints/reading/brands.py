"""The brand of the goods: named as such, before the name (栀语的焕白淡斑霜), glued to it, in brackets or letters."""

import re

from portal.complaints.reading.message import Message, Span
from portal.complaints.reading.words import any_of, word_lists

# SK-X神仙霜: letters before a Chinese name are a brand, but for what it is made of or does.
_LATIN_LEAD = re.compile(r"[A-Za-z][A-Za-z0-9&'-]{1,14}(?=[\u4e00-\u9fff])")
_LATIN_SUBSTANCE = re.compile(
    r"(?:DHA|NMN|HPV|VC|VE|VB|NAD|AHA|BHA|PDRN|EGF|CBD|CT|OK|UV|LED|PM|KN95|KN|N95|IPL|DNA|PRP|RF|AD|B\d+|H\d+N\d+)\d*$",
    re.I,
)
_BRAND_WORD = re.compile(
    r"(?:(?:牌子|品牌|商标)(?:名)?(?:叫做?|就?是|为|:|写的?是?)+|品牌|牌子(?=[A-Za-z“\"「(（]))\s*[“\"]?[(「『]?(?P<name>[\u4e00-\u9fffA-Za-z]{2,8}?|[A-Za-z][A-Za-z0-9&'-]{1,20})[”\"]?(?=[,，。;、\s”\")」』!]|的|在|型号|买|花|批|$)|[“\"](?P<quoted>[\u4e00-\u9fffA-Za-z]{2,8})[”\"]\s?牌"
)
_BRAND_TAIL = re.compile(
    r"(?:^|[,，。;、\s是个买用的条支台盒(“\"「])(?P<name>(?:(?![的了个这那是买用支条台盒一])[\u4e00-\u9fff]){2,4}[A-Za-z]{0,14}|[A-Za-z]{2,15})[”\"」]?牌(?!照|匾|价|位|局|楼|坊)(?=的|子|[,，。;、\s)”\"」]|[\u4e00-\u9fff])"
)
_AFTER_PRODUCT = re.compile(
    r"^[,，(（]\s*(?P<name>(?:(?!的)[\u4e00-\u9fff]){2,4}?|[A-Z][A-Za-z]{2,14})(?:家)?的?(?=[,，。)）;])"
)
_NO_BRAND = re.compile(
    r"我|你|他|她|它|们|务|站|开|看|把|将|散装|整|朋友|同事|邻居|老师|老板|店|医生|家里|妈|爸|爷|奶|公|婆|姐|妹|哥|弟|孩|女|男|网|进口|国产|品牌|厂|新|旧|好|贵|便宜|过期|假|变质|受潮|上|下|里|外|昨|今|前|天|月|年|号|次|种|所谓|自己|别人|他家|她家|这个|那个|市|区|路|县|省|药|医|院|一直|刚|最|很|送|叫|买|用|吃|卖|说|处方|全新|二手|医用|家用|儿童|电子|没有|无|要求|投诉|举报|反映|自制|祖传|自家|牌照|任何|根本|广告|标价|招牌|门牌|吊牌|价|型号|三无|特效|超级|强效|新型|高级|豪华|天然|纯天然|有机|秘制|独家|古法|宫廷|同仁|御用"
)
_EN_BRAND = re.compile(
    r"\b(?:[Bb]rand(?:ed)?|made by|[Bb]rand name|by the brand|labell?ed|marked|sold as)(?: is| name| called|:)?:? [\"“']?(?P<name>[A-Z][\w’'-]+(?: [A-Z][\w’'-]+)?)|\b(?P<before>[A-Z][a-z]\w+)[- ]brand\b|(?<!shop )(?<!store )(?<!seller )(?<!pharmacy )(?<!account )(?<!clinic )\b(?:was|is) called [\"“](?P<called>[A-Z][\w’' -]{1,24})[\"”]"
)


def named_brand(message: Message) -> Span | None:
    for pattern in (_BRAND_WORD, _BRAND_TAIL, _EN_BRAND):
        for found in pattern.finditer(message.plain):
            name = next(group for group in found.groupdict() if found[group])
            if pattern is _EN_BRAND or (
                not _NO_BRAND.search(found[name])
                and not re.fullmatch(r"不知道|没有|不详|忘了|什么|哪个|大|小|名|杂|老|同", found[name])
            ):
                return found.span(name)
    return None


def brand_near(message: Message, name: Span) -> Span | None:
    if after := _AFTER_PRODUCT.match(message.plain[name[1] :]):
        start, end = after.span("name")
        word = message.plain[name[1] + start : name[1] + end]
        if "的" in after.group() and not _NO_BRAND.search(word):
            return name[1] + start, name[1] + end
    if message.english:
        return _brand_english(message, name)
    return brand_before(message, name)


def _brand_english(message: Message, name: Span) -> Span | None:
    after = re.match(
        r" ?\((?P<name>[A-Z][a-z]\w+(?: [A-Z]\w+){0,2})(?=[,)])| called (?P<called>[A-Z][a-z]\w+)",
        message.plain[name[1] :],
    )
    if after:
        start, end = after.span("name" if after["name"] else "called")
        return name[1] + start, name[1] + end
    base = max(0, name[0] - 30)
    if quoted := re.search(r"[\"“](?P<name>[A-Z][\w ]{1,20})[\"”] $", message.plain[base : name[0]]):
        return base + quoted.start("name"), base + quoted.end("name")
    before = re.search(
        r"(?:\ba|\bmy|\bthe|\bsome|\bof) (?P<name>[A-Z][a-z]\w+) $", message.plain[max(0, name[0] - 30) : name[0]]
    )
    return (base + before.start("name"), base + before.end("name")) if before else None


def brand_before(message: Message, name: Span) -> Span | None:
    """栀语的焕白淡斑霜, 齿语者那个牙膏: an unknown word of two to four signs where a clause or a verb of use begins."""
    base = max(0, name[0] - 12)
    if (
        quoted := re.search(r"[“\"「](?P<name>[\u4e00-\u9fff]{2,5})[”\"」](?:牌)?$", message.plain[base : name[0]])
    ) and not _NO_BRAND.search(quoted["name"]):
        return base + quoted.start("name"), base + quoted.end("name")
    found = re.search(
        r"(?:^|[,，。;!\s“\"]|用了?|买了?|吃了?|换成了?|卖|叫|是|抢的?|拍的?|戴了?|贴了?|喝了?|服(?!务)了?|染了?|刷了?|抹了?|涂了?|入手了?|购买了?)[“\"「『]?(?P<name>(?:(?![的了那这个用买吃在是有])[\u4e00-\u9fff]){2,4}?|[A-Z][A-Za-z]{2,14})[”\"」』]?(?:家)?(?:的|那个|那款|这个|这款)(?:一[款盒瓶支个种])?$",
        message.plain[base : name[0]],
    )
    if not found or _NO_BRAND.search(found["name"]):
        return None
    return base + found.start("name"), base + found.end("name")


def split_brand(message: Message, name: Span) -> Span | None:
    """蔻小汐积雪草舒缓喷雾: what stands before the first known modifier, where the clause begins with it."""
    words = message.plain[name[0] : name[1]]
    if (latin := _LATIN_LEAD.match(words)) and not _LATIN_SUBSTANCE.match(latin.group()) and latin.end() >= 2:
        return (name[0], name[0] + latin.end()) if len(words) - latin.end() >= 2 else None
    if message.english or (name[0] > 0 and message.plain[name[0] - 1] not in ',，。;!:\n “"了'):
        return None
    found = re.search(any_of(word_lists()["product_modifiers"]), words)
    if not found or not 2 <= found.start() <= 4 or _NO_BRAND.search(words[: found.start()]):
        return None
    return name[0], name[0] + found.start()
