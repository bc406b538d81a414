"""Files of law to versions: layouts, crawl residue, articles and paragraphs, bad files."""

from datetime import date
from pathlib import Path

import pytest

from policy_kb.errors import UnreadableText
from policy_kb.ingest import Reading, document_id, read_document, read_manifest, title_key
from policy_kb.model import Paragraph

RULE = """# 测试药械管理办法

- 来源: [某局](https://www.example.gov.cn)
- 栏目: 规章 / 现行
- 原文链接: https://www.example.gov.cn/art_1.html
- 发布日期: 2024-05-07 11:10

---

.Three\\_xilan01\\_01{display:none;}

某局规章

[下载pdf版](/cms/a.pdf?fileName=a.pdf)

测试药械管理办法

（2022年3月10日国家市场监督管理总局令第54号公布 自2022年5月1日起施行）

目　　录

第一章　总　　则

第二章　许　　可

第一章　总　　则

　　第一条　为了测试，制定本办法。

　　第二条　有下列情形之一的，不予许可：

　　（一）材料不全的；

　　（二）材料虚假的。

　　申请人可以补正。

第二章　许　　可

　　第三条　设区的市级药品监督管理部门应当依照本办法
第二条第一款的规定办理。

　　第四条　本办法自2022年5月1日起施行。2014年7月30日公布的《旧测试办法》同时废止。

国家市场监督管理总局发布
"""


def make_file(folder: Path, text: str = RULE, name: str = "测试药械管理办法.md", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def make_law(body: str, title: str = "测试条例", history: str = "（2020年1月2日国务院令第7号公布）") -> str:
    return f"# {title}\n\n{history}\n\n{body}\n"


def read_one(folder: Path, text: str = RULE, name: str = "测试药械管理办法.md") -> Reading:
    [reading] = read_document(make_file(folder, text, name))
    return reading


def test_a_crawled_rule_gives_its_title_number_dates_and_source(tmp_path: Path) -> None:
    reading = read_one(tmp_path)
    version = reading.version
    assert (version.title, version.label, version.kind) == ("测试药械管理办法", "2022-03-10", "rule")
    assert (version.issuer, version.document_number) == ("国家市场监督管理总局", "国家市场监督管理总局令第54号")
    assert (version.published, version.in_force_from) == (date(2022, 3, 10), date(2022, 5, 1))
    assert version.source_url == "https://www.example.gov.cn/art_1.html"
    assert reading.repeals == ("旧测试办法",)
    assert reading.official


def test_articles_carry_their_chapter_and_the_table_of_contents_is_skipped(tmp_path: Path) -> None:
    clauses = read_one(tmp_path).version.clauses
    assert [clause.article for clause in clauses] == [1, 2, 3, 4]
    assert [clause.headings for clause in clauses[1:3]] == [("第一章 总则",), ("第二章 许可",)]


def test_nothing_of_the_page_remains_in_the_law(tmp_path: Path) -> None:
    text = "".join(clause.text for clause in read_one(tmp_path).version.clauses)
    assert not any(residue in text for residue in ("display", "下载", "发布\n", "规章", "cms"))
    assert text.endswith("同时废止。")


def test_a_list_belongs_to_its_paragraph_and_what_follows_it_is_the_next_one(tmp_path: Path) -> None:
    clause = read_one(tmp_path).version.clauses[1]
    assert clause.paragraphs == (
        Paragraph(1, "有下列情形之一的，不予许可：", ("（一）材料不全的；", "（二）材料虚假的。")),
        Paragraph(2, "申请人可以补正。"),
    )


def test_a_line_that_only_refers_to_an_article_does_not_open_one(tmp_path: Path) -> None:
    clause = read_one(tmp_path).version.clauses[2]
    assert clause.text == "设区的市级药品监督管理部门应当依照本办法第二条第一款的规定办理。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_usual_encodings_read_alike(tmp_path: Path, encoding: str) -> None:
    [reading] = read_document(make_file(tmp_path, encoding=encoding))
    assert [clause.article for clause in reading.version.clauses] == [1, 2, 3, 4]


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "the file is empty"),
        (b" \n\n ", "the file is empty"),
        (b"%PDF-1.7 ...", "a PDF file"),
        (b"PK\x03\x04rest", "a zip archive, such as a Word or Excel file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office file"),
        (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
        (b"<!DOCTYPE html><html><body>x</body></html>", "a web page"),
        (bytes(range(128, 256)) * 20, "neither UTF-8 nor GB18030 text"),
        ("第一条 正文。".encode() + b"\x00\x01" * 50, "neither UTF-8 nor GB18030 text"),
    ],
)
def test_a_file_that_is_no_text_is_named_for_what_it_is(tmp_path: Path, content: bytes, complaint: str) -> None:
    path = tmp_path / "上传.md"
    path.write_bytes(content)
    with pytest.raises(UnreadableText, match=complaint) as caught:
        read_document(path)
    assert "上传.md" in str(caught.value)


