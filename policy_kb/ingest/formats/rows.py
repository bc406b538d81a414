"""The rows of a catalogue, as ``sheet`` gives them and ``ingest.document`` makes sections of them."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Row:
    """One row: the sheet it stands in ("" when there is one only), its own number or code, and (column, value) pairs."""

    sheet: str
    code: str
    cells: tuple[tuple[str, str], ...]


@dataclass(slots=True)
class Sheet:
    """All rows of a workbook in order; ``title`` from above the first header ("" when there is none), ``notes`` the rest there."""

    title: str = ""
    notes: list[str] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    warnings: tuple[str, ...] = ()
