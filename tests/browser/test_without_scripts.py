"""The whole way with JavaScript switched off in a real browser: sign in, fill, upload, correct, send; ask; complain.

With a portal of its own: the policy base answers without Rasa, which no script could reach either.
"""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_walks import PDF, fill_section
from tools.screenshots import PASSWORD

WAREHOUSE = "广州市黄埔区示例路2号3号库，东侧"


@pytest.fixture
def plain(browser: Browser, portal: str) -> Iterator[Page]:
    """A page of a browser that runs no scripts."""
    context = browser.new_context(base_url=portal, locale="zh-CN", java_script_enabled=False)
    context.set_default_timeout(90_000)  # milliseconds: the first answer opens the policy base
    yield context.new_page()
    context.close()


def sign_in_and_start(page: Page) -> str:
    """From the item's page, over the sign-in, to the draft; its address."""
    page.goto("/services/A11")
    page.get_by_role("link", name=re.compile("在线办理.*延续")).first.click()
    page.get_by_label("登录名").fill("kangrui")
    page.get_by_label("密码").fill(PASSWORD)
    page.locator("main form button").click()
    page.locator("button[name=consent][value=all]").click()
    expect(page.locator("ol.tasks")).to_be_visible()
    return page.url


def save(page: Page) -> None:
    page.get_by_role("button", name="保存并继续").click()


def add_wrong_warehouse(page: Page, draft: str) -> None:
    """A row more in a repeat group, with an address that is too short."""
    page.goto(f"{draft}s/places")
    before = page.locator("li.row-card").count()
    page.get_by_role("button", name="增加一行").click()
    row = page.locator("li.row-card").nth(before)
    row.locator("input").first.fill("二库")
    row.locator("select").select_option("leased")
    save(page)


def test_a_licence_is_renewed_with_a_row_a_file_and_a_correction(plain: Page) -> None:
    draft = sign_in_and_start(plain)
    add_wrong_warehouse(plain, draft)
    link = plain.locator("#error-summary a").first
    expect(link).to_contain_text("至少写5个字")
    link.click()
    wrong = plain.locator(":target")
    expect(wrong).to_have_value("二库")
    wrong.fill(WAREHOUSE)
    save(plain)
    expect(plain.locator("#error-summary")).to_have_count(0)
    plain.goto(f"{draft}check")
    plain.locator("form.send button").click()
    expect(plain.locator("#error-summary li")).not_to_have_count(0)
    plain.goto(draft)
    for href in [str(link.get_attribute("href")) for link in plain.locator("ol.tasks a").all()]:
        plain.goto(href)
        fill_section(plain)
        save(plain)
        expect(plain.locator("#error-summary")).to_have_count(0)
    plain.goto(draft)
    plain.get_by_role("link", name="核对并提交").click()
    expect(plain.locator("main")).to_contain_text(WAREHOUSE)
    expect(plain.locator("main")).to_contain_text(str(PDF["name"]))
    plain.locator("form.send button").click()
    expect(plain.locator("[data-number]")).to_contain_text("SQ20261124")
    assert len(plain.locator("[data-hash]").inner_text()) == 64


def test_the_chat_answers_and_leads_to_the_sign_in_for_a_form(plain: Page) -> None:
    plain.goto("/chat/")
    plain.locator("textarea").fill("第三类医疗器械经营许可证什么时候可以申请延续？")
    plain.get_by_role("button", name="发送").click()
    answer = plain.locator("li.msg.assistant.answer").last
    expect(answer).to_contain_text("90个工作日")
    answer.get_by_role("button", name=re.compile("在线办理")).click()
    plain.locator("li.msg").last.get_by_role("link", name="登录").click()
    plain.get_by_label("登录名").fill("yunqiao")
    plain.get_by_label("密码").fill(PASSWORD)
    plain.locator("main form button").click()
    expect(plain.locator("textarea")).to_be_visible()


def test_a_complaint_is_corrected_from_the_error_summary_and_sent(plain: Page) -> None:
    plain.goto("/complaints/")
    plain.get_by_label("发生了什么").fill(
        "昨天在临江市北湖区长春路的康福大药房花45.5元买的止咳糖浆过期了，要退款。我叫钱多多，电话19400000001"
    )
    plain.get_by_role("button", name="据此填写表单").click()
    plain.locator("main form button", has_text="提交").click()
    plain.locator("#error-summary a").first.click()
    plain.locator(":target").fill("临江市南湖区二路2号")
    plain.locator("main form button", has_text="提交").click()
    assert plain.locator("[data-number]").first.inner_text().startswith("TS")
