"""Records from a file, all or nothing: one bad row and nothing of the file is written."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select

from portal.audit import service as audit
from portal.extensions import db
from portal.identity import service as identities
from portal.prefill.headings import BadMapping, Mapped, name_columns, read_mapping
from portal.prefill.kinds import ENDED_STATES, KINDS
from portal.prefill.models import Record
from portal.prefill.reading import COLUMNS, REQUIRED, BadRow, ReadRow, read_row, translate
from portal.prefill.records import make_record_id, put_record
from portal.prefill.tables import BadFile, list_rows

# Kinds whose number may stand with several parties: it is no licence of one holder.
SHARED_NUMBERS = ("business_register", "credit_note", "mandate", "inspection", "production_relation")


@dataclass(frozen=True, slots=True)
class ImportReport:
    """``rows`` read, ``added`` and ``changed`` written (0 at a dry run); ``errors`` are (line, reason), line 0 = file."""

    rows: int
    added: int = 0
    changed: int = 0
    errors: tuple[tuple[int, str], ...] = ()


def import_file(
    source: Path | bytes, name: str, dry_run: bool = False, *, actor: str = "command line", mapping: str = ""
) -> ImportReport:
    """Read a CSV, Excel or JSON Lines file of records; the caller commits. Nothing is written when there is any error.

    ``mapping`` is the text of a mapping file (``headings``).
    """
    try:
        mapped = read_mapping(mapping)
        content = source.read_bytes() if isinstance(source, Path) else source
        pairs = list(list_rows(content, name))
        if not pairs:
            raise BadFile(_("“%(name)s” has a heading and no rows.", name=name))
        _check_heading(pairs, mapped, name)
    except (BadFile, BadMapping) as error:
        return ImportReport(0, errors=((0, str(error)),))
    rows, errors = _read_all(pairs, mapped)
    if errors or dry_run:
        return ImportReport(len(pairs), errors=tuple(errors))
    added = sum(_write(row) for row in rows)
    audit.record(actor, "records_imported", "file", name[:80], detail=f"{len(rows)} rows, {added} new")
    db.session.flush()
    return ImportReport(len(rows), added, len(rows) - added)


def _check_heading(pairs: list[tuple[int, Any]], mapped: Mapped, name: str) -> None:
    """A table whose heading lacks a needed column is told once and not with every row."""
    first = next((row for _line, row in pairs if isinstance(row, dict)), None)
    if first is None or "json" in Path(name).suffix.lower():
        return
    has = {*name_columns(list(first), mapped).values(), *mapped.defaults}
    missing = [column for column in REQUIRED if column not in has]
    if missing:
        absent, fixed = ", ".join(missing), ", ".join(COLUMNS)
        text = _("The first line lacks %(missing)s. The fixed columns are: %(columns)s.", missing=absent, columns=fixed)
        raise BadFile(text)


def _read_all(pairs: list[tuple[int, Any]], mapped: Mapped) -> tuple[list[ReadRow], list[tuple[int, str]]]:
    rows: list[ReadRow] = []
    errors: list[tuple[int, str]] = []
    seen: dict[str, int] = {}
    holders: dict[tuple[str, str], str] = {}
    names: dict[tuple[str, ...], dict[str, str]] = {}
    for line, raw in pairs:
        try:
            if isinstance(raw, BadRow):
                raise raw
            row = read_row(line, translate(raw, mapped, names))
            _check_others(row, seen, holders)
        except BadRow as error:
            errors.append((line, str(error)))
        else:
            rows.append(row)
    return rows, errors


def _check_others(row: ReadRow, seen: dict[str, int], holders: dict[tuple[str, str], str]) -> None:
    """The same record twice in a file, or a number that another party holds."""
    c = row.columns
    key = make_record_id(c["party_code"], c["kind"], c["number"], c["as_of"], c["ref"])
    if key in seen:
        raise BadRow(_("This is the same record as line %(line)s.", line=seen[key]))
    seen[key] = row.line
    if KINDS[c["kind"]].grade != "A" or not c["number"] or c["kind"] in SHARED_NUMBERS or c["status"] in ENDED_STATES:
        return
    holder = holders.setdefault((c["kind"], c["number"]), c["party_code"])
    others = select(Record.id).where(
        Record.kind == c["kind"],
        Record.number == c["number"],
        Record.party_code != c["party_code"],
        Record.status.not_in(ENDED_STATES),
    )
    if holder != c["party_code"] or db.session.scalar(others.limit(1)) is not None:
        raise BadRow(_("“number” %(number)s is already recorded for another party.", number=c["number"]))


def _write(row: ReadRow) -> bool:
    c = row.columns
    kind = "person" if c["party_code"].startswith("P-") else "enterprise"
    party = identities.get_or_add_party(c["party_code"], kind, row.party_name or c["party_code"])
    if row.party_name and party.name == party.code:
        party.name = row.party_name  # the first row of a party may know only its code
    record_id = make_record_id(c["party_code"], c["kind"], c["number"], c["as_of"], c["ref"])
    is_new = db.session.get(Record, record_id) is None
    put_record(**c)
    return is_new
