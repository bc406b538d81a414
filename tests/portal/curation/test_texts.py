"""Uploads of several legal texts: one change, read file by file behind the page, whatever dies in between."""

import io
import zipfile
from collections.abc import Callable

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.curation import service, texts
from portal.curation.models import TextFile
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.identity.models import Account
from portal.identity.service import Identity, identity_of
from portal.jobs import service as jobs
from portal.jobs.models import Job
from portal.knowledge import policy_base
from portal.uploads import TEST_VIRUS
from tests.policy_kb.ingest import making


def make_law(number: int) -> bytes:
    return (
        f"# 虚构器械展示管理办法第{number}种\n\n（2026年1月5日虚构监督管理局令第{number}号公布）\n\n"
        f"第一条　为了规范第{number}种展示，制定本办法。\n\n第二条　本办法自2026年2月1日起施行。\n"
    ).encode()


def make_zip(members: dict[str, bytes]) -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return written.getvalue()


@pytest.fixture
def curator(make_account: Callable[..., Account]) -> Account:
    return make_account(kind="staff", roles="curator")


@pytest.fixture
def identity(curator: Account) -> Identity:
    return identity_of(curator)


def save(identity: Identity, *sent: tuple[str, bytes]) -> int:
    change, _warnings, _jobs = texts.save_texts(identity, sent)
    db.session.commit()
    return change.id


def progress_of(identity: Identity, change_id: int) -> texts.Progress:
    return texts.get_progress(service.get_change(identity, change_id))


def test_several_files_are_one_change_and_read_as_jobs(app: APIFlask, identity: Identity) -> None:
    change_id = save(identity, ("甲.md", make_law(1)), ("乙.docx", making.make_docx()), ("坏.pdf", b"%PDF-1.7 broken"))
    assert (progress_of(identity, change_id).done, progress_of(identity, change_id).running) == (0, True)
    with pytest.raises(Conflict, match="文件还在读取"):
        service.submit(identity, change_id)
    db.session.rollback()
    assert jobs.run_due() == 3
    progress = progress_of(identity, change_id)
    assert [(file.name, file.state) for file in progress.files] == [
        ("甲.md", "done"),
        ("乙.docx", "done"),
        ("坏.pdf", "failed"),
    ]
    assert "damaged" in progress.files[2].report["error"]
    assert (progress.running, progress.failed) == (False, 1)
    assert len(texts.list_version_ids(service.get_change(identity, change_id))) == 2


def test_all_texts_of_an_upload_are_published_and_taken_back_together(
    app: APIFlask, identity: Identity, make_account: Callable[..., Account]
) -> None:
    reviewer = identity_of(make_account(kind="staff", roles="curator"))
    change_id = save(identity, ("卷.zip", make_zip({"a/1.md": make_law(1), "a/2.md": make_law(2)})))
    jobs.run_due()
    service.try_question(identity, change_id, "第1种展示？", "zh")
    service.submit(identity, change_id)
    service.publish(reviewer, change_id)
    assert [version.release for version in policy_base().list_versions()] == ["published", "published"]
    service.take_back(identity, change_id)
    assert [version.release for version in policy_base().list_versions()] == ["withdrawn", "withdrawn"]


def test_a_worker_that_dies_after_reading_and_before_noting_it_doubles_nothing(
    app: APIFlask, identity: Identity
) -> None:
    change_id = save(identity, ("甲.md", make_law(1)), ("乙.md", make_law(2)))
    file = db.session.scalars(select(TextFile)).first()
    assert file is not None
    texts.read_text({"file": file.id})
    db.session.rollback()  # what a kill leaves: the base has the text, the database knows nothing
    assert len(policy_base().list_versions()) == 1
    jobs.run_due()
    versions = texts.list_version_ids(service.get_change(identity, change_id))
    assert sorted(versions) == sorted(version.id for version in policy_base().list_versions())
    assert len(versions) == 2


def test_a_reading_that_gave_up_is_shown_as_failed_with_its_reason(app: APIFlask, identity: Identity) -> None:
    change_id = save(identity, ("甲.md", make_law(1)), ("乙.md", make_law(2)))
    job = db.session.scalars(select(Job).order_by(Job.id)).first()
    assert job is not None
    job.state, job.last_error = "stuck", "StoreUnavailable: away"
    db.session.commit()
    jobs.run_due()
    progress = progress_of(identity, change_id)
    assert [file.state for file in progress.files] == ["failed", "done"]
    assert progress.files[0].report["error"] == "StoreUnavailable: away"


def test_an_upload_of_which_nothing_could_be_read_goes_no_further(app: APIFlask, identity: Identity) -> None:
    change_id = save(identity, ("甲.pdf", b"%PDF-1.7"), ("乙.pdf", b"%PDF-1.7"))
    jobs.run_due()
    with pytest.raises(Invalid, match="没有一个文件能读成法规文本"):
        service.submit(identity, change_id)


@pytest.mark.parametrize(
    ("sent", "complaint"),
    [
        ([], "请选择文件"),
        ([("空.md", b"")], "是空文件或超过20MB"),
        ([("卷.zip", b"PK\x03\x04broken")], "zip压缩包已损坏"),
        ([("卷.zip", make_zip({f"{n}.md": b"x" for n in range(501)}))], "一次最多500个文件"),
        ([("甲.md", TEST_VIRUS)], "有害内容"),
        ([("甲.exe", b"MZ" + b"\x00" * 90)], "不支持这种扩展名|Windows程序"),
    ],
)
def test_an_upload_that_cannot_be_taken_leaves_nothing(
    app: APIFlask, identity: Identity, sent: list[tuple[str, bytes]], complaint: str
) -> None:
    with pytest.raises(Invalid, match=complaint):
        texts.save_texts(identity, sent)
    db.session.rollback()
    assert (service.list_changes(identity), policy_base().list_versions()) == ([], [])
    assert db.session.scalars(select(TextFile)).all() == []


def test_the_page_tells_how_far_the_reading_is_and_refreshes_with_and_without_javascript(
    app: APIFlask, client: FlaskClient, curator: Account, sign_in: Callable[[Account], FlaskClient]
) -> None:
    sign_in(curator)
    sent = [(io.BytesIO(make_law(number)), f"{number}.md") for number in (1, 2)]
    reply = client.post("/curation/text", data={"file": sent}, follow_redirects=True)
    page = reply.get_data(as_text=True)
    assert "已读0个，共2个文件" in page
    assert '<noscript><meta http-equiv="refresh"' in page
    assert "curation.js" in page
    part = client.get(f"{reply.request.path}/reading").get_data(as_text=True)
    assert "data-refresh" in part
    jobs.run_due()
    assert 'id="try"' not in page  # nothing to try yet, and nothing typed could be lost to the refresh
    done = client.get(reply.request.path).get_data(as_text=True)
    assert 'id="try"' in done
    assert "2个文件已全部读完" in done
    assert "http-equiv" not in done
    assert "data-refresh" not in client.get(f"{reply.request.path}/reading").get_data(as_text=True)


def test_a_legal_text_may_be_larger_than_what_everybody_may_send(
    app: APIFlask, client: FlaskClient, curator: Account, sign_in: Callable[[Account], FlaskClient]
) -> None:
    sign_in(curator)
    large = b"x" * (13 * 1024 * 1024)
    assert client.post("/curation/text", data={"file": (io.BytesIO(large), "大.pdf")}).status_code == 302
    assert client.post("/curation/faq", data={"file": (io.BytesIO(large), "大.pdf")}).status_code == 413
