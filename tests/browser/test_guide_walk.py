"""Somebody finds out which licence a plan needs: on the pages, without a script of ours, and in the chat."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

CHECK = Callable[[Page], None]


def choose(page: Page, label: str) -> None:
    page.get_by_label(label, exact=True).check()
    page.get_by_role("button", name=re.compile("继续|Continue")).click()


def test_from_home_to_the_outcome_with_a_doubt_and_a_change_of_mind(page: Page, check_page: CHECK) -> None:
    page.goto("/")
    page.get_by_role("link", name="我需要办什么证？").click()
    check_page(page)
    page.get_by_label("您打算做什么？").fill("我想卖助听器")
    page.get_by_role("button", name="开始").click()
    expect(page.locator("dl.given")).to_contain_text("第二类（要经营备案的）（您说“助听器”）")
    choose(page, "不确定")
    expect(page.get_by_role("heading", name="怎么弄清楚")).to_be_visible()
    check_page(page)
    choose(page, "别人的产品")
    page.get_by_role("button", name="继续").click()
    expect(page.locator(".error-summary")).to_be_focused()
    check_page(page)
    choose(page, "只在线下")
    expect(page.get_by_role("heading", level=1)).to_have_text("您需要办这些")
    expect(page.locator(".todo")).to_contain_text("第二类医疗器械经营备案")
    expect(page.locator(".clauses")).to_contain_text("由经营企业向所在地设区的市级人民政府负责药品监督管理的部门备案")
    check_page(page)
    page.get_by_role("link", name=re.compile("修改.*管理类别")).click()
    expect(page.get_by_label("第二类（要经营备案的）", exact=True)).to_be_checked()
    choose(page, "第三类")
    expect(page.locator(".todo")).to_contain_text("第三类医疗器械经营许可")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("This is what you need")
    check_page(page)
    page.emulate_media(media="print")
    expect(page.get_by_role("link", name="Back", exact=True)).to_be_hidden()
    expect(page.locator(".clauses blockquote").first).to_be_visible()


def test_in_the_chat_by_buttons_and_it_survives_a_reload(page: Page, check_page: CHECK) -> None:
    page.goto("/chat/")
    page.locator("textarea").fill("我要开网店卖隐形眼镜需要什么证")
    page.keyboard.press("Enter")
    told = page.locator("li.msg.assistant.answer").last
    expect(told).to_contain_text("先办第三类医疗器械经营许可证")
    expect(told.locator("table.facts")).to_contain_text("您说“隐形眼镜”")
    check_page(page)
    told.get_by_role("button", name="改：管理类别").click()
    asked = page.locator("li.msg.assistant").last
    expect(asked).to_contain_text("产品是哪一类医疗器械？")
    page.reload()
    asked = page.locator("li.msg.assistant").last
    expect(asked).to_contain_text("产品是哪一类医疗器械？")
    check_page(page)
    asked.get_by_role("button", name="第一类").click()
    expect(page.locator("li.msg.assistant.answer").last).to_contain_text("不用办：经营第一类医疗器械不需要许可和备案")
    page.locator("li.msg.assistant.answer").last.get_by_role("link", name="打开成网页").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("您不用办")
