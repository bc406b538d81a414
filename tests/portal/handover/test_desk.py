"""The officer's page: what lies beside a matter, replies that carry clauses, and the draft FAQ of a final reply."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting
from desk_edge import Clock, said
from flask.testing import FlaskClient

from policy_kb import PolicyBase, clock
from portal.chat import service as chat
from portal.chat.handover.canned import SHIPPED, CannedError, read_canned
from portal.chat.models import TalkRequest
from portal.curation import service as curation
from portal.errors import Forbidden, Invalid
from portal.extensions import db
from portal.identity.models import Account
from portal.identity.service import identity_of
from portal.notices import service as notices
from tests.portal.conftest import PASSWORD

ASK = Callable[[], TalkRequest]
CLAUSE = "医疗器械经营监督管理办法#16#1"
REPLY = "请在有效期届满前90个工作日至30个工作日之间申请延续。"


@pytest.fixture
def lawful(app: APIFlask, ingested: PolicyBase) -> PolicyBase:
    """The portal with the whole corpus, read only."""
    app.extensions["policy_base"] = ingested
    return ingested


@pytest.fixture
def officer(make_account: Callable[..., Account]) -> Account:
    return make_account(kind="staff", roles="officer")


@pytest.fixture
def desk(officer: Account, app: APIFlask) -> FlaskClient:
    """The officer's own browser."""
    browser = app.test_client()
    assert browser.post("/sign-in", data={"login": officer.login, "password": PASSWORD}).status_code == 302
    return browser


def act(desk: FlaskClient, request: TalkRequest, action: str, **form: Any) -> Any:
    reply = desk.post(f"/staff/talks/{request.id}", data={"do": action, **form})
    db.session.expire_all()
    return reply


def test_the_page_walks_from_the_queue_to_a_cited_final_reply_and_a_draft(
    lawful: PolicyBase, talk: Talk, rasa: FakeRasa, app: APIFlask, desk: FlaskClient, make_account: Any
) -> None:
    rasa.answer = acting(app, "answer/ask")
    talk.say("第三类医疗器械经营许可证什么时候可以申请延续？")
    talk.say("我的手机是19912345678")
    talk.say(person=True)
    request = db.session.query(TalkRequest).one()
    assert request.number in desk.get("/staff/talks").get_data(as_text=True)
    waiting = desk.get(f"/staff/talks/{request.id}").get_data(as_text=True)
    assert "199****5678" in waiting
    assert "19912345678" not in waiting
    assert "《医疗器械经营监督管理办法》第十六条" in waiting.partition("智能助手查到的条款")[2]
    assert "发送" not in waiting  # nobody writes who has not taken it
    assert act(desk, request, "take").status_code == 302
    taken = desk.get(f"/staff/talks/{request.id}").get_data(as_text=True)
    assert f'name="cites" value="{CLAUSE}">' in taken, "what the assistant considered can be ticked without a search"
    found = act(desk, request, "find", text="先写一半", words="经营许可证 延续 90个工作日").get_data(as_text=True)
    assert CLAUSE in found
    assert "先写一半" in found
    ready = act(desk, request, "canned", canned="device-distribution-renewal", language="zh", text="您好。")
    assert f'value="{CLAUSE}" checked' in ready.get_data(as_text=True)
    assert act(desk, request, "send", text="请稍等，我核对一下。").status_code == 302
    assert act(desk, request, "close", text=REPLY, cites=CLAUSE).status_code == 302
    last = next(message for message in reversed(talk.list()) if message["role"] == "officer")
    assert (last["text"], last["data"]["citations"][0]["status"]) == (REPLY, "in_force")
    assert "90个工作日至30个工作日" in last["data"]["citations"][0]["quote"]
    assert said(talk, "system")[-1].startswith(f"工作人员已答复，请求{request.number}已结束")
    curator = identity_of(make_account(kind="staff", roles="curator"))
    [draft] = curation.list_changes(curator)
    assert (draft.state, draft.handover, draft.content["cites"]) == (
        "draft",
        request.number,
        [{"title": "医疗器械经营监督管理办法", "article": 16, "paragraph": 1}],
    )
    assert "19912345678" not in str(draft.content)
    assert REPLY not in lawful.answer("第三类医疗器械经营许可证什么时候可以申请延续？").text


