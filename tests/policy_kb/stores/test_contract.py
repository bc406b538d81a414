"""What every store must do. The same sentences hold for the embedded one and for Elasticsearch."""

from collections.abc import Sequence
from datetime import date

import pytest

from policy_kb.errors import UnknownDocument
from policy_kb.model import (
    Address,
    Clause,
    Deadline,
    Effect,
    Findings,
    Hit,
    Obligation,
    Paragraph,
    Reference,
    Term,
    Version,
)
from policy_kb.stores.contract import Query, Store
from policy_kb.text import grams, words


def make_version(
    document: str = "d1",
    label: str = "2022-01-01",
    title: str = "医疗器械经营监督管理办法",
    texts: Sequence[str] = ("为了加强监督管理，制定本办法。", "许可证有效期届满前九十个工作日申请延续。"),
    begins: date | None = date(2022, 5, 1),
    ends: date | None = None,
    release: str = "published",
    findings: Findings | None = None,
) -> Version:
    version_id = f"{document}@{label}"
    return Version(
        id=version_id,
        document_id=document,
        title=title,
        label=label,
        kind="rule",
        in_force_from=begins,
        in_force_to=ends,
        release=release,
        clauses=tuple(make_clause(version_id, number, text) for number, text in enumerate(texts, 1)),
        findings=findings or Findings(),
    )


def make_clause(version_id: str = "d1@2022-01-01", article: int = 1, text: str = "条文。") -> Clause:
    parts = tuple(Paragraph(number, part) for number, part in enumerate(text.split("\n"), 1))
    return Clause(f"{version_id}:{article}", version_id, article, f"第{article}条", text, paragraphs=parts)


def find(store: Store, text: str, limit: int = 10, **filters: object) -> list[Hit]:
    return store.search(Query(words(text), grams(text), **filters), limit)  # type: ignore[arg-type]


def ids(hits: list[Hit]) -> list[str]:
    return [hit.clause.id for hit in hits]


def test_what_was_put_comes_back_equal(store: Store) -> None:
    version = make_version()
    store.put([version])
    assert store.get_version(version.id) == version
    assert store.get_clause(version.clauses[1].id) == version.clauses[1]


def make_findings(document: str = "d9") -> Findings:
    at = Address(2, 0, 1, 3)
    return Findings(
        terms=(Term(at, "注册人", "取得注册证的企业"),),
        references=(Reference(at, 4, "《某条例》第二十条", document, "某条例", (Address(20),)),),
        obligations=(
            Obligation(
                at,
                "注册人",
                "must",
                "报告",
                "应当报告。",
                (Deadline(20, "working_day", "within", "发现", "20个工作日内"),),
            ),
        ),
        effects=(Effect("repeals", "同时废止", at, date(2022, 5, 1), ("旧办法",)), Effect("in_force", "公布", None)),
    )


def test_what_a_text_states_is_kept_beside_it_and_nowhere_else(store: Store) -> None:
    version = make_version(findings=make_findings())
    store.put([version])
    assert store.get_version(version.id).findings == make_findings()
    assert [listed.findings for listed in store.list_versions()] == [Findings()]


def test_who_refers_to_a_document_is_known_until_it_no_longer_does(store: Store) -> None:
    first, second = make_version(findings=make_findings()), make_version("d2", findings=make_findings())
    store.put([first, second, make_version("d3", findings=make_findings("d8"))])
    assert store.list_referring("d9") == [first.id, second.id]
    store.put([make_version("d2")])
    assert store.list_referring("d9") == [first.id]
    store.remove([first.id])
    assert store.list_referring("d9") == []


def test_versions_are_listed_without_clauses_by_title_and_beginning(store: Store) -> None:
    later = make_version(label="2024-01-01", begins=date(2024, 1, 1))
    earlier = make_version(label="2022-01-01", ends=date(2024, 1, 1))
    other = make_version(document="d2", title="中药品种保护条例")
    store.put([later, other, earlier])
    assert [version.id for version in store.list_versions()] == [other.id, earlier.id, later.id]
    assert all(version.clauses == () for version in store.list_versions())


def test_a_clause_is_found_as_soon_as_put_returns(store: Store) -> None:
    store.put([make_version()])
    assert ids(find(store, "届满前多久申请延续"))[0] == "d1@2022-01-01:2"


def test_a_hit_carries_its_version_without_clauses(store: Store) -> None:
    store.put([make_version()])
    [hit, *_] = find(store, "延续")
    assert (hit.version.title, hit.version.clauses) == ("医疗器械经营监督管理办法", ())
    assert hit.score > 0


def test_the_title_of_the_law_leads_to_its_clauses(store: Store) -> None:
    store.put([make_version(), make_version(document="d2", title="中药品种保护条例")])
    assert {hit.version.document_id for hit in find(store, "中药品种保护条例", limit=2)} == {"d2"}


def test_putting_a_version_again_replaces_it_whole(store: Store) -> None:
    store.put([make_version()])
    store.put([make_version(texts=["只有一条，说的是召回。"])])
    assert find(store, "届满延续") == []
    assert len(store.get_version("d1@2022-01-01").clauses) == 1
    with pytest.raises(UnknownDocument):
        store.get_clause("d1@2022-01-01:2")


def test_a_removed_version_is_gone_and_unknown_ids_are_ignored(store: Store) -> None:
    store.put([make_version(), make_version(document="d2")])
    store.remove(["d1@2022-01-01", "nobody@never"])
    assert [version.document_id for version in store.list_versions()] == ["d2"]
    assert {hit.version.document_id for hit in find(store, "延续")} == {"d2"}


