"""The product in dispute, its brand and its kind.

A product's name ends with a head ("…缓释片", "… cream", ``words``); modifiers stand before it. Of several the one
that was bought or used counts, not one of an earlier quarrel or an advice.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from portal.complaints.reading.brands import brand_before, brand_near, named_brand, split_brand
from portal.complaints.reading.message import Message, Span
from portal.complaints.reading.words import any_of, word_lists

_NUMERAL_WORDS = re.compile(
    r"三七|六味|八珍|二甲|四物|一次性|五子|三黄|[二四九]价|双黄|一清|十全|百草|九味|七叶|一体|[一二三四五六七八九十]+[味价联型号]|三高|五维|三通|六神|一号|二合一|三合一|四合一|多合一|百合"
)
_STOP = re.compile(
    r"(?:[^\u4e00-\u9fffA-Za-z+·-]|[的嘅了咗完批个我你他她它这那在是有买卖拿吃喝打给把去说叫来也还又都就被让没不跟及或当等从到想过着得找看里款种盒瓶支罐袋包台副只件咯张家成抹涂]|(?<![医家日外专通食药妇儿射])用|[一两几整半]套|三无|(?<!膏)贴(?=张)|(?<![仁中缓调])和|(?<!化)妆品店|牌子?|品牌|一款|购物?|购买|出售|推销|销售|服用|购入|买入|进货|天天|(?:天天|常|总|老|每天|在|圈里?)发|喊|讲|吹|夸|播|演示|使用|办了|配了?|开了?|订了?|换成|收到|发现|(?<![晒产术烫染饭敏])后|退还?|生产|假冒|过期|受潮|要求|关于|同款|自制|上次|这次|那次|链接|箱|一下|自己|熬|扔|推荐|介绍|批了|几|整|第|每|拍|送|名为|号称|医院|药师|处方)$"
)
# Words inside names whose first sign would stop the reading.
_KEPT = re.compile(
    r"家用|他[汀定滨克达啶赛]|那[普格屈西明非敏肽定]|来[曲氟那士]|去[甲氧痛屑角黑皱火]|过[氧敏]|还[原少]|(?<=注射)用|家庭装|一次性|看护|有机|无菌|过滤|开塞|开喉|通便|在家测|当归|当飞|抹茶|拍拍|得理"
)
# 透露, 分散, 场扔拐杖: a sign that is a form of goods elsewhere.
_OTHER_WORD = re.compile(
    r"[透暴泄揭流裸显吐披表袒露]露|[分解涣松零疏扩闲四驱遣离]散|[照图名影唱芯卡刀碎相底切胶贺]片|[礼司威心]仪|血栓|[蒸]?熏蒸"
)
_DETACHED = re.compile(r"^(?:照|图|名|影|唱|芯|卡|刀|碎|两|半|一|几|[\d一二三四五六七八九十]+)$")
_TAKEN = re.compile(
    r"买|购|卖|拿|开|用|吃|服|打|戴|涂|抹|配|拍|喝|订|推销|下单|入手|换成|收到|发来|生产|制作|贴|注射|染|刷|接种|bought|ordered|purchas|sold|sell|got|us(?:e|ing|ed)|took|taking|swallow|received|batch|wear",
    re.I,
)
_BACKGROUND = re.compile(
    r"上个?月就|上回|上次|以前|之前|去年|前年|另外|别的|医生(?:建议|说)|建议|本来想|原来说|比如|例如|没买|last (?:year|month|time)|previously|used to",
    re.I,
)
_GENERIC = re.compile(
    r"^(?:套装|礼盒|套盒|药品|药|西药|中成药|医疗器械|耗材|试剂|药剂|产品|彩妆|进口药|外用药|口服药|激素药|假药片|祖传药|秘方药|偏方|drugs?|meds|medication|makeup|make-up|devices?|masks?|药片|药水|药丸|药粉|中药|草药|药材|饮片|护肤品|化妆品|保健品|凝胶|喷雾|精油|原液|套盒|处方药|特效药|抗生素|膏药|药膏|针剂|糖果|软糖|饮料|medicine|shot|jab|cosmetics|patch(?:es)?|tablets?|pills?|cream|injection|food supplement)$",
    re.I,
)
_THIS = re.compile(
    r"[这那](?:支|瓶|盒|款|个|台|只|种|副|包|套|件|条|张|把|罐|袋|些|批)?(?:破|烂)?$|\b(?:the|this|that|these|those) $",
    re.I,
)
_HANDLED = re.compile(r"[\u4e00-\u9fffA-Za-z]")
# 原液B5, sunscreen SPF50: what may follow a head and still be of the name.
_TRAIL_EN = re.compile(r" (?:pens?|vials?|ampoules?|cream|gel|drops|powder|syrup)\b")
_TRAIL = re.compile(r"(?<=[\u4e00-\u9fff])[A-Z]\d{1,3}(?![A-Za-z0-9])|\s?SPF\s?\d{2}\+{0,3}(?![\d%])", re.I)
# 降压药苯磺酸氨氯地平: the class of a medicine before its name is not of the name.
_CLASS = re.compile(r"(?:(?<!白)药|抗生素)$")
_QUOTED_GOODS = re.compile(
    r"(?:买|购|卖|推销|订|bought|sold|sells?|selling|ordered|for)[^,。;!?“\"]{0,12}[“\"](?P<name>[^”\"]{2,40})[”\"]",
    re.I,
)
# 买的氨糖软骨素, 买了一台洗脚机: whatever stands between a measure and the end of the clause.
_BOUGHT_GOODS = re.compile(
    r"(?:买|购买|购入|卖|推销|入手|订购)(?:了|咗|的|给我的?|到|过)?(?:那|这|[一两三四五六七八九十几\d]+)?(?:种|款|个|瓶|盒|支|套|台|件|包|袋|条|副|罐|只|把|张|双|提|箱|根)?(?P<name>[\u4e00-\u9fffA-Za-z0-9]{2,10})(?=[,，。;!?(（\s]|$|花了|[说是]|用了|吃了|才)"
)
_NO_GOODS = re.compile(
    r"[的了我你他她它咱给在把被去说不没就都也还又很]|店|家$|东西|产品|货|药$|这|那|什么|啥|过期|[元块钱]|^\d|单$|假|人|时候|回[来去]|以后|之后|之前|投诉|举报|[天月年日号]|套餐|服务|会员|卡$|下|上|完|过|好|一起|两|几"
)


@dataclass(frozen=True, slots=True)
class Product:
    name: Span | None = None
    brand: Span | None = None
    kind: str = ""


def read_product(message: Message, numbers: dict[str, Span], taken: list[Span]) -> Product:
    """``taken``: spans that are something else already (the shop, places)."""
    candidates = _list_candidates(message, taken)
    if not candidates:
        quoted = _find_quoted(message, taken)
        return Product(quoted, named_brand(message), _kind_by_number(message, numbers, ""))
    best = max(candidates, key=lambda one: (_weight(message, one[0], numbers), -one[0][0]))
    name, kind = _in_full(message, best, candidates)
    brand = named_brand(message)
    glued = split_brand(message, name)
    if glued and not brand:
        brand, name = glued, (glued[1], name[1])
    brand = brand or brand_near(message, name)
    kind = _kind_by_number(message, numbers, _kind_of(message.plain[name[0] : name[1]], kind, message))
    return Product(name, brand, kind)


def _in_full(message: Message, best: tuple[Span, str], candidates: list[tuple[Span, str]]) -> tuple[Span, str]:
    """这支牙膏 that was called 薄荷美白牙膏 before: the fullest name that ends as the short one does; and what stands in
    brackets behind a name, prescription medicine (methotrexate), says it more exactly."""
    inside = [one for one in candidates if message.plain[best[0][1] : one[0][0]].strip() == "("]
    if inside and message.english:
        return inside[0]
    short = message.plain[best[0][0] : best[0][1]].lower()
    if not _THIS.search(message.plain[: best[0][0]][-6:]):
        return best
    names = [one for one in candidates if message.plain[one[0][0] : one[0][1]].lower().endswith(short)]
    return max(names, key=lambda one: one[0][1] - one[0][0])


@lru_cache(maxsize=1)
def _kinds() -> dict[str, str]:
    lists = word_lists()
    return {
        word.lower(): kind
        for group in ("product_heads", "product_names")
        for kind, words in lists[group].items()
        for word in words
    } | dict.fromkeys(lists["drug_stems"], "drug")


@lru_cache(maxsize=1)
def _heads() -> re.Pattern[str]:
    names = [word for word in _kinds() if re.match("[a-z]", word)]
    signs = any_of(set(_kinds()) - set(names)).replace("剂", "[剂济]")  # the commonest slip in names of medicines
    known = f"{signs}|(?<![A-Za-z])(?:{'|'.join(sorted(names, key=len, reverse=True))})(?:e?s)?(?![A-Za-z])"
    stems = "|".join(word_lists()["drug_stems_en"])
    return re.compile(rf"{known}|(?<![A-Za-z])[a-z]{{3,}}(?:{stems})(?![A-Za-z])", re.I)


def _list_candidates(message: Message, taken: list[Span]) -> list[tuple[Span, str]]:
    plain = message.plain
    found: list[tuple[Span, str]] = []
    for match in _heads().finditer(plain):
        start, end = match.span()
        if any(s[0] < end and start < s[1] for s in taken):
            continue
        english = bool(re.match("[A-Za-z]", match.group()))
        begin = _start_en(plain, start) if english else _start_zh(plain, start)
        lead = plain[begin:start]
        if len(match.group()) == 1 and (len(lead) < 2 or _DETACHED.match(lead[-1])):
            continue
        if re.match(r"[馆厅铺吧行摊体]|店(?!里)", plain[end:]) and not english:
            continue  # 咖啡馆 sells, and is none
        if _OTHER_WORD.match(plain, start - 1) and len(match.group()) == 1:
            continue
        if (
            found
            and english
            and match.group().lower() in ("injection", "injections", "shot", "shots", "jab", "jabs")
            and begin <= found[-1][0][0]
        ):
            continue  # botox injections: the goods are named already
        if found and english and plain[found[-1][0][1] : begin].strip() == "with":
            found[-1] = ((found[-1][0][0], end), found[-1][1])
            continue
        if any(s[0] < end and begin < s[1] for s in taken):
            begin = start
        if found and english and begin <= found[-1][0][0]:
            found.pop()  # metformin … tablets: the longer name
        elif found and begin < found[-1][0][1]:
            begin = found[-1][0][1]
        kind = _kind_of_head(match.group())
        if found and begin == found[-1][0][1] and _CLASS.search(plain[: found[-1][0][1]]) and not english:
            found.pop()
        if found and begin == found[-1][0][1] and not english and plain[found[-1][0][1] - 1] not in "、,":
            found[-1] = ((found[-1][0][0], end), kind)  # 苦瓜桑叶压片糖果: one name with two heads
            continue
        found.append(((begin, end), kind))
    return [(_whole_name(plain, span), kind) for span, kind in found]


def _kind_of_head(head: str) -> str:
    word = head.lower().replace("济", "剂")
    return next((_kinds()[one] for one in (word, word[:-1], word[:-2]) if one in _kinds()), "drug")


def kind_of_name(message: Message, name: Span, numbers: dict[str, Span]) -> str:
    """The kind of goods a name tells by its last head; "" where it has none and no number tells it."""
    words = message.plain[name[0] : name[1]]
    heads = [found.group() for found in _heads().finditer(words)]
    kind = _kind_of(words, _kind_of_head(heads[-1]), message) if heads else ""
    return _kind_by_number(message, numbers, kind)


_STEM_EN = re.compile(rf"(?:{'|'.join(word_lists()['drug_stems_en'])})$|insulin$", re.I)


def _whole_name(plain: str, span: Span) -> Span:
    """Without 进口, 所谓 before it, with the number of its strength behind it."""
    start, end = span
    leads = re.compile(f"(?:{any_of(word_lists()['product_leads'])})+")
    if (lead := leads.match(plain, start, end)) and end - lead.end() >= 2:
        start = lead.end()
    if letters := re.search(r"[A-Za-z][A-Za-z0-9&'-]*$", plain[max(0, start - 15) : start + 1]):
        start -= len(letters.group()) - 1
    trail = _TRAIL.match(plain, end) or (_TRAIL_EN.match(plain, end) if _STEM_EN.search(plain[start:end]) else None)
    return start, trail.end() if trail else end


def _start_zh(plain: str, position: int) -> int:
    start = position
    while start > 0 and position - start < 12 and _HANDLED.match(plain[start - 1]):
        sign = plain[start - 1]
        if _KEPT.match(plain, start - 1):
            start -= 1
            continue
        if sign in "片粒颗条张双贴包板把滴勺针" and plain[max(0, start - 2) : start - 1] in tuple(
            "一二两三四五六七八九十半几0123456789"
        ):
            break
        if sign in "一二两三四五六七八九十半百" and not _NUMERAL_WORDS.match(plain, start - 1):
            break
        if _STOP.search(plain[max(0, start - 3) : start]):
            break
        start -= 1
    return start


def _start_en(plain: str, position: int) -> int:
    start = position
    for word in reversed(list(re.finditer(r"[A-Za-z'’-]+(?= $| )", plain[max(0, position - 60) : position]))):
        base = max(0, position - 60)
        between = plain[base + word.end() : start]
        if (
            between.strip()
            or word.group().lower() in word_lists()["product_stops_en"]
            or "'" in word.group()
            or "’" in word.group()
            or (word.group()[0].isupper() and not re.match(r"Vitamin$|[A-E]$|SPF|[A-Z]+$|Hyaluronic$", word.group()))
        ):
            break
        start = base + word.start()
    return start


def _weight(message: Message, span: Span, numbers: dict[str, Span]) -> float:
    clause, name = message.clause_at(span[0]), message.plain[span[0] : span[1]]
    before = message.plain[max(clause[0], span[0] - 24) : span[0]]
    weight = 1.0 if len(name) >= 4 else 0.0
    weight += 2 if _TAKEN.search(before) or _TAKEN.match(message.after(span[1], 3)) else 0
    weight += 1.5 if re.search(r"(?:就|只|单)是?[这那](?:支|瓶|盒|款|个|台|只|种|副|包|套|件|条)$", before) else 0
    weight += (
        3.5 if re.search(r"(?:给|发来?|寄来?|送来?|拿到)的?(?:我)?(?:却|竟然?|居然)?是$", before) else 0
    )  # 开的是…, 给的是…
    if re.search(r"[“\"「『]$", before) and re.match(r"[”\"」』]", message.after(span[1], 1)):
        weight += 3 if re.search(r"(?:叫(?:什么|做|个)?|写(?:着|的)?|说是|所谓的?)[“\"「『]$", before) else 1
    weight += 0.5 if name in word_lists()["injections"] else 0
    weight -= (
        2
        if re.match(r" (?:wholesaler|shop|store|company|counter|cabinet|box|distributor)", message.after(span[1], 13))
        else 0
    )
    weight -= (
        2
        if re.search(r"(?:涂|抹|擦|吃|用|配|开)了?点?$", before)
        and re.match(r"才|就好|后好", message.after(span[1], 3))
        else 0
    )
    weight -= 2 if re.search(r"(?:前[两一三]样|配|搭|送)的?$", before) else 0
    weight -= 2 if _BACKGROUND.search(before) else 0
    weight -= 1.5 if _GENERIC.match(name) else 0
    weight += 1 if any(0 <= number[0] - span[1] <= 24 for number in numbers.values()) else 0
    weight += 1 if re.search(r"的$|牌的?$", before[-2:]) and brand_before(message, span) else 0
    weight -= 2 if re.search(r"(?:不是|没有|赠送?的?|送的?|生活用品|还有|以及)[^,。]{0,4}$", before) else 0
    weight -= 2.5 if re.search(r"当(?:成|作|做)?$", before) else 0  # 把风油精当眼药水卖
    return weight - min(span[0], 400) / 800


def _find_quoted(message: Message, taken: list[Span]) -> Span | None:
    """Goods no list knows, in quotes behind a word of buying or selling (a "magnetic therapy vest"), else bare."""
    for found in (*_QUOTED_GOODS.finditer(message.plain), *_BOUGHT_GOODS.finditer(message.plain)):
        span = found.span("name")
        if found.re is _BOUGHT_GOODS and (_NO_GOODS.search(found["name"]) or message.english):
            continue
        if not any(s[0] < span[1] and span[0] < s[1] for s in taken):
            return span
    return None


def _kind_of(name: str, kind: str, message: Message) -> str:
    if kind == "drug" and "妆字号" in message.plain:
        return "cosmetic"
    if kind == "drug" and any(word in name for word in word_lists()["injections"]):
        return "other"
    if (
        kind == "drug"
        and re.search(r"(?:护手|护肤|美白|保湿|滋润|祛斑|淡斑|祛痘|染发|洗发|洁面|唇|眉|睫|润肤|身体)", name)
        and name.endswith(("膏", "露", "乳膏", "软膏"))
    ):
        return "cosmetic"
    if kind == "drug" and re.search(
        r"食品生产许可|食品经营许可|食字号|是食品|普通食品|保健食品|蓝帽子|SC\d{8,}|代餐|food licen", message.plain
    ):
        return "food_health"
    return kind


def _kind_by_number(message: Message, numbers: dict[str, Span], kind: str) -> str:
    for name in ("approval_no", "filing_no"):
        if name in numbers:
            number = message.plain[numbers[name][0] : numbers[name][1]]
            for sign, meant in (("牙膏", "toothpaste"), ("药", "drug"), ("械", "device"), ("妆", "cosmetic")):
                if sign in number:
                    return meant
    if "trace_code" in numbers and not kind:
        return "drug"
    return "device" if "udi" in numbers and not kind else kind
