"""What a message names: hard inputs, and what must not be found."""

import re

import pytest
import yaml
from conftest import LOOKUP, ROOT, read_pairs

from bot.components.credit_code import check_character
from bot.components.entities import EntityFinder
from bot.components.folding import fold
from bot.components.patterns import read_number

CODE = "91440300708461136"
CODE += check_character(CODE)
WIDE = "".join(chr(ord(c) + 0xFEE0) for c in CODE)

FOUND = [
    (f"代码{CODE}请查", "credit_code", CODE, CODE),
    (f"代码{WIDE}请查", "credit_code", CODE, WIDE),
    (f"our code is {CODE.lower()}.", "credit_code", CODE, CODE.lower()),
    ("批准文号国药准字H20259811，批号240417", "drug_approval_number", "国药准字H20259811", "国药准字H20259811"),
    ("国药准字 Z 2002 0687是不是真的", "drug_approval_number", "国药准字Z20020687", "国药准字 Z 2002 0687"),
    ("国药准字HJ20230045", "drug_approval_number", "国药准字HJ20230045", "国药准字HJ20230045"),
    ("苏械注准20192140567能用到什么时候", "device_number", "苏械注准20192140567", "苏械注准20192140567"),
    ("国械注进20163212345", "device_number", "国械注进20163212345", "国械注进20163212345"),
    ("号码是粤深械备20230012号", "device_number", "粤深械备20230012号", "粤深械备20230012号"),
    ("国械备20150127号", "device_number", "国械备20150127号", "国械备20150127号"),
    (
        "沪食药监械(准)字2014第2640123号",
        "device_number",
        "沪食药监械(准)字2014第2640123号",
        "沪食药监械(准)字2014第2640123号",
    ),
    ("粤Ｇ妆网备字2023123456", "cosmetic_number", "粤G妆网备字2023123456", "粤Ｇ妆网备字2023123456"),
    (
        "国妆网备进字（沪）2023001234这个",
        "cosmetic_number",
        "国妆网备进字(沪)2023001234",
        "国妆网备进字（沪）2023001234",
    ),
    ("国妆特字20210345", "cosmetic_number", "国妆特字20210345", "国妆特字20210345"),
    ("渝食药监械经营许20230123号", "licence_number", "渝食药监械经营许20230123号", "渝食药监械经营许20230123号"),
    ("粤妆20190012到期", "licence_number", "粤妆20190012", "粤妆20190012"),
    ("许可证号京AA0100123", "licence_number", "京AA0100123", "京AA0100123"),
    ("受理号W2026112400017办到哪", "case_number", "W2026112400017", "W2026112400017"),
    ("case TS-20261124-0007 please", "case_number", "TS-20261124-0007", "TS-20261124-0007"),
    ("二〇二六年十一月二十四日到期", "date", "2026-11-24", "二〇二六年十一月二十四日"),
    ("２０２６／２／２８止", "date", "2026-02-28", "２０２６／２／２８"),
    ("valid until 5 March 2027", "date", "2027-03-05", "5 March 2027"),
    ("expires on Mar 5, 2027.", "date", "2027-03-05", "Mar 5, 2027"),
    ("有效期至2026.04，早过了", "month", "2026-04", "2026.04"),
    ("2023年三月买的", "month", "2023-03", "2023年三月"),
    ("明年3月15日到期", "relative_date", "明年3月15日", "明年3月15日"),
    ("上个星期天买的", "relative_date", "上个星期天", "上个星期天"),
    ("十五个工作日内", "relative_date", "十五个工作日内", "十五个工作日内"),
    ("i bought it last week", "relative_date", "last week", "last week"),
    ("花了1588元", "money", "1588.00", "1588元"),
    ("罚款3.5万元", "money", "35000.00", "3.5万元"),
    ("38块5是小事", "money", "38.50", "38块5"),
    ("三十八块五", "money", "38.50", "三十八块五"),
    ("一共100块8盒", "money", "100.00", "100块"),
    ("打给13812345678吧", "phone", "13812345678", "13812345678"),
    ("电话010-62345678", "phone", "01062345678", "010-62345678"),
    ("+86 139 1234 5678", "phone", "13912345678", "+86 139 1234 5678"),
    ("Ⅲ类器械怎么办", "device_class", "3", "Ⅲ类"),
    ("a class III device", "device_class", "3", "class III"),
    ("在浙江西湖区", "province", "浙江", "浙江"),
    ("我们在内蒙古自治区", "province", "内蒙古", "内蒙古自治区"),
    ("based in Guangdong", "province", "广东", "Guangdong"),
    ("延续第三类医疗器械经营许可证", "service_item", "A11", "第三类医疗器械经营许可证"),
    ("医疗器械注册证延续要提前多久", "service_item", "A4", "医疗器械注册证延续"),
    ("Drug Distribution Licence, how long?", "service_item", "A12", "Drug Distribution Licence"),
    ("证丢了要补发", "variant", "reissue", "补发"),
]

