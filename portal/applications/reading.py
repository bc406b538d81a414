"""What a browser sent for one section, taken apart: typed values, rows, choices, files, and what is to be cleared.

Names: ``<field>``, ``<group>[<row id>].<column>``, ``choice-<field>`` (an offered value), ``reason-<field>``,
``evidence-<field>`` (a paper that shows it), ``had-<field>`` (the page showed a value there), ``remove-<field>`` (a
file). Anything else is an unknown field.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from portal.applications import questions
from portal.errors import Invalid
from portal.forms.service import Form
from portal.uploads import CheckedFile, check_upload

CELL = re.compile(r"([a-z][a-z0-9_]*)\[([A-Za-z0-9_-]{1,12})\]\.([a-z][a-z0-9_]*)")
CONTROLS = ("csrf_token", "version", "action")
PREFIXES = ("choice-", "reason-", "had-", "remove-")
EVIDENCE = "evidence-"


@dataclass(slots=True)
class Sent:
    """``raw`` and ``clear`` as ``save_fields`` takes them; ``errors`` are those of files."""

    raw: dict[str, Any] = field(default_factory=dict)
    clear: set[str] = field(default_factory=set)
    chosen: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    evidence: dict[str, CheckedFile] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


def read_sent(form: Form, posted: MultiDict[str, str], files: MultiDict[str, FileStorage]) -> Sent:
    """Take a posted section apart. A value sent twice stays a list, which no single field accepts."""
    sent, known, had = Sent(), questions.fields_of(form), set()
    for name, values in posted.lists():
        prefix = next((p for p in PREFIXES if name.startswith(p)), "")
        target = name.removeprefix(prefix)
        if name in CONTROLS:
            continue
        if prefix == "had-":
            had.add(target)
        elif prefix == "remove-":
            sent.clear.add(target)
        elif prefix == "choice-":
            sent.chosen[target] = values[0]
        elif prefix == "reason-":
            sent.reasons[target] = values[0]
        elif cell := CELL.fullmatch(name):
            _put_cell(sent, cell[1], cell[2], cell[3], values)
        elif target in known and known[target].type == "choices":
            sent.raw[name] = [value for value in values if value]
        else:
            sent.raw[name] = values[0] if len(values) == 1 else values
    # a file control comes back empty with every page: a file is taken away by its own box alone
    typed = {name for name in had if name in known and known[name].type != "file"}
    sent.clear |= {name for name in typed if _is_blank(sent.raw.get(name))}
    _read_files(form, files, sent)
    return sent


def _put_cell(sent: Sent, group: str, row_id: str, column: str, values: list[str]) -> None:
    rows = sent.raw.setdefault(group, [])
    if not isinstance(rows, list):
        return
    row = next((r for r in rows if r["_id"] == row_id), None)
    if row is None:
        row = {"_id": row_id}
        rows.append(row)
    row[column] = values[0] if len(values) == 1 else values


def _is_blank(value: Any) -> bool:
    """Nothing given; a group whose every cell is empty."""
    if isinstance(value, list):
        return all(_is_blank(v) for v in value)
    if isinstance(value, dict):
        return all(_is_blank(v) for name, v in value.items() if name != "_id")
    return value is None or not str(value).strip()


def _read_files(form: Form, files: MultiDict[str, FileStorage], sent: Sent) -> None:
    """Each file as checked; one that is refused becomes an error of its field and is stored nowhere."""
    for name, file in files.items():
        if not file.filename:
            continue
        one = questions.fields_of(form).get(name.removeprefix(EVIDENCE))
        if name.startswith(EVIDENCE) and one is not None:
            _read_evidence(one.id, file, sent)
            continue
        if one is None or one.type != "file":
            sent.raw[name] = ""
            continue
        try:
            sent.raw[name] = check_upload(
                file, field=name, allowed=questions.media_types(one), limit=(one.high or 5) * 1024 * 1024
            )
        except Invalid as error:
            sent.errors[name] = error.message


def _read_evidence(field_id: str, file: FileStorage, sent: Sent) -> None:
    try:
        sent.evidence[field_id] = check_upload(file, field=field_id)
    except Invalid as error:
        sent.errors[field_id] = error.message


def read_action(action: str) -> tuple[str, str, str]:
    """(verb, group, row id) of the pressed button: ``save``, ``stay`` (save, and show the page again), ``add:<group>``, ``remove:<group>:<row id>``."""
    verb, _colon, rest = action.partition(":")
    group, _colon, row_id = rest.partition(":")
    return (verb, group, row_id) if verb in ("save", "stay", "add", "remove") else ("save", "", "")


def drop_row(sent: Sent, group: str, row_id: str) -> None:
    """Take a row out of what was sent; the last row leaves the group cleared."""
    rows = sent.raw.get(group)
    if isinstance(rows, list):
        sent.raw[group] = [row for row in rows if row["_id"] != row_id]
        if _is_blank(sent.raw[group]):
            sent.clear.add(group)
