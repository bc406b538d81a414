"""How the policy base grows: import rate, latency, memory and disk at each size, both stores, beside the bare engines.

    python bench/scale.py --laws ../shared/data/scale --sizes 10000,55000 [--stores embedded,elasticsearch] [--heap-mb 1024]

At every size the same questions are put to our store and, in turns, to the engine itself with the same tokens and
filters in as little code as possible (``raw``), and then to the whole answering. One base grows from size to size, so
10 k, 55 k, 300 k and 1 M together cost one import of a million clauses. Prints JSON.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import tantivy
from elasticsearch import Elasticsearch

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.laws import Law, make_versions, read_laws  # noqa: E402
from bench.measuring import (  # noqa: E402
    Took,
    disk_mb,
    figures,
    in_chunks,
    list_group,
    machine,
    memory_mb,
    ratios,
    timed,
)
from bench.reading import read_while_writing  # noqa: E402
from policy_kb.base import PolicyBase  # noqa: E402
from policy_kb.model import Version  # noqa: E402
from policy_kb.stores.contract import Query, Store  # noqa: E402
from policy_kb.stores.elastic import open_elastic_store  # noqa: E402
from policy_kb.stores.elastic_mapping import search_body  # noqa: E402
from policy_kb.stores.embedded import EmbeddedStore  # noqa: E402
from policy_kb.stores.passages import over_fetch  # noqa: E402
from policy_kb.text import grams, words  # noqa: E402
from tools.elasticsearch_node import Node, start_node  # noqa: E402
from tools.elasticsearch_server import fetch_server  # noqa: E402
from tools.maven import default_cache  # noqa: E402

DAY = date(2026, 11, 24)
LIMIT = 10
_CHUNK = 5_000  # clauses written at once
Raw = Callable[[Query], object]


def open_embedded(folder: Path) -> Store:
    return EmbeddedStore(folder)


def open_elastic(url: str) -> Store:
    return open_elastic_store(url, "scale", read_seconds=60)


def raw_tantivy(folder: Path) -> Raw:
    """The plain way: every token, every filter, the best passages' stored fields."""
    index = tantivy.Index.open(str((folder / "index").resolve()))
    index.reload()
    searcher, schema, integer = index.searcher(), index.schema, tantivy.FieldType.Integer
    must, should, make = tantivy.Occur.Must, tantivy.Occur.Should, tantivy.Query

    def search(query: Query) -> object:
        terms = [
            (should, make.boost_query(make.term_query(schema, field, token), float(said)))
            for field, tokens in (("words", query.words), ("grams", query.grams))
            for token, said in Counter(tokens).items()
        ]
        day = DAY.toordinal()
        filters = [
            make.term_query(schema, "release", "published"),
            make.range_query(schema, "begins", integer, upper_bound=day),
            make.range_query(schema, "ends", integer, lower_bound=day, include_lower=False),
        ]
        wanted = make.boolean_query(
            [(must, make.boolean_query(terms)), *((must, make.const_score_query(part, 0.0)) for part in filters)]
        )
        hits = searcher.search(wanted, limit=over_fetch(LIMIT), count=False).hits
        return [searcher.doc(address) for _, address in hits]

    return search


def raw_elastic(url: str) -> Raw:
    """The same body straight through the official client."""
    client = Elasticsearch(url, request_timeout=60)

    def search(query: Query) -> object:
        return client.search(
            index="scale-passages", query=search_body(query), size=over_fetch(LIMIT), track_total_hits=False
        )["hits"]["hits"]

    return search


def measure_search(store: Store, raw: Raw, questions: list[str]) -> dict[str, Any]:
    """Ours and the raw query in turns; cutting the question into tokens is not counted, it is the same for both."""
    queries = [Query(words(question), grams(question), as_of=DAY) for question in questions]
    for query in queries[:50]:
        store.search(query, LIMIT), raw(query)
    ours, bare = list[Took](), list[Took]()
    for query in queries:
        ours.append(timed(partial(store.search, query, LIMIT)))
        bare.append(timed(partial(raw, query)))
    return {"ours": figures(ours), "raw": figures(bare), **ratios(ours, bare)}


def measure_answers(store: Store, questions: list[str], day: date | None) -> dict[str, float]:
    """The whole of ``PolicyBase.answer``, one question after the other on one core; None asks for the law of today."""
    base = PolicyBase(store)
    for question in questions[:10]:
        base.answer(question, as_of=day)
    return figures([timed(partial(base.answer, question, as_of=day)) for question in questions])


