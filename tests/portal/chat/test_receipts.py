"""Receipts of answers and transcripts: the holder's alone (A9), checked by anybody, and honest about law that changed."""

import hashlib
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from apiflask import APIFlask
from chat_edge import FakeRasa, Talk, acting, say_back
from flask.testing import FlaskClient

from policy_kb import clock
from portal.audit import service as audit
from portal.chat import records
from portal.chat.flows import Draft
from portal.chat.models import Conversation, Message
from portal.extensions import db
from portal.knowledge import policy_base
from portal.proofs import service as proofs
from portal.proofs.service import Proof

SECRET = "我叫钱多多，店里的事"
OLD = """# 虚构器械展示管理办法

（2024年1月5日虚构监督管理局令第1号公布）

第一条　展示人应当自收到通知之日起20个工作日内报告。

第二条　展示人应当保存记录5年。

第三条　本办法自2024年2月1日起施行。
"""
NEW = """# 虚构器械展示管理办法

（2024年1月5日虚构监督管理局令第1号公布　根据2026年5月5日虚构监督管理局令第2号修订）

第一条　展示人应当自收到通知之日起10个工作日内报告。

第二条　展示人应当公开展示计划。

第三条　展示人应当保存记录5年。

第四条　本办法自2026年6月1日起施行。
"""
LATE = "2026-11-24T10:00"


@pytest.fixture(autouse=True)
def day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_NOW", LATE)


def load(folder: Path, name: str, text: str) -> None:
    (folder / name).mkdir()
    (folder / name / "虚构器械展示管理办法.md").write_text(text, encoding="utf-8")
    policy_base().ingest(folder / name)


def cite(article: int, label: str, quote: str, version_id: str = "", **more: Any) -> dict[str, Any]:
    return {
        "title": "虚构器械展示管理办法", "article": article, "label": label, "paragraph": 0, "item": 0, "quote": quote,
        "document_number": "令第1号", "issuer": "虚构监督管理局", "in_force_from": "2024-02-01", "in_force_to": None,
        "status": "in_force", "version": "2024-01-05", "version_id": version_id or None,
        "clause_id": f"{version_id}:{article}" if version_id else None, **more,
    }  # fmt: skip


def make_answer(*citations: dict[str, Any], text: str = "应当在20个工作日内报告。") -> dict[str, Any]:
    return {
        "status": "answered", "language": "zh", "as_of": "2026-11-24", "kb_version": "kb-then", "question": SECRET,
        "understood": "", "blocks": [{"kind": "lead", "heading": "", "text": text, "citations": [0]}],
        "facts": [{"id": "x", "kind": "time_limit", "label": "期限", "value": "5年以上", "citations": [0], "confirmed": True},
                  {"id": "y", "kind": "time_limit", "label": "同一件事", "value": "20个工作日", "citations": [0], "confirmed": True}],
        "citations": list(citations), "notices": [], "confidence": 0.93, "topic": {}, "service": None,
    }  # fmt: skip


def hold(client: FlaskClient, answer: dict[str, Any]) -> Message:
    """A conversation of this browser with one question and that answer."""
    conversation, _token = records.add_conversation("zh", "page")
    asked = records.add_user_message(conversation, SECRET, None)
    [reply] = records.add_drafts(conversation, asked.id, [Draft("answer", "应当在20个工作日内报告。", answer=answer)])
    db.session.commit()
    with client.session_transaction() as session:
        session["conversation"] = conversation.id
    return reply


def make(client: FlaskClient, message: Message | None = None) -> str:
    """The address of the receipt (of the transcript when no message is named)."""
    reply = client.post("/chat/receipts", data={"message": str(message.id)} if message else {})
    assert reply.status_code == 303, reply.text
    return str(reply.headers["Location"])


def read_proof(address: str) -> Proof:
    proof = proofs.find_by_code(address.rpartition("/")[2])
    assert proof is not None
    return proof


def read_pdf(content: bytes) -> str:
    document = pypdfium2.PdfDocument(content)
    return "".join(re.sub(r"\s+", "", page.get_textpage().get_text_range()) for page in document)


def test_a_real_answer_gets_a_receipt_by_a_plain_form(app: APIFlask, client: FlaskClient, rasa: FakeRasa) -> None:
    rasa.answer = acting(app, "answer/ask")
    client.post("/chat/messages", data={"text": "第三类医疗器械经营许可证什么时候可以申请延续？"})
    button = re.search(r'name="message" value="(\d+)">本条答复的凭证', client.get("/chat/").text)
    assert button
    reply = client.post("/chat/receipts", data={"message": button[1]})
    page = client.get(reply.headers["Location"]).text
    assert "90个工作日" in page
    assert "第三类医疗器械经营许可证什么时候可以申请延续？" in page
    told = app.test_client().get(f"/verify/{read_proof(reply.headers['Location']).code}").text
    assert "90个工作日" in told
    assert "什么时候可以申请延续" not in told
    assert "没有收录其文本" in told, "without its text nobody can say that a clause is in force"


