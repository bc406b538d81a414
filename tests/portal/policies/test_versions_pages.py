"""The pages of a text in time: its versions and who changed it, two versions side by side, and the curators' list."""

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from policy_kb import Version
from portal.curation import reviewing
from portal.errors import Forbidden, Missing
from portal.identity.models import Account
from portal.identity.service import identity_of
from portal.knowledge import policy_base

OLD = """# 虚构器械展示管理办法

（2020年1月5日虚构监督管理局令第1号公布）

第一条　为了规范虚构器械的展示活动，制定本办法。

第二条　举办虚构器械巡回展示的，应当在展示前三十个工作日内报告展示地点。

第三条　展示活动结束后，应当及时清理现场，恢复原状，并保存展示记录二年。

第四条　本办法自2020年2月1日起施行。
"""
NEW = """# 虚构器械展示管理办法

（2026年1月5日虚构监督管理局令第9号公布）

第一条　为了规范虚构器械的展示活动，制定本办法。

第二条　鼓励采用网络方式展示虚构器械，减少人员聚集，节约社会资源。

第三条　举办虚构器械巡回展示的，应当在展示前十三个工作日内报告展示地点。

第四条　本办法自2026年5月1日起施行。2020年1月5日虚构监督管理局令第1号公布的《虚构器械展示管理办法》同时废止。
"""
SUCCESSOR = """# 虚构器械展示规定

（2026年9月5日虚构监督管理局令第12号公布）

第一条　为了规范虚构器械的展示活动，制定本规定。

第二条　举办虚构器械巡回展示的，应当在展示前十个工作日内报告展示地点。

第三条　本规定自2027年1月1日起施行。《虚构器械展示管理办法》同时废止。
"""


@pytest.fixture(autouse=True)
def on_a_known_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_NOW", "2026-11-24")


@pytest.fixture
def versions(app: APIFlask, tmp_path: Path) -> list[Version]:
    """Two wordings of one text and the text that will replace it, oldest first."""
    folder = tmp_path / "law"
    folder.mkdir()
    for name, text in {"旧": OLD, "新": NEW, "后": SUCCESSOR}.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    policy_base().ingest(folder)
    return sorted(policy_base().list_versions(), key=lambda version: version.label)


def page(client: FlaskClient, path: str, language: str = "zh", status: int = 200) -> str:
    reply = client.get(f"{path}{'&' if '?' in path else '?'}lang={language}", follow_redirects=True)
    assert reply.status_code == status
    return reply.get_data(as_text=True)


def test_a_text_lists_its_versions_and_who_replaced_what_by_which_clause(
    client: FlaskClient, versions: list[Version]
) -> None:
    old, new, successor = versions
    shown = page(client, f"/policies/{new.id}")
    assert f'href="/policies/{old.id}"' in shown
    assert f'href="/policies/{new.id}/changes"' in shown
    assert f'href="/policies/{successor.id}#a3"' in shown
    assert "被取代，依据" in shown
    assert "2027年1月1日" in shown
    assert "replaced by" in page(client, f"/policies/{new.id}", "en")


def test_the_changes_page_marks_words_taken_out_and_put_in(client: FlaskClient, versions: list[Version]) -> None:
    old, new, _ = versions
    shown = page(client, f"/policies/{new.id}/changes")
    assert f'href="/policies/{old.id}"' in shown
    assert "三十</del>" in shown
    assert "十三</ins>" in shown
    assert "删去：" in shown
    assert "第二条 → 第三条" in shown
    assert "为了规范虚构器械的展示活动" not in shown
    assert "为了规范虚构器械的展示活动" in page(client, f"/policies/{new.id}/changes?all=1")
    assert "taken out:" in page(client, f"/policies/{new.id}/changes", "en")


def test_a_text_is_compared_with_the_one_that_replaced_it(client: FlaskClient, versions: list[Version]) -> None:
    _, new, successor = versions
    assert "与取代它的《虚构器械展示规定》对照" in page(client, f"/policies/{new.id}")
    assert "十三</del>" in page(client, f"/policies/{successor.id}/changes?since={new.id}")
    assert "十三</del>" in page(client, f"/policies/{successor.id}/changes")


@pytest.mark.parametrize(("day", "label"), [("2021-06-01", "2020-01-05"), ("2026-05-01", "2026-01-05")])
def test_the_wording_of_a_day_is_shown(client: FlaskClient, versions: list[Version], day: str, label: str) -> None:
    reply = client.get(f"/policies/{versions[1].id}?on={day}", follow_redirects=True)
    assert reply.request.path.endswith(f"@{label}")


@pytest.mark.parametrize(
    ("day", "said"),
    [("2019-01-01", "2019年1月1日时，本法规没有已收录的有效文本。"), ("someday", "日期请写成“年-月-日”")],
)
def test_a_day_without_a_wording_or_without_sense_is_told_beside_the_field(
    client: FlaskClient, versions: list[Version], day: str, said: str
) -> None:
    shown = page(client, f"/policies/{versions[1].id}?on={day}", status=422)
    assert said in shown
    assert 'aria-describedby="error-on"' in shown


