"""The public chat API (``/api/openapi.json``, docs/chat-api.md): what page and widget use, open to other clients.

A conversation is opened by its bearer token alone; browser sessions and cookies count for nothing here.
"""

import hmac
from typing import Any
from urllib.parse import urlencode

from apiflask import APIBlueprint
from apiflask.exceptions import HTTPError
from flask import Response, current_app, jsonify, render_template, request, url_for

from portal.chat import receipts, service
from portal.chat.models import Conversation
from portal.chat.schemas import (
    ConversationOut,
    FeedbackIn,
    FeedbackOut,
    PageIn,
    ReceiptOut,
    RenderIn,
    SayIn,
    StartIn,
    TurnOut,
    TypingOut,
)
from portal.errors import NotSignedIn
from portal.extensions import csrf, db, limiter
from portal.identity.service import ANONYMOUS
from portal.language import current_language, set_language
from portal.proofs import service as proofs
from portal.proofs.service import Proof

api = APIBlueprint("chat_api", __name__, url_prefix="/api/chat", tag="Chat")
csrf.exempt(api)

# Messages of one address over all its conversations: an office behind one address speaks, a flood through many
# conversations does not.
PER_ADDRESS = "240 per minute"
_RESPONSES = [401, 404, 422, 429]


def _is_service() -> bool:
    """The evaluation run carries the service token; it lifts the limits and opens nothing."""
    sent = request.headers.get("X-Wenban-Service-Token", "")
    return bool(sent) and hmac.compare_digest(sent.encode(), current_app.config["SETTINGS"].bot_token.encode())


def _conversation_key() -> str:
    return f"conversation:{(request.view_args or {}).get('conversation_id', '')[:64]}"


@api.errorhandler(HTTPError)
def on_http_error(error: HTTPError) -> tuple[Response, int]:
    """APIFlask's own findings about a body or a query, in the shape of all our errors."""
    fields = {
        name: "; ".join(map(str, found)) if isinstance(found, list) else str(found)
        for place in (error.detail or {}).values()
        if isinstance(place, dict)
        for name, found in place.items()
    }
    body: dict[str, Any] = {"code": "invalid" if error.status_code == 422 else "bad_request", "message": error.message}
    return jsonify(error={**body, **({"fields": fields} if fields else {})}), error.status_code


@api.errorhandler(RecursionError)
def on_deep_body(error: RecursionError) -> tuple[Response, int]:
    """A body nested so deeply that no reader follows it."""
    return jsonify(error={"code": "bad_request", "message": "the body is nested too deeply; send a plain object"}), 400


def _opened(conversation_id: str) -> Conversation:
    kind, _space, token = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        raise NotSignedIn("send the conversation's token: Authorization: Bearer <token>")
    conversation = service.get_by_token(conversation_id, token.strip())
    set_language(conversation.language)
    return conversation


def _shown(messages: list[dict[str, Any]], render: str) -> list[dict[str, Any]]:
    if render != "html":
        return messages
    return [
        {**message, "html": render_template("chat/_message.html", message=message, api=True)} for message in messages
    ]


def _state_html(state: dict[str, Any], render: str) -> dict[str, str]:
    if render != "html":
        return {}
    return {
        "kept_html": render_template("chat/_memory.html", chips=state["kept"], api=True),
        "handover_html": render_template("chat/_handover.html", handover=state["handover"], api=True),
        **(
            {"preview_html": render_template("chat/_preview.html", preview=state["preview"])}
            if state.get("preview")
            else {}
        ),
    }


