"""Filling an application in the conversation; the draft and its questions belong to ``portal.applications.chat``."""

from typing import Any

from flask import url_for
from flask_babel import gettext as _

from policy_kb import PolicyBaseError, catalogue, find_product
from portal.applications import chat as flow
from portal.chat import memory
from portal.chat.answers import ask_base
from portal.chat.flows import Draft, draft_of
from portal.chat.lexicon import says
from portal.chat.topics import services
from portal.chat.turn import Turn
from portal.errors import NotSignedIn
from portal.knowledge import policy_base

LONGEST_WISH = 60  # characters; a longer text is an answer that only speaks of records
OVER = ("sent", "given_up")  # codes of errors: nothing more can be asked for this draft
Told = tuple[list[dict[str, Any]], dict[str, Any] | None]


def open_draft(turn: Turn) -> list[Draft]:
    """Open the draft of the named item; say where to sign in, or which items can be done here, when that is missing."""
    item = _find_item(turn)
    if item is None:
        return services.find(turn)
    wished = _variant_talked_of(turn, item) or _wished_variant(turn, item)
    turn.conversation.topic = {**(turn.conversation.topic or {}), "item": item.id, "variant": "", "fact": ""}
    variant = _variant_with_form(item, wished)
    if variant is None:
        return _not_online(turn, item)
    turn.conversation.topic = {**(turn.conversation.topic or {}), "item": item.id, "variant": variant}
    if not turn.identity.signed_in:
        return _sign_in_first(item, variant, turn.language)
    return _told(turn, flow.start(turn.conversation.id, turn.identity, item.id, variant, turn.language))


def answer(turn: Turn) -> list[Draft]:
    """The answer to the asked field: typed, an option named in words, or an option's button."""
    pending = _pending(turn)
    if not pending:
        return tell_nothing_asked()
    if _wants_records(turn):
        return _told(turn, flow.ask_sources(turn.identity, _draft_id(turn), turn.language))
    if not turn.payload.get("intent") and says("unchanged", turn.text):
        kept = flow.keep_present(turn.identity, _draft_id(turn), turn.language)
        if kept is not None:
            return _told(turn, kept)
    option = turn.payload.get("option") or turn.payload.get("value")
    return _told(
        turn,
        flow.answer(
            turn.identity,
            str(pending.get("draft_id") or ""),
            str(turn.payload.get("field_id") or pending.get("field_id") or ""),
            turn.text or str(option or ""),
            _step(turn),
            turn.language,
            option=str(option) if option is not None else None,
        ),
    )


def confirm(turn: Turn) -> list[Draft]:
    """Yes, no or neither at a read-back."""
    if not _pending(turn):
        return tell_nothing_asked()
    if _wants_records(turn):
        return _told(turn, flow.ask_sources(turn.identity, _draft_id(turn), turn.language))
    if _yes(turn) is None and _pending(turn).get("field_id") == "sources" and says("correct", turn.text):
        return [Draft("notice", _("Nothing is filled in yet that could be wrong.")), *turn.ask_again()]
    if _yes(turn) is not True and turn.text and not turn.payload.get("intent"):
        told = _corrected(turn) if _yes(turn) is False else _answered_anew(turn)
        if told is not None:
            return _told(turn, told)
    return _told(turn, flow.confirm(turn.identity, _draft_id(turn), _step(turn), _yes(turn), turn.language))


def _corrected(turn: Turn) -> Told | None:
    """A no that says what is wrong ("法人写错了", "不对，应该是张三") is a correction; None for a plain no."""
    pending = _pending(turn)
    return flow.correct_at_read_back(turn.identity, _draft_id(turn), turn.text, _step(turn), turn.language, pending)


def _answered_anew(turn: Turn) -> Told | None:
    """Neither yes nor no, but perhaps another answer to what is read back."""
    field_id = str(_pending(turn).get("field_id") or "")
    return flow.answer_at_read_back(turn.identity, _draft_id(turn), field_id, turn.text, turn.language)


def _wants_records(turn: Turn) -> bool:
    """Who declined the sources, or chose some, may say otherwise in words."""
    typed = bool(turn.text) and not turn.payload.get("intent") and len(turn.text) <= LONGEST_WISH
    return typed and _pending(turn).get("field_id") != "sources" and says("use_records", turn.text)


