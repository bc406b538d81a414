"""Places in a message and the county, prefecture and province they lie in (``places.tsv``: divisions in force).

A place is written as a region ("长沙天心区", "Wuhua District, Kunming") with what follows below the county.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from portal.complaints.reading.message import Message, Span
from portal.complaints.reading.words import any_of, word_lists

_TABLE = Path(__file__).with_name("places.tsv")
_KINDS = re.compile(r"(?:省|市|区|县|旗|盟|自治州|地区|特别行政区|街道|镇)$")
_ETHNIC = re.compile(
    r"(?:壮族|回族|维吾尔|藏族|彝族|苗族|侗族|布依族|土家族|白族|傣族|哈尼族|景颇族|傈僳族|朝鲜族|蒙古族|蒙古|羌族|哈萨克|柯尔克孜|满族|瑶族|黎族|畲族|土族|撒拉族|东乡族|裕固族|拉祜族|佤族|布朗族|纳西族|怒族|独龙族|普米族|仫佬族|毛南族|各族|仡佬族|水族|保安族|锡伯|达斡尔族|鄂温克族|鄂伦春)+"
)
_NO = r"(?![的了在这那有去买卖说打拿做叫开咯嘅只是与、住从给里内]|(?<![人太中祥仁义永])和(?![平谐兴义睦]))"
_SIGN = rf"(?:{_NO}[\u4e00-\u9fff\dA-Za-z-])"
_ROAD = rf"{_SIGN}{{1,8}}?(?:大道|大街|步行街|[东南西北中一二三四五六七八九]?路|街(?!道)|巷|弄|胡同|公路|[东南西北中]?道(?!具|理|士|歉))(?![东南西北中一二三四五六七八九]{{0,2}}(?:路|街|大道|巷))(?:[东南西北中]段|[东南西北]?口)?"
_ZONE = r"(?:(?:国家)?(?:经济|高新|高新技术|技术|经济技术|工业|旅游|综合)*(?:开发|高新|经开|自贸|保税|度假|工业园|产业园|风景)区|新区(?!别))"
_SPOT = rf"{_ZONE}(?:{_SIGN}{{2,6}}?(?:城|广场|大厦|园|中心|镇|街|路))?(?:地下一层|一楼|二楼|三楼|[一二三四五负\d]+[层楼])?|{_SIGN}{{2,8}}?(?:广场|市场|商场|商城|大厦|小区|花园|新村|社区|街道|开发区|高新区|工业园|产业园|科技园|大学城|火车站|地铁站|汽车站|镇|乡|村)"
_WEAK = rf"{_SIGN}{{1,5}}?(?:岭|桥|湖|片|坊|口(?!腔)|站|城|塘|湾|里|庄|屯|园|苑|洲|山|门|庙|寺|塔|坡|坪|坝|井|营|港|碑|亭|阁|宫)(?!大?药|超市|店|诊所|医院|眼镜|美容|医馆|国医)(?:[一二三四五六七八九十\d]+(?:片|区|期|组))?"
_NUMBER = r"(?:附?[\d一二三四五六七八九十]+号(?:院|楼)?|[\d一二三四五六七八九十A-Za-z]+(?:区|栋|幢|座|单元|室|层|楼|弄)|\d+(?:-\d+)+(?:室|号)?|号院|一楼|公寓楼的?|旁边?|对面)"
_BELOW = re.compile(
    rf"(?:(?:{_ROAD}|{_SPOT})(?:(?:{_NUMBER})|(?:{_SPOT})(?=[\d,。;!\s]|$|的|里|内))*|{_WEAK}(?=[\u4e00-\u9fffA-Za-z\d的那这,。;!()\s]|$)(?:{_NUMBER})*|(?:{_NUMBER})+|{_SIGN}{{2,4}}(?=那个|那家|那边|那儿|附近)|(?![最很]){_SIGN}{{2,4}}(?=(?:的|嘅)[\u4e00-\u9fff]{{2,8}}(?:药店|药房|诊所|口腔|超市|医院|美容院)))"
)
_STREET_EN = re.compile(
    r"(?:[A-Z][\w'’-]+ )+(?:Road|Street|Rd|St|Avenue|Ave|Lane|Alley)\b\.?(?: (?:No\.? ?)?\d{1,4}(?![\d%]| ?(?:yuan|RMB|kuai|times|boxes|days?))\b)?"
)
_GENERIC = re.compile(rf"(?:{_NO}[\u4e00-\u9fff]){{1,3}}市(?:{_NO}[\u4e00-\u9fff]){{1,4}}?[区县]|某市某区")
_ROAD_EN = re.compile(
    rf"(?:No\.? ?\d+,? |\d+ |Room \d+, )*(?:[A-Z][\w'’-]+ ){{1,3}}{any_of(word_lists()['place_words_en'])}(?! (?:{any_of(word_lists()['seller_ends_en'])[3:-1]})(?![a-z]))(?: (?:No\.? ?)?\d{{1,4}}(?=[.,;!?]|$|\n))?(?:,? (?:in )?[A-Z][\w'’-]+(?: (?:District|County|City|Province|New Area))?)*"
)


# 到货是开封的: a word that is a city elsewhere.
_HOMOGRAPH = re.compile(r"(?<=[没未已是刚前后就经])开封|开封(?=[的了过后就不,，。使])")


@dataclass(frozen=True, slots=True)
class Region:
    """Names in full; "" where it is not known."""

    province: str = ""
    prefecture: str = ""
    county: str = ""

    @property
    def full(self) -> str:
        """Prefecture and county as the name of an authority begins (a municipality stands once)."""
        return self.prefecture + self.county


@dataclass(frozen=True, slots=True)
class Place:
    """``below``: it says more than the county (a street, a market, a number)."""

    span: Span
    region: Region
    below: bool


@lru_cache(maxsize=1)
def _rows() -> list[tuple[str, str, list[str]]]:
    rows = [line.split("\t") for line in _TABLE.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [(province, prefecture, counties.split()) for province, prefecture, counties in rows]


def short_name(name: str) -> str:
    """What people say: 黔南 of 黔南布依族苗族自治州, 岳麓 of 岳麓区; a name of two signs stays whole."""
    cut = _KINDS.sub("", _ETHNIC.sub("", _KINDS.sub("", name))) if "自治" in name else _KINDS.sub("", name)
    cut = cut.removesuffix("自治")
    return cut if len(cut) >= 2 else name


@lru_cache(maxsize=1)
def _prefectures() -> dict[str, list[Region]]:
    names: dict[str, list[Region]] = {}
    for province, prefecture, _counties in _rows():
        for name in {prefecture, short_name(prefecture)}:
            names.setdefault(name, []).append(Region(province, prefecture))
    return names


@lru_cache(maxsize=1)
def _counties() -> dict[str, list[Region]]:
    names: dict[str, list[Region]] = {}
    for province, prefecture, counties in _rows():
        for county in counties:
            names.setdefault(county, []).append(Region(province, prefecture, county))
    return names


@lru_cache(maxsize=1)
def _provinces() -> dict[str, str]:
    return {name: province for province, _p, _c in _rows() for name in (province, _short_province(province))}


def _short_province(name: str) -> str:
    return re.sub(r"(?:省|市|(?:壮族|回族|维吾尔)?自治区)$", "", name)


def list_names() -> list[str]:
    """Every name of a prefecture or county that people write, in full and short."""
    return [*_prefectures(), *_counties()]


@lru_cache(maxsize=1)
def _start_pattern() -> re.Pattern[str]:
    return re.compile(any_of([*_prefectures(), *_counties(), *_provinces()]))


def list_places(message: Message) -> list[Place]:
    """Every place said, in order."""
    if message.english:
        return _list_english(message)
    found, position = [], 0
    goods = [m.span() for m in _goods().finditer(message.plain)]
    while match := _start_pattern().search(message.plain, position):
        of_goods = any(span[0] <= match.start() < span[1] for span in goods)
        place = None if of_goods else _read_from(message.plain, match.start())
        if place:
            found.append(place)
        position = place.span[1] if place else match.start() + 1
    found += [
        Place(_extend(message.plain, m.span()), Region(), _extend(message.plain, m.span()) != m.span())
        for m in _GENERIC.finditer(message.plain)
        if not any(p.span[0] < m.end() and m.start() < p.span[1] for p in found)
    ]
    return sorted(found, key=lambda place: place.span)


@lru_cache(maxsize=1)
def _goods() -> re.Pattern[str]:
    """Names of goods that begin as a place does: 云南白药, 西藏红花."""
    lists = word_lists()
    names = [name for group in ("product_heads", "product_names") for words in lists[group].values() for name in words]
    return re.compile(any_of([name for name in names if _start_pattern().match(name)] or ["云南白药"]))


def _read_from(plain: str, start: int) -> Place | None:
    if _HOMOGRAPH.match(plain, start):
        return None
    province, position = _take(plain, start, list(_provinces()))
    if province and plain[position : position + 1] == "市":  # 吉林市 is the prefecture
        province, position = "", start
    municipality = bool(province) and province.endswith(("京", "津", "沪", "海", "庆", "市"))
    prefecture, after = _take(plain, position, list(_prefectures()))
    if not prefecture and municipality and province.rstrip("市") + "市" in _prefectures():
        prefecture, after = province.rstrip("市") + "市", position
    regions = _prefectures().get(prefecture, [])
    county, end = _take_county(plain, after, regions)
    whole, whole_end = _take(plain, start, list(_counties()))
    if whole and not county and whole_end > after:  # 岳阳楼区 is no 楼区 of 岳阳
        regions, county, end = [], whole, whole_end
    if not county and not regions and not province:
        return None
    region = _region_of(_provinces().get(province, ""), regions, county)
    bare_short = not county and not re.search(r"[省市区县州盟旗]$", plain[start:end])
    span = _extend(plain, (start, end))
    if bare_short and span[1] == end and not re.match(r"\s*(?:的|那|这|有|一家|本地|市里|市区|[,。;!]|$)", plain[end:]):
        return None  # 安康大药房 is a shop's name, not a city
    if province and not regions and not county and re.match(r"大?(?:药|酒|菜|人|话|老)", plain[end:]):
        return None
    return Place(span, region, span[1] > end)


def _take(plain: str, position: int, names: list[str]) -> tuple[str, int]:
    match = _pattern_of(tuple(names)).match(plain, position)
    return (match.group(), match.end()) if match else ("", position)


@lru_cache(maxsize=8)
def _pattern_of(names: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(any_of(names))


def _take_county(plain: str, position: int, regions: list[Region]) -> tuple[str, int]:
    """The full name anywhere; the short one (厦门翔安) only after its own prefecture."""
    county, end = _take(plain, position, list(_counties()))
    if county or not regions:
        return county, end
    own = {
        short_name(r.county): r.county
        for rs in _counties().values()
        for r in rs
        if r.prefecture == regions[0].prefecture
    }
    own = {short: full for short, full in own.items() if len(short) >= 2}
    if not own:
        return "", position
    short, end = _take(plain, position, sorted(own))
    return (own[short], end) if short else ("", position)


def _region_of(province: str, regions: list[Region], county: str) -> Region:
    prefectures = {r.prefecture for r in regions}
    fits = [
        r
        for r in _counties().get(county, [])
        if (not prefectures or r.prefecture in prefectures) and (not province or r.province == province)
    ]
    if len(fits) == 1:
        return fits[0]
    if regions:
        return Region(regions[0].province, regions[0].prefecture, county)
    return Region(province, "", county)


def _extend(plain: str, span: Span) -> Span:
    """With the street, market or number that follows; never into a shop's name."""
    below = _BELOW.match(plain, span[1])
    return (span[0], below.end()) if below else span


