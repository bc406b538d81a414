"""Rasa away in every way: the portal answers itself and says so; with the policy base away too it still helps (O1)."""

import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting, say_back

from policy_kb.errors import StoreUnavailable
from policy_kb.wording import gettext_for
from portal.chat import rasa as line
from portal.chat.lexicon import is_emergency, says
from portal.chat.models import Conversation
from portal.complaints.service import find_draft
from portal.extensions import db

ROOT = Path(__file__).parents[3]
QUESTION = "第三类医疗器械经营许可证什么时候可以申请延续？"


@pytest.fixture(autouse=True)
def line_of_rasa(app: APIFlask) -> None:
    """A line that gives up after half a second, so that a time-out can be waited for."""
    app.extensions["rasa_line"] = line.RasaLine(app.config["SETTINGS"].model_copy(update={"rasa_timeout": 0.5}))


def slow(body: dict[str, Any]) -> tuple[int, bytes]:
    time.sleep(1.5)
    return 200, b"[]"


FAILURES: dict[str, Callable[[dict[str, Any]], tuple[int, bytes]]] = {
    "500": lambda body: (500, b'{"error": "turn failed"}'),
    "401": lambda body: (401, b"{}"),
    "garbage": lambda body: (200, b"<html>proxy</html>"),
    "not UTF-8": lambda body: (200, b"\xff\xfe[]"),
    "an object": lambda body: (200, b'{"text": "hello"}'),
    "a list of numbers": lambda body: (200, b"[1, 2]"),
    "silence": lambda body: (200, b"[]"),
    "empty texts": lambda body: (200, b'[{"recipient_id": "x", "text": " "}]'),
    "too slow": slow,
}


@pytest.mark.parametrize("failure", list(FAILURES))
def test_a_question_is_answered_by_the_portal_itself_and_it_says_so(talk: Talk, rasa: FakeRasa, failure: str) -> None:
    rasa.answer = FAILURES[failure]
    said = talk.say(QUESTION)
    assert said["degraded"] is True
    assert said["status"] == "answered"
    answer = next(m for m in said["messages"] if m["kind"] == "answer")
    assert answer["answer"]["status"] == "answered"
    assert any(m["data"].get("reason") == "assistant_away" for m in said["messages"])


def test_a_refused_connection_is_no_different(app: APIFlask, talk: Talk) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = app.config["SETTINGS"].model_copy(update={"rasa_url": f"http://127.0.0.1:{port}"})
    app.extensions["rasa_line"] = line.RasaLine(settings)
    assert talk.say(QUESTION)["degraded"] is True


def test_it_is_said_once_in_a_while_and_over_when_rasa_is_back(talk: Talk, rasa: FakeRasa) -> None:
    rasa.answer = FAILURES["500"]
    first, second = talk.say(QUESTION), talk.say("要交哪些材料？")
    assert first["degraded"] is True
    assert not any(m["data"].get("reason") == "assistant_away" for m in second["messages"])
    rasa.answer = say_back("我回来了")
    assert talk.say("你好")["messages"][-1]["text"] == "我回来了"


def test_after_a_time_out_nobody_waits_again_for_a_while(talk: Talk, rasa: FakeRasa) -> None:
    rasa.answer = slow
    talk.say(QUESTION)  # also opens the policy base
    began = time.monotonic()
    talk.say("要交哪些材料？")
    assert time.monotonic() - began < 3
    assert len(rasa.received) == 1


def test_an_action_that_was_done_is_not_done_again_when_rasa_fails_afterwards(
    app: APIFlask, talk: Talk, rasa: FakeRasa
) -> None:
    act = acting(app, "people/talk")
    app.extensions["rasa_line"] = line.RasaLine(app.config["SETTINGS"])

    def act_and_fail(body: dict[str, Any]) -> tuple[int, bytes]:
        act(body)
        return 500, b"{}"

    rasa.answer = act_and_fail
    said = talk.say("我要找人工")
    assert [m["kind"] for m in said["messages"]] == ["text", "receipt"]


def test_danger_is_answered_first_even_then(talk: Talk, rasa: FakeRasa) -> None:
    rasa.answer = FAILURES["500"]
    for text in ("我妈吃了药喘不上气了", "孩子误吞了一整瓶药怎么办", "My father collapsed after taking the pills"):
        said = talk.say(text)
        assert "120" in said["messages"][1]["text"]


