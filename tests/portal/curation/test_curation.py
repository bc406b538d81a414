"""The curators' loop on the live answering code: tried, published by another, used at once, taken back."""

import io
from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from portal.curation import service, texts
from portal.errors import Conflict, Forbidden, Invalid
from portal.extensions import db
from portal.identity.models import Account
from portal.identity.service import Identity, identity_of
from portal.knowledge import policy_base

# A rule of our own making, so that no law is needed: 虚构 says that it is fiction.
LAW = """# 虚构器械展示管理办法

（2026年1月5日虚构监督管理局令第1号公布 自2026年2月1日起施行）

第一条 为了规范虚构器械的展示活动，制定本办法。

第二条 举办虚构器械巡回展示的，应当在展示前13个工作日内向虚构监督管理局报告展示地点。

第三条 本办法自2026年2月1日起施行。
"""
QUESTION = "虚构器械巡回展示要提前多少个工作日报告展示地点？"


@pytest.fixture
def curators(make_account: Callable[..., Account]) -> tuple[Identity, Identity]:
    return identity_of(make_account(kind="staff", roles="curator")), identity_of(
        make_account(kind="staff", roles="curator")
    )


def make_faq(**changes: str) -> service.FaqEntry:
    values = {
        "question_zh": "虚构器械的流动展台能不能夜间开放？",
        "question_en": "May a travelling stand for fictional devices open at night?",
        "answer_zh": "可以夜间开放，但展示地点要提前13个工作日报告。",
        "answer_en": "Yes, but the place has to be reported 13 working days ahead.",
        "cites": "虚构器械展示管理办法 第2条",
    }
    return service.FaqEntry(**{**values, **changes})


def publish_law(author: Identity, reviewer: Identity) -> int:
    change, _warnings, _jobs = texts.save_texts(author, [("虚构器械展示管理办法.md", LAW.encode())])
    service.try_question(author, change.id, QUESTION, "zh")
    service.submit(author, change.id)
    service.publish(reviewer, change.id)
    db.session.commit()
    return change.id


def test_an_uploaded_text_answers_after_a_second_person_published_it_and_no_longer_when_taken_back(
    app: APIFlask, curators: tuple[Identity, Identity]
) -> None:
    author, reviewer = curators
    change, _warnings, _jobs = texts.save_texts(author, [("虚构器械展示管理办法.md", LAW.encode())])
    before, after = service.try_question(author, change.id, QUESTION, "zh")
    assert "13个工作日" not in before.text
    assert "13个工作日" in after.text
    service.submit(author, change.id)
    service.publish(reviewer, change.id)
    db.session.commit()
    live = policy_base().answer(QUESTION)
    assert ("13个工作日" in live.text, live.citations[0].title) == (True, "虚构器械展示管理办法")
    service.take_back(author, change.id)
    assert "13个工作日" not in policy_base().answer(QUESTION).text


def test_a_published_faq_is_used_by_the_next_question_and_can_be_taken_back(
    app: APIFlask, curators: tuple[Identity, Identity]
) -> None:
    author, reviewer = curators
    publish_law(author, reviewer)
    entry = make_faq()
    change = service.save_faq(author, entry)
    _before, after = service.try_question(author, change.id, entry.question_zh, "zh")
    assert "夜间" in after.text
    assert "夜间" not in policy_base().answer(entry.question_zh).text
    service.submit(author, change.id)
    service.publish(reviewer, change.id)
    assert "夜间" in policy_base().answer(entry.question_zh).text
    assert (
        "at night" in policy_base().answer(entry.question_en, language="en").text
        or "13 working days" in policy_base().answer(entry.question_en, language="en").text
    )
    service.take_back(reviewer, change.id)
    assert "可以夜间开放" not in policy_base().answer(entry.question_zh).text


def test_an_author_takes_back_what_waits_for_review_and_gives_a_draft_up(
    app: APIFlask, curators: tuple[Identity, Identity]
) -> None:
    author, other = curators
    publish_law(author, other)
    change = service.save_faq(author, make_faq())
    service.try_question(author, change.id, QUESTION, "zh")
    service.submit(author, change.id)
    with pytest.raises(Forbidden):
        service.recall(other, change.id)
    with pytest.raises(Conflict, match="只有草稿"):
        service.discard(author, change.id)
    assert service.recall(author, change.id).state == "draft"
    with pytest.raises(Conflict):
        service.publish(other, change.id)
    with pytest.raises(Forbidden):
        service.discard(other, change.id)
    assert service.discard(author, change.id).state == "discarded"
    with pytest.raises(Conflict):
        service.submit(author, change.id)
    assert "夜间" not in policy_base().answer(make_faq().question_zh).text


