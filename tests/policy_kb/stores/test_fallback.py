"""The snapshot in the shadow of a primary store; here the primary is an embedded store whose folder is taken away."""

import fcntl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from policy_kb.errors import StoreUnavailable
from policy_kb.model import Hit
from policy_kb.stores.contract import Query
from policy_kb.stores.embedded import EmbeddedStore
from policy_kb.stores.fallback import FallbackStore
from tests.policy_kb.stores.test_contract import find, ids, make_version

Opener = Callable[..., FallbackStore]


@pytest.fixture
def open_store(tmp_path: Path) -> Iterator[Opener]:
    """Opens stores on the same primary and, unless another is named, the same snapshot."""
    opened: list[FallbackStore] = []

    def open_one(snapshot: str = "snapshot", retry_seconds: float = 0.05) -> FallbackStore:
        primary = EmbeddedStore(tmp_path / "primary")
        store = FallbackStore(
            primary,
            lambda: EmbeddedStore(tmp_path / snapshot),
            lock=tmp_path / f"{snapshot}.lock",
            retry_seconds=retry_seconds,
            quiet_seconds=0.1,
        )
        opened.append(store)
        return store

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


def wait_until(holds: Callable[[], bool], seconds: float = 20) -> bool:
    """Whether it came to hold within the time."""
    deadline = time.monotonic() + seconds
    while not holds() and time.monotonic() < deadline:
        time.sleep(0.02)
    return holds()


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
    assert wait_until(lambda: len(reader.snapshot.list_versions()) == 1)
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
    assert wait_until(lambda: not store.degraded)
    assert len(store.list_versions()) == 1


class SlowStore(EmbeddedStore):
    """Fails as a dead cluster does, after a time-out, as long as ``dead`` is set; counts how often it was asked."""

    dead = False
    asked = 0
    seconds = 0.3

    def search(self, query: Query, limit: int = 10) -> list[Hit]:
        self._wait()
        return super().search(query, limit)

    def revision(self) -> str:
        self._wait()
        return super().revision()

    def _wait(self) -> None:
        self.asked += 1
        if self.dead:
            time.sleep(self.seconds)
            raise StoreUnavailable("it does not answer")


@pytest.fixture
def slow(tmp_path: Path) -> Iterator[tuple[SlowStore, FallbackStore]]:
    """A primary that can be told to be dead, with one text in it and in its snapshot."""
    primary = SlowStore(tmp_path / "primary")
    store = FallbackStore(primary, lambda: EmbeddedStore(tmp_path / "snapshot"), retry_seconds=0.5, quiet_seconds=0.1)
    store.put([make_version()])
    store.refresh()
    yield primary, store
    primary.dead = False
    store.close()


def test_only_the_first_read_waits_for_a_dead_primary(slow: tuple[SlowStore, FallbackStore]) -> None:
    primary, store = slow
    primary.dead = True
    began = time.monotonic()
    assert find(store, "届满延续")
    assert store.degraded
    first = time.monotonic() - began
    for _ in range(10):
        assert find(store, "届满延续")
    assert first < 2 * primary.seconds
    assert time.monotonic() - began - first < primary.seconds


def test_the_primary_is_probed_now_and_then_and_used_again_without_anybody_asking(
    slow: tuple[SlowStore, FallbackStore],
) -> None:
    primary, store = slow
    primary.dead = True
    find(store, "届满延续")
    asked = primary.asked
    time.sleep(1.8)
    assert 1 <= primary.asked - asked <= 3
    primary.dead = False
    assert wait_until(lambda: not store.degraded, 5)
    asked = primary.asked
    assert find(store, "届满延续")
    assert primary.asked == asked + 1


def test_a_change_of_many_writes_waits_for_a_primary_that_goes_away_meanwhile(
    slow: tuple[SlowStore, FallbackStore],
) -> None:
    primary, store = slow
    with store.patient(20):
        store.put([make_version("d2")])
        primary.dead = True
        threading.Timer(1.0, setattr, (primary, "dead", False)).start()
        assert len(find(store, "届满延续", limit=5)) == 2
        assert not store.degraded
    assert find(store, "届满延续")


def test_a_change_is_not_begun_while_the_primary_is_away(slow: tuple[SlowStore, FallbackStore]) -> None:
    primary, store = slow
    primary.dead = True
    with pytest.raises(StoreUnavailable, match="nothing was changed"), store.patient(20):
        store.put([make_version("d2")])


def test_a_bulk_of_writes_is_copied_when_it_is_over(tmp_path: Path) -> None:
    store = FallbackStore(EmbeddedStore(tmp_path / "bulk"), lambda: EmbeddedStore(tmp_path / "copy"), quiet_seconds=1.0)
    for number in range(5):
        store.put([make_version(f"d{number}")])
    assert store.snapshot.list_versions() == []
    store.close()
    copied = EmbeddedStore(tmp_path / "copy")
    assert len(copied.list_versions()) == 5
    copied.close()


def test_two_processes_that_share_a_snapshot_do_not_copy_the_same(open_store: Opener, tmp_path: Path) -> None:
    store = open_store()
    store.put([make_version()])
    with (tmp_path / "snapshot.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert store.refresh() is False
    assert wait_until(lambda: len(store.snapshot.list_versions()) == 1 or store.refresh())


def test_every_note_is_copied_whoever_reads_it(open_store: Opener) -> None:
    store = open_store()
    store._primary.write_note("statements", "{}")
    store.refresh()
    assert store.snapshot.read_note("statements") == "{}"


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
