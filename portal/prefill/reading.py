"""One row of an import file, checked column by column: a row is either right as a whole or refused with its reason."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from flask_babel import gettext as _

from policy_kb import clock
from portal.forms import service as forms
from portal.prefill.headings import (
    Mapped,
    columns_by_name,
    fold,
    is_open_end,
    known_concepts,
    name_columns,
    read_subject,
    read_word,
)
from portal.prefill.kinds import ABOUT_OF, ENDED_STATES, GRADES, KINDS, STATES, grade_of
from portal.prefill.records import own_subject

COLUMNS = (
    "party_code", "party_name", "kind", "number", "as_of", "valid_from", "valid_to", "status", "issuer", "item",
    "subject", "taken_on", "grade", "record_id", "values",
)  # fmt: skip
REQUIRED = ("party_code", "kind", "as_of")
LIMITS = {"number": 80, "issuer": 100, "subject": 120, "party_name": 200, "item": 40, "record_id": 60}
SUBJECT = re.compile(r"(licence|product|site|case|person):\S.{0,110}")
ITEM = re.compile(r"[A-Z][0-9A-Z]{0,3}(/[a-z_0-9]+)?")
DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[T\s]\d{1,2}:\d{2}.*)?")
SHORT_DATE = re.compile(r"((?:19|20)\d{2})(\d{2})(\d{2})")
PERSON = re.compile(r"P-\d{1,12}")


class BadRow(Exception):
    """Why a row cannot be taken, and what to write instead."""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """``columns`` are those of a Record; the party is added when it is new."""

    line: int
    party_name: str
    columns: dict[str, Any]


def translate(
    raw: Mapping[str, Any], mapped: Mapped, known: dict[tuple[str, ...], dict[str, str]] | None = None
) -> dict[str, Any]:
    """A row of an outside file under our names, in our words; ``known`` keeps what each set of headings means.

    ``values`` (an object, or one written in the cell) is spread among the other value columns.
    """
    raw = _spread(raw)
    headings = tuple(raw)
    known = {} if known is None else known
    if headings not in known:
        known[headings] = name_columns(headings, mapped)
    row: dict[str, Any] = {}
    for heading, cell in raw.items():
        column = known[headings][heading]
        if not column or cell in ("", None):
            continue
        cell = read_word(column, cell, mapped)
        if column in row and row[column] != cell:
            raise BadRow(_("“%(column)s” stands twice in this row, with different values.", column=column))
        row[column] = cell
    return {**{name: value for name, value in mapped.defaults.items() if name not in row}, **row}


def _spread(raw: Mapping[str, Any]) -> dict[str, Any]:
    at = next((name for name in raw if columns_by_name().get(fold(name)) == "values"), None)
    if at is None or raw[at] in ("", None):
        return {name: cell for name, cell in raw.items() if name != at}
    inner = raw[at]
    if isinstance(inner, str):
        inner = _read_cell("values", inner)
    if not isinstance(inner, dict):
        raise BadRow(_("“values” must be an object of concepts and values."))
    outer = {name: cell for name, cell in raw.items() if name != at}
    twice = sorted(set(inner) & set(outer))
    if twice:
        raise BadRow(_("“%(column)s” stands twice in this row, with different values.", column=twice[0]))
    return {**outer, **inner}


def read_row(line: int, row: Mapping[str, Any]) -> ReadRow:
    """The record of a row in our own columns; BadRow with the first thing that is wrong."""
    for name in REQUIRED:
        if not _plain(row, name):
            raise BadRow(_("“%(column)s” is empty; every row needs it.", column=name))
    kind = _one_of(row, "kind", tuple(KINDS))
    status = _one_of(row, "status", STATES) if _plain(row, "status") else "valid"
    party_code = _read_party(row)
    values = _read_values(row)
    _check_party(party_code, values)
    ref, subject = _plain(row, "record_id"), _read_subject(row, party_code)
    columns = {
        "party_code": party_code,
        "kind": kind,
        "status": status,
        "number": _read_number(row, kind, subject, ref),
        "issuer": _plain(row, "issuer"),
        "item": _matching(row, "item", ITEM, "A11/renew"),
        **_read_days(row),
        "grade": _read_grade(row, kind, status),
        "values": values,
        "ref": ref,
    }
    columns["subject"] = subject or own_subject(kind, party_code, columns["number"])
    _add_face(columns, values)
    name = _plain(row, "party_name")
    if kind == "business_register":
        values |= {k: v for k, v in (("org.uscc", party_code), ("org.name", name)) if v and k not in values}
    return ReadRow(line, name, columns)


def _add_face(columns: dict[str, Any], values: dict[str, Any]) -> None:
    """Number, end, issuer and begin of a certificate are values too, under what the certificate is about."""
    about = KINDS[columns["kind"]].about
    if about not in ("licence", "product") or columns["kind"] in ("production_relation", "mandate"):
        return
    face = {"number": columns["number"], "valid_to": columns["valid_to"] and columns["valid_to"].isoformat()}
    face |= {"issuer": columns["issuer"]} if about == "licence" else {}
    for name, value in face.items():
        if value:
            values.setdefault(f"{about}.{name}", value)


def _read_party(row: Mapping[str, Any]) -> str:
    code = forms.fold_width(_plain(row, "party_code")).upper()
    if not forms.is_credit_code(code) and not PERSON.fullmatch(code):
        raise BadRow(_("“%(value)s” is not a unified social credit code (18 characters, the last one checks the others).",
                       value=code[:40]))  # fmt: skip
    return code


def _read_subject(row: Mapping[str, Any], party_code: str) -> str:
    """What the row says it is about; "" when it leaves that to its kind. Another party's code is refused."""
    told = read_subject(forms.fold_width(_plain(row, "subject")))
    if told in ("party", f"party:{party_code}"):
        return f"party:{party_code}"
    if told.startswith("party:"):
        raise BadRow(_("“subject” is another party's code than “party_code”; a row is never moved to another party."))
    if told and not SUBJECT.fullmatch(told):
        raise BadRow(_("“%(column)s” must look like %(example)s.", column="subject", example="licence:…"))
    return told