def test_a_text_that_was_given_up_answers_nothing_and_can_be_uploaded_again(
    app: APIFlask, curators: tuple[Identity, Identity]
) -> None:
    author, reviewer = curators
    change, _warnings, _jobs = texts.save_texts(author, [("虚构器械展示管理办法.md", LAW.encode())])
    service.discard(author, change.id)
    db.session.commit()
    assert "13个工作日" not in policy_base().answer(QUESTION).text
    publish_law(author, reviewer)
    assert "13个工作日" in policy_base().answer(QUESTION).text


def test_a_draft_page_offers_to_give_it_up_and_says_so_afterwards(
    make_account: Callable[..., Account], sign_in: Callable[[Account], FlaskClient]
) -> None:
    first, second = make_account(kind="staff", roles="curator"), make_account(kind="staff", roles="curator")
    publish_law(identity_of(first), identity_of(second))
    change = service.save_faq(identity_of(first), make_faq())
    db.session.commit()
    client = sign_in(first)
    page = client.get(f"/curation/changes/{change.id}").get_data(as_text=True)
    assert f'action="/curation/changes/{change.id}/discard"' in page
    told = client.post(f"/curation/changes/{change.id}/discard", follow_redirects=True).get_data(as_text=True)
    assert "已放弃" in told
    assert "已放弃" in client.get("/curation/").get_data(as_text=True)


def test_what_was_taken_back_can_be_written_anew(
    client: FlaskClient, make_account: Callable[..., Account], sign_in: Callable[[Account], FlaskClient]
) -> None:
    first, second = make_account(kind="staff", roles="curator"), make_account(kind="staff", roles="curator")
    author, reviewer = identity_of(first), identity_of(second)
    publish_law(author, reviewer)
    change = service.save_faq(author, make_faq())
    service.try_question(author, change.id, QUESTION, "zh")
    service.submit(author, change.id)
    service.publish(reviewer, change.id)
    service.take_back(author, change.id)
    db.session.commit()
    sign_in(first)
    assert f"/curation/faq?copy={change.id}" in client.get(f"/curation/changes/{change.id}").get_data(as_text=True)
    page = client.get(f"/curation/faq?copy={change.id}").get_data(as_text=True)
    assert "虚构器械的流动展台能不能夜间开放？" in page
    assert 'name="change_id" value=""' in page


def test_nobody_publishes_their_own_change_nor_one_that_was_never_tried(
    app: APIFlask, curators: tuple[Identity, Identity]
) -> None:
    author, reviewer = curators
    publish_law(author, reviewer)
    change = service.save_faq(author, make_faq())
    with pytest.raises(Invalid, match="试答"):
        service.submit(author, change.id)
    service.try_question(author, change.id, QUESTION, "zh")
    service.submit(author, change.id)
    with pytest.raises(Forbidden, match="另一位"):
        service.publish(author, change.id)
    with pytest.raises(Conflict):
        service.take_back(author, change.id)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"answer_en": " "}, "answer_en"),
        ({"cites": ""}, "cites"),
        ({"cites": "随便写写"}, "cites"),
        ({"cites": "不存在的办法 第3条"}, "cites"),
        ({"cites": "虚构器械展示管理办法 第99条"}, "cites"),
    ],
)
def test_an_faq_without_words_or_a_clause_in_force_is_refused(
    app: APIFlask, curators: tuple[Identity, Identity], changes: dict[str, str], field: str
) -> None:
    publish_law(*curators)
    with pytest.raises(Invalid) as refused:
        service.save_faq(curators[0], make_faq(**changes))
    assert field in refused.value.fields


