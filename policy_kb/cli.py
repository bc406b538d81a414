"""The policy base from a terminal: fill it, search it, ask it, check it.

Output goes through rich for people; ``--json`` where a program reads it.
"""

import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from policy_kb import clock
from policy_kb.base import PolicyBase, open_policy_base
from policy_kb.catalogue import check_catalogue
from policy_kb.errors import PolicyBaseError
from policy_kb.model import Clause, FileReport, Version

_OUT = Console(soft_wrap=True)
_DAY = click.DateTime(formats=["%Y-%m-%d"])


class _Base:
    """The options shared by all commands, and the base they mean."""

    def __init__(self, data: Path, store: str, url: str, index: str) -> None:
        self.data, self.store, self.url, self.index = data, store, url, index

    @contextmanager
    def opened(self) -> Iterator[PolicyBase]:
        try:
            base = open_policy_base(self.data / "kb", self.store, self.url, self.index, _login())
            try:
                yield base
            finally:
                base.close()
        except PolicyBaseError as error:
            raise click.ClickException(str(error)) from error


def _login() -> dict[str, str]:
    """Secrets come from the environment only: arguments can be read by everybody on the machine."""
    return {
        name: os.environ.get(f"WENBAN_ELASTICSEARCH_{name.upper()}", "")
        for name in ("api_key", "user", "password", "ca")
    }


def _with_base(command: Any) -> Any:
    """Give a command the options that say which base it works on."""

    def run(data: Path, store: str, elasticsearch_url: str, elasticsearch_index: str, **options: Any) -> Any:
        return command(_Base(data, store, elasticsearch_url, elasticsearch_index), **options)

    run.__name__, run.__doc__ = command.__name__, command.__doc__
    run.__click_params__ = getattr(command, "__click_params__", [])  # type: ignore[attr-defined]
    for option in (
        click.option(
            "--elasticsearch-index", envvar="WENBAN_ELASTICSEARCH_INDEX", default="wenban", help="Index name prefix."
        ),
        click.option(
            "--elasticsearch-url",
            envvar="WENBAN_ELASTICSEARCH_URL",
            default="",
            help="Node, for --store elasticsearch.",
        ),
        click.option(
            "--store",
            envvar="WENBAN_STORE",
            type=click.Choice(["embedded", "elasticsearch"]),
            default="embedded",
            help="Where texts are kept.",
        ),
        click.option(
            "--data",
            envvar="WENBAN_DATA",
            type=click.Path(path_type=Path),
            default=Path("var"),
            show_default=True,
            help="Data folder.",
        ),
    ):
        run = option(run)
    return run


@click.group(help=__doc__)
def main() -> None:
    pass


