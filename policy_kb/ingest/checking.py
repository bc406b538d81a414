"""What was read, held against the files themselves and against what their collector noted.

Articles are counted again from the bare lines, by nothing but the continuity of their numbers. Where issuer, number or a
date differs from the manifest, the file is asked which of the two it prints.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policy_kb.ingest import facts
from policy_kb.ingest.document import Reading, read_document
from policy_kb.ingest.formats import Sheet, open_file
from policy_kb.ingest.manifest import Entry, Manifest
from policy_kb.text.numerals import NUMERAL, parse_number

FIELDS = ("issuer", "document_number", "published", "amended", "in_force_from")
GOAL = {"articles": 0.99, "issuer": 0.98, "document_number": 0.98, "dates": 0.98}  # issue 4
_OPENING = re.compile(rf"^[\s#>*　]*第\s*({NUMERAL})\s*条(?![第、和至款])")
_QUOTED = re.compile(r"^[\s#>*　]*[“\"]")
_PLACEHOLDER = re.compile(r"等(?:（.*）)?$")  # the collector did not know: 原国家食品药品监督管理总局等（总局组建前）


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one text. ``verdict``: ``manifest_wrong`` (the file prints ours and not theirs, or ours whole and theirs in
    part), ``amender`` (theirs is who amended it later, ours who made it), ``reader_wrong`` (the file prints theirs and not
    ours), ``open`` (it prints both or neither)."""

    title: str
    field: str
    ours: str
    theirs: str
    verdict: str


@dataclass(frozen=True, slots=True)
class Checked:
    """One file: articles read, articles counted from its bare lines, articles the manifest has (-1: none noted)."""

    title: str
    read: int
    counted: int
    noted: int
    agreed: tuple[str, ...]
    differences: tuple[Difference, ...]


def check_file(path: Path, manifest: Manifest) -> Checked:
    """Read a file without help of the manifest, and compare; UnreadableText when it cannot be read."""
    opened, _ = open_file(path)
    raw = "" if isinstance(opened, Sheet) else opened.characters
    reading, entry = _reading_of(path, manifest)
    articles = count_read(reading)
    counted = count_articles(raw)
    noted = entry.articles if entry else -1
    agreed: list[str] = []
    differences: list[Difference] = []
    for field, ours, theirs in _compared(reading, entry) if entry else ():
        if _same(field, ours, theirs):
            agreed.append(field)
        elif ours or _prints(raw, field, theirs):
            differences.append(
                Difference(reading.version.title, field, ours, theirs, _verdict(raw, field, ours, theirs))
            )
    return Checked(reading.version.title, articles, counted, noted, tuple(agreed), tuple(differences))


def _reading_of(path: Path, manifest: Manifest) -> tuple[Reading, Entry | None]:
    """The text of a file that its collector noted: of a decision that prints the amended text too, that text."""
    readings = read_document(path, None)
    return max(readings, key=lambda each: count_read(each) > 0) if not count_read(readings[0]) else readings[
        0
    ], manifest.find(path)


def count_read(reading: Reading) -> int:
    """The articles 条 of a reading, without 之一 and without sections numbered otherwise."""
    return sum(
        1 for clause in reading.version.clauses if clause.article and not clause.sub and clause.label[:1] == "第"
    )


def count_articles(raw: str) -> int:
    """How many articles follow each other from 第一条 on at the beginning of lines, outside quotation marks."""
    expected = 1
    for line in raw.split("\n"):
        found = None if _QUOTED.match(line) else _OPENING.match(line)
        if found and parse_number(found[1]) == expected:
            expected += 1
    return expected - 1


def _compared(reading: Reading, entry: Entry) -> Iterator[tuple[str, str, str]]:
    """(field, ours, theirs) for all that the manifest notes."""
    version = reading.version
    ours = {
        "issuer": version.issuer,
        "document_number": version.document_number,
        "published": _shown(version.published),
        "amended": _shown(version.amended or version.published),
        "in_force_from": _shown(version.in_force_from),
    }
    theirs = {
        "issuer": "" if _PLACEHOLDER.search(entry.issuer) else entry.issuer,
        "document_number": entry.document_number,
        "published": _shown(entry.published),
        "amended": _shown(entry.amended),
        "in_force_from": _shown(entry.in_force_from),
    }
    for field in FIELDS:
        if theirs[field]:
            yield field, ours[field], theirs[field]


