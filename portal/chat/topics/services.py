"""Which service item do I need?"""

from flask import url_for
from flask_babel import gettext as _

from policy_kb import Answer, PolicyBaseError, catalogue
from portal.chat.answers import ask_base, draft_of_answer
from portal.chat.flows import Draft
from portal.chat.topics import questions
from portal.chat.turn import Turn
from portal.knowledge import policy_base

MOST_ITEMS = 4


def find(turn: Turn) -> list[Draft]:
    """The items that fit, as buttons that open their page; the policy base's own answer leads when it has one."""
    try:
        answer = ask_base(turn)
        items = list_items(turn, answer)
    except PolicyBaseError:
        return questions.ask(turn)
    questions.remember(turn, answer)
    if len(items) == 1:
        turn.conversation.topic = {**(turn.conversation.topic or {}), "item": items[0].id}
    lead = [draft_of_answer(answer)] if answer.status not in ("refused", "clarify") or not items else []
    return [*lead, *([_choice(items, turn.language)] if items else []), *turn.ask_again()]


def list_items(turn: Turn, answer: Answer) -> list[catalogue.ServiceItem]:
    """Items named by entities or words, then the answer's own."""
    known = policy_base().catalogue
    ids = [str(e.get("value")) for e in turn.entities if e.get("entity") == "service_item"]
    ids += [item.id for item in known.find_items(turn.text)]
    ids += [answer.service.id] if answer.service else []
    found = []
    for item_id in dict.fromkeys(ids):
        try:
            found.append(known.get_item(item_id))
        except catalogue.UnknownItem:
            continue  # the bot may have been trained with another catalogue
    return found[:MOST_ITEMS]


def _choice(items: list[catalogue.ServiceItem], language: str) -> Draft:
    lines = [
        _("These service items fit what you said:"),
        *(f"· {i.name.in_language(language)}: {i.summary.in_language(language)}" for i in items),
    ]
    buttons = [{"label": i.name.in_language(language), "url": url_for("services.item", item_id=i.id)} for i in items]
    return Draft(
        "text",
        "\n".join(lines),
        buttons=tuple(buttons),
        data={
            "items": [i.id for i in items],
            "service": items[0].id,
            "status": "clarify" if len(items) > 1 else "answered",
        },
    )
