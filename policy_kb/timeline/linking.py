"""Which text amended, replaced or repealed which, told by the texts themselves.

Three sources, in this order of trust: a clause that says so (a repeal clause, a section of an amending decision), the
history line under a title (根据…第二次修订), and what the collector noted in the manifest. Links are worked out when asked
for, from what is stored, so a text loaded later completes them.
"""

from collections.abc import Iterable, Sequence
from datetime import date

from policy_kb.errors import UnknownDocument
from policy_kb.ingest import document_id, title_key
from policy_kb.model import Version
from policy_kb.timeline.amending import list_amendments
from policy_kb.timeline.ending import begins, list_ends, list_starts
from policy_kb.timeline.library import DECISION, Library, Texts
from policy_kb.timeline.links import DocumentHistory, VersionLink


def trace_document(base: Texts, title: str) -> DocumentHistory:
    """The history of a title (brackets, width and 中华人民共和国 do not matter); UnknownDocument names near titles."""
    library = Library.of(base)
    wanted = document_id(title)
    family = library.families.get(wanted)
    if family is None:
        raise UnknownDocument(tell_missing(title, [v for versions in library.families.values() for v in versions]))
    links = [*list_amendments(library, family), *list_ends(library, family), *list_starts(library, family)]
    kept = _without_repetition(links)
    return DocumentHistory(wanted, family[-1].title, tuple(family), tuple(sorted(kept, key=_day)))


def tell_missing(title: str, versions: Iterable[Version]) -> str:
    """One line that says a title is not loaded and which titles are near it."""
    wanted = title_key(title)
    near = sorted({version.title for version in versions if wanted and wanted in title_key(version.title)})
    told = f"; there are {'、'.join(f'《{each}》' for each in near[:5])}" if near else ""
    return f"no text called 《{title}》 is loaded{told}"


def find_successor(base: Texts, version: Version, day: date) -> Version | None:
    """The version (without clauses) that governs the same matter on ``day``: of the same document, else of the one that
    replaced it, and so on; None when nothing took over, or what did is not loaded."""
    library, seen = Library.of(base), {version.document_id}
    while True:
        family = library.families.get(version.document_id, [])
        held = DocumentHistory(version.document_id, version.title, tuple(family), ()).version_on(day)
        if held is not None:
            return held
        heirs = [act for act in _heirs(library, version) if act.document_id not in seen]
        if not heirs:
            return None
        version = heirs[0]
        seen.add(version.document_id)


def _heirs(library: Library, version: Version) -> list[Version]:
    """The texts that replaced a document, from those that say so, else as the collector noted."""
    saying = [act for act in library.repealing(title_key(version.title)) if not DECISION.search(act.title)]
    later = [act for act in saying if (begins(library, act) or date.min) >= (version.in_force_to or date.max)]
    if later:
        return sorted(later, key=lambda act: begins(library, act) or date.max)
    statement = library.statements.get(version.id)
    return library.families.get(document_id(statement.replaced_by), []) if statement and statement.replaced_by else []


def _day(link: VersionLink) -> tuple[date, date]:
    decided = link.decided or link.effective or date.min
    return decided, link.effective or decided


def _without_repetition(links: Sequence[VersionLink]) -> list[VersionLink]:
    """A link told twice (by both its ends) once."""
    kept: dict[tuple[str, str, str, date | None], VersionLink] = {}
    for link in links:
        kept.setdefault((link.kind, title_key(link.earlier_title), link.by_title, link.decided), link)
    return list(kept.values())
