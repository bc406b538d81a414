"""Pages of the curators: what waits, what rests on changed law, and a change tried, reviewed, published, taken back."""

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from policy_kb import describe_remark
from portal.chat import service as chat
from portal.curation import entry_views, review_list, review_views, reviewing, service, texts
from portal.curation.blueprint import bp
from portal.errors import Invalid
from portal.extensions import db
from portal.identity.service import Identity, current_identity, find_name
from portal.knowledge import policy_base
from portal.tasks import send_soon

__all__ = ["bp", "entry_views", "review_views"]


@bp.get("/")
def index() -> str:
    """What waits: unanswered questions, changes to review, own drafts, what is live."""
    identity = current_identity()
    changes = service.list_changes(identity)
    groups = {
        "review": (_("Waiting for your review"), "submitted", False),
        "own": (_("Your drafts"), "draft", True),
        "running": (_("Being published"), "checking", None),
        "theirs": (_("Handed to review by you"), "submitted", True),
        "drafts": (_("Drafts of others"), "draft", False),
    }
    return render_template(
        "curation/index.html",
        unanswered=chat.list_unanswered(identity),
        changes=changes,
        groups=[
            (
                name,
                title,
                [c for c in changes if c.state == state and own in (None, c.author_id == identity.account_id)],
            )
            for name, (title, state, own) in groups.items()
        ],
        others=[c for c in changes if c.state in ("published", "withdrawn", "discarded")],
        name_of=find_name,
    )


@bp.post("/unanswered/<int:question_id>")
def settle(question_id: int) -> Response:
    """Mark an unanswered question done or not worth an answer."""
    chat.set_unanswered_status(current_identity(), question_id, request.form.get("status", ""))
    db.session.commit()
    return redirect(url_for("curation.index"))


@bp.get("/changes/<int:change_id>/reading")
def reading(change_id: int) -> str:
    """How far the files of an upload are read: the part of the change's page that refreshes itself."""
    found = service.get_change(current_identity(), change_id)
    return render_template(
        "curation/reading.html", change=found, progress=texts.get_progress(found), describe_remark=describe_remark
    )


@bp.get("/changes/<int:change_id>/publishing")
def publishing(change_id: int) -> str:
    """How far a publication is: the part of the change's page that refreshes itself."""
    found = service.get_change(current_identity(), change_id)
    service.settle_failed(found)
    db.session.commit()
    return render_template(
        "curation/publishing.html",
        change=found,
        publication=service.find_publication(found),
        name_of=find_name,
    )


@bp.get("/changes/<int:change_id>")
def change(change_id: int) -> str:
    """One change: what it says, what was tried, and the next step."""
    return _change_page(change_id)


def _change_page(change_id: int, **more: Any) -> str:
    found = service.get_change(current_identity(), change_id)
    service.settle_failed(found)
    db.session.commit()
    listed = texts.list_version_ids(found) if found.kind == "text" else []
    progress = texts.get_progress(found)
    versions = [] if progress.running else [policy_base().get_version(version_id) for version_id in listed]
    return render_template(
        "curation/change.html",
        change=found,
        publication=service.find_publication(found),
        name_of=find_name,
        may_edit=service.may_edit(found, current_identity()),
        versions=versions,
        transitions=[each for each in map(reviewing.describe_draft, versions) if each]
        if found.state in ("draft", "submitted")
        else [],
        progress=progress,
        describe_remark=describe_remark,
        name=review_list.name,
        **{"before": None, "after": None, "question": "", "errors": {}, **more},
    )


@bp.post("/changes/<int:change_id>/try")
def try_question(change_id: int) -> str | tuple[str, int]:
    """Ask a question with and without the change, on the live path."""
    question = request.form.get("question", "")[:2000]
    language = request.form.get("language", "zh")
    try:
        before, after = service.try_question(
            current_identity(), change_id, question, language if language in ("zh", "en") else "zh"
        )
    except Invalid as error:
        db.session.rollback()
        return _change_page(change_id, errors=error.fields or {"question": error.message}, question=question), 422
    db.session.commit()
    return _change_page(change_id, before=before, after=after, question=question)


@bp.post("/changes/<int:change_id>/<step>")
def move(change_id: int, step: str) -> Response | tuple[str, int]:
    """Submit, recall, give up, publish, send back or take back."""
    steps = {
        "submit": _submit,
        "recall": _recall,
        "discard": _discard,
        "publish": _publish,
        "reject": _reject,
        "take-back": _take_back,
        "stop": _stop,
    }
    try:
        if step not in steps:
            raise Invalid(_("Choose one of the steps offered."))
        steps[step](current_identity(), change_id)
    except Invalid as error:
        db.session.rollback()
        return _change_page(change_id, errors=error.fields or {"question": error.message}), 422
    db.session.commit()
    return redirect(url_for("curation.change", change_id=change_id))


def _submit(identity: Identity, change_id: int) -> None:
    service.submit(identity, change_id)
    flash(_("Handed to review. Another curator publishes it."), "ok")


def _recall(identity: Identity, change_id: int) -> None:
    service.recall(identity, change_id)
    flash(_("It is a draft again; nobody reviews it meanwhile."), "ok")


def _discard(identity: Identity, change_id: int) -> None:
    service.discard(identity, change_id)
    flash(_("Given up. It stays on record and is not used."), "ok")


def _publish(identity: Identity, change_id: int) -> None:
    done = service.publish(identity, change_id, request.form.get("reason", ""))
    if done.state == "published":
        flash(_("Published. The next question uses it."), "ok")
    db.session.commit()
    job = service.find_job(done)
    if job:
        send_soon(job.id)


def _reject(identity: Identity, change_id: int) -> None:
    service.reject(identity, change_id, request.form.get("note", ""))
    flash(_("Sent back to its author."), "ok")


def _take_back(identity: Identity, change_id: int) -> None:
    service.take_back(identity, change_id)
    flash(_("Taken back. The next question no longer uses it."), "ok")


def _stop(identity: Identity, change_id: int) -> None:
    service.stop(identity, change_id)
    flash(_("Stopped. The change waits for review; nothing was published."), "ok")
