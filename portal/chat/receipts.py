"""Receipts of answers and transcripts of conversations: what they state, whose they are (A9), what a stranger is told.

A receipt keeps question, answer, facts and clause texts as they were given. A transcript keeps count, times and the hash;
its words stay with the conversation. A stranger with the code sees the answer and how its clauses stand today, never the
question (free text may name somebody in ways no mask knows), and of a transcript nothing that was said.
"""

import hmac
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flask import current_app
from flask_babel import gettext as _
from itsdangerous import BadSignature, URLSafeTimedSerializer

from policy_kb import PolicyBaseError
from portal.audit import service as audit
from portal.chat import clauses_now, records, retention
from portal.chat.models import Conversation, Message
from portal.errors import Missing
from portal.extensions import db
from portal.identity.service import Identity
from portal.knowledge import policy_base
from portal.pages import write_date, write_moment
from portal.proofs import service as proofs
from portal.proofs.service import Finding, Proof

KEY_MINUTES = 15
_EVERYTHING = 100_000  # messages; a conversation ends long before
_BLOCK = ("kind", "heading", "text", "citations")
_FACT = ("label", "value", "confirmed", "citations")
_CLAUSE = (
    "title", "document_number", "issuer", "article", "label", "paragraph", "item", "quote", "in_force_from",
    "in_force_to", "status", "version", "version_id", "clause_id",
)  # fmt: skip


def issue_answer(conversation: Conversation, message_id: int) -> Proof:
    """The receipt of one answer of this conversation, made once. The caller commits."""
    message = db.session.get(Message, message_id)
    answer = (message.payload or {}).get("answer") if message else None
    if message is None or message.conversation_id != conversation.id or not answer or not answer.get("blocks"):
        raise Missing(_("There is no such answer in this conversation."))
    asked = db.session.get(Message, message.turn) if message.turn else None
    content = {
        "question": asked.text if asked else str(answer.get("question") or ""),
        "understood": str(answer.get("understood") or ""),
        "answered_at": message.at.isoformat(timespec="seconds"),
        "language": answer["language"],
        "law_as_of": answer["as_of"],
        "knowledge_version": answer["kb_version"],
        "blocks": [_pick(block, _BLOCK) for block in answer["blocks"]],
        "facts": [_pick(fact, _FACT) for fact in answer.get("facts") or []],
        "notices": list(answer.get("notices") or []),
        "clauses": [_pick(cite, _CLAUSE) for cite in answer.get("citations") or []],
    }
    return proofs.issue("answer", f"message:{message.id}", content)


def _pick(row: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {name: row.get(name) for name in names}


def issue_transcript(conversation: Conversation) -> Proof:
    """The transcript up to the newest message; the same one until something more is said. The caller commits."""
    messages = records.list_messages(conversation.id, limit=_EVERYTHING)
    if not messages:
        raise Missing(_("Nothing has been said in this conversation yet."))
    content = {
        "messages": len(messages),
        "first_at": messages[0].at.isoformat(timespec="seconds"),
        "last_at": max(message.at for message in messages).isoformat(timespec="seconds"),
    }
    last = max(message.id for message in messages)
    return proofs.issue(
        "transcript", f"conversation:{conversation.id}:{last}", content, {"messages": list(map(_tell, messages))}
    )


def _tell(message: Message) -> dict[str, Any]:
    answer = (message.payload or {}).get("answer") or {}
    return {
        "role": message.role,
        "at": message.at.isoformat(timespec="seconds"),
        "text": message.text,
        "clauses": [f"《{cite['title']}》{cite['label']}" for cite in answer.get("citations") or []],
    }


def list_parts(proof: Proof) -> dict[str, Any]:
    """What a document holds beside the record's content: the messages of a transcript, as they are kept now."""
    if proof.kind != "transcript":
        return {}
    _word, conversation_id, last = proof.subject.split(":")
    messages = records.list_messages(conversation_id, limit=_EVERYTHING)
    return {"messages": [_tell(message) for message in messages if message.id <= int(last)]}


def is_unchanged(proof: Proof, parts: Mapping[str, Any]) -> bool:
    """Whether record and document are as they were issued."""
    return proofs.is_genuine(proof) and hmac.compare_digest(proofs.hash_document(proof, parts), proof.hash)


def sign_key(proof: Proof) -> str:
    """A key that opens one document for a quarter of an hour: the widget has no session to show."""
    return str(_serializer().dumps(proof.code))


def _serializer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.config["SECRET_KEY"], salt="chat-receipt")


