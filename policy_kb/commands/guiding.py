"""Which licence do I need, from a terminal."""

from typing import Any

import click

from policy_kb import guidance
from policy_kb.base import PolicyBase
from policy_kb.catalogue import load_catalogue
from policy_kb.commands.options import AS_JSON, DAY, OUT, Opened, day_of, print_json, with_base
from policy_kb.commands.records import citation_record


@click.command()
@click.argument("table", required=False)
@click.option("--fact", "facts", multiple=True, metavar="NAME=CODE", help="A fact that is known; may be repeated.")
@click.option("--text", default="", help="What somebody says; the table and facts are taken from it.")
@click.option("--as-of", type=DAY, help="By the law of this day (default: that of the text, else today).")
@click.option(
    "--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="Language of the answer."
)
@click.option("--lint", is_flag=True, help="Go through every combination of facts instead; exit code 1 on a fault.")
@AS_JSON
@with_base
def guide(
    opened: Opened,
    table: str | None,
    facts: tuple[str, ...],
    text: str,
    as_of: Any,
    lang: str,
    lint: bool,
    as_json: bool,
) -> None:
    """Which licence do I need: ask a decision table, or list the tables.

    \b
    Example: python -m policy_kb guide devices --fact does=sell --fact class=III
    """
    if lint:
        _lint(table, as_json)
        return
    found = guidance.get_table(table) if table else guidance.find_table(guidance.load_tables(), text) if text else None
    if found is None:
        _list_tables(as_json, asked=bool(text))
        return
    heard = guidance.hear(found, text) if text else {}
    known = {fact: each.code for fact, each in heard.items()} | guidance.read_facts(found, _split(facts))
    day = as_of.date() if as_of else guidance.find_law_day(text) or day_of(None)
    step = guidance.take_step(found, known, day)
    with opened.opened() as base:
        record = _step_record(base, step, lang, heard)
    if as_json:
        print_json(record)
    else:
        _show(record)


def _split(facts: tuple[str, ...]) -> dict[str, str]:
    found = {}
    for fact in facts:
        name, equals, code = fact.partition("=")
        if not equals:
            raise click.BadParameter(f"{fact!r} is not NAME=CODE; write for example --fact class=III")
        found[name.strip()] = code.strip()
    return found


def _list_tables(as_json: bool, *, asked: bool) -> None:
    tables = guidance.load_tables()
    if as_json:
        print_json({"tables": [{"id": table.id, "name": table.name.zh, "name_en": table.name.en} for table in tables]})
        return
    if asked:
        OUT.print("No table is about this text. There are:")
    for table in tables:
        OUT.print(f"{table.id:15} {table.name.zh}  {table.name.en}", highlight=False)


def _step_record(
    base: PolicyBase, step: guidance.Step, language: str, heard: dict[str, guidance.Heard]
) -> dict[str, Any]:
    record: dict[str, Any] = {
        "table": step.table.id,
        "as_of": step.day,
        "facts": dict(step.facts),
        "heard": {fact: each.words for fact, each in heard.items() if fact in step.facts},
        "question": None,
        "outcome": None,
    }
    if step.question:
        record["question"] = _question_record(base, step, language)
    else:
        record["outcome"] = _outcome_record(base, step, language, heard)
    return record


def _question_record(base: PolicyBase, step: guidance.Step, language: str) -> dict[str, Any]:
    question = step.question
    assert question is not None
    cites = guidance.list_citations(base, question.cites, step.day)
    return {
        "id": question.id,
        "text": question.ask.in_language(language),
        "choices": [{"code": c.code, "name": c.name.in_language(language)} for c in question.choices],
        "find_out": question.find_out.in_language(language),
        "citations": [citation_record(each) for each in cites],
        "prospects": guidance.list_prospects(base, step, language),
    }


def _outcome_record(
    base: PolicyBase, step: guidance.Step, language: str, heard: dict[str, guidance.Heard]
) -> dict[str, Any]:
    answer = guidance.answer_step(base, step, language, heard=heard)
    row = step.rows[0]
    return {
        "row": row.id,
        "kind": row.kind,
        "text": answer.text,
        "services": [{"item": item, "variant": variant} for item, variant in row.services],
        "trace": [{"fact": fact.id, "label": fact.label, "value": fact.value} for fact in answer.facts],
        "citations": [citation_record(each) for each in answer.citations],
    }


def _show(record: dict[str, Any]) -> None:
    outcome, question = record["outcome"], record["question"]
    for fact, code in record["facts"].items():
        words = record["heard"].get(fact)
        OUT.print(f"  {fact} = {code}" + (f"  (“{words}”)" if words else ""), highlight=False, markup=False)
    if outcome:
        OUT.print(f"{record['table']}/{outcome['row']} on {record['as_of']}: {outcome['kind']}", highlight=False)
        OUT.print(outcome["text"], highlight=False, markup=False)
        for cited in outcome["citations"]:
            OUT.print(f"《{cited['title']}》{cited['label']} {cited['quote']}", highlight=False, markup=False)
        return
    OUT.print(f"{question['id']}: {question['text']}", highlight=False, markup=False)
    for choice in question["choices"]:
        OUT.print(f"  {choice['code']:10} {choice['name']}", highlight=False, markup=False)


def _lint(table: str | None, as_json: bool) -> None:
    tables = [guidance.get_table(table)] if table else list(guidance.load_tables())
    catalogue = load_catalogue()
    faults = {each.id: guidance.lint_table(each, catalogue) for each in tables}
    if as_json:
        print_json({"ok": not any(faults.values()), "faults": faults})
    else:
        for each in tables:
            told = "; ".join(faults[each.id]) or "no gap, no overlap, every test passes"
            OUT.print(f"{each.id}: {len(each.rows)} rows: {told}", highlight=False, markup=False)
    if any(faults.values()):
        raise SystemExit(1)
