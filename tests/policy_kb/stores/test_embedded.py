"""What only the embedded store promises: other processes, crashes, and one writer."""

import multiprocessing
from datetime import date
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from policy_kb.errors import StoreUnavailable
from policy_kb.stores.embedded import EmbeddedStore
from policy_kb.stores.embedded_texts import Texts
from tests.policy_kb.stores.test_contract import find, make_version

_FORK = multiprocessing.get_context("spawn")


def _write(folder: Path) -> None:
    store = EmbeddedStore(folder)
    store.put([make_version(document="d2", title="中药品种保护条例")])
    store.close()


def _hold_lock(folder: Path, held: Event, done: Event) -> None:
    store = EmbeddedStore(folder)
    with store._writing():
        held.set()
        done.wait(30)


def test_what_another_process_wrote_is_found_at_the_next_search(tmp_path: Path) -> None:
    reader = EmbeddedStore(tmp_path / "kb")
    reader.put([make_version()])
    assert {hit.version.document_id for hit in find(reader, "品种保护")} <= {"d1"}
    writer = _FORK.Process(target=_write, args=(tmp_path / "kb",))
    writer.start()
    writer.join(60)
    assert writer.exitcode == 0
    assert find(reader, "品种保护")[0].version.document_id == "d2"
    assert len(reader.list_versions()) == 2
    reader.close()


def test_a_second_writer_is_told_to_wait_and_readers_go_on(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "kb")
    store.put([make_version()])
    held, done = _FORK.Event(), _FORK.Event()
    other = _FORK.Process(target=_hold_lock, args=(tmp_path / "kb", held, done))
    other.start()
    assert held.wait(60)
    try:
        with pytest.raises(StoreUnavailable, match="another process is writing"), store._writing(wait=0.2):
            pass
        assert find(store, "延续")
    finally:
        done.set()
        other.join(30)
    store.put([make_version(document="d3")])
    store.close()


def test_an_index_left_behind_by_a_crash_is_rebuilt_from_the_texts_at_opening(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "kb")
    store.put([make_version()])
    store.close()
    texts = Texts(tmp_path / "kb" / "texts.sqlite", busy_seconds=1.0)
    texts.write([make_version(document="d9", title="晚到的条例")])
    texts.close()
    opened = EmbeddedStore(tmp_path / "kb")
    assert find(opened, "晚到的条例")[0].version.document_id == "d9"
    assert opened.health()["ok"] is True
    opened.close()


@pytest.mark.parametrize("damage", ["missing", "other layout", "broken", "segments broken"])
def test_a_lost_or_foreign_index_is_made_anew(tmp_path: Path, damage: str) -> None:
    store = EmbeddedStore(tmp_path / "kb")
    store.put([make_version()])
    store.close()
    index = tmp_path / "kb" / "index"
    if damage == "other layout":
        (index / "LAYOUT").write_text("of another version")
    else:
        for file in index.iterdir():
            if damage == "missing":
                file.unlink()
            elif damage == "broken" or file.suffix:
                file.write_bytes(b"x")
    opened = EmbeddedStore(tmp_path / "kb")
    assert find(opened, "延续")
    opened.close()


def test_a_reindex_leaves_readers_their_index_and_no_rubbish(tmp_path: Path) -> None:
    writer, reader = EmbeddedStore(tmp_path / "kb"), EmbeddedStore(tmp_path / "kb")
    writer.put([make_version()])
    before = find(reader, "延续")
    (tmp_path / "kb" / "index-left-by-a-crash").mkdir()
    writer.reindex()
    assert find(reader, "延续") == before
    writer.put([make_version("d2", title="中药品种保护条例")])
    assert find(reader, "品种保护")[0].version.document_id == "d2"
    assert len(list((tmp_path / "kb").glob("index-*"))) == 1
    reader.close()
    writer.close()


def test_an_index_of_before_there_was_a_link_is_taken_over(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "kb")
    store.put([make_version()])
    store.close()
    link = tmp_path / "kb" / "index"
    home = link.resolve()
    link.unlink()
    home.rename(link)
    opened = EmbeddedStore(tmp_path / "kb")
    assert find(opened, "延续")
    opened.reindex()
    assert link.is_symlink() and find(opened, "延续")
    opened.close()


def test_a_folder_that_cannot_be_written_is_an_error_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "kb").write_text("a file stands here")
    with pytest.raises(StoreUnavailable, match="kb"):
        EmbeddedStore(tmp_path / "kb")


def test_dates_and_lists_survive_a_reopening(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "kb")
    version = make_version(ends=date(2030, 1, 1))
    store.put([version])
    store.close()
    opened = EmbeddedStore(tmp_path / "kb")
    assert opened.get_version(version.id) == version
    opened.close()
