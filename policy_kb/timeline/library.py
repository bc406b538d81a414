"""The published texts of a base laid out for tracing who changed what: by document, by what they repeal, by act.

Made once a revision of the base, since an answer may ask for it many times.
"""

import re
import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from policy_kb.ingest import title_key
from policy_kb.ingest.facts import read_date
from policy_kb.model import Clause, Version
from policy_kb.versions import Statement, effect_key

DECISION = re.compile(r"(?:修改|修正|废止|宣布失效).*(?:决定|公告|通知)$")
TITLE = re.compile(r"《((?:[^《》]|《[^《》]*》)+)》")


class Texts(Protocol):
    """What linking needs of a policy base."""

    def list_versions(self) -> list[Version]: ...

    def get_version(self, version_id: str) -> Version: ...

    def statements(self) -> dict[str, Statement]: ...

    def revision(self) -> str: ...


def made_on(version: Version) -> date | None:
    """The day this wording was made: the one that names it, else its last amendment, publication or adoption."""
    return read_date(version.label) or version.amended or version.published or version.adopted


@dataclass(slots=True)
class Library:
    """The published versions of a base, by document, with their statements; clauses are read when needed."""

    base: Texts
    families: dict[str, list[Version]] = field(default_factory=dict)
    statements: Mapping[str, Statement] = field(default_factory=dict)
    repeals: dict[str, list[Version]] = field(default_factory=dict)

    @classmethod
    def of(cls, base: Texts) -> "Library":
        """That of the base's present revision; made once, since an answer may ask for it many times."""
        revision = base.revision()
        known = _libraries.get(base)
        if known is None or known[0] != revision:
            known = _libraries[base] = (revision, cls._read(base))
        return known[1]

    @classmethod
    def _read(cls, base: Texts) -> "Library":
        made = cls(weakref.proxy(base), statements=base.statements())
        for version in base.list_versions():
            if version.release == "published":
                made.families.setdefault(version.document_id, []).append(version)
        for family in made.families.values():
            family.sort(key=lambda version: (version.in_force_from or made_on(version) or date.min, version.label))
        made._index_repeals()
        return made

    def repealing(self, key: str) -> list[Version]:
        """Versions that declare the title ``key`` repealed; of a document's wordings that repeat it, the first."""
        return self.repeals.get(key, [])

    def _index_repeals(self) -> None:
        for family in self.families.values():
            seen: set[str] = set()
            for version in family:
                statement = self.statements.get(version.id)
                for key in dict.fromkeys(title_key(title) for title in (statement.repeals if statement else ())):
                    if key not in seen:
                        seen.add(key)
                        self.repeals.setdefault(key, []).append(version)

    def find_act(self, names: Sequence[str], day: date | None) -> Version | None:
        """The loaded decision or order meant by one of ``names`` (number or title) on ``day``."""
        wanted = {effect_key(name, day) for name in names if name}
        for family in self.families.values():
            for version in family:
                if not DECISION.search(version.title):
                    continue
                known = {effect_key(name, version.published) for name in (version.document_number, version.title)}
                if wanted & known:
                    return version
        return None

    def find_clause(self, version: Version, key: str, pattern: re.Pattern[str]) -> Clause | None:
        """The last clause of a version that names the title ``key``, first among those whose words fit ``pattern``."""
        whole = self.base.get_version(version.id)
        naming = [
            clause
            for clause in whole.clauses
            if any(title_key(title) == key for title in TITLE.findall(f"{' '.join(clause.headings)} {clause.text}"))
        ]
        return next((clause for clause in reversed(naming) if pattern.search(clause.text)), None) or (
            naming[-1] if naming else None
        )


_libraries: "weakref.WeakKeyDictionary[Texts, tuple[str, Library]]" = weakref.WeakKeyDictionary()
