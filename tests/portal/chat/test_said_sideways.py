"""What people say beside the question of a complaint: to send it, to stay unnamed, to be found out, to go on, to stop."""

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting

from portal.chat.lexicon import says
from portal.chat.topics.telling import offer_told, tells_all
from portal.complaints import service as complaints

TOLD = "我在某市某区一路1号的某某大药房买了过期的感冒药，花了30元，我要退款。"


@pytest.fixture
def at_the_name(app: APIFlask, talk: Talk, rasa: FakeRasa) -> Talk:
    """A complaint that has come to the person's name."""
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    assert talk.say(TOLD)["pending"]["field_id"] == "name"
    return talk


@pytest.mark.parametrize(
    "word",
    [
        "send it",
        "Yes, send it",
        "ok please send",
        "ok that's correct, please submit it",
        "送出",
        "发吧发吧",
        "好的，提交吧",
        "you can submit it now",
    ],
)
def test_what_means_sending_is_known(word: str) -> None:
    assert says("send", word)


@pytest.mark.parametrize("word", ["send me a copy", "发票呢", "when will you send it", "他们不发货"])
def test_what_only_speaks_of_sending_is_not(word: str) -> None:
    assert not says("send", word)


def test_send_it_sends_what_was_read_back(app: APIFlask, at_the_name: Talk, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "complaints/say", intent="answer_field")
    for word in ("李桂花", "19400000123", "某市某区二路2号"):
        said = at_the_name.say(word)
    assert said["pending"]["kind"] == "confirm"
    rasa.answer = acting(app, "complaints/confirm", intent="unclear")
    said = at_the_name.say("send it")
    assert said["pending"] is None
    assert any("TS20" in one["text"] for one in said["messages"])


