"""What the pages show of the legal texts: search, the list of documents, one version clause by clause with its history,
and two versions side by side. The front door of the room."""

from dataclasses import dataclass
from datetime import date

from policy_kb import (
    Binding,
    DocumentHistory,
    Hit,
    Obligation,
    Transition,
    UnknownDocument,
    Version,
    VersionLink,
    clock,
    describe_transition,
    trace_document,
)
from portal.knowledge import policy_base
from portal.policies.marking import read_mark
from portal.policies.marking import write_mark as write_mark  # for the links of answers
from portal.policies.reading import Part, Reading, ShownClause, list_parts

RANKS = ("law", "regulation", "rule", "normative", "judicial", "other")  # the higher law first


@dataclass(frozen=True, slots=True)
class ShownLink:
    """A change of law as one line: ``titles`` are all the texts that one and the same clause put an end to."""

    link: VersionLink
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version with its clauses, its status today, its document's history, and the wordings before and after it.

    ``before`` and ``after`` (without clauses) are of this document or of one that it replaced or that replaced it; None
    when there is none or it is not loaded.
    """

    version: Version
    status: str
    history: DocumentHistory
    links: tuple[ShownLink, ...]
    before: Version | None
    after: Version | None
    clauses: tuple[ShownClause, ...]
    parts: tuple[Part, ...]
    duties: tuple[Obligation, ...]  # those with a deadline


def _gather(links: tuple[VersionLink, ...]) -> tuple[ShownLink, ...]:
    """Links told by the same words of the same act joined into one line, in order."""
    groups: dict[tuple[object, ...], list[VersionLink]] = {}
    for link in links:
        groups.setdefault((link.kind, link.by_version, link.by_label, link.decided, link.told), []).append(link)
    return tuple(
        ShownLink(group[0], tuple(dict.fromkeys(each.earlier_title for each in group))) for group in groups.values()
    )


def search(text: str, as_of: date | None, limit: int = 20) -> list[Hit]:
    """The best clauses in force on the day (today when None)."""
    return policy_base().search(text, as_of=as_of or clock.today(), limit=limit)


def list_documents(kind: str = "") -> list[Version]:
    """For each published document the version in force today (else the newest), by rank of law then title."""
    today = clock.today()
    chosen: dict[str, Version] = {}
    for version in policy_base().list_versions():
        if version.release != "published" or (kind and version.kind != kind):
            continue
        known = chosen.get(version.document_id)
        if known is None or (version.status_on(today) == "in_force") >= (known.status_on(today) == "in_force"):
            chosen[version.document_id] = version
    return sorted(chosen.values(), key=lambda version: (RANKS.index(version.kind), version.title))


def get_version(version_id: str, mark: str = "") -> ShownVersion:
    """One published version, or UnknownDocument. ``mark`` is what a link says of the sentence to mark (``marking``)."""
    version = policy_base().get_version(version_id)
    if version.release != "published":
        raise UnknownDocument(f"{version_id} is not published")
    history = trace_document(policy_base(), version.title)
    place = next(n for n, other in enumerate(history.versions) if other.id == version.id)
    before = history.versions[place - 1] if place else _find(_other_end(history.links, later=version_id))
    last = place + 1 == len(history.versions)
    after = _find(_other_end(history.links, earlier=version_id)) if last else history.versions[place + 1]
    clauses = Reading(version, policy_base(), read_mark(mark)).show()
    return ShownVersion(
        version,
        version.status_on(clock.today()),
        history,
        _gather(history.links),
        before,
        after,
        clauses,
        list_parts(clauses),
        tuple(each for each in version.findings.obligations if each.deadlines),
    )


def _other_end(links: tuple[VersionLink, ...], *, later: str = "", earlier: str = "") -> str:
    """The version that another document's replacement links with this one, "" when none does."""
    if later:
        return next(
            (link.earlier for link in links if link.kind == "replaced" and link.later == later and link.earlier), ""
        )
    return next((link.later for link in links if link.kind == "replaced" and link.earlier == earlier), "")


def _find(version_id: str) -> Version | None:
    return next((v for v in policy_base().list_versions() if v.id == version_id and v.release == "published"), None)


def find_version_on(version_id: str, day: date) -> Version | None:
    """The wording of the same document in force on a day, None when none was; UnknownDocument for an unknown id."""
    return get_version(version_id).history.version_on(day)


def compare(old_id: str, new_id: str, bindings: list[Binding] | None = None) -> Transition:
    """Two published versions clause by clause, or UnknownDocument. ``bindings`` are what is looked for in what changed."""
    versions = [_find(version_id) for version_id in (old_id, new_id)]
    old, new = versions
    if old is None or new is None:
        raise UnknownDocument(f"there is no published version {old_id if old is None else new_id!r}")
    return describe_transition(policy_base(), old, new, bindings or [])
