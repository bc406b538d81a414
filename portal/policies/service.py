"""What the pages show of the legal texts: search by words, the list of documents, one version clause by clause."""

from dataclasses import dataclass
from datetime import date

from policy_kb import Hit, Obligation, UnknownDocument, Version, clock
from portal.knowledge import policy_base
from portal.policies.reading import Reading, ShownClause


@dataclass(frozen=True, slots=True)
class ShownVersion:
    """A version with its clauses, its status today, and the other versions of the same document, oldest first."""

    version: Version
    status: str
    siblings: tuple[Version, ...]
    clauses: tuple[ShownClause, ...]
    duties: tuple[Obligation, ...]  # those with a deadline


def search(text: str, as_of: date | None, limit: int = 20) -> list[Hit]:
    """The best clauses in force on the day (today when None)."""
    return policy_base().search(text, as_of=as_of or clock.today(), limit=limit)


def list_documents(kind: str = "") -> list[Version]:
    """For each published document the version in force today (else the newest), by kind then title."""
    today = clock.today()
    chosen: dict[str, Version] = {}
    for version in policy_base().list_versions():
        if version.release != "published" or (kind and version.kind != kind):
            continue
        known = chosen.get(version.document_id)
        if known is None or (version.status_on(today) == "in_force") >= (known.status_on(today) == "in_force"):
            chosen[version.document_id] = version
    return sorted(chosen.values(), key=lambda version: (version.kind, version.title))


def get_version(version_id: str) -> ShownVersion:
    """One published version, or UnknownDocument."""
    version = policy_base().get_version(version_id)
    if version.release != "published":
        raise UnknownDocument(f"{version_id} is not published")
    siblings = tuple(
        other
        for other in policy_base().list_versions()
        if other.document_id == version.document_id and other.release == "published"
    )
    duties = tuple(each for each in version.findings.obligations if each.deadlines)
    clauses = Reading(version, policy_base()).show()
    return ShownVersion(version, version.status_on(clock.today()), siblings, clauses, duties)
