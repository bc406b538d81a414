"""The policy base from a curator's side: ingesting again, copies, drafts, publishing and taking back."""

from datetime import date
from pathlib import Path

import pytest

from policy_kb import CatalogueError, PolicyBase, UnknownDocument, UnreadableText, open_policy_base

TODAY = date(2026, 11, 24)


@pytest.fixture
def base(tmp_path: Path) -> PolicyBase:
    return open_policy_base(tmp_path / "kb")


def make_text(
    folder: Path,
    name: str = "测试办法.md",
    title: str = "测试办法",
    days: str = "三十日",
    published: str = "2020年1月2日",
    source: str = "",
) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    link = f"\n- 原文链接: {source}\n" if source else ""
    path.write_text(
        f"# {title}\n{link}\n（{published}某总局令第7号公布）\n\n第一条　为了测试，制定本办法。\n\n"
        f"第二条　申请应当在届满前{days}提出。\n\n第三条　本办法自2020年3月1日起施行。\n",
        encoding="utf-8",
    )
    return path


def test_a_folder_is_ingested_with_one_report_a_file(base: PolicyBase, tmp_path: Path) -> None:
    make_text(tmp_path / "law")
    (tmp_path / "law" / "图.md").write_bytes(b"\x89PNG\r\n")
    reports = base.ingest(tmp_path / "law")
    assert [(Path(report.path).name, report.outcome, report.clauses) for report in reports] == [
        ("图.md", "failed", 0),
        ("测试办法.md", "added", 3),
    ]
    assert "a PNG picture" in reports[0].error


def test_an_unchanged_file_is_skipped_and_a_changed_one_replaces_its_version(base: PolicyBase, tmp_path: Path) -> None:
    make_text(tmp_path / "law")
    base.ingest(tmp_path / "law")
    version = base.version
    assert [report.outcome for report in base.ingest(tmp_path / "law")] == ["unchanged"]
    assert base.version == version
    make_text(tmp_path / "law", days="六十日")
    assert [report.outcome for report in base.ingest(tmp_path / "law")] == ["replaced"]
    assert base.version != version
    clause = base.find_clause("测试办法", 2, as_of=TODAY)
    assert clause is not None
    assert "六十日" in clause.text


def test_a_newer_version_under_the_same_name_keeps_the_earlier_one(base: PolicyBase, tmp_path: Path) -> None:
    base.ingest(make_text(tmp_path / "law"))
    base.ingest(make_text(tmp_path / "law", published="2024年5月6日"))
    assert sorted(version.label for version in base.list_versions()) == ["2020-01-02", "2024-05-06"]


@pytest.mark.parametrize("official_first", [True, False])
def test_of_two_copies_the_official_one_is_kept_and_the_other_reported(
    base: PolicyBase, tmp_path: Path, official_first: bool
) -> None:
    official, copy = ("a.md", "b.md") if official_first else ("b.md", "a.md")
    make_text(tmp_path / "law", official, source="https://www.example.gov.cn/1.html")
    make_text(tmp_path / "law", copy, days="30日")
    reports = base.ingest(tmp_path / "law")
    [version] = base.list_versions()
    assert version.source_url == "https://www.example.gov.cn/1.html"
    assert any("is also in law/" in warning for report in reports for warning in report.warnings)
    assert {report.outcome for report in base.ingest(tmp_path / "law")} == {"unchanged"}


def test_a_place_that_is_not_there_is_an_error(base: PolicyBase, tmp_path: Path) -> None:
    with pytest.raises(UnreadableText, match="no such file or folder"):
        base.ingest(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableText, match="no file in this folder"):
        base.ingest(tmp_path / "empty")


def test_progress_counts_files(base: PolicyBase, tmp_path: Path) -> None:
    make_text(tmp_path / "law")
    told: list[tuple[int, int]] = []
    base.ingest(tmp_path / "law", progress=lambda done, total, name: told.append((done, total)))
    assert told == [(1, 1)]


