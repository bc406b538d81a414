"""What sentences of law state, one formula a line. The sentences are our own."""

from datetime import date

import pytest

from policy_kb import Address, Clause, Deadline, Obligation, Paragraph, Reference, Version
from policy_kb.extract import extract
from policy_kb.extract.reading import read
from policy_kb.ingest import document_id
from policy_kb.model import Findings


def read_clause(*paragraphs: str | tuple[str, ...], title: str = "虚构器械展示管理办法", article: int = 8) -> Findings:
    """The findings of one article; a tuple is a 款 with its 项."""
    parts = tuple(
        Paragraph(number, part if isinstance(part, str) else part[0], () if isinstance(part, str) else part[1:])
        for number, part in enumerate(paragraphs, 1)
    )
    text = "\n".join("\n".join((part.text, *part.items)) for part in parts)
    own = document_id(title)
    clause = Clause(f"{own}@1:{article}", f"{own}@1", article, f"第{article}条", text, paragraphs=parts)
    return extract(Version(f"{own}@1", own, title, "1", "rule", clauses=(clause,)))


def read_duty(sentence: str) -> Obligation:
    [duty] = read_clause(sentence).obligations
    return duty


@pytest.mark.parametrize(
    "text",
    [
        "注册人应当自收到通知之日起20个工作日内，依照《甲条例》第三条报告。",
        "Ａ级、２０２２年3月、①甲；\n（二）乙 and C3-4。",
        "",
    ],
)
def test_reading_loses_no_character(text: str) -> None:
    assert read(text).text == text


@pytest.mark.parametrize(
    ("sentence", "deadline"),
    [
        (
            "展示人应当自收到通知之日起20个工作日内提交报告。",
            Deadline(20, "working_day", "within", "收到通知", "20个工作日内"),
        ),
        ("展示人应当在接到投诉后二十四小时内答复。", Deadline(24, "hour", "within", "接到投诉", "二十四小时内")),
        ("展示人发现缺陷的，应当在3日内停止展示。", Deadline(3, "day", "within", "展示人发现缺陷", "3日内")),
        (
            "展示人应当在许可证有效期届满6个月前申请延续。",
            Deadline(6, "month", "before", "许可证有效期届满", "6个月前"),
        ),
        (
            "展示人应当在有效期届满前三十个工作日申请延续。",
            Deadline(30, "working_day", "before", "有效期届满", "前三十个工作日"),
        ),
        ("展示人应当提前十三个工作日报告地点。", Deadline(13, "working_day", "before", "", "提前十三个工作日")),
        ("展示记录的保存期限不得少于5年。", Deadline(5, "year", "for", "", "少于5年")),
        ("展示人应当每半年自查一次。", Deadline(6, "month", "every", "", "每半年")),
        ("展示人应当每年提交报告。", Deadline(1, "year", "every", "", "每年")),
        ("展示时间不得超过两周。", Deadline(14, "day", "within", "", "超过两周")),
        ("省、自治区展示机构应当自受理之日起10日内决定。", Deadline(10, "day", "within", "受理", "10日内")),
        ("展示人应当在接到报告1小时内转报。", Deadline(1, "hour", "within", "接到报告", "1小时内")),
        ("展示机构应当自行政复议受理之日起7日内答复。", Deadline(7, "day", "within", "行政复议受理", "7日内")),
        ("展示人应当于三十日内在报纸上公告。", Deadline(30, "day", "within", "", "三十日内")),
    ],
)
def test_a_duty_has_its_deadline_with_number_unit_and_event(sentence: str, deadline: Deadline) -> None:
    assert read_duty(sentence).deadlines == (deadline,)


def test_a_second_span_joined_by_and_counts_from_the_same_event() -> None:
    spans = read_duty("公司应当自作出决议之日起十日内通知债权人，并于三十日内公告。").deadlines
    assert [(span.amount, span.event) for span in spans] == [(10, "作出决议"), (30, "作出决议")]


@pytest.mark.parametrize(
    ("sentence", "subject", "modal", "duty"),
    [
        ("展示人、代理人应当保存记录。", "展示人、代理人", "must", "应当保存记录"),
        ("任何单位和个人不得伪造记录。", "任何单位和个人", "must_not", "不得伪造记录"),
        ("展示人收到通知后，应当立即停止展示。", "展示人", "must", "应当立即停止展示"),
        ("需要延期的，由展示机构依法应当书面说明。", "展示机构", "must", "应当书面说明"),
        ("经查证属实的，省级展示部门在报国家局备案后应当公告。", "省级展示部门", "must", "应当公告"),
        ("收到请求的展示机构应当答复。", "收到请求的展示机构", "must", "应当答复"),
        ("逾期未改的，取消展示资格，禁止其从事展示活动。", "", "must_not", "禁止其从事展示活动"),
        ("禁止展示过期器械。", "", "must_not", "禁止展示过期器械"),
    ],
)
def test_a_duty_says_who_must_do_what(sentence: str, subject: str, modal: str, duty: str) -> None:
    found = read_duty(sentence)
    assert (found.subject, found.modal, found.duty, found.quote) == (subject, modal, duty, sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "展示人可以在三十日内申请复核。",
        "对短缺器械，展示部门可以限制或者禁止展示。",
        "应当备案而未备案的，由展示部门责令改正。",
        "对于应当公示的决定，展示部门予以公示。",
        "展示部门公布应当提交的材料目录，并提供样本。",
    ],
)
def test_rights_and_conditions_are_no_duties(sentence: str) -> None:
    assert read_clause(sentence).obligations == ()


