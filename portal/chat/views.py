"""The chat page (whole without JavaScript), the frame of the widget, and a page to try the widget on."""

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, jsonify, redirect, render_template, request, session, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _
from werkzeug.exceptions import TooManyRequests
from werkzeug.wrappers import Response

from policy_kb import PolicyBaseError
from portal.chat import receipt_views, service
from portal.chat.api import api
from portal.chat.blueprint import SESSION_KEY, bp, find_conversation
from portal.chat.cleaning import MAX_CHARACTERS
from portal.chat.service import Conversation
from portal.errors import Invalid, Missing, PortalError, message_of, reply_to_http, wants_json
from portal.extensions import db, limiter
from portal.identity.service import current_identity
from portal.knowledge import policy_base
from portal.language import current_language
from portal.pages import write_date
from portal.security import CONTENT_SECURITY_POLICY

__all__ = ["api", "bp", "receipt_views"]


@bp.app_template_filter("iso_day")
def iso_day(text: str) -> str:
    """A day kept as ISO text, written in the page's language."""
    return write_date(date.fromisoformat(text))


def _get_or_start() -> Conversation:
    conversation = find_conversation()
    if conversation is None:
        conversation, _token = service.start(current_identity(), current_language(), "page")
        session[SESSION_KEY] = conversation.id
    db.session.commit()
    return conversation


def _page(
    conversation: Conversation | None,
    *,
    text: str = "",
    error: str = "",
    item: str = "",
    preview: dict[str, Any] | None = None,
) -> str:
    own = service.list_own(current_identity())
    return render_template(
        "chat/index.html",
        conversation=conversation,
        messages=service.list_messages(conversation) if conversation else [],
        state=service.state_of(conversation) if conversation else {"status": "waiting", "pending": None},
        chips=service.list_kept(conversation) if conversation else [],
        handover=service.find_handover(conversation) if conversation else None,
        earlier=[
            (c.id, service.find_title(c), c.updated_at) for c in own if conversation is None or c.id != conversation.id
        ],
        text=text,
        error=error,
        preview=preview,
        item=item,
        item_name=_item_name(item),
        most=MAX_CHARACTERS,
    )


def _item_name(item_id: str) -> str:
    try:
        item = policy_base().catalogue.items.get(item_id.upper())
    except PolicyBaseError:
        return ""
    return item.name.in_language(current_language()) if item else ""


@bp.get("/")
def index() -> str | Response:
    """The conversation. ``?q=`` from our own ask box is asked at once, from elsewhere it only fills the box."""
    service.apply_due_handovers()
    conversation = find_conversation()
    db.session.commit()
    asked, item = request.args.get("q", "").strip(), request.args.get("item", "").strip()[:10]
    if asked and _from_own_page() and not (conversation and conversation.pending):
        return _take(_get_or_start(), text=asked, item=item, preview=True)
    return _page(conversation, text=asked[: 2 * MAX_CHARACTERS], item=item)


def _from_own_page() -> bool:
    """Whether a link or form of ours led here; a foreign page must not speak in somebody's name."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    return bool(request.referrer) and urlsplit(str(request.referrer)).netloc == request.host


@bp.get("/c/<conversation_id>")
def show(conversation_id: str) -> Response:
    """Go on with an earlier conversation of the account."""
    conversation = service.get_own(current_identity(), conversation_id)
    session[SESSION_KEY] = conversation.id
    return redirect(url_for("chat.index"))


@bp.post("/new")
def new() -> Response:
    """Put the present conversation aside."""
    session.pop(SESSION_KEY, None)
    return redirect(url_for("chat.index"))


@bp.post("/messages")
@limiter.limit("40 per minute")
def say() -> Any:
    """One message typed or one button pressed; JSON for the page's own script, else post, redirect, get."""
    conversation = _get_or_start()
    wished = request.form.get("conversation", "")
    if wished and wished != conversation.id:
        raise PortalError(
            _("This page shows another conversation than the one that is open now. Reload the page and send again."),
            code="other_conversation",
        )
    form = request.form
    return _take(
        conversation,
        text=form.get("text", ""),
        button=form.get("button", ""),
        item=form.get("item", ""),
        message_id=form.get("message_id") or None,
        person=bool(form.get("person")),
        preview=bool(form.get("preview")) and not form.get("starred"),
    )


