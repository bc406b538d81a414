"""Law in time: the history of a text, two wordings side by side, and what of ours rests on clauses that changed."""

from datetime import timedelta
from typing import Any

import click
from rich.text import Text

from policy_kb import clock
from policy_kb.commands.options import AS_JSON, DAY, OUT, Opened, day_of, print_json, with_base
from policy_kb.commands.records import comparison_record, history_record, transition_record
from policy_kb.model import Version
from policy_kb.timeline import (
    ClauseChange,
    DocumentHistory,
    Transition,
    VersionLink,
    describe_transition,
    find_named_version,
    list_transitions,
    mark_reviewed,
    trace_document,
)
from policy_kb.versions import describe_status

_YEAR = 366
_QUIET = {"same", "renumbered"}
_MARKS = {"same": ("", ""), "gone": ("[-", "-]"), "new": ("{+", "+}")}
_STYLES = {"same": "", "gone": "red strike", "new": "green underline"}


@click.command()
@click.argument("title")
@click.option("--as-of", type=DAY, help="Mark the version in force on this day (default: today).")
@AS_JSON
@with_base
def history(opened: Opened, title: str, as_of: Any, as_json: bool) -> None:
    """List the versions of a text and who amended, replaced or repealed it.

    \b
    Example: python -m policy_kb history 药品管理法实施条例
    """
    day = day_of(as_of)
    with opened.opened() as base:
        found = trace_document(base, title)
    if as_json:
        print_json(history_record(found, day))
        return
    _show_versions(found, found.version_on(day))
    OUT.print("[bold]Changes[/bold]" if found.links else "No text tells of a change.")
    for link in found.links:
        _show_link(link)


def _show_versions(found: DocumentHistory, held: Version | None) -> None:
    OUT.print(f"[bold]《{found.title}》[/bold]", highlight=False)
    for version in found.versions:
        mark = "→" if held and version.id == held.id else " "
        until = version.in_force_to.isoformat() if version.in_force_to else ""
        begins = version.in_force_from or "unknown day"
        OUT.print(f" {mark} {version.label}  in force {begins} … {until}  {version.id}", highlight=False)
        if version.status_note:
            OUT.print(f"      {describe_status(version, 'en')}", style="dim", highlight=False, markup=False)


def _show_link(link: VersionLink) -> None:
    subject = f"《{link.earlier_title}》"
    by = f" by 《{link.by_title}》{link.by_label}" if link.by_title and link.by_title != link.told else ""
    if link.kind == "replaced" and link.later_title:
        by = f" by 《{link.later_title}》{link.by_label}"
    when = ", ".join(f"{word} {day}" for word, day in (("decided", link.decided), ("effective", link.effective)) if day)
    OUT.print(f"   {link.kind:9}{subject}{by} ({when or 'on a day no text tells'})", highlight=False)
    if link.told:
        source = " [from the manifest]" if link.source == "manifest" else ""
        OUT.print(f"             {link.told}{source}", style="dim", highlight=False, markup=False)


@click.command()
@click.argument("old")
@click.argument("new")
@click.option("--all", "everything", is_flag=True, help="Clauses that stayed, or only moved, too.")
@AS_JSON
@with_base
def diff(opened: Opened, old: str, new: str, everything: bool, as_json: bool) -> None:
    """Compare two wordings clause by clause. OLD and NEW are TITLE@LABEL, TITLE@DAY, TITLE (today) or version ids.

    \b
    Example: python -m policy_kb diff 医疗器械监督管理条例@2021-02-09 医疗器械监督管理条例@2024-12-06
    """
    today = clock.today()
    with opened.opened() as base:
        before, after = (find_named_version(base, name, today) for name in (old, new))
        transition = describe_transition(base, before, after)
    if as_json:
        print_json(comparison_record(transition.comparison, list(transition.touched), today, everything))
        return
    _show_comparison(transition, everything)


def _show_comparison(transition: Transition, everything: bool) -> None:
    for sign, version in (("-", transition.old), ("+", transition.new)):
        OUT.print(f"{sign} 《{version.title}》 {version.label}  in force from {version.in_force_from}", highlight=False)
        if version.incomplete:
            OUT.print(f"  this text is known to be cut: {version.incomplete}", style="yellow", markup=False)
    counts = transition.comparison.count()
    OUT.print(", ".join(f"{number} {kind}" for kind, number in counts.items()) + "\n", highlight=False)
    for change in transition.comparison.changes:
        if everything or change.kind not in _QUIET:
            _show_change(change)
    for touched in transition.touched:
        OUT.print(f"rests on it: {touched.where} ({touched.change.kind})", highlight=False, markup=False)


def _show_change(change: ClauseChange) -> None:
    olds, news = ("、".join(clause.label for clause in side) for side in (change.old, change.new))
    OUT.print(f"{change.kind}: {olds or '—'} → {news or '—'}", style="bold", highlight=False, markup=False)
    if change.kind in _QUIET:
        return
    line = Text()
    for run in change.runs:
        before, after = _MARKS[run.kind]
        line.append(f"{before}{run.text}{after}", style=_STYLES[run.kind])
    OUT.print(line)
    OUT.print()


@click.command()
@click.option("--since", type=DAY, help="Changes of law that count from this day on (default: a year ago).")
@click.option("--all", "everything", is_flag=True, help="What has been looked at, too.")
@click.option("--done", metavar="KEY", multiple=True, help="Note that this entry has been looked at (may be repeated).")
@AS_JSON
@with_base
def review(opened: Opened, since: Any, everything: bool, done: tuple[str, ...], as_json: bool) -> None:
    """List facts, FAQs and guides that rest on clauses which changed, until somebody has looked at them.

    \b
    Example: python -m policy_kb review --since 2026-01-01
    """
    today = clock.today()
    with opened.opened() as base:
        transitions = list_transitions(base, since.date() if since else today - timedelta(days=_YEAR))
        known = {touched.key for each in transitions for touched in each.touched}
        unknown = [key for key in done if key not in known]
        if unknown:
            raise click.ClickException(f"there is no entry {unknown[0]!r}; run review --all to see the keys")
        if done:
            mark_reviewed(base, done, today)
            transitions = list_transitions(base, since.date() if since else today - timedelta(days=_YEAR))
    if as_json:
        print_json({"day": today, "transitions": [transition_record(each, today) for each in transitions]})
        return
    _show_transitions(transitions, everything)


def _show_transitions(transitions: list[Transition], everything: bool) -> None:
    waiting = 0
    for each in transitions:
        shown = [touched for touched in each.touched if everything or not touched.seen]
        how = "read anew" if each.reread else f"《{each.old.title}》 {each.old.label} → {each.new.label}"
        OUT.print(f"[bold]《{each.new.title}》[/bold] from {each.effective} ({how})", highlight=False)
        for touched in shown:
            olds, news = ("、".join(c.label for c in side) or "—" for side in (touched.change.old, touched.change.new))
            OUT.print(f"   {touched.where}: {touched.change.kind}, {olds} → {news}", highlight=False, markup=False)
            OUT.print(f"      {touched.key}", style="dim", highlight=False, markup=False)
        waiting += sum(1 for touched in each.touched if not touched.seen)
    OUT.print(f"{waiting} to look at; note one as done with: python -m policy_kb review --done KEY", highlight=False)