@api.post("/conversations")
@limiter.limit("300 per minute", exempt_when=_is_service)
@api.input(StartIn, arg_name="body")
@api.input(RenderIn, location="query", arg_name="options")
@api.output(ConversationOut, status_code=201)
@api.doc(summary="Start a conversation")
def start(body: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    set_language(body["language"])
    conversation, token = service.start(ANONYMOUS, body["language"], "widget" if options["render"] else "api")
    db.session.commit()
    messages = _shown(service.list_messages(conversation), options["render"])
    return {"conversation_id": conversation.id, "token": token, "messages": messages}


@api.post("/conversations/<conversation_id>/messages")
@limiter.limit(PER_ADDRESS, exempt_when=_is_service)
@limiter.limit("40 per minute", key_func=_conversation_key, exempt_when=_is_service)
@api.input(SayIn, arg_name="body")
@api.input(RenderIn, location="query", arg_name="options")
@api.output(TurnOut)
@api.doc(summary="Say something or press a button", responses=_RESPONSES)
def say(conversation_id: str, body: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    conversation = _opened(conversation_id)
    said = service.take(
        conversation,
        text=body["text"],
        button=body["button"],
        message_id=body["message_id"],
        person=body["person"],
        preview=body["preview"],
    )
    return {**said, "messages": _shown(said["messages"], options["render"]), **_state_html(said, options["render"])}


@api.get("/conversations/<conversation_id>/messages")
@limiter.limit("120 per minute", key_func=_conversation_key, exempt_when=_is_service)
@api.input(PageIn, location="query", arg_name="page")
@api.input(RenderIn, location="query", arg_name="options")
@api.output(TurnOut)
@api.doc(summary="Messages in reading order", responses=_RESPONSES)
def messages(conversation_id: str, page: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    conversation = _opened(conversation_id)
    service.apply_due_handovers()
    db.session.commit()
    shown = _shown(service.list_messages(conversation, page["after"]), options["render"])
    state = service.state_of(conversation)
    return {"messages": shown, **state, **_state_html(state, options["render"])}


@api.post("/conversations/<conversation_id>/typing")
@limiter.limit("40 per minute", key_func=_conversation_key, exempt_when=_is_service)
@api.output(TypingOut)
@api.doc(summary="The person is writing to an officer", responses=_RESPONSES)
def typing(conversation_id: str) -> dict[str, Any]:
    service.note_typing(_opened(conversation_id))
    db.session.commit()
    return {"noted": True}


@api.post("/conversations/<conversation_id>/messages/<int:message_id>/feedback")
@limiter.limit("40 per minute", key_func=_conversation_key, exempt_when=_is_service)
@api.input(FeedbackIn, arg_name="body")
@api.output(FeedbackOut)
@api.doc(summary="Helpful, or not helpful because", responses=_RESPONSES)
def feedback(conversation_id: str, message_id: int, body: dict[str, Any]) -> dict[str, Any]:
    service.add_feedback(_opened(conversation_id), message_id, body["helpful"], body["reason"], body["comment"])
    db.session.commit()
    return {"kept": True}


@api.post("/conversations/<conversation_id>/messages/<int:message_id>/receipt")
@limiter.limit("20 per minute", key_func=_conversation_key)
@api.output(ReceiptOut)
@api.doc(summary="The receipt of an answer, which anybody can check by its code", responses=_RESPONSES)
def receipt(conversation_id: str, message_id: int) -> dict[str, Any]:
    return _told(receipts.issue_answer(_opened(conversation_id), message_id))


@api.post("/conversations/<conversation_id>/transcript")
@limiter.limit("20 per minute", key_func=_conversation_key)
@api.output(ReceiptOut)
@api.doc(summary="The transcript of the conversation so far", responses=_RESPONSES)
def transcript(conversation_id: str) -> dict[str, Any]:
    return _told(receipts.issue_transcript(_opened(conversation_id)))


def _told(proof: Proof) -> dict[str, Any]:
    db.session.commit()
    code = proofs.write_code(proof.code)
    query = urlencode({"key": receipts.sign_key(proof), "lang": current_language()})
    return {
        "code": code,
        "sha256": proof.hash,
        "verify": proofs.make_url(proof),
        "page": f"{url_for('chat.receipt', code=code)}?{query}",
        "pdf": f"{url_for('chat.receipt_file', code=code, kind='pdf')}?{query}",
        "data": f"{url_for('chat.receipt_file', code=code, kind='json')}?{query}",
    }
