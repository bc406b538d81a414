"""A snapshot carried from the embedded store into each store gives the same answers; a damaged one changes nothing."""

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from policy_kb import PolicyBase, StoreUnavailable, Version, open_policy_base
from policy_kb.stores.contract import Store
from policy_kb.upkeep import BadSnapshot, export_base, import_base, read_contents

LAW = "# 试验办法\n\n（2020年1月2日某总局令第7号公布）\n\n第一条　为了加强医疗器械管理，制定本办法。\n\n第二条　医疗器械经营许可证届满前九十个工作日提出延续申请。\n\n第三条　本办法自2020年3月1日起施行。\n"
OVERLAY = {"faqs": [{"id": "x", "question": {"zh": "试验办法管什么", "en": "What is it about"}, "answer": {"zh": "管医疗器械。", "en": "Devices."}, "asks": {"zh": [], "en": []}, "cites": [{"title": "试验办法", "article": 1}], "item": None, "verified": "text"}], "facts": [], "withdrawn": []}  # fmt: skip
QUESTIONS = ("试验办法管什么", "试验办法里许可证延续什么时候申请", "How early must a device licence be renewed?")


@pytest.fixture(autouse=True)
def on_a_known_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_NOW", "2026-11-24")


@pytest.fixture
def source(tmp_path: Path) -> Iterator[PolicyBase]:
    """An embedded base with a text and an FAQ of the curators."""
    (tmp_path / "law").mkdir()
    (tmp_path / "law" / "试验办法.md").write_text(LAW, encoding="utf-8")
    base = open_policy_base(tmp_path / "source")
    base.ingest(tmp_path / "law")
    base.write_overlay(OVERLAY)
    yield base
    base.close()


@pytest.fixture
def snapshot(source: PolicyBase, tmp_path: Path) -> Path:
    export_base(source, tmp_path / "kb.tar.gz")
    return tmp_path / "kb.tar.gz"


def told(base: PolicyBase) -> list[tuple[str, str, list[str | None]]]:
    answers = [base.answer(question) for question in QUESTIONS]
    return [(each.status, each.text, [cited.clause_id for cited in each.citations]) for each in answers]


def test_every_store_answers_from_an_imported_snapshot_as_the_one_it_came_from(
    source: PolicyBase, snapshot: Path, store: Store
) -> None:
    target = PolicyBase(store)
    contents = import_base(target, snapshot)
    assert (contents.versions, contents.clauses) == (1, 3)
    assert target.list_versions() == source.list_versions()
    assert [target.get_version(v.id) for v in target.list_versions()] == [
        source.get_version(v.id) for v in source.list_versions()
    ]
    assert (target.overlay, target.statements()) == (source.overlay, source.statements())
    assert told(target) == told(source)


def test_an_imported_base_goes_on_as_the_one_it_came_from(snapshot: Path, tmp_path: Path) -> None:
    target = open_policy_base(tmp_path / "target")
    import_base(target, snapshot)
    assert [report.outcome for report in target.ingest(tmp_path / "law")] == ["unchanged"]
    target.close()


def test_replacing_leaves_nothing_of_what_was_there(snapshot: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "别的办法.md").write_text(LAW.replace("试验办法", "别的办法"), encoding="utf-8")
    target = open_policy_base(tmp_path / "target")
    target.ingest(tmp_path / "other")
    with pytest.raises(BadSnapshot, match="holds 1 versions already"):
        import_base(target, snapshot)
    import_base(target, snapshot, replace_all=True)
    assert [version.title for version in target.list_versions()] == ["试验办法"]
    assert set(target.files()) == {"law/试验办法.md"}
    target.close()


def members(path: Path) -> dict[str, bytes]:
    with tarfile.open(path, "r:gz") as archive:
        return {entry.name: archive.extractfile(entry).read() for entry in archive}  # type: ignore[union-attr]


def pack(path: Path, parts: dict[str, bytes]) -> None:
    with tarfile.open(path, "w:gz") as archive:
        for name, data in parts.items():
            head = tarfile.TarInfo(name)
            head.size = len(data)
            archive.addfile(head, io.BytesIO(data))


