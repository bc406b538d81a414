"""The browser's twin of the value checks answers the golden vectors as the server does, in both languages."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from portal.forms.twin import build_twin

ROOT = Path(__file__).resolve().parents[2]
VECTORS = json.loads((ROOT / "tests" / "contracts" / "form_values.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_browser_answers_every_vector(browser: Browser, language: str) -> None:
    page = browser.new_page()
    page.add_script_tag(path=ROOT / "portal" / "static" / "formats.js")
    answers = page.evaluate(
        "([vectors, data]) => vectors.map((one) => wenbanFormats.read(one, one.given, data))",
        [VECTORS, build_twin(language)],
    )
    page.close()
    wrong = [
        (vector, answer)
        for vector, answer in zip(VECTORS, answers, strict=True)
        if answer != ({"value": vector["value"]} if "value" in vector else {"error": vector[language]})
    ]
    assert wrong == []
