"""The officer's desk for hand-overs: the queue on the left, the matter on the right; whole without JavaScript."""

from flask import flash, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.identity.service import current_identity
from portal.staff import talks
from portal.staff.blueprint import bp
from portal.staff.talks import Reply


@bp.get("/talks")
def talk_queue() -> str:
    """The queue alone."""
    page = render_template("staff/talks.html", matter=None, **_queue())
    db.session.commit()
    return page


@bp.get("/talks/<int:request_id>")
def talk(request_id: int) -> str:
    """One matter."""
    return _page(request_id, Reply(), {})


def _queue() -> dict[str, object]:
    rows = talks.list_queue(current_identity())
    return {"rows": rows, "state_name": talks.state_name, "outcome_name": talks.outcome_name}


def _page(request_id: int, reply: Reply, errors: dict[str, str]) -> str:
    identity = current_identity()
    matter = talks.get_matter(identity, request_id, reply)
    page = render_template(
        "staff/talks.html",
        matter=matter,
        reply=reply,
        errors=errors,
        choices=talks.list_choices(reply, matter.clauses) if matter.mine else [],
        canned=talks.list_canned() if matter.mine else [],
        colleagues=talks.list_colleagues(identity) if matter.mine else [],
        **_queue(),
    )
    db.session.commit()
    return page


@bp.post("/talks/<int:request_id>")
def act_on_talk(request_id: int) -> Response | str | tuple[str, int]:
    """Search, add a ready reply, or do something to the matter; a problem brings the page back with everything typed."""
    form, action = request.form, request.form.get("do", "")
    reply = Reply(form.get("text", "")[:8000], form.getlist("cites")[:20], form.get("words", "")[:300])
    try:
        if action == "canned":
            reply = talks.add_canned(reply, form.get("canned", ""), form.get("language", ""))
        if action in ("find", "canned"):
            return _page(request_id, reply, {})
        done = talks.act(current_identity(), request_id, action, reply, form.get("to", 0, type=int))
    except Invalid as error:
        db.session.rollback()
        kept = Reply(reply.text, [], reply.words) if "cites" in error.fields else reply
        return _page(request_id, kept, error.fields or {"text": error.message}), 422
    except Conflict as error:
        db.session.rollback()
        return _page(request_id, reply, {"text": error.message}), 409
    db.session.commit()
    flash(done, "ok")
    return redirect(url_for("staff.talk", request_id=request_id))


@bp.get("/talks/<int:request_id>/news")
def talk_news(request_id: int) -> Response:
    """For the page's script: what was written since, where the matter stands, who waits."""
    found, messages = talks.list_news(current_identity(), request_id, request.args.get("after", 0, type=int))
    html = [render_template("staff/_talk_message.html", m=message) for message in messages]
    reply = jsonify(messages=html, state=found.state, holder=found.taken_by, typing=talks.is_typing(found))
    db.session.commit()
    return reply


@bp.get("/talks/queue")
def talk_queue_part() -> Response:
    """For the page's script: the left side as it stands."""
    reply = jsonify(
        html=render_template("staff/_talk_queue.html", matter_id=request.args.get("at", 0, type=int), **_queue())
    )
    db.session.commit()
    return reply


@bp.post("/talks/<int:request_id>/typing")
def talk_typing(request_id: int) -> Response:
    """The officer is writing; the person sees it."""
    talks.note_typing(current_identity(), request_id)
    db.session.commit()
    return jsonify(noted=True)