def test_a_draft_from_a_reply_goes_the_way_of_every_other(lawful: PolicyBase, app: APIFlask, make_account: Any) -> None:
    """Not tried while one language is missing; edited by a curator who becomes its author; not published by them."""
    officer = identity_of(make_account(kind="staff", roles="officer"))
    one, two = (identity_of(make_account(kind="staff", roles="curator")) for _n in range(2))
    cites = [{"title": "医疗器械经营监督管理办法", "article": 16, "paragraph": 1}]
    told = {"number": "R1", "question": "许可证怎么延续？", "answer": REPLY, "language": "zh"}
    assert curation.draft_from_reply(officer, **told, cites=[]) is None
    with pytest.raises(Forbidden):
        curation.draft_from_reply(one, **told, cites=cites)
    draft = curation.draft_from_reply(officer, **told, cites=cites)
    assert draft is not None
    with pytest.raises(Invalid, match="还不完整"):
        curation.try_question(one, draft.id, "许可证怎么延续？", "zh")
    with pytest.raises(Invalid):
        curation.submit(one, draft.id)
    entry = curation.FaqEntry(
        "许可证怎么延续？", "How to renew?", REPLY, "Apply in time.", cites="医疗器械经营监督管理办法 第16条 第1款"
    )
    edited = curation.save_faq(one, entry, change_id=draft.id)
    assert (edited.id, edited.author_id, edited.handover) == (draft.id, one.account_id, "R1")
    curation.try_question(one, draft.id, "许可证怎么延续？", "zh")
    curation.submit(one, draft.id)
    with pytest.raises(Forbidden):
        curation.publish(one, draft.id)
    assert curation.get_change(two, draft.id).state == "submitted"


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"text": ""}, "请填写1至4000字的答复"),
        ({"text": "字" * 4001}, "请填写1至4000字的答复"),
        ({"text": "您好", "cites": "不存在的办法#1#0"}, "不能引用"),
        ({"text": "您好", "cites": "<script>"}, "请从列表中选择条款"),
        ({"text": "您好", "cites": [f"医疗器械经营监督管理办法#{n}#0" for n in range(1, 8)]}, "最多选择5条"),
    ],
)
def test_a_wrong_reply_comes_back_with_what_was_typed_and_nothing_is_sent(
    lawful: PolicyBase, talk: Talk, ask: ASK, desk: FlaskClient, form: dict[str, Any], field: str
) -> None:
    request = ask()
    act(desk, request, "take")
    refused = act(desk, request, "close", **form)
    assert refused.status_code == 422
    page = refused.get_data(as_text=True)
    assert field in page or ("1" in field and "4000" in page)
    assert form["text"] in page
    assert (request.state, said(talk, "officer")) == ("taken", [])


def test_what_a_colleague_took_meanwhile_is_told_on_the_page(
    ask: ASK, desk: FlaskClient, make_account: Any, talk: Talk
) -> None:
    request = ask()
    talk.say("一句悄悄话")
    chat.desk.take(identity_of(make_account(kind="staff", roles="officer")), request.id)
    db.session.commit()
    late = act(desk, request, "take")
    assert (late.status_code, "已由同事接手" in late.get_data(as_text=True)) == (409, True)
    assert "一句悄悄话" not in desk.get(f"/staff/talks/{request.id}").get_data(as_text=True)
    assert desk.get(f"/staff/talks/{request.id}/news?after=0").json["messages"] == []


def test_the_script_gets_what_is_new_and_no_more(talk: Talk, ask: ASK, desk: FlaskClient) -> None:
    request = ask()
    act(desk, request, "take")
    after = max(int(message["id"]) for message in talk.list())
    talk.say("还有一个问题")
    news = desk.get(f"/staff/talks/{request.id}/news?after={after}").json
    assert (len(news["messages"]), "还有一个问题" in news["messages"][0], news["state"]) == (1, True, "taken")
    assert request.number in desk.get("/staff/talks/queue").json["html"]
    assert desk.post(f"/staff/talks/{request.id}/typing").json == {"noted": True}