def test_the_items_of_a_list_of_duties_have_the_subject_before_the_list() -> None:
    found = read_clause(("展示人应当履行下列义务：", "（一）建立制度；", "（二）保存记录五年以上。")).obligations
    assert [(duty.at.item, duty.subject, duty.duty) for duty in found[1:]] == [
        (1, "展示人", "建立制度"),
        (2, "展示人", "保存记录五年以上"),
    ]


def test_a_list_of_papers_is_one_duty() -> None:
    assert len(read_clause(("申请人应当提交下列材料：", "（一）申请表；", "（二）证明。")).obligations) == 1


@pytest.mark.parametrize(
    ("sentence", "quote", "title", "targets", "last"),
    [
        ("依照本办法第二十条的规定处理。", "本办法第二十条", "", (Address(20),), False),
        ("依照《甲条例》第三十条第二款处罚。", "《甲条例》第三十条第二款", "甲条例", (Address(30, 0, 2),), False),
        (
            "违反《甲条例》第三条、第五条第一款第（二）项和第七条之一的。",
            "《甲条例》第三条、第五条第一款第（二）项和第七条之一",
            "甲条例",
            (Address(3), Address(5, 0, 1, 2), Address(7, 1)),
            False,
        ),
        ("适用第十条至第十五条。", "第十条至第十五条", "", (Address(10), Address(15)), True),
        ("依照本条第一款处理。", "本条第一款", "", (Address(8, 0, 1),), False),
        ("依照刑法第一百四十二条定罪。", "刑法第一百四十二条", "刑法", (Address(142),), False),
        ("根据《甲条例》，制定本办法。", "《甲条例》", "甲条例", (), False),
    ],
)
def test_references_name_the_text_and_the_places_meant(
    sentence: str, quote: str, title: str, targets: tuple[Address, ...], last: bool
) -> None:
    [found] = read_clause(sentence).references
    own = document_id("虚构器械展示管理办法")
    start = sentence.index(quote)
    assert found == Reference(
        Address(8, 0, 1), start, quote, document_id(title) if title else own, title, targets, last
    )


def test_the_paragraph_and_the_article_before_are_resolved_from_where_they_are_named() -> None:
    found = read_clause("甲。", "违反前款规定的，依照前条第二款处理。").references
    assert [(each.quote, each.targets) for each in found] == [
        ("前款", (Address(8, 0, 1),)),
        ("前条第二款", (Address(7, 0, 2),)),
    ]


def test_papers_and_the_words_本条例_are_no_references() -> None:
    assert read_clause("本条例所称凭证，是指《虚构器械展示许可证》。").references == ()


def test_a_bare_place_in_an_amending_decision_is_one_of_the_text_it_changes() -> None:
    found = read_clause("将第三条修改为：“展示人应当依照本办法第五条报告。”", title="某局关于修改《乙办法》的决定")
    assert {(each.quote, each.title) for each in found.references} == {("第三条", "乙办法"), ("本办法第五条", "乙办法")}


@pytest.mark.parametrize(
    ("unit", "term", "definition"),
    [
        ("本办法所称展示，是指公开陈列器械的活动。", "展示", "公开陈列器械的活动"),
        ("前款所称展示人是指举办展示的企业。", "展示人", "举办展示的企业"),
        ("器械展示人（以下简称展示人）对展示负责。", "展示人", "器械展示人"),
        ("根据《中华人民共和国甲法》（以下简称《甲法》），制定本办法。", "《甲法》", "《中华人民共和国甲法》"),
    ],
)
def test_terms_are_found_where_they_are_defined(unit: str, term: str, definition: str) -> None:
    [found] = read_clause(unit).terms
    assert (found.term, found.definition) == (term, definition)


def test_a_list_of_meanings_gives_a_term_an_item() -> None:
    found = read_clause(
        ("本办法下列用语的含义是：", "（一）展台：陈列器械的台架。", "（二）观众，是指参观的人。")
    ).terms
    assert [(each.at.item, each.term) for each in found] == [(1, "展台"), (2, "观众")]


@pytest.mark.parametrize(
    ("sentence", "kind", "day", "titles"),
    [
        ("本办法自2026年2月1日起施行。", "in_force", date(2026, 2, 1), ()),
        ("本办法自公布之日起施行。", "in_force", None, ()),
        ("《旧展示办法》（某局令第3号）同时废止。", "repeals", None, ("旧展示办法",)),
        ("对《甲办法》（某局令第5号公布）作如下修改。", "amends", None, ("甲办法",)),
    ],
)
def test_effects_on_itself_and_others_are_found(
    sentence: str, kind: str, day: date | None, titles: tuple[str, ...]
) -> None:
    [found] = read_clause(sentence).effects
    assert (found.kind, found.day, found.titles) == (kind, day, titles)


def test_texts_repealed_in_a_list_are_named_one_by_one() -> None:
    found = read_clause(("下列规章自本办法施行之日起同时废止：", "（一）《甲办法》；", "（二）《乙规定》。")).effects
    assert [each.titles for each in found if each.kind == "repeals"] == [("甲办法",), ("乙规定",)]


def test_a_permit_that_lapses_is_no_text_repealed() -> None:
    assert read_clause("合同终止的，《展示批件》自动废止。").effects == ()
