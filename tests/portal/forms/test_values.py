"""What people type becomes a value or a clear sentence, never an exception, in both languages, by page and by chat."""

import json
from typing import Any

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from portal.forms.service import (
    Field,
    Unreadable,
    build_schema,
    compute_check_character,
    get_form,
    is_credit_code,
    list_forms,
    read_value,
    show_value,
)
from portal.language import set_language

RENEWAL, FILING = "device-distribution-renewal", "general-cosmetic-filing"
FIRST17 = "91440101MADEMKR0A"
CODE = FIRST17 + compute_check_character(FIRST17)


def ask(field_id: str, form_id: str = RENEWAL) -> Field:
    return get_form(form_id).get_field(field_id)


def read(field_id: str, raw: Any, form_id: str = RENEWAL) -> Any:
    return read_value(ask(field_id, form_id), raw)


def test_a_real_published_credit_code_passes_and_one_wrong_character_does_not() -> None:
    assert is_credit_code("91350100M000100Y43")  # the example of GB 32100-2015
    assert not is_credit_code("91350100M000100Y44")
    assert not is_credit_code("")


@pytest.mark.parametrize(
    ("field_id", "raw", "value"),
    [
        ("uscc", f" {CODE.lower()[:8]} {CODE[8:]}", CODE),
        ("uscc", "".join(chr(ord(c) + 0xFEE0) for c in CODE), CODE),
        ("licence_no", "粤穗药监械经营许 20210123 号", "粤穗药监械经营许20210123号"),
        ("licence_no", "粤穗食药监械经营许20180123号", "粤穗食药监械经营许20180123号"),
        ("valid_to", "2026年3月1日", "2026-03-01"),
        ("valid_to", "2026/3/1", "2026-03-01"),
        ("valid_to", "1 March 2026", "2026-03-01"),
        ("valid_to", "Mar 1, 2026", "2026-03-01"),
        ("org_name", "  广州　康瑞 \u200b", "广州 康瑞"),
        ("org_name", "广州康瑞（中国）器械，有限公司；Ａ１座", "广州康瑞（中国）器械，有限公司；A1座"),
        ("premises_area", "1，250.50 ", "1250.5"),
        ("premises_area", "1,250.50 ", "1250.5"),
        ("premises_area", "１２０", "120"),
        ("mode", "批发", "wholesale"),
        ("mode", "Wholesale and retail", "both"),
        ("scope", "06 医用成像器械、08 呼吸、麻醉和急救器械", ["c06", "c08"]),
        ("scope", "06、14", ["c06", "c14"]),
        ("scope", "体外诊断试剂和医用软件", ["c21", "ivd"]),
        ("scope", ["c14", "c06", "c06"], ["c06", "c14"]),
        ("cold_chain", "有", True),
        ("cold_chain", "no", False),
        ("agent_mobile", "+86 194 0000 0011", "19400000011"),
        ("phone", "020-00000118", "020-00000118"),
        ("org_name", "", None),
        ("org_name", " \u200b ", None),
        ("declare_true", False, None),
        ("warehouses", [{"address": "广州市示例路1号", "area": "", "kind": "自有"}, {"address": ""}],
         [{"_id": "r1", "address": "广州市示例路1号", "kind": "owned"}]),
    ],
)  # fmt: skip
def test_ways_of_writing_one_thing_become_one_value(app: APIFlask, field_id: str, raw: Any, value: Any) -> None:
    assert read(field_id, raw) == value


