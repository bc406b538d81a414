"""Fictional enterprises for a development portal, written through the same import as everybody's records: four here,
and those of ``demo.yml``, one a family of service items.

Days hang on the present day, so that a renewal is always inside its window. Names, numbers and places are made up;
the credit codes have right check characters and belong to nobody we know of.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from policy_kb import clock, workdays
from portal.forms.service import compute_check_character


@dataclass(frozen=True, slots=True)
class Enterprise:
    """``handler`` is the person behind the account."""

    login: str
    code: str
    name: str
    handler: str
    mobile: str
    email: str


def make_code(first17: str) -> str:
    """The unified social credit code that begins so."""
    return first17 + compute_check_character(first17)


KANGRUI = Enterprise(
    "kangrui",
    make_code("91440106MAWBKR001"),
    "广州康瑞医疗器械有限公司",
    "程予安",
    "19400000011",
    "chengyuan@kangrui.example.cn",
)
YUNQIAO = Enterprise(
    "yunqiao",
    make_code("91330108MAWBYQ002"),
    "杭州云桥医药有限公司",
    "沈知夏",
    "19400000022",
    "shenzhixia@yunqiao.example.cn",
)
MEIYAN = Enterprise(
    "meiyan",
    make_code("91440111MAWBMY003"),
    "广州美妍化妆品有限公司",
    "江若汀",
    "19400000033",
    "jiangruoting@meiyan.example.cn",
)
HAOYI = Enterprise(
    "haoyi",
    make_code("91510104MAWBHY004"),
    "成都好医商贸有限公司",
    "周一鸣",
    "19400000044",
    "zhouyiming@haoyi.example.cn",
)
FILE = Path(__file__).with_name("demo.yml")


@lru_cache(maxsize=1)
def _read_file() -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return data


FAMILIES = {
    one["login"]: Enterprise(
        one["login"], make_code(one["code"]), one["name"], one["handler"], one["mobile"], one["email"]
    )
    for one in _read_file()["enterprises"]
}
ENTERPRISES = (KANGRUI, YUNQIAO, MEIYAN, HAOYI, *FAMILIES.values())


def write_demo_file(today: date | None = None) -> bytes:
    """The records of all of them as JSON Lines."""
    today = today or clock.today()
    rows = [*_kangrui(today), *_yunqiao(today), *_meiyan(today), *_haoyi(today), *_families(today)]
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def _row(
    party: Enterprise, kind: str, as_of: date, taken_on: date, values: dict[str, Any], **columns: Any
) -> dict[str, Any]:
    days = {name: value.isoformat() if isinstance(value, date) else value for name, value in columns.items()}
    return {
        "party_code": party.code,
        "party_name": party.name,
        "kind": kind,
        "as_of": as_of.isoformat(),
        "taken_on": taken_on.isoformat(),
        **days,
        "values": values,
    }


def _years_before(day: date, years: int) -> date:
    return workdays.add_months(day, -12 * years) + timedelta(days=1)


def _kangrui(today: date) -> Iterator[dict[str, Any]]:
    """A licence 60 working days before its end, a newer legal representative in the business register, and the
    warehouses only in an accepted change of the same licence."""
    ends = workdays.add_working_days(today, 60)
    begins = _years_before(ends, 5)
    number = f"粤穗药监械经营许{begins.year}0317号"
    changed = workdays.add_months(today, -20)
    recent = today - timedelta(days=12)
    home = "广州市天河区云岭路18号康瑞大厦901房"
    party = {"org.name": KANGRUI.name, "org.uscc": KANGRUI.code, "org.domicile": home}
    yield _row(
        KANGRUI, "business_register", today - timedelta(days=25), recent,
        {**party, "org.type": "有限责任公司", "org.legal_rep": "陆晚晴", "org.phone": "020-80000017"},
    )  # fmt: skip
    yield _row(
        KANGRUI, "device_licence", begins, recent,
        {
            **party, "org.legal_rep": "顾怀川", "licence.issued_on": begins.isoformat(),
            "licence.issuer": "广州市市场监督管理局", "licence.principal": "顾怀川", "licence.quality_head": "苏秋砚",
            "licence.premises": home, "licence.mode": "批发",
            "licence.scope": ["02 无源手术器械", "14 注输、护理和防护器械", "22 临床检验器械"],
        },
        number=number, issuer="广州市市场监督管理局", valid_from=begins, valid_to=ends,
    )  # fmt: skip
    yield _row(
        KANGRUI, "filing", changed, recent,
        {
            "licence.number": number, "org.phone": "020-80000018", "org.legal_rep": "顾怀川",
            "licence.quality_head": "苏秋砚", "licence.quality_head_education": "本科",
            "licence.quality_head_title": "药学，主管药师", "licence.premises_area": "186", "licence.premises_right": "租赁",
            "licence.warehouses": [
                {"address": "广州市黄埔区枫林三街6号2栋101", "area": "820", "kind": "租赁"},
                {"address": "广州市萝岗区科湖路9号B仓", "area": "1300", "kind": "委托贮存"},
            ],
            "licence.cold_chain": "是", "licence.it_system": "康瑞器械进销存 4.2",
        },
        number=f"A11C{changed.year}000128", status="accepted", item="A11/change", subject=f"licence:{number}",
    )  # fmt: skip


def _yunqiao(today: date) -> Iterator[dict[str, Any]]:
    """A device licence too near its end, an older one that has ended, a drug licence that is another matter, and a
    copy of the business register taken too long ago."""
    recent, long_ago = today - timedelta(days=9), today - timedelta(days=310)
    ends = workdays.add_working_days(today, 12)
    begins = _years_before(ends, 5)
    number = f"浙杭药监械经营许{begins.year}0452号"
    home = "杭州市滨江区溪桥路77号3幢"
    party = {"org.name": YUNQIAO.name, "org.uscc": YUNQIAO.code}
    yield _row(
        YUNQIAO, "business_register", long_ago, long_ago,
        {**party, "org.type": "有限责任公司", "org.domicile": home, "org.legal_rep": "何望舒", "org.phone": "0571-80000021"},
    )  # fmt: skip
    yield _row(
        YUNQIAO, "device_licence", begins, recent,
        {
            **party, "org.domicile": home, "org.legal_rep": "何望舒", "licence.issued_on": begins.isoformat(),
            "licence.issuer": "杭州市市场监督管理局", "licence.principal": "何望舒", "licence.quality_head": "白小舟",
            "licence.premises": "杭州市滨江区溪桥路77号3幢201", "licence.mode": "批零兼营", "licence.scope": ["16 眼科器械"],
            "licence.warehouses": [{"address": "杭州市滨江区溪桥路77号3幢仓库", "kind": "自有"}],
        },
        number=number, issuer="杭州市市场监督管理局", valid_from=begins, valid_to=ends,
    )  # fmt: skip
    ended = _years_before(today, 2)
    yield _row(
        YUNQIAO, "device_licence", _years_before(ended, 5), recent,
        {**party, "org.legal_rep": "卫长庚", "licence.premises": "杭州市下城区旧河街3号", "licence.mode": "零售"},
        number=f"浙杭食药监械经营许{ended.year - 5}0033号", valid_from=_years_before(ended, 5), valid_to=ended, status="expired",
    )  # fmt: skip
    drug_ends = workdays.add_months(today, 40)
    yield _row(
        YUNQIAO, "drug_licence", _years_before(drug_ends, 5), recent,
        {
            **party, "licence.issuer": "浙江省药品监督管理局", "licence.principal": "秦望川", "licence.quality_head": "罗青禾",
            "licence.premises": "杭州市余杭区药港路5号", "licence.mode": "批发",
            "licence.warehouses": [{"address": "杭州市余杭区药港路5号药品仓", "kind": "自有"}],
        },
        number="浙AA571000061", valid_from=_years_before(drug_ends, 5), valid_to=drug_ends,
    )  # fmt: skip


def _meiyan(today: date) -> Iterator[dict[str, Any]]:
    """Two filed products with formulas that belong to them alone, and the confirmed relation to the manufacturer."""
    recent = today - timedelta(days=6)
    party = {"org.name": MEIYAN.name, "org.domicile": "广州市白云区花溪二路30号6层"}
    maker = {
        "product.maker_name": "广州和美日化有限公司", "product.maker_licence": "粤妆20230188",
        "product.maker_address": "广州市白云区和美工业园2栋",
    }  # fmt: skip
    yield _row(
        MEIYAN, "business_register", today - timedelta(days=40), recent,
        {**party, "org.uscc": MEIYAN.code, "org.type": "有限责任公司", "org.legal_rep": "叶清嘉", "org.phone": "020-80000033"},
    )  # fmt: skip
    filed = {
        **party,
        "org.safety_head": "唐映雪",
        "org.reaction_contact": "020-80000034",
        "product.production": "委托生产",
        **maker,
    }
    first, second = workdays.add_months(today, -26), workdays.add_months(today, -9)
    yield _row(
        MEIYAN, "filing", first, recent,
        {
            **filed, "product.name": "美妍青桐保湿乳", "product.claims": ["11 保湿"], "product.standard": "Q/MEIYAN 001-2024",
            "product.formula": [
                {"name": "水", "percent": "78.5", "purpose": "溶剂"},
                {"name": "甘油", "percent": "12", "purpose": "保湿剂"},
                {"name": "辛酸/癸酸甘油三酯", "percent": "9", "purpose": "润肤剂"},
                {"name": "苯氧乙醇", "percent": "0.5", "purpose": "防腐剂"},
            ],
            "assessor.name": "祝南星", "assessor.years": "8",
        },
        number=f"粤G妆网备字{first.year}017701", status="accepted", item="A1/file",
        subject=f"product:粤G妆网备字{first.year}017701",
    )  # fmt: skip
    yield _row(
        MEIYAN, "filing", second, recent,
        {
            **filed, "product.name": "美妍青桐舒缓洁面乳", "product.claims": ["09 清洁", "17 舒缓"],
            "product.formula": [
                {"name": "水", "percent": "70", "purpose": "溶剂"},
                {"name": "椰油酰甘氨酸钾", "percent": "22", "purpose": "清洁剂"},
                {"name": "甘油", "percent": "7.2", "purpose": "保湿剂"},
            ],
            "assessor.name": "祝南星", "assessor.years": "9",
        },
        number=f"粤G妆网备字{second.year}009214", status="accepted", item="A1/file",
        subject=f"product:粤G妆网备字{second.year}009214",
    )  # fmt: skip
    maker_ends = workdays.add_months(today, 22)
    yield _row(
        MEIYAN, "production_relation", second, recent,
        {**maker, "product.maker_licence_valid_to": maker_ends.isoformat()},
        number=f"WT{second.year}0031", valid_to=maker_ends, subject=f"product:粤G妆网备字{second.year}009214",
    )  # fmt: skip


def _haoyi(today: date) -> Iterator[dict[str, Any]]:
    """Known to the business register only."""
    yield _row(
        HAOYI, "business_register", today - timedelta(days=60), today - timedelta(days=4),
        {
            "org.name": HAOYI.name, "org.uscc": HAOYI.code, "org.type": "有限责任公司", "org.legal_rep": "周一鸣",
            "org.domicile": "成都市锦江区芙蓉巷12号", "org.phone": "028-80000044",
        },
    )  # fmt: skip


def _families(today: date) -> Iterator[dict[str, Any]]:
    """The records of ``demo.yml`` on a day."""
    numbers: dict[tuple[str, str], str] = {}
    for record in _read_file()["records"]:
        party, kind = FAMILIES[record["party"]], record["kind"]
        first, last = _find_term(record, today)
        as_of = _move(today, record["as_of"]) if "as_of" in record else first or today
        number = record.get("number", "").format(year=as_of.year)
        numbers.setdefault((party.login, kind), number)
        columns = {name: record[name] for name in ("issuer", "status", "item") if name in record}
        if "subject" in record:
            columns["subject"] = f"licence:{numbers[party.login, record['subject'].rpartition(' ')[2]]}"
        values = {"org.name": party.name, "org.uscc": party.code, **_write_days(record["values"], today)}
        if first:
            columns |= {"valid_from": first, "valid_to": last}
            if ("licence.issuer" in values) or kind.endswith("licence"):
                values["licence.issued_on"] = first.isoformat()
            else:
                values |= {"product.approved_on": first.isoformat()}
        yield _row(party, kind, as_of, _move(today, record["taken"]), values, number=number, **columns)


def _find_term(record: dict[str, Any], today: date) -> tuple[date | None, date | None]:
    if "term" not in record:
        return None, None
    ends = _move(today, record["term"]["ends"])
    return _years_before(ends, record["term"]["years"]), ends


def _move(today: date, how: str) -> date:
    """``-12d`` days, ``+60w`` working days, ``-20m`` months from today."""
    count, unit = int(how[:-1]), how[-1]
    return workdays.add_units(today, count, {"d": "day", "w": "working_day", "m": "month"}[unit])


def _write_days(value: Any, today: date) -> Any:
    """The values with each ``@-12d`` as the day it is."""
    if isinstance(value, dict):
        return {key: _write_days(inner, today) for key, inner in value.items()}
    if isinstance(value, list):
        return [_write_days(inner, today) for inner in value]
    if isinstance(value, str) and re.fullmatch(r"@[+-]\d+[dwm]", value):
        return _move(today, value[1:]).isoformat()
    return value
