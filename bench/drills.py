"""Failure drills on real Elasticsearch nodes: what people notice when one is killed, and whether anything is lost.

    python bench/drills.py --corpus ../shared/data/corpus [--only questions,reindex,import,http,cluster]

``questions``: kill -9 during a load of questions from several threads, through ``PolicyBase.answer``. ``reindex`` and
``import``: kill -9 half-way; both must finish by themselves once the node is back, with every text in place.
``http``: the same load through the portal's HTTP endpoint. ``cluster``: three nodes with passwords and TLS; the elected
master is killed during questions and writes, another node during a re-index. Prints JSON: questions asked and failed, who
answered them, seconds until the snapshot took over and until the node had all questions again, and the documents before and
after. Exit code 1 when an answer failed, something acknowledged was lost, or interrupted work did not finish.
"""

import argparse
import json
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from elasticsearch import Elasticsearch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.drill_load import QUESTIONS, Load, ask_base, ask_portal, compared, contents, finds  # noqa: E402
from bench.measuring import machine  # noqa: E402
from policy_kb import PolicyBase, PolicyBaseError, StoreUnavailable, open_policy_base, wording  # noqa: E402
from tools.elasticsearch_cluster import Cluster, make_certificate, open_cluster  # noqa: E402
from tools.elasticsearch_node import Node, start_node  # noqa: E402
from tools.elasticsearch_server import fetch_server  # noqa: E402
from tools.maven import default_cache  # noqa: E402
from tools.system import running_system  # noqa: E402

DOWN_SECONDS = 8.0  # between the kill and the new start
USER = ("wenban", "a-long-password-of-a-drill")


@contextmanager
def one_node() -> Iterator[Node]:
    folder = Path(tempfile.mkdtemp(prefix="wenban-drill-"))
    folder.chmod(0o755)
    node = start_node(fetch_server(default_cache()), folder)
    try:
        yield node
    finally:
        node.stop()
        shutil.rmtree(folder, ignore_errors=True)


def kill_and_return(node: Node) -> tuple[float, float]:
    """Kill -9, leave it dead, start it again in its folder on its port; when it died and when it answered again."""
    node.kill()
    killed = time.monotonic()
    time.sleep(DOWN_SECONDS)
    again = start_node(fetch_server(default_cache()), node.folder, http_port=node.http_port)
    node.process = again.process
    return killed, time.monotonic()


def open_base(node: Node, folder: Path, index: str = "drill") -> PolicyBase:
    base = open_policy_base(folder, "elasticsearch", node.url, index)
    warm(base)
    return base


def warm(base: PolicyBase) -> None:
    """Dictionaries and catalogue are read at the first question, which takes seconds of its own."""
    for question in QUESTIONS[:3]:
        with suppress(PolicyBaseError):  # nothing is loaded yet
            base.answer(question)


def wait_for_snapshot(base: PolicyBase, seconds: float = 300) -> None:
    """Until the snapshot shows the state of the index."""
    deadline = time.monotonic() + seconds
    while base.health()["snapshot"]["revision"] != base.store.revision():  # type: ignore[index]
        if time.monotonic() > deadline:
            raise SystemExit("the snapshot was not made in time")
        time.sleep(0.3)


