"""Answers by the law of another day say so, and what has changed since, both values side by side."""

from collections.abc import Iterator

import pytest

from policy_kb import Answer, PolicyBase, open_policy_base

OLD = """# 医疗器械试验许可办法

（2020年1月2日某总局令第7号公布）

第一条　为了加强医疗器械试验许可管理，制定本办法。

第二条　药品监督管理部门应当自受理医疗器械试验许可申请之日起三十个工作日内作出决定。

第三条　医疗器械试验许可证遗失的，持证企业应当在报纸上登载遗失声明，满一个月后申请补发。

第四条　医疗器械试验许可证应当悬挂在经营场所的醒目位置。

第五条　本办法自2020年3月1日起施行。
"""
NEW = """# 医疗器械试验许可办法

（2026年1月2日某总局令第99号公布）

第一条　为了加强医疗器械试验许可管理，制定本办法。

第二条　国家鼓励医疗器械创新，支持企业采用先进技术提高质量。

第三条　药品监督管理部门应当自受理医疗器械试验许可申请之日起二十个工作日内作出决定。

第四条　医疗器械试验许可证应当悬挂在经营场所的醒目位置。

第五条　本办法自2026年5月1日起施行。2020年1月2日某总局令第7号公布的《医疗器械试验许可办法》同时废止。
"""
COMING = """# 医疗器械试验许可办法

（2026年10月8日某总局令第120号公布）

第一条　为了加强医疗器械试验许可管理，制定本办法。

第二条　药品监督管理部门应当自受理医疗器械试验许可申请之日起十个工作日内作出决定。

第三条　本办法自2027年3月1日起施行。2026年1月2日某总局令第99号公布的《医疗器械试验许可办法》同时废止。
"""


OTHER = """# 医疗器械星级评定办法

（2026年7月8日某总局令第110号公布）

第一条　为了评定医疗器械经营企业的星级，制定本办法。

第二条　本办法自2026年8月1日起施行。
"""


@pytest.fixture(autouse=True)
def on_a_known_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_NOW", "2026-11-24")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PolicyBase]:
    folder = tmp_path_factory.mktemp("since")
    (folder / "law").mkdir()
    for name, text in {"一": OLD, "二": NEW, "三": COMING, "另": OTHER}.items():
        (folder / "law" / f"{name}.md").write_text(text, encoding="utf-8")
    opened = open_policy_base(folder / "kb")
    opened.ingest(folder / "law")
    yield opened
    opened.close()


def notice(answer: Answer) -> str:
    return " ".join(block.text for block in answer.blocks if block.kind == "notice")


def versions(answer: Answer) -> list[str]:
    return [cited.version for cited in answer.citations]


@pytest.mark.parametrize(
    ("question", "version", "said"),
    [
        ("2021年6月申请医疗器械试验许可，按当时的办法几个工作日内决定", "2020-01-02", "以上按2021年6月1日有效的规定。自2026年5月1日起已有变化，见现行《医疗器械试验许可办法》第三条。当时：“药品监督管理部门应当自受理医疗器械试验许可申请之日起三十个工作日内作出决定”；现行规定改为：“药品监督管理部门应当自受理医疗器械试验许可申请之日起二十个工作日内作出决定”。"),
        ("去年的办法里医疗器械试验许可证遗失怎么补发", "2020-01-02", "自2026年5月1日起适用现行《医疗器械试验许可办法》，其中已没有这一条。"),
        ("2023年3月适用的医疗器械试验许可办法要求许可证挂在哪里", "2020-01-02", "自2026年5月1日起见现行《医疗器械试验许可办法》第四条，所引内容没有变化。"),
        ("2026年6月提交的医疗器械试验许可申请，按当时规定几个工作日决定", "2026-01-02", "以上按2026年6月1日有效的规定；所引条款至今没有变化。"),
        ("2027年4月申请的，医疗器械试验许可办法第二条怎么规定", "2026-10-08", "以上是2027年4月1日将适用的规定，以目前已公布的为准。"),
    ],
    ids=["changed", "gone", "same-words", "still-in-force", "coming"],
)  # fmt: skip
def test_an_answer_by_the_law_of_a_day_says_so_and_what_has_changed_since(
    base: PolicyBase, question: str, version: str, said: str
) -> None:
    answer = base.answer(question)
    assert answer.status == "answered"
    assert answer.citations[0].version == version
    assert said in notice(answer)


