"""How a clause that was cited once stands today: the same words in force, changed, ended, or not to be told."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from policy_kb import UnknownDocument, Version, clock, trace_document
from portal.knowledge import policy_base
from portal.pages import write_clause, write_date
from portal.proofs.service import Line

Cite = Mapping[str, Any]


def look(cite: Cite) -> Line:
    """One line about a cited clause; only words that are in force today are called so. PolicyBaseError when the base is
    away."""
    label = write_clause(cite["title"], cite["article"], cite["paragraph"], cite["label"])
    if not cite["version_id"] or not cite["clause_id"]:
        return Line(label, _("its text is not loaded here and could not be compared"), "warn")
    try:
        cited = policy_base().get_version(cite["version_id"])
    except UnknownDocument:
        cited = None
    if cited is None or cited.release != "published":
        return Line(label, _("this text is no longer kept here"), "warn")
    today = clock.today()
    if cited.status_on(today) == "future":
        told = _("not in force before %(day)s", day=write_date(cited.in_force_from))
        return _line(label, told, "warn", cited, cite)
    held = trace_document(policy_base(), cited.title).version_on(today)
    if held is None:
        return _ended(label, cited, today)
    return _compare(label, policy_base().get_version(held.id), cited, cite)


def _ended(label: str, cited: Version, today: date) -> Line:
    """What no version of its document holds any more; the link leads to what took its place, when that is loaded."""
    told = _("no longer in force since %(day)s", day=write_date(cited.in_force_to))
    later = [
        link.later
        for link in trace_document(policy_base(), cited.title).links
        if link.kind == "replaced" and link.earlier == cited.id and link.later
    ]
    if later:
        return Line(
            label, told, "danger", url_for("policies.document", version_id=later[0]), _("Open what replaced it")
        )
    return Line(label, told, "danger", url_for("policies.document", version_id=cited.id), _("Open the text as it was"))


def _compare(label: str, held: Version, cited: Version, cite: Cite) -> Line:
    """The words cited, looked for in the version in force: at their place first, then anywhere."""
    words = _fold(cite["quote"])
    homes = [clause for clause in held.clauses if words and words in _fold(clause.text)]
    same = [clause for clause in homes if clause.label == cite["label"]]
    if held.status_on(clock.today()) == "unknown":
        return _line(label, _("kept here, but when it is in force is not known"), "warn", held, cite)
    if same:
        told = _("in force, the same words")
        if held.id != cited.id:
            told = _("in force, the same words, now in the version of %(label)s", label=held.label)
        return _line(label, told, "ok", held, cite)
    if homes:
        place = homes[0].label
        url = url_for("policies.document", version_id=held.id, _anchor=f"a{homes[0].id.rsplit(':', 1)[-1]}")
        return Line(
            label, _("in force, the same words, now as %(place)s", place=place), "ok", url, _("Open the clause")
        )
    return _line(label, _("its words have changed; they no longer hold"), "danger", held, cite)


def _line(label: str, told: str, tone: str, version: Version, cite: Cite) -> Line:
    """A line that leads to the clause's place in a version, or to its text as a whole when it has no such clause."""
    place = cite["clause_id"].rsplit(":", 1)[-1]
    known = any(clause.id.rsplit(":", 1)[-1] == place for clause in version.clauses)
    url = url_for("policies.document", version_id=version.id, _anchor=f"a{place}" if known else None)
    return Line(label, told, tone, url, _("Open the clause"))


def _fold(text: str) -> str:
    return re.sub(r"\s+", "", text)
