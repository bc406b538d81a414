"""The page of a text: places with anchors, references that lead on, terms, duties with their deadlines, who refers."""

import re
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from policy_kb import Citation, Deadline
from portal.chat.answers import citation_url
from portal.knowledge import policy_base
from portal.language import set_language
from portal.policies.marking import write_mark
from portal.policies.service import RANKS, list_documents
from portal.policies.wording import describe_deadline

DISPLAY = """# 虚构器械展示管理办法

（2026年1月5日虚构监督管理局令第1号公布）

第一条　根据《虚构器械条例》，制定本办法。

第二条　本办法所称展示，是指公开陈列器械的活动。

第三条　展示人应当自收到展示通知之日起20个工作日内报告下列事项：

（一）展示地点，包括：

1.城市；

2.依照《虚构器械条例》第二条确定的展馆；

（二）展示时间。

第四条　违反本办法第一条、第三条第一款的，依照《没有的条例》第五条处罚。

第五条　本办法自2026年2月1日起施行。
"""
RULES = "# 虚构器械条例\n\n（2025年1月5日虚构国务院令第9号公布）\n\n第一条　为了管理，制定本条例。\n\n第二条　本条例自2025年2月1日起施行。\n"


@pytest.fixture
def page(app: APIFlask, client: FlaskClient, tmp_path: Path) -> str:
    folder = tmp_path / "law"
    folder.mkdir()
    (folder / "虚构器械展示管理办法.md").write_text(DISPLAY, encoding="utf-8")
    (folder / "虚构器械条例.md").write_text(RULES, encoding="utf-8")
    policy_base().ingest(folder)
    [version] = [each for each in policy_base().list_versions() if each.title == "虚构器械展示管理办法"]
    reply = client.get(f"/policies/{version.id}")
    assert reply.status_code == 200
    return reply.get_data(as_text=True)


@pytest.mark.parametrize(
    ("anchor", "words"),
    [
        ("a3p1", "展示人应当自收到展示通知之日起20个工作日内报告下列事项："),
        ("a3p1i1", "（一）展示地点，包括："),
        ("a3p1i1n1", "1.城市；"),
        ("a3p1i2", "（二）展示时间。"),
    ],
)
def test_every_place_down_to_the_points_has_its_anchor(page: str, anchor: str, words: str) -> None:
    assert f'id="{anchor}">{words}' in page


def test_each_anchor_stands_once(page: str) -> None:
    anchors = re.findall(r'id="(a\d[^"]*)"', page)
    assert len(anchors) == len(set(anchors))


def test_references_lead_to_the_place_they_mean(page: str) -> None:
    [other] = [each for each in policy_base().list_versions() if each.title == "虚构器械条例"]
    assert '<a href="#a1">本办法第一条</a>、<a href="#a3p1">第三条第一款</a>' in page
    assert f'<a href="/policies/{other.id}#a2">《虚构器械条例》第二条</a>确定的展馆' in page
    assert f'<a href="/policies/{other.id}">《虚构器械条例》</a>' in page


def test_a_reference_to_a_text_that_is_not_loaded_is_no_link(page: str) -> None:
    assert "依照《没有的条例》第五条处罚" in page


def test_a_clause_tells_who_refers_to_it(page: str, client: FlaskClient) -> None:
    assert "被引用（1）" in page
    assert '<a href="#a4p1">第四条第一款</a>' in page
    [other] = [each for each in policy_base().list_versions() if each.title == "虚构器械条例"]
    told = client.get(f"/policies/{other.id}").get_data(as_text=True)
    assert "《虚构器械展示管理办法》第三条第一款第（一）项" in told


def test_terms_and_duties_with_a_deadline_are_listed(page: str) -> None:
    assert "本文定义的用语（1）" in page
    assert '<a href="#a2p1">展示</a></dt><dd>公开陈列器械的活动</dd>' in page
    assert "有时限的义务（1）" in page
    assert "20个工作日内" in page
    assert "收到展示通知" in page


def test_the_search_leads_to_the_clause(page: str, client: FlaskClient) -> None:
    assert "#a3" in client.get("/policies/?q=报告展示地点").get_data(as_text=True)


def test_a_citation_opens_at_its_paragraph_and_item(app: APIFlask) -> None:
    citation = Citation("某办法", 16, "第十六条", clause_id="d@1:16-1", version_id="d@1", paragraph=2, item=3)
    with app.test_request_context():
        assert citation_url(citation) == "/policies/d@1#a16-1p2i3"


