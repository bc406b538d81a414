"""Hold what the ingest reads against the files and the collector's manifest."""

from dataclasses import asdict
from pathlib import Path

import click

from policy_kb.commands.options import AS_JSON, OUT, print_json, progress_bar
from policy_kb.errors import UnreadableText
from policy_kb.ingest import read_manifest
from policy_kb.ingest.checking import GOAL, Checked, check_file, rate
from policy_kb.intake import list_files


@click.command("check-ingest")
@click.argument("folder", type=click.Path(path_type=Path))
@AS_JSON
def check_ingest(folder: Path, as_json: bool) -> None:
    """Read a folder and compare with its manifest.csv and a second count of articles. Exit code 1 below the goals.

    \b
    Example: python -m policy_kb check-ingest laws/
    """
    manifest = read_manifest(folder)
    checked: list[Checked] = []
    failed: list[str] = []
    files = list_files(folder)
    with progress_bar("check", hidden=as_json) as tell:
        for done, path in enumerate(files, 1):
            try:
                checked.append(check_file(path, manifest))
            except UnreadableText as error:
                failed.append(str(error))
            tell(done, len(files), path.name)
    rates = rate(checked)
    if as_json:
        print_json(
            {
                "files": len(files),
                "rates": rates,
                "equal": rate(checked, strict=True),
                "goals": GOAL,
                "failed": failed,
                "texts": [asdict(e) for e in checked],
            }
        )
    else:
        _show(checked, rates, failed)
    if failed or any(rates.get(name, 1.0) < goal for name, goal in GOAL.items()):
        raise SystemExit(1)


def _show(checked: list[Checked], rates: dict[str, float], failed: list[str]) -> None:
    for error in failed:
        OUT.print(f"[red]not read[/red] {error}", highlight=False)
    for each in checked:
        if each.read != each.counted or each.noted not in {-1, each.read}:
            OUT.print(
                f"《{each.title}》 articles: read {each.read}, counted {each.counted}, manifest {each.noted}",
                highlight=False,
            )
        for found in each.differences:
            told = f"《{found.title}》 {found.field}: read {found.ours or '—'}, manifest {found.theirs}"
            OUT.print(f"{found.verdict:15} {told}", highlight=False, markup=False)
    equal = rate(checked, strict=True)
    for name, share in rates.items():
        OUT.print(
            f"{name:16} {share:.2%} (goal {GOAL[name]:.0%}; equal to the manifest {equal[name]:.2%})", highlight=False
        )


__all__ = ["check_ingest"]
