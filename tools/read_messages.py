"""Read a file of complaint and report messages as the chat and the page do: ``make read-messages IN= OUT=``.

In: JSON lines with ``id``, ``said_on`` (the day, Beijing time) and ``text``. Out: one line a message with ``id``, ``kind``,
``fields``, ``competent`` and ``missing`` (docs/reading-messages.md). A line that cannot be read stops everything before
anything is written. Where the policy base of ``--data`` holds the law, its sentence is quoted; else our own words state it.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from policy_kb import PolicyBase, open_policy_base  # noqa: E402
from portal.complaints.reading import Competent, Lack, Reading, read_message  # noqa: E402

LONGEST = 20_000  # characters of one message; the chat takes 2,000, the page as many


def read_lines(path: Path) -> Iterator[tuple[str, date, str]]:
    """(id, said_on, text) of each line; SystemExit names the line and what to do."""
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise SystemExit(f"{path}: not UTF-8 (byte {error.start}); save the file as UTF-8 and run again") from error
    except OSError as error:
        raise SystemExit(f"{path}: cannot be read ({error.strerror}); give IN= a file of JSON lines") from error
    seen: dict[str, int] = {}
    for number, line in enumerate(lines, 1):
        if line.strip():
            one = _checked(line, f"{path}: line {number}")
            if one[0] in seen:
                raise SystemExit(
                    f"{path}: line {number}: id {one[0]!r} stands in line {seen[one[0]]} already; give each message its own id"
                )
            seen[one[0]] = number
            yield one
    if not seen:
        raise SystemExit(f"{path}: no message in it; write one JSON object a line with id, said_on and text")


def _checked(line: str, where: str) -> tuple[str, date, str]:
    try:
        raw = json.loads(line)
    except ValueError as error:
        raise SystemExit(f"{where}: not JSON ({error}); write one object a line") from error
    if not isinstance(raw, dict):
        raise SystemExit(f'{where}: not an object; write {{"id": …, "said_on": "2026-06-03", "text": …}}')
    lacking = [name for name in ("id", "said_on", "text") if raw.get(name) in (None, "")]
    if lacking:
        raise SystemExit(f"{where}: {', '.join(lacking)} is missing; each line needs id, said_on and text")
    if not isinstance(raw["text"], str) or len(raw["text"]) > LONGEST:
        raise SystemExit(f"{where}: text must be a text of at most {LONGEST} characters")
    if not isinstance(raw["id"], str | int):
        raise SystemExit(f"{where}: id must be a text or a number")
    try:
        said_on = datetime.fromisoformat(str(raw["said_on"])).date()
    except ValueError as error:
        raise SystemExit(
            f"{where}: said_on {raw['said_on']!r} is no day; write year-month-day, for example 2026-06-03"
        ) from error
    return str(raw["id"]), said_on, raw["text"]


def result_of(message_id: str, reading: Reading, said_on: date, base: PolicyBase | None) -> dict[str, Any]:
    """One line of the results."""
    return {
        "id": message_id,
        "kind": reading.kinds,
        "fields": reading.fields,
        "competent": [_competent_json(one, said_on, base) for one in reading.competent],
        "missing": [_lack_json(one) for one in reading.missing],
    }


def _competent_json(one: Competent, said_on: date, base: PolicyBase | None) -> dict[str, Any]:
    source = str(one.source) if one.source else None
    return {"for": one.part, "class": one.kind_of, "who": one.who, "law": _law(one, said_on, base), "source": source}


def _law(one: Competent, said_on: date, base: PolicyBase | None) -> str | None:
    if one.source is None:
        return None
    part = base.find_part(one.source.title, one.source.place, as_of=said_on) if base and one.source.place else None
    return part.text if part else one.states


def _lack_json(one: Lack) -> dict[str, Any]:
    return {"what": one.what, "source": str(one.source)} | ({"partial": True} if one.partial else {})


def write_results(path: Path, results: list[dict[str, Any]]) -> None:
    """All of them or nothing: written beside, then moved into place."""
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        beside.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in results), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise SystemExit(
            f"{path}: cannot be written ({error.strerror}); give OUT= a file in a folder that exists"
        ) from error


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--in", dest="source", required=True)
    parser.add_argument("--out", required=True)
    parser.add_argument("--data", type=Path, default=Path("var"), help="data folder whose policy base is quoted")
    options = parser.parse_args()
    if not options.source or not options.out:
        raise SystemExit("say which files: make read-messages IN=messages.jsonl OUT=results.jsonl")
    messages = list(read_lines(Path(options.source)))
    base = open_policy_base(options.data / "kb") if (options.data / "kb").is_dir() else None
    results = [result_of(name, read_message(text, said_on), said_on, base) for name, said_on, text in messages]
    write_results(Path(options.out), results)
    print(f"{len(results)} messages read into {options.out}", file=sys.stderr)


if __name__ == "__main__":
    main()
