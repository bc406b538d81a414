"""Bring texts in, and look at what the base holds."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.table import Table

from policy_kb import clock
from policy_kb.base import PolicyBase
from policy_kb.catalogue import check_catalogue
from policy_kb.commands.options import AS_JSON, DAY, OUT, Opened, day_of, print_json, progress_bar, with_base
from policy_kb.guidance import check_tables
from policy_kb.model import FileReport


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@AS_JSON
@with_base
def ingest(opened: Opened, path: Path, as_json: bool) -> None:
    """Read a legal text, or all of a folder; unchanged files are skipped. Exit code 1 when a file could not be read.

    \b
    Example: python -m policy_kb ingest laws/
    """
    with opened.opened() as base:
        reports = _ingest_shown(base, path, hidden=as_json)
        health = base.health()
    if as_json:
        print_json({"files": [_as_record(report) for report in reports], "base": health})
    else:
        _show_reports(reports, health)
    if any(report.outcome == "failed" for report in reports):
        raise SystemExit(1)


def _ingest_shown(base: PolicyBase, path: Path, hidden: bool) -> list[FileReport]:
    with progress_bar("ingest", hidden) as show:
        return base.ingest(path, progress=show)


def _as_record(report: FileReport) -> dict[str, Any]:
    return {**asdict(report), "warnings": list(report.warnings)}


def _show_reports(reports: list[FileReport], health: dict[str, object]) -> None:
    """Failures and warnings file by file, then the totals."""
    for report in reports:
        if report.error:
            OUT.print(f"[red]not read[/red] {report.path}\n    {report.error}", highlight=False)
    for report in reports:
        for warning in report.warnings if report.outcome != "unchanged" else ():
            OUT.print(f"[yellow]look at[/yellow] {Path(report.path).name}: {warning}", highlight=False)
    counts = Counter(report.outcome for report in reports)
    told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("added", "replaced", "unchanged", "failed"))
    warned = sum(1 for report in reports if report.warnings)
    OUT.print(
        f"{len(reports)} files: {told}; {warned} with remarks. The base holds {health['versions']} versions, {health['clauses']} clauses."
    )


_STATUSES = ("in_force", "superseded", "future", "unknown")


@click.command()
@AS_JSON
@with_base
def status(opened: Opened, as_json: bool) -> None:
    """Tell what the base holds, and what is in force today. Exit code 1 when the store is not well.

    \b
    Example: python -m policy_kb status
    """
    with opened.opened() as base:
        health, versions, named = base.health(), base.list_versions(), base.version
    today = clock.today()
    kinds = {
        kind: Counter(version.status_on(today) for version in versions if version.kind == kind)
        for kind in sorted({version.kind for version in versions})
    }
    if as_json:
        counted = {kind: {name: counts[name] for name in _STATUSES} for kind, counts in kinds.items()}
        print_json({"kb_version": named, "health": health, "kinds": counted})
    else:
        _show_status(named, health, kinds)
    if not health["ok"]:
        raise SystemExit(1)


def _show_status(named: str, health: dict[str, object], kinds: dict[str, Counter[str]]) -> None:
    table = Table("kind", "versions", "in force", "superseded", "future", "unknown")
    for kind, counts in kinds.items():
        table.add_row(kind, str(sum(counts.values())), *[str(counts[name]) for name in _STATUSES])
    OUT.print(f"{named}: {json.dumps(health, ensure_ascii=False, default=str)}", highlight=False, markup=False)
    if kinds:
        OUT.print(table)


@click.command("check-catalogue")
@click.option("--as-of", type=DAY, help="Check against the law of this day (default: today).")
@AS_JSON
@with_base
def check(opened: Opened, as_of: Any, as_json: bool) -> None:
    """Look up every number of catalogue and decision tables in the clause it cites. Exit code 1 when one is not found there.

    \b
    Example: python -m policy_kb check-catalogue
    """
    with opened.opened() as base:
        findings = [*check_catalogue(base, as_of=day_of(as_of)), *check_tables(base)]
    wrong = [finding for finding in findings if finding.kind != "not_ingested"]
    if as_json:
        print_json({"ok": not wrong, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            OUT.print(f"{finding.kind:18} {finding.where}: {finding.message}", highlight=False, markup=False)
        OUT.print(f"{len(wrong)} wrong, {len(findings) - len(wrong)} texts not ingested.")
    if wrong:
        raise SystemExit(1)
