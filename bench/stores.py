"""The two stores side by side: do they find the same clauses, why not where they do not, and how fast.

    python bench/stores.py --corpus ../shared/data/corpus --gold ../shared/data/gold/dev.jsonl
    python bench/stores.py --stard ../shared/data/bench/stard

Starts an Elasticsearch of its own when no ``--url`` is given, and stops it. Prints JSON.
"""

import argparse
import gzip
import hashlib
import json
import shutil
import statistics
import sys
import tempfile
import time
import uuid
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.measuring import Took, figures, in_chunks, timed  # noqa: E402
from policy_kb.base import PolicyBase  # noqa: E402
from policy_kb.model import Clause, Hit, Paragraph, Version  # noqa: E402
from policy_kb.stores.contract import Query, Store  # noqa: E402
from policy_kb.stores.elastic import open_elastic_store  # noqa: E402
from policy_kb.stores.embedded import EmbeddedStore  # noqa: E402
from policy_kb.text import grams, parse_article, words  # noqa: E402
from tools.elasticsearch_node import start_node  # noqa: E402
from tools.elasticsearch_server import fetch_server  # noqa: E402
from tools.maven import default_cache  # noqa: E402

DAY = date(2026, 11, 24)
TIED = 1e-5  # relative; scores are 32-bit floats summed in another order
COUNTED = 0.02  # relative; passages that were replaced count in word frequencies until an engine merges them away


@dataclass(frozen=True, slots=True)
class Difference:
    """How one question's tens differ: the share found by both, and the largest gap in score that a swap bridges."""

    question: str
    overlap: float
    gap: float

    @property
    def reason(self) -> str:
        if self.overlap == 1.0:
            return "same"
        return "tie" if self.gap <= TIED else "replaced passages counted" if self.gap <= COUNTED else "unexplained"


def compare(question: str, one: list[Hit], other: list[Hit], limit: int = 10) -> Difference:
    """``one`` and ``other`` reach further than ``limit``, so that a clause that one left out still has its score there."""
    tens = {hit.clause.id for hit in one[:limit]}, {hit.clause.id for hit in other[:limit]}
    overlap = len(tens[0] & tens[1]) / max(len(tens[0]), len(tens[1]), 1)
    gaps = [_gap(one, tens[1] - tens[0], limit), _gap(other, tens[0] - tens[1], limit)]
    return Difference(question, overlap if max(map(len, tens)) else 1.0, max(gaps))


def _gap(hits: list[Hit], left_out: set[str], limit: int) -> float:
    """How far below this store's last kept clause stands what only the other one kept; 1.0 when it is not even near."""
    if not left_out:
        return 0.0
    scores, last = {hit.clause.id: hit.score for hit in hits}, hits[:limit][-1].score
    return max((last - scores[clause_id]) / last if clause_id in scores else 1.0 for clause_id in left_out)


def summarise(differences: Iterable[Difference], one_first: int) -> dict[str, object]:
    """Mean overlap, reasons for the rest, and the worst questions."""
    found = list(differences)
    return {
        "questions": len(found),
        "overlap_at_10": round(statistics.mean(each.overlap for each in found), 4),
        "same_ten": round(sum(each.overlap == 1.0 for each in found) / len(found), 4),
        "same_first": round(one_first / len(found), 4),
        "reasons": dict(Counter(each.reason for each in found)),
        "worst": [
            {"question": each.question[:40], "overlap": each.overlap, "gap": round(each.gap, 5)}
            for each in sorted(found, key=lambda each: each.overlap)[:5]
            if each.overlap < 1.0
        ],
    }