@pytest.mark.parametrize("path", ["{old}/changes", "nothing/changes", "{new}/changes?since=nothing"])
def test_what_cannot_be_compared_is_not_found(client: FlaskClient, versions: list[Version], path: str) -> None:
    page(client, "/policies/" + path.format(old=versions[0].id, new=versions[1].id), status=404)


# The curators' list ----------------------------------------------------------


def rest_on(article: int) -> None:
    entry = {"id": "x", "question": {"zh": "问", "en": "q"}, "answer": {"zh": "答。", "en": "a."}, "asks": {"zh": [], "en": []}, "cites": [{"title": "虚构器械展示管理办法", "article": article}], "item": None, "verified": "text"}  # fmt: skip
    policy_base().write_overlay({"faqs": [entry], "facts": [], "withdrawn": []})


def test_a_curator_sees_what_rests_on_a_changed_clause_and_notes_it_as_looked_at(
    client: FlaskClient,
    sign_in: Callable[[Account], FlaskClient],
    make_account: Callable[..., Account],
    versions: list[Version],
) -> None:
    rest_on(3)
    sign_in(make_account(kind="staff", roles="curator"))
    shown = page(client, "/curation/review")
    assert "我们的说法：</span> 答。" in shown
    assert "还有2条待核对" in shown
    key = f"faq/x|虚构器械展示管理办法#3.0.0|{versions[1].id}"
    coming = f"faq/x|虚构器械展示管理办法#3.0.0|{versions[2].id}"
    silent = client.post("/curation/review", data={"key": [key, coming]})
    assert (silent.status_code, "请写明为什么仍然正确" in silent.get_data(as_text=True)) == (422, True)
    said = {"key": [key, coming], "note": "时限没有变"}
    assert client.post("/curation/review", data=said).status_code == 302
    assert "全部条目均已核对" in page(client, "/curation/review")
    done = page(client, "/curation/review?shown=seen")
    assert "已于2026年11月24日核对" in done
    assert "时限没有变" in done


def test_all_entries_of_a_text_are_noted_at_once(
    client: FlaskClient,
    sign_in: Callable[[Account], FlaskClient],
    make_account: Callable[..., Account],
    versions: list[Version],
) -> None:
    rest_on(3)
    sign_in(make_account(kind="staff", roles="curator"))
    filter_ = {"text": versions[1].id, "note": "逐条看过"}
    assert (
        client.post("/curation/review", data={**filter_, "every": "2"}).status_code == 409
    )  # not as many as are shown
    assert client.post("/curation/review", data={**filter_, "every": "1"}).status_code == 302
    assert "还有1条待核对" in page(client, "/curation/review")


def test_the_list_is_filtered_by_text_reason_and_words_and_names_what_we_say(
    client: FlaskClient,
    sign_in: Callable[[Account], FlaskClient],
    make_account: Callable[..., Account],
    versions: list[Version],
) -> None:
    rest_on(3)
    sign_in(make_account(kind="staff", roles="curator"))
    for query, count in (
        ("", 2),
        (f"?text={versions[1].id}", 1),
        ("?why=dropped", 0),
        ("?words=答。", 2),
        ("?kind=card", 0),
    ):
        shown = page(client, f"/curation/review{query}")
        assert shown.count('name="key"') == count, query
    assert "/curation/faq?faq=x" in page(client, "/curation/review")


def test_what_rests_on_an_unchanged_clause_is_not_listed(
    app: APIFlask, make_account: Callable[..., Account], versions: list[Version]
) -> None:
    rest_on(1)
    curator = identity_of(make_account(kind="staff", roles="curator"))
    listed = [each.new.id for each in reviewing.list_reviews(curator)]
    assert listed == [versions[2].id]  # the one to come; the wording of 2026 left the clause as it was


def test_only_curators_review_and_only_what_is_listed(
    app: APIFlask, make_account: Callable[..., Account], versions: list[Version]
) -> None:
    with pytest.raises(Forbidden):
        reviewing.list_reviews(identity_of(make_account()))
    with pytest.raises(Missing):
        reviewing.mark_seen(identity_of(make_account(kind="staff", roles="curator")), ["nothing"], "看过")


def test_an_uploaded_text_shows_what_it_changes_before_it_is_published(
    client: FlaskClient,
    sign_in: Callable[[Account], FlaskClient],
    make_account: Callable[..., Account],
    versions: list[Version],
) -> None:
    rest_on(3)
    sign_in(make_account(kind="staff", roles="curator"))
    corrected = NEW.replace("十三个工作日", "十五个工作日").encode()
    reply = client.post("/curation/text", data={"file": (io.BytesIO(corrected), "虚构器械展示管理办法.md")})
    shown = page(client, reply.headers["Location"])
    assert "十五</ins>" in shown
    rests = shown.partition("十五</ins>")[0].rpartition("<ul>")[2].partition("</ul>")[0]
    assert "问" in rests
    assert "《虚构器械展示管理办法》第三条" in rests
