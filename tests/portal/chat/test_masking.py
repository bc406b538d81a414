"""A8: personal data is starred wherever it stands; the numbers of this field pass untouched."""

import pytest

from portal.chat.masking import is_credit_code, mask


def luhn(stem: str) -> str:
    """The stem with its check digit."""
    for last in "0123456789":
        digits = [int(sign) for sign in stem + last]
        if sum(sum(divmod(d * 2, 10)) if place % 2 else d for place, d in enumerate(reversed(digits))) % 10 == 0:
            return stem + last
    raise AssertionError


def identity(stem: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return stem + "10X98765432"[sum(int(s) * w for s, w in zip(stem, weights, strict=True)) % 11]


def credit_code(stem: str) -> str:
    return next(stem + last for last in "0123456789ABCDEFGHJKLMNPQRTUWXY" if is_credit_code(stem + last))


MOBILE = "19912345678"
CARD19 = luhn("621700123456789012")
CARD16 = luhn("622588012345678")
PERSON = identity("11010119900307451")
PERSON_X = next(i for i in (identity(f"44030519880808{n:03d}") for n in range(999)) if i.endswith("X"))

MASKED = [
    (f"我的手机是{MOBILE}请回电", "mobile", "我的手机是199****5678请回电"),
    (f"电话{MOBILE}", "mobile", "电话199****5678"),
    (f"{MOBILE}打不通", "mobile", "199****5678打不通"),
    (f"微信同号:{MOBILE},谢谢", "mobile", "微信同号:199****5678,谢谢"),
    ("手机 199 1234 5678", "mobile", "手机 199****5678"),
    ("手机199-1234-5678", "mobile", "手机199****5678"),
    (f"+86{MOBILE}", "mobile", "199****5678"),
    (f"+86 {MOBILE}", "mobile", "199****5678"),
    (f"0086{MOBILE}", "mobile", "199****5678"),
    (f"my number is {MOBILE}.", "mobile", "my number is 199****5678."),
    (f"tel{MOBILE}", "mobile", "tel199****5678"),
    (f"TEL:{MOBILE}", "mobile", "TEL:199****5678"),
    (f"张三{MOBILE}李四13800138000", "mobile", "张三199****5678李四138****8000"),
    (f"批号20240101,电话{MOBILE}", "mobile", "批号20240101,电话199****5678"),
    (f"身份证{PERSON}", "identity_card", f"身份证110{'*' * 15}"),
    (f"身份证号码是{PERSON}的王某", "identity_card", f"身份证号码是110{'*' * 15}的王某"),
    (f"我{PERSON}", "identity_card", f"我110{'*' * 15}"),
    (f"ID {PERSON_X} please", "identity_card", f"ID 440{'*' * 15} please"),
    (f"号码{PERSON_X.lower()}", "identity_card", f"号码440{'*' * 15}"),
    ("身份证 110101 19900307 4515", "identity_card", f"身份证 110{'*' * 15}"),
    ("我的身份证号110101900307451", "identity_card", f"我的身份证号110{'*' * 12}"),
    (f"卡号{CARD19}退款", "bank_card", f"卡号{'*' * 15}{CARD19[-4:]}退款"),
    (f"退到{CARD16}", "bank_card", f"退到{'*' * 12}{CARD16[-4:]}"),
    (f"card {CARD16[:4]} {CARD16[4:8]} {CARD16[8:12]} {CARD16[12:]}", "bank_card", f"card {'*' * 12}{CARD16[-4:]}"),
    (f"card {CARD16[:4]}-{CARD16[4:8]}-{CARD16[8:12]}-{CARD16[12:]}", "bank_card", f"card {'*' * 12}{CARD16[-4:]}"),
    ("护照E12345678", "passport", "护照E********"),
    ("我的护照号是EA1234567", "passport", "我的护照号是E********"),
    ("持G12345678入境", "passport", "持G********入境"),
    ("passport number X1234567", "passport", "passport number X*******"),
]

UNTOUCHED = [
    "国药准字H20013456",
    "国药准字Z11020001说明书",
    "国药准字HJ20160001",
    "国械注准20193140123",
    "粤械注准20152400001",
    "国械注进20163220035",
    "沪械备20140001",
    "国械备20150123号",
    "注册证编号:京械注准20202140567",
    "国妆特字G20130001",
    "国妆特字20210001",
    "粤G妆网备字2019012345",
    "国妆备进字J20191234",
    "粤食药监械经营许20190012号",
    "苏药监械生产许20210099号",
    "许可证编号粤CB0200123",
    "粤穗药监械经营备202012345号",
    "经营许可证号:浙杭药监械经营许20230187号",
    "统一社会信用代码" + credit_code("91440300MA5F4K2X7"),
    credit_code("91440300192203821"),
    "信用代码" + credit_code("91110101199003074"),
    "批号20240115",
    "批号:13812345678",
    "生产批号 E20240101",
    "批号E12345678",
    "产品批号G20230815",
    "batch number 13912345678",
    "lot E12345678",
    "追溯码81234567890123456789",
    "追溯码8123 4567 8901 2345 6789",
    "药品追溯码: 84123456789012345678",
    "监管码" + luhn("621700123456789012"),
    "UDI (01)06901234567892",
    "条形码6901234567892",
    "序列号SN19912345678",
    "序列号" + luhn("622588012345678"),
    "B13812345678",
    "W2026112400017",
    "TS2026112400012",
    "R2026112400003",
    "订单号 13812345678",
    "快递单号13812345678901",
    "2026年11月24日",
    "20261124",
    "第680号令",
    "GB 4806.1-2016",
    "YY/T 0287-2017",
    "12315",
    "010-12345678",
    "100平方米",
    "价格19912.50元",
]


@pytest.mark.parametrize(("text", "kind", "starred"), MASKED)
def test_personal_data_is_starred(text: str, kind: str, starred: str) -> None:
    found = mask(text)
    assert found.text == starred
    assert set(found.kinds) == {kind}


@pytest.mark.parametrize("text", UNTOUCHED)
@pytest.mark.parametrize("frame", ["{}", "我想查{}是真的吗", "check {} please", "产品，{}，谢谢"])
def test_numbers_of_goods_and_papers_pass(text: str, frame: str) -> None:
    whole = frame.format(text)
    assert mask(whole).text == whole
    assert mask(whole).kinds == ()


def test_several_kinds_are_named_once_each() -> None:
    found = mask(f"{PERSON} {MOBILE} {CARD16} {MOBILE}")
    assert set(found.kinds) == {"identity_card", "mobile", "bank_card"}
    assert MOBILE not in found.text
    assert PERSON not in found.text
    assert CARD16 not in found.text


def test_what_a_field_asks_for_is_left_alone_and_nothing_else() -> None:
    found = mask(f"{MOBILE}，身份证{PERSON}", wanted={"mobile"})
    assert MOBILE in found.text
    assert PERSON not in found.text
    assert found.kinds == ("identity_card",)
