"""Which licence do I need, in the conversation: the decision tables of ``policy_kb.guidance``, one fact a message.

What is known stands in ``pending`` (table, facts in the order given, words they were heard in, day), so that it stays
with the conversation. The page of ``portal.guide`` asks the same tables.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import url_for
from flask_babel import gettext as _

from policy_kb import Answer, clock, guidance
from portal.chat.answers import draft_of_answer
from portal.chat.flows import Draft
from portal.chat.lexicon import says
from portal.chat.topics import questions
from portal.chat.turn import Turn
from portal.knowledge import policy_base

FLOW = "guide"
BACK, UNSURE = "<", "?"


def pending_of(turn: Turn) -> dict[str, Any]:
    """What the guide asks now; empty while it asks nothing."""
    pending = turn.conversation.pending or {}
    return pending if pending.get("flow") == FLOW else {}


def answer(turn: Turn) -> list[Draft]:
    """The reply to the asked fact: a choice, words that name one (also of an earlier fact), back, or not sure."""
    pending = pending_of(turn)
    if not pending:
        return show_menu(turn)
    option = turn.payload.get("option") or turn.payload.get("value")
    if option == BACK or (option is None and says("back", turn.text)):
        return _back(turn)
    if option == UNSURE or (option is None and says("unsure", turn.text)):
        return explain(turn)
    table, facts, heard, day = _read_pending(pending)
    question = table.find_question(pending["field_id"])
    assert question is not None
    if option is not None and question.find_choice(str(option)):
        return go_on(turn, table, {**facts, question.id: str(option)}, heard, day)
    found = guidance.hear(table, turn.text)
    if not found:
        text = _("I did not recognise that as one of the answers. Choose one, or say “not sure”.")
        return [Draft("notice", text), *turn.ask_again()]
    if pending["field_id"] in found:  # "我们是药店" answers who sells, and does not take back that it is sold online
        found = {fact: each for fact, each in found.items() if fact == pending["field_id"] or fact not in facts}
    facts |= {fact: each.code for fact, each in found.items()}
    return go_on(turn, table, facts, {**heard, **found}, day)


def current_question(turn: Turn) -> tuple[list[Draft], dict[str, Any] | None]:
    """What is being asked, in the turn's language, under the step it has; no message when the tables say otherwise now."""
    table, facts, heard, day = _read_pending(pending_of(turn))
    step = guidance.take_step(table, facts, day)
    if step.question is None:
        return [], None
    draft, pending = _ask(turn, step, facts, heard, count=int(pending_of(turn)["count"]))
    return [draft], pending


def explain(turn: Turn) -> list[Draft]:
    """Not sure, skip and why: how to find out, with the clause, and what each answer comes to; then the same question."""
    pending = pending_of(turn)
    if not pending:
        return show_menu(turn)
    table, facts, _heard, day = _read_pending(pending)
    step = guidance.take_step(table, facts, day)
    told = draft_of_answer(guidance.explain(policy_base(), step, turn.language))
    return [told, *turn.ask_again()]


def stop(turn: Turn) -> list[Draft]:
    turn.ask([], None)
    return [
        Draft(
            "notice",
            _("I have stopped. Ask me anything, or start the guide again."),
            buttons=({"label": _("Which licence do I need?"), "payload": {"intent": "find_service", "guide": ""}},),
        )
    ]


def _back(turn: Turn) -> list[Draft]:
    """The newest fact is taken back and asked again; before the first one the list of tables."""
    table, facts, heard, day = _read_pending(pending_of(turn))
    if not facts:
        return show_menu(turn)
    newest = list(facts)[-1]
    del facts[newest]
    heard.pop(newest, None)
    return go_on(turn, table, facts, heard, day)


def show_menu(turn: Turn) -> list[Draft]:
    """The tables to choose from."""
    buttons: list[dict[str, Any]] = [
        {
            "label": table.name.in_language(turn.language),
            "payload": {"intent": "find_service", "guide": table.id},
        }
        for table in guidance.load_tables()
    ]
    buttons.append({"label": _("All services"), "url": url_for("services.index")})
    text = _("I ask a few questions and tell you what to apply for. What is it about?")
    return turn.ask([Draft("text", text, buttons=tuple(buttons), data={"status": "clarify"})], None)


