"""How much a word tells: rare words of the law weigh more than common ones.

``word_counts.txt`` holds in how many clauses each word stands, counted over the ingested corpus by
``python -m policy_kb.answering.weighing <folder of a policy base>``; no legal text is in it.
"""

import math
import sys
from collections import Counter
from functools import lru_cache
from pathlib import Path

_COUNTS = Path(__file__).resolve().parent / "word_counts.txt"
_UNSEEN = 6.0  # a word no law uses: telling, but perhaps only chatter
_RARE = 2  # words in fewer clauses are left out of the file and weigh the most


@lru_cache(maxsize=1)
def _weights() -> dict[str, float]:
    lines = _COUNTS.read_text(encoding="utf-8").splitlines()
    total = int(lines[0].split()[1])
    pairs = (line.split() for line in lines[1:])
    return {word: math.log(1 + total / int(count)) for word, count in pairs}


def weigh(word: str) -> float:
    """About 1 for a word in every second clause, 9 for one in two clauses, ``_UNSEEN`` for an unknown one."""
    return _weights().get(word, _UNSEEN)


def is_known(word: str) -> bool:
    """Whether the law uses the word."""
    return word in _weights()


def count_words(folder: Path) -> None:
    """Write ``word_counts.txt`` anew from all clauses in force of the policy base in ``folder``."""
    from policy_kb.stores.embedded import EmbeddedStore
    from policy_kb.text import words

    store, counts, total = EmbeddedStore(folder), Counter[str](), 0
    for version in store.list_versions():
        if version.in_force_to is not None:
            continue
        for clause in store.get_version(version.id).clauses:
            total += 1
            counts.update(set(words(clause.text)))
    kept = sorted((word, count) for word, count in counts.items() if count >= _RARE)
    _COUNTS.write_text("\n".join([f"# {total}", *(f"{word} {count}" for word, count in kept)]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    count_words(Path(sys.argv[1]))
