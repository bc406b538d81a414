"""What people say first, and what it sounds like to the classifier: it is heard as what it is."""

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting


@pytest.mark.parametrize("text", ["投诉电话多少", "举报热线是哪个", "what is the complaint hotline"])
def test_who_asks_for_the_line_to_complain_at_is_not_put_in_the_queue(
    app: APIFlask, rasa: FakeRasa, talk: Talk, text: str
) -> None:
    rasa.answer = acting(app, "people/talk", intent="talk_to_person")
    said = talk.say(text)
    assert said["handover"] is None
    assert "12315" in said["messages"][1]["text"]


@pytest.mark.parametrize(
    ("verb", "text"),
    [
        ("status/show", "投诉单号丢了怎么查"),
        ("complaints/start", "I lost my complaint number"),
        ("answer/ask", "查询码忘了"),
    ],
)
def test_who_lost_the_number_is_told_how_it_is_found(
    app: APIFlask, rasa: FakeRasa, talk: Talk, verb: str, text: str
) -> None:
    rasa.answer = acting(app, verb)
    said = talk.say(text)
    assert said["pending"] is None
    assert said["messages"][1]["data"]["sign_in"] is True
    assert len(said["messages"][1]["buttons"]) == 2


def test_a_lost_licence_is_no_matter_on_its_way(app: APIFlask, rasa: FakeRasa, talk: Talk) -> None:
    rasa.answer = acting(app, "status/show", intent="check_status")
    said = talk.say("我的药品经营许可证弄丢了")["messages"][1]
    assert said["answer"]["service"]["id"] == "A12"
    assert "登录" not in said["text"]


@pytest.mark.parametrize(
    "text",
    [
        "能把我的资料删掉吗",
        "你们会留着我的电话吗",
        "do you keep my phone number",
        "delete my data please",
        "我说的话会被存下来吗",
    ],
)
def test_what_is_kept_of_a_person_is_told_with_the_page_that_says_it_in_full(
    app: APIFlask, rasa: FakeRasa, talk: Talk, text: str
) -> None:
    rasa.answer = acting(app, "status/show", intent="check_status")
    said = talk.say(text)["messages"][1]
    assert said["buttons"][0]["url"] == "/privacy"


@pytest.mark.parametrize(
    ("text", "cited"),
    [("我的手机号会给商家吗", 37), ("举报的话店家会知道是我吗", 37), ("will the shop know who complained", 37)],
)
def test_whether_the_shop_learns_who_it_was_is_answered_before_anything_is_told(
    app: APIFlask, rasa: FakeRasa, talk: Talk, text: str, cited: int
) -> None:
    rasa.answer = acting(app, "status/show", intent="check_status")
    answer = talk.say(text)["messages"][1]["answer"]
    assert answer["status"] == "answered"
    assert answer["citations"][0]["article"] == cited


@pytest.mark.parametrize("text", ["用了面霜脸又红又痒", "my face cream gave me a red itchy rash"])
def test_harm_is_told_what_to_do_before_a_complaint_is_offered(
    app: APIFlask, rasa: FakeRasa, talk: Talk, text: str
) -> None:
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    said = talk.say(text)
    assert said["pending"] is None
    assert said["messages"][1]["answer"]["label"] == "adverse_event"
    assert said["messages"][1]["buttons"][0]["url"] == "/services/C9"


def test_a_report_that_says_neither_who_nor_where_is_asked_for_it_and_keeps_what_was_said(
    app: APIFlask, rasa: FakeRasa, talk: Talk
) -> None:
    rasa.answer = acting(app, "complaints/start", intent="make_report")
    first = talk.say("我想举报一个卖假药的")
    assert first["pending"]["field_id"] == "facts"
    assert "在哪里" in first["messages"][-1]["text"]
    rasa.answer = acting(app, "complaints/say", intent="answer_field")
    second = talk.say("某市某区一路1号的某某大药房，昨天卖给我邻居没有批号的药丸")
    assert second["pending"]["field_id"] == "confirm"


@pytest.mark.parametrize(
    "text", ["不想注册账号能问吗", "要登录才能投诉吗", "do I have to register to ask you something"]
)
def test_whether_an_account_is_needed_is_told(app: APIFlask, rasa: FakeRasa, talk: Talk, text: str) -> None:
    rasa.answer = acting(app, "answer/ask", intent="ask_policy")
    said = talk.say(text)["messages"][1]
    assert "不用登录" in said["text"] or "no account" in said["text"]


@pytest.mark.parametrize("text", ["牙膏要注册吗", "do I have to register my device"])
def test_whether_a_product_is_registered_is_no_question_of_accounts(
    app: APIFlask, rasa: FakeRasa, talk: Talk, text: str
) -> None:
    rasa.answer = acting(app, "answer/ask", intent="ask_policy")
    said = talk.say(text)["messages"][1]["text"]
    assert "不用登录" not in said
    assert "no account" not in said
