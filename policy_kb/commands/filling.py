"""Bring texts in, and look at what the base holds."""

import json
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from policy_kb import clock
from policy_kb.base import PolicyBase
from policy_kb.catalogue import check_catalogue
from policy_kb.commands.options import DAY, OUT, Opened, day_of, with_base
from policy_kb.model import FileReport


@click.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a report for people.")
@with_base
def ingest(opened: Opened, path: Path, as_json: bool) -> None:
    """Read a legal text, or all of a folder; unchanged files are skipped. Exit code 1 when a file could not be read."""
    with opened.opened() as base:
        reports = _ingest_shown(base, path, hidden=as_json)
        health = base.health()
    if as_json:
        click.echo(
            json.dumps({"files": [_as_record(report) for report in reports], "base": health}, ensure_ascii=False)
        )
    else:
        _show_reports(reports, health)
    if any(report.outcome == "failed" for report in reports):
        raise SystemExit(1)


def _ingest_shown(base: PolicyBase, path: Path, hidden: bool) -> list[FileReport]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=hidden) as bar:
        task = bar.add_task("ingest", total=None)

        def show(done: int, total: int, name: str) -> None:
            bar.update(task, completed=done, total=total, description=name[:40])

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


@click.command()
@with_base
def status(opened: Opened) -> None:
    """What the base holds, and what is in force today."""
    with opened.opened() as base:
        health, versions, named = base.health(), base.list_versions(), base.version
    today = clock.today()
    table = Table("kind", "versions", "in force", "superseded", "future", "unknown")
    for kind in sorted({version.kind for version in versions}):
        counts = Counter(version.status_on(today) for version in versions if version.kind == kind)
        shown = [str(counts[name]) for name in ("in_force", "superseded", "future", "unknown")]
        table.add_row(kind, str(sum(counts.values())), *shown)
    OUT.print(f"{named}: {json.dumps(health, ensure_ascii=False, default=str)}", highlight=False, markup=False)
    if versions:
        OUT.print(table)
    if not health["ok"]:
        raise SystemExit(1)


@click.command("check-catalogue")
@click.option("--as-of", type=DAY, help="Check against the law of this day (default: today).")
@with_base
def check(opened: Opened, as_of: Any) -> None:
    """Look up every catalogue number in the clause it cites. Exit code 1 when one is not found there."""
    with opened.opened() as base:
        findings = check_catalogue(base, as_of=day_of(as_of))
    for finding in findings:
        OUT.print(f"{finding.kind:18} {finding.where}: {finding.message}", highlight=False, markup=False)
    wrong = [finding for finding in findings if finding.kind != "not_ingested"]
    OUT.print(f"{len(wrong)} wrong, {len(findings) - len(wrong)} texts not ingested.")
    if wrong:
        raise SystemExit(1)