@pytest.mark.parametrize(
    ("deadline", "chinese", "english"),
    [
        (Deadline(20, "working_day", "within"), "20个工作日内", "within 20 working days"),
        (Deadline(1, "year", "every"), "每1年", "every 1 year"),
        (Deadline(6, "month", "before"), "6个月前", "6 months before"),
        (Deadline(5, "year", "for"), "至少5年", "for at least 5 years"),
        (Deadline(24, "hour", "after"), "24小时后", "after 24 hours"),
        (Deadline(3, "day", "within"), "3日内", "within 3 days"),
    ],
)
def test_deadlines_are_told_in_both_languages(app: APIFlask, deadline: Deadline, chinese: str, english: str) -> None:
    for language, told in (("zh", chinese), ("en", english)):
        with app.test_request_context("/"):
            set_language(language)
            assert describe_deadline(deadline) == told


@pytest.mark.parametrize(
    ("mark", "marked"),
    [
        ("a3:展示人应当自收到展示通知…报告下列事项：", ["展示人应当自收到展示通知之日起20个工作日内报告下列事项："]),
        ("a3:（二）展示时间。", ["（二）展示时间。"]),
        (
            "a4:违反本办法第一条…依照《没有的条例》",
            ["违反", "本办法第一条", "、", "第三条第一款", "的，依照", "《没有的条例》"],
        ),
        ("a1:展示人应当自收到展示通知…报告下列事项：", []),  # those words stand in another clause
        ("a3:没有这样的话", []),
        ("a3:<script>", []),
        ("x" * 400, []),
        ("", []),
    ],
)
def test_the_sentence_an_answer_quoted_is_marked_where_it_stands(
    page: str, client: FlaskClient, mark: str, marked: list[str]
) -> None:
    [version] = [each for each in policy_base().list_versions() if each.title == "虚构器械展示管理办法"]
    shown = client.get(f"/policies/{version.id}", query_string={"mark": mark}).get_data(as_text=True)
    assert [re.sub("<[^>]+>", "", each) for each in re.findall(r"<mark>(.*?)</mark>", shown)] == marked
    assert re.sub(r"</?mark>", "", shown).count("展示人应当自收到展示通知之日起") == page.count(
        "展示人应当自收到展示通知之日起"
    )


def test_a_citation_carries_both_ends_of_its_sentence(app: APIFlask) -> None:
    sentence = "展示人应当自收到展示通知之日起20个工作日内报告下列事项："
    citation = Citation(
        "某办法", 3, "第三条", clause_id="d@1:3", version_id="d@1", quote=sentence + "其他。", sentence=sentence
    )
    assert write_mark(citation) == f"a3:{sentence[:12]}…{sentence[-12:]}"
    with app.test_request_context():
        assert citation_url(citation).startswith("/policies/d@1?mark=a3:")


CHAPTERS = """# 虚构器械仓储管理办法

（2026年1月6日虚构监督管理局令第2号公布）

第一章　总则

第一条　为了管理，制定本办法。

第二章　仓库

第二条　仓库应当干燥。

第三条　仓库应当上锁。

第三章　附则

第四条　本办法自2026年2月1日起施行。
"""


def test_the_contents_lead_to_every_chapter_with_its_first_article(
    app: APIFlask, client: FlaskClient, tmp_path: Path
) -> None:
    (tmp_path / "虚构器械仓储管理办法.md").write_text(CHAPTERS, encoding="utf-8")
    policy_base().ingest(tmp_path / "虚构器械仓储管理办法.md")
    [version] = policy_base().list_versions()
    page = client.get(f"/policies/{version.id}").text
    listed = re.findall(r'<a href="#([^"]+)">([^<]+)</a> <span class="muted">([^<]+)</span></li>', page)
    assert [(name, first) for _anchor, name, first in listed] == [
        ("第一章 总则", "第一条"),
        ("第二章 仓库", "第二条"),
        ("第三章 附则", "第四条"),
    ]
    assert [anchor for anchor, _name, _first in listed if f'id="{anchor}"' not in page] == []


def test_a_text_without_chapters_has_no_contents(page: str) -> None:
    assert 'class="stated contents"' not in page


def test_the_list_of_texts_goes_from_the_higher_law_to_the_lower(
    app: APIFlask, client: FlaskClient, tmp_path: Path
) -> None:
    for title, issuer in [("虚构器械仓储管理办法", "虚构监督管理局"), ("虚构器械条例", "虚构国务院")]:
        text = f"# {title}\n\n（2026年1月6日{issuer}令第2号公布）\n\n第一条　为了管理，制定本规定。\n\n第二条　本规定自2026年2月1日起施行。\n"
        (tmp_path / f"{title}.md").write_text(text, encoding="utf-8")
        policy_base().ingest(tmp_path / f"{title}.md")
    kinds = [version.kind for version in list_documents()]
    assert kinds == sorted(kinds, key=RANKS.index)
    headings = re.findall(r'<h3 id="k-([a-z]+)"', client.get("/policies/?lang=zh").text)
    assert headings == sorted(set(kinds), key=RANKS.index)
