"""Shapes of the public chat API, for its checks and its OpenAPI description."""

from apiflask import Schema
from apiflask.fields import Boolean, Dict, Integer, List, Nested, String
from apiflask.validators import Length, OneOf
from marshmallow import EXCLUDE


class StartIn(Schema):
    class Meta:
        unknown = EXCLUDE

    language = String(load_default="zh", validate=OneOf(["zh", "en"]), metadata={"description": "zh or en"})


class SayIn(Schema):
    class Meta:
        unknown = EXCLUDE

    text = String(
        load_default="", metadata={"description": "What the person types, 1 to 1000 characters. Give this or button."}
    )
    button = String(
        load_default="",
        validate=Length(max=4000),
        metadata={"description": "The token of a button shown in this conversation."},
    )
    person = Boolean(load_default=False, metadata={"description": "True: ask for a person, without words."})
    preview = Boolean(
        load_default=False,
        metadata={
            "description": "True: a text in which personal numbers would be starred is not sent; the reply shows how it would be kept. Send it again without, or let the person change it."
        },
    )
    message_id = String(
        load_default=None,
        allow_none=True,
        validate=Length(1, 64),
        metadata={"description": "Your id; the same id sent again is the same message."},
    )


class PageIn(Schema):
    class Meta:
        unknown = EXCLUDE

    after = Integer(load_default=0, metadata={"description": "Only messages with a greater id."})


class RenderIn(Schema):
    class Meta:
        unknown = EXCLUDE

    render = String(load_default="", metadata={"description": "html: each message also carries a rendered fragment."})


class FeedbackIn(Schema):
    class Meta:
        unknown = EXCLUDE

    helpful = Boolean(required=True)
    reason = String(load_default="", validate=OneOf(["", "wrong", "missing", "unclear", "outdated", "other"]))
    comment = String(load_default="", validate=Length(max=500))


class ButtonOut(Schema):
    label = String()
    token = String(metadata={"description": "Send it back as button."})
    url = String(metadata={"description": "Or an address to open, relative to the portal."})


class MessageOut(Schema):
    id = String()
    role = String(metadata={"description": "user, assistant, officer or system"})
    at = String(metadata={"description": "ISO 8601, Beijing time"})
    kind = String(metadata={"description": "text, answer, form, complaint, receipt or notice"})
    text = String(metadata={"description": "Plain text, always there"})
    reply_to = String(allow_none=True, metadata={"description": "id of the user's message this answers"})
    answer = Dict(
        allow_none=True,
        metadata={
            "description": "status, blocks, facts, citations (title, article, label, quote, status, version, in_force_from, url), service, options, next_steps, confidence, as_of, kb_version, reason_code, label"
        },
    )
    buttons = List(Nested(ButtonOut))
    data = Dict()
    html = String(metadata={"description": "only with render=html"})


class ConversationOut(Schema):
    conversation_id = String()
    token = String(metadata={"description": "Bearer token of this conversation; shown once."})
    messages = List(Nested(MessageOut))


class TurnOut(Schema):
    messages = List(Nested(MessageOut))
    pending = Dict(
        allow_none=True, metadata={"description": "What is being asked now: flow, kind, field_id, type, options, step"}
    )
    status = String(metadata={"description": "answered, or preview: nothing was sent; in lists: waiting or answering"})
    preview = Dict(
        metadata={
            "description": "Only with status preview: text (as it would be kept), kinds (mobile, identity_card, bank_card, passport), notice"
        }
    )
    preview_html = String(metadata={"description": "only with render=html"})
    kept = List(
        Dict(),
        metadata={"description": "What the conversation keeps in mind: key, label, action, token (send it as button)"},
    )
    kept_html = String(metadata={"description": "only with render=html"})
    handover = Dict(
        allow_none=True,
        metadata={
            "description": "The open wish for a person: number, state (queued, ticket, taken), ahead, promised_for, text, typing, withdraw (send its token as button)"
        },
    )
    handover_html = String(metadata={"description": "only with render=html"})
    degraded = Boolean(
        metadata={"description": "True when the dialogue service was away and the portal answered itself"}
    )


class TypingOut(Schema):
    noted = Boolean()


class FeedbackOut(Schema):
    kept = Boolean()


class ReceiptOut(Schema):
    code = String(metadata={"description": "What anybody types at /verify"})
    sha256 = String(metadata={"description": "Of the data file, byte for byte"})
    verify = String(metadata={"description": "The address in the QR code; it opens for everybody"})
    page = String(metadata={"description": "Relative to the portal; opens the document for 15 minutes"})
    pdf = String()
    data = String()
