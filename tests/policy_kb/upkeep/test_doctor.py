"""What the doctor finds: each fault made in a small base, and what it says to do about it."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from policy_kb import PolicyBase, open_policy_base
from policy_kb.model import Clause, Version
from policy_kb.upkeep import Finding, examine

LAW = "# 试验办法\n\n（2020年1月2日某总局令第7号公布）\n\n第一条　为了加强管理，制定本办法。\n\n第二条　申请在届满前提出。\n\n第三条　本办法自2020年3月1日起施行。\n"


@pytest.fixture(autouse=True)
def on_a_known_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_NOW", "2026-11-24")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder whose base holds one sound text."""
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "试验办法.md").write_text(LAW, encoding="utf-8")
    base = open_policy_base(tmp_path / "kb")
    base.ingest(tmp_path / "law")
    base.close()
    return tmp_path


def findings(data: Path) -> list[Finding]:
    return examine(data, lambda: open_policy_base(data / "kb"))


def wrong(data: Path, check: str) -> list[tuple[str, str, str]]:
    return [(each.level, each.told, each.do) for each in findings(data) if each.check == check and each.level != "ok"]


def change(data: Path, act: Callable[[PolicyBase], None]) -> None:
    base = open_policy_base(data / "kb")
    act(base)
    base.close()


def make_version(label: str, begins: date | None, ends: date | None = None, **more: str) -> Version:
    clause = Clause(f"d@{label}:1", f"d@{label}", 1, "第一条", "许可证有效期为五年。")
    return Version(f"d@{label}", "d", "另一办法", label, "rule", in_force_from=begins, in_force_to=ends, clauses=(clause,), **more)  # fmt: skip


def test_a_sound_base_has_no_error_and_every_remark_says_what_to_do(data: Path) -> None:
    found = findings(data)
    assert [each for each in found if each.level == "error"] == []
    assert [each for each in found if each.level == "warning" and not each.do] == []
    assert {"data folder", "clock", "dictionary", "translations", "store", "index", "texts", "dates", "overlaps", "catalogue", "review"} == {each.check for each in found}  # fmt: skip


def test_an_empty_base_is_told_how_to_fill_it(tmp_path: Path) -> None:
    assert ("warning", "no text is loaded", "run: python -m policy_kb ingest FOLDER") in wrong(tmp_path, "index")


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    [(level, told, _)] = wrong(tmp_path / "nowhere", "data folder")
    assert (level, told.endswith("does not exist yet")) == ("warning", True)


def test_a_store_that_cannot_be_opened_is_a_finding_and_hides_nothing(data: Path) -> None:
    shutil.rmtree(data / "kb")
    (data / "kb").write_text("no folder", encoding="utf-8")
    [(level, told, do)] = wrong(data, "store")
    assert level == "error"
    assert "cannot be opened" in told
    assert do
    assert [each.check for each in findings(data)][:2] == ["data folder", "clock"]


def test_two_versions_on_one_day_are_an_error(data: Path) -> None:
    versions = [make_version("a", date(2020, 1, 1), date(2024, 1, 1)), make_version("b", date(2023, 1, 1))]
    change(data, lambda base: base.store.put(versions))
    assert wrong(data, "overlaps")[0][:2] == ("error", "《另一办法》 a and b both apply on 2023-01-01")


def test_a_withdrawn_version_overlaps_nothing(data: Path) -> None:
    versions = [make_version("a", date(2020, 1, 1)), replace(make_version("b", date(2023, 1, 1)), release="withdrawn")]
    change(data, lambda base: base.store.put(versions))
    assert wrong(data, "overlaps") == []


def test_a_text_without_a_first_day_and_one_that_is_cut_are_warnings(data: Path) -> None:
    change(data, lambda base: base.store.put([make_version("a", None, incomplete="ends in art. 29")]))
    assert wrong(data, "dates")[0][0] == "warning"
    assert wrong(data, "texts")[0][1] == "《另一办法》 a is cut: ends in art. 29"


def test_what_a_file_gave_and_the_store_lost_is_an_error(data: Path) -> None:
    change(data, lambda base: base.store.remove([version.id for version in base.list_versions()]))
    assert wrong(data, "texts") == [
        ("error", "what law/试验办法.md gave is missing from the store", "ingest law/试验办法.md again")
    ]


def test_a_dangling_cite_of_the_catalogue_is_an_error(data: Path) -> None:
    entry = {"id": "x", "question": {"zh": "问", "en": "q"}, "answer": {"zh": "答。", "en": "a."}, "asks": {"zh": [], "en": []}, "cites": [{"title": "试验办法", "article": 99}], "item": None, "verified": "text"}  # fmt: skip
    change(data, lambda base: base.write_overlay({"faqs": [entry], "facts": [], "withdrawn": []}))
    errors = [told for level, told, _ in wrong(data, "catalogue") if level == "error"]
    assert errors == ["faq/x: 《试验办法》 has no article 99"]


def test_an_index_behind_its_texts_is_an_error_of_the_store(data: Path) -> None:
    class Behind(PolicyBase):
        def health(self) -> dict[str, object]:
            return {**super().health(), "ok": False}

    def opened() -> PolicyBase:
        base = open_policy_base(data / "kb")
        return Behind(base.store)

    [finding] = [each for each in examine(data, opened) if each.check == "store"]
    assert (finding.level, finding.do) == ("error", "start the store, or run: python -m policy_kb reindex")


@pytest.mark.parametrize(("setting", "level"), [("2026-11-24", "warning"), ("soon", "error")])
def test_a_clock_that_is_set_or_broken_is_told(
    data: Path, monkeypatch: pytest.MonkeyPatch, setting: str, level: str
) -> None:
    monkeypatch.setenv("WENBAN_NOW", setting)
    from policy_kb.upkeep.doctor import _clock

    assert next(iter(_clock())).level == level


def test_the_findings_of_the_reference_corpus_are_no_errors(ingested: PolicyBase, tmp_path: Path) -> None:
    class Kept(PolicyBase):
        def close(self) -> None:
            """The session's base stays open."""

    found = examine(tmp_path, lambda: Kept(ingested.store))
    assert [each for each in found if each.level == "error"] == []
    assert json.dumps([each.told for each in found], ensure_ascii=False)
