"""The platform that goods were bought on, by the list of known ones or by how it is spoken of (在橙集上买)."""

import re

from portal.complaints.reading.message import Message, Span
from portal.complaints.reading.places import Place
from portal.complaints.reading.words import any_of, pattern_of, word_lists

_PLATFORM_NAMED = re.compile(
    r"(?:^|[在从于去用上到过叫的,，。;\s\"“”])(?P<name>(?:(?![我在从用于上到过的])[\u4e00-\u9fffA-Za-z]){2,6}?)(?=平台|APP|app|商城平台|网购平台)"
)
# 在花集市买: such a name, where nothing says it is a shop one can walk into.
_BOUGHT_ON = re.compile(
    r"(?:在|从)(?P<name>(?:(?![店家网台院馆厂区路街号处里这那铺场司间房上下中堂了的])[\u4e00-\u9fffA-Za-z]){1,4}(?:购|优选|严选|商城|集市|优品|特卖|海购|易购|甄选|臻选|直播|健康|买药|快药|到家|好物|好货|汇|拼))(?=直播)?(?=买|下单|下的单|拍|抢|订|入手|卖|看|蹲|刷|逛|直播)"
)
# 在橙集上买: a name no list holds, where goods are bought "on" it.
_ON_SOMETHING = re.compile(
    r"(?:在|从|逛|刷|通过)(?P<name>(?!.{0,3}(?:网|路|街|市场|微信|朋友圈|群|手机|电视|集市|地摊|线|脸|路边|楼|课|盒子|包装|瓶|说明书|标签|直播间|晚|早|地|桌|床|公司|店|柜|架|本|票|药房|药店|身|镇|乡|山|岛|马路|这|那|市|省|区|县|海|会)上)[\u4e00-\u9fffA-Za-z]{2,5})上(?=(?:面)?(?:的|一家|有家|有个|某)?[^,。;!?]{0,14}(?:店|铺|买|购|下单|拍|号|家|订|抢))"
)
_GENERIC_NAMES = re.compile(
    r"^(?:举报|投诉|反映|电商|网购|第三方|该|这个|那个|某|网络|线上|购物|直播|一个|此|交易|外卖|社交|短视频|医药|团购|各大|其他|微信|手机|网上|销售|你们|本)+(?:平台)?$"
)


def find_platform(message: Message, places: list[Place]) -> Span | None:
    for known in pattern_of("platforms").finditer(message.plain):
        start, end = known.span()
        if any(place.span[0] <= start < place.span[1] for place in places):
            continue  # 北京东路
        tail = re.match(
            r"直播(?![间卖看])|商城|超市|国际|外卖|买药|闪购|优选|极速版|小店|医药|大药房(?=的?[“\"「])|到家|健康",
            message.plain[end:],
        )
        return start, end + (tail.end() if tail else 0)
    if message.english:
        on = re.search(
            r"\b(?:on|via|through) (?:the )?(?:app |platform |website )?[\"“']?(?P<name>[\u4e00-\u9fff]{2,6}|[A-Z][A-Za-z]+(?:Mall|Buy|Shop|Go|Live|Mart|Market|Express)\b|[A-Z]\w+(?= (?:app|platform)))",
            message.plain,
        )
        return on.span("name") if on else None
    ends = any_of(word_lists()["platform_ends"])
    found = re.search(
        rf"(?:^|[在从于去用上到过叫的,，。;!\s“\"年月日号\]】])(?P<name>(?:(?![在从于去用到过叫的个是我你他了给])[\u4e00-\u9fffA-Za-z]){{1,4}}?{ends})(?=上(?!门|班|次|周|个|市|来)|平台|APP|app|直播间|里的?|的直播间|直播(?:间)?[“\"蹲看买抢卖]|蹲|的[“\"「]|[“\"「])",
        message.plain,
    ) or _PLATFORM_NAMED.search(message.plain)
    if found and (lead := re.match(r"举报|投诉|反映|控诉|告", found["name"])) and len(found["name"]) - lead.end() >= 2:
        return found.start("name") + lead.end(), found.end("name")
    found = found or _ON_SOMETHING.search(message.plain) or _BOUGHT_ON.search(message.plain)
    if (
        found
        and not _GENERIC_NAMES.match(found["name"])
        and found["name"] not in ("网上", "网购", "直播", "网络直播", "团购", "线上")
        and not any(one.span[0] < found.end("name") and found.start("name") < one.span[1] for one in places)
    ):
        return found.span("name")
    return None