def grow(store: Store, laws: list[Law], size: int) -> dict[str, Any]:
    """Import what is missing to ``size``; the rate counts cutting, writing and committing."""
    held = int(str(store.health()["clauses"]))
    if held >= size:
        return {"clauses": 0, "seconds": 0.0, "clauses_per_s": 0}
    began, worked, made = time.perf_counter(), time.process_time(), 0
    for chunk in in_chunks(_from(laws, held, size), lambda version: len(version.clauses), _CHUNK):
        store.put(chunk)
        made += sum(len(version.clauses) for version in chunk)
    seconds = time.perf_counter() - began
    return {
        "clauses": made,
        "seconds": round(seconds, 1),
        "cpu_s": round(time.process_time() - worked, 1),
        "clauses_per_s": round(made / seconds),
    }


def _from(laws: list[Law], held: int, size: int) -> Iterator[Version]:
    """Versions of the whole row up to ``size`` of which the first ``held`` clauses are there; a cut one comes again whole."""
    passed = 0
    for version in make_versions(laws, size):
        passed += len(version.clauses)
        if passed > held:
            yield version


def measure(
    name: str, store: Store, raw: Callable[[], Raw], sizes: list[int], options: argparse.Namespace, use: Any
) -> list[dict[str, Any]]:
    """One report a size."""
    laws, reports = list(read_laws(options.laws)), list[dict[str, Any]]()
    questions = [json.loads(line)["text"] for line in options.questions.read_text().splitlines()][: options.most]
    ours = [line for line in (ROOT / "bench" / "store_questions.txt").read_text().split("\n") if line]
    for size in sizes:
        report = {"store": name, "clauses": size, "import": grow(store, laws, size)}
        report["search"] = measure_search(store, raw(), questions)
        asked = ours + questions[: options.most // 2]
        report["answer"] = measure_answers(store, asked, DAY)  # a past day: what has changed since is looked for, too
        report["answer_today"] = measure_answers(store, asked, None)
        report |= {"machine": machine(), **use()}
        print(json.dumps(report, ensure_ascii=False), file=sys.stderr, flush=True)
        reports.append(report)
    return reports


def run_embedded(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    place = folder / "kb"
    store = EmbeddedStore(place)
    use = lambda: {"memory": memory_mb(), "disk_mb": disk_mb(place)}  # noqa: E731
    sizes = measure("embedded", store, partial(raw_tantivy, place), options.sizes, options, use)
    store.close()
    readers = read_while_writing(partial(open_embedded, place), _some(options), readers=2, writes=20, clauses=100)
    return {"sizes": sizes, "readers_while_writing": readers}


def run_elastic(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    node = start_node(fetch_server(default_cache()), folder / "node", heap_mb=options.heap_mb)
    try:
        store = open_elastic(node.url)
        use = partial(_use_of, node)
        sizes = measure("elasticsearch", store, partial(raw_elastic, node.url), options.sizes, options, use)
        store.close()
        readers = read_while_writing(partial(open_elastic, node.url), _some(options), readers=2, writes=20, clauses=100)
        return {"heap_mb": options.heap_mb, "sizes": sizes, "readers_while_writing": readers}
    finally:
        node.stop()


def _use_of(node: Node) -> dict[str, Any]:
    return {
        "memory": memory_mb(),
        "node_memory": memory_mb(list_group(node.process.pid)),
        "disk_mb": disk_mb(node.folder / "data"),
    }


def _some(options: argparse.Namespace) -> list[str]:
    return [json.loads(line)["text"] for line in options.questions.read_text().splitlines()][:200]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--laws", type=Path, required=True, help="folder of *.jsonl.gz with title and text")
    parser.add_argument("--questions", type=Path, required=True, help="JSON lines with text, e.g. STARD's queries")
    parser.add_argument("--sizes", type=lambda text: [int(part) for part in text.split(",")], default=[10_000])
    parser.add_argument("--stores", default="embedded,elasticsearch")
    parser.add_argument("--most", type=int, default=300, help="questions asked at each size")
    parser.add_argument("--heap-mb", type=int, default=1024)
    parser.add_argument(
        "--work",
        type=Path,
        help="where to work, and to go on from what is there (default: a folder that is removed afterwards)",
    )
    options = parser.parse_args()
    folder = options.work or Path(tempfile.mkdtemp(prefix="wenban-scale-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o755)
    runs = {"embedded": run_embedded, "elasticsearch": run_elastic}
    try:
        report = {name: runs[name](options, folder) for name in options.stores.split(",")}
    finally:
        if not options.work:
            shutil.rmtree(folder)
    print(json.dumps(report, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
