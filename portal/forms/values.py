"""From what was typed or imported to the stored value, and back to what people read. Pages, chat, import and the
browser's raw requests all pass here, so the same bad value has the same error everywhere.

A read value is never cut: what is too long or holds markup is refused with the reason.
"""

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import count
from typing import Any

from flask_babel import gettext as _

from policy_kb import gettext_for
from portal.forms.formats import FORMATS, fold_letters, fold_width
from portal.forms.spec import Field, Option
from portal.language import current_language

MARKUP = re.compile(r"<\s*[/!a-zA-Z][^>]*>|&#?\w+;|javascript:", re.IGNORECASE)
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
ROW_ID = re.compile(r"[A-Za-z0-9_-]{1,12}")
DATE = re.compile(r"([0-9]{4})\s*[-/.年]\s*([0-9]{1,2})\s*[-/.月]\s*([0-9]{1,2})\s*日?")
LIMITS = {"text": 200, "long_text": 2000, "number": 20, "date": 20}
ENGLISH_DATE = re.compile(r"(\d{1,2})\s+([A-Za-z]+)\s+(\d{4})|([A-Za-z]+)\s+(\d{1,2}),?\s+(\d{4})")
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
YES = {"true", "yes", "y", "1", "on", "是", "是的", "有", "有的", "对", "对的"}
NO = {"false", "no", "n", "0", "off", "否", "无", "没有", "没", "不是", "不"}


class Unreadable(Exception):
    """What was given is not a value of this field; the text says what to enter."""


def read_value(field: Field, raw: Any) -> Any:
    """The stored value, None when nothing was given; Unreadable says what is wrong. Never raises anything else."""
    if raw is None or raw in ("", [], {}):
        return None
    readers = {
        "number": _read_number,
        "date": _read_date,
        "choice": _read_choice,
        "choices": _read_choices,
        "yes_no": _read_yes_no,
        "declaration": _read_declaration,
        "repeat": _read_rows,
        "file": _read_file,
    }
    return readers.get(field.type, _read_text)(field, raw)


def _plain(field: Field, raw: Any) -> str:
    if not isinstance(raw, str):
        if isinstance(raw, bool) or not isinstance(raw, int | float | Decimal):
            raise Unreadable(_("Enter one value here."))
        raw = str(raw)
    raw = raw.replace("\r\n", "\n")
    if CONTROL.search(raw):
        raise Unreadable(_("This holds characters that cannot be printed. Type it again."))
    return raw


def _read_text(field: Field, raw: Any) -> str | None:
    text = _plain(field, raw)
    known = FORMATS.get(field.format)
    text = known.tidy(text) if known else (text.strip() if field.type == "long_text" else fold_letters(text))
    if not text:
        return None
    if field.type == "text" and "\n" in text:
        raise Unreadable(_("Enter this on one line."))
    if MARKUP.search(text):
        raise Unreadable(_("Enter plain words without <tags>."))
    high = field.high or (known.max_length if known else LIMITS[field.type])
    if len(text) > high:
        raise Unreadable(_("Use at most %(count)s characters; now there are %(now)s.", count=high, now=len(text)))
    if field.low and len(text) < field.low:
        raise Unreadable(_("Use at least %(count)s characters.", count=field.low))
    if known and not known.holds(text):
        raise Unreadable(known.error[current_language()])
    return text


def _read_number(field: Field, raw: Any) -> str | None:
    text = fold_width(_plain(field, raw)).replace(",", "").rstrip("%").strip()
    if not text:
        return None
    try:
        number = Decimal(text) if len(text) <= LIMITS["number"] and re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text) else None
    except InvalidOperation:
        number = None
    if number is None:
        raise Unreadable(_("Enter a number, for example 12.5."))
    low, high = (0, 100) if field.format == "percent" else (field.low, field.high)
    if (low is not None and number < low) or (high is not None and number > high):
        if high is None:
            raise Unreadable(_("Enter a number of at least %(low)s.", low=low))
        raise Unreadable(_("Enter a number from %(low)s to %(high)s.", low=low, high=high))
    if field.format == "percent" and -int(number.as_tuple().exponent) > 6:
        raise Unreadable(_("Use at most six decimal places."))
    plain = f"{number:f}"
    plain = plain.rstrip("0").rstrip(".") if "." in plain else plain
    return "0" if plain in ("-0", "") else plain


def _read_date(field: Field, raw: Any) -> str | None:
    text = fold_width(_plain(field, raw))
    if not text:
        return None
    try:
        day = _find_day(text)
    except ValueError:
        day = None
    if day is None or not 1900 <= day.year <= 2200:
        raise Unreadable(_("Enter a day as year-month-day, for example 2026-03-11."))
    return day.isoformat()


def _find_day(text: str) -> date | None:
    """The day that a text names in one of the ways people write it; ValueError when it does not exist."""
    found = DATE.fullmatch(text)
    if found:
        return date(int(found[1]), int(found[2]), int(found[3]))
    found = ENGLISH_DATE.fullmatch(text)
    if not found:
        return None
    number, name, year = (found[1], found[2], found[3]) if found[1] else (found[5], found[4], found[6])
    month = next((n for n, full in enumerate(MONTHS, 1) if len(name) >= 3 and full.startswith(name.lower())), 0)
    return date(int(year), month, int(number))


def names_of(option: Option) -> list[str]:
    """How an option may be named: its code, its labels, the number in front and the label without it; longest first."""
    names = [option.code, *option.label.values(), *re.findall(r"^\d{2}(?=\s)", option.label["zh"])]
    names += [re.sub(r"^\w?\d{2}\s+|^[A-Z]\s+", "", label) for label in option.label.values()]
    return sorted({fold_width(name).casefold() for name in names}, key=len, reverse=True)