@bp.errorhandler(429)
def keep_what_was_typed(error: TooManyRequests) -> Any:
    """Whoever sends without script finds the message back in the box, with how long to wait."""
    reply: Any = reply_to_http(error)
    text = request.form.get("text", "")[: 4 * MAX_CHARACTERS]
    if wants_json() or not text:
        return reply
    return _page(find_conversation(), text=text, error=message_of(error)), 429


def _take(conversation: Conversation, *, text: str = "", item: str = "", **more: Any) -> Any:
    try:
        said = service.take(conversation, text=text, item=item, **more)
    except Invalid as error:
        if wants_json():
            raise
        db.session.rollback()
        return _page(conversation, text=text[: 4 * MAX_CHARACTERS], error=error.message, item=item), 422
    if wants_json():
        shown = {"messages": _with_html(said["messages"]), **_state_html(said)}
        return jsonify({**said, "conversation": conversation.id, **shown})
    if said["status"] == "preview":
        return _page(conversation, text=text, item=item, preview=said["preview"])
    return redirect(url_for("chat.index", _anchor=f"m{said['messages'][0]['id']}"), 303)


def _with_html(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**message, "html": render_template("chat/_message.html", message=message)} for message in messages]


def _state_html(state: dict[str, Any]) -> dict[str, str]:
    return {
        "kept_html": render_template("chat/_memory.html", chips=state["kept"]),
        "handover_html": render_template("chat/_handover.html", handover=state["handover"]),
        **(
            {"preview_html": render_template("chat/_preview.html", preview=state["preview"])}
            if state.get("preview")
            else {}
        ),
    }


@bp.get("/messages")
def messages() -> Response:
    """New messages for the page's script: officers' replies, or an answer that was on its way at a reload."""
    conversation = find_conversation()
    if conversation is None:
        raise Missing(_("There is no such conversation for you. Start a new one; older ones show when you sign in."))
    service.apply_due_handovers()
    db.session.commit()
    state = service.state_of(conversation)
    after = request.args.get("after", 0, type=int)
    shown = {"messages": _with_html(service.list_messages(conversation, after)), **_state_html(state)}
    return jsonify({**shown, **state})


@bp.post("/typing")
@limiter.limit("40 per minute")
def typing() -> Response:
    """The person is writing; an officer who has the conversation sees it."""
    conversation = find_conversation()
    if conversation is not None:
        service.note_typing(conversation)
    db.session.commit()
    return jsonify(noted=conversation is not None)


@bp.post("/feedback")
@limiter.limit("40 per minute")
def feedback() -> Any:
    """Helpful or not, and why."""
    conversation = find_conversation()
    message_id = request.form.get("message", "", type=str)
    if conversation is None or not message_id.isdigit():
        raise Missing(_("There is no such answer in this conversation."))
    helpful = request.form.get("helpful") == "yes"
    service.add_feedback(
        conversation, int(message_id), helpful, request.form.get("reason", ""), request.form.get("comment", "")
    )
    db.session.commit()
    return (
        jsonify(kept=True) if wants_json() else redirect(url_for("chat.index", thanks=1, _anchor=f"m{message_id}"), 303)
    )


@bp.get("/widget")
def widget() -> str:
    """What the widget's frame shows; it keeps its token in its own storage and needs no cookie."""
    return render_template("chat/widget.html", most=MAX_CHARACTERS)


@bp.get("/embed-demo")
def embed_demo() -> str:
    """A stranger's page with the one line in it; not in production."""
    if current_app.config["SETTINGS"].env == "production":
        raise Missing(_("There is no such page. Check the address, or start again from the home page."))
    return render_template("chat/embed_demo.html")


@bp.record_once
def read_office_hours(state: BlueprintSetupState) -> None:
    """Officers' hours are data; a file that cannot be read stops the start."""
    service.init_office(state.app.extensions, state.app.config["SETTINGS"].data)


@bp.record_once
def allow_frames(state: BlueprintSetupState) -> None:
    """Only the widget's page may stand in a frame, of the sites in WENBAN_EMBED_ORIGINS (our own when empty)."""
    settings = state.app.config["SETTINGS"]
    origins = settings.embed_origins.replace(",", " ").split()
    if "*" in origins and settings.env == "production":
        raise ValueError("WENBAN_EMBED_ORIGINS=* is for development; list the sites that may embed the widget")
    ancestors = "*" if "*" in origins else " ".join(["'self'", *origins])
    options = {
        "frame_options": None,
        "content_security_policy": {**CONTENT_SECURITY_POLICY, "frame-ancestors": ancestors},
    }
    vars(state.app.view_functions["chat.widget"])["talisman_view_options"] = options  # where flask-talisman looks
