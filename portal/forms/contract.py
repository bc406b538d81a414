"""The data contract of a form: a JSON Schema that every accepted snapshot obeys, published with the form."""

from typing import Any

from portal.forms.formats import FORMATS
from portal.forms.spec import Field, Form
from portal.forms.values import LIMITS


def build_schema(form: Form) -> dict[str, Any]:
    """JSON Schema (2020-12) of the answers of one form version. What is asked only sometimes is not required."""
    fields = list(form.list_fields())
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:wenban:form:{form.id}:{form.version}",
        "title": form.label["zh"],
        "type": "object",
        "properties": {f.id: _schema_of(f) for f in fields},
        "required": [f.id for f in fields if f.required and f.when is None],
        "additionalProperties": False,
    }


def _schema_of(field: Field) -> dict[str, Any]:
    schema = _bare(field)
    schema["title"] = field.label["zh"]
    if field.concept:
        schema["x-concept"] = field.concept
    if field.table:
        schema["x-table"] = field.table
    return schema


def _bare(field: Field) -> dict[str, Any]:
    codes = [option.code for option in field.options]
    if field.type == "choice":
        return {"enum": codes}
    if field.type == "choices":
        return {
            "type": "array",
            "items": {"enum": codes},
            "minItems": field.low or 1,
            **({"maxItems": field.high} if field.high else {}),
            "uniqueItems": True,
        }
    if field.type in ("yes_no", "declaration"):
        return {"const": True} if field.type == "declaration" else {"type": "boolean"}
    if field.type == "date":
        return {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
    if field.type == "number":
        low, high = (0, 100) if field.format == "percent" else (field.low, field.high)
        bounds = {"x-minimum": low, "x-maximum": high}
        said = {key: bound for key, bound in bounds.items() if bound is not None}
        return {"type": "string", "pattern": "^-?[0-9]+([.][0-9]+)?$", **said}
    if field.type == "file":
        text = {"type": "string"}
        return {
            "type": "object",
            "properties": {
                "name": text,
                "media_type": text,
                "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                "size": {"type": "integer", "minimum": 1},
            },
            "required": ["name", "media_type", "sha256", "size"],
            "additionalProperties": False,
        }
    if field.type == "repeat":
        return {
            "type": "array",
            "minItems": field.low or 1,
            **({"maxItems": field.high} if field.high else {}),
            "items": {
                "type": "object",
                "properties": {f.id: _schema_of(f) for f in field.fields},
                "required": [f.id for f in field.fields if f.required],
                "additionalProperties": False,
            },
        }
    known = FORMATS.get(field.format)
    longest = field.high or (known.max_length if known else LIMITS[field.type])
    return {
        "type": "string",
        "minLength": field.low or 1,
        "maxLength": longest,
        **({"pattern": f"^(?:{known.pattern})$", "examples": [known.example]} if known and known.pattern else {}),
    }