def test_a_draft_is_seen_in_its_preview_instead_of_what_it_is_to_replace(base: PolicyBase, tmp_path: Path) -> None:
    base.ingest(make_text(tmp_path / "law"))
    base.ingest(make_text(tmp_path / "new", days="六十日"), release="draft:c1")
    assert ["三十日" in hit.clause.text for hit in base.search("届满前提出申请", as_of=TODAY, limit=1)] == [True]
    texts = [hit.clause.text for hit in base.search("届满前提出申请", as_of=TODAY, preview="c1")]
    assert any("六十日" in text for text in texts)
    assert not any("三十日" in text for text in texts)
    found = base.find_clause("测试办法", 2, as_of=TODAY, preview="c1")
    assert found is not None
    assert "六十日" in found.text


def test_publishing_a_draft_displaces_the_same_version_and_taking_it_back_restores_it(
    base: PolicyBase, tmp_path: Path
) -> None:
    base.ingest(make_text(tmp_path / "law"))
    base.ingest(make_text(tmp_path / "new", days="六十日"), release="draft:c1")
    [draft] = [version for version in base.list_versions() if version.release == "draft:c1"]

    def read() -> str:
        clause = base.find_clause("测试办法", 2, as_of=TODAY)
        assert clause is not None
        return clause.text

    base.set_release(draft.id, "published")
    assert "六十日" in read()
    base.set_release(draft.id, "withdrawn")
    assert "三十日" in read()
    base.set_release(draft.id, "published")
    assert "六十日" in read()
    assert ["六十日" in hit.clause.text for hit in base.search("届满前提出申请", as_of=TODAY)] == [True]


def test_publishing_a_draft_that_repeals_another_text_ends_that_one_and_taking_it_back_revives_it(
    base: PolicyBase, tmp_path: Path
) -> None:
    base.ingest(make_text(tmp_path / "law"))
    path = make_text(tmp_path / "new", "新办法.md", "新办法", published="2025年12月30日")
    text = path.read_text("utf-8").replace("2020年3月1日起施行。", "2026年4月15日起施行。《测试办法》同时废止。")
    path.write_text(text, encoding="utf-8")
    base.ingest(path, release="draft:c2")
    [draft] = [version for version in base.list_versions() if version.title == "新办法"]
    assert base.find_version("测试办法", as_of=TODAY) is not None
    base.set_release(draft.id, "published")
    assert base.find_version("测试办法", as_of=TODAY) is None
    base.set_release(draft.id, "withdrawn")
    assert base.find_version("测试办法", as_of=TODAY) is not None


def test_an_unknown_version_or_release_is_refused(base: PolicyBase) -> None:
    with pytest.raises(UnknownDocument, match="nobody@never"):
        base.set_release("nobody@never", "published")
    with pytest.raises(ValueError, match="draft:<change id>"):
        base.set_release("nobody@never", "hidden")


def test_an_overlay_that_breaks_the_schema_is_refused_and_nothing_changes(base: PolicyBase) -> None:
    version = base.version
    with pytest.raises(CatalogueError):
        base.write_overlay({"faqs": [{"id": "x"}]})
    assert (base.overlay, base.version) == ({}, version)


def test_withdrawing_a_faq_by_overlay_changes_the_version_and_can_be_undone(base: PolicyBase) -> None:
    shipped = base.catalogue.faqs
    if not shipped:
        pytest.fail("the catalogue ships no FAQ")
    version = base.version
    base.write_overlay({"withdrawn": [shipped[0].id]})
    assert shipped[0].id not in {faq.id for faq in base.catalogue.faqs}
    assert base.version != version
    base.write_overlay({})
    assert len(base.catalogue.faqs) == len(shipped)


def test_a_question_that_names_law_and_article_finds_it_first(ingested: PolicyBase) -> None:
    [first, *_] = ingested.search("《医疗器械经营监督管理办法》第十六条怎么说", as_of=TODAY)
    assert (first.version.title, first.clause.article) == ("医疗器械经营监督管理办法", 16)


def test_titles_inside_longer_titles_are_not_taken_for_named(ingested: PolicyBase) -> None:
    [named] = ingested.find_documents("药品管理法实施条例什么时候施行")
    assert {v.title for v in ingested.list_versions() if v.document_id == named} == {"中华人民共和国药品管理法实施条例"}


def test_the_whole_corpus_is_held_once(ingested: PolicyBase, corpus: Path) -> None:
    health = ingested.health()
    assert (health["ok"], health["versions"]) == (True, 195)
    assert {report.outcome for report in ingested.ingest(corpus)} == {"unchanged"}