@main.command()
@click.argument("path", type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of a report for people.")
@_with_base
def ingest(opened: _Base, path: Path, as_json: bool) -> None:
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
            _OUT.print(f"[red]not read[/red] {report.path}\n    {report.error}", highlight=False)
    for report in reports:
        for warning in report.warnings if report.outcome != "unchanged" else ():
            _OUT.print(f"[yellow]look at[/yellow] {Path(report.path).name}: {warning}", highlight=False)
    counts = Counter(report.outcome for report in reports)
    told = ", ".join(f"{counts[outcome]} {outcome}" for outcome in ("added", "replaced", "unchanged", "failed"))
    warned = sum(1 for report in reports if report.warnings)
    _OUT.print(
        f"{len(reports)} files: {told}; {warned} with remarks. The base holds {health['versions']} versions, {health['clauses']} clauses."
    )


@main.command()
@click.argument("text")
@click.option("--as-of", type=_DAY, help="Only law in force on this day (default: today).")
@click.option("--limit", default=10, show_default=True)
@click.option("--all-versions", is_flag=True, help="Past and future wordings too.")
@_with_base
def search(opened: _Base, text: str, as_of: Any, limit: int, all_versions: bool) -> None:
    """Find clauses."""
    day = None if all_versions else _day(as_of)
    with opened.opened() as base:
        hits = base.search(text, as_of=day, limit=limit)
        loaded = bool(base.list_versions())
    for hit in hits:
        part = f" 第{hit.paragraph}款" if hit.paragraph else ""
        _OUT.print(
            f"[bold]{hit.score:6.1f}[/bold] 《{hit.version.title}》{hit.clause.label}{part}  ({hit.version.label})",
            highlight=False,
        )
        _OUT.print(f"       {hit.clause.text[:120]}", highlight=False, markup=False)
    if not hits:
        _OUT.print("Nothing found." if loaded else "No texts are loaded; run: python -m policy_kb ingest FOLDER")


@main.command()
@click.argument("title")
@click.argument("article", type=int, required=False)
@click.option("--as-of", type=_DAY, help="The wording of this day (default: today).")
@_with_base
def show(opened: _Base, title: str, article: int | None, as_of: Any) -> None:
    """Print a text, or one article of it, as in force on a day."""
    with opened.opened() as base:
        version = base.find_version(title, as_of=_day(as_of))
        if version is None:
            raise click.ClickException(_not_held(base, title, _day(as_of)))
        whole = base.get_version(version.id)
    _show_head(whole)
    wanted = [clause for clause in whole.clauses if article is None or clause.article == article]
    if not wanted:
        raise click.ClickException(
            f"《{whole.title}》 has no article {article}; its last is {max(c.article for c in whole.clauses)}"
        )
    _show_clauses(wanted)


def _not_held(base: PolicyBase, title: str, day: date) -> str:
    near = [f"《{version.title}》 {version.label}" for version in base.list_versions() if title in version.title]
    told = f"; there are {', '.join(near[:8])}" if near else ""
    return f"no version of 《{title}》 is in force on {day.isoformat()} in this base{told}"


def _show_head(version: Version) -> None:
    until = f" until {version.in_force_to}" if version.in_force_to else ""
    _OUT.print(f"[bold]《{version.title}》[/bold] {version.label}", highlight=False)
    _OUT.print(
        f"{version.issuer}  {version.document_number}  in force from {version.in_force_from}{until}", highlight=False
    )
    if version.status_note:
        _OUT.print(version.status_note, highlight=False, markup=False)


def _show_clauses(clauses: list[Clause]) -> None:
    headings: tuple[str, ...] = ()
    for clause in clauses:
        if clause.headings != headings:
            headings = clause.headings
            _OUT.print(" / ".join(headings), style="dim", highlight=False, markup=False)
        _OUT.print(f"{clause.label} {clause.text}", highlight=False, markup=False)


@main.command()
@click.argument("question")
@click.option("--as-of", type=_DAY, help="Answer by the law of this day (default: today).")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of the answer (default: that of the question).")
@_with_base
def answer(opened: _Base, question: str, as_of: Any, lang: str | None) -> None:
    """Answer a question as the portal does, with its citations."""
    with opened.opened() as base:
        reply = base.answer(question, language=lang, as_of=_day(as_of))
    _OUT.print(
        f"[dim]{reply.status} {reply.label or reply.reason_code} confidence {reply.confidence:.2f} {reply.kb_version}[/dim]",
        highlight=False,
    )
    _OUT.print(reply.text, highlight=False, markup=False)
    for number, cited in enumerate(reply.citations, 1):
        _OUT.print(
            f"[{number}] 《{cited.title}》{cited.label} ({cited.version}) {cited.quote[:100]}",
            highlight=False,
            markup=False,
        )


@main.command()
@_with_base
def status(opened: _Base) -> None:
    """What the base holds, and what is in force today."""
    with opened.opened() as base:
        health, versions, named = base.health(), base.list_versions(), base.version
    today = clock.today()
    table = Table("kind", "versions", "in force", "superseded", "future", "unknown")
    for kind in sorted({version.kind for version in versions}):
        counts = Counter(version.status_on(today) for version in versions if version.kind == kind)
        shown = [str(counts[name]) for name in ("in_force", "superseded", "future", "unknown")]
        table.add_row(kind, str(sum(counts.values())), *shown)
    _OUT.print(f"{named}: {json.dumps(health, ensure_ascii=False, default=str)}", highlight=False, markup=False)
    if versions:
        _OUT.print(table)
    if not health["ok"]:
        raise SystemExit(1)


@main.command("check-catalogue")
@click.option("--as-of", type=_DAY, help="Check against the law of this day (default: today).")
@_with_base
def check(opened: _Base, as_of: Any) -> None:
    """Look up every catalogue number in the clause it cites. Exit code 1 when one is not found there."""
    with opened.opened() as base:
        findings = check_catalogue(base, as_of=_day(as_of))
    for finding in findings:
        _OUT.print(f"{finding.kind:18} {finding.where}: {finding.message}", highlight=False, markup=False)
    wrong = [finding for finding in findings if finding.kind != "not_ingested"]
    _OUT.print(f"{len(wrong)} wrong, {len(findings) - len(wrong)} texts not ingested.")
    if wrong:
        raise SystemExit(1)


def _day(value: Any) -> date:
    return value.date() if value else clock.today()


def run() -> None:
    """The command line, quiet when its reader goes away."""
    try:
        main(prog_name="python -m policy_kb")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        raise SystemExit(1) from None
