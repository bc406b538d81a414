"""The section pages of an application in a browser: what saves by itself, where the focus goes, with a portal of its own.

Nothing here needs the conversation, so no Rasa is started and the law is left out.
"""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tools.screenshots import PASSWORD

# What a person can stand on: whether the middle of it is on the screen with nothing over it.
IS_SEEN = """() => {
  const one = document.activeElement;
  const label = one.labels && one.labels[0];
  return [one, label].filter(Boolean).some((each) => {
    const box = each.getClientRects()[0];
    if (!box) return false;
    const x = box.left + Math.min(box.width, innerWidth) / 2, y = box.top + Math.min(box.height, innerHeight) / 2;
    const there = document.elementFromPoint(x, y);
    return there !== null && (each.contains(there) || there.contains(each));
  }) || one === document.body;
}"""

# A row that holds nothing yet has another id on each page.
NAME = "(document.activeElement.name || document.activeElement.outerHTML).replace(/\\[\\w+\\]/, '[]')"


def open_draft(browser: Browser, portal: str, login: str, item: str, **how: object) -> tuple[Page, str]:
    """A page of somebody signed in, and the address of a new draft whose sources were asked."""
    page = browser.new_context(base_url=portal, locale="zh-CN", **how).new_page()  # type: ignore[arg-type]
    page.goto("/sign-in")
    page.locator("#field-login").fill(login)
    page.locator("#field-password").fill(PASSWORD)
    page.locator("main form button").click()
    page.goto(f"/applications/start?item={item}")
    page.locator("button[name=consent][value=all]").click()
    page.wait_for_url("**/drafts/**")
    return page, page.url


@pytest.fixture
def pages(browser: Browser, portal: str) -> Iterator[list[Page]]:
    """Pages that are closed afterwards."""
    opened: list[Page] = []
    yield opened
    for page in opened:
        page.context.close()


@pytest.mark.parametrize("scripts", [True, False])
def test_who_chose_one_of_two_records_that_disagree_can_choose_the_other(
    browser: Browser, portal: str, pages: list[Page], scripts: bool
) -> None:
    page, draft = open_draft(browser, portal, "kangrui", "A11&variant=renew", java_script_enabled=scripts)
    pages.append(page)
    page.goto(f"{draft}s/company")
    sides = page.locator("fieldset.conflict input[type=radio]")
    box = page.locator("[data-field=legal_rep]")
    for which in (0, 1):
        if scripts:
            sides.nth(which).check()
            expect(box.locator("[data-saved]")).to_contain_text("已保存")
            expect(box.locator("[data-saved].bad")).to_have_count(0)
        else:
            if which:
                box.locator("details.offers summary").click()
                sides = box.locator("details.offers input[type=radio]")
            sides.first.check()
            page.locator("button[value=save]").click()
            page.goto(f"{draft}s/company")
    page.goto(f"{draft}s/company")
    expect(page.locator("#field-legal_rep")).to_have_value("陆晚晴")
    expect(box.locator("details.offers")).to_contain_text("顾怀川")


@pytest.mark.parametrize(
    ("login", "item", "section", "control"),
    [
        ("kangrui", "A11&variant=renew", "company", "#field-org_type"),
        ("kangrui", "A11&variant=renew", "company", "#choice-legal_rep-2"),
        ("kangrui", "A11&variant=renew", "business", "#field-online_sale"),
        ("kangrui", "A11&variant=renew", "declarations", "#field-signer"),
        ("kangrui", "A11&variant=renew", "places", "[name^='warehouses[']"),
        ("meiyan", "A1&variant=file", "formula", "[name^='formula[']"),
        ("meiyan", "A1&variant=file", "formula", "[id^='choice-formula-']"),
    ],
)
def test_switching_the_language_comes_back_to_the_control(
    browser: Browser, portal: str, pages: list[Page], login: str, item: str, section: str, control: str
) -> None:
    page, draft = open_draft(browser, portal, login, item)
    pages.append(page)
    page.goto(f"{draft}s/{section}")
    page.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
    page.locator(control).first.focus()
    name = page.evaluate(NAME)
    page.locator("button[value=stay]").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    page.wait_for_function(f"(name) => {NAME} === name", arg=name)  # the page's script puts it there after loading
    assert page.evaluate(IS_SEEN)


@pytest.mark.parametrize("width", [1280, 320])
@pytest.mark.parametrize("section", ["company", "papers", "declarations"])
def test_the_keyboard_never_stands_on_what_is_hidden(
    browser: Browser, portal: str, pages: list[Page], section: str, width: int
) -> None:
    page, draft = open_draft(browser, portal, "kangrui", "A11&variant=renew", viewport={"width": width, "height": 640})
    pages.append(page)
    page.goto(f"{draft}s/{section}")
    seen: list[str] = []
    for _step in range(150):
        page.keyboard.press("Tab")
        name = page.evaluate("document.activeElement.id || document.activeElement.outerHTML.slice(0, 80)")
        if name.startswith("<body") or name in seen[:1]:
            break
        assert page.evaluate(IS_SEEN), name
        seen.append(name)
    assert "action" not in seen
    assert len(seen) > 15
