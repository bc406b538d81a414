"""Readers while a writer writes: how long they wait, whether one fails, and whether they see what was committed.

Readers are processes of their own, as the portal's are; the writer is the caller. Every version written carries a word
of its own, and a reader looks for the last word whose writing had returned before it asked.
"""

import multiprocessing
import time
from collections.abc import Callable
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from typing import Any

from bench.measuring import Took, figures, memory_mb
from policy_kb.errors import StoreUnavailable
from policy_kb.model import Clause, Paragraph, Version
from policy_kb.stores.contract import Query, Store
from policy_kb.text import grams, words

_SPAWN = multiprocessing.get_context("spawn")
Opener = Callable[[], Store]


def _word(number: int) -> str:
    return f"marker{number}"


def make_marked(number: int, clauses: int) -> Version:
    """A version of ``clauses`` clauses that all hold the word of ``number``."""
    version_id = f"marked{number}@1"
    text = f"{_word(number)} 从事经营活动的，应当在期限届满前提出申请，由有关部门依法作出决定。"
    return Version(
        version_id,
        f"marked{number}",
        f"标记办法{number}",
        "1",
        "other",
        content_hash="x",
        clauses=tuple(
            Clause(f"{version_id}:{n}", version_id, n, f"第{n}条", text, paragraphs=(Paragraph(1, text),))
            for n in range(1, clauses + 1)
        ),
    )


def _read_on(
    open_store: Opener, questions: list[str], written: "Synchronized[int]", ready: Event, stop: Event, told: Any
) -> None:
    store = open_store()
    seconds, failed, unseen = list[Took](), list[str](), 0
    for question in questions[:10]:
        store.search(Query(words(question), grams(question)))
    ready.set()
    while not stop.is_set():
        last = written.value
        wanted = [_word(last)] if len(seconds) % 2 and last >= 0 else None
        question = questions[len(seconds) % len(questions)]
        query = Query(wanted) if wanted else Query(words(question), grams(question))
        began, worked = time.perf_counter(), time.thread_time()
        try:
            hits = store.search(query, 10)
        except StoreUnavailable as error:
            failed.append(str(error))
            continue
        seconds.append(Took(time.perf_counter() - began, time.thread_time() - worked))
        unseen += bool(wanted) and not hits
    told.put({"seconds": seconds, "failed": failed, "unseen": unseen, "memory": memory_mb()})
    store.close()


def read_while_writing(
    open_store: Opener, questions: list[str], *, readers: int, writes: int, clauses: int
) -> dict[str, Any]:
    """``writes`` versions of ``clauses`` clauses are put by this process while others read."""
    written, stop, told = _SPAWN.Value("i", -1), _SPAWN.Event(), _SPAWN.Queue()
    ready = [_SPAWN.Event() for _ in range(readers)]
    processes = [
        _SPAWN.Process(target=_read_on, args=(open_store, questions, written, each, stop, told)) for each in ready
    ]
    for process in processes:
        process.start()
    for each in ready:
        each.wait(120)
    store, began = open_store(), time.perf_counter()
    for number in range(writes):
        store.put([make_marked(number, clauses)])
        written.value = number
    seconds = time.perf_counter() - began
    stop.set()
    reports = [told.get(timeout=120) for _ in processes]
    for process in processes:
        process.join(60)
    store.remove([f"marked{number}@1" for number in range(writes)])
    store.close()
    return {
        "readers": readers,
        "writes": writes,
        "write_s": round(seconds / writes, 3),
        **figures([each for report in reports for each in report["seconds"]]),
        "failed": [each for report in reports for each in report["failed"]][:5],
        "committed_but_not_seen": sum(report["unseen"] for report in reports),
        "reader_memory": reports[0]["memory"],
    }
