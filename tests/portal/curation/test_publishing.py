"""Publishing behind the page: gold questions part by part, live once, whatever dies or is clicked twice in between."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from policy_kb import clock, list_askable
from portal.audit import service as audit
from portal.curation import publishing, service
from portal.curation.models import KnowledgeChange, Publication
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.identity.models import Account
from portal.identity.service import Identity, identity_of
from portal.jobs import service as jobs
from portal.knowledge import policy_base

LAW = "市场监督管理投诉举报处理办法"
HARMLESS = "虚构器械的流动展台能不能夜间开放？"


@pytest.fixture
def curators(make_account: Callable[..., Account]) -> tuple[Account, Account]:
    return make_account(kind="staff", roles="curator"), make_account(kind="staff", roles="curator")


@pytest.fixture
def author(curators: tuple[Account, Account]) -> Identity:
    return identity_of(curators[0])


@pytest.fixture
def reviewer(curators: tuple[Account, Account]) -> Identity:
    return identity_of(curators[1])


@pytest.fixture
def lawful(app: APIFlask, corpus: Path, short_parts: None) -> int:
    """A base with one real text; how many gold questions it can be asked."""
    [path] = corpus.rglob(f"{LAW}.md")
    policy_base().ingest(path)
    asked = len(list_askable(policy_base()))
    assert asked > 2 * publishing.BATCH
    return asked


@pytest.fixture
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """One small batch a part, so that every test sees several."""
    monkeypatch.setattr(publishing, "PART_SECONDS", 0.0)
    monkeypatch.setattr(publishing, "BATCH", 5)


def submit_faq(
    author: Identity, question: str = HARMLESS, answer: str = "可以夜间开放，由展台负责人关灯。"
) -> KnowledgeChange:
    entry = service.FaqEntry(
        question, "May it open at night?", answer, "Yes; its keeper puts out the light.", cites=f"{LAW} 第15条"
    )
    change = service.save_faq(author, entry)
    service.try_question(author, change.id, question, "zh")
    service.submit(author, change.id)
    db.session.commit()
    return change


def begin(reviewer: Identity, change: KnowledgeChange, reason: str = "") -> jobs.Job:
    service.publish(reviewer, change.id, reason)
    db.session.commit()
    job = service.find_job(change)
    assert job is not None
    return job


def publication_of(change: KnowledgeChange) -> Publication:
    found = service.find_publication(change)
    assert found is not None
    return found


def test_the_worker_asks_the_gold_questions_and_then_the_change_is_live(
    lawful: int, author: Identity, reviewer: Identity
) -> None:
    change = submit_faq(author)
    begin(reviewer, change)
    assert (change.state, publication_of(change).whole) == ("checking", lawful)
    assert "关灯" not in policy_base().answer(HARMLESS).text
    jobs.run_due()
    assert (change.state, change.reviewer_id) == ("published", reviewer.account_id)
    assert (publication_of(change).asked, publication_of(change).lost) == (lawful, [])
    assert "关灯" in policy_base().answer(HARMLESS).text
    service.take_back(author, change.id)
    assert "关灯" not in policy_base().answer(HARMLESS).text


def test_a_worker_that_dies_goes_on_where_it_was_and_publishes_once(
    lawful: int, author: Identity, reviewer: Identity
) -> None:
    change = submit_faq(author)
    job = begin(reviewer, change)
    assert jobs.run_job(job.id)
    assert publication_of(change).asked == publishing.BATCH
    job.state, job.lease_until = "running", clock.now() - timedelta(seconds=1)  # killed in the middle of the next part
    db.session.commit()
    jobs.run_due()
    assert change.state == "published"
    publishing.go_on(job.payload)  # a message that was delivered twice
    db.session.commit()
    lines = audit.list_lines(subject_kind="faq", subject_id=str(change.id))
    assert [line.action for line in lines].count("publish_knowledge") == 1


def test_killed_between_store_and_database_it_is_finished_by_the_next_worker(
    lawful: int, author: Identity, reviewer: Identity
) -> None:
    change = submit_faq(author)
    job = begin(reviewer, change)
    while publication_of(change).state != "checked":
        assert jobs.run_job(job.id)
    publishing.go_on(job.payload)
    db.session.rollback()  # the overlay is written, the commit was never reached
    assert change.state == "checking"
    jobs.run_due()
    assert (change.state, publication_of(change).state) == ("published", "published")
    assert "关灯" in policy_base().answer(HARMLESS).text


def test_two_clicks_begin_one_publication_and_nobody_edits_meanwhile(
    lawful: int, author: Identity, reviewer: Identity
) -> None:
    change = submit_faq(author)
    begin(reviewer, change)
    with pytest.raises(Conflict):
        service.publish(reviewer, change.id)
    entry = service.FaqEntry("改", "Edited", "改", "Edited", cites=f"{LAW} 第15条")
    with pytest.raises(Conflict, match="正在发布"):
        service.save_faq(author, entry, change_id=change.id)
    with pytest.raises(Conflict):
        service.reject(reviewer, change.id, "退回")
    db.session.rollback()
    assert db.session.query(Publication).count() == 1


def test_stopped_in_time_nothing_is_published(lawful: int, author: Identity, reviewer: Identity) -> None:
    change = submit_faq(author)
    job = begin(reviewer, change)
    jobs.run_job(job.id)
    service.stop(author, change.id)
    db.session.commit()
    jobs.run_due()
    assert (change.state, publication_of(change).state) == ("submitted", "stopped")
    assert "关灯" not in policy_base().answer(HARMLESS).text
    with pytest.raises(Conflict, match="不能停止"):
        service.stop(author, change.id)


def test_what_loses_gold_questions_is_held_until_the_reviewer_gives_a_reason_for_these(
    lawful: int, author: Identity, reviewer: Identity
) -> None:
    passing = [one.question for one in list_askable(policy_base())]
    change = submit_faq(author, passing[0], "无可奉告。")
    change.content = {**change.content, "asks": {"zh": passing[:40], "en": []}}  # answers all of them wrongly
    db.session.commit()
    begin(reviewer, change)
    jobs.run_due()
    assert (change.state, publication_of(change).state) == ("submitted", "held")
    count = len(publication_of(change).lost)
    assert count > 0
    with pytest.raises(Invalid) as refused:
        service.publish(reviewer, change.id)
    assert "reason" in refused.value.fields
    db.session.rollback()
    service.recall(author, change.id)
    service.submit(author, change.id)
    assert publication_of(change).state == "held", "taken back and handed in unchanged, it loses the same questions"
    begin(reviewer, change, "这些题另有答复")
    jobs.run_due()
    assert change.state == "published"
    newest = audit.list_lines(subject_kind="faq", subject_id=str(change.id))[0]
    assert (newest.action, newest.detail.endswith(f"{count} gold questions lost: 这些题另有答复")) == (
        "publish_knowledge",
        True,
    )


def test_one_that_gives_up_waits_for_review_again_and_says_why(
    lawful: int, author: Identity, reviewer: Identity
) -> None:
    change = submit_faq(author)
    change.content = {**change.content, "item": "Z99"}  # an item that the catalogue no longer has
    db.session.commit()
    begin(reviewer, change)
    jobs.run_due()
    service.settle_failed(change)
    db.session.commit()
    assert (change.state, publication_of(change).state) == ("submitted", "failed")
    assert "Z99" in publication_of(change).error


def test_the_pages_show_how_far_it_is_without_javascript(
    app: APIFlask, client: FlaskClient, lawful: int, author: Identity, curators: tuple[Account, Account],
    sign_in: Callable[[Account], FlaskClient],
) -> None:  # fmt: skip
    change = submit_faq(author)
    sign_in(curators[1])
    path = f"/curation/changes/{change.id}"
    assert client.post(f"{path}/publish").status_code == 302
    page = client.get(path).get_data(as_text=True)
    assert "正在发布" in page
    assert f"{lawful}道检验题" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    job = service.find_job(change)
    assert job is not None
    jobs.run_job(job.id)
    part = client.get(f"{path}/publishing").get_data(as_text=True)
    assert (f"已完成{publishing.BATCH}题" in part, "data-refresh" in part) == (True, True)
    jobs.run_due()
    done = client.get(f"{path}/publishing").get_data(as_text=True)
    assert ("data-refresh" in done, f"共检验{lawful}题" in done) == (False, True)
    assert "撤回" in client.get(path).get_data(as_text=True)
