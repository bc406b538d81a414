"""How a person names one wording of a text on a command line or in an address: by id, by label or by day."""

from datetime import date

from policy_kb.errors import UnknownDocument
from policy_kb.ingest import document_id
from policy_kb.model import Version
from policy_kb.timeline.library import Texts
from policy_kb.timeline.linking import tell_missing
from policy_kb.timeline.links import DocumentHistory


def find_named_version(base: Texts, name: str, today: date) -> Version:
    """The published version (without clauses) meant by ``name``, or UnknownDocument that lists what there is.

    ``name`` is a version id (``47969559aa@2024-12-06``), a title with a label (``医疗器械监督管理条例@2024-12-06``), a title
    with a day (``…@2024-05-01``: the wording in force on it; a label of that spelling comes first), or a bare title (today).
    """
    published = [version for version in base.list_versions() if version.release == "published"]
    by_id = next((version for version in published if version.id == name), None)
    if by_id is not None:
        return by_id
    title, _, which = name.partition("@")
    family = [version for version in published if version.document_id == document_id(title)]
    if not family:
        raise UnknownDocument(tell_missing(title, published))
    labelled = next((version for version in family if which and version.label == which), None)
    held = labelled or DocumentHistory("", title, tuple(family), ()).version_on(_day(which, today, family))
    if held is None:
        raise UnknownDocument(
            f"no wording of 《{family[0].title}》 was in force on {which or today}; {_listed(family)}"
        )
    return held


def _day(which: str, today: date, family: list[Version]) -> date:
    try:
        return date.fromisoformat(which) if which else today
    except ValueError:
        raise UnknownDocument(
            f"《{family[0].title}》 has no version {which!r} (nor is that a day like 2026-05-15); {_listed(family)}"
        ) from None


def _listed(family: list[Version]) -> str:
    return "there are " + ", ".join(
        f"{version.label} (in force from {version.in_force_from or 'an unknown day'})" for version in family
    )
