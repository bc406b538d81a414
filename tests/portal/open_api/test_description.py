"""The OpenAPI document names every route and nothing else, holds together, and is read by people in their language.

That every answer is as it says is checked at each request of the other tests (``conftest.Program``)."""

from collections.abc import Iterator
from typing import Any

import pytest
from apiflask import APIFlask
from jsonschema import Draft202012Validator

from portal.open_api.document import PART
from tests.portal.applications.conftest import Applicant
from tests.portal.open_api.conftest import read_document


def list_operations(document: dict[str, Any]) -> set[tuple[str, str]]:
    return {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}


def test_every_route_is_in_the_document_and_nothing_else(demo: APIFlask) -> None:
    routes = {
        (method, PART.sub(r"{\1}", rule.rule.removeprefix("/api/v1")))
        for rule in demo.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == list_operations(demo.test_client().get("/api/v1/openapi.json").get_json())


def list_refs(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        yield from ([node["$ref"]] if isinstance(node.get("$ref"), str) else [])
        for inner in node.values():
            yield from list_refs(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from list_refs(inner)


def test_the_document_holds_together(demo: APIFlask) -> None:
    document = demo.test_client().get("/api/v1/openapi.json").get_json()
    assert document["openapi"] == "3.1.0"
    schemas = document["components"]["schemas"]
    assert {ref.rpartition("/")[2] for ref in list_refs(document)} <= set(schemas)
    for schema in schemas.values():
        Draft202012Validator.check_schema(schema)
    names = [told["operationId"] for methods in document["paths"].values() for told in methods.values()]
    assert len(set(names)) == len(names)
    for (_method, path), told in (
        ((m, p), one) for p, methods in document["paths"].items() for m, one in methods.items()
    ):
        declared = {one["name"] for one in told["parameters"] if one["in"] == "path"}
        assert {f"{{{name}}}" for name in declared} == {part for part in path.split("/") if part.startswith("{")}
        assert told["security"] or path == "/openapi.json"


@pytest.mark.parametrize(("language", "word"), [("zh", "新建草稿"), ("en", "Start a draft")])
def test_people_read_it_in_their_language(demo: APIFlask, language: str, word: str) -> None:
    client = demo.test_client()
    page = client.get(f"/developers/?lang={language}").text
    assert word in page
    assert "<script" not in page
    for _method, path in list_operations(read_document()):
        assert f"/api/v1{path}" in page
    assert word in client.get(f"/api/v1/openapi.json?lang={language}").get_json()["paths"]["/drafts"]["post"]["summary"]


def test_the_matters_of_an_enterprise_lead_to_its_tokens(applicant: Applicant) -> None:
    assert "/developers/tokens" in applicant.text("/applications/")
