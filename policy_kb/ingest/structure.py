"""Lines to 编/章/节/条.

An article opens with its number in sequence at the start of a line; a line that
merely begins with a reference (第十六条第二款所称…), and articles quoted inside an
amending decision, are running text. A second 第一条 opens another text printed in
the same file. Texts without articles are cut at 一、 or （一） or 1. instead.
"""

import re
from dataclasses import dataclass, field

from policy_kb.ingest.paragraphs import SENTENCE_END
from policy_kb.text.numerals import NUMERAL, parse_number

_ARTICLE = re.compile(rf"^第\s*({NUMERAL})\s*条(?:\s*之\s*({NUMERAL})(?![\u4e00-\u9fff]))?([\s　:：]*)(.*)$", re.S)
_REFERENCE = re.compile(
    r"^(?:第[^条]{1,6}[款项]|规定|、|，|,|和|及|或|至|到|所|的|中|关于|之规定|）|\)|”|修改|改为|合并|调整|增加|作为|删)"
)
_HEADING = re.compile(rf"^第\s*({NUMERAL})\s*(编|分编|章|节)(?:[\s　]+(.*)|([^\s，。；]{{0,30}}))$")
_LEVELS = {"编": 0, "分编": 1, "章": 2, "节": 3}
_ATTACHMENT = re.compile(
    r"^(?:附件|附表|附录|附：|附图)\s*[\d一二三四五六七八九十]{0,3}\s*(?:$|[：:.\s].*|[\u4e00-\u9fff].{0,40}$)"
)
_SECTION = re.compile(r"^([一二三四五六七八九十]{1,4})\s*、\s*(.*)$", re.S)
_SECTION_ITEM = re.compile(r"^[（(]([一二三四五六七八九十]{1,4})[)）]\s*(.*)$", re.S)
_SECTION_NUMBER = re.compile(r"^(\d{1,3})\s*[.．、]\s*(?!\d)(.*)$", re.S)
_DATED = re.compile(rf"^{NUMERAL}年{NUMERAL}月{NUMERAL}日\s")
_GAP = re.compile(r"(?<=[\u4e00-\u9fff])\s+(?=[\u4e00-\u9fff])")
_FOOTER = re.compile(
    rf"^(?:[\u4e00-\u9fff、 ]{{2,60}}(?:局|部|委|委员会|总署|国务院|法院|检察院|办公室|办)(?:发布|印发)?|{NUMERAL}年{NUMERAL}月{NUMERAL}日"
    r"|《.{2,60}》起草说明（略）)$"
)
_CLOSING = re.compile(r"^(?:此外，|《.+》根据本决定|本(?:决定|通知|公告|批复|意见|指南)自)")
_CONTENTS = re.compile(r"^目\s*[录次]$")


@dataclass(slots=True)
class Draft:
    """A clause being read: ``article`` 0 is text outside the numbered ones (前言, 附件); ``rows``: each line is a 款."""

    article: int
    sub: int
    label: str
    headings: tuple[str, ...]
    lines: list[str] = field(default_factory=list)
    rows: bool = False


@dataclass(slots=True)
class Part:
    """One text of a file: what stands before its first clause, then its clauses. ``missing`` lists skipped articles."""

    preamble: list[str] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    attachments: list[Draft] = field(default_factory=list)
    by_article: bool = False
    missing: list[int] = field(default_factory=list)


def cut(lines: list[str]) -> list[Part]:
    """The texts printed in ``lines``, the first one first; never empty. Signatures and dates below a text are dropped."""
    if any(_opens_article(line, 0, 0) for line in lines):
        return _Cutter().run(lines)
    return [cut_sections(lines)]


def _sign_off(part: Part) -> Part:
    """Drop who signed and when, and what a page prints below a text; the law ends with a sentence."""
    for draft in part.drafts[-1:] + part.attachments[-1:]:
        while len(draft.lines) > 1 and _FOOTER.match(draft.lines[-1]):
            draft.lines.pop()
    return part


def _opens_article(line: str, last: int, last_sub: int) -> tuple[int, int, str] | None:
    found = _ARTICLE.match(line)
    if not found:
        return None
    number, sub = parse_number(found[1]), parse_number(found[2]) if found[2] else 0
    if not number or sub is None:
        return None
    spaced, rest = bool(found[3]), found[4]
    if not spaced and _REFERENCE.match(rest):
        return None
    in_sequence = (number == last + 1 and sub == 0) or (number == last and sub == last_sub + 1)
    if in_sequence or (number == 1 and sub == 0 and spaced) or (last < number <= last + 20 and spaced and last > 0):
        return number, sub, rest
    return None


