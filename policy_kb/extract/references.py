"""Words that point at a place: 依照本法第二十条, 《某条例》第三十条第二款和第三十一条, 前款, 第五条至第九条.

A place without a title belongs to the title named just before it in the same list, else to this text; in a decision that
changes another text, to that one.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from spacy.tokens import Doc, Token

from policy_kb.extract.reading import PLACE, RELATIVE, TITLE, Unit, marks
from policy_kb.model import Address, Reference
from policy_kb.text.numerals import NUMERAL, parse_number

_PARTS = re.compile(
    rf"(?:第({NUMERAL})条(?:之({NUMERAL}))?)?(?:第({NUMERAL})款)?(?:第?[（(]?({NUMERAL})[)）]?项)?(?:第?[（(]?({NUMERAL})[)）]?目)?"
)
_BETWEEN = {"、", "和", "及", "以及", "或", "或者", "与", "至", "到", "，", "的"}
# A law named without 《》 just before its article (刑法第一百四十二条).
_UNQUOTED = re.compile(r"^(?!本|该|依|办法|方法|合法|非法|执法|司法|同法|此|原)[\u4e00-\u9fff]*(?:法|法典|条例)$")
_RANGE = {"至", "到"}
_BACK = {"前": 1, "前两": 2, "前二": 2, "前三": 3}


@dataclass(frozen=True, slots=True)
class Texts:
    """What a reference can mean: this text's id, how a title becomes an id, and the text that bare places belong to."""

    own: str
    identify: Callable[[str], str]
    bare_title: str = ""

    def id_of(self, title: str) -> str:
        return self.identify(title) if title else self.own


@dataclass(slots=True)
class _Run:
    """One reference under way: tokens from ``first`` to ``end`` (exclusive)."""

    title: str
    first: Token
    end: int
    targets: list[Address] = field(default_factory=list)
    last: bool = False


def list_references(unit: Unit, doc: Doc, texts: Texts) -> list[Reference]:
    """The references in one 款 or 项, in order; 《》 that name no law (a form, a certificate) are kept as titles too."""
    runs: list[_Run] = []
    this = {span.end: span.start for span in marks(doc, "THIS")}
    for token in doc:
        if token.tag_ == TITLE:
            runs.append(_Run(token.text[1:-1], token, token.i + 1))
        elif token.tag_ in {PLACE, RELATIVE}:
            _take_place(token, runs, doc, this, unit.at, texts)
    return [_made(run, doc, unit, texts) for run in runs if run.targets or _is_law(run.title)]


def _take_place(token: Token, runs: list[_Run], doc: Doc, this: dict[int, int], at: Address, texts: Texts) -> None:
    run = runs[-1] if runs else None
    between = doc[run.end : token.i].text if run else ""
    follows = run is not None and token.tag_ == PLACE and _joins(between, bool(run.targets))
    target = _resolve(token, run.targets[-1] if follows and run and run.targets else None, at)
    if target is None:
        return
    if follows and run:
        run.last = between in _RANGE and len(run.targets) == 1
        run.targets.append(target)
        run.end = token.i + 1
        return
    runs.append(_Run(*_text_meant(token, doc, this, texts), token.i + 1, [target]))


def _text_meant(token: Token, doc: Doc, this: dict[int, int], texts: Texts) -> tuple[str, Token]:
    """The title a place belongs to ("" for this text) and the token its reference begins at."""
    if token.i in this:
        first = doc[this[token.i]]
        changed = texts.bare_title if doc[first.i : token.i].text != "本决定" else ""
        return changed, first
    before = doc[token.i - 1] if token.i else None
    if token.tag_ == PLACE and before is not None and _UNQUOTED.search(before.text):
        return before.text, before
    whole = token.tag_ == PLACE and "条" in token.text
    return (texts.bare_title if whole else ""), token


def _joins(between: str, listed: bool) -> bool:
    """Whether a place continues the list (or follows its title at once, or behind 的 and a bracketed number)."""
    if not listed:
        return between == "" or bool(re.fullmatch(r"[（(][^（）()]{0,40}[)）]|的|中|中的", between))
    return between in _BETWEEN


def _resolve(token: Token, before: Address | None, at: Address) -> Address | None:
    """The place a token means, seen from ``at`` and from the place named ``before`` it in the same list."""
    if token.tag_ == RELATIVE:
        return _relative(token.text, at)
    found = _PARTS.fullmatch(token.text)
    if found is None:
        return None
    article, sub, paragraph, item, point = (parse_number(part) or 0 if part else 0 for part in found.groups())
    near = before or at
    if article:
        return Address(article, sub, paragraph, item, point)
    if paragraph:
        return replace(near, paragraph=paragraph, item=item, point=point)
    return replace(near, item=item, point=point)


def _relative(text: str, at: Address) -> Address | None:
    head = re.match(r"(本|前[两二三]?)(条|款|项)", text)
    if head is None:
        return None
    back, level = _BACK.get(head[1], 0), head[2]
    below = _PARTS.fullmatch(text[head.end() :])
    if level == "条":
        near = Address(at.article - back, 0 if back else at.sub) if at.article > back else None
    elif level == "款":
        near = replace(at, paragraph=at.paragraph - back, item=0, point=0) if at.paragraph > back else None
    else:
        near = replace(at, item=at.item - back, point=0) if at.item > back else None
    if near is None or below is None:
        return None
    paragraph, item, point = (parse_number(part) or 0 if part else 0 for part in below.groups()[2:])
    return replace(near, paragraph=paragraph or near.paragraph, item=item or near.item, point=point)


def _is_law(title: str) -> bool:
    """Titles of law end so; 《医疗器械经营许可证》 is a paper and nothing to look up."""
    bare = re.sub(r"[（(][^（）()]*[)）]$", "", title)
    return bool(
        re.search(
            r"(?:法|条例|办法|规定|细则|规范|规则|解释|决定|通知|公告|通告|意见|目录|标准|程序|制度|指南|典|指导原则|公约|批复)$",
            bare,
        )
    )


def _made(run: _Run, doc: Doc, unit: Unit, texts: Texts) -> Reference:
    words = doc[run.first.i : run.end]
    return Reference(
        at=unit.at,
        start=words.start_char,
        quote=words.text,
        document_id=texts.id_of(run.title),
        title=run.title,
        targets=tuple(run.targets),
        last=run.last,
    )