@pytest.mark.parametrize(
    ("field_id", "raw", "zh"),
    [
        ("uscc", CODE[:-1] + "0", "统一社会信用代码不对：应为18位，最后一位是校验码。"),
        ("licence_no", "粤妆20210123", "医疗器械经营许可证编号形如“粤穗药监械经营许20210123号”。"),
        ("valid_to", "2026-02-30", "请按年-月-日填写日期，例如2026-03-11。"),
        ("valid_to", "明天", "请按年-月-日填写日期，例如2026-03-11。"),
        ("org_name", "康", "至少写2个字。"),
        ("org_name", "康" * 101, "最多100个字，现在是101个字。"),
        ("org_name", "<script>alert(1)</script>", "请只写文字，不要带 <标签>。"),
        ("org_name", "康瑞\n器械", "请写在一行里。"),
        ("org_name", "康瑞\x07", "内容里有无法显示的字符，请重新输入。"),
        ("org_name", ["康瑞", "云桥"], "这里只填一个值。"),
        ("premises_area", "0", "请填1到1000000之间的数字。"),
        ("premises_area", "1e9", "请填数字，例如12.5。"),
        ("premises_area", "NaN", "请填数字，例如12.5。"),
        ("mode", "wholesales", "请从给出的选项中选一项。"),
        ("scope", "c06, c99", "请从给出的选项中选择。"),
        ("cold_chain", "也许", "请回答是或否。"),
        ("agent_mobile", "12345", "请填11位手机号码。"),
        ("agent_email", "name@", "请填邮箱地址，例如name@example.cn。"),
        ("warehouses", [{"address": "广州市示例路1号", "area": "大"}], "第1行：请填数字，例如12.5。"),
        ("warehouses", [{"roof": "红"}], "第1行有本表没有问的内容。"),
        ("warehouses", [{"address": "广州市示例路1号"}] * 21, "最多填20行。"),
        ("authorisation", "evil.pdf", "这里请上传文件。"),
    ],
)
def test_a_bad_value_is_refused_with_what_to_do(app: APIFlask, field_id: str, raw: Any, zh: str) -> None:
    with app.test_request_context():
        set_language("zh")
        with pytest.raises(Unreadable) as raised:
            read(field_id, raw)
        assert str(raised.value) == zh
        set_language("en")
        with pytest.raises(Unreadable) as raised:
            read(field_id, raw)
        assert not any("\u4e00" <= c <= "\u9fff" for c in str(raised.value).replace("粤穗药监械经营许20210123号", ""))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3),
    max_leaves=6,
)
EVERY_FIELD = [f for form in list_forms() for f in form.list_fields()]


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(field=st.sampled_from(EVERY_FIELD), raw=JSON_VALUES)
@example(field=ask("premises_area"), raw="9" * 400)
@example(field=ask("scope"), raw=[["c06"]])
def test_whatever_is_sent_is_read_or_refused_and_obeys_the_data_contract(app: APIFlask, field: Field, raw: Any) -> None:
    with app.test_request_context():
        try:
            value = read_value(field, raw)
        except Unreadable:
            return
        if value is None or field.type == "file":
            return
        assert read_value(field, value) == value, "reading a stored value again must not change it"
        if field.type != "repeat":
            form = next(form for form in list_forms() if field in form.list_fields())
            Draft202012Validator(build_schema(form)["properties"][field.id]).validate(json.loads(json.dumps(value)))


def test_values_are_shown_as_people_write_them(app: APIFlask) -> None:
    with app.test_request_context():
        assert show_value(ask("valid_to"), "2026-03-01", "zh") == "2026年3月1日"
        assert show_value(ask("valid_to"), "2026-03-01", "en") == "1 March 2026"
        assert show_value(ask("scope"), ["c06", "ivd"], "zh") == "06 医用成像器械、体外诊断试剂"
        assert show_value(ask("cold_chain"), True, "en") == "yes"
        assert show_value(ask("cold_chain"), False, "zh") == "否"
        rows = [{"_id": "r1", "name": "水", "percent": "70", "purpose": "溶剂"}]
        assert show_value(ask("formula", FILING), rows, "zh") == "标准中文名称：水；含量（%）：70%；使用目的：溶剂"
        assert show_value(ask("org_name"), None, "zh") == ""


def test_anybody_may_see_what_a_form_asks_and_why(client: FlaskClient) -> None:
    for form_id in (RENEWAL, FILING):
        for language, word in (("zh", "依据"), ("en", "Asked because of")):
            page = client.get(f"/forms/{form_id}?lang={language}")
            assert page.status_code == 200
            assert word in page.text
    contract = client.get(f"/forms/{RENEWAL}/schema.json").get_json(force=True)
    assert contract["properties"]["licence_no"]["x-concept"] == "licence.number"
    assert client.get("/forms/nothing").status_code == 404