class _Cutter:
    """Walks the lines once; ``parts[-1]`` is the text being read, ``_pending`` its lines before a first article."""

    def __init__(self) -> None:
        self.parts = [Part()]
        self._headings: dict[int, str] = {}
        self._attached: Draft | None = None
        self._bare_heading = -1

    def run(self, lines: list[str]) -> list[Part]:
        for line in lines:
            self._take(line)
        for part in self.parts:
            _settle(part)
        return self.parts

    def _take(self, line: str) -> None:
        part = self.parts[-1]
        last = part.drafts[-1] if part.drafts else None
        opened = _opens_article(line, last.article if last else 0, last.sub if last else 0)
        if opened:
            self._open(line, *opened)
        elif self._is_heading(line):
            return
        elif last and _ATTACHMENT.match(line) and line[:2] != "附则":
            self._attached = Draft(0, len(part.attachments) + 1, line.split(" ")[0][:20], (), [line])
            part.attachments.append(self._attached)
        elif self._attached:
            self._attached.lines.append(line)
        elif last:
            last.lines.append(line)
        elif not _CONTENTS.match(line):
            part.preamble.append(line)

    def _open(self, line: str, number: int, sub: int, rest: str) -> None:
        part = self.parts[-1]
        if number == 1 and sub == 0 and part.drafts:
            part = self._start_part()
        elif part.drafts and number > part.drafts[-1].article + 1:
            part.missing.extend(range(part.drafts[-1].article + 1, number))
        part.by_article = True
        self._attached = None
        label = re.sub(r"\s", "", line[: len(line) - len(rest)].rstrip("：: "))
        headings = tuple(self._headings[level] for level in sorted(self._headings))
        part.drafts.append(Draft(number, sub, label, headings, [rest] if rest else []))

    def _start_part(self) -> Part:
        """A new text begins: its title and history are the last short lines of what was read so far."""
        part = self.parts[-1]
        tail = (self._attached or part.drafts[-1]).lines
        taken: list[str] = []
        while (
            tail
            and len(taken) < 4
            and (len(tail[-1]) < 60 or tail[-1].startswith(("（", "(")))
            and not tail[-1].endswith("。")
        ):
            taken.insert(0, tail.pop())
        self.parts.append(Part(preamble=taken))
        return self.parts[-1]

    def _is_heading(self, line: str) -> bool:
        found = _HEADING.match(line)
        if not found:
            if self._bare_heading >= 0 and len(line) <= 20 and not line.endswith(SENTENCE_END):
                self._headings[self._bare_heading] += " " + line
                self._bare_heading = -1
                return True
            self._bare_heading = -1
            return False
        level, name = _LEVELS[found[2]], (found[3] or found[4] or "").strip()
        if len(name) > 45 or name.endswith("。"):
            return False
        if level == 2 and parse_number(found[1]) == 1 and self.parts[-1].drafts and not self._headings.get(0):
            self._headings.clear()
        for deeper in [key for key in self._headings if key >= level]:
            del self._headings[deeper]
        title = f"第{found[1]}{found[2]}"
        self._headings[level] = f"{title} {_GAP.sub('', name)}".strip()
        self._bare_heading = -1 if name else level
        return True


def _settle(part: Part) -> None:
    """Sign off, and drop attachments without words (a picture of a form)."""
    _sign_off(part)
    part.attachments = [draft for draft in part.attachments if len("".join(draft.lines)) > 20]


def cut_sections(lines: list[str]) -> Part:
    """A text without articles: cut at the outermost numbering it has, or at its paragraphs."""
    for pattern in (_SECTION, _SECTION_ITEM, _SECTION_NUMBER):
        if sum(1 for line in lines if pattern.match(line)) >= 2:
            return _sign_off(_SectionCutter(pattern).run(lines))
    preamble = [line for line in lines if line[0] in "（(" or _DATED.match(line)]
    told = [line for line in lines if line not in preamble and len(line) > 1]
    while len(told) > 1 and _FOOTER.match(told[-1]):
        told.pop()
    return Part(preamble, [Draft(number, 0, "", (), [line]) for number, line in enumerate(told, 1)])


class _SectionCutter:
    """Walks a text numbered 一、 (or （一）, 1.); sections count from 1 through the whole file, whatever they print."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.part = Part()
        self._pattern = pattern
        self._count = 0
        self._heading = ""

    def run(self, lines: list[str]) -> Part:
        for place, line in enumerate(lines):
            found = self._pattern.match(line)
            if found and parse_number(found[1]) is not None:
                label = line[: line.index(found[1]) + len(found[1])] + ("）" if line[0] in "（(" else "、")
                self._open(label, [found[2]] if found[2] else [])
            elif not self.part.drafts:
                self.part.preamble.append(line)
            elif _ATTACHMENT.match(line) and not line.endswith("。"):
                self._attach(line)
            elif self._is_title(line, lines[place + 1 : place + 4]):
                self._heading = f"{self._heading} {line}".strip()
            elif _CLOSING.match(line) and self.part.drafts[-1].label:
                self._open("", [line])
            else:
                self.part.drafts[-1].lines.append(line)
        self.part.drafts = [draft for draft in self.part.drafts if draft.lines]
        return self.part

    def _open(self, label: str, lines: list[str]) -> None:
        self._count += 1
        self.part.drafts.append(Draft(self._count, 0, label, (self._heading,) if self._heading else (), lines))

    def _attach(self, line: str) -> None:
        """What an attachment says before (or without) sections of its own stands outside the numbering."""
        _sign_off(self.part)
        self._heading = line
        number = sum(1 for draft in self.part.drafts if not draft.article) + 1
        self.part.drafts.append(Draft(0, number, line[:20], (line,), []))

    def _is_title(self, line: str, following: list[str]) -> bool:
        """A short line without a stop just before a section numbered one: the title of what follows."""
        if len(line) > 40 or line.endswith(SENTENCE_END) or line[0] in "（(":
            return False
        for next_line in following:
            found = self._pattern.match(next_line)
            if found:
                return parse_number(found[1]) == 1
            if len(next_line) > 40:
                return False
        return False