def test_a_text_cut_inside_a_character_is_read_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "断.md"
    path.write_bytes(make_law("第一条　正文甲。\n\n第二条　正文乙在此中断").encode()[:-2])
    [reading] = read_document(path)
    assert len(reading.version.clauses) == 2
    assert any("ends in the middle of a character" in warning for warning in reading.warnings)


def test_front_matter_names_title_and_dates(tmp_path: Path) -> None:
    text = (
        '---\ntitle: "测试规定"\npublish_date: "2010-12-13"\nimplement_date: "2011-08-13"\nstatus: "废止或失效"\n'
        "tags:\n  - 法律法规\n---\n# 测试规定\n\n2010年12月13日 最高人民法院审判委员会第1505次会议通过\n\n"
        "<!-- INFO END -->\n\n第一条 正文。\n\n第二条 正文。"
    )
    version = read_one(tmp_path, text, "测试规定.md").version
    assert (version.title, version.adopted, version.in_force_from) == (
        "测试规定",
        date(2010, 12, 13),
        date(2011, 8, 13),
    )


def test_lines_of_name_and_value_are_statements_and_not_text(tmp_path: Path) -> None:
    text = (
        "<!-- 类型: 部门规章 | 源文件: x.docx -->\n\n测试标签办法（2021年）\n\n法律法规速查APP\n\n"
        "发布字号：国家药监局公告2021年第77号\n\n发布机关：国家药监局\n\n发布日期：2021年5月31日\n\n"
        "实施日期：2022年5月1日\n\n当前效力：有效\n\n第一条 正文。\n\n第二条 正文。"
    )
    version = read_one(tmp_path, text, "测试标签办法.md").version
    assert (version.title, version.issuer, version.document_number) == (
        "测试标签办法",
        "国家药监局",
        "国家药监局公告2021年第77号",
    )
    assert (version.in_force_from, [clause.text for clause in version.clauses]) == (
        date(2022, 5, 1),
        ["正文。", "正文。"],
    )


def test_the_date_behind_a_file_name_is_the_version(tmp_path: Path) -> None:
    version = read_one(tmp_path, make_law("第一条　正文。\n第二条　正文。"), "测试条例(2021-02-09).md").version
    assert (version.title, version.label) == ("测试条例", "2021-02-09")
    assert version.id == f"{document_id('测试条例')}@2021-02-09"


def test_an_amended_text_is_labelled_by_its_last_amendment(tmp_path: Path) -> None:
    history = "（2002年8月4日国务院令第360号公布　根据2016年2月6日《国务院关于修改部分行政法规的决定》第一次修订　根据2024年12月6日《国务院关于修改和废止部分行政法规的决定》第二次修订）"
    reading = read_one(tmp_path, make_law("第一条　正文。\n第二条　正文。", history=history), "测试条例.md")
    assert reading.version.label == "2024-12-06"
    assert reading.amended_by == ("国务院关于修改和废止部分行政法规的决定",)


def test_articles_quoted_in_a_decision_are_not_its_own(tmp_path: Path) -> None:
    body = (
        "国务院决定对《测试条例》作如下修改：\n\n一、将第三条改为两条，修改为：\n\n“第三条　新的正文。\n\n"
        "“第四条　另一条正文。”\n\n二、删去第五条。\n\n本决定自2026年2月1日起施行。\n\n国务院"
    )
    [reading] = read_document(make_file(tmp_path, make_law(body, "关于修改《测试条例》的决定"), "决定.md"))
    clauses = reading.version.clauses
    assert [clause.label for clause in clauses] == ["一、", "二、", ""]
    assert "第四条" in clauses[0].text
    assert reading.version.in_force_from == date(2026, 2, 1)


def test_a_text_printed_behind_its_amending_decision_becomes_a_version_of_its_own(tmp_path: Path) -> None:
    body = (
        "某局决定对《旧名规定》作如下修改：\n\n一、将名称修改为：“新名规定”。\n\n二、删去第五条。\n\n"
        "本决定自2025年4月15日起施行。\n\n新名规定\n\n"
        "（2022年9月22日某总局令第60号公布，根据2025年2月23日某总局令第97号修正）\n\n第一条　正文。\n\n第二条　正文。"
    )
    history = "（2025年2月23日某总局令第97号公布 自2025年4月15日起施行）"
    decision, text = read_document(
        make_file(tmp_path, make_law(body, "某局关于修改《旧名规定》的决定", history), "决定.md")
    )
    assert [clause.label for clause in decision.version.clauses] == ["一、", "二、", ""]
    assert (text.version.title, text.version.label) == ("新名规定", "2025-02-23")
    assert [clause.article for clause in text.version.clauses] == [1, 2]