def correct(turn: Turn) -> list[Draft]:
    """An earlier answer is to be another one."""
    pending = _pending(turn)
    if not pending:
        return tell_nothing_asked()
    told = flow.correct(
        turn.identity,
        _draft_id(turn),
        str(pending.get("field_id") or ""),
        turn.text,
        _step(turn),
        turn.language,
        str(turn.payload.get("wished") or ""),
    )
    return _told(turn, told)


def left(turn: Turn) -> list[Draft]:
    """What the form still asks for, or what stands in it; with nothing asked just now, that of the newest draft."""
    draft_id = _draft_id(turn) or (flow.find_newest(turn.identity) if turn.identity.signed_in else "")
    if not draft_id:
        return tell_nothing_asked()
    tell = flow.filled if says("filled", turn.text) else flow.left
    return _told(turn, tell(turn.identity, draft_id, turn.language, titled=not _pending(turn)))


def skip(turn: Turn) -> list[Draft]:
    if not _pending(turn):
        return tell_nothing_asked()
    typed = turn.text if not turn.payload.get("intent") and _pending(turn).get("kind") != "confirm" else ""
    denied = flow.answer_denial(turn.identity, _draft_id(turn), typed, _step(turn), turn.language) if typed else None
    return _told(turn, denied or flow.skip(turn.identity, _draft_id(turn), _step(turn), turn.language))


def why(turn: Turn) -> list[Draft]:
    if not _pending(turn):
        return tell_nothing_asked()
    if says("may_skip", turn.text):
        return _told(turn, flow.tell_skippable(turn.identity, _draft_id(turn), turn.language))
    return _told(turn, flow.why(turn.identity, _draft_id(turn), _step(turn), turn.language, turn.text))


def stop(turn: Turn) -> list[Draft]:
    if not _pending(turn):
        return tell_nothing_asked()
    return _told(turn, flow.stop(turn.identity, _draft_id(turn), turn.language))


def resume(turn: Turn) -> list[Draft]:
    """Go on with the newest open draft (or the one a button names)."""
    if not turn.identity.signed_in:
        raise_to_sign_in()
    draft_id = str(turn.payload.get("draft_id") or _pending(turn).get("draft_id") or "")
    return _told(turn, flow.resume(turn.identity, draft_id, turn.language))


def raise_to_sign_in() -> None:
    raise NotSignedIn(_("Sign in first; drafts belong to an account. What you wrote here is kept."))


def _told(turn: Turn, told: Told) -> list[Draft]:
    messages, pending = told
    if any(message["kind"] == "receipt" for message in messages):
        memory.leave_asides(turn.conversation)
    return turn.ask([draft_of(message) for message in messages], pending)


def tell_nothing_asked() -> list[Draft]:
    """No form is open, and a way to go on with one."""
    text = _("No form is open in this conversation. Tell me which application you want to start or go on with.")
    way_on = {"label": _("Go on with my draft"), "payload": {"intent": "continue_application"}}
    return [Draft("notice", text, buttons=(way_on,))]


def _pending(turn: Turn) -> dict[str, Any]:
    """What an application asks now; nothing while a complaint is being told."""
    pending = turn.conversation.pending or {}
    return pending if pending.get("flow") == "application" else {}


def _draft_id(turn: Turn) -> str:
    return str(_pending(turn).get("draft_id") or "")


def _step(turn: Turn) -> str:
    return str(turn.payload.get("step") or _pending(turn).get("step") or "")


def _yes(turn: Turn) -> bool | None:
    said = turn.payload.get("yes")
    if isinstance(said, bool):
        return said
    if turn.intent == "unclear" and _pending(turn).get("field_id") == "sources" and says("use_records", turn.text):
        return True
    if _pending(turn).get("field_id") == "sources" and says("by_hand", turn.text):
        return False
    if says("unchanged", turn.text) and _pending(turn).get("field_id") == "newer":
        return False  # the draft stays on its version
    if says("unchanged", turn.text) and _pending(turn).get("field_id") not in ("sources", "submit"):
        return True  # what is read back may stay
    return {"affirm": True, "deny": False}.get(turn.intent)


