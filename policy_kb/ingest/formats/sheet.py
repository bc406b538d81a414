"""An Excel catalogue (.xlsx): each row is a section of its own, told with the names of its columns.

The header is the first row that names as many columns as the rows below it fill; what stands above it is title and notes.
Merged cells count for every row and column they cover.
"""

import io
import re
import zipfile
from datetime import date, datetime
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from policy_kb.errors import UnreadableText
from policy_kb.ingest.formats.rows import Row, Sheet

_LOOKED_AT = 15  # rows in which the header is looked for
_MOST_ROWS = 200_000
_CODE = re.compile(r"序号|编号|编码|代码|目录号|^号$")


def read_sheets(content: bytes, name: str) -> Sheet:
    """The rows of all visible sheets; UnreadableText when the file is damaged or has no table."""
    try:
        workbook = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, OSError) as error:
        raise UnreadableText(
            f"{name}: this Excel file is damaged ({error}); open it in Excel, save it again"
        ) from error
    found = Sheet()
    shown = [sheet for sheet in workbook.worksheets if sheet.sheet_state == "visible" and sheet.max_row]
    for sheet in shown:
        _read(sheet, found, sheet.title if len(shown) > 1 else "")
    if not found.rows:
        raise UnreadableText(f"{name}: no table with named columns was found in this Excel file")
    if len(found.rows) > _MOST_ROWS:
        raise UnreadableText(f"{name}: {len(found.rows):,} rows are more than one catalogue may have; split it")
    return found


def _read(sheet: Any, found: Sheet, name: str) -> None:
    grid = _grid(sheet)
    header = _find_header(grid)
    if header is None:
        found.notes += [" ".join(dict.fromkeys(filter(None, row))) for row in grid if any(row)]
        return
    _read_above(grid[:header], found)
    columns, first = _columns(grid, header)
    code = next((place for place, column in enumerate(columns) if _CODE.search(column)), None)
    for row in grid[first:]:
        cells = tuple((columns[place], value) for place, value in enumerate(row) if value and columns[place])
        if cells and len({value for _, value in cells}) > (1 if len(cells) > 1 else 0):
            found.rows.append(Row(name, row[code] if code is not None else "", cells))


def _grid(sheet: Any) -> list[list[str]]:
    """The cells as text, merged ones filled in."""
    grid = [[_shown(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
    for merged in sheet.merged_cells.ranges:
        value = grid[merged.min_row - 1][merged.min_col - 1]
        for row in range(merged.min_row - 1, min(merged.max_row, len(grid))):
            for column in range(merged.min_col - 1, min(merged.max_col, len(grid[row]))):
                grid[row][column] = value
    return grid


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return re.sub(r"\s*\n\s*", " ", str(value)).strip()


def _find_header(grid: list[list[str]]) -> int | None:
    widths = [sum(map(bool, row)) for row in grid]
    for place, width in enumerate(widths[:_LOOKED_AT]):
        below = [each for each in widths[place + 1 : place + 6] if each]
        named = len(set(filter(None, grid[place]))) > 1 and not any(map(_is_number, grid[place]))
        if named and below and width >= max(2, min(below)):
            return place
    return None


def _is_number(text: str) -> bool:
    return bool(re.fullmatch(r"[\d.,%-]+", text))


def _read_above(rows: list[list[str]], found: Sheet) -> None:
    for row in rows:
        line = " ".join(dict.fromkeys(filter(None, row)))
        if line and not found.title and not re.match(r"附件|附表", line):
            found.title = line
        elif line:
            found.notes.append(line)


def _columns(grid: list[list[str]], header: int) -> tuple[list[str], int]:
    """The names of the columns, and the first row below them; a header of two rows (a merged name over several) is joined."""
    top = grid[header]
    doubled = len(set(filter(None, top))) < len([cell for cell in top if cell]) and header + 1 < len(grid)
    if not doubled:
        return top, header + 1
    lower = grid[header + 1]
    joined = [a if a == b or not b else f"{a}·{b}" if a else b for a, b in zip(top, lower, strict=True)]
    return joined, header + 2
