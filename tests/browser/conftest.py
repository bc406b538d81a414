"""The whole system on free ports with the shared law, and a real browser in front of it."""

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect, sync_playwright
from werkzeug.serving import make_server

from policy_kb import wording
from portal import create_app
from portal.extensions import db
from portal.settings import Settings
from tests.running import Running
from tools.screenshots import FLAGS, PASSWORD

expect.set_options(timeout=20_000)  # milliseconds: what is right stays right on a slow machine; bench/ measures speed


@pytest.fixture(scope="session")
def address(system: Running) -> str:
    return system.address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=FLAGS)
        yield browser
        browser.close()


DAY = "2026-11-24T10:00"
NOBODY = "http://127.0.0.1:9"  # no Rasa answers there


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A portal alone with the demo enterprises, without the law and without Rasa; its address."""
    folder: Path = tmp_path_factory.mktemp("focus")
    wording.compile_catalogues()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WENBAN_NOW", DAY)
        app = create_app(Settings(env="test", data=folder, argon2_time_cost=1, rasa_url=NOBODY))
        with app.app_context():
            db.create_all()
            assert app.test_cli_runner().invoke(args=["demo", "load"]).exit_code == 0
            db.session.remove()
        server = make_server("127.0.0.1", 0, app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        with app.app_context():
            db.engine.dispose()


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(base_url=address, locale="zh-CN", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.on(
        "console",
        lambda message: (
            problems.append(message.text)
            if message.type == "error" and "Content Security Policy" in message.text
            else None
        ),
    )
    yield page
    context.close()
    assert problems == [], problems


@pytest.fixture
def check_page() -> Callable[[Page], None]:
    """axe finds nothing, nothing is wider than the screen at 320 px, every aria reference points somewhere."""

    def check(page: Page) -> None:
        violations = Axe().run(page).response["violations"]
        found = [f"{v['impact']} {v['id']}: {v['nodes'][0]['html'][:160]}" for v in violations]
        assert found == [], f"{page.url}: {found}"
        lost = page.evaluate(
            """() => [...document.querySelectorAll('[aria-labelledby],[aria-describedby]')].flatMap(e =>
            ((e.getAttribute('aria-labelledby') || '') + ' ' + (e.getAttribute('aria-describedby') || '')).split(/\\s+/)
            .filter(id => id && !document.getElementById(id)))"""
        )
        assert lost == [], f"{page.url}: {lost}"
        size = page.viewport_size
        page.set_viewport_size({"width": 320, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), (
            f"{page.url} is wider than 320 px"
        )
        assert size is not None
        page.set_viewport_size(size)

    return check


@pytest.fixture
def sign_in(page: Page) -> Callable[[str], None]:
    def act(login: str) -> None:
        page.goto("/sign-in")
        page.get_by_label("登录名").fill(login)
        page.get_by_label("密码").fill(PASSWORD)
        page.locator("main form button").click()
        page.wait_for_url(lambda url: "/sign-in" not in url)

    return act
