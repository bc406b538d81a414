"""JSON Schemas (2020-12) of what the open API takes and gives: requests are checked with them, the OpenAPI document is
made of them, and the tests hold every answer against them."""

from typing import Any

from portal.open_api.service import SCOPES

Schema = dict[str, Any]
TEXT: Schema = {"type": "string"}
FLAG: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "integer"}
DAY_ALWAYS: Schema = {"type": "string", "format": "date"}
DAY: Schema = {"type": ["string", "null"], "format": "date"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
TEXTS: Schema = {"type": "object", "additionalProperties": TEXT}


def _thing(_optional: tuple[str, ...] = (), /, **properties: Schema) -> Schema:
    """An object with exactly these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in _optional],
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/components/schemas/{name}"}


# Values are as the form's own JSON Schema has them; that schema is under /forms/{form_id}.
VALUE: Schema = {"type": ["string", "boolean", "number", "array", "object", "null"]}
FIELD_ID: Schema = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,59}$"}
SOURCES: Schema = {
    "oneOf": [
        {"enum": ["all", "none"]},
        {"type": "array", "items": {"type": "string", "maxLength": 60}, "minItems": 1, "maxItems": 20},
    ]
}

REQUESTS: dict[str, Schema] = {
    "DraftStart": _thing(
        ("record", "another"),
        form={"type": "string", "minLength": 1, "maxLength": 80},
        sources=SOURCES,
        record={"type": "string", "maxLength": 60},
        another=FLAG,
    ),
    "Answers": {
        **_thing(
            ("values", "choose", "reasons"),
            values={"type": "object", "maxProperties": 300, "additionalProperties": VALUE},
            choose={
                "type": "object",
                "maxProperties": 300,
                "additionalProperties": {"type": "string", "maxLength": 20},
            },
            reasons={
                "type": "object",
                "maxProperties": 300,
                "additionalProperties": {"type": "string", "maxLength": 300},
            },
        ),
        "minProperties": 1,
    },
    "SourcesSaid": _thing(sources=SOURCES),
}

_DRAFT: dict[str, Schema] = {
    "id": TEXT,
    "form": _thing(id=TEXT, version=NUMBER),
    "title": TEXT,
    "state": {"enum": ["open", "returned", "submitted", "abandoned"]},
    "version": NUMBER,
    "created_at": MOMENT,
    "updated_at": MOMENT,
    "case": {"type": ["string", "null"]},
}

_CASE: dict[str, Schema] = {
    "number": TEXT,
    "title": TEXT,
    "form": _thing(id=TEXT, version=NUMBER),
    "state": TEXT,
    "state_text": TEXT,
    "draft": TEXT,
    "received_at": MOMENT,
    "due": DAY,
    "due_text": TEXT,
    "standing": {"anyOf": [_ref("Standing"), {"type": "null"}]},
}

ANSWERS: dict[str, Schema] = {
    "Clause": _thing(title=TEXT, article=NUMBER, paragraph=NUMBER, clause_id={"type": ["string", "null"]}, quote=TEXT),
    "Problem": {
        "type": "object",
        "properties": {
            "type": TEXT,
            "title": TEXT,
            "status": NUMBER,
            "detail": TEXT,
            "code": TEXT,
            "instance": TEXT,
            "errors": TEXTS,
        },
        "required": ["type", "title", "status", "detail", "code", "instance"],
        "additionalProperties": False,
    },
    "Token": _thing(name=TEXT, scopes=_list({"enum": list(SCOPES)}), party=TEXT, party_name=TEXT, expires_at=MOMENT,
                    items=_list(TEXT)),
    "FormLine": _thing(id=TEXT, version=NUMBER, item=TEXT, variant=TEXT, title=TEXT),
    "FormList": _thing(forms=_list(_ref("FormLine")), next=TEXT),
    "Form": _thing(
        id=TEXT, version=NUMBER, item=TEXT, variant=TEXT, title=TEXT,
        sections=_list(_thing(id=TEXT, label=TEXT, fields=_list(TEXT))),
        sources=_list(_thing(name=TEXT, label=TEXT, fields=_list(TEXT))),
        records=_list(_thing(id=TEXT, number=TEXT, valid_to=DAY)),
        schema={"type": "object"},
    ),
    "DraftLine": _thing(**_DRAFT),
    "DraftList": _thing(drafts=_list(_ref("DraftLine")), next=TEXT),
    "Offer": _thing(key=TEXT, text=TEXT, line=TEXT),
    "Field": _thing(
        id=TEXT, label=TEXT, section=TEXT, type=TEXT, required=FLAG, value=VALUE, text=TEXT,
        origin={"enum": ["", "auto", "computed", "locked", "manual", "override", "chat_confirmed", "carried"]},
        origin_text=TEXT, line=TEXT, reason=TEXT, mind=TEXT, note=TEXT, locked=FLAG, open=FLAG, conflict=FLAG,
        withheld=FLAG, offers=_list(_ref("Offer")), rejected=_list(_thing(text=TEXT, line=TEXT, reason=TEXT)),
    ),
    "Gap": _thing(path=TEXT, label=TEXT, text=TEXT, because=TEXT, clauses=_list(_ref("Clause"))),
    "Check": _thing(
        ready=FLAG, missing=_list(_ref("Gap")), warnings=_list(_thing(text=TEXT, clauses=_list(_ref("Clause")))),
        window={"anyOf": [_thing(opens=DAY, closes=DAY), {"type": "null"}]},
    ),
    "Draft": _thing(
        **_DRAFT, record=TEXT,
        sources=_list(_thing(name=TEXT, label=TEXT, decision={"enum": ["", "given", "refused", "withdrawn"]})),
        failed_sources=_list(TEXT), fields=_list(_ref("Field")), check=_ref("Check"),
        newer_form={"anyOf": [_thing(version=NUMBER, added=_list(TEXT), gone=_list(TEXT), demands=_list(TEXT)),
                              {"type": "null"}]},
    ),
    "Saved": _thing(
        results={"type": "object", "additionalProperties": {"enum": ["saved", "cleared", "unchanged"]}},
        draft=_ref("Draft"),
    ),
    "Standing": {
        **_thing(since=DAY_ALWAYS, expected=DAY, reason=TEXT, reason_text=TEXT, text=TEXT, clauses=_list(_ref("Clause")),
                 days_left={"type": ["integer", "null"], "minimum": 0}, then={"enum": ["", "restart", "third"]}),
        "description": "The time limit stands still: since when and why, by which clause. days_left are working days of it "
                       "(null: it is not counted in working days); then: how it goes on (\"\": the rest runs on, restart: "
                       "it begins anew, third: it is a third longer); expected: until which day it will last, if told.",
    },
    "CaseLine": _thing(**_CASE),
    "CaseList": _thing(cases=_list(_ref("CaseLine")), next=TEXT),
    "Case": _thing(
        **_CASE, certificate_number=TEXT,
        timeline=_list(_thing(at=MOMENT, action=TEXT, text=TEXT, note=TEXT)),
        to_correct=_list(_thing(field=TEXT, label=TEXT, text=TEXT)),
        rounds=_list(_thing(round=NUMBER, sent_at=MOMENT, answers_sha256=TEXT, receipt=TEXT)),
        answers={"type": "object"}, withheld=_list(TEXT),
    ),
}  # fmt: skip


def list_components() -> dict[str, Schema]:
    """Every named schema."""
    return {**ANSWERS, **REQUESTS}