def test_a_complaint_goes_on_without_rasa_and_an_aside_is_answered_in_between(talk: Talk, rasa: FakeRasa) -> None:
    """A5 without Rasa: five asides in a row, and the same field is asked again each time."""
    rasa.answer = FAILURES["500"]
    begun = talk.say("我要投诉，海泊桥惠生大药房卖给我过期的感冒药，要求退钱")
    pending = begun["pending"]
    assert pending["flow"] == "complaint"
    for _aside in range(5):
        aside = talk.say("药品经营许可证有效期是几年？")
        assert aside["pending"] == pending
        assert aside["messages"][1]["kind"] == "answer"
        assert aside["messages"][2]["kind"] == "complaint"
        assert "回到刚才的步骤" in aside["messages"][2]["text"]
    stopped = talk.say("算了")
    assert stopped["pending"] is None


def test_a_phone_number_is_kept_for_the_field_that_asks_for_it(talk: Talk, rasa: FakeRasa) -> None:
    rasa.answer = FAILURES["500"]
    said = talk.say("我要投诉，青岛市海泊桥惠生大药房2026年11月2日卖给我过期的感冒药，38元，要求退钱")
    answers = {
        "seller": "海泊桥惠生大药房",
        "seller_place": "青岛市市北区台东路1号",
        "name": "宋小满",
        "mobile": "19912345678",
        "product_name": "感冒药",
        "address": "青岛市市北区台东路9号",
        "facts": "卖给我过期药不肯退",
    }
    for _step in range(10):
        pending = said["pending"]
        if pending["kind"] == "confirm":
            break
        said = talk.say(answers.get(pending["field_id"], "退款"))
    assert "199****5678" in said["messages"][-2]["text"], "the read-back shows it by its ends"
    assert find_draft(talk.id).data["fields"]["mobile"] == "19912345678"  # type: ignore[union-attr]
    assert "19912345678" not in json.dumps(talk.list(), ensure_ascii=False), "the transcript never has it"
    done = talk.say("是的，提交吧")
    assert any(m["kind"] == "receipt" for m in done["messages"])
    assert done["pending"] is None


def test_an_old_button_changes_nothing(talk: Talk, rasa: FakeRasa) -> None:
    rasa.answer = FAILURES["500"]
    said = talk.say("我要投诉，海泊桥惠生大药房卖给我过期的感冒药，38元")
    token = next((b["token"] for m in said["messages"] for b in m["buttons"] if "token" in b), None)
    talk.say("算了")
    if token:
        pressed = talk.say(button=token)
        assert pressed["messages"][-1]["data"].get("reason") == "earlier_step"
        assert pressed["pending"] is None


def test_with_the_policy_base_away_too_it_offers_list_form_and_message_box(
    app: APIFlask, talk: Talk, rasa: FakeRasa, monkeypatch: pytest.MonkeyPatch
) -> None:
    rasa.answer = FAILURES["500"]

    class Away:
        """What the policy base is when neither store nor snapshot can be read."""

        version = ""

        def __getattr__(self, name: str) -> Any:
            raise StoreUnavailable("no store")

    app.extensions["policy_base"] = Away()
    said = talk.say(QUESTION)
    notice = next(m for m in said["messages"] if m["data"].get("reason") == "base_away")
    assert len(notice["buttons"]) == 3
    assert "120" in talk.say("有人晕倒了，喘不上气")["messages"][1]["text"]
    left = talk.say(button=next(b["token"] for b in notice["buttons"] if "token" in b))
    assert left["messages"][1]["kind"] == "receipt"


@pytest.mark.parametrize(
    ("what", "text"),
    [
        ("yes", "对的"),
        ("yes", "是的，没错"),
        ("yes", "Yes please"),
        ("no", "不对，是李四"),
        ("no", "有问题"),
        ("stop", "算了"),
        ("stop", "stop it"),
        ("skip", "不知道"),
        ("why", "为什么要问这个？"),
        ("person", "我要找人工客服"),
    ],
)
def test_the_few_words_are_known(what: str, text: str) -> None:
    assert says(what, text)


