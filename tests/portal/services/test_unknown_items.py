"""An item that is not in the catalogue is told in the language of the page, with the way to the list."""

import pytest
from flask.testing import FlaskClient

TOLD = {
    "zh": "没有事项“Z9”，请从办事目录里选择。",
    "en": "There is no service item “Z9”. Choose one from the list of services.",
}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_unknown_item_is_told_in_the_language_of_the_page(client: FlaskClient, language: str) -> None:
    reply = client.get(f"/services/Z9?lang={language}")
    assert reply.status_code == 404
    assert TOLD[language] in reply.get_data(as_text=True)


def test_a_start_without_an_item_leads_to_the_list_of_services(client: FlaskClient) -> None:
    reply = client.get("/applications/start")
    assert (reply.status_code, reply.location) == (302, "/services/")
