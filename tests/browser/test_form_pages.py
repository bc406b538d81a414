"""Pages of forms through axe and at 320 pixels: of every form each page with a kind of field that no page before had.

The pages are made without a server, with our own style sheets written into them; the walks cover what scripts do.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from apiflask import APIFlask
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from portal import create_app
from portal.applications import service
from portal.extensions import db
from portal.forms.loading import list_newest
from portal.forms.service import Field
from portal.language import set_language
from portal.settings import Settings
from tests.portal.forms.made_answers import make_answers
from tests.portal.forms.test_every_form import DAY, put_draft, show_section

STATIC = Path(__file__).parents[2] / "portal" / "static"
LINK = re.compile(r'<link rel="stylesheet" href="/static/([a-z_]+\.css)[^"]*">')


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[APIFlask]:
    monkeypatch.setenv("WENBAN_NOW", f"{DAY}T10:00")
    app = create_app(Settings(env="test", data=tmp_path, argon2_time_cost=1))
    app.config["WTF_CSRF_ENABLED"] = False
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


def list_kinds(fields: list[Field]) -> frozenset[tuple[str, bool, bool, bool]]:
    """The kinds of field on a page: type, with or without hint and clause, needed or not."""
    return frozenset((f.type, bool(f.hint), bool(f.cites), f.required) for f in fields)


def list_pages(app: APIFlask, language: str) -> Iterator[tuple[str, str]]:
    """(name, HTML) of pages, filled in, until every kind of field has been shown."""
    seen: set[tuple[str, bool, bool, bool]] = set()
    for form in list_newest():
        draft = put_draft(form, make_answers(form, DAY))
        for page, fields in service.view_draft(draft, language).list_sections():
            asked = fields[:1] if page.one_by_one else fields
            if not list_kinds(asked) <= seen:
                seen |= list_kinds(asked)
                yield f"{form.id}/{page.id}", show_section(app, draft, page.id, asked[0].id, language)
        db.session.expunge_all()


def write_styles(html: str) -> str:
    return LINK.sub(lambda found: f"<style>{(STATIC / found[1]).read_text(encoding='utf-8')}</style>", html)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_kind_of_form_page_is_clean_and_fits_a_small_screen(
    app: APIFlask, browser: Browser, language: str
) -> None:
    with app.test_request_context(), db.session.no_autoflush:
        set_language(language)
        pages = list(list_pages(app, language))
    shown = browser.new_page(viewport={"width": 320, "height": 800})
    faults: list[str] = []
    for name, html in pages:
        shown.set_content(write_styles(html))
        faults += [f"{name}: {v['impact']} {v['id']}" for v in Axe().run(shown).response["violations"]]
        if shown.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults.append(f"{name}: wider than the screen")
    shown.close()
    assert len(pages) >= 15
    assert faults == []
