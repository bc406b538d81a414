"""A conversation handed to an officer and back, lived from both sides at once in two browsers (A7)."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tools.screenshots import PASSWORD

CHECK = Callable[[Page], None]
WORDS: dict[str, dict[str, str]] = {
    "zh": {
        "question": "第三类医疗器械经营许可证什么时候可以申请延续？",
        "place": r"排在最前面|排在第\d+位",
        "taken": "工作人员已接手",
        "take": "接手",
        "typing_person": "对方正在输入",
        "typing_officer": "工作人员正在输入",
        "closed": "现在由智能助手继续为您服务",
        "close": "作为最终答复发送并结束",
        "back": "返回智能助手",
        "withdrawn": "已撤回",
        "ask": "转人工",
    },
    "en": {
        "question": "When may I renew a Class III device distribution licence?",
        "place": r"You are next|Your place in the queue: \d+",
        "taken": "A member of staff has taken your conversation",
        "take": "Take it",
        "typing_person": "The person is writing",
        "typing_officer": "The member of staff is writing",
        "closed": "You are with the assistant again",
        "close": "Send as final reply and close",
        "back": "Back to the assistant",
        "withdrawn": "is withdrawn",
        "ask": "Talk to a person",
    },
}


@pytest.fixture
def officer(browser: Browser, address: str) -> Iterator[Page]:
    """A second person at a second browser, signed in as an officer."""
    context = browser.new_context(base_url=address, locale="zh-CN", viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto("/sign-in?lang=zh")
    page.fill("#field-login", "officer")
    page.fill("#field-password", PASSWORD)
    page.click("main form button")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    yield page
    context.close()


def ask_for_person(page: Page, words: dict[str, str]) -> str:
    """The number of the request."""
    page.locator("[data-handover] button").click()
    bar = page.locator("[data-handover] .handover")
    expect(bar).to_contain_text(re.compile(words["place"]))
    found = re.search(r"R\d{13}", bar.inner_text())
    assert found
    return found.group()


def open_matter(officer: Page, number: str, language: str) -> None:
    officer.goto(f"/staff/talks?lang={language}")
    officer.get_by_role("link", name=re.compile(number)).click()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_conversation_goes_to_an_officer_and_comes_back_with_a_cited_answer(
    page: Page, officer: Page, check_page: CHECK, language: str
) -> None:
    words = WORDS[language]
    page.goto(f"/chat/?lang={language}")
    page.locator("textarea").fill(words["question"])
    page.keyboard.press("Enter")
    expect(page.locator("li.msg.assistant.answer").last).to_contain_text("90")
    number = ask_for_person(page, words)
    check_page(page)
    open_matter(officer, number, language)
    check_page(officer)
    officer.get_by_role("button", name=words["take"], exact=True).click()
    expect(page.locator("li.msg.system").last).to_contain_text(words["taken"])  # without a reload
    check_page(page)
    page.locator("textarea").press_sequentially("临江市", delay=30)
    expect(officer.locator("[data-person-typing]")).to_be_visible()
    page.keyboard.press("Enter")
    expect(officer.locator("[data-transcript]")).to_contain_text("临江市")
    assert page.locator("li.msg").last.get_attribute("class") == "msg user text"  # the assistant is silent
    page.reload()
    expect(page.locator("[data-handover] .handover.taken")).to_be_visible()
    officer.locator("#field-text").press_sequentially("请在届满前", delay=30)
    expect(page.locator("[data-handover]")).to_contain_text(words["typing_officer"])
    officer.locator("#words").fill("医疗器械经营许可证 延续 90个工作日")
    officer.locator("button[name=do][value=find]").click()
    expect(officer.locator("#field-text")).to_have_value("请在届满前")
    officer.locator("input[name=cites][value^='医疗器械经营监督管理办法#16#']").check()
    check_page(officer)
    officer.locator("#field-text").fill("请在有效期届满前90个工作日至30个工作日之间申请。")
    officer.get_by_role("button", name=words["close"]).click()
    expect(officer.locator(".note.ok")).to_be_visible()
    check_page(officer)
    reply = page.locator("li.msg.officer").last
    expect(reply).to_contain_text("90个工作日至30个工作日")
    expect(reply.locator("ol.sources")).to_contain_text("医疗器械经营监督管理办法")
    expect(page.locator("li.msg.system").last).to_contain_text(words["closed"])
    expect(page.locator("[data-handover]")).to_have_text(re.compile(words["ask"]))
    check_page(page)


def test_without_javascript_both_sides_see_the_same(browser: Browser, address: str, officer: Page) -> None:
    words = WORDS["zh"]
    context = browser.new_context(base_url=address, locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    page.goto("/chat/?lang=zh")
    number = ask_for_person(page, words)
    open_matter(officer, number, "zh")
    officer.get_by_role("button", name=words["take"], exact=True).click()
    page.get_by_role("link", name="查看最新内容").click()
    expect(page.locator("li.msg.system").last).to_contain_text(words["taken"])
    page.get_by_role("button", name=words["back"]).click()
    expect(page.locator("li.msg").last).to_contain_text(words["withdrawn"])
    officer.reload()
    expect(officer.locator("section.right")).to_contain_text("当事人已撤回")
    context.close()


def test_the_widget_shows_place_officer_and_the_way_back(page: Page, officer: Page) -> None:
    words = WORDS["zh"]
    page.goto("/chat/widget?lang=zh&key=desk")
    page.locator("[data-person]").click()
    bar = page.locator("[data-handover] .handover")
    expect(bar).to_contain_text(re.compile(words["place"]))
    found: Any = re.search(r"R\d{13}", bar.inner_text())
    open_matter(officer, found.group(), "zh")
    officer.get_by_role("button", name=words["take"], exact=True).click()
    expect(page.locator("li.msg.system").last).to_contain_text(words["taken"])
    officer.locator("#field-text").fill("您好，请说说情况。")
    officer.locator("button[name=do][value=send]").click()
    expect(page.locator("li.msg.officer").last).to_contain_text("您好，请说说情况。")
    page.reload()
    expect(page.locator("li.msg.officer").last).to_contain_text("您好，请说说情况。")
    page.get_by_role("button", name=words["back"]).click()
    expect(page.locator("[data-person]")).to_be_visible()