def _code_of(field: Field, text: str) -> str | None:
    """The option that was named by its code or by one of its labels."""
    wanted = fold_width(text).casefold()
    return next((option.code for option in field.options if wanted in names_of(option)), None)


def _codes_in(field: Field, text: str) -> list[str | None]:
    """The options named in one text, longest names first; a None in the list for what is left over."""
    rest = fold_width(text).casefold()
    named = sorted(((n, o.code) for o in field.options for n in names_of(o)), key=lambda pair: -len(pair[0]))
    codes: list[str | None] = []
    for name, code in named:
        at = rest.find(name)
        inside_word = (
            at >= 0 and name.isascii() and bool(re.search(rf"\w{re.escape(name)}|{re.escape(name)}\w", rest, re.ASCII))
        )
        if at >= 0 and not inside_word:
            rest = rest.replace(name, "\n", 1)
            codes.append(code)
    return [*codes, None] if re.sub(r"\band\b|[,，、;；\s和及与]+", "", rest) else codes


def _read_choice(field: Field, raw: Any) -> str:
    code = _code_of(field, _plain(field, raw))
    if code is None:
        raise Unreadable(_("Choose one of the answers shown."))
    return code


def _read_choices(field: Field, raw: Any) -> list[str] | None:
    if not isinstance(raw, str | list):
        raise Unreadable(_("Choose from the answers shown."))
    codes = (
        _codes_in(field, raw)
        if isinstance(raw, str)
        else [_code_of(field, part) if isinstance(part, str) else None for part in raw]
    )
    if None in codes:
        raise Unreadable(_("Choose from the answers shown."))
    chosen = [option.code for option in field.options if option.code in codes]
    if field.high is not None and len(chosen) > field.high:
        raise Unreadable(_("Choose at most %(count)s.", count=field.high))
    if chosen and field.low is not None and len(chosen) < field.low:
        raise Unreadable(_("Choose at least %(count)s.", count=field.low))
    return chosen or None


def _read_yes_no(field: Field, raw: Any) -> bool:
    if isinstance(raw, bool):
        return raw
    text = fold_width(raw).casefold() if isinstance(raw, str) else ""
    if text in YES:
        return True
    if text in NO:
        return False
    raise Unreadable(_("Answer yes or no."))


def _read_declaration(field: Field, raw: Any) -> bool | None:
    """A declaration is either made or not there at all."""
    return True if _read_yes_no(field, raw) else None


def _read_file(field: Field, raw: Any) -> dict[str, Any]:
    """Files come in through the upload check; here only its result passes."""
    keys = {"name", "media_type", "sha256", "size", "stored_as"}
    if not isinstance(raw, dict) or set(raw) != keys:
        raise Unreadable(_("Send a file here."))
    return raw


def _read_rows(field: Field, raw: Any) -> list[dict[str, Any]] | None:
    if not isinstance(raw, list) or not all(isinstance(row, dict) for row in raw):
        raise Unreadable(_("Enter this as rows."))
    if field.high is not None and len(raw) > field.high:
        raise Unreadable(_("Enter at most %(count)s rows.", count=field.high))
    rows: list[dict[str, Any]] = []
    known = {f.id for f in field.fields} | {"_id"}
    taken = [str(row["_id"]) for row in raw if row.get("_id")]
    if len(set(taken)) < len(taken) or not all(ROW_ID.fullmatch(one) for one in taken):
        raise Unreadable(
            _("Each row needs an _id of its own of at most 12 letters, figures, - or _; leave it out of new rows.")
        )
    free = (name for n in count(1) if (name := f"r{n}") not in taken)
    for number, row in enumerate(raw, 1):
        if set(row) - known:
            raise Unreadable(_("Row %(number)s holds something this form does not ask.", number=number))
        values: dict[str, Any] = {}
        for inner in field.fields:
            try:
                value = read_value(inner, row.get(inner.id))
            except Unreadable as error:
                raise Unreadable(_("Row %(number)s: %(error)s", number=number, error=str(error))) from error
            if value is not None:
                values[inner.id] = value
        if values:
            rows.append({"_id": str(row.get("_id") or next(free)), **values})
    return rows or None


def show_value(field: Field, value: Any, language: str) -> str:
    """The value as people read it in ``"zh"`` or ``"en"``; "" for none. Rows are written one a line."""
    if value is None:
        return ""
    if field.type == "choice":
        option = field.find_option(value)
        return option.label[language] if option else str(value)
    if field.type == "choices":
        between = "、" if language == "zh" else ", "
        return between.join(o.label[language] for o in field.options if o.code in value)
    if field.type == "yes_no":
        return gettext_for(language)("yes" if value else "no")
    if field.type == "declaration":
        return gettext_for(language)("declared")
    if field.type == "file":
        return f"{value['name']} ({max(1, round(value['size'] / 1024))} KB)"
    if field.type == "date":
        return _show_date(value, language)
    if field.type == "repeat":
        return "\n".join(show_row(field, row, language) for row in value)
    if field.format == "percent":
        return f"{value}%"
    return str(value)


def show_row(field: Field, row: dict[str, Any], language: str) -> str:
    """One row of a repeat group on one line."""
    shown = [(f, show_value(f, row.get(f.id), language)) for f in field.fields]
    separator, colon = ("；", "：") if language == "zh" else ("; ", ": ")
    return separator.join(f"{f.label[language]}{colon}{text}" for f, text in shown if text)


def _show_date(value: str, language: str) -> str:
    from portal.pages import write_date

    return write_date(date.fromisoformat(value), language)
