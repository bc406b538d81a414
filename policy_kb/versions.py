"""From when to when each version applies, worked out from all texts together.

A text prints its own commencement, but the day an amendment took effect is
printed in the amending decision, and the day a text ended in its successor. So
every ingest places all versions anew. What no text tells is taken from the
collector's manifest, and the version's ``status_note`` says so.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from itertools import pairwise
from typing import Any

from policy_kb.ingest import Reading, title_key
from policy_kb.model import Version
from policy_kb.wording import gettext_for

# English is the msgid; describe_status translates them. None holds "; ", which stands between the parts of a note.
NO_AMENDMENT_DAY = "The day on which the last amendment took effect is not stated in any loaded text"
EARLIER_NOT_LOADED = (
    "Earlier wordings are not loaded: before the last amendment single clauses may have read differently"
)
END_FROM_MANIFEST = "Its end is taken from the collector's note, not from a text"
END_UNDATED = "Noted as repealed on an unknown day, treated as ended when its source was read"
_DECISION = re.compile(r"关于.*(?:修改|修正|废止).*的?决定$")


@dataclass(frozen=True, slots=True)
class Statement:
    """What one version's file states that its placing needs; kept beside the index as JSON. See ingest.Reading."""

    starts: date | None = None
    amended_by: tuple[str, ...] = ()
    repeals: tuple[str, ...] = ()
    ended: date | None = None
    replaced_by: str = ""
    repealed_undated: bool = False
    seen: date | None = None
    official: bool = False
    remark: str = ""

    @classmethod
    def of(cls, reading: Reading) -> "Statement":
        shared = {each.name: getattr(reading, each.name) for each in fields(cls) if each.name != "remark"}
        return cls(**shared, remark=reading.version.status_note)

    def dump(self) -> dict[str, Any]:
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in asdict(self).items()}

    @classmethod
    def load(cls, record: Mapping[str, Any]) -> "Statement":
        made = dict(record)
        for name in ("starts", "ended", "seen"):
            made[name] = date.fromisoformat(made[name]) if made[name] else None
        return cls(**{**made, "amended_by": tuple(made["amended_by"]), "repeals": tuple(made["repeals"])})


def place(versions: Iterable[Version], statements: Mapping[str, Statement]) -> list[Version]:
    """The versions with ``in_force_from``, ``in_force_to`` and ``status_note`` set; clauses are passed through.

    Versions without a statement (put by other means) keep their dates.
    """
    families: dict[str, list[Version]] = defaultdict(list)
    for version in versions:
        families[version.document_id].append(version)
    for family in families.values():
        family.sort(key=_age)
    effects = _effects(families, statements)
    placed = [
        version
        for family in families.values()
        for version in _chain([_begun(v, statements.get(v.id), n > 0, effects) for n, v in enumerate(family)])
    ]
    repeals = _repeals(placed, statements)
    begins = _first_days(placed)
    return [_ended(version, statements.get(version.id), repeals, begins) for version in placed]


def describe_status(version: Version, language: str) -> str:
    """``status_note`` in a language; remarks of the source stay as the source wrote them."""
    translate = gettext_for(language)
    return "; ".join(translate(part) for part in version.status_note.split("; ") if part)


def _age(version: Version) -> tuple[date, str]:
    return version.amended or version.published or version.in_force_from or date.min, version.label


def _effects(families: Mapping[str, list[Version]], statements: Mapping[str, Statement]) -> dict[str, date]:
    """Amending order or decision → the day it took effect, from the decisions loaded and from notes on superseded texts."""
    effects: dict[str, date] = {}
    for family in families.values():
        for version in family:
            statement = statements.get(version.id)
            if statement and statement.starts and _DECISION.search(version.title):
                for name in (version.document_number, version.title):
                    effects.setdefault(effect_key(name, version.published), statement.starts)
        for older, newer in pairwise(family):
            ended = statements[older.id].ended if older.id in statements else None
            if (
                ended
                and newer.id in statements
                and (statements[newer.id].starts or date.min) < (newer.amended or date.min)
            ):
                for name in statements[newer.id].amended_by:
                    effects.setdefault(effect_key(name, newer.amended), ended)
    return effects


def effect_key(name: str, day: date | None) -> str:
    """One key for an amending act, however it is named. An order's number is unique; a decision's title is not (there are many 修改部分行政法规的决定), so its day counts too."""
    order = re.search(r"([\u4e00-\u9fff]{2,}?)令第?(\d+)号", name)
    return f"{order[1]}{order[2]}" if order else f"{title_key(name)}@{day}"


def _begun(version: Version, statement: Statement | None, follows: bool, effects: Mapping[str, date]) -> Version:
    if statement is None:
        return version
    amended, starts = version.amended, statement.starts
    notes = [statement.remark] if statement.remark else []
    begins = starts
    if amended and (starts is None or starts < amended):
        effect = next(
            (effects[key] for name in statement.amended_by if (key := effect_key(name, amended)) in effects), None
        )
        if effect:
            begins = effect
        elif follows:
            begins = amended
            notes.append(NO_AMENDMENT_DAY)
        else:
            notes.extend((NO_AMENDMENT_DAY, EARLIER_NOT_LOADED))
    return replace(version, in_force_from=begins, in_force_to=None, status_note="; ".join(notes))


def _chain(family: list[Version]) -> list[Version]:
    """Each version ends where the next one of its document begins."""
    return [
        replace(version, in_force_to=after.in_force_from) if after and after.in_force_from else version
        for version, after in zip(family, [*family[1:], None], strict=True)
    ]


def _repeals(versions: list[Version], statements: Mapping[str, Statement]) -> dict[str, list[tuple[date, str]]]:
    """Title key → the days on which other texts end it, with the document that does."""
    found: dict[str, list[tuple[date, str]]] = defaultdict(list)
    for version in versions:
        statement = statements.get(version.id)
        day = statement.starts if statement and statement.starts else version.in_force_from
        if statement and day:
            for title in statement.repeals:
                found[title_key(title)].append((day, version.document_id))
    return found


def _first_days(versions: list[Version]) -> dict[str, date]:
    first: dict[str, date] = {}
    for version in versions:
        if version.in_force_from:
            key = title_key(version.title)
            first[key] = min(version.in_force_from, first.get(key, date.max))
    return first


def _ended(
    version: Version,
    statement: Statement | None,
    repeals: Mapping[str, list[tuple[date, str]]],
    begins: Mapping[str, date],
) -> Version:
    made = version.in_force_from or version.amended or version.published or date.min
    ends = [version.in_force_to] if version.in_force_to else []
    ends += [day for day, by in repeals.get(title_key(version.title), []) if by != version.document_id and day > made]
    if ends or statement is None:
        return replace(version, in_force_to=min(ends)) if ends else version
    noted = statement.ended or begins.get(title_key(statement.replaced_by) if statement.replaced_by else "")
    if noted and noted > made:
        return replace(version, in_force_to=noted, status_note=_noted(version, END_FROM_MANIFEST))
    if statement.repealed_undated and statement.seen:
        return replace(version, in_force_to=statement.seen, status_note=_noted(version, END_UNDATED))
    return version


def _noted(version: Version, note: str) -> str:
    return "; ".join(part for part in (version.status_note, note) if part)