def test_who_signed_in_finds_the_answer_to_a_ticket_under_their_matters(
    app: APIFlask, at: Clock, make_account: Any, desk: FlaskClient
) -> None:
    at.set("2026-11-24T20:00")
    account, person = make_account(), app.test_client()
    person.post("/sign-in", data={"login": account.login, "password": PASSWORD})
    person.post("/chat/messages", data={"person": "1"})
    request = db.session.query(TalkRequest).one()
    act(desk, request, "take")
    act(desk, request, "close", text="请带上营业执照到窗口办理。")
    [notice] = notices.list_notices(identity_of(account))
    assert request.number in notice.text["zh"]
    assert notice.text["en"].startswith("Staff have written")
    assert "请带上营业执照" in person.get(notice.url, follow_redirects=True).get_data(as_text=True)


def test_a_similar_earlier_reply_is_shown_and_an_unlike_one_is_not(
    lawful: PolicyBase, client: FlaskClient, officer: Account, app: APIFlask
) -> None:
    who = identity_of(officer)
    for question, answer in (
        ("药店经营许可证到期怎么延续", "请在到期前六个月至两个月申请重新审查发证。"),
        ("化妆品标签上要写什么", "名称、备案人、成分、期限等。"),
    ):
        person = Talk(client)
        person.say(question)
        person.say(person=True)
        request = chat.desk.list_queue(who)[0]
        chat.desk.take(who, request.id)
        chat.desk.close(who, request.id, answer, [])
        db.session.commit()
    similar = chat.beside.list_similar("我的药店许可证快到期了，怎么延续？", TalkRequest(id=0))
    assert [past.text for past in similar] == ["请在到期前六个月至两个月申请重新审查发证。"]
    assert chat.beside.list_similar("医院制剂可以调剂吗", TalkRequest(id=0)) == []


def test_what_a_complaint_holds_is_beside_it_without_name_phone_and_address(
    talk: Talk, ask: ASK, rasa: FakeRasa, desk: FlaskClient
) -> None:
    rasa.answer = lambda _body: (500, b"{}")
    talk.say("我要投诉，海泊桥惠生大药房卖给我过期的感冒药，要求退钱，我叫钱多多，电话19400000001")
    request = ask()
    beside = desk.get(f"/staff/talks/{request.id}").get_data(as_text=True).partition("已了解的情况")[2]
    assert "惠生大药房" in beside
    assert "19400000001" not in beside
    assert "已提供（不在此显示）" in beside


def test_every_shipped_ready_reply_rests_on_words_of_its_clause(ingested: PolicyBase) -> None:
    replies = read_canned(SHIPPED, 0)
    assert len(replies) >= 8
    for reply in replies:
        for cite in reply.cites:
            clause = ingested.find_clause(cite.title, cite.article, as_of=clock.today())
            assert clause is not None, (reply.id, cite)
            assert cite.says, reply.id
            assert cite.says in clause.text, (reply.id, cite)


def test_a_ready_reply_without_its_clause_in_force_is_not_offered(app: APIFlask, lawful: PolicyBase) -> None:
    own = app.config["SETTINGS"].data / "canned.yml"
    own.write_text(
        "replies:\n"
        "  - {id: old, title: {zh: 旧, en: Old}, text: {zh: 旧答复, en: Old}, cites: [{title: 不存在的办法, article: 1}]}\n"
        "  - {id: hello, title: {zh: 你好, en: Hello}, text: {zh: 您好, en: Hello}}\n",
        encoding="utf-8",
    )
    assert [reply.id for reply in chat.canned.list_usable()] == ["hello"]


@pytest.mark.parametrize("text", ["[]", "replies: [{id: a}]", "replies: ["])
def test_a_wrong_file_of_ready_replies_is_named(tmp_path: Path, text: str) -> None:
    own = tmp_path / "canned.yml"
    own.write_text(text, encoding="utf-8")
    with pytest.raises(CannedError, match=r"canned\.yml"):
        read_canned(own, 1)
