"""Reads a decision table strictly, as the rest of the catalogue is read: a misspelt field is an error, not a silent gap."""

from collections.abc import Mapping
from typing import Any

from policy_kb.catalogue.fields import Fields, shown
from policy_kb.guidance.tables import KINDS, Choice, Question, Row, Said, Table


def read_table(raw: Any, file: str) -> Table:
    """One table from the content of ``tables/<id>.yml``; CatalogueError names file and field."""
    fields = Fields(raw, f"{file}: ")
    questions = fields.entries("questions", _read_question)
    rows = fields.entries("rows", _read_row)
    table = Table(
        id=fields.string("id"),
        place=fields.whole("place"),
        name=fields.text("name"),
        summary=fields.text("summary"),
        about=fields.phrases("about"),
        outranks=fields.strings("outranks"),
        begins=fields.day("begins"),
        questions=questions,
        rows=rows,
        heard=fields.entries("heard", _read_said),
    )
    fields.done()
    _check_codes(table, file)
    return table


def _read_question(fields: Fields) -> Question:
    question = Question(
        id=fields.string("id"),
        label=fields.text("label"),
        ask=fields.text("ask"),
        choices=fields.entries("choices", _read_choice),
        find_out=fields.text("find_out"),
        cites=fields.cites("text"),
    )
    fields.done()
    if len(question.choices) < 2:
        raise fields.fail("choices", "a question has at least two choices")
    return question


def _read_choice(fields: Fields) -> Choice:
    choice = Choice(
        fields.string("code"),
        fields.text("name"),
        fields.phrases("says"),
        fields.strings("beats"),
        bool(fields.take("leads", False)),
    )
    fields.done()
    return choice


def _read_row(fields: Fields) -> Row:
    kind = fields.string("kind", KINDS)
    services = tuple(_service(each) for each in fields.strings("services"))
    if (kind == "apply") != bool(services):
        raise fields.fail("services", "kind apply names service items, no other kind does")
    row = Row(
        id=fields.string("id"),
        when={fact: _listed(fields, fact, codes) for fact, codes in _mapping(fields, "when").items()},
        kind=kind,
        text=fields.text("text"),
        cites=fields.cites("text"),
        services=services,
        case={fact: str(code) for fact, code in _mapping(fields, "case").items()},
        case_day=fields.find_day("case_day"),
        starts=fields.find_day("from"),
        ends=fields.find_day("to"),
    )
    fields.done()
    return row


def _read_said(fields: Fields) -> Said:
    said = Said(fields.string("said"), {fact: str(code) for fact, code in _mapping(fields, "facts").items()})
    fields.done()
    return said


def _service(written: str) -> tuple[str, str]:
    item, _colon, variant = written.partition(":")
    return item, variant


def _mapping(fields: Fields, name: str) -> Mapping[str, Any]:
    value = fields.take(name)
    if not isinstance(value, dict):
        raise fields.fail(name, f"must be a mapping of facts, not {shown(value)}")
    return value


def _listed(fields: Fields, fact: str, codes: Any) -> tuple[str, ...]:
    found = tuple(codes) if isinstance(codes, list) else (codes,)
    if not found or not all(isinstance(code, str) for code in found):
        raise fields.fail("when", f"{fact}: must be a code or a list of codes, not {shown(codes)}")
    return found


def _check_codes(table: Table, file: str) -> None:
    """Every fact and code named by rows, cases, sentences and choices exists, and every row has its case."""
    where = f"{file}: "
    for row in table.rows:
        _check_facts(table, dict(row.when), f"{where}rows[{row.id}].when")
        _check_facts(table, {f: (c,) for f, c in (row.case or {}).items()}, f"{where}rows[{row.id}].case")
    for said in table.heard:
        _check_facts(table, {f: (c,) for f, c in said.facts.items()}, f"{where}heard[{said.text}].facts")
    for question in table.questions:
        for choice in question.choices:
            _check_facts(table, {question.id: choice.beats}, f"{where}questions[{question.id}].beats")
    for name, ids in (("questions", [q.id for q in table.questions]), ("rows", [r.id for r in table.rows])):
        doubled = sorted({each for each in ids if ids.count(each) > 1})
        if doubled:
            raise Fields({}, where).fail(name, f"the id {', '.join(doubled)} is used twice")


def _check_facts(table: Table, named: Mapping[str, tuple[str, ...]], where: str) -> None:
    for fact, codes in named.items():
        question = table.find_question(fact)
        if question is None:
            known = ", ".join(each.id for each in table.questions)
            raise Fields({}, where).fail(fact, f"is not asked; there are {known}")
        strange = [code for code in codes if code not in question.codes]
        if strange:
            raise Fields({}, where).fail(
                fact, f"{', '.join(strange)} is not a choice; there are {', '.join(question.codes)}"
            )