def test_the_clause_of_today_is_cited_beside_the_old_one_and_the_notice_rests_on_both(base: PolicyBase) -> None:
    answer = base.answer("2021年6月申请医疗器械试验许可，按当时的办法几个工作日内决定")
    [told] = [block for block in answer.blocks if block.kind == "notice"]
    cited = [answer.citations[place] for place in told.citations]
    assert [(each.version, each.article) for each in cited] == [("2020-01-02", 2), ("2026-01-02", 3)]
    assert "二十个工作日" in cited[1].quote
    assert len(answer.citations) <= 3


def test_of_a_day_since_which_no_law_changed_nothing_is_said(base: PolicyBase) -> None:
    answer = base.answer("2026年9月提交的医疗器械试验许可申请，按当时规定几个工作日决定")
    assert (answer.as_of.isoformat(), notice(answer)) == ("2026-09-01", "")


def test_the_change_is_told_in_english_too(base: PolicyBase) -> None:
    answer = base.answer("2021年6月申请医疗器械试验许可，按当时的办法几个工作日内决定", language="en")
    assert "By the law in force on 1 June 2021. Changed since 1 May 2026, now 《医疗器械试验许可办法》 第三条. Then: “" in notice(answer)  # fmt: skip


def test_an_answer_by_todays_law_says_nothing_of_days(base: PolicyBase) -> None:
    answer = base.answer("医疗器械试验许可办法第四条怎么规定")
    assert (notice(answer), versions(answer)[0]) == ("", "2026-01-02")


@pytest.mark.parametrize(
    ("question", "as_of"),
    [
        ("医疗器械试验许可办法修订前，几个工作日内决定", "2026-04-30"),
        ("旧的医疗器械试验许可办法规定几个工作日决定", "2026-04-30"),
        ("新的医疗器械试验许可办法实施前，几个工作日决定", "2026-11-24"),
        ("2020年版医疗器械试验许可办法规定几个工作日决定", "2026-04-30"),
        ("2026年公布的医疗器械试验许可办法规定几个工作日决定", "2026-11-24"),
        ("医疗器械试验许可的新规定实施后几个工作日决定", "2027-03-01"),
        ("医疗器械试验许可办法规定几个工作日决定", "2026-11-24"),
    ],
)
def test_an_era_is_placed_by_the_versions_there_are(base: PolicyBase, question: str, as_of: str) -> None:
    assert base.answer(question).as_of.isoformat() == as_of


@pytest.mark.parametrize(
    ("question", "then", "now"),
    [
        ("2026年3月10日提交的投诉，按当时的规定调解最长多久？", "45个工作日", "60日"),
        ("去年10月投诉的，当时的调解期限是多少个工作日", "45个工作日", "60日"),
        ("For a complaint filed in January 2026, what was the mediation time limit then?", "45 working days", "六十日"),
        ("2025年10月的药品管理法实施条例里，药品生产许可证换发要提前多久申请", "6个月", "第三十条"),
        ("2024年5月的医疗器械监督管理条例，医疗器械使用单位包括哪些", "计划生育技术服务机构", "2025年1月20日"),
    ],
)
def test_real_law_of_a_past_day_is_told_beside_that_of_today(
    ingested: PolicyBase, question: str, then: str, now: str
) -> None:
    answer = ingested.answer(question)
    assert then in answer.text
    assert now in answer.text
    assert answer.citations[0].in_force_to is not None
