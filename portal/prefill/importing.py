"""Records from a file, all or nothing: one bad row and nothing of the file is written."""

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from portal.audit import service as audit
from portal.extensions import db
from portal.identity import service as identities
from portal.prefill.models import Record
from portal.prefill.reading import COLUMNS, REQUIRED, BadRow, ReadRow, read_row
from portal.prefill.records import make_record_id, put_record

LARGEST = 20 * 1024 * 1024
# The beginning of a file that is not text -> what it is.
NOT_TEXT = {
    b"PK\x03\x04": "Excel (XLSX) or ZIP",
    b"\xd0\xcf\x11\xe0": "Excel (XLS)",
    b"%PDF": "PDF",
    b"\x1f\x8b": "GZIP",
    b"\xff\xfe": "UTF-16",
    b"\xfe\xff": "UTF-16",
}


class BadFile(Exception):
    """The file as a whole cannot be read; the text says what to send instead."""


@dataclass(frozen=True, slots=True)
class ImportReport:
    """``rows`` read, ``added`` and ``changed`` written (0 at a dry run); ``errors`` are (line, reason), line 0 = file."""

    rows: int
    added: int = 0
    changed: int = 0
    errors: tuple[tuple[int, str], ...] = ()


def import_file(source: Path | bytes, name: str, dry_run: bool = False, *, actor: str = "command line") -> ImportReport:
    """Read a CSV or JSON Lines file of records; the caller commits. Nothing is written when there is any error."""
    try:
        content = source.read_bytes() if isinstance(source, Path) else source
        pairs = list(_list_rows(content, name))
    except BadFile as error:
        return ImportReport(0, errors=((0, str(error)),))
    rows, errors = _read_all(pairs)
    if errors or dry_run:
        return ImportReport(len(pairs), errors=tuple(errors))
    added = sum(_write(row) for row in rows)
    audit.record(actor, "records_imported", "file", name[:80], detail=f"{len(rows)} rows, {added} new")
    db.session.flush()
    return ImportReport(len(rows), added, len(rows) - added)


def _read_all(pairs: list[tuple[int, Any]]) -> tuple[list[ReadRow], list[tuple[int, str]]]:
    rows: list[ReadRow] = []
    errors: list[tuple[int, str]] = []
    seen: dict[str, int] = {}
    holders: dict[tuple[str, str], str] = {}
    for line, raw in pairs:
        try:
            if isinstance(raw, BadRow):
                raise raw
            row = read_row(line, raw)
            _check_others(row, seen, holders)
        except BadRow as error:
            errors.append((line, str(error)))
        else:
            rows.append(row)
    return rows, errors


def _check_others(row: ReadRow, seen: dict[str, int], holders: dict[tuple[str, str], str]) -> None:
    """The same record twice in a file, or a number that another party holds."""
    c = row.columns
    key = make_record_id(c["party_code"], c["kind"], c["number"], c["as_of"])
    if key in seen:
        raise BadRow(_("This is the same record as line %(line)s.", line=seen[key]))
    seen[key] = row.line
    if not c["number"] or c["kind"] == "filing":
        return
    holder = holders.setdefault((c["kind"], c["number"]), c["party_code"])
    others = select(Record.id).where(
        Record.kind == c["kind"], Record.number == c["number"], Record.party_code != c["party_code"]
    )
    if holder != c["party_code"] or db.session.scalar(others.limit(1)) is not None:
        raise BadRow(_("“number” %(number)s is already recorded for another party.", number=c["number"]))


def _write(row: ReadRow) -> bool:
    c = row.columns
    identities.get_or_add_party(c["party_code"], "enterprise", row.party_name)
    is_new = db.session.get(Record, make_record_id(c["party_code"], c["kind"], c["number"], c["as_of"])) is None
    put_record(**c)
    return is_new


def _list_rows(content: bytes, name: str) -> Iterator[tuple[int, Any]]:
    text = _decode(content, name)
    ending = Path(name).suffix.lower()
    if ending == ".csv":
        yield from _list_csv(text)
    elif ending in (".jsonl", ".ndjson"):
        yield from _list_json_lines(text)
    else:
        raise BadFile(_("“%(name)s” must end in .csv or .jsonl.", name=name))


def _decode(content: bytes, name: str) -> str:
    if not content.strip():
        raise BadFile(_("“%(name)s” is empty.", name=name))
    if len(content) > LARGEST:
        raise BadFile(_("“%(name)s” is larger than %(size)s MB; split it.", name=name, size=LARGEST // 1024 // 1024))
    kind = next((kind for start, kind in NOT_TEXT.items() if content.startswith(start)), "")
    if kind:
        raise BadFile(_("“%(name)s” is a %(kind)s file. Save it as CSV in UTF-8 and send that.", name=name, kind=kind))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise BadFile(
            _(
                "“%(name)s” is not UTF-8 (line %(line)s; perhaps GBK). Save it as UTF-8 and send it again.",
                name=name,
                line=line,
            )
        ) from error
    if "\x00" in text:
        raise BadFile(_("“%(name)s” holds zero bytes and is no text file. Save it as CSV in UTF-8.", name=name))
    return text


def _list_csv(text: str) -> Iterator[tuple[int, Any]]:
    if text.lstrip().startswith("{"):
        raise BadFile(_("This looks like JSON Lines; give it a name that ends in .jsonl."))
    csv.field_size_limit(200_000)
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        header = [column.strip() for column in next(reader)]
        _check_header(header)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) != len(header):
                problem = _(
                    "This row has %(count)s cells; the heading has %(wanted)s.", count=len(cells), wanted=len(header)
                )
                yield reader.line_num, BadRow(problem)
                continue
            yield reader.line_num, dict(zip(header, cells, strict=True))
    except csv.Error as error:
        raise BadFile(
            _("The CSV breaks at line %(line)s: %(error)s.", line=reader.line_num, error=str(error))
        ) from error


def _check_header(header: list[str]) -> None:
    twice = {column for column in header if header.count(column) > 1}
    if twice:
        raise BadFile(_("The heading names “%(column)s” twice.", column=sorted(twice)[0]))
    missing = [column for column in REQUIRED if column not in header]
    if missing:
        absent, fixed = ", ".join(missing), ", ".join(COLUMNS)
        text = _("The first line lacks %(missing)s. The fixed columns are: %(columns)s.", missing=absent, columns=fixed)
        raise BadFile(text)


def _list_json_lines(text: str) -> Iterator[tuple[int, Any]]:
    for line, row in enumerate(text.splitlines(), 1):
        if not row.strip():
            continue
        try:
            data = json.loads(row)
        except (json.JSONDecodeError, RecursionError) as error:
            yield line, BadRow(_("This line is not JSON: %(error)s.", error=str(error)[:120]))
            continue
        if not isinstance(data, dict):
            yield line, BadRow(_("This line must be one JSON object: {…}."))
            continue
        values = data.pop("values", {})
        if not isinstance(values, dict):
            yield line, BadRow(_("“values” must be an object of concepts and values."))
            continue
        yield line, {**data, **values}
