"""The front door of chat for views, the bot's API and other rooms. Identity first; ownership is checked here (A9)."""

import hmac
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from policy_kb import clock
from portal.audit import service as audit
from portal.chat import counting, gateway, memory, previewing, records, retention, unanswered
from portal.chat.flows import Draft, gate_view
from portal.chat.gateway import Result
from portal.chat.handover import beside, canned, canned_edits, citing, desk, gate, line, timeouts
from portal.chat.handover.office import init_office
from portal.chat.handover.telling import write_place
from portal.chat.masking import mask
from portal.chat.models import Conversation, Feedback, Message
from portal.chat.ordering import is_answering
from portal.chat.rasa import ProcessState, rasa_line
from portal.chat.signing import sign_button
from portal.chat.unanswered import list_unanswered, list_unanswered_texts, set_unanswered_status
from portal.errors import Invalid, Missing, NotSignedIn
from portal.extensions import db
from portal.identity.service import Identity
from portal.language import LANGUAGES, current_language

__all__ = [
    "Conversation",
    "accept_call",
    "add_feedback",
    "apply_due_handovers",
    "beside",
    "canned",
    "canned_edits",
    "citing",
    "counting",
    "desk",
    "find_handover",
    "get_by_token",
    "get_own",
    "init_office",
    "list_messages",
    "list_own",
    "list_rasa",
    "list_unanswered",
    "list_unanswered_texts",
    "note_typing",
    "retention",
    "set_unanswered_status",
    "start",
    "take",
    "write_place",
]

TYPING_LASTS = timedelta(seconds=8)  # a sign of writing is sent every four seconds
REASONS = ("wrong", "missing", "unclear", "outdated", "other")


def start(identity: Identity, language: str, origin: str) -> tuple[Conversation, str]:
    """A new conversation, greeted; with its bearer token, told only now. The caller commits."""
    if language not in LANGUAGES:
        raise Invalid(
            _("Languages are: %(codes)s.", codes=", ".join(LANGUAGES)), fields={"language": ", ".join(LANGUAGES)}
        )
    conversation, token = records.add_conversation(language, origin, identity.account_id, identity.party_code)
    records.add_drafts(conversation, None, [_greeting()])
    return conversation, token


def _greeting() -> Draft:
    return Draft(
        "text",
        _(
            "Hello, I am Wenban. Ask me about drugs, medical devices or cosmetics, or tell me what you want to get done. I show the clause behind every answer. I am a program; nothing I say is a decision. Please leave out personal numbers."
        ),
    )


def get_by_token(conversation_id: str, token: str) -> Conversation:
    """The conversation whose bearer token this is; the same NotSignedIn for a wrong token and an unknown id."""
    conversation = records.find_conversation(conversation_id[:64])
    known = conversation.token_hash if conversation else records.hash_token("")
    if not token or not hmac.compare_digest(records.hash_token(token), known) or conversation is None:
        raise NotSignedIn(_("This conversation does not open with this token. Start a new one."))
    return conversation


def get_own(identity: Identity, conversation_id: str, *, session_id: str = "") -> Conversation:
    """A conversation of the signed-in account, or the one this browser session holds; Missing for everybody else.

    A session's conversation becomes the account's when its holder signs in, and is then closed to other accounts.
    The caller commits.
    """
    conversation = db.session.get(Conversation, conversation_id[:64])
    if conversation is not None and not retention.is_emptied(conversation):
        if conversation.account_id is None and conversation.id == session_id:
            if identity.signed_in:
                conversation.account_id = identity.account_id
                audit.record(identity.actor, "claim", "conversation", conversation.id)
            conversation.party_code = identity.party_code
            return conversation
        if identity.signed_in and conversation.account_id == identity.account_id:
            conversation.party_code = identity.party_code
            return conversation
    raise Missing(_("There is no such conversation for you. Start a new one; older ones show when you sign in."))


def list_own(identity: Identity) -> list[Conversation]:
    """The account's conversations, newest first; none for somebody who is not signed in."""
    return records.list_own_conversations(identity.account_id) if identity.account_id is not None else []


def list_messages(conversation: Conversation, after: int = 0) -> list[dict[str, Any]]:
    """Messages in reading order as JSON."""
    return records.messages_json(records.list_messages(conversation.id, after))


def find_title(conversation: Conversation) -> str:
    """How a list names a conversation: the first thing the person said."""
    first = next((m for m in records.list_messages(conversation.id, limit=50) if m.role == "user"), None)
    return first.text[:40] if first else ""


