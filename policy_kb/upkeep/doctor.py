"""What ails the policy base, and what to do about it: data folder, store, index, texts in time, catalogue, clock, words.

Each check yields findings; none raises, so one broken part does not hide the others.
"""

import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from policy_kb import clock
from policy_kb.catalogue import check_catalogue
from policy_kb.errors import PolicyBaseError
from policy_kb.model import Version
from policy_kb.text import words
from policy_kb.text.segment import DICTIONARY
from policy_kb.timeline import list_transitions
from policy_kb.wording import LOCALES, gettext_for
from policy_kb.workdays import is_announced

if TYPE_CHECKING:
    from policy_kb.base import PolicyBase

ERROR, WARNING, GOOD = "error", "warning", "ok"
_FREE = 1 << 30  # bytes; a re-index keeps both indices for a while (300 MB at 55 k clauses)
_KNOWN_WORD = "药品经营许可证"  # in our dictionary, not in jieba's
_NEWS = 366  # days of changes of law whose bindings should have been looked at


@dataclass(frozen=True, slots=True)
class Finding:
    """One result. ``level`` is ok, warning or error; ``do`` says what to do next, "" when all is well."""

    check: str
    level: str
    told: str
    do: str = ""


def examine(folder: Path, open_base: Callable[[], "PolicyBase"]) -> list[Finding]:
    """All findings, check by check. ``open_base`` is called once and the base closed again; ``folder`` is the data folder."""
    found = [*_folder(folder), *_clock(), *_dictionary(), *_wording()]
    try:
        base = open_base()
    except (PolicyBaseError, OSError, ValueError) as error:
        do = "see that the folder can be written or the cluster reached, then run doctor again"
        return [*found, Finding("store", ERROR, str(error), do)]
    try:
        for check in (_store, _index, _texts, _dates, _overlaps, _catalogue, _review):
            found.extend(_guarded(check, base))
    finally:
        base.close()
    return found


def _guarded(check: Callable[["PolicyBase"], Iterator[Finding]], base: "PolicyBase") -> list[Finding]:
    try:
        return list(check(base))
    except PolicyBaseError as error:
        return [Finding(check.__name__.strip("_"), ERROR, str(error), "mend the store first, then run doctor again")]


def _folder(folder: Path) -> Iterator[Finding]:
    if not folder.is_dir():
        yield Finding(
            "data folder", WARNING, f"{folder} does not exist yet", "ingest texts, or name another with --data"
        )
        return
    if not os.access(folder, os.W_OK):
        yield Finding("data folder", ERROR, f"{folder} cannot be written", f"give this user write access to {folder}")
        return
    free = shutil.disk_usage(folder).free
    if free < _FREE:
        yield Finding("data folder", WARNING, f"{free >> 20} MB are free", "free at least 1 GB; a re-index needs room")
    else:
        yield Finding("data folder", GOOD, f"{folder} can be written, {free >> 30} GB free")


def _clock() -> Iterator[Finding]:
    try:
        today = clock.today()
    except clock.ClockError as error:
        yield Finding("clock", ERROR, str(error), "set WENBAN_NOW to a day like 2026-11-24 or unset it")
        return
    if os.environ.get("WENBAN_NOW", "").strip():
        yield Finding(
            "clock", WARNING, f"WENBAN_NOW makes it {today}", "unset WENBAN_NOW outside tests and demonstrations"
        )
    else:
        yield Finding("clock", GOOD, f"{today} in Beijing")
    if not is_announced(today):
        yield Finding(
            "clock",
            WARNING,
            f"the holidays of {today.year} are not known yet; deadlines in working days may be off",
            "upgrade the package 'holidays' when the State Council has published the year",
        )


def _dictionary() -> Iterator[Finding]:
    if not DICTIONARY.is_file():
        yield Finding("dictionary", ERROR, f"{DICTIONARY.name} is missing", "install the product again")
    elif _KNOWN_WORD not in words(f"申请{_KNOWN_WORD}延续"):
        do = f"see that {_KNOWN_WORD} stands in {DICTIONARY.name}"
        yield Finding("dictionary", ERROR, "the domain dictionary does not cut as it should", do)
    else:
        yield Finding("dictionary", GOOD, "the domain dictionary is in use")


def _wording() -> Iterator[Finding]:
    if gettext_for("zh")("Start a complaint") == "Start a complaint":
        do = "run: python -m policy_kb.wording"
        yield Finding("translations", ERROR, f"the Chinese wording in {LOCALES.name} is not compiled", do)
    else:
        yield Finding("translations", GOOD, "compiled")


