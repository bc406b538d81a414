"""Keeping the base: index anew, carry it elsewhere in one file, and ask what ails it."""

from dataclasses import asdict
from pathlib import Path

import click

from policy_kb.answering.cards import index_of
from policy_kb.answering.shelf import Shelf
from policy_kb.catalogue import load_catalogue
from policy_kb.commands.options import AS_JSON, OUT, Opened, print_json, progress_bar, with_base
from policy_kb.dense import SETTING, find_dense
from policy_kb.upkeep import Contents, examine, export_base, import_base

_STYLES = {"ok": "green", "warning": "yellow", "error": "red"}


@click.command()
@AS_JSON
@with_base
def reindex(opened: Opened, as_json: bool) -> None:
    """Build the search index anew from the texts kept, and swap it in at once; questions are answered meanwhile.

    \b
    Example: python -m policy_kb reindex
    """
    with opened.opened() as base, progress_bar("reindex", hidden=as_json) as tell:
        health = base.reindex(progress=tell)
    if as_json:
        print_json(health)
    else:
        OUT.print(f"Indexed {health['versions']} versions, {health['clauses']} clauses anew ({health['engine']}).")


@click.command()
@AS_JSON
def embed(as_json: bool) -> None:
    """Turn all the catalogue asks into vectors and keep them beside the text model, so that no start waits for it.

    \b
    Example: python -m policy_kb embed
    """
    dense = find_dense()
    if dense is None:
        raise click.ClickException(f"there is no text model: set {SETTING} to its folder (docs/operating.md)")
    catalogue = load_catalogue()
    index_of(catalogue.cards)
    Shelf(catalogue)
    told = {"cards": len(catalogue.cards), "zh": dense.zh.model.width, "en": dense.en.model.width}
    if as_json:
        print_json(told)
    else:
        OUT.print(f"{told['cards']} cards and all entries can be compared by meaning.")


@click.command("export")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@AS_JSON
@with_base
def export(opened: Opened, file: Path, as_json: bool) -> None:
    """Write texts, versions, notes and overlay to one FILE with checksums, to carry them to another machine or store.

    \b
    Example: python -m policy_kb export wenban-2026-11-24.tar.gz
    """
    try:
        with opened.opened() as base, progress_bar("export", hidden=as_json) as tell:
            contents = export_base(base, file, tell)
    except OSError as error:
        raise click.ClickException(
            f"{file}: cannot be written ({error.strerror}); choose another place or make room"
        ) from error
    _tell_contents(contents, as_json, f"Wrote {file}")


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--replace",
    "replace_all",
    is_flag=True,
    help="Replace what the base holds; without it, only an empty base is filled.",
)
@AS_JSON
@with_base
def import_(opened: Opened, file: Path, replace_all: bool, as_json: bool) -> None:
    """Fill the base from an exported FILE. All of it is verified before anything is written.

    \b
    Example: python -m policy_kb import wenban-2026-11-24.tar.gz --store elasticsearch
    """
    with opened.opened() as base, progress_bar("import", hidden=as_json) as tell:
        contents = import_base(base, file, replace_all=replace_all, progress=tell)
    _tell_contents(contents, as_json, f"Read {file} of {contents.made_at}")


def _tell_contents(contents: Contents, as_json: bool, told: str) -> None:
    if as_json:
        print_json(asdict(contents))
        return
    counted = f"{contents.versions} versions, {contents.clauses} clauses, {contents.notes} notes"
    OUT.print(f"{told}: {counted} ({contents.kb_version}, from {contents.engine}).", highlight=False, markup=False)


@click.command()
@AS_JSON
@with_base
def doctor(opened: Opened, as_json: bool) -> None:
    """Check folder, store, index, texts, dates, catalogue, clock and words; each finding says what to do. Exit code 1 on an error.

    \b
    Example: python -m policy_kb doctor
    """
    findings = examine(opened.data, opened.open)
    wrong = sum(1 for finding in findings if finding.level == "error")
    if as_json:
        print_json({"ok": not wrong, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            OUT.print(f"[{_STYLES[finding.level]}]{finding.level:8}[/] {finding.check}: ", end="", highlight=False)
            OUT.print(finding.told, highlight=False, markup=False)
            if finding.do:
                OUT.print(f"         → {finding.do}", highlight=False, markup=False)
        warned = sum(1 for finding in findings if finding.level == "warning")
        OUT.print(f"{wrong} errors, {warned} warnings.")
    if wrong:
        raise SystemExit(1)