def get_receipt(identity: Identity, code: str, *, session_id: str = "", key: str = "") -> Proof:
    """A receipt or transcript for the holder of its conversation (by session, account or key); Missing, with an audit
    line that stays, for everybody else. The caller commits."""
    proof = proofs.find_by_code(code)
    if proof is None or proof.kind not in ("answer", "transcript") or not _may_read(identity, proof, session_id, key):
        audit.record_now(identity.actor, "refused_read", "receipt", str(proof.id) if proof else "unknown code")
        raise Missing(_("There is no such receipt among those of your conversation. Anybody can check its code."))
    audit.record(identity.actor, "read", "receipt", str(proof.id))
    return proof


def _may_read(identity: Identity, proof: Proof, session_id: str, key: str) -> bool:
    if key:
        try:
            return hmac.compare_digest(str(_serializer().loads(key, max_age=60 * KEY_MINUTES)), proof.code)
        except (BadSignature, ValueError, TypeError):
            return False
    conversation = db.session.get(Conversation, _conversation_id(proof))
    if conversation is None or retention.is_emptied(conversation):
        return False
    if conversation.account_id is not None:
        return identity.signed_in and conversation.account_id == identity.account_id
    return bool(session_id) and conversation.id == session_id


def _conversation_id(proof: Proof) -> str:
    word, _colon, rest = proof.subject.partition(":")
    if word == "conversation":
        return rest.partition(":")[0]
    message = db.session.get(Message, int(rest))
    return message.conversation_id if message else ""


@proofs.checks("answer")
def check_answer(proof: Proof) -> Finding:
    """That it was given, under which state of knowledge, and how its clauses stand today."""
    content = proof.content
    rows = [
        (_("Answered"), write_moment(datetime.fromisoformat(content["answered_at"]))),
        (_("Answer"), "\n".join(block["text"] for block in content["blocks"] if block["kind"] in ("lead", "detail"))),
        (_("Law as of"), write_date(datetime.fromisoformat(content["law_as_of"]))),
        (_("Policy base at the time"), content["knowledge_version"]),
    ]
    notes = (_("The question is not shown here."),)
    try:
        now = policy_base().version
        lines = tuple(clauses_now.look(cite) for cite in content["clauses"])
    except PolicyBaseError:
        told = _("This answer was given here. Whether its clauses have changed cannot be looked up just now.")
        return Finding("warn", told, tuple(rows), (), notes)
    rows.append((_("Policy base today"), now))
    tones = {line.tone for line in lines}
    if "danger" in tones:
        return Finding(
            "danger",
            _("This answer was given here, but the law it cites has changed since."),
            tuple(rows),
            lines,
            notes,
        )
    if "warn" in tones:
        told = _("This answer was given here. Look at the clauses below: not all of them could be confirmed for today.")
        return Finding("warn", told, tuple(rows), lines, notes)
    return Finding(
        "ok", _("This answer was given here, and the clauses it cites read the same today."), tuple(rows), lines, notes
    )


@proofs.checks("transcript")
def check_transcript(proof: Proof) -> Finding:
    """How many messages, from when to when, and whether what is kept is still what was issued."""
    rows = (
        (_("Messages"), str(proof.content["messages"])),
        (_("First message"), write_moment(datetime.fromisoformat(proof.content["first_at"]))),
        (_("Last message"), write_moment(datetime.fromisoformat(proof.content["last_at"]))),
    )
    notes = (_("What was said is shown to nobody here. The holder can give you the file; compare it below."),)
    parts = list_parts(proof)
    if not parts["messages"]:
        told = _(
            "This transcript was issued here. The conversation itself was deleted when its days were over; compare the file you hold below."
        )
        return Finding("ok", told, rows, (), notes)
    if not is_unchanged(proof, parts):
        told = _("This transcript was issued here, but the conversation kept here no longer agrees with it.")
        return Finding("danger", told, rows, (), notes)
    return Finding("ok", _("This transcript was issued here and is unchanged."), rows, (), notes)
