"""Find, read and ask."""

from dataclasses import asdict, replace
from datetime import date
from typing import Any

import click

from policy_kb import clock
from policy_kb.address import address_of, format_address, parse_address, parse_headings
from policy_kb.answering.explaining import explain_search
from policy_kb.base import PolicyBase
from policy_kb.commands.options import AS_JSON, DAY, OUT, Opened, day_of, print_json, with_base
from policy_kb.commands.records import answer_record, explained_record, hit_record
from policy_kb.model import Address, Clause, Hit, Part, Version

_SIGNS_SHOWN = 8  # of some forty; --json has all that added anything


@click.command()
@click.argument("text")
@click.option("--as-of", type=DAY, help="Only law in force on this day (default: today).")
@click.option("--limit", default=10, show_default=True)
@click.option("--all-versions", is_flag=True, help="Past and future wordings too.")
@click.option("--explain", is_flag=True, help="In the order in which an answer weighs them, with what each sign added.")
@AS_JSON
@with_base
def search(opened: Opened, text: str, as_of: Any, limit: int, all_versions: bool, explain: bool, as_json: bool) -> None:
    """Find clauses, best first.

    \b
    Example: python -m policy_kb search 经营许可证延续 --limit 5
    """
    if explain and all_versions:
        raise click.UsageError(
            "--explain weighs the law of one day; leave out --all-versions, or name a day with --as-of"
        )
    if explain:
        return _explain(opened, text, day_of(as_of), limit, as_json)
    day = None if all_versions else day_of(as_of)
    with opened.opened() as base:
        hits = base.search(text, as_of=day, limit=limit)
        loaded = bool(base.list_versions())
    if as_json:
        found = [hit_record(hit, day or clock.today()) for hit in hits]
        print_json({"query": text, "as_of": day, "hits": found})
        return
    for hit in hits:
        _show_hit(hit, f"{hit.score:6.1f}")
    if not hits:
        OUT.print(_nothing(loaded))


def _show_hit(hit: Hit, score: str) -> None:
    place = format_address(Address(hit.clause.article, hit.clause.sub, hit.paragraph), hit.clause.label)
    OUT.print(f"[bold]{score}[/bold] 《{hit.version.title}》{place}  ({hit.version.label})", highlight=False)
    OUT.print(f"       {hit.clause.text[:120]}", highlight=False, markup=False)


def _nothing(loaded: bool) -> str:
    return "Nothing found." if loaded else "No texts are loaded; run: python -m policy_kb ingest FOLDER"


def _explain(opened: Opened, text: str, day: date, limit: int, as_json: bool) -> None:
    with opened.opened() as base:
        found = explain_search(base, text, day, limit)
        loaded = bool(base.list_versions())
    if as_json:
        print_json({"query": text, "as_of": day, "hits": [explained_record(each, day) for each in found]})
        return
    for each in found:
        _show_hit(each.hit, f"{each.score:6.2f}")
        told = "  ".join(f"{share.sign} {share.added:+.2f} ({share.value:.2f})" for share in each.shares[:_SIGNS_SHOWN])
        OUT.print(f"       {told}", highlight=False, markup=False, style="dim")
    OUT.print(f"ordered by {found[0].by}; sign, what it added (what it measured)" if found else _nothing(loaded))


