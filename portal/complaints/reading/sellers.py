"""Who is complained of: the shop, company or account, and the platform it sells on.

A name ends with what such businesses are called (``words``) and begins after a word that cannot be part of it, or
stands in quotes after 直播间, 店名, 叫; a kind alone ("那家药店") is no name.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from portal.complaints.reading.message import Message, Span
from portal.complaints.reading.places import Place
from portal.complaints.reading.platforms import find_platform
from portal.complaints.reading.sellers_en import find_english
from portal.complaints.reading.words import any_of, word_lists

# What cannot stand inside a business's name; reading leftwards stops behind it.
_STOP = re.compile(
    r"(?:[,，。;；:：!?？、\s“”\"'《》()\[\]【】]|[的嘅种比往在喺了咗去到从这那给把被让跟就也还说问找叫是有个只咯我你他她它们来买卖]|一家|这家|那家|某家|位于|地处|举报|投诉|反映|关于|要求|希望|请求|粒|名叫|名为|叫做|经过|路过|楼下|门口|旁边|对面|附近|隔壁|内|卖家|商家|店家|看[见到]|见到|发现|碰到|遇到|听说|上海?(?=$)|平台|直播间|附近|附属的|通过|开的|实名|匿名|检举|查一?下|[区县市镇路街村号楼片层巷道])$"
)
# Leads that are no part of a name.
_LEADS = re.compile(
    r"(?:之|嗰|店名|[那这]间|间|店铺|商铺|门店|商户|淘宝店|网店|微店|一个|有个|应聘|批发|钱|以前|上次|那次)+"
)
_NAME_SIGN = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·&・.'-]")
_BRANCH = re.compile(r"\([\u4e00-\u9fff0-9]{1,8}店\)|[\u4e00-\u9fff0-9]{1,8}(?:分店|店)")
_BRANCH_STOP = re.compile(
    r"[的了在买卖去说给我把花就也拿这那他她人里内有跟开做和或到]|药店|药房|商店|网店|小店|店员|店主|老板"
)
_QUOTED = re.compile(
    r"(?:直播间|团长|朋友圈|微信群?|店名(?:叫|是|为)?|店铺名?(?:叫|是|为)?|网店|微店|店家|商家|商户|叫做?|名叫|名为|自称|昵称(?:叫|是)?|网名(?:叫|是)?|账号(?:叫|是)?|主播|卖家|公众号|小程序|平台(?:的|上)?|上的?|在|从|里的?|家叫|一家)[是为:]?\s*[“\"「『《'](?P<name>[^”\"」』》']{2,20})[”\"」』》']"
)
# What is called so is the goods, not the shop.
_OF_GOODS = re.compile(
    r"(?:牌子|品牌|商标|产品|药|型号|东西|系列|一[种款盒瓶])名?(?:就|都)?(?:叫做?|是|为|:)*\s*[“\"「『《']?$"
)
_IN_PARENS = re.compile(r"(?:店|馆|商家|卖家|网店|直播间|公司|诊所)\((?P<name>[\u4e00-\u9fff·]{3,14})\)")
# 路上的「乐龄医疗器材行」, 拾光购“糖罐子彩妆铺”: in quotes right behind a place or a platform.
_QUOTED_HERE = re.compile(
    r"(?:上面?|里面?|内)?(?:的|之|嘅|那家|那个|这家|有家|有个|一家|某|直播间?|小程序|APP|app|平台|商城)*(?:地下一层|[一二三四五负\d]+[层楼])?\s*[“\"「『《](?P<name>[^”\"」』》,，。;!?]{2,20})[”\"」』》]"
)
# “乐龄医疗器材行”: in quotes, and ends as a business does.
_QUOTED_BUSINESS = re.compile(
    rf"[“\"「『《](?P<name>[^”\"」』》,，。;!?]{{1,18}}{any_of(word_lists()['seller_ends'])})[”\"」』》]"
)
_QUOTED_AFTER = re.compile(
    r"[“\"「『](?P<name>[^”\"」』]{2,20})[”\"」』]的?" + any_of([*word_lists()["seller_ends"], "主播", "账号"])
)
_CALLED = re.compile(
    r"(?:(?:一家|有家|那家|这家|家|有个|有一个|一个|个)(?:名叫|叫做?|名为)|(?:店|馆|公司|诊所|主播|卖家|商家|微商|代购|直播间|账号|网店)(?:名字?|名称)?(?:叫做?|名叫|名为|自称)|店(?:铺)?名称?[是为:]?)\s*(?P<name>(?:[\u4e00-\u9fffA-Za-z0-9·&]|(?<=[A-Za-z]) (?=[A-Z])){2,16}?)(?=的|[,，。;、\s(]|卖|在|里|上|买|那|给|跟)"
)
_STATED = re.compile(
    r"(?:店(?:铺)?名称?|微信(?:名|昵称))(?:字|称)?[:是为叫]\s*[“\"「『]?(?P<name>[\u4e00-\u9fffA-Za-z0-9·]{2,12}?)(?=[,，。;、\s()”\"」』]|$)"
)
_CHAT_SELLER = re.compile(
    r"(?:微信|朋友圈|QQ|群|网上|群里|团购)[^,。;!?]{0,14}?(?:叫|自称|昵称|网名)[是叫为]?\s*[“\"「『]?(?P<name>[\u4e00-\u9fffA-Za-z0-9·]{2,10}?)[”\"」』]?(?=的|[,，。;\s”\"」』]|卖)"
)
_ON_PLATFORM = re.compile(
    r"(?P<platform>[\u4e00-\u9fffA-Za-z0-9]{2,8}?)(?:平台|APP|app|App)?(?:上面?|里面?|平台)(?:的|有家|有个|有一家|一家)?\s*(?P<name>(?!点的?|买|下单|抢|拍|看|刷|搜|找|订|购)[\u4e00-\u9fffA-Za-z0-9·&]{3,16}?)(?=买的?|购|下单|拍的?|订|分\d|卖|入手|,|。|店?花了|[那这]个)"
)
_AT_PLACE = re.compile(
    r"(?:边上|旁边|上|里)?(?:的|嘅|那家|那个|一家|有家|某)*(?P<name>(?:(?![的了在去到这那有是我他花把给被])[\u4e00-\u9fffA-Za-z0-9·]){2,10}?)(?:里|那里|那儿)?(?=买|购|拿|配|订|办了|做的|开的|卖|给我|抓|打了|[,，。:：]|[“\"「])"
)
# 市二院, 医大一院, 省妇幼: hospitals as people shorten them.
_SHORT_HOSPITAL = re.compile(
    r"(?:^|[,，。!?;\s在去到的是从给])(?P<name>(?:[省市县区州]|[\u4e00-\u9fff]{2}[市县区省]|[\u4e00-\u9fff]{2}|[\u4e00-\u9fff]?医大|医科大|武警|铁路|矿务局)?(?:第?[一二三四五六七八九十]|人民|中心|附属|附[一二三]|总|中)医?院|(?:省|市|县|区)(?:妇幼|中医院|人民医院))"
)
# How shops are called that say no kind: 苗灵草堂, 久安堂.
_SHOPLIKE = re.compile(
    r"(?:[堂阁坊轩斋记行社屋铺馆站部房室庄号]|药[店房行]|医院|口腔|眼镜|美业|日化|美妆|健康|器械|生活|会所|中心|公司|店)$"
)
_HOSPITALS = ("医院", "诊所", "门诊部", "门诊", "卫生院", "卫生室")


@dataclass(frozen=True, slots=True)
class Seller:
    """``online``: platform, private (a chat account, an own site) or "" (a place one can walk into)."""

    name: Span | None = None
    platform: Span | None = None
    online: str = ""


def read_seller(message: Message, places: list[Place]) -> Seller:
    """The business the message is about, and where it sells when that is online."""
    platform = find_platform(message, places)
    name = find_english(message, places) if message.english else _find_name(message, places, platform)
    private = _is_private(message, name)
    online = "private" if private else "platform" if platform and not private else ""
    return Seller(name, None if private else platform, online)


def _is_private(message: Message, name: Span | None) -> bool:
    """Sold in a chat, from a circle of friends or an own website: an operator by 其他网络服务."""
    words = r"微信(?!支付|付|转账|扫|群?通知)|朋友圈|微商|团长|快团团|QQ群|代购|自建网站|官网下单|公众号|小程序|独立站|群里(?!都|有人说)|(?:拉|加)(?:了)?(?:我)?进[^,。]{0,4}群|(?:业主|团购|宝妈|粉丝|家长|代购|养生|社区|闲置|福利)群|WeChat (?:seller|group|friend|contact)|on WeChat|via WeChat|over WeChat|own website|Telegram|WhatsApp|Instagram|Facebook"
    found = re.search(words, message.plain, re.I)
    if not found:
        return False
    shop = name and re.search(r"(?:药房|药店|超市|诊所|医院|美容院|器械店|店)$", message.plain[name[0] : name[1]])
    return not shop


def _find_name(message: Message, places: list[Place], platform: Span | None) -> Span | None:
    plain = message.plain
    if (stated := _STATED.search(plain)) and _is_name(stated["name"]):
        return stated.start("name"), _branch_end(plain, stated.end("name"))
    for spot in [*(place.span for place in places), *([platform] if platform else [])]:
        found = _QUOTED_HERE.match(plain, spot[1])
        if found and _is_name(found["name"]) and not _is_product(found["name"]):
            return found.span("name")
    for pattern in (_QUOTED, _QUOTED_AFTER, _QUOTED_BUSINESS):
        for found in pattern.finditer(plain):
            if _is_name(found["name"]) and not _OF_GOODS.search(plain[: found.start("name")]):
                return _without_account(plain, found.span("name"))
    if platform and (beside := _ON_PLATFORM.match(plain, platform[0])) and _is_name(beside["name"]):
        return _trim(plain, beside.span("name"))
    candidates = [span for span in _list_names(plain, places) if _is_name(plain[span[0] : span[1]])]
    candidates = [span for span in candidates if not (platform and span[0] < platform[1] and platform[0] < span[1])]
    if candidates:
        return max(candidates, key=lambda span: (_weight(message, span, places), -span[0]))
    for pattern in (_CALLED, _CHAT_SELLER, _IN_PARENS):
        called = pattern.search(plain)
        inside = called and any(place.span[0] <= called.start("name") < place.span[1] for place in places)
        if called and not inside and _is_name(called["name"]):
            return called.start("name"), _branch_end(plain, called.end("name"))
    return _find_at_place(plain, places)


def _without_account(plain: str, span: Span) -> Span:
    """The name alone of 小鹿代购(wx:xiaolu88)."""
    account = re.search(
        r"\s*[(\[]?\s*(?:wx|vx|v信|微信号?|薇信|id|ID|QQ)\s*[:：]?\s*[A-Za-z0-9_-]{3,}", plain[span[0] : span[1]]
    )
    return (span[0], span[0] + account.start()) if account and account.start() >= 2 else span


def _find_at_place(plain: str, places: list[Place]) -> Span | None:
    """淮海西路的久安堂买的: what stands between a place and the buying is the shop, whatever it is called."""
    for place in places:
        found = _AT_PLACE.match(plain, place.span[1])
        if not found or not _is_name(found["name"]) or re.search(r"[门桥口街庙寺场站村区]$", found["name"]):
            continue
        closed = found.end() < len(plain) and plain[found.end()] in ',，。:：“"「'
        if not closed or _SHOPLIKE.search(found["name"]):
            return found.span("name")
    return None


def _is_name(name: str) -> bool:
    """More than a kind of business: 药店, 社区诊所, 一家网店 are none."""
    bare = _ends().sub("", name)
    if name in _goods() or _NOT_A_NAME.search(name):
        return False
    return len(name) >= 3 and len(bare) >= 1 and not _PLAIN.fullmatch(bare)


_NOT_A_NAME = re.compile(
    r"哪|什么|怎么|多少|是不是|自己|没记|不记|忘|不知|不清|[一二两三四五六七八九十几\d]+(?:箱|盒|瓶|支|包|件|袋|套)|三无|^[一二三]类|^(?:怪|跑|厂家)|和(?:药店|药房|医院|平台)$|^(?:不|没|再|又|还|就)|旁|应聘|^(?:加油站|火车站|地铁站|高铁站|车站|机场|服务区|学校|小区|社区|村里|镇上|县城|市里|单位|公司|楼下|校内|景区|酒店|小区门口)?(?:里|的|内)?(?:便利店|超市|药店|药房|诊所|医院|商店|卫生室|卫生院|小卖部|免税店|美容院|理发店)$"
)
_PLAIN = re.compile(
    r"(?:快递|物流|酒|饭|宾|旅|回|黑心|无良|破|垃圾|正经|靠谱|便宜|常去|熟人|朋友|[大小老新好多几两各一家某个药本该这那此网店上线下街边门村里镇城县市区省路楼面]|实体|社区|连锁|零售|医疗|器械|化妆品|保健品|保健|母婴|美容|美妆|火锅|烧烤|快餐|奶茶|美甲|美睫|纹绣|宠物|茶叶|特产|理发|美发|足疗|按摩|水果|烟酒|手机|服装|眼镜|本地|当地|附近|家电|电商|私人|民营|公立|三甲|中心|人民|中医|专科|儿童|口腔|整形|医学|正规|普通|品牌|官方|所有|别的|另外|我们|你们|他们|她的|开了?|的|网红|进口|国外|海外|官方|什么|哪个|怎么|任何)"
)


@lru_cache(maxsize=4096)
def _is_product(name: str) -> bool:
    """Ends as goods do, and not as a shop."""
    lists = word_lists()
    heads = {word for words in lists["product_heads"].values() for word in words if len(word) > 1}
    return name.endswith(tuple(heads)) and not _ends().search(name)


@lru_cache(maxsize=1)
def _goods() -> frozenset[str]:
    """Names of goods that end as a shop does (隐形眼镜)."""
    heads = word_lists()["product_heads"]
    return frozenset(word for words in heads.values() for word in words)


def _list_names(plain: str, places: list[Place]) -> list[Span]:
    found: list[Span] = []
    for match in _ends().finditer(plain):
        if any(place.span[0] < match.end() <= place.span[1] for place in places):
            continue  # the 商场 or 广场 of an address
        if plain[match.start() - 1 : match.end()] in ("酒店", "饭店") or plain[match.start() : match.end()] == "酒店":
            continue
        start = _start_of(plain, match.start(), places)
        end = match.end()
        if match.group() in word_lists()["seller_kinds_only"] and match.start() - start >= 2:
            end = match.start()
        else:
            end = _branch_end(plain, _whole_end(plain, end))
        if start < match.start() and not any(s[0] <= start < s[1] for s in found):
            found.append((start, end))
    return found or [match.span("name") for match in _SHORT_HOSPITAL.finditer(plain)]


def _branch_end(plain: str, end: int) -> int:
    branch = _BRANCH.match(plain, end)
    return branch.end() if branch and not _BRANCH_STOP.search(branch.group()[:-1].rstrip("店")) else end


def _whole_end(plain: str, end: int) -> int:
    """大药房有限公司: one name may end with several words for a business."""
    while (more := _ends().match(plain, end)) and more.group() not in word_lists()["seller_kinds_only"]:
        end = more.end()
    return end


@lru_cache(maxsize=1)
def _ends() -> re.Pattern[str]:
    return re.compile(any_of(word_lists()["seller_ends"]) + r"(?!员|主|长|家|里的|面|铺)")


def _start_of(plain: str, position: int, places: list[Place]) -> int:
    start = position
    inside = {place.span[1] for place in places}
    while start > 0 and position - start < 14 and _NAME_SIGN.match(plain[start - 1]):
        if start in inside or _STOP.search(plain[max(0, start - 4) : start]):
            break
        start -= 1
    lead = _LEADS.match(plain, start, position)
    return lead.end() if lead else start


def _trim(plain: str, span: Span) -> Span:
    return (span[0], span[1] - 1) if plain[span[1] - 1] in "的那这" else span


def _weight(message: Message, span: Span, places: list[Place]) -> float:
    """Named where the story begins, after 在 or a place, before 买 or 卖; a helper or an earlier shop weighs less."""
    name, before = message.plain[span[0] : span[1]], message.before(span[0], 14)
    weight = min(len(name), 10) / 10
    weight += 2 if re.search(r"(?:举报|投诉|在|去|从|到|家|叫|是|的|个)[“\"]?$", before) else 0
    weight += 2 if any(0 <= span[0] - place.span[1] <= 4 for place in places) else 0
    weight += (
        2
        if re.match(r"[”\"]?(?:里)?(?:给我|跟前)?(?:买|卖|购|拿|配|下单|开|做|办|被)", message.after(span[1], 4))
        else 0
    )
    weight -= 3 if re.search(r"(?:去|到|送|住|在)[^,。]{0,6}$", before) and name.endswith(_HOSPITALS) else 0
    weight -= (
        3
        if re.search(r"快递|物流|厂家|生产|制造|产自|别的|另一家|后来去|以前在|公司(?:叫|是)我|我是|我在|我们", before)
        else 0
    )
    return weight