@pytest.mark.parametrize(
    ("line", "cite"),
    [
        ("虚构器械展示管理办法 第2条", {"article": 2}),
        ("《虚构器械展示管理办法》第二条", {"article": 2}),
        ("《虚构器械展示管理办法》第十二条第三款", {"article": 12, "paragraph": 3}),
        ("虚构器械展示管理办法#16.1", {"article": 16, "paragraph": 1}),
        ("《虚构器械展示管理办法》第一百零二条第一款第（四）项", {"article": 102, "paragraph": 1, "item": 4}),
        ("《第二类展品目录》 第 3 条", {"article": 3}),
    ],
)
def test_a_clause_may_be_written_as_the_law_prints_it_and_is_kept_whole(line: str, cite: dict[str, int]) -> None:
    found = service.read_cites(line)
    assert [{name: each[name] for name in each if name != "title"} for each in found] == [cite]
    assert service.read_cites(service.write_cites(found)) == found


@pytest.mark.parametrize("line", ["《虚构器械展示管理办法》第六十一条之一", "《虚构器械展示管理办法》附件2", "第二条"])
def test_a_place_that_no_cite_can_hold_is_refused_with_an_example(app: APIFlask, line: str) -> None:
    with pytest.raises(Invalid, match="第十六条第一款"):
        service.read_cites(line)


def test_a_fact_can_be_reworded_and_put_back(app: APIFlask, curators: tuple[Identity, Identity]) -> None:
    author, reviewer = curators
    publish_law(author, reviewer)
    shipped = policy_base().catalogue.get_item("A11").find_fact("renewal_window")
    assert shipped is not None
    change = service.save_fact(
        author,
        "A11",
        "renewal_window",
        text_zh="试改的延续说明。",
        text_en="Reworded.",
        cites_text="虚构器械展示管理办法 第2条",
    )
    service.try_question(author, change.id, "三类医疗器械经营许可证什么时候延续？", "zh")
    service.submit(author, change.id)
    service.publish(reviewer, change.id)
    changed = policy_base().catalogue.get_item("A11").find_fact("renewal_window")
    assert changed is not None
    assert (changed.text.zh, changed.source) == ("试改的延续说明。", "curated")
    service.take_back(author, change.id)
    assert policy_base().catalogue.get_item("A11").find_fact("renewal_window") == shipped


@pytest.mark.parametrize(
    ("name", "content"), [("a.md", b""), ("a.md", b"%PDF-1.7 not text"), ("../../etc/x.md", b"\x00\x01\x02" * 50)]
)
def test_a_file_that_is_no_legal_text_is_refused_and_leaves_nothing(
    app: APIFlask, curators: tuple[Identity, Identity], name: str, content: bytes
) -> None:
    before = len(policy_base().list_versions())
    with pytest.raises(Invalid) as refused:
        texts.save_texts(curators[0], [(name, content)])
    db.session.rollback()
    assert "file" in refused.value.fields
    assert len(policy_base().list_versions()) == before
    assert service.list_changes(curators[0]) == []


def test_the_pages_walk_the_whole_loop_without_javascript(
    client: FlaskClient, app: APIFlask, make_account: Callable[..., Account], sign_in: Callable[[Account], FlaskClient]
) -> None:
    first, second = make_account(kind="staff", roles="curator"), make_account(kind="staff", roles="curator")
    sign_in(first)
    reply = client.post("/curation/text", data={"file": (io.BytesIO(LAW.encode()), "虚构.md")})
    path = reply.headers["Location"]
    assert "13个工作日" in client.post(f"{path}/try", data={"question": QUESTION, "language": "zh"}).get_data(
        as_text=True
    )
    assert client.post(f"{path}/submit").status_code == 302
    assert client.post(f"{path}/publish").status_code == 403
    client.post("/sign-out")
    sign_in(second)
    assert client.post(f"{path}/publish").status_code == 302
    assert "已发布" in client.get(path).get_data(as_text=True)
    assert client.get("/curation/").status_code == 200


@pytest.mark.parametrize(
    "path", ["/curation/", "/curation/faq", "/curation/text", "/curation/fact/A11/renewal_window", "/staff/audit"]
)
@pytest.mark.parametrize("kind", ["anonymous", "citizen", "officer"])
def test_only_curators_come_in(
    client: FlaskClient,
    make_account: Callable[..., Account],
    sign_in: Callable[[Account], FlaskClient],
    path: str,
    kind: str,
) -> None:
    if kind != "anonymous":
        sign_in(
            make_account(kind="staff" if kind == "officer" else "citizen", roles="officer" if kind == "officer" else "")
        )
    assert client.get(path).status_code == (401 if kind == "anonymous" else 403)