def test_inserted_articles_have_sub_numbers(tmp_path: Path) -> None:
    clauses = read_one(
        tmp_path, make_law("第一条　甲。\n第一条之一　乙。\n第二条　丙。"), "测试条例.md"
    ).version.clauses
    assert [(clause.article, clause.sub, clause.label) for clause in clauses] == [
        (1, 0, "第一条"),
        (1, 1, "第一条之一"),
        (2, 0, "第二条"),
    ]
    assert clauses[1].id.endswith(":1-1")


def test_a_missing_article_is_reported(tmp_path: Path) -> None:
    reading = read_one(tmp_path, make_law("第一条　甲。\n第二条　乙。\n第四条　丁。"), "测试条例.md")
    assert "articles not found: 3" in reading.warnings


def test_attachments_stand_outside_the_numbered_articles(tmp_path: Path) -> None:
    body = "第一条　甲。\n第二条　乙。\n附件1\n易制毒化学品目录\n1.麦角酸\n2.麦角胺以及它们可能存在的盐类"
    clauses = read_one(tmp_path, make_law(body), "测试条例.md").version.clauses
    assert [(clause.article, clause.label) for clause in clauses] == [(1, "第一条"), (2, "第二条"), (0, "附件1")]


def test_a_text_without_any_numbering_is_cut_at_its_paragraphs(tmp_path: Path) -> None:
    text = "# 关于某事的公告\n\n自即日起办理某事。\n\n咨询请到窗口。\n"
    clauses = read_one(tmp_path, text, "公告.md").version.clauses
    assert [clause.text for clause in clauses] == ["自即日起办理某事。", "咨询请到窗口。"]


def test_unnumbered_lines_inside_a_list_do_not_make_paragraphs(tmp_path: Path) -> None:
    body = "第一条　编号规则如下：\n（一）普通产品：\n国产：甲；\n进口：乙；\n（二）特殊产品：丙。\n编号由部门公布。\n第二条　乙。"
    clause = read_one(tmp_path, make_law(body), "测试条例.md").version.clauses[0]
    assert [len(paragraph.items) for paragraph in clause.paragraphs] == [2, 0]
    assert clause.paragraphs[1].text == "编号由部门公布。"


@pytest.mark.parametrize(
    "title",
    ["药品管理法", "《中华人民共和国药品管理法》", "中华人民共和国 药品管理法", "中华人民共和国药品管理法(2019-08-26)"],
)
def test_writings_of_one_title_mean_one_document(title: str) -> None:
    assert title_key(title) == "药品管理法"


def test_brackets_of_either_width_mean_one_document() -> None:
    assert document_id("医疗机构制剂注册管理办法(试行)") == document_id("医疗机构制剂注册管理办法（试行）")


def test_a_manifest_completes_what_the_text_leaves_open_and_never_overrules_it(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text(
        "title,kind,document_number,effective_date,status,articles\n"
        "测试条例,regulation,国务院令第8号,2020-03-01,INCOMPLETE: cut,3\n",
        encoding="utf-8-sig",
    )
    path = make_file(tmp_path, make_law("第一条　甲。\n第二条　乙。"), "测试条例.md")
    [reading] = read_document(path, read_manifest(tmp_path).find(path))
    assert reading.version.in_force_from == date(2020, 3, 1)
    assert reading.version.incomplete == "INCOMPLETE: cut"
    assert reading.version.document_number == "国务院令第7号"
    assert "articles: the text has 2, the manifest 3" in reading.warnings
    assert "document number: the text has 国务院令第7号, the manifest 国务院令第8号" in reading.warnings


def test_a_broken_manifest_line_is_reported_and_the_rest_is_used(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("title,articles\n,3\n测试条例,2\n", encoding="utf-8")
    manifest = read_manifest(tmp_path)
    assert list(manifest.entries) == ["/测试条例", "测试条例"]
    assert manifest.warnings == ["manifest.csv, line 2: no title, not used"]


def test_every_text_of_the_corpus_is_read_as_its_collector_counted_it(corpus: Path) -> None:
    manifest = read_manifest(corpus)
    files = sorted(corpus.glob("*/*.md"))
    readings = [reading for path in files for reading in read_document(path, manifest.find(path))]
    wrong = [
        (reading.version.title, warning)
        for reading in readings
        for warning in reading.warnings
        if warning.startswith(("articles", "commencement", "last amendment"))
    ]
    assert (len(files), wrong) == (195, [])
