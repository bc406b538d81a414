"""A question in the person's own words, also in the middle of a form."""

import logging
from dataclasses import asdict

from flask import url_for
from flask_babel import gettext as _

from policy_kb import Answer, PolicyBaseError, Topic
from portal.applications import chat as applications
from portal.chat import memory, unanswered
from portal.chat.answers import ask_base, draft_of_answer
from portal.chat.flows import Draft
from portal.chat.topics import disputes, explaining, guessing, status
from portal.chat.turn import Turn
from portal.errors import PortalError
from portal.knowledge import policy_base

# Characters; longer questions say themselves what they are about.
LONGEST_ASIDE = {"zh": 40, "en": 110}

log = logging.getLogger(__name__)


def ask(turn: Turn) -> list[Draft]:
    """The answer with its clauses; then what was being asked is asked again."""
    question = str(turn.payload.get("question") or turn.text)
    answered = explaining.explain(turn, question) or [*answer_question(turn, question), *guessing.offer(turn)]
    return [*answered, *turn.ask_again()]


def answer_question(turn: Turn, question: str) -> list[Draft]:
    """Ask the policy base with the conversation's topic; keep the new topic; count what could not be answered."""
    if status.asks_own_records(question):
        return status.point_to_records(turn)
    try:
        answer = (
            disputes.answer_as_buyer(turn, question)
            or disputes.answer_of_goods(turn, question)
            or ask_base(turn, question)
        )
        answer = _about_the_open_form(turn, question, answer) or answer
    except PolicyBaseError as error:
        log.warning("policy base away in a conversation: %s", error)
        return [_without_base()]
    remember(turn, answer)
    if answer.label == "application_progress":
        return status.matters(turn)
    if status.asks_own_expiry(question):
        return status.list_renewals(turn)
    if answer.status in ("clarify", "refused") and status.asks_renewal(question):
        return status.list_renewals(turn)
    return [draft_of_answer(answer)]


def _about_the_open_form(turn: Turn, question: str, answer: Answer) -> Answer | None:
    """While a form is filled in, a short question that names no item is about that form's item, when it has an answer."""
    pending = turn.conversation.pending or {}
    if pending.get("flow") != "application":
        return None
    try:
        item_id, variant_id = applications.find_subject(turn.identity, str(pending.get("draft_id") or ""))
    except PortalError:
        return None  # whoever asks may not see the draft any more
    item = policy_base().catalogue.items.get(item_id)
    if item is None:
        return None
    settled = answer.status not in ("answered", "clarify", "refused") or (
        answer.service and answer.service.id == item.id
    )
    if settled or len(question) > LONGEST_ASIDE[turn.language] or policy_base().catalogue.find_items(question):
        return None
    variant = item.find_variant(variant_id)
    name = " ".join(named.name.in_language(turn.language) for named in (item, variant) if named)
    scoped = policy_base().answer(f"{name}: {question}", language=turn.language)
    about_it = scoped.service is not None and scoped.service.id == item.id
    # where nobody knows the answer, it is this item's that nobody knows
    return scoped if about_it and (scoped.status == "answered" or answer.status != "answered") else None


def remember(turn: Turn, answer: Answer) -> None:
    """Keep the topic, and the question when it was not answered."""
    if answer.topic != Topic():
        memory.keep(turn.conversation, asdict(answer.topic))
    if answer.status in ("refused", "clarify"):
        unanswered.note(answer.question, answer.language, answer.reason_code or answer.status, answer.confidence)


def _without_base() -> Draft:
    return Draft(
        "notice",
        _(
            "The policy base cannot be reached just now, so I will not guess. You can look through the service list, make a complaint or report, or leave a message for a member of staff."
        ),
        buttons=(
            {"label": _("Service list"), "url": url_for("services.index")},
            {"label": _("Complain or report"), "url": url_for("complaints.index")},
            {"label": _("Leave a message"), "payload": {"intent": "talk_to_person"}},
        ),
        data={"reason": "base_away"},
    )
