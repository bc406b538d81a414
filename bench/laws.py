"""Real and altered law for measurements: as many clauses as are wanted, the same ones every time.

The reference folder's scale set is read first, each text once, as the wording in force. When that is not enough the
same texts come again as earlier wordings, one year older a round, with a tenth of their clauses altered, so that the
base grows as a real one does: by versions of documents it already holds.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from policy_kb import Clause, Paragraph, Version
from policy_kb.text import parse_article

_ARTICLE = re.compile(r"^第[零〇一二三四五六七八九十百千]+条(?:之[一二三四五六七八九十]+)?(?=[\s　])", re.MULTILINE)
_HEADING = re.compile(r"^#+\s*.*$", re.MULTILINE)
_LONGEST = 100  # clauses of a text without articles, cut by its paragraphs
NOW = date(2020, 1, 1)  # the newest wording of each text begins here; earlier rounds end where the next begins


@dataclass(frozen=True, slots=True)
class Law:
    """One text of the set: its title and its clauses as (label, text)."""

    title: str
    clauses: tuple[tuple[str, str], ...]


def read_laws(folder: Path) -> Iterator[Law]:
    """The texts of every ``*.jsonl.gz`` in ``folder``, each title once, in the order of the files."""
    seen: set[str] = set()
    for path in sorted(folder.glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                record = json.loads(line)
                clauses = _cut(record["text"])
                if record["title"] not in seen and clauses:
                    seen.add(record["title"])
                    yield Law(record["title"], clauses)


def make_versions(laws: list[Law], clauses: int, *, skip_rounds: int = 0) -> Iterator[Version]:
    """Versions until ``clauses`` clauses are made, round by round; ValueError when there is nothing to make them of."""
    if not laws:
        raise ValueError("there are no texts to make versions of")
    made, age = 0, skip_rounds
    while made < clauses:
        for law in laws:
            version = _make_version(law, age, clauses - made)
            made += len(version.clauses)
            yield version
            if made >= clauses:
                return
        age += 1


def _cut(text: str) -> tuple[tuple[str, str], ...]:
    body = _HEADING.sub("", text.split("<!-- INFO END -->")[-1])
    marks = list(_ARTICLE.finditer(body))
    if not marks:
        parts = [part.strip() for part in body.split("\n\n") if part.strip()]
        return tuple((f"{number}、", part) for number, part in enumerate(parts[:_LONGEST], 1))
    ends = [mark.start() for mark in marks[1:]] + [len(body)]
    return tuple((mark.group(), body[mark.end() : end].strip()) for mark, end in zip(marks, ends, strict=True))


def _make_version(law: Law, age: int, most: int) -> Version:
    document = hashlib.sha1(law.title.encode(), usedforsecurity=False).hexdigest()[:10]
    year = NOW.year - age
    version_id = f"{document}@{year}-01-01"
    return Version(
        id=version_id,
        document_id=document,
        title=law.title,
        label=f"{year}-01-01",
        kind="other",
        in_force_from=date(year, 1, 1),
        in_force_to=date(year + 1, 1, 1) if age else None,
        content_hash=f"{document}{age}",
        clauses=tuple(
            _make_clause(version_id, number, label, _alter(text, number, age))
            for number, (label, text) in enumerate(law.clauses[:most], 1)
        ),
    )


def _make_clause(version_id: str, number: int, label: str, text: str) -> Clause:
    parts = [part for part in text.split("\n") if part.strip()] or [label]
    article = parse_article(label)
    return Clause(
        f"{version_id}:{number}",
        version_id,
        article[0] if article else number,
        label,
        "\n".join(parts),
        sub=article[1] if article else 0,
        paragraphs=tuple(Paragraph(place, part) for place, part in enumerate(parts, 1)),
    )


def _alter(text: str, number: int, age: int) -> str:
    """Every tenth clause of an earlier wording read otherwise; which ones changes from round to round."""
    if not age or (number + age) % 10:
        return text
    return text.replace("应当", "必须") + f"本条自{NOW.year - age}年起试行。"
