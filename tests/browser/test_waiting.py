"""A4 and P6 in a real browser: what is pending at a reload comes by itself, and two widgets on one page do not mix."""

import os
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Page, Route, expect

from tests.running import Running


@contextmanager
def rasa_halted(system: Running) -> Iterator[None]:
    """All of Rasa stands still, so that an answer takes as long as this block."""
    pids = [system.look(rasa)["pid"] for rasa in system.rasa]
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for pid in pids:
            os.kill(pid, signal.SIGCONT)


def wait_until_stored(page: Page, words: str) -> None:
    """Whoever reloads before a message has reached the portal has not sent it."""
    deadline = time.monotonic() + 20
    while words not in "".join(m["text"] for m in page.request.get("/chat/messages").json()["messages"]):
        assert time.monotonic() < deadline, "the message never reached the portal"
        time.sleep(0.1)


def test_an_answer_that_is_pending_at_a_reload_shows_when_it_comes(page: Page, system: Running) -> None:
    page.goto("/chat/?lang=zh")
    page.locator("textarea").fill("你好")
    page.keyboard.press("Enter")
    expect(page.locator("li.msg.assistant")).to_have_count(2)
    with rasa_halted(system):
        page.locator("textarea").fill("药品经营许可证有效期几年？")
        page.keyboard.press("Enter")
        wait_until_stored(page, "有效期几年")
        page.reload()
        expect(page.locator("li.msg.user").last).to_contain_text("有效期几年")
        assert page.locator("li.msg.assistant.answer").count() == 0
    expect(page.locator("li.msg.assistant.answer").last).to_contain_text("5年")
    assert page.locator("li.msg.user").count() == 2, "the question stands there once"
    page.goto("/services/")
    page.goto("/chat/")
    expect(page.locator("li.msg.assistant.answer").last).to_contain_text("5年")


TWO_WIDGETS = """<!doctype html><html lang="zh-CN"><title>两个窗口</title><body><h1>两个窗口</h1>
<script src="/static/widget.js" data-lang="zh" data-id="left" data-side="left" data-label="甲窗口"></script>
<script src="/static/widget.js" data-lang="zh" data-id="right" data-label="乙窗口"></script></body></html>"""


def test_two_widgets_on_one_page_do_not_mix(page: Page, address: str) -> None:
    def show(route: Route) -> None:
        route.fulfill(body=TWO_WIDGETS, content_type="text/html; charset=utf-8")

    page.route("**/a-page-with-two-widgets", show)
    page.goto("/a-page-with-two-widgets")
    asked = {"甲窗口": ("药品经营许可证有效期几年？", "5年"), "乙窗口": ("国产普通化妆品备案多久公布？", "5个工作日")}
    for label, (question, _words) in asked.items():
        page.get_by_role("button", name=label).click()
        box = page.frame_locator(f'iframe[title="{label}"]').locator("textarea")
        expect(box).to_be_focused()
        box.fill(question)
        box.press("Enter")
        page.keyboard.press("Escape")
    for label, (question, words) in asked.items():
        page.get_by_role("button", name=re.compile(label)).click()
        log = page.frame_locator(f'iframe[title="{label}"]').locator("[data-log]")
        expect(log.locator("li.msg.assistant.answer").last).to_contain_text(words)
        expect(log.locator("li.msg.user")).to_have_text([re.compile(re.escape(question))])
        log.press("Escape")