def _list_english(message: Message) -> list[Place]:
    found = [
        Place(
            match.span(),
            _english_region(match.group()),
            bool(re.search(r"Road|Street|Rd|St\b|Ave|Lane|Mall|Plaza|Market|Square|Alley", match.group())),
        )
        for match in _ROAD_EN.finditer(message.plain)
    ]
    for match in re.finditer(r"(?<=\bin )[A-Z][a-z']+(?: [A-Z][a-z]+)?(?:, [A-Z][a-z']+)?", message.plain):
        region = _english_region(match.group())
        if region.prefecture and not any(p.span[0] < match.end() and match.start() < p.span[1] for p in found):
            found.append(Place(match.span(), region, below=False))
    return sorted(found, key=lambda place: place.span)


def _english_region(words: str) -> Region:
    """Prefecture and county of "Wuhua District, Kunming" by their pinyin; Changchun Road is no city."""
    words = _STREET_EN.sub("", words)
    parts = [re.sub(r"[^a-z]", "", part.lower()) for part in re.split(r",| in ", words)]
    prefecture = next(
        (r for part in reversed(parts) for r in _by_pinyin().get(part.removesuffix("city"), [])), Region()
    )
    words_in = {p for part in words.split(",") for p in _word_runs(part)}
    fits = [r for name, rs in _counties_by_pinyin().items() if name in words_in for r in rs]
    fits = [r for r in fits if not prefecture.prefecture or r.prefecture == prefecture.prefecture]
    if len(fits) == 1 or (fits and prefecture.prefecture):
        return fits[0]
    if not prefecture.prefecture:
        prefecture = next((r for word in sorted(words_in) for r in _by_pinyin().get(word, [])), Region())
    return prefecture


def _word_runs(part: str) -> set[str]:
    names = re.findall(r"[a-z']+", part.lower())
    return {
        "".join(names[i:j]).replace("'", "")
        for i in range(len(names))
        for j in range(i + 1, min(i + 4, len(names)) + 1)
    }


def _pinyin(name: str) -> str:
    from pypinyin import lazy_pinyin

    return "".join(lazy_pinyin(name)).lower()


@lru_cache(maxsize=1)
def _by_pinyin() -> dict[str, list[Region]]:
    names: dict[str, list[Region]] = {}
    for name, regions in _prefectures().items():
        if name == short_name(name):
            names.setdefault(_pinyin(name), []).extend(regions)
    return names


@lru_cache(maxsize=1)
def _counties_by_pinyin() -> dict[str, list[Region]]:
    names: dict[str, list[Region]] = {}
    for name, regions in _counties().items():
        word = {"区": "district", "县": "county", "旗": "banner"}.get(name[-1], "")
        names.setdefault(_pinyin(short_name(name)) + word, []).extend(regions)
    return names