def read_stard(folder: Path) -> Iterator[Version]:
    """The benchmark's articles as one version a law."""
    laws: dict[str, list[tuple[str, str]]] = {}
    with gzip.open(folder / "corpus.jsonl.gz", "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            laws.setdefault(record["law"], []).append((record["article"], record["text"]))
    for law, articles in laws.items():
        document = hashlib.sha1(law.encode(), usedforsecurity=False).hexdigest()[:10]
        clauses = tuple(_article(f"{document}@1", place, *each) for place, each in enumerate(articles, 1))
        yield Version(f"{document}@1", document, law, "1", "other", content_hash="x", clauses=clauses)


def _article(version_id: str, place: int, label: str, text: str) -> Clause:
    parts = tuple(Paragraph(number, part) for number, part in enumerate(text.split("\n"), 1))
    number, sub = parse_article(label) or (place, 0)
    return Clause(f"{version_id}:{place}", version_id, number, label, text, sub=sub, paragraphs=parts)


def run(stores: dict[str, Store], questions: list[str], day: date | None) -> dict[str, object]:
    """Ask both, in turns."""
    (one, other), first = stores.values(), 0
    times: dict[str, list[Took]] = {name: [] for name in stores}
    differences = []
    for question in questions:
        query = Query(words(question), grams(question), as_of=day)
        for name, store in stores.items():
            times[name].append(timed(partial(store.search, query, 10)))
        ours, theirs = one.search(query, 30), other.search(query, 30)
        differences.append(compare(question, ours, theirs))
        first += [hit.clause.id for hit in ours[:1]] == [hit.clause.id for hit in theirs[:1]]
    return {**summarise(differences, first), **{name: figures(took) for name, took in times.items()}}


def load(stores: dict[str, Store], options: argparse.Namespace) -> tuple[list[str], date | None, dict[str, float]]:
    """Both stores filled with the same, the questions, their day, and the seconds each store took."""
    seconds = {}
    for name, store in stores.items():
        began = time.perf_counter()
        if options.stard:
            for chunk in in_chunks(read_stard(options.stard), lambda version: len(version.clauses), 5000):
                store.put(chunk)
        else:
            PolicyBase(store).ingest(options.corpus)
        seconds[name] = round(time.perf_counter() - began, 1)
    if options.stard:
        return _read(options.stard / "queries.train.jsonl", "text"), None, seconds
    own = (ROOT / "bench" / "store_questions.txt").read_text(encoding="utf-8").split("\n")
    asked = _read(options.gold, "question") if options.gold else [question for question in own if question]
    return asked, DAY, seconds


def _read(path: Path, field: str) -> list[str]:
    return [json.loads(line)[field] for line in path.read_text(encoding="utf-8").splitlines()]


@contextmanager
def _server(url: str, folder: Path) -> Iterator[str]:
    if url:
        yield url
        return
    node = start_node(fetch_server(default_cache()), folder / "node")
    try:
        yield node.url
    finally:
        node.stop()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="folder of legal texts with a manifest")
    parser.add_argument("--gold", type=Path, help="JSON lines with question (default: fifty questions of our own)")
    parser.add_argument("--stard", type=Path, help="the benchmark's folder, instead of corpus and gold")
    parser.add_argument("--url", default="")
    options = parser.parse_args()
    if not options.corpus and not options.stard:
        parser.error("give --corpus or --stard")
    folder = Path(tempfile.mkdtemp(prefix="wenban-stores-"))
    folder.chmod(0o755)
    with _server(options.url, folder) as url:
        index = f"bench-{uuid.uuid4().hex[:8]}"
        stores = {
            "embedded": EmbeddedStore(folder / "kb"),
            "elasticsearch": open_elastic_store(url, index, read_seconds=60),
        }
        questions, day, seconds = load(stores, options)
        report = {"loaded_s": seconds, "health": {name: store.health() for name, store in stores.items()}}
        print(json.dumps(report | run(stores, questions, day), ensure_ascii=False, indent=1))
        stores["elasticsearch"].remove([version.id for version in stores["elasticsearch"].list_versions()])
        for store in stores.values():
            store.close()
    shutil.rmtree(folder)


if __name__ == "__main__":
    main()