def _find_item(turn: Turn) -> catalogue.ServiceItem | None:
    """Named by button or entity, else by words, else what the conversation is about."""
    try:
        known = policy_base().catalogue
    except PolicyBaseError:
        return None
    named = [str(turn.payload.get("item") or ""), turn.find_entity("service_item")]
    named += [item.id for item in known.find_items(turn.text)[:1]]
    spoken_of = str((turn.conversation.topic or {}).get("item") or "")
    named.append(spoken_of if _is_of_field(known, spoken_of, turn.text) else "")
    for item_id in filter(None, named):
        try:
            return known.get_item(item_id)
        except catalogue.UnknownItem:
            continue
    return None


def _is_of_field(known: catalogue.Catalogue, item_id: str, text: str) -> bool:
    """Whether a wish may be about the item spoken of: it names no other kind of product."""
    field = find_product(text)
    return item_id not in known.items or not field or known.items[item_id].domain == field


def _variant_talked_of(turn: Turn, item: catalogue.ServiceItem) -> str:
    """The variant the conversation is at, when the words name neither item nor variant ("start this"); else ""."""
    topic, text = turn.conversation.topic or {}, turn.text
    named = turn.payload or turn.find_entity("service_item") or turn.find_entity("variant")
    if named or topic.get("item") != item.id or says("renewing", text) or policy_base().catalogue.find_items(text):
        return ""
    return str(topic.get("variant") or "")


def _wished_variant(turn: Turn, item: catalogue.ServiceItem) -> str:
    """Named by button or entity, else by a word for renewing, else as the policy base reads it; "" when none is."""
    named = str(turn.payload.get("variant") or turn.find_entity("variant"))
    if named or not turn.text.strip():
        return named
    if says("renewing", turn.text):
        return next((v.id for v in item.variants if v.form and v.id.endswith("renew")), "")
    try:
        service = ask_base(turn).service
    except PolicyBaseError:
        return ""
    return service.variant if service and service.id == item.id else ""


def _variant_with_form(item: catalogue.ServiceItem, wished: str) -> str | None:
    """The wished variant when it has an online form, or the only one that has; None when nothing fits."""
    with_form = [variant.id for variant in item.variants if variant.form]
    if wished in with_form:
        return wished
    return with_form[0] if len(with_form) == 1 and not (wished and item.find_variant(wished)) else None


def _not_online(turn: Turn, item: catalogue.ServiceItem) -> list[Draft]:
    name = item.name.in_language(turn.language)
    if any(variant.form for variant in item.variants) and not _wished_variant(turn, item):
        return _which_variant(turn, item)
    text = _(
        "%(item)s cannot be filled in here yet. Its page shows the conditions, the materials and where to apply.",
        item=name,
    )
    buttons = [{"label": name, "url": url_for("services.item", item_id=item.id)}, *_variant_buttons(turn, item)]
    return [Draft("text", text, buttons=tuple(buttons)), *turn.ask_again()]


def _which_variant(turn: Turn, item: catalogue.ServiceItem) -> list[Draft]:
    """Several can be filled in here and the words say none of them."""
    text = _("Which of these is it? %(item)s:", item=item.name.in_language(turn.language))
    return [Draft("text", text, buttons=tuple(_variant_buttons(turn, item))), *turn.ask_again()]


def _variant_buttons(turn: Turn, item: catalogue.ServiceItem) -> list[dict[str, Any]]:
    return [
        {
            "label": variant.name.in_language(turn.language),
            "payload": {"intent": "start_application", "item": item.id, "variant": variant.id},
        }
        for variant in item.variants
        if variant.form
    ]


def _sign_in_first(item: catalogue.ServiceItem, variant: str, language: str) -> list[Draft]:
    name = item.name.in_language(language)
    text = _(
        "To fill in %(item)s, sign in first: the form is then filled from the records of your enterprise. This conversation goes along.",
        item=name,
    )
    buttons = (
        {"label": _("Sign in"), "url": url_for("identity.sign_in", next=url_for("chat.index"))},
        {"label": _("Read about it first"), "url": url_for("services.item", item_id=item.id, variant=variant)},
    )
    return [Draft("text", text, buttons=buttons, data={"sign_in": True})]
