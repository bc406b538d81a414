"""One file to the versions printed in it, with everything they state.

Usually that is one version. An amending decision that prints the amended text
in full yields two: the decision, and the text under its own title.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path

from policy_kb.errors import UnreadableText
from policy_kb.ingest import facts
from policy_kb.ingest.formats import Sheet, open_file
from policy_kb.ingest.manifest import Entry
from policy_kb.ingest.source import Source, bare_title, read_source
from policy_kb.ingest.structure import Draft, Part, cut, cut_sections, paragraphs_of
from policy_kb.model import Clause, Paragraph, Version, clause_id_of
from policy_kb.text.normal import normalise

PARSER = "4"  # raise it when a change here or in ``policy_kb.extract`` must re-read files whose bytes did not change

_ISSUER_IN_TITLE = re.compile(r"([\u4e00-\u9fff、]{2,40}?(?:法院|检察院|局|部|委员会|总署|国务院|办公室))关于")
_LONGEST_LABEL = 24  # characters of a row's own number or code


@dataclass(frozen=True, slots=True)
class Reading:
    """A version as one file gives it, and what ``policy_kb.versions`` needs to place it among others.

    ``starts`` is the commencement the text itself states; ``amended_by`` names its last amendment
    (order or decision title) and ``repeals`` the titles it ends. ``official`` sources win over copies.
    """

    version: Version
    starts: date | None = None
    amended_by: tuple[str, ...] = ()
    repeals: tuple[str, ...] = ()
    ended: date | None = None
    replaced_by: str = ""
    repealed_undated: bool = False
    seen: date | None = None
    official: bool = False
    warnings: tuple[str, ...] = ()


@lru_cache(maxsize=8192)  # every binding asks for the same few hundred titles
def title_key(title: str) -> str:
    """Equal for titles that mean the same text: brackets, width, 《》 and a leading 中华人民共和国 do not count."""
    plain = re.sub(r"[\s《》〈〉<>()“”\"'·,，、:：]", "", normalise(bare_title(title)).lower())
    return plain.removeprefix("中华人民共和国") or plain


def document_id(title: str) -> str:
    """The id of all versions of one title."""
    return hashlib.sha1(title_key(title).encode(), usedforsecurity=False).hexdigest()[:10]


def content_hash(content: bytes, entry: Entry | None) -> str:
    """``<bytes>-<reading>``: the first part changes with the file, the second with its manifest entry and this parser."""
    reading = hashlib.sha256(repr(entry).encode() + PARSER.encode()).hexdigest()[:8]
    return f"{hashlib.sha256(content).hexdigest()[:24]}-{reading}"


def read_document(path: Path, entry: Entry | None = None) -> list[Reading]:
    """The versions printed in a file; UnreadableText when there is nothing to store."""
    opened, content = open_file(path)
    digest = content_hash(content, entry)
    if isinstance(opened, Sheet):
        return [_read_sheet(opened, path, entry, digest)]
    source = read_source(opened.characters, path.name)
    parts = cut(source.lines)
    if not any(part.drafts or part.attachments for part in parts):
        raise UnreadableText(f"{path.name}: nothing that could be a legal text was found; is this the right file?")
    first = _read_part(parts[0], source, entry, digest, opened.warnings)
    readings = [first]
    for part in parts[1:]:
        attached = _attached_source(part, source)
        if attached:
            readings.append(_read_part(part, attached, None, digest, ()))
    return _split_decision(readings, parts, source, entry, digest)


def _read_sheet(sheet: Sheet, path: Path, entry: Entry | None, digest: str) -> Reading:
    """A catalogue: its title and notes like those of any text, its rows as sections."""
    head = "\n".join([f"# {sheet.title}" if sheet.title else "", *sheet.notes])
    source = read_source(head, path.name)
    drafts = [
        Draft(
            number,
            0,
            (row.code or str(number))[:_LONGEST_LABEL],
            (row.sheet,) if row.sheet else (),
            [f"{column}：{value}" for column, value in row.cells],
            rows=True,
        )
        for number, row in enumerate(sheet.rows, 1)
    ]
    return _read_part(Part(preamble=source.lines, drafts=drafts), source, entry, digest, sheet.warnings)


def _attached_source(part: Part, whole: Source) -> Source | None:
    titles = [line for line in part.preamble if line[0] not in "（(" and not line.startswith("附件")]
    if not titles:
        return None
    meta = {name: value for name, value in whole.meta.items() if name in {"source_url", "source_date"}}
    return Source(title=bare_title("".join(titles)), meta=meta)


def _split_decision(
    readings: list[Reading], parts: list[Part], source: Source, entry: Entry | None, digest: str
) -> list[Reading]:
    """A decision in sections that prints the amended text after it: cut the sections off as a version of their own."""
    part = parts[0]
    if not part.by_article or not re.search(r"关于(?:修改|修正|废止).*决定$", source.title) or len(part.preamble) < 3:
        return readings
    place = next((n for n in range(len(part.preamble) - 1, 0, -1) if _is_history(part.preamble[n])), None)
    if place is None or place < 3:
        return readings
    own = Part(
        preamble=[part.preamble[place - 1], part.preamble[place]],
        drafts=part.drafts,
        by_article=True,
        missing=part.missing,
    )
    decision = cut_sections(part.preamble[: place - 1])
    attached = _attached_source(own, source)
    if attached is None or not decision.drafts:
        return readings
    # The collector counted and dated the text printed below the decision.
    own_entry = replace(entry, articles=-1, published=None, amended=None, in_force_from=None) if entry else None
    first = _read_part(decision, source, own_entry, digest, ())
    second = _read_part(own, attached, None, digest, ())
    return [first, second, *readings[1:]]


def _is_history(line: str) -> bool:
    return line[0] in "（(" and bool(facts.find_history([line]))


def _read_part(part: Part, source: Source, entry: Entry | None, digest: str, warnings: tuple[str, ...]) -> Reading:
    history_lines = facts.find_history(part.preamble) or facts.find_history(
        [source.meta.get("summary", "")] if source.meta.get("summary") else []
    )
    history = "　".join(dict.fromkeys(history_lines)) or (entry.history if entry else "")
    told = _Told(part, source, entry, history)
    version = told.version(digest)
    clauses = tuple(_clause(draft, version.id) for draft in _all_drafts(part))
    version = replace(version, clauses=clauses)
    notes = [*warnings, *told.complaints(version)]
    return Reading(
        version=version,
        starts=told.starts,
        amended_by=told.amended_by,
        repeals=tuple(facts.list_repeals(told.closing)),
        ended=entry.ended if entry else None,
        replaced_by=entry.replaced_by if entry else "",
        repealed_undated=bool(entry and entry.repealed_undated),
        seen=facts.read_date(source.meta.get("source_date", "")),
        official=".gov.cn" in source.meta.get("source_url", ""),
        warnings=tuple(notes),
    )


def _all_drafts(part: Part) -> list[Draft]:
    return [draft for draft in (*part.drafts, *part.attachments) if draft.lines]


def _clause(draft: Draft, version_id: str) -> Clause:
    if draft.rows:
        parts = tuple(Paragraph(number, line) for number, line in enumerate(draft.lines, 1))
    else:
        parts = paragraphs_of(draft.lines)
    text = "\n".join("\n".join((paragraph.text, *paragraph.items)) for paragraph in parts)
    return Clause(
        id=clause_id_of(version_id, draft.article, draft.sub), version_id=version_id, article=draft.article, sub=draft.sub, label=draft.label,
        text=text, headings=draft.headings, paragraphs=parts,
    )  # fmt: skip


class _Told:
    """What one text, its source and the manifest tell; the text first, then the source, then the manifest."""

    def __init__(self, part: Part, source: Source, entry: Entry | None, history: str) -> None:
        self.part, self.source, self.entry, self.history = part, source, entry, history
        self.events = facts.list_events(history)
        numbered = [draft for draft in part.drafts if draft.article]
        self.closing = "\n".join("\n".join(draft.lines) for draft in numbered[-3:])
        if not part.by_article:
            numbered = [] if any(draft.rows for draft in part.drafts) else part.drafts
            self.closing = "\n".join([*part.preamble, *("\n".join(draft.lines) for draft in numbered)])
        first = self.events[0] if self.events else None
        amendments = [event for event in self.events[1:] if event.amends]
        last = max(amendments, key=lambda event: event.day) if amendments else None
        # A revision adopted one day is often announced on a later one; the later day names the version.
        followed = [event.day for event in self.events if last and event.day > last.day and event.announces]
        self.amended = max([last.day, *followed]) if last else None
        self.amended_by = tuple(name for name in (last.order, last.decision) if name) if last else ()
        self.adopted = first.day if first and "通过" in first.what else None
        announced = next((event for event in self.events if event.announces and not event.amends), None)
        self.published = announced.day if announced else (first.day if first else None)
        self.published = self.published or facts.read_date(source.meta.get("published", ""))
        self.order = "；".join(dict.fromkeys(event.order for event in self.events if event.order))
        self.starts = self._starts()

    def _starts(self) -> date | None:
        announced = self.published or (self.entry.published if self.entry else None)
        stated = facts.find_effect(self.closing, announced) or facts.find_effect(self.history, announced)
        stated = stated or next((event.day for event in self.events if event.what in {"施行", "起施行", "实施"}), None)
        return (
            stated
            or facts.read_date(self.source.meta.get("in_force_from", ""))
            or (self.entry.in_force_from if self.entry else None)
        )

    @property
    def label(self) -> str:
        known = self.amended or self.published or self.starts
        if self.source.label:
            return self.source.label
        if known is None and self.entry:
            known = self.entry.amended or self.entry.published or self.entry.in_force_from
        return known.isoformat() if known else "undated"

    def version(self, digest: str) -> Version:
        entry, meta = self.entry or Entry(self.source.title), self.source.meta
        document = document_id(self.source.title)
        order = self.order or re.sub(r"\s+", " ", meta.get("document_number", "")) or self._order_in_preamble()
        return Version(
            id=f"{document}@{self.label}",
            document_id=document,
            title=self.source.title,
            label=self.label,
            kind=self._kind(order),
            issuer=self._issuer(order),
            document_number=order or entry.document_number,
            adopted=self.adopted,
            published=self.published or entry.published,
            amended=self.amended or facts.read_date(self.source.label) or entry.amended,
            in_force_from=self.starts,
            status_note=entry.status,
            incomplete=entry.incomplete,
            history=self.history,
            source_url=meta.get("source_url", "") or entry.source_url,
            content_hash=digest,
        )

    def _order_in_preamble(self) -> str:
        return next(
            (order for line in self.part.preamble[:12] if len(line) < 60 and (order := facts.find_order(line))), ""
        )

    def _issuer(self, order: str) -> str:
        named = self.source.meta.get("issuer", "") or next(
            (issuer for event in self.events if (issuer := facts.find_issuer(event.what))), ""
        )
        titled = _ISSUER_IN_TITLE.match(self.source.title)
        return (
            named
            or (titled[1] if titled and titled[1].startswith("最高人民") else "")
            or facts.find_issuer(order + "公布")
            or (titled[1] if titled else "")
            or (self.entry.issuer if self.entry else "")
        )

    def _kind(self, order: str) -> str:
        if self.entry and self.entry.kind in {"law", "regulation", "rule", "normative", "judicial"}:
            return self.entry.kind
        title, issuer = self.source.title, self._issuer(order)
        if issuer.startswith("最高人民"):
            return "judicial"
        if issuer.startswith("全国人民代表大会") or re.search(r"(?<!办)法$", title):
            return "law"
        if issuer.startswith("国务院") or "国务院令" in order or title.endswith("条例"):
            return "regulation"
        if "令" in order:
            return "rule"
        return "normative" if order else "other"

    def complaints(self, version: Version) -> list[str]:
        """What a curator should look at: gaps, missing dates, and where the manifest says otherwise."""
        found = []
        if self.part.missing:
            found.append(f"articles not found: {', '.join(str(n) for n in self.part.missing)}")
        if version.incomplete:
            found.append(f"the text is known to be cut: {version.incomplete}")
        if version.in_force_from is None:
            found.append("no day of commencement is stated")
        entry = self.entry
        if entry is None:
            return found
        count = sum(1 for draft in self.part.drafts if draft.article and self.part.by_article)
        for name, ours, theirs in (
            ("articles", count, entry.articles if entry.articles > 0 else count),
            ("document number", version.document_number, entry.document_number or version.document_number),
            ("publication", version.published, entry.published or version.published),
            (
                "last amendment",
                version.amended or version.published,
                entry.amended or version.amended or version.published,
            ),
            ("commencement", version.in_force_from, entry.in_force_from or version.in_force_from),
        ):
            if ours != theirs:
                found.append(f"{name}: the text has {ours}, the manifest {theirs}")
        return found