@pytest.mark.parametrize("text", ["有问题", "是不是要体检", "不行"])
def test_a_yes_is_not_read_into_it(text: str) -> None:
    assert not says("yes", text)


@pytest.mark.parametrize(
    "text",
    [
        "严重不良反应死亡病例多久内上报",
        "What is the deadline for reporting an anaphylaxis case?",
        "抽搐属于严重不良反应吗，规定是什么意思",
    ],
)
def test_a_question_about_danger_is_no_danger(text: str) -> None:
    assert not is_emergency(text)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_when_the_bots_call_back_fails_the_portal_answers_itself(talk: Talk, rasa: FakeRasa, language: str) -> None:
    """The bot then says so in its domain's words; the portal, which is there, does better."""
    domain = yaml.safe_load((ROOT / "bot" / "domain" / "house.yml").read_text(encoding="utf-8"))
    words = gettext_for(language)(domain["responses"]["utter_portal_down"][0]["text"])
    rasa.answer = say_back(words)
    said = talk.say(QUESTION if language == "zh" else "How long is a drug distribution licence valid?")
    assert said["degraded"] is True
    assert any(m["kind"] == "answer" for m in said["messages"])


def test_a_short_question_in_a_form_is_about_the_form(app: APIFlask, talk: Talk, rasa: FakeRasa) -> None:
    """Several certificates are renewed; the one whose form is open is meant."""
    rasa.answer = FAILURES["500"]
    conversation = db.session.get_one(Conversation, talk.id)
    conversation.topic = {"item": "A11", "variant": "renew"}
    conversation.pending = {
        "flow": "application",
        "kind": "field",
        "field_id": "site",
        "type": "text",
        "options": [],
        "step": "d:1:site",
    }
    db.session.commit()
    said = talk.say("延续要提前多久申请？")
    answer = next(m["answer"] for m in said["messages"] if m["kind"] == "answer")
    assert answer["service"]["id"] == "A11"
    assert "90" in answer["text"]


def test_a_phone_number_told_with_the_complaint_is_not_asked_again(talk: Talk, rasa: FakeRasa) -> None:
    rasa.answer = FAILURES["500"]
    told = talk.say(
        "我要投诉，海泊桥惠生大药房上周卖给我发霉的枇杷膏，花了26元，我姓名叫宋小满，手机19912345678，请他们退货"
    )
    fields = find_draft(talk.id).data["fields"]  # type: ignore[union-attr]
    assert fields["mobile"] == "19912345678"
    assert fields["price"] == 26, "what is starred is no amount"
    assert "199****5678" in "\n".join(message["text"] for message in told["messages"][1:])
    for _step in range(8):
        if told["pending"]["kind"] == "confirm":
            break
        assert told["pending"]["field_id"] != "mobile"
        told = talk.say("退货" if told["pending"]["field_id"] == "demand" else "青岛市市北区台东路1号")
    assert "19912345678" not in json.dumps(talk.list(), ensure_ascii=False)
    assert db.session.get(Conversation, talk.id).turn_told == ""  # type: ignore[union-attr]


def test_a_phone_number_in_a_question_is_kept_nowhere(talk: Talk, rasa: FakeRasa) -> None:
    rasa.answer = FAILURES["500"]
    talk.say("药品经营许可证有效期几年？我手机19912345678")
    assert find_draft(talk.id) is None
    assert db.session.get(Conversation, talk.id).turn_told == ""  # type: ignore[union-attr]


@pytest.mark.parametrize("wish", ["接着写我之前的投诉", "回到投诉吧", "continue"])
def test_a_complaint_put_aside_is_gone_on_with(talk: Talk, rasa: FakeRasa, app: APIFlask, wish: str) -> None:
    rasa.answer = FAILURES["500"]
    begun = talk.say("我要投诉，海泊桥惠生大药房卖给我过期的感冒药，要求退钱")
    assert talk.say("算了")["pending"] is None
    rasa.answer = acting(app, "applications/resume", intent="continue_application")
    again = talk.say(wish)
    assert again["pending"]["flow"] == "complaint"
    assert again["pending"]["field_id"] == begun["pending"]["field_id"]