@click.command()
@click.argument("title")
@click.argument("place", required=False)
@click.option("--as-of", type=DAY, help="The wording of this day (default: today).")
@AS_JSON
@with_base
def show(opened: Opened, title: str, place: str | None, as_of: Any, as_json: bool) -> None:
    """Print a text, or one PLACE of it (16, 第十六条第二款第（三）项, 16.2.3, 附件1, 第三章), as in force on a day.

    \b
    Example: python -m policy_kb show 医疗器械监督管理条例 42 --as-of 2024-05-01
    """
    under = parse_headings(place or "")
    at = None if under else _read_place(place)
    with opened.opened() as base:
        version = base.find_version(title, as_of=day_of(as_of))
        if version is None:
            raise click.ClickException(_not_held(base, title, day_of(as_of)))
        whole = base.get_version(version.id)
        if under:
            whole = replace(whole, clauses=tuple(base.list_under(version, place or "")))
        part = base.find_part_of(version, at) if at else None
    if under and not whole.clauses:
        raise click.ClickException(f"《{whole.title}》 has no {''.join(under)}")
    if at and part is None:
        raise click.ClickException(
            f"《{whole.title}》 has no {format_address(at)}; its last article is {max(c.article for c in whole.clauses)}"
        )
    if as_json:
        print_json(_as_record(whole, part))
        return
    _show_head(whole)
    if part is None or part.at == address_of(part.clause):
        _show_clauses([part.clause] if part else list(whole.clauses))
    else:
        OUT.print(f"{format_address(part.at, part.clause.label)}\n{part.text}", highlight=False, markup=False)


def _read_place(place: str | None) -> Address | None:
    if place is None:
        return None
    at = parse_address(place)
    if at is None:
        raise click.BadParameter(
            f"{place!r} names no place; write for example 第十六条第二款第（三）项, 16.2.3, 附件1 or 第三章"
        )
    return at


def _as_record(version: Version, part: Part | None) -> dict[str, Any]:
    head = {name: value for name, value in asdict(version).items() if name not in {"clauses", "findings"}}
    if part:
        return {
            "version": head,
            "place": format_address(part.at, part.clause.label),
            "at": asdict(part.at),
            "text": part.text,
        }
    return {"version": head, "clauses": [asdict(clause) for clause in version.clauses]}


def _not_held(base: PolicyBase, title: str, day: date) -> str:
    near = [f"《{version.title}》 {version.label}" for version in base.list_versions() if title in version.title]
    told = f"; there are {', '.join(near[:8])}" if near else ""
    return f"no version of 《{title}》 is in force on {day.isoformat()} in this base{told}"


def _show_head(version: Version) -> None:
    until = f" until {version.in_force_to}" if version.in_force_to else ""
    OUT.print(f"[bold]《{version.title}》[/bold] {version.label}", highlight=False)
    OUT.print(
        f"{version.issuer}  {version.document_number}  in force from {version.in_force_from}{until}", highlight=False
    )
    if version.status_note:
        OUT.print(version.status_note, highlight=False, markup=False)


def _show_clauses(clauses: list[Clause]) -> None:
    headings: tuple[str, ...] = ()
    for clause in clauses:
        if clause.headings != headings:
            headings = clause.headings
            OUT.print(" / ".join(headings), style="dim", highlight=False, markup=False)
        OUT.print(f"{clause.label} {clause.text}", highlight=False, markup=False)


@click.command()
@click.argument("question")
@click.option("--as-of", type=DAY, help="Answer by the law of this day (default: that of the question, else today).")
@click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of the answer (default: that of the question).")
@AS_JSON
@with_base
def answer(opened: Opened, question: str, as_of: Any, lang: str | None, as_json: bool) -> None:
    """Answer a question as the portal does, with its citations.

    \b
    Example: python -m policy_kb answer "药品经营许可证有效期几年"
    """
    with opened.opened() as base:
        reply = base.answer(question, language=lang, as_of=as_of.date() if as_of else None)
    if as_json:
        print_json(answer_record(reply))
        return
    OUT.print(
        f"[dim]{reply.status} {reply.label or reply.reason_code} confidence {reply.confidence:.2f} {reply.kb_version}[/dim]",
        highlight=False,
    )
    OUT.print(reply.text, highlight=False, markup=False)
    for number, cited in enumerate(reply.citations, 1):
        OUT.print(
            f"[{number}] 《{cited.title}》{cited.label} ({cited.version}) {cited.quote[:100]}",
            highlight=False,
            markup=False,
        )
