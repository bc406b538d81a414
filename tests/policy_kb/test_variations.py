"""Metamorphic: however a question is dressed, it cites the clause that the plain question cites."""

from collections.abc import Callable

import pytest

from policy_kb import Answer, PolicyBase

PLAIN = [
    "药品经营许可证有效期几年", "药品生产许可证提前多久申请重新发证", "第三类医疗器械经营许可证什么时候申请延续",
    "医疗器械生产许可证有效期多久", "化妆品生产许可证什么时候申请延续", "特殊化妆品注册证有效期几年",
    "普通化妆品备案后多久公布", "第二类医疗器械注册技术审评要多久", "医疗器械注册证延续提前多久申请",
    "第二类医疗器械经营备案向哪个部门办理", "第一类医疗器械产品备案找哪个部门", "药品经营许可证变更经营地址多久办好",
    "药品经营许可证遗失怎么补发", "投诉多少天内决定是否受理", "投诉调解最多多少天", "举报人的信息会不会保密",
    "处方药能开架销售吗", "药店能买药送处方药吗", "药品网络销售企业信息变更几个工作日内报告",
    "没有药品经营许可证卖药怎么处罚", "生产销售劣药怎么处罚", "销售假药怎么处罚", "药品检验结果有异议几天内申请复验",
    "医疗器械检验结论有异议几天内申请复检", "化妆品检验结论有异议几天内申请复检", "医疗器械一级召回几日内通知",
    "化妆品标签要标注哪些内容", "化妆品新原料安全监测几年", "经营过期化妆品怎么处罚", "未备案的普通化妆品上市销售怎么处罚",
    "儿童用药品的市场独占期是几年", "药品注册证书有效期几年", "医疗机构制剂注册证书有效期几年",
    "药物临床试验申请多少个工作日内决定", "药品上市许可转让多久批", "医疗器械临床试验审批多少天",
    "化妆品经营者能自行配制化妆品吗", "一次性使用的医疗器械能重复使用吗", "医疗器械经营企业自查报告什么时候交",
    "进货查验记录保存几年医疗器械", "政府信息公开申请多久答复", "行政复议申请期限是多少天",
]  # fmt: skip
DRESSED: dict[str, Callable[[str], str]] = {
    "greeting": lambda text: f"您好，请问一下，{text}？谢谢",
    "full width": lambda text: f"\u3000{text}？？！",
    "story": lambda text: f"我们是一家刚成立不久的小公司，前任同事离职了没有交接，老板催我尽快弄清楚。想问：{text}？",
    "particles": lambda text: f"那个{text}呀",
    "zero width": lambda text: "\u200b".join(text),
    "traditional": lambda text: text.translate(str.maketrans("药经营证医疗产请销备册审评时间个处罚", "藥經營證醫療產請銷備冊審評時間個處罰")),
}  # fmt: skip
# Run of 2026-11-25: 94 % of the dressed questions cite what the plain one cites first.
FLOOR = 0.9


@pytest.fixture(autouse=True)
def on_a_known_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_NOW", "2026-11-24")


def first_cited(answer: Answer) -> tuple[str, int] | None:
    return (answer.citations[0].title, answer.citations[0].article) if answer.citations else None


def test_a_dressed_question_cites_the_clause_of_the_plain_one(ingested: PolicyBase) -> None:
    plain = {question: first_cited(ingested.answer(question)) for question in PLAIN}
    assert [question for question, clause in plain.items() if clause is None] == []
    lost = [
        f"{name}: {question}"
        for question, clause in plain.items()
        for name, dress in DRESSED.items()
        if clause not in {(each.title, each.article) for each in ingested.answer(dress(question)).citations}
    ]
    assert 1 - len(lost) / (len(PLAIN) * len(DRESSED)) >= FLOOR, lost