def take(
    conversation: Conversation,
    *,
    text: str = "",
    button: str = "",
    message_id: str | None = None,
    item: str = "",
    person: bool = False,
    preview: bool = False,
) -> dict[str, Any]:
    """One message through the gateway: ``{"messages": [user's, replies…], "pending", "status", "degraded"}``. Commits.

    ``person`` asks for a person without any words. With ``preview`` a text in which something would be starred is not
    sent: the status is "preview" and ``preview`` says how it would be kept (see ``previewing``).
    """
    seen = previewing.find_preview(conversation, text) if preview and text and not button and not person else None
    if seen is not None:
        return {
            "messages": [],
            "degraded": False,
            **state_of(conversation),
            "status": "preview",
            "preview": asdict(seen),
        }
    if person:
        button = sign_button(conversation.id, {"intent": "talk_to_person"}, _("Talk to a person"))
    if item and item.isalnum() and len(item) <= 10 and not conversation.pending:
        memory.keep(conversation, {"item": item.upper()})
    result: Result = gateway.take_turn(conversation, text=text, button=button, client_id=message_id)
    return {
        "messages": records.messages_json([result.message, *result.replies]),
        "pending": result.pending,
        "status": result.message.state,
        "degraded": result.degraded,
        "kept": list_kept(conversation),
        "handover": find_handover(conversation),
    }


def state_of(conversation: Conversation) -> dict[str, Any]:
    """What is being asked, and whether an answer is on its way."""
    status = "answering" if is_answering(conversation) else "waiting"
    return {
        "pending": gate_view(conversation.pending),
        "status": status,
        "kept": list_kept(conversation),
        "handover": find_handover(conversation),
    }


def find_handover(conversation: Conversation) -> dict[str, Any] | None:
    """Where the wish for a person stands, with the button that withdraws it; None when nothing is open."""
    request = line.find_open(conversation.id)
    if request is None:
        return None
    label = _("Back to the assistant")
    seen = request.officer_typing_at
    return {
        "number": request.number,
        "state": request.state,
        "ahead": line.count_ahead(request),
        "promised_for": request.promised_for.isoformat() if request.promised_for else None,
        "text": write_place(request),
        "typing": bool(seen and clock.now() - seen < TYPING_LASTS),
        "withdraw": {"label": label, "token": sign_button(conversation.id, {"intent": gate.WITHDRAW}, label)},
    }


def apply_due_handovers() -> int:
    """Let the clock move every hand-over whose time is over; how many moved. The caller commits."""
    return timeouts.apply_due()


def note_typing(conversation: Conversation) -> None:
    """The person is writing. The caller commits."""
    gate.note_typing(conversation)


def list_kept(conversation: Conversation) -> list[dict[str, str]]:
    """What the conversation keeps in mind, each with the button that takes it away (see ``memory``)."""
    return [asdict(chip) for chip in memory.list_chips(conversation, current_language())]


def accept_call(conversation_id: str, verb: str, call: dict[str, Any]) -> list[dict[str, str]]:
    """A call of the bot within an open turn (see ``gateway``). Commits."""
    return gateway.accept_call(conversation_id, verb, call)


def list_rasa() -> list[ProcessState]:
    """Every process of Rasa as it says it is now; each that does not answer costs two seconds."""
    return rasa_line().look_at_all()


def add_feedback(
    conversation: Conversation, message_id: int, helpful: bool, reason: str = "", comment: str = ""
) -> Feedback:
    """What the person thought of one reply of their own conversation; the last word counts. The caller commits."""
    message = db.session.get(Message, message_id)
    if message is None or message.conversation_id != conversation.id or message.role == "user":
        raise Missing(_("There is no such answer in this conversation."))
    if reason and reason not in REASONS:
        raise Invalid(_("Reasons are: %(codes)s.", codes=", ".join(REASONS)), fields={"reason": ", ".join(REASONS)})
    kept = db.session.query(Feedback).filter_by(message_id=message.id).one_or_none()
    if kept is None:
        kept = Feedback(message_id=message.id)
        db.session.add(kept)
    kept.helpful, kept.reason, kept.at = helpful, reason, clock.now()
    kept.comment = mask(comment.strip()[:500]).text[:500]
    if not helpful:
        _note_bad_answer(conversation, message, reason)
    return kept


def _note_bad_answer(conversation: Conversation, message: Message, reason: str) -> None:
    answer = (message.payload or {}).get("answer") or {}
    asked = db.session.get(Message, message.turn) if message.turn else None
    question = str(answer.get("question") or (asked.text if asked else ""))
    if question:
        code = f"not_helpful_{reason}" if reason else "not_helpful"
        unanswered.note(
            question, str(answer.get("language") or conversation.language), code, float(answer.get("confidence") or 0)
        )
