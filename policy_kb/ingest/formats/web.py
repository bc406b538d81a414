"""A saved or crawled web page to its text of law: no navigation, scripts, share links, footers.

What may be law is told from what is page by punctuation: of all blocks the innermost is kept that still holds most of the
page's full stops and commas. Statements of the page (ArticleTitle, an index table of 文号 and 发文机关) are kept as such.
"""

import re
from itertools import pairwise

from selectolax.lexbor import LexborHTMLParser, LexborNode

from policy_kb.errors import UnreadableText
from policy_kb.ingest.formats.plain import Text, decode

_DROPPED = (
    "script, style, noscript, template, nav, header, footer, aside, form, button, select, iframe, object, embed, svg, canvas,"
    " audio, video, [hidden], [aria-hidden=true]"
)
_FURNITURE = re.compile(
    r"(?:^|[\s_-])(?:nav|menu|crumb|breadcrumb|position|location|share|bdshare|social|footer|foot|header|sidebar|aside|toolbar|"
    r"pag(?:e|ination)er|pager|related|recommend|comment|copyright|qrcode|ewm|print|fontsize|search|login|banner|advert|ad|"
    r"mobile-?tip|back-?top|wza)(?:$|[\s_-]|\d)",
    re.I,
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_MARKS = re.compile(r"[，。；：、]")
_BLOCKS = frozenset(
    [
        "p",
        "div",
        "li",
        "ul",
        "ol",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "section",
        "article",
        "main",
        "table",
        "tr",
        "blockquote",
        "dl",
        "dt",
        "dd",
        "center",
        "pre",
        "hr",
        "address",
        "fieldset",
    ]
)
_MOST = 0.7  # of the page's punctuation; a body split over two columns of a layout table has more than a half each way
# Labels of an index table beside the text (索引号, 发文机关…), as ``ingest.source`` reads them from ``name：value`` lines.
_LABELS = {"发文字号": "发文字号", "文号": "文号", "发布字号": "发布字号", "发文机关": "发文机关", "发布机关": "发布机关",
           "发文机构": "发文机关", "制定机关": "制定机关", "公布日期": "公布日期", "成文日期": "公布日期",
           "施行日期": "施行日期", "生效日期": "生效日期", "时效性": "时效性"}  # fmt: skip


def read_page(content: bytes, name: str) -> Text:
    """The text in a page as Markdown-like lines; UnreadableText when the page holds none."""
    text = decode(content, name)
    page = LexborHTMLParser(text.characters)
    head = _statements(page)
    title = _title(page)
    _drop_furniture(page)
    body = page.body
    lines = _lines(_innermost(body)) if body else []
    if sum(len(line) for line in lines) < 30:
        raise UnreadableText(
            f"{name}: this page holds no text of law (it may be a picture or loaded by a script); save the text itself"
        )
    shown = [f"# {title}", ""] if title else []
    return Text("\n".join([*shown, *head, *lines]), text.encoding, text.warnings)


def _meta(page: LexborHTMLParser, *names: str) -> str:
    wanted = {name.lower() for name in names}
    for node in page.css("meta"):
        told = (node.attributes.get("name") or node.attributes.get("property") or "").lower()
        if told in wanted:
            return re.sub(r"\s+", " ", node.attributes.get("content") or "").strip()
    return ""


def _title(page: LexborHTMLParser) -> str:
    stated = _meta(page, "ArticleTitle", "og:title")
    headings = [re.sub(r"\s+", "", node.text()) for node in page.css("h1")]
    heading = next((text for text in headings if 4 <= len(text) <= 120), "")
    node = page.css_first("title")
    shown = re.split(r"\s*[_|]\s*|\s+[-–—]\s+|-{2,}", node.text().strip())[0] if node else ""
    return next((text for text in (stated, heading, shown) if re.search(r"[\u4e00-\u9fff]{3}", text)), "")


def _statements(page: LexborHTMLParser) -> list[str]:
    """Lines ``名：值`` that the page states of its text: its address and day, and the index table beside it."""
    told: list[str] = []
    canonical = page.css_first("link[rel=canonical]")
    address = (canonical.attributes.get("href") if canonical else "") or _meta(page, "og:url", "Url")
    if (address or "").startswith("http"):
        told.append(f"- 原文链接: {address}")
    day = _meta(page, "PubDate", "publishdate")
    if day:
        told.append(f"- 发布日期: {day[:16]}")
    for row in page.css("tr, li, dl, p"):
        cells = [
            re.sub(r"\s+", " ", cell.text(separator=" ")).strip()
            for cell in row.css("td, th, dt, dd, span, b, strong, em")
        ]
        for label, value in pairwise(cells):
            known = _LABELS.get(re.sub(r"[\s：:\[\]【】]", "", label))
            if known and value and len(value) < 80 and re.sub(r"[\s：:]", "", value) not in _LABELS:
                told.append(f"{known}：{value.strip('：: ')}")
    return [*dict.fromkeys(told), ""] if told else []


def _drop_furniture(page: LexborHTMLParser) -> None:
    for node in page.css(_DROPPED):
        node.decompose()
    whole = len(_MARKS.findall(page.body.text())) if page.body else 0
    for node in page.css("div, ul, ol, p, span, table, section, a"):
        named = f"{node.attributes.get('class') or ''} {node.attributes.get('id') or ''}"
        hidden = _HIDDEN.search(node.attributes.get("style") or "")
        if (hidden or _FURNITURE.search(named)) and len(_MARKS.findall(node.text())) * 2 < max(whole, 1):
            node.decompose()


def _innermost(node: LexborNode) -> LexborNode:
    """The innermost block with most of the punctuation of ``node``."""
    while True:
        whole = len(_MARKS.findall(node.text()))
        below = [child for child in node.iter() if child.tag in _BLOCKS or child.tag in {"td", "tbody", "th", "span"}]
        chosen = next((child for child in below if len(_MARKS.findall(child.text())) >= max(_MOST * whole, 1)), None)
        if chosen is None or (node.tag == "table" and _is_data(node)) or chosen.tag == "p":
            return node
        node = chosen


def _is_data(table: LexborNode) -> bool:
    """A table of data has short cells in rows of two or more; tables that lay out a page have long ones, or tables in them."""
    rows = [[cell for cell in row.iter() if cell.tag in {"td", "th"}] for row in table.css("tr")]
    cells = [cell for row in rows for cell in row]
    wide = sum(1 for row in rows if len(row) > 1)
    return wide >= 2 and not any(len(cell.text()) > 600 or cell.css_first("table") for cell in cells)


def _lines(root: LexborNode) -> list[str]:
    writer = _Writer()
    writer.walk(root)
    writer.flush()
    return writer.lines


class _Writer:
    """Walks nodes and breaks lines where a browser would."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self._line = ""

    def flush(self, mark: str = "") -> None:
        line = re.sub(r"[ \t\r\n\xa0]+", " ", self._line).strip()
        if line:
            self.lines.append(mark + line)
        self._line = ""

    def walk(self, node: LexborNode) -> None:
        if node.tag == "-text":
            self._line += node.text_content or ""
        elif node.tag == "br":
            self.flush()
        elif node.tag == "table" and _is_data(node):
            self.flush()
            self._table(node)
        else:
            self._element(node)

    def _element(self, node: LexborNode) -> None:
        block = node.tag in _BLOCKS or node.tag in {"td", "th"}
        if block:
            self.flush()
        number = 0
        for child in node.iter(include_text=True):
            if node.tag == "ol" and child.tag == "li":
                number += 1
                self.flush()
                self._line = f"{number}."  # a browser prints it, the page does not hold it
                self._inside(child)
            else:
                self.walk(child)
        if block:
            self.flush("## " if re.fullmatch(r"h[2-6]", node.tag or "") else "")

    def _inside(self, item: LexborNode) -> None:
        for child in item.iter(include_text=True):
            self.walk(child)
        self.flush()

    def _table(self, table: LexborNode) -> None:
        for row in table.css("tr"):
            cells = [
                re.sub(r"\s+", " ", cell.text(separator=" ")).strip() for cell in row.iter() if cell.tag in {"td", "th"}
            ]
            if any(cells):
                self.lines.append("| " + " | ".join(cell.replace("|", "/") for cell in cells) + " |")