ABSENT = [
    (f"代码{CODE[:17]}{'0' if CODE[17] != '0' else '1'}", "credit_code"),
    ("身份证110101199003074477", "phone"),
    ("身份证110101199003074477", "credit_code"),
    ("2026-02-30不是日期", "date"),
    ("批号240417", "date"),
    ("黄河南岸的店", "province"),
    ("上海南京路", "province:海南"),
    ("江西路在浙江西边", "province:江西西"),
    ("classical music for class 30", "device_class"),
    ("第十一类商品", "device_class:1"),
    ("海关编码3004909099", "phone"),
    ("标准GB19083-2010", "case_number"),
    ("国药准字H2025981", "drug_approval_number"),
    ("5年有效期", "relative_date"),
    ("disrenewal", "variant"),
    ("2026年", "month"),
]


@pytest.mark.parametrize(("text", "entity", "value", "words"), FOUND)
def test_it_is_found_with_its_value_and_its_words(
    finder: EntityFinder, text: str, entity: str, value: str, words: str
) -> None:
    found = [e for e in finder.list_entities(text) if e["entity"] == entity]
    assert (value, words) in [(e["value"], text[e["start"] : e["end"]]) for e in found]


@pytest.mark.parametrize(("text", "what"), ABSENT)
def test_it_is_not_found_where_it_is_not(finder: EntityFinder, text: str, what: str) -> None:
    entity, _, value = what.partition(":")
    assert [e for e in finder.list_entities(text) if e["entity"] == entity and (not value or e["value"] == value)] == []


def test_a_number_owns_its_characters(finder: EntityFinder) -> None:
    """The 一类 or a province inside a certificate number is no class and no province."""
    kinds = {e["entity"] for e in finder.list_entities("沪食药监械(准)字2014第2640123号")}
    assert kinds == {"device_number"}


def test_invisible_characters_do_not_hide_a_number_and_offsets_hold(finder: EntityFinder) -> None:
    text = "证号\u200b苏械注\u200b准20192140567。"
    [entity] = [e for e in finder.list_entities(text) if e["entity"] == "device_number"]
    assert entity["value"] == "苏械注准20192140567"
    assert fold(text[entity["start"] : entity["end"]]).text == "苏械注准20192140567"


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十五", 15),
        ("二十", 20),
        ("一百零三", 103),
        ("二〇二六", 2026),
        ("12", 12),
        ("十万", None),
        ("", None),
        ("x", None),
    ],
)
def test_chinese_and_arabic_numerals_are_read(text: str, number: int | None) -> None:
    assert read_number(text) == number


def test_the_lookup_names_every_item_of_the_catalogue_by_its_id() -> None:
    """Read as data: the catalogue and the bot's list of names are two halves of one contract."""
    known = {value for value, _ in read_pairs(LOOKUP / "service_item.tsv")}
    items = {
        yaml.safe_load(p.read_text(encoding="utf-8"))["id"] for p in (ROOT / "policy_kb/catalogue/items").glob("*.yml")
    }
    assert known == items, f"only in the lookup: {known - items}; only in the catalogue: {items - known}"


def test_no_name_means_two_items() -> None:
    owners: dict[str, set[str]] = {}
    for value, name in read_pairs(LOOKUP / "service_item.tsv"):
        owners.setdefault(name.lower(), set()).add(value)
    assert {name: ids for name, ids in owners.items() if len(ids) > 1} == {}


def test_a_bad_line_of_a_list_is_named(tmp_path: object) -> None:
    path = tmp_path / "x.tsv"  # type: ignore[operator]
    path.write_text("# fine\nA1\tname\nA2 no tab\n", encoding="utf-8")
    with pytest.raises(ValueError, match=re.escape("x.tsv, line 3")):
        read_pairs(path)
