"""How the guide begins in the conversation: by a button, by a wish in words, or as the reply it waits for.

What it then asks and tells is ``guide``.
"""

from collections.abc import Mapping

from flask_babel import gettext as _

from policy_kb import Answer, PolicyBaseError, UnknownDocument, clock, guidance
from portal.chat.answers import ask_base, draft_of_answer
from portal.chat.flows import Draft
from portal.chat.lexicon import says
from portal.chat.topics import guide, questions, services
from portal.chat.turn import Turn
from portal.knowledge import policy_base

# Verbs that a typed wish for guidance may arrive at, as the classifier sees it.
OPENERS = ("answer/ask", "services/find", "applications/open")
# Where the classifier sends an answer to the guide by mistake: "在网上卖" sounds like a complaint, "返回" like going on.
REPLIES = (*OPENERS, "complaints/start", "applications/resume")
# … and where it sends a grievance told while the guide asks: words of it may name a choice (在网上买的) and are no reply.
TOLD_TO = ("guide/answer", "complaints/start")
SHORTEST_STORY = 12  # characters; shorter messages reply to what is asked
# Facts heard from which on the table itself leads: the base answers the general question, not this person's.
SPECIFIC = 2
LONGEST_WISH = 120  # characters; longer messages are stories, which the policy base reads
SETTLED_BY_BASE = ("routed", "emergency", "handoff", "greeting")


def take_up(verb: str, turn: Turn) -> list[Draft] | None:
    """The guide's reply to a wish for guidance, or to a word of its own while it asks; None when it is none of its business."""
    if turn.payload.get("guide") is not None:
        return _open_by_button(turn)
    if guide.pending_of(turn) and verb in TOLD_TO and not turn.payload and _tells_grievance(turn):
        return questions.ask(turn)
    if guide.pending_of(turn) and verb in REPLIES and not turn.payload and _is_reply(turn):
        return guide.answer(turn)
    if verb not in OPENERS or turn.payload or len(turn.text) > LONGEST_WISH:
        return None
    return _open_by_words(verb, turn)


def _is_reply(turn: Turn) -> bool:
    """Back, not sure, or a choice named without asking anything."""
    if says("back", turn.text) or says("unsure", turn.text):
        return True
    wants = any(says(wish, turn.text) for wish in ("question", "complaint", "report"))
    return bool(_hear(turn)) and not wants


def _tells_grievance(turn: Turn) -> bool:
    """A dispute or a lead for the authority, told at length; the base hears it for what it is."""
    told = _ask_base(turn) if len(turn.text) >= SHORTEST_STORY else None
    return told is not None and told.label in ("complaint", "report")


def _hear(turn: Turn) -> dict[str, guidance.Heard]:
    return guidance.hear(guidance.get_table(guide.pending_of(turn)["table"]), turn.text)


def _open_by_button(turn: Turn) -> list[Draft]:
    """A table of the menu, or an outcome whose fact is to be changed (``ask``)."""
    named = str(turn.payload["guide"])
    if not named:
        return guide.show_menu(turn)
    try:
        table = guidance.get_table(named)
        facts = guidance.read_facts(table, guide.read_pairs(turn.payload.get("facts")))
    except (UnknownDocument, PolicyBaseError):
        return guide.show_menu(turn)  # the button is older than the tables
    asked = str(turn.payload.get("ask") or "")
    day = guide.read_day(turn.payload.get("day"))
    return guide.go_on(turn, table, {fact: code for fact, code in facts.items() if fact != asked}, {}, day)


def _open_by_words(verb: str, turn: Turn) -> list[Draft] | None:
    wish = guidance.wishes(turn.text)
    table = guidance.find_table(guidance.load_tables(), turn.text)
    if table is None:
        return guide.show_menu(turn) if wish and _wants_menu(verb, turn) else None
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
        return [*guide.settle(turn, table, facts, heard, day), *turn.ask_again()]
    if turn.conversation.pending and guide.pending_of(turn).get("table", table.id) == table.id:
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
        return guide.go_on(turn, step.table, facts, heard, step.day) if wanted else None
    if not (facts and plain):
        return None if verb == "applications/open" else _with_way_in(verb, turn, step, facts)
    if specific:
        told = guidance.preview(policy_base(), step, turn.language, question=turn.text)
    questions.remember(turn, told)
    return [draft_of_answer(told), *guide.go_on(turn, step.table, facts, heard, step.day)]


def _with_way_in(verb: str, turn: Turn, step: guidance.Step, facts: Mapping[str, str]) -> list[Draft]:
    """What is said without the guide, with a button into it."""
    drafts = services.find(turn) if verb == "services/find" else questions.ask(turn)
    lead = drafts[0]
    button = {"label": _("Step by step: which licence do I need?"), "payload": guide.reopen(step, facts)}
    return [Draft(lead.kind, lead.text, lead.answer, (*lead.buttons, button), lead.data, lead.role), *drafts[1:]]


def _wants_menu(verb: str, turn: Turn) -> bool:
    """The plain wish to be guided: about no table, item or earlier topic."""
    named = policy_base().catalogue.find_items(turn.text) or turn.find_entity("service_item")
    hangs_on_topic = bool((turn.conversation.topic or {}).get("item")) and not guidance.asks_plainly(turn.text)
    return verb == "services/find" and not (named or hangs_on_topic or turn.conversation.pending)
