"""What a crawled file says about itself, and its lines without the crawl.

Four layouts are known (a regulator's crawl with bullets, a database export with
front matter, two app and vendor exports with ``name：value`` lines); all end up
as the same ``Source``, and an unknown layout is simply a title and lines.
"""

import re
from dataclasses import dataclass, field

from policy_kb.text.normal import strip_invisible

# Left side: what the layouts print; right side: our name.
_NAMES = {
    "title": "title",
    "原文链接": "source_url",
    "official_url": "source_url",
    "来源网址": "source_url",
    "摘要": "summary",
    "发布日期": "source_date",
    "synced": "source_date",
    "publish_date": "published",
    "implement_date": "in_force_from",
    "status": "status",
    "category": "category",
    "发布字号": "document_number",
    "发文字号": "document_number",
    "文号": "document_number",
    "发布机关": "issuer",
    "制定机关": "issuer",
    "发文机关": "issuer",
    "公布日期": "published",
    "实施日期": "in_force_from",
    "施行日期": "in_force_from",
    "生效日期": "in_force_from",
    "当前效力": "status",
    "时效性": "status",
    "效力位阶": "category",
    "类型": "category",
}
_IGNORED = {"来源", "列表日期", "关键词", "栏目", "法规类别", "专题分类", "tags", "source", "标签"}
_META = re.compile(r"^(?:[-*]\s+)?([A-Za-z_]{3,20}|[\u4e00-\u9fff]{2,6})\s*[:：]\s*(.*)$")
_PAIR = re.compile(r"^\s*\|?\s*([\u4e00-\u9fff]{2,6})\s*\|\s*[:：]\s*\|\s*(.*?)\s*\|?\s*$")
_COMMENT = re.compile(r"<!--.*?-->", re.S)
_COMMENT_META = re.compile(r"([\u4e00-\u9fff]{2,6})\s*[:：]\s*([^|]+?)\s*(?=\||$)")
_HTML_TAG = re.compile(r"</?(?:p|br|div|span|b|strong|font|table|tbody|tr|td|th|center|u|i|a|em|h\d)\b[^<>]*>", re.I)
_IMAGE = re.compile(r"!\[[^\]]*\]\([^)]*\)")
_LINK = re.compile(r"\[([^\]]*)\]\((?:[^()\s]|\([^()]*\))*\)")
_STYLE = re.compile(r"^[.#@]?[\w\-\\.#:,\s]*\{[^{}]*\}$")
_RESIDUE = re.compile(
    r"^(?:国家市场监督管理总局规章|法律法规速查APP|下载(?:pdf|文字|word|doc)\w*版?.*|(?:首页|当前位置|您的位置|您现在的位置)\s*[:：>＞].*"
    r"|字[号体][:：\s].{0,12}|【?(?:打印|关闭)(?:本页|窗口|此页)?】?|分享(?:到|至)?[:：].*|扫[一码描].{0,20}"
    r"|(?:浏览|点击|阅读)(?:次数|量).*|责任编辑.*|(?:上|下)一[篇条][:：].*|无相关内容|[*＊]?注：本文格式遵循.*|©.*|.*北大法宝.*|法宝快讯.*"
    r"|原文链接[:：].*|相关(?:链接|附件|阅读)[:：]?|返回顶部|版权所有.*|京ICP备.*|主办单位[:：].*|网站地图.*|javascript:.*"
    r"|第\s*\d{1,4}\s*页(?:\s*共\s*\d+\s*页)?|[-—]\s*\d{1,4}\s*[-—]"
    r"|法规司|[\u4e00-\u9fff、]{2,40}(?:局|部|委员会|总局|总署)(?:发布|印发))$",
    re.I,
)
# What an order or an annex prints above the title.
_LETTERHEAD = re.compile(
    r"^(?!.*关于)[\u4e00-\u9fff、 ]{2,40}(?:令|公告|文件)$|^第\s*\d+\s*号$|^附\s*件\s*\d*\s*[：:]?$"
)
_RULE_LINE = re.compile(r"^\s*(?:-{3,}|\*{3,}|_{3,}|={3,})\s*$")
_TABLE_RULE = re.compile(r"^\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?$")
_TITLE_DATE = re.compile(r"\s*[(（]\s*(\d{4}-\d{2}-\d{2})\s*[)）]\s*$")
_TITLE_YEAR = re.compile(r"\s*[(（]\s*\d{4}\s*年?(?:\s*[,，、].{0,12})?(?:修订|修正|版)?\s*[)）]\s*$")