@pytest.mark.parametrize(
    ("day", "found"),
    [
        (date(2022, 4, 30), []),
        (date(2022, 5, 1), ["d1@2022-01-01"]),
        (date(2023, 12, 31), ["d1@2022-01-01"]),
        (date(2024, 1, 1), ["d1@2024-01-01"]),
    ],
)
def test_only_the_law_of_the_day_is_found(store: Store, day: date, found: list[str]) -> None:
    store.put([make_version(ends=date(2024, 1, 1)), make_version(label="2024-01-01", begins=date(2024, 1, 1))])
    assert sorted({hit.version.id for hit in find(store, "延续", as_of=day)}) == found


def test_an_unknown_beginning_counts_as_begun(store: Store) -> None:
    store.put([make_version(begins=None)])
    assert find(store, "延续", as_of=date(1990, 1, 1))


def test_without_a_day_every_version_is_found(store: Store) -> None:
    store.put([make_version(ends=date(2024, 1, 1)), make_version(label="2024-01-01", begins=date(2024, 1, 1))])
    assert {hit.version.label for hit in find(store, "延续")} == {"2022-01-01", "2024-01-01"}


def test_a_search_can_be_limited_to_documents_and_to_an_article(store: Store) -> None:
    store.put([make_version(), make_version(document="d2")])
    assert ids(find(store, "办法", documents=["d2"], article=1)) == ["d2@2022-01-01:1"]


def test_a_draft_is_seen_by_its_own_preview_only(store: Store) -> None:
    store.put([make_version(release="draft:c7")])
    assert find(store, "延续") == []
    assert find(store, "延续", preview="c8") == []
    assert find(store, "延续", preview="c7")


def test_a_withdrawn_version_is_not_found_but_kept(store: Store) -> None:
    store.put([make_version(release="withdrawn")])
    assert find(store, "延续") == []
    assert store.get_version("d1@2022-01-01").release == "withdrawn"


def test_the_paragraph_that_fits_best_is_named_in_a_long_clause(store: Store) -> None:
    long = "经营企业应当建立质量管理体系并保持有效运行。" * 10
    store.put([make_version(texts=[f"{long}\n{long}\n发生召回的，应当在三日内通知使用单位。"])])
    [hit] = find(store, "召回几日内通知使用单位")
    assert hit.paragraph == 3


def test_a_clause_appears_once_and_no_more_than_the_limit_come(store: Store) -> None:
    texts = [f"第{number}种情形应当申请延续。" + "其他规定照旧执行。\n" * 40 + "延续。" for number in range(8)]
    store.put([make_version(texts=texts)])
    hits = find(store, "申请延续", limit=5)
    assert len(hits) == 5
    assert len(set(ids(hits))) == 5
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_nothing_is_found_for_nothing(store: Store) -> None:
    store.put([make_version()])
    assert store.search(Query([], [])) == []
    assert find(store, "量子纠缠zzz") == []


def test_what_looks_like_query_syntax_is_only_text(store: Store) -> None:
    store.put([make_version()])
    for text in ('延续" OR *:*', "words:延续 AND (", "延续^9~2 [a TO z]", "-延续 +"):
        assert ids(find(store, text))[:1] == ["d1@2022-01-01:2"]


def test_unknown_ids_are_an_error_that_names_them(store: Store) -> None:
    with pytest.raises(UnknownDocument, match="nobody@never"):
        store.get_version("nobody@never")
    with pytest.raises(UnknownDocument, match="nobody@never:1"):
        store.get_clause("nobody@never:1")


def test_notes_are_kept_and_empty_when_never_written(store: Store) -> None:
    assert store.read_note("overlay") == ""
    store.write_note("overlay", '{"一": 1}')
    store.write_note("overlay", '{"二": 2}')
    assert store.read_note("overlay") == '{"二": 2}'
    store.write_note("files", "{}")
    assert store.list_notes() == ["files", "overlay"]


def test_the_revision_changes_with_every_change_and_only_then(store: Store) -> None:
    seen = [store.revision()]
    store.put([make_version()])
    seen.append(store.revision())
    store.write_note("overlay", "{}")
    seen.append(store.revision())
    store.remove(["d1@2022-01-01"])
    seen.append(store.revision())
    assert len(set(seen)) == 4
    find(store, "延续")
    assert store.revision() == seen[-1]


def test_health_counts_what_is_there(store: Store) -> None:
    store.put([make_version()])
    health = store.health()
    assert (health["ok"], health["versions"], health["clauses"]) == (True, 1, 2)
    assert isinstance(health["engine"], str)


def test_health_tells_apart_what_is_published(store: Store) -> None:
    store.put([make_version(), make_version("d2", title="中药品种保护条例", release="draft:7")])
    health = store.health()
    assert (health["versions"], health["clauses"], health["published"]) == (2, 4, 2)


def test_a_reindex_finds_the_same_and_tells_how_far_it_is(store: Store) -> None:
    store.put([make_version(), make_version("d2", title="中药品种保护条例"), make_version("d3", release="withdrawn")])
    before, revision, told = find(store, "届满延续"), store.revision(), list[tuple[int, int, str]]()
    store.reindex(lambda done, total, title: told.append((done, total, title)))
    assert find(store, "届满延续") == before
    assert store.revision() == revision
    assert [(done, total) for done, total, _ in told] == [(1, 3), (2, 3), (3, 3)]
