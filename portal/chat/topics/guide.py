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

from policy_kb import Answer, PolicyBaseError, UnknownDocument, clock, guidance
from portal.chat.answers import ask_base, draft_of_answer
from portal.chat.flows import Draft
from portal.chat.lexicon import says
from portal.chat.topics import questions, services
from portal.chat.turn import Turn
from portal.knowledge import policy_base

FLOW = "guide"
BACK, UNSURE = "<", "?"
# Verbs that a typed wish for guidance may arrive at, as the classifier sees it.
OPENERS = ("answer/ask", "services/find", "applications/open")
# Where the classifier sends an answer to the guide by mistake: "在网上卖" sounds like a complaint, "返回" like going on.
REPLIES = (*OPENERS, "complaints/start", "applications/resume")
# Facts heard from which on the table itself leads: the base answers the general question, not this person's.
SPECIFIC = 2
LONGEST_WISH = 120  # characters; longer messages are stories, which the policy base reads
SETTLED_BY_BASE = ("routed", "emergency", "handoff", "greeting")


def take_up(verb: str, turn: Turn) -> list[Draft] | None:
    """The guide's reply to a wish for guidance, or to a word of its own while it asks; None when it is none of its business."""
    if turn.payload.get("guide") is not None:
        return _open_by_button(turn)
    if _pending(turn) and verb in REPLIES and not turn.payload and _is_reply(turn):
        return answer(turn)
    if verb not in OPENERS or turn.payload or len(turn.text) > LONGEST_WISH:
        return None
    return _open_by_words(verb, turn)


def _pending(turn: Turn) -> dict[str, Any]:
    pending = turn.conversation.pending or {}
    return pending if pending.get("flow") == FLOW else {}


def _is_reply(turn: Turn) -> bool:
    """Back, not sure, or a choice named without asking anything."""
    if says("back", turn.text) or says("unsure", turn.text):
        return True
    wants = any(says(wish, turn.text) for wish in ("question", "complaint", "report"))
    return bool(_hear(turn)) and not wants


def _hear(turn: Turn) -> dict[str, guidance.Heard]:
    return guidance.hear(guidance.get_table(_pending(turn)["table"]), turn.text)


def _open_by_button(turn: Turn) -> list[Draft]:
    """A table of the menu, or an outcome whose fact is to be changed (``ask``)."""
    named = str(turn.payload["guide"])
    if not named:
        return _menu(turn)
    try:
        table = guidance.get_table(named)
        facts = guidance.read_facts(table, _read_pairs(turn.payload.get("facts")))
    except (UnknownDocument, PolicyBaseError):
        return _menu(turn)  # the button is older than the tables
    asked = str(turn.payload.get("ask") or "")
    day = _read_day(turn.payload.get("day"))
    return _go_on(turn, table, {fact: code for fact, code in facts.items() if fact != asked}, {}, day)


def _open_by_words(verb: str, turn: Turn) -> list[Draft] | None:
    wish = guidance.wishes(turn.text)
    table = guidance.find_table(guidance.load_tables(), turn.text)
    if table is None:
        return _menu(turn) if wish and _wants_menu(verb, turn) else None
    day = guidance.find_law_day(turn.text) or clock.today()
    if day < table.begins:
        return None
    heard = guidance.hear(table, turn.text)
    facts = {fact: each.code for fact, each in heard.items()}
    step = guidance.take_step(table, facts, day)
    told_a_plan = verb == "services/find" and not says("question", turn.text) and len(facts) >= SPECIFIC
    if not wish and not (step.row and told_a_plan):
        return None
    told = _ask_base(turn)
    if told is None or told.status in SETTLED_BY_BASE:
        return None  # danger, a dispute, a matter of others: the base has the word
    if step.row:
        return [*_settle(turn, table, facts, heard, day), *turn.ask_again()]
    if turn.conversation.pending and _pending(turn).get("table", table.id) == table.id:
        return None  # an aside in this or another dialogue
    return _open_behind_answer(verb, turn, told, step, facts, heard)


def _ask_base(turn: Turn) -> Answer | None:
    try:
        return ask_base(turn)
    except PolicyBaseError:
        return None


def _open_behind_answer(
    verb: str,
    turn: Turn,
    told: Answer,
    step: guidance.Step,
    facts: dict[str, str],
    heard: dict[str, guidance.Heard],
) -> list[Draft] | None:
    """The first open question, behind the base's own answer, or behind what may come out when much is known already.

    A question that is answered and does not ask outright which licence is needed gets a button into the guide instead.
    """
    plain, specific = step.leads or guidance.asks_plainly(turn.text), step.leads or len(facts) >= SPECIFIC
    if told.status != "answered" and not step.leads:
        wanted = (plain and (specific or verb == "services/find")) or (told.status == "clarify" and facts)
        return _go_on(turn, step.table, facts, heard, step.day) if wanted else None
    if not (facts and plain):
        return None if verb == "applications/open" else _with_way_in(verb, turn, step, facts)
    if specific:
        told = guidance.preview(policy_base(), step, turn.language, question=turn.text)
    questions.remember(turn, told)
    return [draft_of_answer(told), *_go_on(turn, step.table, facts, heard, step.day)]