def test_a_typed_stop_stops_where_a_wish_is_asked(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    asked = talk.say("我要投诉，某市某区一路1号的某某大药房卖给我的感冒药过期了，花了30元")
    assert asked["pending"]["field_id"] == "demand"
    rasa.answer = acting(app, "complaints/say", intent="answer_field", payload={"option": "stop"})
    assert talk.say("stop")["pending"] is None


@pytest.mark.parametrize("verb", ["complaints/say", "status/show", "answer/ask"])
@pytest.mark.parametrize("text", ["I'd rather not give my name", "可以不留名字吗", "No, I won't tell you my name"])
def test_who_gives_no_name_is_told_of_the_report(
    app: APIFlask, at_the_name: Talk, rasa: FakeRasa, verb: str, text: str
) -> None:
    rasa.answer = acting(app, verb)
    said = at_the_name.say(text)
    assert said["pending"]["field_id"] == "name"
    assert [b for b in said["messages"][1]["buttons"] if b.get("token")]


@pytest.mark.parametrize(
    "text", ["那我改成举报", "then I don't want the refund, just check them", "ok make it a report"]
)
def test_a_complaint_becomes_a_report_in_words(app: APIFlask, at_the_name: Talk, rasa: FakeRasa, text: str) -> None:
    rasa.answer = acting(app, "complaints/say", intent="answer_field", payload={"value": text})
    assert at_the_name.say(text)["pending"]["kind"] == "confirm"
    draft = complaints.find_draft(at_the_name.id)
    assert draft is not None
    assert draft.data["kind"] == "report"


@pytest.mark.parametrize(
    "text", ["will they find out it was me?", "could the factory see my report?", "what if they say it's my fault?"]
)
def test_a_question_of_the_matter_is_not_how_it_stands(
    app: APIFlask, at_the_name: Talk, rasa: FakeRasa, text: str
) -> None:
    rasa.answer = acting(app, "status/show", intent="check_status")
    said = at_the_name.say(text)
    assert not any((one["data"] or {}).get("sign_in") for one in said["messages"])
    assert said["pending"]["field_id"] == "name"


def test_going_on_asks_for_no_account(app: APIFlask, at_the_name: Talk, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "applications/resume", intent="continue_application")
    said = at_the_name.say("接着投诉")
    assert said["pending"]["field_id"] == "name"
    assert not any("登录" in one["text"] for one in said["messages"])


def test_a_question_which_language_is_no_wish_for_one(app: APIFlask, at_the_name: Talk, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "language/set", intent="change_language", payload={"language": ""})
    said = at_the_name.say("which language will they call me in?")
    assert not any("We go on in English" in one["text"] or one["text"] == "继续" for one in said["messages"])


def test_what_is_asked_in_a_report_is_asked_of_reports(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    talk.say("举报某市某区一路1号的某某大药房无证卖处方药，没有执业药师，我路过看到的")
    draft = complaints.find_draft(talk.id)
    assert draft is not None
    assert draft.data["kind"] == "report"
    rasa.answer = acting(app, "answer/ask", intent="ask_policy")
    said = talk.say("要不要留真名")
    assert "举报" in next(one["text"] for one in said["messages"] if one["role"] != "user")


def test_a_dispute_told_at_length_is_known_as_one() -> None:
    rant = (
        "你们到底管不管啊！！上礼拜三我在城南大集旁边那个百草堂大药房，那个女的非说她家的鹿胎膏能治宫寒，硬塞给我三盒，"
        "刷了我一千二百八，回家一吃拉肚子拉了两天，我去退她说拆封了不退，把钱给我退了！"
    )
    assert tells_all(rant)
    assert not tells_all(
        "药店能不能卖过期的药？在城南大集旁边的百草堂大药房看到有人卖过期的感冒药，这种情况应该怎么处理，罚多少钱呢，请问一下"
    )


def test_danger_that_is_over_is_no_new_alarm() -> None:
    assert says("danger_over", "ok she is fine now, the doctor took it out")
    assert not says("danger_over", "she is not breathing well")
    assert not says("danger_over", "is she going to be fine")


def test_a_correction_is_taken_whatever_was_asked(app: APIFlask, at_the_name: Talk, rasa: FakeRasa) -> None:
    text = "店名写错了，是百草堂药店"
    rasa.answer = acting(app, "complaints/say", intent="answer_field", payload={"value": text})
    said = at_the_name.say(text)
    assert said["pending"]["field_id"] == "name"
    draft = complaints.find_draft(at_the_name.id)
    assert draft is not None
    assert draft.data["fields"]["seller"] == "百草堂药店"


def test_who_will_not_say_a_name_is_told_of_the_report(app: APIFlask, at_the_name: Talk, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "complaints/say", intent="skip")
    assert [b for b in at_the_name.say("不想说")["messages"][1]["buttons"] if "举报" in b["label"]]


@pytest.mark.parametrize(
    ("text", "about"), [("怎么晓得是不是过期", "有效期"), ("can I withdraw it later?", "“My matters”")]
)
def test_what_is_asked_within_a_complaint_is_answered_for_itself(
    app: APIFlask, at_the_name: Talk, rasa: FakeRasa, text: str, about: str
) -> None:
    rasa.answer = acting(app, "answer/ask", intent="ask_policy")
    said = at_the_name.say(text)
    assert about in next(one["text"] for one in said["messages"] if one["role"] != "user")
    assert said["pending"]["field_id"] == "name"


def test_how_long_until_an_answer_is_asked_of_the_complaint(app: APIFlask, at_the_name: Talk, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "answer/ask", intent="ask_policy")
    assert "7个工作日" in at_the_name.say("你们几天给答复")["messages"][1]["text"]


def test_how_to_follow_what_was_sent_is_told_of_that(app: APIFlask, at_the_name: Talk, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "complaints/say", intent="answer_field")
    for word in ("李桂花", "19400000123", "某市某区二路2号"):
        at_the_name.say(word)
    rasa.answer = acting(app, "complaints/confirm", intent="affirm")
    assert at_the_name.say("对")["pending"] is None
    rasa.answer = lambda body: (500, b"{}")
    assert "TS20" in at_the_name.say("how can I see where it stands?")["messages"][1]["text"]


@pytest.mark.parametrize(
    "text", ["please take this down as a complaint", "file it as a complaint please", "帮我登记一下投诉"]
)
def test_the_wish_to_have_it_taken_down_begins_a_complaint(
    app: APIFlask, talk: Talk, rasa: FakeRasa, text: str
) -> None:
    rasa.answer = acting(app, "answer/ask", intent="ask_policy")
    assert (talk.say(text)["pending"] or {}).get("flow") == "complaint"


def test_how_long_is_asked_of_the_report_that_is_being_told(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    talk.say("举报某市某区一路1号的某某大药房无证卖处方药，没有执业药师，我路过看到的")
    rasa.answer = acting(app, "status/show", intent="check_status")
    assert "15个工作日" in talk.say("你们多久查？")["messages"][1]["text"]


def test_a_thing_put_aside_by_its_name_stops(app: APIFlask, at_the_name: Talk, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "complaints/say", intent="answer_field", payload={"value": "never mind the thermometer"})
    assert at_the_name.say("never mind the thermometer")["pending"] is None


def test_a_dispute_with_its_price_is_offered_both_ways(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    told = (
        "the optician Bright Eyes on Lotus Road in Linjiang sold me contact lenses that had expired in March, 320 yuan"
    )
    rasa.answer = acting(app, "answer/ask", intent="ask_policy")
    assert len(talk.say(told)["messages"][1]["buttons"]) == 2
    assert offer_told(told + ", can they do that?") is None


def test_a_name_said_at_the_end_is_the_persons_and_not_the_shops(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    talk.say("举报某市某区一路1号的某某大药房无证卖处方药，没有执业药师，我路过看到的")
    rasa.answer = acting(app, "complaints/confirm", intent="unclear")
    talk.say("Nina Petrova")
    draft = complaints.find_draft(talk.id)
    assert draft is not None
    assert (draft.data["fields"]["name"], draft.data["fields"]["seller"]) == ("Nina Petrova", "某某大药房")


@pytest.mark.parametrize(
    "said",
    [
        "帮我投诉：11月20号在淘宝“瘦美人健康馆”花298块买的减肥胶囊，没有批准文号，要求退一赔三",
        "我要投诉康养堂药店，上周买的板蓝根39元，发霉了，退一赔十",
        "I want to complain: bought a whitening cream from Lily Beauty last week for 450 yuan, no Chinese label, I want three times the price",
    ],
)
def test_the_wish_to_complain_with_its_matter_is_taken_down_whatever_the_base_knows_of_a_word(
    app: APIFlask, talk: Talk, rasa: FakeRasa, said: str
) -> None:
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    told = "\n".join(one["text"] for one in talk.say(said)["messages"])
    assert "我理解的内容" in told or "This is how I understand it" in told


def test_a_question_about_complaining_is_still_answered(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "complaints/start", intent="make_complaint")
    told = "\n".join(one["text"] for one in talk.say("我要投诉一家药店，需要准备什么材料？")["messages"])
    assert "我理解的内容" not in told
