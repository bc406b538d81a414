"""The golden vectors, answered by the server; ``tests/browser/test_formats_twin.py`` asks the browser the same."""

import json
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask

from portal.forms.formats import FORMATS
from portal.forms.service import Field, Unreadable, read_value
from portal.language import set_language

FILE = Path(__file__).parents[2] / "contracts" / "form_values.json"
VECTORS: list[dict[str, Any]] = json.loads(FILE.read_text(encoding="utf-8"))
LABEL = {"zh": "栏", "en": "Field"}


def answer(vector: dict[str, Any]) -> Any:
    field = Field("some", vector["type"], LABEL, format=vector["format"], low=vector["low"], high=vector["high"])
    try:
        return {"value": read_value(field, vector["given"])}
    except Unreadable as error:
        return {"error": str(error)}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_server_answers_every_vector(app: APIFlask, language: str) -> None:
    wrong = []
    with app.test_request_context():
        set_language(language)
        for vector in VECTORS:
            right = {"value": vector["value"]} if "value" in vector else {"error": vector[language]}
            if answer(vector) != right:
                wrong.append((vector, answer(vector)))
    assert wrong == []


def test_every_format_has_right_and_wrong_vectors() -> None:
    for kind in ("value", "zh"):
        assert set(FORMATS) <= {vector["format"] for vector in VECTORS if kind in vector}


def test_every_format_passes_its_own_example_and_names_where_it_comes_from() -> None:
    for name, one in FORMATS.items():
        assert one.holds(one.tidy(one.example)), name
        assert len(one.example) <= one.max_length, name
        assert one.cites or one.known == "memory" or not one.number, f"{name}: a number that is given needs its clause"
