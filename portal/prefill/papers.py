"""What the text of a licence or business licence says, by its headings: values for suggestions, each with its place.

Nothing here fills a field: what a person sent is grade D, checked like any other value, and offered.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import yaml

from policy_kb import clock
from portal.prefill.facts import Fact, Stand
from portal.prefill.keeping import find_last, keep_facts
from portal.prefill.paper_lines import Line
from portal.vocabulary import ABOUT_OF, CONCEPTS, FILE_SOURCE, KINDS, is_private

LONGEST = 400
# Look-ups of sources count from 1; all files of a draft stand beside them and each other.
BATCH = 0
ABOUT = ("party", "licence", "product")
# Values that go on over several lines of a narrow paper.
LONG = (
    "org.business_scope",
    "org.domicile",
    "licence.scope",
    "licence.premises",
    "licence.sites",
    "product.intended_use",
)
# What a production licence says of its holder, as an application says it of the company that makes the product.
PRODUCTION = ("cosmetics_licence", "device_production_licence", "drug_production_licence")
MAKER_LICENCE = "product.maker_licence"
MAKER = {
    "org.name": "product.maker_name",
    "org.uscc": "product.maker_uscc",
    "licence.number": MAKER_LICENCE,
    "licence.site": "product.maker_address",
    "licence.sites": "product.maker_address",
    "licence.premises": "product.maker_address",
    "licence.valid_to": "product.maker_licence_valid_to",
}
DATE = re.compile(r"(\d{4})\s*[年\-./]\s*(\d{1,2})\s*[月\-./]\s*(\d{1,2})\s*日?")


@dataclass(frozen=True, slots=True)
class Said:
    """One value as the paper writes it (a day as ISO), and the line it was read from."""

    concept: str
    value: str
    line: Line


@dataclass(frozen=True, slots=True)
class Paper:
    """``about``: party (a business licence), licence, product; ``kind`` is the kind of record it looks like, or ""."""

    about: str
    kind: str
    said: tuple[Said, ...]

    def list_values(self, concept: str) -> list[str]:
        return [one.value for one in self.said if one.concept == concept]


@lru_cache(maxsize=4)
def _headings(about: str) -> dict[str, str]:
    """Heading → concept, for what such a paper may say; identity numbers and private contacts are never read."""
    names = {
        word: name for name, one in CONCEPTS.items() for word in one.zh if ABOUT_OF[name.partition(".")[0]] in ABOUT
    }
    own = yaml.safe_load((Path(__file__).parent / "papers.yml").read_text(encoding="utf-8"))
    return {word: name for word, name in (names | own[about]).items() if not is_private(name)}


@lru_cache(maxsize=4)
def _patterns(about: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Headings anywhere in a line, before a colon, a gap or its end; a heading at its beginning, before a blank."""
    words = sorted(_headings(about), key=len, reverse=True)
    names = "|".join(r"\s*".join(map(re.escape, word)) for word in words)
    return (
        re.compile(rf"(?<![\u4e00-\u9fff])({names})(?:\s*[:：]\s*|\s{{2,}}|\s*$)"),
        re.compile(rf"^\s*({names})\s+"),
    )


def read_paper(lines: Iterable[Line]) -> Paper:
    """Everything the lines say under a known heading."""
    lines = list(lines)
    about, kind = _recognise(lines)
    said: list[Said] = []
    open_concept = ""  # a heading whose value, or the rest of it, stands on the next line
    for line in lines:
        parts = _split(line.text, about)
        if not parts:
            if open_concept:
                _continue(said, open_concept, line)
                open_concept = open_concept if open_concept in LONG else ""
            continue
        for concept, value in parts:
            open_concept = concept if not value or concept in LONG else ""
            if value:
                said.append(Said(concept, value[:LONGEST], line))
    return Paper(about, kind, tuple(_tidy(one) for one in said))


def _recognise(lines: list[Line]) -> tuple[str, str]:
    """What the paper is about, by the first name of a kind of paper in it; else a business licence."""
    names = sorted(
        ((name, key) for key, kind in KINDS.items() if kind.grade == "A" for name in (kind.label["zh"], *kind.names)),
        key=lambda pair: len(pair[0]),
        reverse=True,
    )
    for line in lines:
        text = "".join(line.text.split())
        found = next((key for name, key in names if name in text), "")
        if found and KINDS[found].about in ABOUT:
            return KINDS[found].about, found
    return "party", ""


def _split(text: str, about: str) -> list[tuple[str, str]]:
    """(concept, value) of each heading in a line; the value is "" when the line ends with the heading."""
    headings = _headings(about)
    with_colon, at_start = _patterns(about)
    found = list(with_colon.finditer(text))
    if not found:
        first = at_start.match(text)
        if first is None:
            return []
        found = [first]
    ends = [one.start() for one in found[1:]] + [len(text)]
    return [
        (headings["".join(one[1].split())], text[one.end() : end].strip()) for one, end in zip(found, ends, strict=True)
    ]


def _continue(said: list[Said], concept: str, line: Line) -> None:
    if said and said[-1].concept == concept and concept in LONG:
        last = said[-1]
        said[-1] = Said(concept, f"{last.value}{line.text}"[:LONGEST], last.line)
    else:
        said.append(Said(concept, line.text[:LONGEST], line))


def _tidy(one: Said) -> Said:
    """A day as ISO, of a term its last."""
    if one.concept.endswith(("_on", "_to", "_from")) and (days := DATE.findall(one.value)):
        year, month, day = days[-1]
        return Said(one.concept, f"{year}-{int(month):02}-{int(day):02}", one.line)
    return one


def read_as_maker(paper: Paper, *, own: bool) -> Paper:
    """A production licence as what it says of the maker of a product; of the party's ``own`` also what it says of the party."""
    said = [replace(one, concept=MAKER[one.concept]) for one in paper.said if one.concept in MAKER]
    kept = [one for one in paper.said if own and one.concept.startswith("org.")]
    return Paper("product", paper.kind, (*kept, *said))


def keep_paper(draft_id: str, party_code: str, name: str, paper: Paper) -> list[Fact]:
    """Keep what a paper says as facts of one draft, grade D; the caller commits."""
    now, numbers = clock.now(), {about: paper.list_values(f"{about}.number") for about in ("licence", "product")}
    facts = []
    for one in paper.said:
        about = ABOUT_OF[one.concept.partition(".")[0]]
        number = next(iter(numbers.get(about, ())), "")
        subject = f"party:{party_code}" if about == "party" else f"{about}:{number or 'paper'}"
        stand = Stand("upload", number=name[:80], place=f"{one.line.page}:{one.line.number}")
        facts.append(
            Fact(party_code, FILE_SOURCE, "D", subject, one.concept, one.value, now.date(), now, stand, batch=BATCH)
        )
    return keep_facts(facts, draft_id, find_last(draft_id)[1])
