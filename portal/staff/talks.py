"""One hand-over as the officer's desk shows it: transcript, what lies beside it, and the reply being written."""

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from flask_babel import gettext as _

from policy_kb import clock
from portal.chat import service as chat
from portal.curation import service as curation
from portal.errors import Invalid
from portal.identity.service import Identity, find_name, list_staff
from portal.language import current_language

ACTIONS = ("take", "send", "close", "transfer", "release", "hand_back")
TYPING_LASTS = timedelta(seconds=8)


@dataclass(slots=True)
class Reply:
    """The reply form: words, the clauses ticked (``keys``), and what was searched for."""

    text: str = ""
    keys: list[str] = field(default_factory=list)
    words: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """Everything on the right of the queue. ``mine``: taken by who looks; without ``open`` there is no transcript."""

    request: Any
    mine: bool
    open: bool
    holder: str
    place: str
    typing: bool
    messages: list[dict[str, Any]]
    facts: list[tuple[str, str]]
    clauses: list[dict[str, Any]]
    similar: list[Any]


def state_name(state: str) -> str:
    """A state in words."""
    return {
        "requested": _("being passed on"),
        "queued": _("in the queue"),
        "ticket": _("ticket"),
        "taken": _("taken"),
        "closed": _("closed"),
    }[state]


def outcome_name(outcome: str) -> str:
    """How a closed one ended, in words."""
    return {
        "answered": _("answered"),
        "handed_back": _("given back to the assistant"),
        "withdrawn": _("withdrawn by the person"),
        "silent": _("the person did not answer"),
    }.get(outcome, "")


def event_name(action: str) -> str:
    """What was done, for the message after it."""
    return {
        "take": _("Taken. The person sees it; what they write now comes to you."),
        "send": _("Sent into the conversation."),
        "transfer": _("Passed on to your colleague."),
        "release": _("Put back."),
        "hand_back": _("Given back to the assistant."),
    }[action]


def list_queue(identity: Identity) -> list[Any]:
    """The left side. The caller commits (the look is audited)."""
    return chat.desk.list_queue(identity)


def get_matter(identity: Identity, request_id: int, reply: Reply) -> Matter:
    """The right side. The caller commits (the look is audited)."""
    request = chat.desk.get_request(identity, request_id)
    readable = chat.desk.may_read(identity, request)
    messages = chat.desk.read_messages(identity, request) if readable else []
    question = reply.words or request.text
    return Matter(
        request=request,
        mine=request.state == "taken" and request.taken_by == identity.account_id,
        open=readable,
        holder=find_name(request.taken_by),
        place=chat.write_place(request),
        typing=is_typing(request),
        messages=messages,
        facts=chat.beside.list_facts(chat.desk.get_conversation(request), current_language()) if readable else [],
        clauses=chat.beside.list_clauses(messages),
        similar=chat.beside.list_similar(question, request) if readable else [],
    )


def is_typing(request: Any) -> bool:
    """Whether the person was writing a moment ago."""
    at = request.person_typing_at
    return bool(at and clock.now() - at < TYPING_LASTS)


def list_news(identity: Identity, request_id: int, after: int) -> tuple[Any, list[dict[str, Any]]]:
    """The request as it stands and what was written since; a look that shows something new is audited."""
    request = chat.desk.get_request(identity, request_id)
    return request, chat.desk.read_messages(identity, request, after) if chat.desk.may_read(identity, request) else []


def list_choices(reply: Reply, considered: list[dict[str, Any]]) -> list[tuple[Any, bool]]:
    """Clauses to tick: those chosen (ticked), then those found, then those the assistant ``considered``, as far as they are in
    force today."""
    chosen = [choice for choice in (chat.citing.find_choice(chat.citing.read_key(key)) for key in reply.keys) if choice]
    known = {choice.key for choice in chosen}
    found = [choice for choice in chat.citing.search(reply.words) if choice.key not in known]
    known |= {choice.key for choice in found}
    cited = [choice for choice in map(chat.citing.find_choice, considered) if choice and choice.key not in known]
    return [(choice, True) for choice in chosen] + [(choice, False) for choice in [*found, *cited]]


def list_canned() -> list[Any]:
    """Ready replies whose clauses are in force today."""
    return chat.canned.list_usable()


def add_canned(reply: Reply, canned_id: str, language: str) -> Reply:
    """The reply with a ready text and its clauses added; Invalid when it cannot be used today."""
    found = chat.canned.find_canned(canned_id)
    if found is None:
        message = _("This ready reply cannot be used today: choose another one.")
        raise Invalid(message, fields={"canned": message})
    words = found.text.zh if language == "zh" else found.text.en
    text = f"{reply.text.rstrip()}\n{words}".strip()
    return Reply(text, list(dict.fromkeys([*reply.keys, *chat.canned.keys_of(found)])), reply.words)


def list_colleagues(identity: Identity) -> list[tuple[int, str]]:
    """Other officers, to pass a matter on to."""
    return [(account.id, account.name) for account in list_staff("officer") if account.id != identity.account_id]


def act(identity: Identity, request_id: int, action: str, reply: Reply, colleague: int) -> str:
    """Do one thing and say what was done. The caller commits."""
    desk = chat.desk
    if action == "close":
        return _close(identity, request_id, reply)
    if action == "send":
        desk.reply(identity, request_id, reply.text, reply.keys)
    elif action == "transfer":
        desk.transfer(identity, request_id, colleague)
    elif action in ACTIONS:
        {"take": desk.take, "release": desk.release, "hand_back": desk.hand_back}[action](identity, request_id)
    else:
        raise Invalid(_("Choose one of the steps offered."), fields={"text": _("Choose one of the steps offered.")})
    return event_name(action)


def _close(identity: Identity, request_id: int, reply: Reply) -> str:
    """The final reply; with clauses it also becomes a draft FAQ, which only curators can publish."""
    request = chat.desk.close(identity, request_id, reply.text, reply.keys)
    draft = curation.draft_from_reply(
        identity,
        number=request.number,
        question=request.text,
        answer=request.final_text,
        language=request.language,
        cites=request.cites,
    )
    if draft is None:
        return _("Answered and closed. No clause was chosen, so no FAQ was drafted from it.")
    return _("Answered and closed. Your reply is now a draft FAQ; curators complete, check and publish it.")


def note_typing(identity: Identity, request_id: int) -> None:
    """The officer is writing. The caller commits."""
    chat.desk.note_typing(identity, request_id)
