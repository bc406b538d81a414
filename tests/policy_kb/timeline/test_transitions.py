"""What rests on clauses that changed: listed until looked at, kept when only its number or another 款 changed."""

from collections.abc import Callable
from datetime import date

import pytest

from policy_kb import PolicyBase
from policy_kb.catalogue import Cite
from policy_kb.timeline import Binding, Transition, list_transitions, mark_reviewed

Ingest = Callable[..., PolicyBase]
SINCE = date(2025, 1, 1)
OLD = """# 试验许可办法

（2020年1月2日某总局令第7号公布）

第一条　为了加强管理，保护公众身体健康，制定本办法。

第二条　药品监督管理部门应当自受理之日起三十个工作日内作出决定。
申请人可以撤回已经提交的申请，撤回后可以再次提出。

第三条　许可证有效期为五年，届满六个月前提出重新发证申请。

第四条　企业应当建立销售记录，保存至产品有效期满后一年，不得伪造。

第五条　本办法自2020年3月1日起施行。
"""
NEW = """# 试验许可办法

（2026年1月2日某总局令第99号公布）

第一条　为了加强管理，保护公众身体健康，制定本办法。

第二条　药品监督管理部门应当自受理之日起二十个工作日内作出决定。
申请人可以撤回已经提交的申请，撤回后可以再次提出。

第三条　鼓励企业使用电子追溯系统，监管机构公开统一的编码标准。

第四条　许可证有效期为五年，届满六个月前提出重新发证申请。

第五条　本办法自2026年5月1日起施行。2020年1月2日某总局令第7号公布的《试验许可办法》同时废止。
"""


def bind(where: str, article: int, paragraph: int = 0, as_of: date | None = None) -> Binding:
    return Binding(where, (Cite("试验许可办法", article, paragraph, as_of=as_of),))


def touched(transition: Transition) -> list[tuple[str, str]]:
    return [(each.where, each.change.kind) for each in transition.touched]


@pytest.mark.parametrize(
    ("binding", "kinds"),
    [
        (bind("unchanged", 1), []),
        (bind("number", 2), ["changed"]),
        (bind("number-in-first", 2, 1), ["changed"]),
        (bind("other-paragraph", 2, 2), []),
        (bind("inserted-in-its-place", 3), ["added"]),
        (bind("moved", 4), ["renumbered"]),
    ],
    ids=lambda value: value.where if isinstance(value, Binding) else "",
)
def test_a_binding_is_listed_when_the_words_it_rests_on_changed(
    ingest: Ingest, binding: Binding, kinds: list[str]
) -> None:
    [transition] = list_transitions(ingest(旧=OLD, 新=NEW), SINCE, [binding])
    assert [kind for _, kind in touched(transition)] == kinds
    assert (transition.old.label, transition.new.label, transition.effective) == (
        "2020-01-02",
        "2026-01-02",
        date(2026, 5, 1),
    )


@pytest.mark.parametrize(
    "binding",
    [bind("old-law-on-purpose", 2, 1, date(2021, 1, 1)), Binding("other-law", (Cite("别的办法", 2),))],
    ids=["old-law-on-purpose", "other-law"],
)
def test_a_text_whose_law_of_today_nothing_cites_is_not_listed(ingest: Ingest, binding: Binding) -> None:
    assert list_transitions(ingest(旧=OLD, 新=NEW), SINCE, [binding]) == []


def test_a_change_before_the_day_asked_for_is_not_listed(ingest: Ingest) -> None:
    assert list_transitions(ingest(旧=OLD, 新=NEW), date(2026, 5, 2), [bind("x", 2)]) == []


def test_what_somebody_has_looked_at_says_when(ingest: Ingest) -> None:
    base = ingest(旧=OLD, 新=NEW)
    [transition] = list_transitions(base, SINCE, [bind("a", 2), bind("b", 2)])
    mark_reviewed(base, [transition.touched[0].key], date(2026, 5, 3))
    mark_reviewed(base, [transition.touched[0].key], date(2026, 6, 1))
    [again] = list_transitions(base, SINCE, [bind("a", 2), bind("b", 2)])
    assert [(each.where, each.seen) for each in again.touched] == [("a", date(2026, 5, 3)), ("b", None)]


def test_the_same_wording_read_again_with_other_words_lists_what_rests_on_them(
    ingest: Ingest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WENBAN_NOW", "2026-11-24")
    ingest(法=OLD)
    base = ingest(
        法=OLD.replace("五年", "三年").replace("第四条　企业应当建立销售记录", "第四条　企业应当建立完整销售记录")
    )
    [transition] = list_transitions(base, SINCE, [bind("validity", 3), bind("decision", 2), bind("records", 4)])
    assert transition.reread
    assert transition.effective == date(2026, 11, 24)
    assert touched(transition) == [("validity", "changed"), ("records", "changed")]
    [validity, _] = transition.touched
    assert ("gone", "五年") in [(run.kind, run.text) for run in validity.change.runs]


def test_the_same_wording_read_again_unchanged_lists_nothing(ingest: Ingest) -> None:
    ingest(法=OLD)
    base = ingest(法=OLD + "\n")
    assert list_transitions(base, SINCE, [bind("validity", 3)]) == []


def test_the_catalogue_rests_on_the_regulation_that_changed_in_2026(ingested: PolicyBase) -> None:
    found = {each.new.title: each for each in list_transitions(ingested, date(2026, 1, 1))}
    drug_law = found["中华人民共和国药品管理法实施条例"]
    assert drug_law.effective == date(2026, 5, 15)
    assert any(each.where == "A6/decision" for each in drug_law.touched)
    complaints = found["市场监督管理投诉举报处理办法"]
    assert complaints.old.title == "市场监督管理投诉举报处理暂行办法"
