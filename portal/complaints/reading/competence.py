"""Who is competent, by the rules of the day the message was said, with the sentence of law (``competence.yml``)."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from portal.complaints.reading.elsewhere import list_elsewhere
from portal.complaints.reading.matter import Matter

_TABLE = Path(__file__).with_name("competence.yml")
_REGISTRATION = re.compile(
    r"(?:备案|注册)[^,。;!?]{0,18}(?:不一致|不符|不同|对不上|查不到|查无|注销|失效|假的|套用|冒用|没有|不是)|(?:备案|注册)[^,。;!?]{0,40}(?:查不到|查无)|(?:根本|系统里?|官网)?(?:没有|查无|不存在|查不到)(?:这个|该|此|这款|这)(?:批准文号|注册证号?|备案号?|编号|证号|号|产品)|(?:没|无)(?:有|任何)?[^,。;!?]{0,10}(?:注册证|备案)|未(?:经)?(?:注册|备案)|查不(?:到|出)[^,。;!?]{0,8}(?:备案|注册)|(?:成分表?|配方)[^,。;!?]{0,16}(?:备案|注册)|(?:跟|与|和)备案|套(?:用|证)|没有?特(?:证|字|妆)|冒用[^,。]{0,6}(?:备案|注册)|unregistered|not registered|(?:registration|filing)[^.?!]{0,30}(?:not match|differ|does not exist|cannot be found|can't be found|belongs to|expired)|no (?:registration|filing)",
    re.I,
)
_ADVERT = re.compile(
    r"广告|直播|主播|宣传|海报|短视频|视频里|推文|公众号|朋友圈发|传单|讲座|喇叭|天天喊|advert\w*|livestream|live stream|poster|flyer|commercial",
    re.I,
)
_CLAIM = re.compile(
    r"治|修复|根除|断根|疗效|包好|神药|特效|代替药|停药|不用再吃药|抗癌|无效退款|最好|第一|医院同款|医用|械字号|宣称|号称|保证|cure|heal|treat|guarantee|miracle|medical grade|虚假|夸大|违法广告|false|mislead",
    re.I,
)
_MEDIA = re.compile(
    r"电视|电台|广播|报纸|杂志|电梯|地铁|公交|户外|广告牌|网站首页|弹窗|television|\bTV\b|radio|newspaper|magazine|billboard|elevator",
    re.I,
)
_PUBLISHED = re.compile(_MEDIA.pattern + r"|广告|直播|advert|livestream", re.I)
_MAKER = re.compile(
    r"制药|药业|药厂|厂$|厂家|制造|生物科技|生物技术|医疗科技|医疗器械有限公司|化妆品有限公司|日化有限公司|Pharmaceutical|Pharma\b|Manufactur|Biotech|Factory|Laborator",
    re.I,
)
_MAKING = re.compile(
    r"生产|车间|投料|批记录|检验记录|原料|放行|GMP|工厂|质检|质量部|溶出|灌装|洁净区|制药|药厂|生产线|production|manufactur\w+|quality (?:assurance|control)|batch (?:was )?released|dissolution|clean ?room|workshop",
    re.I,
)
_WHOLESALE = re.compile(r"批发|医药公司|商业公司|连锁总部|总部仓|配送中心|医药有限公司|wholesal\w+|distributor", re.I)
_PHARMACY = re.compile(r"药房|药店|药行|药铺|药号|国药|Pharmacy|Drugstore|Chemist|诊所|医院|门诊|卫生院", re.I)
_OF_GOODS = {"drug": "drug", "device": "device", "cosmetic": "cosmetic", "toothpaste": "toothpaste"}


@dataclass(frozen=True, slots=True)
class Source:
    """A place in a text in force on the day. ``place`` as the law prints it, "" when only the text is named."""

    title: str
    place: str

    def __str__(self) -> str:
        return f"{self.title} {self.place}".strip()


@dataclass(frozen=True, slots=True)
class Competent:
    """Who deals with one part of the message. ``part`` is the kind it is for; ``states`` the law in our words."""

    part: str
    kind_of: str
    who: str
    states: str
    source: Source | None
    hotline: str = ""


@lru_cache(maxsize=1)
def load_table() -> dict[str, Any]:
    """``competence.yml``: the classes with their dated rows, and what a complaint must give."""
    loaded: dict[str, Any] = yaml.safe_load(_TABLE.read_text(encoding="utf-8"))
    return loaded


def row_of(rows: list[dict[str, Any]], day: date) -> dict[str, Any] | None:
    """The row in force on the day."""
    fits = (r for r in rows if (r["from"] is None or r["from"] <= day) and (r["to"] is None or day < r["to"]))
    return next(fits, None)


def list_competent(matter: Matter, kinds: list[str], elsewhere: list[str], language: str) -> list[Competent]:
    """One entry for each part of the message, what must be dealt with first at the front."""
    found: list[Competent] = []
    for kind in kinds:
        for part in ("complaint", "report") if kind == "both" else (kind,):
            if part == "other_authority":
                found += [_elsewhere(matter, name, language) for name in elsewhere]
            else:
                found += [one for name in _PARTS[part](matter) if (one := _from_table(matter, part, name, language))]
    return found


def _from_table(matter: Matter, part: str, name: str, language: str) -> Competent | None:
    row = row_of(load_table()["classes"][name], matter.said_on)
    if row is None:
        return None
    source = Source(row["title"], row["place"]) if row["title"] else None
    who = _fill(row["who"][language], matter, language)
    return Competent(part, row.get("class", name), who, row["states"][language], source)


def _elsewhere(matter: Matter, name: str, language: str) -> Competent:
    row = next(one.row for one in list_elsewhere() if one.id == name)
    who = _fill(row["who"][language], matter, language)
    source = Source(row["title"], row["place"])
    return Competent("other_authority", row["class"], who, row["states"][language], source, row["hotline"])


def _fill(pattern: str, matter: Matter, language: str) -> str:
    zh = language == "zh"
    county = matter.region.full or (matter.place if zh else "") or ("所在地" if zh else "the place concerned ")
    filled = pattern.format(
        county=county,
        prefecture=matter.region.prefecture or county,
        province=matter.region.province or ("所在地省级" if zh else "the provincial "),
        seller=matter.seller or ("商家" if zh else "the seller"),
        platform=matter.platform or ("平台" if zh else "the platform"),
    )
    return filled.replace("  ", " ")


def _for_complaint(matter: Matter) -> list[str]:
    itself = (
        bool(matter.platform)
        and not matter.seller
        and re.search(rf"(?:投诉|举报|告){re.escape(matter.platform)}|平台(?:不|没|拒|客服)", matter.plain)
    )
    if matter.online == "private" or itself:
        return ["online_seller_county"]
    if matter.online == "platform":
        return ["shown_or_platform_county", "seller_or_platform_county"]
    return ["seller_county"] if matter.place else ["unknown"]


def _for_report(matter: Matter) -> list[str]:
    kind, plain = matter.product_kind, matter.plain
    if kind in ("cosmetic", "device", "toothpaste") and _REGISTRATION.search(plain):
        return ["special_registration"]
    if (
        _ADVERT.search(plain)
        and _CLAIM.search(plain)
        and not re.search(r"没有?(?:批准文号|批号|批文)|假药|无批号", plain)
        and (matter.online or _PUBLISHED.search(plain))
    ):
        return ["ad_media"] if _MEDIA.search(plain) and not matter.online else ["ad_own"]
    return _by_business(matter) or _by_goods(matter)


def _by_business(matter: Matter) -> list[str]:
    """Makers, wholesalers and platforms are for the province."""
    seller = matter.seller
    kind = matter.product_kind
    if seller and _MAKER.search(seller) and _MAKING.search(matter.plain) and not _PHARMACY.search(seller):
        return {
            "drug": ["provincial_drug_maker"],
            "device": ["provincial_device_maker"],
            "": ["provincial_drug_maker"],
        }.get(kind, [])
    if kind in ("drug", "") and (
        _WHOLESALE.search(seller) or re.search(r"连锁[^,。]{0,8}总部|批发企业|药品批发|wholesaler", matter.plain)
    ):
        return ["provincial_wholesale"]
    if (
        kind == "drug"
        and matter.platform
        and not seller
        and re.search(r"平台(?:上)?(?:不|没|未|审核|放任|纵容)", matter.plain)
    ):
        return ["provincial_platform"]
    return []


def _by_goods(matter: Matter) -> list[str]:
    kind, online = matter.product_kind, matter.online
    seller = matter.seller
    shop = ["platform_shop_place"] if online == "platform" else []
    if online and kind in ("drug", "device"):
        return [*([f"local_{kind}_online"] if kind == "drug" or not shop else []), *shop]
    if online:
        return shop or ["online_seller_place"]
    if kind == "drug":
        return ["local_drug"]
    pharmacy = _PHARMACY.search(seller) or re.search(r"药店|药房|pharmacy|drugstore", matter.plain, re.I)
    return ["local_drug"] if pharmacy and kind == "" else ["act_county"]


def _for_adverse(matter: Matter) -> list[str]:
    return [f"monitoring_{_OF_GOODS.get(matter.product_kind, 'drug')}"]


def _for_question(matter: Matter) -> list[str]:
    if matter.progress:
        return ["desk_progress"]
    shaped = re.search(r"投诉|举报|complain|report", matter.plain, re.I)
    kind = {"toothpaste": "cosmetic"}.get(matter.product_kind, matter.product_kind)
    return [f"desk_{kind}"] if kind in ("drug", "device", "cosmetic") and not shaped else ["desk"]


_PARTS: dict[str, Callable[[Matter], list[str]]] = {
    "complaint": _for_complaint,
    "report": _for_report,
    "emergency": lambda matter: ["emergency_120"],
    "adverse_event": _for_adverse,
    "consultation": _for_question,
    "not_ours": lambda matter: ["not_ours"],
    "abuse": lambda matter: ["abuse"],
}