def _shown(day: date | None) -> str:
    return day.isoformat() if day else ""


def _same(field: str, ours: str, theirs: str) -> bool:
    if field == "issuer":  # 全国人民代表大会（常务委员会） and 最高人民法院/最高人民检察院 leave open which
        bare = re.sub(r"[（(].*[)）]", "", theirs)
        named = set(re.split(r"[、,，]", ours)) if ours else set()
        return bool(named) and (
            ours.startswith(bare) if bare != theirs else named <= set(re.split(r"[/、,，]", theirs))
        )
    return _bare(ours) == _bare(theirs)


def _verdict(raw: str, field: str, ours: str, theirs: str) -> str:
    if not ours:
        return "reader_wrong"
    printed, other = _prints(raw, field, ours), _prints(raw, field, theirs)
    if printed != other:
        return "manifest_wrong" if printed else "reader_wrong"
    if field in {"issuer", "document_number"}:
        return _verdict_on_words(raw, field, _bare(ours), _bare(theirs))
    return "manifest_wrong" if _announced(raw, ours) and not _announced(raw, theirs) else "open"


def _verdict_on_words(raw: str, field: str, ours: str, theirs: str) -> str:
    """Of two values printed: theirs a part of ours, or torn out of the line at the wrong place, or a later step's."""
    parts = set(re.split("[；、,，]", theirs))
    if all(part in ours for part in parts) or re.match(r"[月日\d]", re.split("[；]", theirs)[-1]):
        return "manifest_wrong"
    amended = rf"{re.escape(theirs)}令?(?:第\d+号令?)?(?:第.{{1,4}}次)?修[订正]|{re.escape(theirs)}第\d+次常务会议修订"
    plain = re.sub(r"\s", "", raw)
    return "amender" if field == "issuer" and re.search(amended, plain) else "open"


def _bare(value: str) -> str:
    return re.sub(r"\s|中华人民共和国", "", value)


def _announced(raw: str, day: str) -> bool:
    """Whether the file prints the day as one of announcement (2007年5月29日…令第499号公布)."""
    return any(event.announces for event in facts.list_events(raw.replace("\n", "；")) if event.day.isoformat() == day)


def _prints(raw: str, field: str, value: str) -> bool:
    """Whether the file states a value anywhere outside the crawl's own lines; a body must be said to have made something."""
    text = re.sub(r"^[-*] .*?(?:日期|来源|链接).*$", "", raw, flags=re.M)
    if field not in {"issuer", "document_number"}:
        return date.fromisoformat(value) in {facts.read_date(found[0]) for found in facts.DATE.finditer(text)}
    plain, bare = _bare(text), _bare(re.sub(r"[（(].*[)）]", "", value))
    if field == "issuer":
        made = r"(?:[、,，][^，。]{2,20})?(?:令|第?\d+号|第\d+次|公布|发布|批准|公告|印发|关于)"
        return all(
            re.search(rf"{re.escape(part)}{made}|(?:机关|局长)：{re.escape(part)}", plain) for part in _parts(bare)
        )
    return all(_told(part, plain) for part in _parts(bare))


def _parts(value: str) -> list[str]:
    return [part for part in re.split("[；、,，/]", value) if part]


def _told(part: str, plain: str) -> bool:
    number = re.search(r"(.*?)令?第?(\d+)号", part)
    return part in plain or bool(number and number[1] in plain and re.search(rf"第?{number[2]}号", plain))


def rate(checked: list[Checked], *, strict: bool = False) -> dict[str, float]:
    """The share that is right: articles (read against counted), and each field that file and manifest have.

    ``strict`` counts only what equals the manifest.
    """
    expected = sum(each.counted for each in checked)
    missed = sum(abs(each.counted - each.read) for each in checked)
    rates = {"articles": 1 - missed / expected if expected else 1.0}
    right: Counter[str] = Counter()
    compared: Counter[str] = Counter()
    for each in checked:
        right.update(map(_group, each.agreed))
        compared.update(map(_group, each.agreed))
        for difference in each.differences:
            right[_group(difference.field)] += not strict and difference.verdict in {"manifest_wrong", "amender"}
            compared[_group(difference.field)] += 1
    return rates | {group: right[group] / compared[group] for group in compared}


def _group(field: str) -> str:
    return field if field in GOAL else "dates"
