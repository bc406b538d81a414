"""A change of law as told between two wordings, and all that is known of one document in time."""

from dataclasses import dataclass
from datetime import date

from policy_kb.model import Version

AMENDED, REPLACED, REPEALED = "amended", "replaced", "repealed"


@dataclass(frozen=True, slots=True)
class VersionLink:
    """One change of law: ``earlier`` gave way to ``later``.

    ``kind`` is amended (same title, new wording), replaced (another text, or the same title issued anew, takes over) or
    repealed (nothing takes over). ``earlier`` and ``later`` are version ids, "" when that wording is not loaded or there is
    none. ``decided`` is the day of the act that did it, ``effective`` the first day it counts; None when no text tells.
    ``by_*`` name the act: title or number as printed, its version and the clause (id and label) that says so, "" when not
    loaded. ``told`` are the text's own words, ``source`` where they stand: clause, history or manifest.
    """

    kind: str
    earlier_title: str
    later_title: str = ""
    earlier: str = ""
    later: str = ""
    decided: date | None = None
    effective: date | None = None
    by_title: str = ""
    by_version: str = ""
    by_clause: str = ""
    by_label: str = ""
    told: str = ""
    source: str = "clause"


@dataclass(frozen=True, slots=True)
class DocumentHistory:
    """Everything known of one document in time: its loaded ``versions``, oldest first, and its ``links``, in order of their day."""

    document_id: str
    title: str
    versions: tuple[Version, ...]
    links: tuple[VersionLink, ...]

    def version_on(self, day: date) -> Version | None:
        """The version in force on a day; one of unknown beginning counts only when no dated one applies."""
        held = [version for version in self.versions if version.status_on(day) in {"in_force", "unknown"}]
        return max(held, key=lambda version: version.in_force_from or date.min, default=None)
