"""JSON from outside read strictly: what the standard (RFC 8259) does not know, or knows in two ways, is refused."""

import json
import re
from decimal import Decimal
from typing import Any

from flask import Request
from flask_babel import gettext as _
from jsonschema import Draft202012Validator, ValidationError

from portal.errors import Invalid, PortalError, TooLarge

LARGEST = 1024 * 1024  # bytes of a JSON body
SURROGATE = re.compile("[\ud800-\udfff]")


class _Twice(ValueError):
    """An object names a key twice."""


def read_body(request: Request, schema: dict[str, Any]) -> dict[str, Any]:
    """The body as its schema wants it; PortalError (400, 413) when it is no JSON, Invalid with a sentence a path."""
    if (request.content_length or 0) > LARGEST:
        raise TooLarge(_("What you sent is too large: a JSON body has at most 1 MB."))
    body = _parse(request.get_data(cache=False))
    errors = {_path_of(error): _tell(error) for error in Draft202012Validator(schema).iter_errors(body)}
    if errors:
        raise Invalid(_("Nothing was done: the body is not as described in /api/v1/openapi.json."), fields=errors)
    return dict(body)


def _parse(data: bytes) -> Any:
    try:
        text = data.decode("utf-8")
        body = json.loads(
            text, parse_constant=_refuse_constant, parse_float=_read_decimal, object_pairs_hook=_refuse_twice
        )
        if "\\u" in text and SURROGATE.search(json.dumps(body, ensure_ascii=False, default=str)):
            raise ValueError("half a character")
        return body
    except _Twice as error:
        text = _("This was sent twice.")
        raise Invalid(
            _("Nothing was saved: the body names a key twice."), code="duplicate_field", fields={str(error): text}
        ) from error
    except (ValueError, RecursionError) as error:
        raise PortalError(_("The body is no JSON that can be read (UTF-8, no NaN, not nested too deeply).")) from error


def _refuse_constant(name: str) -> Any:
    raise ValueError(name)


def _read_decimal(text: str) -> Decimal:
    """As it was written: no figure is lost on the way."""
    if len(text) > 40:
        raise ValueError("a number of more than 40 characters")
    return Decimal(text)


def _refuse_twice(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in pairs:
        if name in found:
            raise _Twice(name[:60])
        found[name] = value
    return found


def _path_of(error: ValidationError) -> str:
    return error.json_path[:120]


def _tell(error: ValidationError) -> str:
    """What is wrong at one place, in the language of the request."""
    if error.validator == "required":
        missing = [name for name in error.validator_value if name not in error.instance]
        return _("“%(name)s” is missing.", name=missing[0])
    if error.validator == "additionalProperties":
        known = set(error.schema.get("properties", {}))
        return _("There is no “%(name)s” here.", name=next(n for n in error.instance if n not in known)[:60])
    if error.validator == "enum":
        return _("This is one of: %(names)s.", names=", ".join(map(str, error.validator_value)))
    return _("This is not of the kind described in /api/v1/openapi.json.")