def run_questions(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    with one_node() as node:
        base = open_base(node, folder / "kb")
        base.ingest(options.corpus)
        wait_for_snapshot(base)
        expected, found = contents(base), finds(base)
        with Load(ask_base(base)) as load:
            time.sleep(6)
            killed, back = kill_and_return(node)
            time.sleep(12)
        report = load.report(killed, back) | compared(base, expected, found) | {"degraded_at_the_end": base.degraded}
        base.close()
        return report


def _prepare_reindex(base: PolicyBase) -> tuple[threading.Thread, threading.Event, list[object]]:
    """A thread not yet started that indexes anew, what is set when it is under way, and where its outcome is put."""
    half, done = threading.Event(), list[object]()
    worker = threading.Thread(
        target=lambda: done.append(base.reindex(progress=lambda made, total, _: half.set() if made > 60 else None))
    )
    return worker, half, done


def run_reindex(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    with one_node() as node:
        base = open_base(node, folder / "kb")
        base.ingest(options.corpus)
        wait_for_snapshot(base)
        expected, found, alias = contents(base), finds(base), list_behind_alias(node)
        worker, half, done = _prepare_reindex(base)
        with Load(ask_base(base), 2) as load:
            worker.start()
            half.wait(120)
            killed, back = kill_and_return(node)
            worker.join(300)
            time.sleep(6)
        report = load.report(killed, back) | {
            "finished_by_itself": bool(done),
            "index_behind_alias": {"before": alias, "after": list_behind_alias(node)},
            **compared(base, expected, found),
        }
        base.close()
        return report


def list_behind_alias(node: Node) -> list[str]:
    with Elasticsearch(node.url) as client:
        return sorted(client.indices.get_alias(name="drill-passages"))


def run_import(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    plain = open_policy_base(folder / "plain")
    plain.ingest(options.corpus)
    expected, found = contents(plain), finds(plain)
    plain.close()
    with one_node() as node:
        base = open_base(node, folder / "kb")
        half, done = threading.Event(), list[object]()

        def tell(made: int, total: int, _: str) -> None:
            if made > total / 2:
                half.set()

        worker = threading.Thread(target=lambda: done.append(base.ingest(options.corpus, progress=tell)))
        worker.start()
        half.wait(300)
        _, back = kill_and_return(node)
        worker.join(600)
        finished = time.monotonic() - back
        report = {"finished_by_itself": bool(done), "seconds_until_back": round(finished, 1)}
        report |= compared(base, expected, found)
        base.close()
        return report


def run_http(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    with one_node() as node:
        variables = {"store": "elasticsearch", "elasticsearch_url": node.url, "elasticsearch_index": "drill"}
        data = folder / "data"
        with running_system(corpus=str(options.corpus), data=data, **variables) as address:
            secrets = json.loads((data / "development-secrets.json").read_text(encoding="utf-8"))
            ask = ask_portal(address, secrets["bot_token"])
            before = count_documents(node)
            for question in QUESTIONS[:5]:
                ask(question)
            time.sleep(10)  # the snapshot
            with Load(ask, 3) as load:
                time.sleep(8)
                killed, back = kill_and_return(node)
                time.sleep(20)
            documents_then = {"before": before, "after": count_documents(node)}
        return load.report(killed, back) | {"documents": documents_then}


def count_documents(node: Node) -> dict[str, int]:
    """Versions and clauses that the node itself holds, whatever a portal says."""
    version, clause = {"term": {"kind": "version"}}, {"term": {"paragraph": 0}}
    with Elasticsearch(node.url, request_timeout=30) as client:
        client.indices.refresh(index="drill-*")
        return {
            "versions": int(client.count(index="drill-records", query=version)["count"]),
            "clauses": int(client.count(index="drill-passages", query=clause)["count"]),
        }


def run_cluster(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """Three nodes with passwords and TLS: the elected master is killed during questions and writes and comes back, then
    another one during a re-index."""
    with three_nodes() as cluster:
        base = open_policy_base(folder / "kb", "elasticsearch", cluster.url, "drill", cluster.login)
        base.ingest(options.corpus)
        wait_for_snapshot(base)
        warm(base)
        expected, found = contents(base), finds(base)
        master = cluster.find_master()
        report = {"master_killed": _kill_under_writes(base, cluster, master)}
        report["node_killed_during_reindex"] = _kill_under_reindex(base, cluster, (master + 1) % len(cluster.nodes))
        report |= compared(base, expected, found)
        report["failed"] = sum(report[name]["failed"] for name in ("master_killed", "node_killed_during_reindex"))
        base.close()
        return report


def _kill_under_writes(base: PolicyBase, cluster: Cluster, victim: int) -> dict[str, Any]:
    written, refused = list[str](), 0
    with Load(ask_base(base), 2) as load:
        killed = time.monotonic() + 5
        while time.monotonic() < killed + 20:
            try:
                base.store.write_note(f"drill-{len(written) + refused}", "x" * 1000)
                written.append(f"drill-{len(written) + refused}")
            except StoreUnavailable:
                refused += 1
            if cluster.nodes[victim].running and time.monotonic() > killed:
                cluster.nodes[victim].kill()
                killed = time.monotonic()
        cluster.start(victim)
        back = time.monotonic()
        time.sleep(6)
    kept = sum(base.store.read_note(name) == "x" * 1000 for name in written)
    return load.report(killed, back) | {"notes_written": len(written), "notes_kept": kept, "notes_refused": refused}


def _kill_under_reindex(base: PolicyBase, cluster: Cluster, victim: int) -> dict[str, Any]:
    worker, half, done = _prepare_reindex(base)
    with Load(ask_base(base), 2) as load:
        worker.start()
        half.wait(120)
        cluster.nodes[victim].kill()
        killed = time.monotonic()
        worker.join(300)
        took = time.monotonic() - killed
        cluster.start(victim)
        back = time.monotonic()
    return load.report(killed, back) | {"finished_by_itself": bool(done), "reindex_s_after_kill": round(took, 1)}


@contextmanager
def three_nodes() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="wenban-drill-"))
    folder.chmod(0o755)
    try:
        with open_cluster(
            fetch_server(default_cache()), folder, user=USER, certificate=make_certificate(folder)
        ) as cluster:
            yield cluster
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def is_bad(report: dict[str, Any]) -> bool:
    """Whether an answer failed, a text or an acknowledged note was lost, or work that was interrupted did not finish."""
    parts = [report, *(part for part in report.values() if isinstance(part, dict))]
    counted = report.get("documents", {})
    return (
        any(part.get("failed") or part.get("lost") or not part.get("finished_by_itself", True) for part in parts)
        or any(part.get("notes_kept") != part.get("notes_written") for part in parts)
        or counted.get("before") != counted.get("after")
    )


def main() -> None:
    drills = {
        "questions": run_questions,
        "reindex": run_reindex,
        "import": run_import,
        "http": run_http,
        "cluster": run_cluster,
    }
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--only", default=",".join(drills))
    options = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    wording.compile_catalogues()
    reports = {}
    for name in options.only.split(","):
        folder = Path(tempfile.mkdtemp(prefix="wenban-drill-kb-"))
        reports[name] = drills[name](options, folder) | {"machine": machine()}
        print(json.dumps({name: reports[name]}, ensure_ascii=False, default=str), file=sys.stderr, flush=True)
        shutil.rmtree(folder, ignore_errors=True)
    print(json.dumps(reports, ensure_ascii=False, indent=1, default=str))
    sys.exit(any(is_bad(report) for report in reports.values()))


if __name__ == "__main__":
    main()
