"""The two stores side by side on real law: do they find the same clauses, and how fast.

    python bench/stores.py --corpus ../shared/data/corpus [--url http://127.0.0.1:PORT]

Starts a development Elasticsearch when no address is given (and leaves it running). Prints JSON.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from policy_kb.base import PolicyBase  # noqa: E402
from policy_kb.stores.contract import Query, Store  # noqa: E402
from policy_kb.stores.elastic import open_elastic_store  # noqa: E402
from policy_kb.stores.embedded import EmbeddedStore  # noqa: E402
from policy_kb.text import grams, words  # noqa: E402

QUESTIONS = (ROOT / "bench" / "store_questions.txt").read_text(encoding="utf-8").split("\n")
DAY = date(2026, 11, 24)
ROUNDS = 5


def ask(store: Store, question: str) -> tuple[list[str], float]:
    """The ids of the ten best clauses in force on DAY, and the milliseconds it took."""
    query = Query(words(question), grams(question), as_of=DAY)
    began = time.perf_counter()
    hits = store.search(query, 10)
    return [hit.clause.id for hit in hits], (time.perf_counter() - began) * 1000


def measure(store: Store, questions: list[str]) -> tuple[dict[str, list[str]], dict[str, float]]:
    """What each question finds, and p50 and p95 of ROUNDS rounds after one to warm up."""
    found = {question: ask(store, question)[0] for question in questions}
    times = sorted(ask(store, question)[1] for _ in range(ROUNDS) for question in questions)
    return found, {"p50_ms": round(statistics.median(times), 1), "p95_ms": round(times[int(len(times) * 0.95)], 1)}


def compare(one: dict[str, list[str]], other: dict[str, list[str]]) -> dict[str, float]:
    """Share of the first ten found by both, and of equal first places."""
    overlap = [len(set(one[q]) & set(other[q])) / max(len(one[q]), len(other[q]), 1) for q in one]
    first = [one[q][:1] == other[q][:1] for q in one]
    return {
        "overlap_at_10": round(statistics.mean(overlap), 4),
        "worst": round(min(overlap), 2),
        "same_first": round(statistics.mean(first), 4),
        "same_order": round(statistics.mean(one[q] == other[q] for q in one), 4),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", type=Path, required=True)
    parser.add_argument("--url")
    options = parser.parse_args()
    start = [sys.executable, "-m", "tools.elasticsearch_node", "start"]
    url = options.url or subprocess.run(start, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout.strip()
    questions = [question for question in QUESTIONS if question]
    result: dict[str, object] = {"questions": len(questions)}
    found = {}
    with tempfile.TemporaryDirectory() as folder:
        stores = {
            "embedded": EmbeddedStore(Path(folder) / "kb"),
            "elasticsearch": open_elastic_store(url, f"bench-{uuid.uuid4().hex[:8]}", read_seconds=30),
        }
        for name, store in stores.items():
            began = time.perf_counter()
            PolicyBase(store).ingest(options.corpus)
            seconds = round(time.perf_counter() - began, 1)
            found[name], times = measure(store, questions)
            result[name] = {"ingest_s": seconds, **times, **store.health()}
        result["compared"] = compare(found["embedded"], found["elasticsearch"])
        stores["elasticsearch"].remove([version.id for version in stores["elasticsearch"].list_versions()])
        for store in stores.values():
            store.close()
    print(json.dumps(result, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
