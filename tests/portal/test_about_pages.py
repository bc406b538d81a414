"""What every public site owes its visitors: how personal information is handled, and accessibility."""

import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from flask.testing import FlaskClient

from portal.home.service import PRIVACY_CLAUSES
from portal.pages import write_clause
from portal.printing import write_pdf


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("/privacy?lang=zh", "打星号"),
        ("/privacy?lang=en", "starred before"),
        ("/accessibility?lang=zh", "关闭JavaScript"),
        ("/accessibility?lang=en", "Switch JavaScript off"),
    ],
)
def test_the_page_is_there_in_both_languages(client: FlaskClient, path: str, told: str) -> None:
    reply = client.get(path)
    assert reply.status_code == 200
    assert told in reply.text


@pytest.mark.parametrize("path", ["/", "/chat/", "/services/", "/nowhere"])
def test_every_page_leads_there(client: FlaskClient, path: str) -> None:
    page = client.get(path).text
    assert 'href="/privacy"' in page
    assert 'href="/accessibility"' in page


def test_every_promise_about_personal_information_names_its_clause(client: FlaskClient) -> None:
    page = client.get("/privacy?lang=zh").text
    cites = [cite for cites in PRIVACY_CLAUSES.values() for cite in cites]
    assert len(cites) >= 3
    assert [cite for cite in cites if write_clause(cite.title, cite.article, language="zh") not in page] == []


@pytest.mark.parametrize(("path", "language"), [("/privacy", "en"), ("/privacy", "zh")])
def test_only_the_two_cookies_that_are_told_are_set(client: FlaskClient, path: str, language: str) -> None:
    client.post("/large-text", data={"next": "/"})
    client.get(f"{path}?lang={language}")
    assert {cookie.key for cookie in client._cookies.values()} == {"wenban", "lang"}


def test_what_is_printed_is_tagged_for_screen_readers() -> None:
    document = pypdfium2.PdfDocument(write_pdf('<html lang="zh-CN"><title>回执</title><h1>回执</h1><p>编号</p></html>'))
    assert pdfium.FPDFCatalog_IsTagged(document)
