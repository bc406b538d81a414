"""The OpenAPI 3.1 document, written from the table of operations and the schemas that check requests."""

import re
from typing import Any

from flask_babel import gettext as _

from portal.open_api.operations import OPERATIONS, PER_MINUTE, Operation
from portal.open_api.schemas import list_components

SECTIONS = ("openapi.json", "token", "forms", "drafts", "cases")  # first parts of paths, in the order they are read
PART = re.compile(r"<(?:\w+:)?(\w+)>")


def build_document(server: str) -> dict[str, Any]:
    """In the language of the request; ``server`` is the portal's own address."""
    paths: dict[str, Any] = {}
    for row in sorted(OPERATIONS, key=lambda one: SECTIONS.index(one.path.split("/")[1])):
        paths.setdefault(write_path(row), {})[row.method.lower()] = _describe(row)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": _("Wenban: open API for applications"),
            "version": "1",
            "description": _(
                "The whole life of an application from an enterprise's own system. Every request but this one carries a token (%(count)s requests a minute). Errors are problem details (RFC 9457) in the language of ?lang or Accept-Language.",
                count=PER_MINUTE,
            ),
        },
        "servers": [{"url": f"{server}/api/v1"}],
        "paths": paths,
        "components": {
            "schemas": list_components(),
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
    }


def write_path(row: Operation) -> str:
    return PART.sub(r"{\1}", row.path)


def _describe(row: Operation) -> dict[str, Any]:
    told: dict[str, Any] = {
        "operationId": row.name,
        "summary": str(row.summary),
        "parameters": _list_parameters(row),
        "responses": {str(row.status): _describe_reply(row)} | _list_problems(row),
        "security": [{"token": []}] if row.scope else [],
    }
    if row.scope:
        told["x-scope"] = row.scope
    if row.body:
        told["requestBody"] = {"required": True, "content": _content("application/json", _ref(row.body))}
    if row.upload:
        part = {"type": "object", "properties": {"file": {"type": "string", "format": "binary"}}, "required": ["file"]}
        told["requestBody"] = {"required": True, "content": _content("multipart/form-data", part)}
    return told


def _list_parameters(row: Operation) -> list[dict[str, Any]]:
    text = {"type": "string"}
    found = [_parameter(name, "path", text) for name in PART.findall(row.path)]
    limit = {"type": "integer", "minimum": 1, "maximum": 200, "default": 50}
    found += [_parameter(name, "query", limit if name == "limit" else text) for name in row.query]
    found += [_parameter("If-Match", "header", text)] if row.matched else []
    found += [_parameter("Idempotency-Key", "header", {**text, "maxLength": 80})] if row.once else []
    return [*found, _parameter("lang", "query", {"enum": ["zh", "en"]})]


def _parameter(name: str, place: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "in": place, "required": place in ("path", "header"), "schema": schema}


def _describe_reply(row: Operation) -> dict[str, Any]:
    if not row.reply:
        return {"description": _("Done")}
    kind = row.reply if "/" in row.reply else "application/json"
    schema = _ref(row.reply) if "/" not in row.reply else {} if "pdf" in kind else {"type": "object"}
    headers = {"ETag": {"schema": {"type": "string"}}} if "/" not in row.reply else {}
    return {"description": _("Done"), "content": _content(kind, schema), "headers": headers}


def _list_problems(row: Operation) -> dict[str, Any]:
    """The statuses that every operation may have, and its own."""
    statuses = {429, *row.problems, *((401, 403) if row.scope else ()), *((400, 413, 422) if row.body else ())}
    statuses |= {400, 412, 428} if row.matched else set()
    statuses |= {400, 422} if row.once or row.query else set()
    problem = {"description": _("Problem"), "content": _content("application/problem+json", _ref("Problem"))}
    found: dict[str, Any] = {str(status): problem for status in sorted(statuses)}
    return ({"304": {"description": _("Unchanged")}} if row.method == "GET" and "/" not in row.reply else {}) | found


def _content(kind: str, schema: dict[str, Any]) -> dict[str, Any]:
    return {kind: {"schema": schema}}


def _ref(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}