def with_manifest(**changes: Any) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        parts = members(path)
        parts["manifest.json"] = json.dumps({**json.loads(parts["manifest.json"]), **changes}).encode()
        pack(path, parts)

    return change


def with_part(name: str, alter: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        parts = members(path)
        parts[name] = alter(parts[name])
        pack(path, parts)

    return change


def with_part_and_checksum(name: str, alter: Callable[[bytes], bytes]) -> Callable[[Path], None]:
    """Altered by somebody who knows how to make the checksum fit."""

    def change(path: Path) -> None:
        parts = members(path)
        parts[name] = alter(parts[name])
        manifest = json.loads(parts["manifest.json"])
        manifest["digests"][name] = hashlib.sha256(parts[name]).hexdigest()
        parts["manifest.json"] = json.dumps(manifest).encode()
        pack(path, parts)

    return change


def without(name: str) -> Callable[[Path], None]:
    return lambda path: pack(path, {key: data for key, data in members(path).items() if key != name})


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (lambda path: path.write_bytes(path.read_bytes()[:-200]), "is not whole"),
        (lambda path: path.write_bytes(b"PK\x03\x04 no snapshot"), "this is no snapshot of a policy base"),
        (lambda path: path.write_bytes(b""), "this is no snapshot of a policy base"),
        (lambda path: path.write_bytes(gzip.compress(b"{}")), "this is no snapshot of a policy base"),
        (without("manifest.json"), "it has no manifest.json"),
        (without("versions.jsonl"), "it has no versions.jsonl"),
        (with_manifest(format_version=2), "written in format 2 by a newer release; this one reads up to 1, so upgrade first"),
        (with_manifest(format="something-else"), "no snapshot of a policy base but 'something-else'"),
        (with_manifest(versions=7), "holds 1 versions and 3 clauses, its manifest promises 7"),
        (with_manifest(surprise=1), "its manifest cannot be read"),
        (with_part("versions.jsonl", lambda data: data.replace("九十".encode(), "三十".encode())), "versions.jsonl does not match its checksum"),
        (with_part("notes.json", lambda data: data + b" "), "notes.json does not match its checksum"),
        (with_part_and_checksum("versions.jsonl", lambda data: data[:-30]), "version 1 cannot be read"),
        (with_part_and_checksum("versions.jsonl", lambda data: data + data), "stands twice"),
        (with_part_and_checksum("notes.json", lambda data: b"[]"), "its notes cannot be read"),
        (with_part_and_checksum("notes.json", lambda data: data.replace(b"faqs", b"fags")), "its overlay does not fit"),
    ],
    ids=["cut", "zip", "empty", "no-tar", "no-manifest", "no-versions", "newer", "other", "counts", "keys", "altered-text", "altered-notes", "broken-line", "twice", "notes-list", "overlay"],
)  # fmt: skip
def test_a_snapshot_that_is_not_whole_changes_nothing(
    snapshot: Path, tmp_path: Path, damage: Callable[[Path], None], said: str
) -> None:
    damage(snapshot)
    target = open_policy_base(tmp_path / "target")
    before = target.version
    with pytest.raises(BadSnapshot) as told:
        import_base(target, snapshot)
    assert said in str(told.value)
    assert (target.version, target.list_versions()) == (before, [])
    target.close()


def test_the_contents_are_told_without_importing(snapshot: Path) -> None:
    contents = read_contents(snapshot)
    assert (contents.engine, contents.versions, contents.made_at[:10]) == ("embedded", 1, "2026-11-24")


def test_an_export_that_fails_leaves_the_earlier_file(source: PolicyBase, snapshot: Path) -> None:
    class Failing(PolicyBase):
        def get_version(self, version_id: str) -> Version:
            raise StoreUnavailable("the index is away")

    before = snapshot.read_bytes()
    with pytest.raises(StoreUnavailable):
        export_base(Failing(source.store), snapshot)
    assert snapshot.read_bytes() == before
    assert [path.name for path in snapshot.parent.iterdir() if path.name.startswith(".export")] == []