def test_the_holder_sees_question_answer_facts_and_clauses_on_page_pdf_and_in_the_file(client: FlaskClient) -> None:
    address = make(client, hold(client, make_answer(cite(1, "第一条", "展示人应当自收到通知之日起20个工作日内报告。"))))
    page, pdf = client.get(address).text, client.get(f"{address}.pdf")
    told = [
        SECRET, "应当在20个工作日内报告。", "期限", "5年以上", "《虚构器械展示管理办法》第一条", "展示人应当自收到通知之日起20个工作日内报告。",
        "令第1号", "虚构监督管理局", "kb-then", read_proof(address).hash,
    ]  # fmt: skip
    assert [one for one in told if one not in page] == []
    printed = read_pdf(pdf.data)
    assert [one for one in told if one not in printed] == []
    assert [one for one in told if printed.count(one) != 1 and not one.startswith("《")] == []
    assert "同一件事" not in printed, "what the answer says is not said again as a fact"
    assert pdf.headers["Cache-Control"] == "private, no-store"
    file = client.get(f"{address}.json").data
    assert hashlib.sha256(file).hexdigest() == read_proof(address).hash
    assert json.loads(file)["content"]["clauses"][0]["in_force_from"] == "2024-02-01"
    assert client.get(f"{address}.pdf").data == pdf.data
    found = proofs.find_by_file(hashlib.sha256(pdf.data).hexdigest())
    assert found is read_proof(address)


def test_long_words_stay_on_the_paper(client: FlaskClient) -> None:
    answer = make_answer(cite(1, "第一条", "长" * 3000), text="W" * 900)
    pdf = client.get(f"{make(client, hold(client, answer))}.pdf").data
    document = pypdfium2.PdfDocument(pdf)
    for page in document:
        width, text = page.get_width(), page.get_textpage()
        edges = [text.get_charbox(at) for at in range(text.count_chars())]
        assert all(left >= 0 and right <= width for left, _bottom, right, _top in edges)
    assert read_pdf(pdf).count("长") == 3000
    assert read_pdf(pdf).count("W") >= 900


def test_the_same_press_twice_is_one_receipt(client: FlaskClient) -> None:
    message = hold(client, make_answer())
    assert make(client, message) == make(client, message)


def test_another_session_gets_404_and_an_audit_line(
    app: APIFlask, client: FlaskClient, make_account: Callable[..., Any]
) -> None:
    message = hold(client, make_answer())
    addresses = [make(client, message), make(client)]
    stranger = app.test_client()
    account = make_account("somebody")
    other = app.test_client()
    other.post("/sign-in", data={"login": account.login, "password": "a long enough password"})
    for person in (stranger, other):
        for address in addresses:
            for ending in ("", ".pdf", ".json", "?key=x", "?key=", ".pdf?key=eyJ4.%00"):
                reply = person.get(f"{address}{ending}")
                assert reply.status_code == 404, (address, ending)
                assert SECRET not in reply.text
        assert person.post("/chat/receipts", data={"message": str(message.id)}).status_code == 404
        assert person.post("/chat/receipts", data={}).status_code == 404
    lines = [line for line in audit.list_lines(subject_kind="receipt") if line.action == "refused_read"]
    assert len(lines) == 24


def test_a_conversation_claimed_at_sign_in_is_closed_to_the_session_that_began_it(
    client: FlaskClient, make_account: Callable[..., Any], sign_in: Callable[..., FlaskClient]
) -> None:
    message = hold(client, make_answer())
    address = make(client, message)
    sign_in(make_account("owner"))
    client.get("/chat/")
    assert client.get(address).status_code == 200
    held = db.session.query(Conversation).one().id
    client.post("/sign-out")
    with client.session_transaction() as session:
        session["conversation"] = held
    assert client.get(address).status_code == 404


@pytest.mark.parametrize("number", ["0", "x", "-1", "9" * 40, "１", "1.0", "%00"])
def test_a_message_that_is_none_is_told_so(client: FlaskClient, number: str) -> None:
    hold(client, make_answer())
    assert client.post("/chat/receipts", data={"message": number}).status_code == 404


def test_a_message_of_another_conversation_has_no_receipt_here(client: FlaskClient) -> None:
    foreign = hold(client, make_answer())
    own = hold(client, make_answer())
    assert client.post("/chat/receipts", data={"message": str(foreign.id)}).status_code == 404
    assert client.post("/chat/receipts", data={"message": str(own.turn)}).status_code == 404


def test_a_stranger_sees_answer_and_clauses_and_nothing_of_the_question(app: APIFlask, client: FlaskClient) -> None:
    address = make(client, hold(client, make_answer(cite(1, "第一条", "x"))))
    told = app.test_client().get(f"/verify/{read_proof(address).code}").text
    assert "应当在20个工作日内报告。" in told
    assert "kb-then" in told
    assert "钱多多" not in told


