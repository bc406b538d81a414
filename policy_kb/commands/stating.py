"""What the texts state: duties with their deadlines, terms, references and who refers."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

import click

from policy_kb.address import format_address, parse_address
from policy_kb.base import PolicyBase
from policy_kb.commands.options import AS_JSON, DAY, OUT, Opened, day_of, print_json, with_base
from policy_kb.errors import UnknownDocument
from policy_kb.model import Deadline, Obligation, Reference, Stating, Version

_TITLE = click.option("--title", default="", help="Only of this text, in its order.")
_DAY = click.option("--as-of", type=DAY, help="By the law of this day (default: today).")
_LIMIT = click.option("--limit", default=20, show_default=True, help="At most so many.")


@click.command()
@click.argument("text", default="")
@_TITLE
@_DAY
@_LIMIT
@AS_JSON
@click.option("--dated", is_flag=True, help="Only duties with a deadline.")
@with_base
def obligations(opened: Opened, text: str, title: str, as_of: Any, limit: int, as_json: bool, dated: bool) -> None:
    """Find duties by words: who must (not) do what, by when.

    \b
    Example: python -m policy_kb obligations 不良事件报告 --dated
    """
    _need(text, title)
    with opened.opened() as base:
        found = base.stated.list_obligations(text, title=title, as_of=day_of(as_of), dated=dated, limit=limit)
    _show(found, as_json, _show_obligation)


@click.command()
@click.argument("text", default="")
@_TITLE
@_DAY
@_LIMIT
@AS_JSON
@with_base
def terms(opened: Opened, text: str, title: str, as_of: Any, limit: int, as_json: bool) -> None:
    """Find what the texts define, by a part of the term.

    \b
    Example: python -m policy_kb terms 医疗器械召回
    """
    _need(text, title)
    with opened.opened() as base:
        found = base.stated.list_terms(text, title=title, as_of=day_of(as_of), limit=limit)
    _show(
        found,
        as_json,
        lambda each: OUT.print(f"{each.what.term}: {each.what.definition}", markup=False, highlight=False),
    )


@click.command()
@click.argument("title")
@click.argument("place", required=False)
@_DAY
@AS_JSON
@click.option("--to", "incoming", is_flag=True, help="Who refers to it, instead of what it refers to.")
@with_base
def references(opened: Opened, title: str, place: str | None, as_of: Any, as_json: bool, incoming: bool) -> None:
    """What a text (or one PLACE of it, e.g. 第二十条) refers to; with --to, who refers to it.

    \b
    Example: python -m policy_kb references 医疗器械监督管理条例 第二十条 --to
    """
    at = parse_address(place) if place else None
    if place and at is None:
        raise click.BadParameter(f"{place!r} names no place; write for example 第二十条第一款, 20.1 or 附件1")
    with opened.opened() as base:
        version = _get_version(base, title, day_of(as_of))
        if incoming:
            found = base.stated.list_referring(version, at, as_of=day_of(as_of))
        else:
            found = [Stating(version, "", each) for each in base.stated.list_references(version, at)]
    _show(found, as_json, _show_reference)


def _get_version(base: PolicyBase, title: str, day: Any) -> Version:
    version = base.find_version(title, as_of=day)
    if version is None:
        raise UnknownDocument(f"no version of 《{title}》 is in force on {day.isoformat()} in this base")
    return version


def _need(text: str, title: str) -> None:
    if not text and not title:
        raise click.UsageError("give words to look for, or --title for all of one text")


def _show(found: Sequence[Stating[Any]], as_json: bool, show: Any) -> None:
    if as_json:
        print_json({"found": [_as_record(each) for each in found]})
        return
    for each in found:
        OUT.print(
            f"[bold]《{each.version.title}》{format_address(each.what.at)}[/bold] ({each.version.label})",
            highlight=False,
        )
        show(each)
    if not found:
        OUT.print("Nothing found.")


def _as_record(each: Stating[Any]) -> dict[str, Any]:
    told = asdict(each.what)
    if isinstance(each.what, Reference):
        told["meant"] = told.pop("title")
    return {
        "title": each.version.title,
        "version": each.version.id,
        "place": format_address(each.what.at),
        **told,
    }


def _show_obligation(each: Stating[Obligation]) -> None:
    who = each.what.subject or "—"
    OUT.print(f"  {who} | {each.what.duty}", markup=False, highlight=False)
    for deadline in each.what.deadlines:
        OUT.print(f"  {_span(deadline)}", style="dim", markup=False, highlight=False)


def _span(deadline: Deadline) -> str:
    unit = deadline.unit.replace("_", " ") + ("s" if deadline.amount > 1 else "")
    return f"{deadline.bound} {deadline.amount} {unit}" + (f", from or to: {deadline.event}" if deadline.event else "")


def _show_reference(each: Stating[Reference]) -> None:
    meant = (
        "至".join(map(format_address, each.what.targets))
        if each.what.last
        else "、".join(map(format_address, each.what.targets))
    )
    title = f"《{each.what.title}》" if each.what.title else ""
    OUT.print(f"  {each.what.quote} → {title}{meant}", markup=False, highlight=False)


__all__ = ["obligations", "references", "terms"]
