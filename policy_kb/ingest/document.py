"""One file to the versions printed in it, with everything they state.

Usually that is one version. An amending decision that prints the amended text
in full yields two: the decision, and the text under its own title.
"""

import hashlib
import re
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from policy_kb.errors import UnreadableText
from policy_kb.ingest import facts
from policy_kb.ingest.formats import Sheet, open_file
from policy_kb.ingest.manifest import Entry
from policy_kb.ingest.paragraphs import paragraphs_of
from policy_kb.ingest.source import Source, bare_title, read_source
from policy_kb.ingest.structure import Draft, Part, cut, cut_sections
from policy_kb.ingest.telling import Told
from policy_kb.model import Clause, Paragraph, Version, clause_id_of

PARSER = "4"  # raise it when a change here or in ``policy_kb.extract`` must re-read files whose bytes did not change

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
    told = Told(part, source, entry, history)
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
