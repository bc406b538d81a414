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
from portal.prefill.kinds import ABOUT_OF, ENDED_STATES, GRADES, KINDS, STATES, grade_of
from portal.prefill.records import own_subject
from portal.vocabulary import CONCEPTS

COLUMNS = (
    "party_code", "party_name", "kind", "number", "as_of", "valid_from", "valid_to", "status", "issuer", "item",
    "subject", "taken_on", "grade",
)  # fmt: skip
REQUIRED = ("party_code", "party_name", "kind", "as_of")
LIMITS = {"number": 80, "issuer": 100, "subject": 120, "party_name": 200, "item": 40}
SUBJECT = re.compile(r"(licence|product|site):\S.{0,110}")
ITEM = re.compile(r"[A-Z][0-9A-Z]{0,3}/[a-z_]+")
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


class BadRow(Exception):
    """Why a row cannot be taken, and what to write instead."""


@dataclass(frozen=True, slots=True)
class ReadRow:
    """``columns`` are those of a Record; the party is added when it is new."""

    line: int
    party_name: str
    columns: dict[str, Any]


def known_concepts() -> set[str]:
    """The concepts of the vocabulary and those that a form asks for: the value columns a file may have."""
    return set(CONCEPTS) | {
        field.concept for form in forms.list_forms() for field in form.list_fields() if field.concept
    }


def read_row(line: int, row: Mapping[str, Any]) -> ReadRow:
    """The record of a row; BadRow with the first thing that is wrong."""
    for name in REQUIRED:
        if not _plain(row, name):
            raise BadRow(_("“%(column)s” is empty; every row needs it.", column=name))
    kind = _one_of(row, "kind", tuple(KINDS))
    status = _one_of(row, "status", STATES) if _plain(row, "status") else "valid"
    party_code = forms.fold_width(_plain(row, "party_code")).upper()
    if not forms.is_credit_code(party_code):
        raise BadRow(_("“%(value)s” is not a unified social credit code (18 characters, the last one checks the others).",
                       value=party_code[:40]))  # fmt: skip
    values = _read_values(row)
    _check_party(party_code, values)
    columns = {
        "party_code": party_code,
        "kind": kind,
        "status": status,
        "number": forms.fold_width(_plain(row, "number")),
        "issuer": _plain(row, "issuer"),
        "item": _matching(row, "item", ITEM, "A11/renew"),
        **_read_days(row),
        "grade": _read_grade(row, kind, status),
        "values": values,
    }
    if KINDS[kind].numbered and not columns["number"]:
        raise BadRow(_("A %(kind)s needs a number.", kind=kind))
    columns["subject"] = _matching(row, "subject", SUBJECT, "licence:…") or own_subject(
        kind, party_code, columns["number"]
    )
    if KINDS[kind].about == "licence":
        values.setdefault("licence.number", columns["number"])
        if columns["valid_to"] is not None:
            values.setdefault("licence.valid_to", columns["valid_to"].isoformat())
    return ReadRow(line, _plain(row, "party_name"), columns)


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
    text = _plain(row, name)
    if not text:
        return None
    try:
        if DATE.fullmatch(text):
            return date.fromisoformat(text)
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
    for name, cell in row.items():
        if name in COLUMNS or cell is None or cell == "":
            continue
        if ABOUT_OF.get(name.partition(".")[0]) is None or "." not in name:
            raise BadRow(_("There is no column “%(column)s”; see docs/records-import.md.", column=str(name)[:60]))
        if name not in known_concepts():
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
