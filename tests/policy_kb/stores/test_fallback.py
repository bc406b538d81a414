"""The snapshot in the shadow of a primary store; here the primary is an embedded store whose folder is taken away."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from policy_kb.errors import StoreUnavailable
from policy_kb.stores.embedded import EmbeddedStore
from policy_kb.stores.fallback import FallbackStore
from tests.policy_kb.stores.test_contract import find, ids, make_version

Opener = Callable[..., FallbackStore]


@pytest.fixture
def open_store(tmp_path: Path) -> Iterator[Opener]:
    """Opens stores on the same primary and, unless another is named, the same snapshot."""
    opened: list[FallbackStore] = []

    def open_one(snapshot: str = "snapshot", retry_seconds: float = 0.0) -> FallbackStore:
        primary = EmbeddedStore(tmp_path / "primary")
        opened.append(FallbackStore(primary, lambda: EmbeddedStore(tmp_path / snapshot), retry_seconds))
        return opened[-1]

    yield open_one
    for store in opened:
        store.close()


def take_away(folder: Path) -> None:
    """The primary's database becomes a file that is none."""
    for path in folder.glob("texts.sqlite*"):
        path.rename(path.with_name("away-" + path.name))
    (folder / "texts.sqlite").write_bytes(b"not a database, not even nearly" * 100)


def bring_back(folder: Path) -> None:
    (folder / "texts.sqlite").unlink()
    for path in folder.glob("away-*"):
        path.rename(path.with_name(path.name.removeprefix("away-")))


def reopen(store: FallbackStore) -> None:
    """Forget the primary's open connections, as a new connection would."""
    store._primary.close()


def test_the_snapshot_follows_every_write(open_store: Opener) -> None:
    store = open_store()
    store.put([make_version(), make_version("d2")])
    store.put([make_version(texts=["只有一条。"])])
    store.remove(["d2@2022-01-01"])
    store.refresh()
    assert store.snapshot.list_versions() == store.list_versions()
    assert len(store.snapshot.get_version("d1@2022-01-01").clauses) == 1


def test_what_another_process_changed_is_copied_when_somebody_asks(open_store: Opener) -> None:
    reader, writer = open_store("snapshot-of-reader"), open_store("snapshot-of-writer")
    writer.put([make_version()])
    writer.write_note("overlay", '{"faqs": []}')
    reader.revision()
    reader.read_note("overlay")
    deadline = time.monotonic() + 20
    while len(reader.snapshot.list_versions()) != 1 and time.monotonic() < deadline:
        time.sleep(0.05)
    assert reader.snapshot.list_versions() == writer.list_versions()
    assert reader.snapshot.read_note("overlay") == '{"faqs": []}'


def test_only_what_changed_is_copied_again(open_store: Opener) -> None:
    store = open_store()
    versions = [replace(make_version(f"d{number}"), content_hash=f"h{number}") for number in range(3)]
    store.put(versions)
    store.refresh()
    store.snapshot.put([replace(versions[0], history="kept, since its head is the same")])
    store.put([replace(versions[1], release="withdrawn")])
    store.refresh()
    assert store.snapshot.get_version("d1@2022-01-01").release == "withdrawn"
    assert store.refresh() is False


def test_a_primary_that_lost_everything_does_not_empty_the_snapshot(open_store: Opener) -> None:
    store = open_store()
    store.put([make_version()])
    store.refresh()
    store._primary.remove(["d1@2022-01-01"])
    with pytest.raises(StoreUnavailable, match="the snapshot is kept"):
        store.refresh()
    assert len(store.snapshot.list_versions()) == 1


def test_reads_come_from_the_snapshot_and_writes_are_refused_while_the_primary_is_away(
    open_store: Opener, tmp_path: Path
) -> None:
    store = open_store()
    store.put([make_version()])
    store.refresh()
    reopen(store)
    take_away(tmp_path / "primary")
    assert ids(find(store, "届满延续"))[:1] == ["d1@2022-01-01:2"]
    assert store.degraded
    with pytest.raises(StoreUnavailable, match="nothing was changed"):
        store.put([make_version("d2")])
    reopen(store)
    bring_back(tmp_path / "primary")
    assert len(store.list_versions()) == 1
    assert not store.degraded


def test_the_primary_is_left_alone_until_it_is_time_to_try_again(open_store: Opener, tmp_path: Path) -> None:
    store = open_store(retry_seconds=1.0)
    store.put([make_version()])
    store.refresh()
    reopen(store)
    take_away(tmp_path / "primary")
    store.list_versions()
    reopen(store)
    bring_back(tmp_path / "primary")
    store.list_versions()
    assert store.degraded
    time.sleep(1.05)
    store.list_versions()
    assert not store.degraded


def test_without_a_snapshot_the_failure_is_shown(open_store: Opener, tmp_path: Path) -> None:
    store = open_store()
    take_away(tmp_path / "primary")
    reopen(store)
    with pytest.raises(StoreUnavailable):
        find(store, "延续")
    assert not store.degraded


def test_many_threads_read_while_the_primary_goes_away(open_store: Opener, tmp_path: Path) -> None:
    store = open_store(retry_seconds=0.05)
    store.put([make_version()])
    store.refresh()
    failed: list[Exception] = []

    def read_on() -> None:
        for _ in range(20):
            try:
                assert store.list_versions()
            except StoreUnavailable as error:
                failed.append(error)

    reopen(store)
    take_away(tmp_path / "primary")
    threads = [threading.Thread(target=read_on) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