def _read_number(row: Mapping[str, Any], kind: str, subject: str, ref: str) -> str:
    """The number of a numbered record: its own, else that of the licence (product) it is about, else its outside name."""
    number = forms.fold_width(_plain(row, "number"))
    if number or not KINDS[kind].numbered:
        return number
    about, _colon, named = subject.partition(":")
    number = named if about == KINDS[kind].about else ref
    if not number:
        raise BadRow(_("A %(kind)s needs a number.", kind=kind))
    return number


def _plain(row: Mapping[str, Any], name: str) -> str:
    value = row.get(name)
    if value is None:
        return ""
    if isinstance(value, bool | list | dict):
        raise BadRow(_("“%(column)s” must be a text.", column=name))
    text = str(value).strip()
    if len(text) > LIMITS.get(name, 2000):
        raise BadRow(_("“%(column)s” is longer than %(limit)s characters.", column=name, limit=LIMITS.get(name, 2000)))
    if forms.MARKUP.search(text):
        raise BadRow(_("“%(column)s” holds markup; write plain words.", column=name))
    return text


def _one_of(row: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    value = _plain(row, name)
    if value in allowed:
        return value
    known, shown = ", ".join(allowed), value[:40]
    raise BadRow(
        _("“%(column)s” is “%(value)s”; it must be one of %(allowed)s.", column=name, value=shown, allowed=known)
    )


def _matching(row: Mapping[str, Any], name: str, pattern: re.Pattern[str], example: str) -> str:
    value = _plain(row, name)
    if value and not pattern.fullmatch(value):
        raise BadRow(_("“%(column)s” must look like %(example)s.", column=name, example=example))
    return value


def _day(row: Mapping[str, Any], name: str) -> date | None:
    text = forms.fold_width(_plain(row, name))
    if not text or (name == "valid_to" and is_open_end(text)):
        return None
    try:
        found = DATE.fullmatch(text) or SHORT_DATE.fullmatch(text)
        if found:
            return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        pass
    raise BadRow(_("“%(column)s” is “%(value)s”; write a day as 2024-03-11.", column=name, value=text[:40]))


def _read_days(row: Mapping[str, Any]) -> dict[str, Any]:
    as_of, start, end, taken = (_day(row, name) for name in ("as_of", "valid_from", "valid_to", "taken_on"))
    if start and end and end < start:
        raise BadRow(_("“valid_to” is before “valid_from”."))
    if as_of and as_of > clock.today():
        raise BadRow(_("“as_of” lies in the future; it is the day the source speaks of."))
    if taken and taken > clock.today():
        raise BadRow(_("“taken_on” lies in the future; it is the day the copy was taken."))
    taken_at = datetime.combine(taken, time(0), clock.BEIJING) if taken else clock.now()
    return {"as_of": as_of, "valid_from": start, "valid_to": end, "taken_at": taken_at}


def _read_grade(row: Mapping[str, Any], kind: str, status: str) -> str:
    """A file may trust a row less than its kind allows, never more."""
    best = grade_of(kind, status if status not in ENDED_STATES else "accepted")
    if not _plain(row, "grade"):
        return best
    grade = _one_of(row, "grade", tuple(GRADES))
    if grade < best:
        raise BadRow(_("“grade” says %(grade)s, but a %(kind)s in state %(status)s is %(best)s at most.",
                       grade=grade, kind=kind, status=status, best=best))  # fmt: skip
    return grade


def _read_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """The value columns; a cell that begins with [ or { is JSON. Values are kept as the source writes them."""
    values: dict[str, Any] = {}
    known = known_concepts()
    for name, cell in row.items():
        if name in COLUMNS or cell is None or cell == "":
            continue
        if ABOUT_OF.get(name.partition(".")[0]) is None or "." not in name:
            raise BadRow(_("There is no column “%(column)s”; see docs/records-import.md.", column=str(name)[:60]))
        if name not in known:
            raise BadRow(_("No form asks for “%(column)s”; the value columns are listed in docs/records-import.md.",
                           column=str(name)[:60]))  # fmt: skip
        values[name] = _read_cell(name, cell)
    return values


def _read_cell(name: str, cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    text = cell.strip()
    if len(text) > 50_000:
        raise BadRow(_("“%(column)s” is longer than %(limit)s characters.", column=name, limit=50_000))
    if not text.startswith(("[", "{")):
        return text
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise BadRow(
            _("“%(column)s” begins like JSON but cannot be read: %(error)s", column=name, error=error.msg)
        ) from error


def _check_party(party_code: str, values: Mapping[str, Any]) -> None:
    stated = values.get("org.uscc")
    if stated is not None and forms.fold_width(str(stated)).upper() != party_code:
        raise BadRow(_("“org.uscc” is another party's code than “party_code”; a row is never moved to another party."))
