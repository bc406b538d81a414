"""A yes, a no and who does it, said as people say it: what the form's own words would be, or nothing."""

import pytest
from apiflask import APIFlask

from portal.applications import hearing, questions
from portal.applications.yes_no import read_yes_no
from portal.forms.service import Field


def field_of(app: APIFlask, item: str, variant: str, name: str) -> Field:
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        form = questions.find_form(item, variant)
        assert form
        return questions.fields_of(form)[name]


@pytest.mark.parametrize(
    ("item", "variant", "name", "said", "code"),
    [
        ("A11", "renew", "online_sale", "不卖", "no"),
        ("A11", "renew", "online_sale", "我们不在网上卖", "no"),
        ("A11", "renew", "online_sale", "不做网络销售。", "no"),
        ("A11", "renew", "online_sale", "没有这个", "no"),
        ("A11", "renew", "online_sale", "没得这个业务", "no"),
        ("A11", "renew", "online_sale", "we don't sell online", "no"),
        ("A11", "renew", "online_sale", "No, we do not", "no"),
        ("A11", "renew", "online_sale", "网上也卖", "yes"),
        ("A11", "renew", "online_sale", "有的，网上卖", "yes"),
        ("A11", "renew", "online_sale", "我们有网店", "yes"),
        ("A11", "renew", "online_sale", "不知道", None),
        ("A11", "renew", "online_sale", "没听懂", None),
        ("A11", "renew", "online_sale", "不一定", None),
        ("A11", "renew", "online_sale", "有时候卖", None),
        ("A11", "renew", "online_sale", "不是不卖", None),
        ("A11", "renew", "online_sale", "没有收到验证码", None),
        ("A11", "renew", "online_sale", "没问题", None),
        ("A11", "renew", "cold_chain", "不经营这类产品", "no"),
        ("B1", "first", "new_ingredient", "没用新原料", "no"),
        ("A4", "renew", "unchanged", "没有变化", "yes"),
        ("A4", "renew", "unchanged", "有变化", "no"),
        ("A4", "renew", "unchanged", "没有", None),
    ],
)
def test_what_is_denied_or_granted_is_read(
    app: APIFlask, item: str, variant: str, name: str, said: str, code: str | None
) -> None:
    assert read_yes_no(field_of(app, item, variant, name), said) == code


def test_who_does_it_answers_whether_somebody_else_does() -> None:
    contracted = Field("contracted", "yes_no", {"zh": "是否委托配制", "en": "Is it made by a contractor?"})
    assert read_yes_no(contracted, "我们自己做") == "no"
    assert read_yes_no(contracted, "委托给别的厂") == "yes"
    assert read_yes_no(contracted, "we make it ourselves") == "no"


@pytest.mark.parametrize("said", ["同意", "我同意", "我声明", "我们承诺", "I agree", "i declare this"])
def test_who_agrees_declares(said: str) -> None:
    declaration = Field("declare", "declaration", {"zh": "本企业对真实性负责", "en": "We vouch for the truth"})
    assert read_yes_no(declaration, said) == "yes"


@pytest.mark.parametrize(
    ("item", "variant", "name", "said", "code"),
    [
        ("A14", "report", "delivery_mode", "我们自己配送", "own"),
        ("A14", "report", "delivery_mode", "自己送", "own"),
        ("A14", "report", "delivery_mode", "交给第三方", "entrusted"),
        ("A14", "report", "delivery_mode", "we deliver ourselves", "own"),
        ("A14", "report", "seller_kind", "我们是做零售的", "retail"),
        ("A14", "report", "seller_kind", "我们是卖药的", "我们是卖药的"),
        ("A11", "issue", "premises_right", "租的", "leased"),
        ("C8", "report", "sex", "女的", "female"),
    ],
)
def test_an_option_is_named_by_who_does_it_or_between_fillers(
    app: APIFlask, item: str, variant: str, name: str, said: str, code: str
) -> None:
    assert hearing.tidy(field_of(app, item, variant, name), said) == code
