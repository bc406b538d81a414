"""A person's walks through the whole system in a real browser: ask, be guided, fill, submit, complain, follow."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from policy_kb.ingest import document_id

CHECK = Callable[[Page], None]
PDF = {
    "name": "授权书.pdf",
    "mimeType": "application/pdf",
    "buffer": b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n",
}


def test_a_question_is_answered_with_the_clause_and_the_clause_opens(page: Page, check_page: CHECK) -> None:
    page.goto("/")
    check_page(page)
    page.get_by_label("您想问什么").fill("第三类医疗器械经营许可证什么时候可以申请延续？")
    page.locator("form.ask button").click()
    answer = page.locator("li.msg.assistant.answer").last
    expect(answer).to_contain_text("90个工作日")
    expect(answer).to_contain_text("医疗器械经营监督管理办法")
    check_page(page)
    answer.get_by_role("link", name=re.compile("打开条文|医疗器械经营监督管理办法 第十六条")).first.click()
    expect(page.locator("article.clause:target, article.clause:has(:target)").first).to_contain_text(
        "90个工作日至30个工作日"
    )
    check_page(page)


def test_the_same_question_is_answered_in_english(page: Page, check_page: CHECK) -> None:
    page.goto("/?lang=en")
    check_page(page)
    page.get_by_label("What would you like to know or do?").fill(
        "When may I renew a Class III device distribution licence?"
    )
    page.locator("form.ask button").click()
    answer = page.locator("li.msg.assistant.answer").last
    expect(answer).to_contain_text("90 and 30 working days")
    check_page(page)
    answer.get_by_role("link", name=re.compile("Open the clause")).first.click()
    expect(page.locator("article.clause:target, article.clause:has(:target)").first).to_contain_text("90个工作日")


def test_typing_in_the_chat_shows_the_answer_without_leaving_the_page_and_it_survives_a_reload(
    page: Page, check_page: CHECK
) -> None:
    page.goto("/chat/")
    check_page(page)
    page.locator("textarea").fill("药品经营许可证有效期几年？")
    page.keyboard.press("Enter")
    expect(page.locator("li.msg.assistant.answer").last).to_contain_text("5年")
    page.reload()
    expect(page.locator("li.msg.assistant.answer").last).to_contain_text("5年")
    check_page(page)


def fill_section(page: Page) -> None:
    """Answer what is open on this section as a careful person would."""
    for fieldset in page.locator("fieldset.conflict").all():
        fieldset.locator("input[type=radio]").first.check()
    for box in page.locator(".choice.declare input[type=checkbox]").all():
        box.check()
    for group in page.locator(
        ".field.answer[data-type=yes_no] fieldset, .field.answer[data-type=choice] fieldset:not(.conflict)"
    ).all():
        radios = group.locator("input[type=radio]")
        if radios.count() and not group.locator("input[type=radio]:checked").count():
            radios.last.check()
    for file in page.locator("input[type=file]:not(.doubt input)").all():
        file.set_input_files([PDF])  # type: ignore[list-item]
    for field, text in (
        ("signer", "陈思远"),
        ("agent_name", "陈思远"),
        ("agent_mobile", "19400000066"),
        ("change_note", "无变化"),
    ):
        control = page.locator(f"#field-{field}")
        if control.count() and not control.input_value():
            control.fill(text)
    signed = page.locator("#field-signed_on")
    if signed.count() and not signed.input_value():
        signed.fill("2026-11-24")


def test_a_licence_is_renewed_on_a_form_filled_from_records(
    page: Page, check_page: CHECK, sign_in: Callable[[str], None], tmp_path: Path
) -> None:
    page.goto("/services/")
    check_page(page)
    page.goto("/services/A11")
    check_page(page)
    page.get_by_role("link", name=re.compile("在线办理.*延续")).first.click()
    page.wait_for_load_state()
    if "/sign-in" in page.url:
        page.get_by_label("登录名").fill("kangrui")
        page.get_by_label("密码").fill("wenban-demo-2026")
        page.locator("main form button").click()
    else:
        sign_in("kangrui")
        page.goto("/applications/start?item=A11&variant=renew")
    expect(page.locator("h1")).to_contain_text("延续")
    check_page(page)
    page.get_by_role("button", name="开始", exact=False).click()
    expect(page.locator("ol.tasks")).to_be_visible()
    draft = page.url
    check_page(page)
    sections = [link.get_attribute("href") for link in page.locator("ol.tasks a").all()]
    assert len(sections) >= 6
    origins = 0
    for href in sections:
        page.goto(str(href))
        check_page(page)
        origins += page.locator(".origin").count()
        fill_section(page)
        with page.expect_navigation():
            page.get_by_role("button", name="保存并继续").click()
        assert page.locator(".error-summary li").all_inner_texts() == [], href
    assert origins >= 20, "each prefilled field says where it comes from"
    page.goto(draft)
    page.get_by_role("link", name="核对并提交").click()
    check_page(page)
    page.locator("form.send button").click()
    expect(page.locator("[data-number]")).to_be_visible()
    number = page.locator("[data-number]").inner_text()
    assert len(page.locator("[data-hash]").inner_text()) == 64
    check_page(page)
    with page.expect_download() as waiting:
        page.get_by_role("link", name=re.compile("PDF")).first.click()
    target = tmp_path / "application.pdf"
    waiting.value.save_as(target)
    assert target.read_bytes().startswith(b"%PDF")
    assert target.stat().st_size > 20_000
    page.goto("/applications/")
    expect(page.locator("main")).to_contain_text(number)
    check_page(page)


def test_a_complaint_gets_a_number_and_its_status_opens_with_the_code(page: Page, check_page: CHECK) -> None:
    page.goto("/complaints/")
    check_page(page)
    page.get_by_label("发生了什么").fill(
        "昨天在临江市北湖区长春路的康福大药房花45.5元买的止咳糖浆过期了，要退款，也请处罚他。我叫钱多多，电话19400000001"
    )
    page.get_by_role("button", name="据此填写表单").click()
    expect(page.locator("#field-seller")).to_have_value("康福大药房")
    check_page(page)
    page.locator("main form button", has_text="提交").click()
    expect(page.locator("#error-summary")).to_be_focused()
    check_page(page)
    page.locator("#field-address").fill("临江市南湖区二路2号")
    page.locator("main form button", has_text="提交").click()
    numbers = page.locator("[data-number]").all_inner_texts()
    code = page.locator("[data-code]").first.inner_text()
    assert [number[:2] for number in numbers] == ["TS", "JB"]
    check_page(page)
    page.get_by_role("link", name="查询进度").click()
    page.locator("#field-code").fill(code)
    page.locator("main form button").click()
    expect(page.locator("main")).to_contain_text("已收到")
    expect(page.locator("main")).to_contain_text("2026年12月3日")
    check_page(page)


def test_staff_see_what_came_in_and_curators_their_work(
    page: Page, check_page: CHECK, sign_in: Callable[[str], None]
) -> None:
    sign_in("officer")
    page.goto("/staff/")
    expect(page.locator("h1")).to_have_text("工作台")
    check_page(page)
    row = page.locator("tbody a").first
    row.click()
    check_page(page)
    page.get_by_role("button", name="退出").click()
    sign_in("curator1")
    for path in ("/staff/", "/curation/", "/curation/faq", "/curation/text", "/curation/fact/A11/renewal_window"):
        page.goto(path)
        check_page(page)


def test_the_widget_opens_with_a_name_answers_and_gives_the_focus_back(page: Page) -> None:
    page.goto("/chat/embed-demo")
    launcher = page.locator("button").filter(has_text=re.compile("问办|咨询")).first
    launcher.click()
    frame = page.frame_locator("iframe").first
    expect(frame.locator("textarea")).to_be_focused()  # the frame's script has run: before that, Enter is a new line
    frame.locator("textarea").fill("国产普通化妆品备案多久公布？")
    frame.locator("textarea").press("Enter")
    expect(frame.locator("li.msg.assistant.answer").last).to_contain_text("5个工作日")
    frame.locator("textarea").press("Escape")
    expect(launcher).to_be_focused()


@pytest.mark.parametrize(
    "path",
    [
        "/sign-in",
        "/register",
        "/policies/",
        "/policies/?q=延续",
        f"/policies/{document_id('市场监督管理投诉举报处理暂行办法')}@2022-03-24",
        f"/policies/{document_id('市场监督管理投诉举报处理办法')}@2025-12-30/changes",
        "/complaints/new?kind=report",
        "/complaints/status",
        "/nowhere",
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_is_clean_in_both_languages_and_at_320_pixels(
    page: Page, check_page: CHECK, path: str, language: str
) -> None:
    page.goto(f"{path}{'&' if '?' in path else '?'}lang={language}")
    check_page(page)
