"""What the kill drill finds in the tables and files, read without the portal's own code."""

import hashlib
import json
import sqlite3
from collections import Counter
from pathlib import Path
from typing import Any


def hash_canonical(content: Any) -> str:
    """The hash of a snapshot as its description says: sorted keys, no blanks, nothing private to the storage."""

    def plain(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: plain(v) for k, v in value.items() if not k.startswith("_") and k != "stored_as"}
        return [plain(v) for v in value] if isinstance(value, list) else value

    text = json.dumps(plain(content), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


class Found:
    """The tables as they are now."""

    def __init__(self, data: Path) -> None:
        self.data = data
        connection = sqlite3.connect(data / "portal.sqlite")
        connection.row_factory = sqlite3.Row
        self.integrity = [row[0] for row in connection.execute("PRAGMA integrity_check")]
        self.strays = [tuple(row) for row in connection.execute("PRAGMA foreign_key_check")]
        self._rows = {
            name: [dict(row) for row in connection.execute(f"SELECT * FROM {name}")]
            for name in (
                "draft", "answer", "upload", "case_file", "snapshot", "case_event", "proof", "audit_line", "job",
                "text_file", "knowledge_change", "record",
            )
        }  # fmt: skip
        connection.close()

    def __getitem__(self, table: str) -> list[dict[str, Any]]:
        return self._rows[table]

    def values(self) -> dict[str, Any]:
        """The newest value of every field that somebody gave, over all drafts (a story has one)."""
        newest = {row["field_id"]: row for row in sorted(self["answer"], key=lambda row: row["id"])}
        return {n: json.loads(r["value"]) for n, r in newest.items() if r["state"] == "given" and r["value"]}

    def events(self, action: str) -> int:
        return sum(row["action"] == action for row in self["case_event"])

    def list_broken(self) -> list[str]:
        """Everything that may be so at no moment, whatever was acknowledged."""
        problems = [f"integrity: {line}" for line in self.integrity if line != "ok"]
        problems += [f"stray row: {row}" for row in self.strays]
        return problems + self._list_broken_draft() + self._list_broken_case() + self._list_broken_jobs()

    def _list_broken_draft(self) -> list[str]:
        problems = [] if len(self["draft"]) < 2 else [f"{len(self['draft'])} drafts were begun"]
        for draft in self["draft"]:
            if any(row["version"] > draft["version"] for row in self["answer"]):
                problems.append("an answer is ahead of its draft")
        saved = Counter(row["version"] for row in self["answer"] if row["author"])
        lines = [row["detail"].split(", ") for row in self["audit_line"] if row["action"] == "save"]
        if sorted(saved.values()) != sorted(len(line) for line in lines):
            problems.append("answers and audit lines do not match")
        for row in self["upload"]:
            path = self.data / "uploads" / row["stored_as"]
            if not path.is_file() or hashlib.sha256(path.read_bytes()).hexdigest() != row["sha256"]:
                problems.append(f"file {row['name']} is missing or cut")
        return problems

    def _list_broken_case(self) -> list[str]:
        cases, snapshots, problems = self["case_file"], self["snapshot"], []
        receipts = [row for row in self["proof"] if row["kind"] == "submission"]
        kept = [row for row in self["record"] if row["kind"] == "filing" and row["status"] == "submitted"]
        counts = {
            "cases": len(cases), "snapshots": len(snapshots), "receipts": len(receipts), "sendings": self.events("submit"),
            "records": len(kept), "drafts sent": sum(row["state"] == "submitted" for row in self["draft"]),
        }  # fmt: skip
        if len(set(counts.values())) > 1 or len(cases) > 1:
            problems.append(f"not one of each: {counts}")
        problems += [f"no number: {row['number']}" for row in cases if not row["number"].startswith("SQ")]
        for row in snapshots:
            if hash_canonical(json.loads(row["content"])) != row["hash"]:
                problems.append("the hash of a snapshot cannot be made again")
        withdrawn = sum(row["state"] == "withdrawn" for row in cases)
        return problems + ([] if self.events("withdraw") == withdrawn else ["withdrawal and timeline do not match"])

    def _list_broken_jobs(self) -> list[str]:
        keys = {f"read_text:{row['id']}" for row in self["text_file"]}
        problems = [] if keys == {row["key"] for row in self["job"]} else ["texts and jobs do not match"]
        whole = Counter(row["change_id"] for row in self["text_file"])
        problems += [f"{count} of 2 texts of an upload" for count in whole.values() if count != 2]
        return problems


class Kept:
    """The work of the outbox after the last sweep: ``sent`` are the titles of the texts in acknowledged uploads."""

    def __init__(self, data: Path, sent: list[str]) -> None:
        self.found, self.sent = Found(data), sent

    def list_undone(self) -> list[str]:
        problems = [
            f"job {r['key']} is {r['state']}: {r['last_error']}" for r in self.found["job"] if r["state"] != "done"
        ]
        reports = [json.loads(row["report"]) for row in self.found["text_file"]]
        read = Counter(report.get("title", "") for report in reports)
        problems += [f"text {title} was read {read[title]} times" for title in self.sent if read[title] != 1]
        return problems + [f"text {title} was read twice" for title, count in read.items() if count > 1]