@dataclass(slots=True)
class Source:
    """A file read: ``title`` bare, ``label`` from a trailing date, ``meta`` by our names, ``lines`` clean and never empty."""

    title: str = ""
    label: str = ""
    meta: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def read_source(characters: str, file_name: str) -> Source:
    """Split ``characters`` into statements about the text and the text; ``file_name`` (no folder) gives a version date."""
    source = Source()
    text = strip_invisible(characters.replace("\r\n", "\n").replace("\r", "\n"))
    text = _take_front_matter(text, source)
    for comment in _COMMENT.findall(text):
        if comment.strip("<!->").strip() == "INFO END":
            continue
        for name, value in _COMMENT_META.findall(comment.strip("<!->")):
            _state(source, name, value)
    text = _COMMENT.sub("", text)
    _take_lines(text, source)
    stem = file_name.rsplit(".", 1)[0]
    dated = _TITLE_DATE.search(stem) or _TITLE_DATE.search(source.title)
    source.label = dated[1] if dated else ""
    source.title = _own_title(bare_title(source.title or stem), bare_title(stem))
    source.lines = [line for line in source.lines if bare_title(line) != source.title]
    return source


def _own_title(stated: str, kept_as: str) -> str:
    """The text's own title: that of what a covering notice issues, and the file's name where the page heads with a number."""
    issued = re.search(r"《([^《》]+)》的(?:公告|通知|通告|函)$", stated)
    if issued and issued[1] == kept_as:
        return kept_as
    return kept_as if re.search(r"\d+号\s*(?:原文|全文)?$", stated) else stated


def bare_title(title: str) -> str:
    """The title without 《》 around it, a trailing version date or year and emphasis marks."""
    bare = title.strip().strip("*# ").strip()
    bare = _TITLE_YEAR.sub("", _TITLE_DATE.sub("", bare)).strip()
    if bare.startswith("《") and bare.endswith("》") and bare.count("《") == 1:
        bare = bare[1:-1]
    return (
        re.sub(r"\s+", "", bare) if re.search(r"[\u4e00-\u9fff]\s+[\u4e00-\u9fff]", bare) and len(bare) < 30 else bare
    )


def _take_front_matter(text: str, source: Source) -> str:
    text = text.lstrip("\ufeff\n ")
    if not text.startswith("---\n"):
        return text
    head, mark, rest = text[4:].partition("\n---")
    if not mark:
        return text
    for line in head.split("\n"):
        found = _META.match(line.strip())
        if found:
            _state(source, found[1], found[2])
    return rest.partition("\n")[2]


def _state(source: Source, name: str, value: str) -> bool:
    """Remember a statement by our name; False when the name is not one of the layouts' names."""
    value = value.strip().strip("\"'")
    known = _NAMES.get(name)
    if known is None:
        return name in _IGNORED
    if known == "title":
        source.title = value
    elif value:
        source.meta.setdefault(known, value)
    return True


def _take_lines(text: str, source: Source) -> None:
    in_head = True
    for raw in text.split("\n"):
        if _take_pair(raw, source):
            continue
        heading = raw.lstrip().startswith("#")
        line = clean_line(raw)
        if not line:
            continue
        first = heading or (all(map(_LETTERHEAD.search, source.lines)) and not _LETTERHEAD.search(line))
        if in_head and not source.title and first and len(line) < 120 and not _META.match(line):
            source.title = line
            continue
        if in_head and len(line) < 300:
            found = _META.match(line)
            # In a crawl's bullets 发布日期 is the day of the page, elsewhere the day the text was issued.
            issued = found and found[1] == "发布日期" and line[0] not in "-*"
            if found and _state(source, "公布日期" if issued else found[1], found[2]):
                continue
        if re.match(r"第[一1]条|第[一1]章|一\s*、", line):
            in_head = False
        source.lines.append(line)


def _take_pair(raw: str, source: Source) -> bool:
    """A line of a small table of statements, wherever it stands: 发布日期 | ： | 2025.07.17"""
    found = _PAIR.match(raw)
    if not found:
        return False
    # In such tables 发布日期 is the day the text was issued; in a crawl's bullets it is the day of the page.
    return _state(source, "公布日期" if found[1] == "发布日期" else found[1], found[2]) or found[1] in _IGNORED


def clean_line(raw: str) -> str:
    """One line without Markdown marks, links, tags and page furniture; "" when nothing of the text remains."""
    line = raw.replace("\u3000", " ").replace("\xa0", " ").strip()
    if not line or _RULE_LINE.match(line) or _TABLE_RULE.match(line):
        return ""
    line = _LINK.sub(r"\1", _IMAGE.sub("", _HTML_TAG.sub("", line)))
    line = re.sub(r"\\([_*#\[\]().\-!>`~|{}])", r"\1", line)
    line = re.sub(r"^(?:>\s*)+", "", line)
    line = re.sub(r"^#{1,6}\s+", "", line).replace("**", "").replace("__", "").strip()
    if _STYLE.match(line) or _RESIDUE.match(line):
        return ""
    if line.startswith("|"):
        line = "  ".join(cell.strip() for cell in line.strip("|").split("|") if cell.strip())
    return line
