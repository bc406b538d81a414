"""The rows of an outside file: CSV (UTF-8 or GB 18030, commas, semicolons or tabs), Excel workbook or JSON Lines."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

from flask_babel import gettext as _
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from portal.prefill.reading import BadRow

LARGEST = 20 * 1024 * 1024
MOST_ROWS = 200_000
# The beginning of a file that is neither text nor a workbook -> what it is.
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


def list_rows(content: bytes, name: str) -> Iterator[tuple[int, Any]]:
    """(line, row by heading) of every row that is not blank; a BadRow in place of one that cannot be read."""
    if not content.strip():
        raise BadFile(_("“%(name)s” is empty.", name=name))
    if len(content) > LARGEST:
        raise BadFile(_("“%(name)s” is larger than %(size)s MB; split it.", name=name, size=LARGEST // 1024 // 1024))
    ending = Path(name).suffix.lower()
    if ending in (".xlsx", ".xlsm"):
        yield from _list_workbook(content, name)
    elif ending in (".csv", ".tsv", ".txt"):
        yield from _list_csv(_decode(content, name))
    elif ending in (".jsonl", ".ndjson", ".json"):
        yield from _list_json_lines(_decode(content, name))
    else:
        raise BadFile(_("“%(name)s” must end in .csv, .xlsx or .jsonl.", name=name))


def _decode(content: bytes, name: str) -> str:
    kind = next((kind for start, kind in NOT_TEXT.items() if content.startswith(start)), "")
    if kind:
        raise BadFile(
            _("“%(name)s” is a %(kind)s file. Save it as CSV in UTF-8 or as XLSX and send that.", name=name, kind=kind)
        )
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
        else:
            break
    else:
        raise BadFile(_("“%(name)s” is not UTF-8 (line %(line)s). Save it as UTF-8 and send it again.",
                        name=name, line=line))  # fmt: skip
    if "\x00" in text:
        raise BadFile(_("“%(name)s” holds zero bytes and is no text file. Save it as CSV in UTF-8.", name=name))
    return text


def _list_csv(text: str) -> Iterator[tuple[int, Any]]:
    if text.lstrip().startswith("{"):
        raise BadFile(_("This looks like JSON Lines; give it a name that ends in .jsonl."))
    csv.field_size_limit(200_000)
    first = text.lstrip("\r\n").partition("\n")[0]
    delimiter = max(",;\t", key=first.count) if "," not in first else ","
    reader = csv.reader(io.StringIO(text), strict=True, delimiter=delimiter)
    try:
        yield from _pair((reader.line_num, cells) for cells in reader)
    except csv.Error as error:
        raise BadFile(
            _("The CSV breaks at line %(line)s: %(error)s.", line=reader.line_num, error=str(error))
        ) from error


def _list_workbook(content: bytes, name: str) -> Iterator[tuple[int, Any]]:
    """The first sheet. Only values are read: no formula, macro or link is followed."""
    try:
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True)
        yield from _pair((line, [_plain_cell(cell) for cell in cells]) for line, cells in enumerate(rows, 1))
    except (BadZipFile, InvalidFileException, KeyError, OSError, IndexError) as error:
        raise BadFile(
            _("“%(name)s” is no Excel workbook that can be read. Save it as XLSX without a password.", name=name)
        ) from error


def _plain_cell(cell: Any) -> Any:
    """A day as 2026-03-01, a whole number without a point, everything else as it is."""
    if isinstance(cell, datetime):
        return cell.date().isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return "" if cell is None else (cell if isinstance(cell, bool) else str(cell))


def _pair(lines: Iterator[tuple[int, list[Any]]]) -> Iterator[tuple[int, Any]]:
    """Each row with the headings of the first one that is not blank."""
    header: list[str] = []
    for line, cells in lines:
        if not any(str(cell).strip() for cell in cells):
            continue
        if not header:
            header = [str(cell).strip() for cell in cells]
            while header and not header[-1]:
                header.pop()
            _check_header(header)
            continue
        if line > MOST_ROWS:
            raise BadFile(_("There are more than %(count)s rows; split the file.", count=MOST_ROWS))
        while len(cells) > len(header) and not str(cells[-1]).strip():
            cells = cells[:-1]
        if len(cells) != len(header):
            problem = _(
                "This row has %(count)s cells; the heading has %(wanted)s.", count=len(cells), wanted=len(header)
            )
            yield line, BadRow(problem)
            continue
        yield line, dict(zip(header, cells, strict=True))


def _check_header(header: list[str]) -> None:
    twice = {column for column in header if header.count(column) > 1}
    if twice:
        raise BadFile(_("The heading names “%(column)s” twice.", column=sorted(twice)[0]))


def _list_json_lines(text: str) -> Iterator[tuple[int, Any]]:
    """One object a line, or one list of objects (then the line is the number of the object)."""
    if text.lstrip().startswith("["):
        yield from _list_json(text)
        return
    for line, row in enumerate(text.splitlines(), 1):
        if row.strip():
            yield line, _read_json(row)


def _list_json(text: str) -> Iterator[tuple[int, Any]]:
    try:
        rows = json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        for line, row in enumerate(text.splitlines(), 1):
            yield line, _read_json(row)
        return
    for number, row in enumerate(rows, 1):
        yield number, row if isinstance(row, dict) else BadRow(_("This line must be one JSON object: {…}."))


def _read_json(row: str) -> Any:
    try:
        data = json.loads(row)
    except (json.JSONDecodeError, RecursionError) as error:
        return BadRow(_("This line is not JSON: %(error)s.", error=str(error)[:120]))
    return data if isinstance(data, dict) else BadRow(_("This line must be one JSON object: {…}."))