def test_clauses_are_held_against_the_law_of_today(app: APIFlask, client: FlaskClient, tmp_path: Path) -> None:
    """Before the change all read the same; after it one has other words, one has moved, one is unknown."""
    load(tmp_path, "old", OLD)
    [version] = policy_base().list_versions()
    clauses = [
        cite(1, "第一条", "展示人应当自收到通知之日起20个工作日内报告。", version.id),
        cite(2, "第二条", "展示人应当保存记录5年。", version.id),
    ]
    code = read_proof(make(client, hold(client, make_answer(*clauses)))).code
    stranger = app.test_client()
    before = stranger.get(f"/verify/{code}").text
    assert 'data-verdict="ok"' in before
    assert before.count("现行有效，内容相同") == 2
    load(tmp_path, "new", NEW)
    after = stranger.get(f"/verify/{code}").text
    assert 'data-verdict="danger"' in after
    assert "内容已修改，原文不再适用" in after
    assert "现行有效，内容相同，现为第三条" in after
    [now] = [v for v in policy_base().list_versions() if v.status_on(clock.today()) == "in_force"]
    assert f"/policies/{now.id}" in after
    assert f"/policies/{version.id}" not in after, "what was superseded is never shown as the law of today"


def test_a_transcript_tells_a_stranger_count_times_and_that_it_is_unchanged(app: APIFlask, client: FlaskClient) -> None:
    hold(client, make_answer())
    address = make(client)
    page = client.get(address).text
    assert SECRET in page
    assert "应当在20个工作日内报告。" in page
    file = client.get(f"{address}.json").data
    assert hashlib.sha256(file).hexdigest() == read_proof(address).hash
    assert [one["role"] for one in json.loads(file)["messages"]] == ["user", "assistant"]
    assert SECRET in read_pdf(client.get(f"{address}.pdf").data)
    told = app.test_client().get(f"/verify/{read_proof(address).code}").text
    assert 'data-verdict="ok"' in told
    assert "钱多多" not in told
    assert "工作日内" not in told


def test_a_transcript_keeps_to_what_was_said_when_it_was_issued(client: FlaskClient, rasa: FakeRasa) -> None:
    hold(client, make_answer())
    first = make(client)
    rasa.answer = say_back("好的")
    client.post("/chat/messages", data={"text": "后来的话"})
    assert "后来的话" not in client.get(first).text
    second = make(client)
    assert second != first
    assert "后来的话" in client.get(second).text
    assert 'data-verdict="ok"' in client.get(f"/verify/{read_proof(first).code}").text


@pytest.mark.parametrize(
    "change",
    [{"text": "改过的话"}, {"role": "officer"}, {"at": clock.now()}, {"payload": {"answer": {"citations": []}}}, None],
)
def test_a_message_changed_or_gone_makes_the_transcript_say_no(
    app: APIFlask, client: FlaskClient, change: dict[str, Any] | None
) -> None:
    message = hold(client, make_answer(cite(1, "第一条", "x")))
    address = make(client)
    if change is None:
        db.session.delete(message)
    else:
        for name, value in change.items():
            setattr(message, name, value)
    db.session.commit()
    assert 'data-verdict="danger"' in app.test_client().get(f"/verify/{read_proof(address).code}").text
    assert "请勿采信" in client.get(address).text


def test_the_widget_gets_addresses_that_open_without_a_session_for_a_quarter_of_an_hour(
    app: APIFlask, rasa: FakeRasa, talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    rasa.answer = acting(app, "answer/ask")
    said = talk.say("第三类医疗器械经营许可证什么时候可以申请延续？")
    answer = next(message for message in said["messages"] if message["answer"])
    base = f"/api/chat/conversations/{talk.id}"
    for address in (f"{base}/messages/{answer['id']}/receipt", f"{base}/transcript"):
        assert talk.client.post(address).status_code == 401
        assert talk.client.post(address, headers={"Authorization": "Bearer x"}).status_code == 401
        made = talk.client.post(address, headers=talk.headers).json
        elsewhere = app.test_client()
        assert "90个工作日" in elsewhere.get(made["page"]).text
        assert elsewhere.get(made["pdf"]).data.startswith(b"%PDF")
        assert hashlib.sha256(elsewhere.get(made["data"]).data).hexdigest() == made["sha256"]
        assert elsewhere.get(made["page"].partition("?")[0]).status_code == 404
        with monkeypatch.context() as later:
            later.setattr("portal.chat.receipts.KEY_MINUTES", -1)
            assert elsewhere.get(made["page"]).status_code == 404
    missing = talk.client.post(f"{base}/messages/999999/receipt", headers=talk.headers)
    assert (missing.status_code, missing.json["error"]["code"]) == (404, "not_found")


def test_the_key_of_one_receipt_opens_no_other(app: APIFlask, rasa: FakeRasa, talk: Talk) -> None:
    rasa.answer = acting(app, "answer/ask")
    said = talk.say("第三类医疗器械经营许可证什么时候可以申请延续？")
    answer = next(message for message in said["messages"] if message["answer"])
    base = f"/api/chat/conversations/{talk.id}"
    one = talk.client.post(f"{base}/messages/{answer['id']}/receipt", headers=talk.headers).json
    other = talk.client.post(f"{base}/transcript", headers=talk.headers).json
    key = one["page"].partition("?")[2]
    assert app.test_client().get(f"{other['page'].partition('?')[0]}?{key}").status_code == 404
