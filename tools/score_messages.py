"""How well messages are read, field by field, against labelled ones: ``python tools/score_messages.py FILE… [--wrong]``.

FILE is JSON lines as in data/complaints (``missing_required``, ``competent`` with for and class) or our own YAML
(``missing`` with "~" for partial, ``competent`` as "for class"). Prints a Markdown table of precision and recall.
"""

import argparse
import json
import sys
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from portal.complaints.reading import Reading, read_message  # noqa: E402

FIELDS = (
    "product_name", "brand", "product_kind", "approval_no", "filing_no", "batch", "trace_code", "udi", "seller", "seller_place",
    "platform", "order_no", "date", "price", "harm", "demand", "contact",
)  # fmt: skip
Pairs = list[tuple[str, Any, Any]]


def load_messages(path: Path) -> list[dict[str, Any]]:
    """Labelled messages in one shape: kind, fields, competent and missing as sorted lists of strings."""
    text = path.read_text(encoding="utf-8")
    raw = [json.loads(line) for line in text.splitlines()] if path.suffix == ".jsonl" else yaml.safe_load(text)
    for one in raw:
        one["said_on"] = str(one["said_on"])
        one["fields"] = {name: str(v) if isinstance(v, date) else v for name, v in one["fields"].items()}
        if "missing_required" in one:
            one["missing"] = [m["what"] + ("~" if m.get("partial") else "") for m in one["missing_required"]]
            one["competent"] = [f"{c['for']} {c['class']}" for c in one["competent"]]
    return list(raw)


def compare(one: dict[str, Any], reading: Reading) -> Pairs:
    """(what, wanted, got) for everything that is compared; None where a side says nothing."""
    pairs: Pairs = [("kind", one["kind"], reading.kinds)]
    for name in FIELDS:
        wanted, got = one["fields"].get(name), reading.fields.get(name)
        if name == "demand":
            wanted, got = sorted(wanted) if wanted else None, sorted(got) if got else None
        if name == "price" and wanted is not None:
            wanted = float(wanted)
        pairs.append((name, wanted, got))
    pairs.append(("competent", sorted(one["competent"]), sorted(f"{c.part} {c.kind_of}" for c in reading.competent)))
    pairs.append(
        ("missing", sorted(one["missing"]), sorted(m.what + ("~" if m.partial else "") for m in reading.missing))
    )
    return pairs


def score(messages: list[dict[str, Any]]) -> tuple[dict[str, list[int]], list[tuple[str, str, Any, Any]]]:
    """what -> [right, said, wanted], and everything that is not as labelled."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
    wrong = []
    for one in messages:
        for what, wanted, got in compare(one, read_message(one["text"], date.fromisoformat(one["said_on"]))):
            counts[what][0] += wanted is not None and wanted == got
            counts[what][1] += got is not None
            counts[what][2] += wanted is not None
            if wanted != got:
                wrong.append((one["id"], what, wanted, got))
    return counts, wrong


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--wrong", action="store_true", help="list every difference")
    options = parser.parse_args()
    messages = [one for path in options.files for one in load_messages(path)]
    counts, wrong = score(messages)
    print(
        f"{len(messages)} messages\n\n| what | precision | recall | right | said | wanted |\n|---|---|---|---|---|---|"
    )
    for what, (right, said, wanted) in counts.items():
        print(
            f"| {what} | {right / said if said else 1:.2f} | {right / wanted if wanted else 1:.2f} | {right} | {said} | {wanted} |"
        )
    right, said, wanted = (sum(counts[name][n] for name in FIELDS) for n in range(3))
    print(f"| all fields | {right / said:.2f} | {right / wanted:.2f} | {right} | {said} | {wanted} |")
    if options.wrong:
        for one in wrong:
            print("\t".join(str(each) for each in one))


if __name__ == "__main__":
    main()