def _store(base: "PolicyBase") -> Iterator[Finding]:
    health = base.health()
    told = f"{health['engine']}: {health['versions']} versions, {health['clauses']} clauses"
    if not health["ok"]:
        why = health.get("error") or "the index is behind the texts"
        yield Finding("store", ERROR, f"{told}; {why}", "start the store, or run: python -m policy_kb reindex")
    elif health.get("degraded"):
        yield Finding("store", WARNING, f"{told}; answering from the snapshot", "see that the Elasticsearch nodes run")
    else:
        yield Finding("store", GOOD, told)


def _index(base: "PolicyBase") -> Iterator[Finding]:
    """Does a search find the clause whose own words are searched for?"""
    held = [version for version in base.list_versions() if version.release == "published"]
    if not held:
        yield Finding("index", WARNING, "no text is loaded", "run: python -m policy_kb ingest FOLDER")
        return
    missed = [version.title for version in (held[0], held[len(held) // 2], held[-1]) if not _is_found(base, version)]
    if missed:
        do = "run: python -m policy_kb reindex"
        yield Finding("index", ERROR, f"clauses of 《{'》《'.join(missed)}》 are not found by their own words", do)
    else:
        yield Finding("index", GOOD, "clauses are found by their own words")


def _is_found(base: "PolicyBase", version: Version) -> bool:
    whole = base.get_version(version.id)
    longest = max(whole.clauses, key=lambda clause: len(clause.text), default=None)
    if longest is None:
        return True
    hits = base.search(f"{version.title} {longest.text[:120]}", limit=20)
    return any(hit.version.document_id == version.document_id for hit in hits)


def _texts(base: "PolicyBase") -> Iterator[Finding]:
    versions = base.list_versions()
    ids = {version.id for version in versions}
    cut = [version for version in versions if version.incomplete and version.release == "published"]
    for version in cut:
        yield Finding("texts", WARNING, f"{_name(version)} is cut: {version.incomplete}", "ingest a whole copy")
    empty = [version for version in versions if not base.get_version(version.id).clauses]
    for version in empty:
        yield Finding("texts", ERROR, f"{_name(version)} has no clause", "ingest its file again")
    lost = [name for name, told in base.files().items() if not set(told["versions"]) <= ids]
    for name in lost:
        yield Finding("texts", ERROR, f"what {name} gave is missing from the store", f"ingest {name} again")
    if not (cut or empty or lost):
        yield Finding("texts", GOOD, f"{len(versions)} versions are whole")


def _dates(base: "PolicyBase") -> Iterator[Finding]:
    undated = [v for v in base.list_versions() if v.in_force_from is None and v.release == "published"]
    for version in undated:
        yield Finding(
            "dates",
            WARNING,
            f"{_name(version)} has no known first day, so it counts as begun on every day asked for",
            "write effective_date into manifest.csv beside the text and ingest it again",
        )
    if not undated:
        yield Finding("dates", GOOD, "every text has a first day")


def _overlaps(base: "PolicyBase") -> Iterator[Finding]:
    families: dict[str, list[Version]] = defaultdict(list)
    for version in base.list_versions():
        if version.release == "published":
            families[version.document_id].append(version)
    found = False
    for family in families.values():
        dated = sorted((v for v in family if v.in_force_from), key=lambda v: v.in_force_from or date.min)
        for earlier, later in pairwise(dated):
            if earlier.in_force_to is None or earlier.in_force_to > (later.in_force_from or date.max):
                found = True
                yield Finding(
                    "overlaps",
                    ERROR,
                    f"{_name(earlier)} and {later.label} both apply on {later.in_force_from}",
                    "withdraw one of them, or correct the dates in manifest.csv and ingest again",
                )
    if not found:
        yield Finding("overlaps", GOOD, "no two versions of a text apply on one day")


def _catalogue(base: "PolicyBase") -> Iterator[Finding]:
    findings = check_catalogue(base)
    for finding in findings:
        if finding.kind == "not_ingested":
            yield Finding(
                "catalogue", WARNING, finding.message, f"ingest 《{finding.title}》; until then it is not quoted"
            )
        else:
            do = "correct the fact in the curators' console, or load the version it was written for"
            yield Finding("catalogue", ERROR, f"{finding.where}: {finding.message}", do)
    if not findings:
        yield Finding("catalogue", GOOD, "every cited clause is there and states its numbers")


def _review(base: "PolicyBase") -> Iterator[Finding]:
    transitions = list_transitions(base, clock.today() - timedelta(days=_NEWS))
    open_ones = [touched for each in transitions for touched in each.touched if not touched.seen]
    if open_ones:
        told = f"{len(open_ones)} facts, FAQs or guides rest on clauses that changed within a year"
        yield Finding("review", WARNING, told, "look at them: python -m policy_kb review, or the curators' console")
    else:
        yield Finding("review", GOOD, "nothing rests on a clause that changed unseen")


def _name(version: Version) -> str:
    return f"《{version.title}》 {version.label}"