def _with_way_in(verb: str, turn: Turn, step: guidance.Step, facts: Mapping[str, str]) -> list[Draft]:
    """What is said without the guide, with a button into it."""
    drafts = services.find(turn) if verb == "services/find" else questions.ask(turn)
    lead = drafts[0]
    button = {"label": _("Step by step: which licence do I need?"), "payload": _reopen(step, facts)}
    return [Draft(lead.kind, lead.text, lead.answer, (*lead.buttons, button), lead.data, lead.role), *drafts[1:]]


def _reopen(step: guidance.Step, facts: Mapping[str, str], ask: str = "") -> dict[str, Any]:
    """What a button carries that opens a table with facts known, asking ``ask`` anew."""
    return {
        "intent": "find_service",
        "guide": step.table.id,
        "facts": urlencode(list(facts.items())),
        "ask": ask,
        "day": step.day.isoformat(),
    }


def _wants_menu(verb: str, turn: Turn) -> bool:
    """The plain wish to be guided: about no table, item or earlier topic."""
    named = policy_base().catalogue.find_items(turn.text) or turn.find_entity("service_item")
    hangs_on_topic = bool((turn.conversation.topic or {}).get("item")) and not guidance.asks_plainly(turn.text)
    return verb == "services/find" and not (named or hangs_on_topic or turn.conversation.pending)


def answer(turn: Turn) -> list[Draft]:
    """The reply to the asked fact: a choice, words that name one (also of an earlier fact), back, or not sure."""
    pending = _pending(turn)
    if not pending:
        return _menu(turn)
    option = turn.payload.get("option") or turn.payload.get("value")
    if option == BACK or (option is None and says("back", turn.text)):
        return _back(turn)
    if option == UNSURE or (option is None and says("unsure", turn.text)):
        return explain(turn)
    table, facts, heard, day = _read_pending(pending)
    question = table.find_question(pending["field_id"])
    assert question is not None
    if option is not None and question.find_choice(str(option)):
        return _go_on(turn, table, {**facts, question.id: str(option)}, heard, day)
    found = guidance.hear(table, turn.text)
    if not found:
        text = _("I did not recognise that as one of the answers. Choose one, or say “not sure”.")
        return [Draft("notice", text), *turn.ask_again()]
    if pending["field_id"] in found:  # "我们是药店" answers who sells, and does not take back that it is sold online
        found = {fact: each for fact, each in found.items() if fact == pending["field_id"] or fact not in facts}
    facts |= {fact: each.code for fact, each in found.items()}
    return _go_on(turn, table, facts, {**heard, **found}, day)


def current_question(turn: Turn) -> tuple[list[Draft], dict[str, Any] | None]:
    """What is being asked, in the turn's language, under the step it has; no message when the tables say otherwise now."""
    table, facts, heard, day = _read_pending(_pending(turn))
    step = guidance.take_step(table, facts, day)
    if step.question is None:
        return [], None
    draft, pending = _ask(turn, step, facts, heard, count=int(_pending(turn)["count"]))
    return [draft], pending


def explain(turn: Turn) -> list[Draft]:
    """Not sure, skip and why: how to find out, with the clause, and what each answer comes to; then the same question."""
    pending = _pending(turn)
    if not pending:
        return _menu(turn)
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
    table, facts, heard, day = _read_pending(_pending(turn))
    if not facts:
        return _menu(turn)
    newest = list(facts)[-1]
    del facts[newest]
    heard.pop(newest, None)
    return _go_on(turn, table, facts, heard, day)


def _menu(turn: Turn) -> list[Draft]:
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


def _go_on(
    turn: Turn, table: guidance.Table, facts: dict[str, str], heard: dict[str, guidance.Heard], day: date
) -> list[Draft]:
    """Ask the next fact, or tell the outcome."""
    step = guidance.take_step(table, facts, day)
    if step.row:
        turn.ask([], None)
        return _settle(turn, table, facts, heard, day)
    draft, pending = _ask(turn, step, facts, heard, count=int(_pending(turn).get("count", 0)) + 1)
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


def _settle(
    turn: Turn, table: guidance.Table, facts: Mapping[str, str], heard: Mapping[str, guidance.Heard], day: date
) -> list[Draft]:
    """The outcome with its trace, a button to change each fact, and its page."""
    step = guidance.take_step(table, facts, day)
    told = guidance.answer_step(policy_base(), step, turn.language, question=turn.text, heard=heard)
    questions.remember(turn, told)
    draft = draft_of_answer(told)
    buttons = (*draft.buttons, *_change_buttons(told, step), _page_button(step))
    return [Draft(draft.kind, draft.text, draft.answer, buttons, {**draft.data, "guide": told.reason_code})]


def _change_buttons(told: Answer, step: guidance.Step) -> list[dict[str, Any]]:
    return [
        {"label": _("Change: %(label)s", label=fact.label), "payload": _reopen(step, step.facts, fact.id)}
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
    return guidance.get_table(pending["table"]), dict(pending["facts"]), heard, _read_day(pending["day"])


def _read_pairs(written: Any) -> dict[str, str]:
    pairs = (each.partition("=") for each in str(written or "").split("&") if each)
    return {fact: code for fact, _equals, code in pairs}


def _read_day(written: Any) -> date:
    return date.fromisoformat(str(written)) if written else clock.today()
