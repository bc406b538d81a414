"""One rule of our own, written as every kind of file a curator may have."""

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
import openpyxl
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from weasyprint import HTML

TITLE = "虚构器械展示管理办法"
HISTORY = "（2026年1月5日虚构监督管理局令第1号公布 自2026年2月1日起施行）"
ARTICLES = (
    (
        "为了规范虚构器械的展示活动，保障参观者的安全，维护展示活动的正常秩序，根据有关法律、行政法规的规定，结合展示活动的实际情况，制定本办法。",
    ),
    (
        "举办展示的，应当在展示前13个工作日内报告，并提交下列材料：",
        "（一）展示申请表；",
        "（二）器械清单及其来源证明。",
        "材料不全的，不予受理。",
    ),
    ("本办法自2026年2月1日起施行。",),
)
TABLE = (("序号", "名称", "数量"), ("1", "甲展台", "3"), ("2", "乙展台", "5"))
NUMBERS = "一二三"


def make_html(encoding: str = "utf-8", furniture: bool = True) -> bytes:
    """A page of a regulator's site with what crawls bring along."""
    body = "".join(
        f"<p>　　第{NUMBERS[place]}条　{lines[0]}</p>" + "".join(f"<p>　　{line}</p>" for line in lines[1:])
        for place, lines in enumerate(ARTICLES)
    )
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE)
    page = f"""<!DOCTYPE html><html><head><meta charset="{encoding}"><title>{TITLE}_虚构监督管理局</title>
<meta name="ArticleTitle" content="{TITLE}"><meta name="PubDate" content="2026-01-06 09:30">
<link rel="canonical" href="https://www.example.gov.cn/art/1.html"><style>.x {{color: red}}</style></head><body>
<div class="header"><ul class="nav"><li><a href="/">首页</a></li><li>政务公开，办事服务</li></ul></div>
<div class="crumb">当前位置：首页 &gt; 法规</div>
<table class="index"><tr><td>索引号：</td><td>0001</td><td>发文机关：</td><td>虚构监督管理局</td></tr></table>
<div class="share">分享到：微信 微博，<script>share()</script></div>
<div id="zoom"><p style="text-align:center">{TITLE}</p><p>{HISTORY}</p>{body}<p>附件</p><table>{rows}</table></div>
<div class="related"><h3>相关链接</h3><ul><li>另一条新闻，与此无关。</li></ul></div>
<div id="footer">版权所有：虚构监督管理局，备案号一。</div></body></html>"""
    if not furniture:
        page = f"<html><body><h1>{TITLE}</h1><p>{HISTORY}</p>{body}</body></html>"
    return page.encode(encoding)


def make_docx(numbered: bool = False) -> bytes:
    """A Word file; ``numbered`` leaves the numbers of articles and items to Word's own lists."""
    document = docx.Document()
    heading = document.add_paragraph("虚构监督管理局令")
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    title = document.add_paragraph(TITLE)
    title.alignment = WD_ALIGN_PARAGRAPH.CENTER
    document.add_paragraph(HISTORY)
    if numbered:
        _define_lists(document)
    for place, lines in enumerate(ARTICLES):
        for line in lines:
            _add(document, line, place, first=line is lines[0], numbered=numbered)
    document.add_paragraph("附件")
    table = document.add_table(rows=0, cols=3)
    for row in TABLE:
        cells = table.add_row().cells
        for cell, text in zip(cells, row, strict=True):
            cell.text = text
    return _saved(document)


def _saved(document: Any) -> bytes:
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def _add(document: Any, line: str, place: int, *, first: bool, numbered: bool) -> None:
    item = line.startswith("（")
    if not numbered:
        document.add_paragraph(f"第{NUMBERS[place]}条　{line}" if first else line)
        return
    paragraph = document.add_paragraph(line[3:] if item else line)
    if first or item:
        properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        properties.get_or_add_numId().val = 99
        properties.get_or_add_ilvl().val = 1 if item else 0


def _define_lists(document: Any) -> None:
    root = document.part.numbering_part.element
    abstract = _element("w:abstractNum", {"w:abstractNumId": "99"})
    for level, pattern in enumerate(("第%1条　", "（%2）")):
        entry = _element("w:lvl", {"w:ilvl": str(level)})
        for name, value in (("w:start", "1"), ("w:numFmt", "chineseCounting"), ("w:lvlText", pattern)):
            entry.append(_element(name, {"w:val": value}))
        abstract.append(entry)
    root.insert(0, abstract)
    number = _element("w:num", {"w:numId": "99"})
    number.append(_element("w:abstractNumId", {"w:val": "99"}))
    root.append(number)


def _element(name: str, attributes: dict[str, str]) -> Any:
    made = OxmlElement(name)
    for key, value in attributes.items():
        made.set(qn(key), value)
    return made


def make_pdf(articles: Sequence[Sequence[str]] = ARTICLES, table: bool = True) -> bytes:
    """Pages with a running head, page numbers, indented paragraphs broken over lines and a ruled table."""
    body = "".join(
        f"<p>第{NUMBERS[place]}条　{lines[0]}</p>" + "".join(f"<p>{line}</p>" for line in lines[1:])
        for place, lines in enumerate(articles)
    )
    rows = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in TABLE)
    style = """@page { size: 12cm 10cm; margin: 1.6cm; @top-center { content: "虚构监督管理局公报 2026"; font-size: 8pt }
      @bottom-center { content: "— " counter(page) " —"; font-size: 8pt } }
      body { font: 10.5pt "Noto Serif CJK SC" } h1 { font-size: 16pt; text-align: center } p { text-indent: 2em; margin: 0 }
      table { border-collapse: collapse } td { border: 1px solid black; padding: 2pt 6pt }"""
    page = f"<html><style>{style}</style><h1>{TITLE}</h1><p>{HISTORY}</p>{body}"
    return bytes(HTML(string=page + (f"<p>附件</p><table>{rows}</table>" if table else "")).write_pdf())


def make_xlsx() -> bytes:
    """A catalogue with a title over its columns and a class that holds for two rows."""
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    sheet.append(["虚构器械分类目录", None, None, None])
    sheet.merge_cells("A1:D1")
    sheet.append(["自2026年3月1日起施行", None, None, None])
    sheet.append(["序号", "类别", "品名", "管理要求"])
    sheet.append(["01-01", "展台", "甲展台", "第一类"])
    sheet.append(["01-02", None, "乙展台", "第二类"])
    sheet.merge_cells("B4:B5")
    written = io.BytesIO()
    workbook.save(written)
    return written.getvalue()


def write(folder: Path, name: str, content: bytes) -> Path:
    folder.mkdir(exist_ok=True, parents=True)
    path = folder / name
    path.write_bytes(content)
    return path