def go_on(
    turn: Turn, table: guidance.Table, facts: dict[str, str], heard: dict[str, guidance.Heard], day: date
) -> list[Draft]:
    """Ask the next fact, or tell the outcome."""
    step = guidance.take_step(table, facts, day)
    if step.row:
        turn.ask([], None)
        return settle(turn, table, facts, heard, day)
    draft, pending = _ask(turn, step, facts, heard, count=int(pending_of(turn).get("count", 0)) + 1)
    return turn.ask([draft], pending)


def _ask(
    turn: Turn, step: guidance.Step, facts: dict[str, str], heard: dict[str, guidance.Heard], *, count: int
) -> tuple[Draft, dict[str, Any]]:
    question = step.question
    assert question is not None
    token = f"guide:{count}:{question.id}"
    known = guidance.list_facts(step, turn.language, heard)
    lines = [_("· %(label)s: %(value)s", label=fact.label, value=fact.value) for fact in known]
    noted = [_("Which licence you need. I have noted:"), *lines] if lines else [_("Which licence you need.")]
    options = [{"value": c.code, "label": c.name.in_language(turn.language)} for c in question.choices]
    buttons = [_press(each["label"], each["value"], token) for each in options]
    buttons += [_press(_("I am not sure"), UNSURE, token), _press(_("Back"), BACK, token)]
    pending = {
        "flow": FLOW,
        "kind": "choice",
        "type": "choice",
        "field_id": question.id,
        "options": options,
        "step": token,
        "count": count,
        "table": step.table.id,
        "facts": list(facts.items()),
        "heard": {fact: [each.code, each.words] for fact, each in heard.items()},
        "day": step.day.isoformat(),
    }
    text = "\n".join([*noted, question.ask.in_language(turn.language)])
    return Draft("text", text, buttons=tuple(buttons), data={"status": "clarify", "guide": step.table.id}), pending


def _press(label: str, option: str, token: str) -> dict[str, Any]:
    return {"label": label, "payload": {"intent": "answer_field", "option": option, "step": token}}


def settle(
    turn: Turn, table: guidance.Table, facts: Mapping[str, str], heard: Mapping[str, guidance.Heard], day: date
) -> list[Draft]:
    """The outcome with its trace, a button to change each fact, and its page."""
    step = guidance.take_step(table, facts, day)
    told = guidance.answer_step(policy_base(), step, turn.language, question=turn.text, heard=heard)
    questions.remember(turn, told)
    draft = draft_of_answer(told)
    buttons = (*draft.buttons, *_change_buttons(told, step), _page_button(step))
    return [Draft(draft.kind, draft.text, draft.answer, buttons, {**draft.data, "guide": told.reason_code})]


def reopen(step: guidance.Step, facts: Mapping[str, str], ask: str = "") -> dict[str, Any]:
    """What a button carries that opens a table with facts known, asking ``ask`` anew."""
    return {
        "intent": "find_service",
        "guide": step.table.id,
        "facts": urlencode(list(facts.items())),
        "ask": ask,
        "day": step.day.isoformat(),
    }


def _change_buttons(told: Answer, step: guidance.Step) -> list[dict[str, Any]]:
    return [
        {"label": _("Change: %(label)s", label=fact.label), "payload": reopen(step, step.facts, fact.id)}
        for fact in told.facts
    ]


def _page_button(step: guidance.Step) -> dict[str, Any]:
    query: dict[str, Any] = dict(step.facts)
    if step.day != clock.today():
        query["as_of"] = step.day.isoformat()
    return {"label": _("Open as a page"), "url": url_for("guide.table", table_id=step.table.id, **query)}


def _read_pending(
    pending: dict[str, Any],
) -> tuple[guidance.Table, dict[str, str], dict[str, guidance.Heard], date]:
    heard = {fact: guidance.Heard(code, words) for fact, (code, words) in pending["heard"].items()}
    return guidance.get_table(pending["table"]), dict(pending["facts"]), heard, read_day(pending["day"])


def read_pairs(written: Any) -> dict[str, str]:
    """Facts as a button carries them (``class=II&how=online``)."""
    pairs = (each.partition("=") for each in str(written or "").split("&") if each)
    return {fact: code for fact, _equals, code in pairs}


def read_day(written: Any) -> date:
    """The day whose law is asked for, as a button carries it (ISO); today when it names none."""
    return date.fromisoformat(str(written)) if written else clock.today()
