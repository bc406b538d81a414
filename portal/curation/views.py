"""Pages of the curators: the unanswered questions, changes of FAQs, facts and texts, tried, reviewed, published."""

from typing import Any

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from policy_kb import TEXT_ENDINGS, describe_remark
from portal.chat import service as chat
from portal.curation import reviewing, service, texts
from portal.errors import Invalid
from portal.extensions import db
from portal.identity.service import current_identity, require_role
from portal.knowledge import policy_base
from portal.tasks import send_soon

bp = APIBlueprint("curation", __name__, url_prefix="/curation", enable_openapi=False)


@bp.get("/")
def index() -> str:
    """What waits: unanswered questions, changes to review, own drafts, what is live."""
    identity = current_identity()
    return render_template(
        "curation/index.html", unanswered=chat.list_unanswered(identity), changes=service.list_changes(identity)
    )


@bp.get("/review")
def review() -> str:
    """What rests on clauses that changed."""
    transitions = reviewing.list_reviews(current_identity())
    return render_template(
        "curation/review.html", transitions=transitions, waiting=reviewing.count_waiting(transitions)
    )


@bp.post("/review")
def mark_reviewed() -> Response:
    """Note entries as looked at."""
    identity, every = current_identity(), request.form.get("every", "")
    keys = reviewing.list_keys(identity, every) if every else request.form.getlist("key")
    count = reviewing.mark_seen(identity, keys)
    db.session.commit()
    flash(ngettext("%(num)d entry noted as looked at.", "%(num)d entries noted as looked at.", count), "ok")
    return redirect(url_for("curation.review"))


@bp.post("/unanswered/<int:question_id>")
def settle(question_id: int) -> Response:
    """Mark an unanswered question done or not worth an answer."""
    chat.set_unanswered_status(current_identity(), question_id, request.form.get("status", ""))
    db.session.commit()
    return redirect(url_for("curation.index"))


def _faq_page(
    values: dict[str, Any], errors: dict[str, str], change_id: int | None, status: int = 200
) -> tuple[str, int]:
    items = policy_base().catalogue.list_items()
    return render_template("curation/faq.html", values=values, errors=errors, change_id=change_id, items=items), status


@bp.get("/faq")
def faq() -> tuple[str, int]:
    """A new FAQ (``?question=`` from the unanswered list, ``?faq=`` to replace one) or an own draft (``?change=``)."""
    identity = current_identity()
    require_role(identity, "curator", "administrator")
    change_id = request.args.get("change", type=int)
    if change_id:
        content = service.get_change(identity, change_id).content
        return _faq_page(_faq_values(content), {}, change_id)
    known = next((one for one in policy_base().catalogue.faqs if one.id == request.args.get("faq")), None)
    if known:
        cites = "\n".join(
            f"{c.title} 第{c.article}条" + (f" 第{c.paragraph}款" if c.paragraph else "") for c in known.cites
        )
        values = {
            "faq_id": known.id,
            "question_zh": known.question.zh,
            "question_en": known.question.en,
            "answer_zh": known.answer.zh,
            "answer_en": known.answer.en,
            "asks": "\n".join(known.asks.zh),
            "cites": cites,
            "item": known.item,
        }
        return _faq_page(values, {}, None)
    return _faq_page(
        {"question_zh": request.args.get("question", "")[:300], "unanswered_id": request.args.get("unanswered", "")},
        {},
        None,
    )


def _faq_values(content: dict[str, Any]) -> dict[str, Any]:
    cites = "\n".join(
        f"{c['title']} 第{c['article']}条" + (f" 第{c['paragraph']}款" if c.get("paragraph") else "")
        for c in content["cites"]
    )
    return {
        "question_zh": content["question"]["zh"],
        "question_en": content["question"]["en"],
        "answer_zh": content["answer"]["zh"],
        "answer_en": content["answer"]["en"],
        "asks": "\n".join(content["asks"]["zh"]),
        "cites": cites,
        "item": content.get("item") or "",
    }


@bp.post("/faq")
def save_faq() -> Response | tuple[str, int]:
    """Save the draft; a problem brings the page back with everything entered."""
    form = request.form
    change_id = form.get("change_id", type=int)
    names = ("question_zh", "question_en", "answer_zh", "answer_en", "asks", "cites", "item", "faq_id")
    entry = service.FaqEntry(**{name: form.get(name, "")[:4000] for name in names})
    try:
        change = service.save_faq(
            current_identity(), entry, change_id=change_id, unanswered_id=form.get("unanswered_id", type=int)
        )
    except Invalid as error:
        db.session.rollback()
        return _faq_page(form.to_dict(), error.fields or {"question_zh": error.message}, change_id, 422)
    db.session.commit()
    return redirect(url_for("curation.change", change_id=change.id))


@bp.get("/fact/<item_id>/<fact_id>")
def fact(item_id: str, fact_id: str) -> tuple[str, int]:
    """Edit the words of one catalogue fact."""
    require_role(current_identity(), "curator", "administrator")
    item = policy_base().catalogue.get_item(item_id)
    found = item.find_fact(fact_id)
    cites = (
        "\n".join(f"{c.title} 第{c.article}条" + (f" 第{c.paragraph}款" if c.paragraph else "") for c in found.cites)
        if found
        else ""
    )
    values = {"text_zh": found.text.zh, "text_en": found.text.en, "cites": cites} if found else {}
    return render_template("curation/fact.html", item=item, fact=found, fact_id=fact_id, values=values, errors={}), 200


@bp.post("/fact/<item_id>/<fact_id>")
def save_fact(item_id: str, fact_id: str) -> Response | tuple[str, int]:
    form = request.form
    try:
        change = service.save_fact(
            current_identity(),
            item_id,
            fact_id,
            text_zh=form.get("text_zh", "")[:4000],
            text_en=form.get("text_en", "")[:4000],
            cites_text=form.get("cites", "")[:2000],
        )
    except Invalid as error:
        db.session.rollback()
        item = policy_base().catalogue.get_item(item_id)
        return render_template(
            "curation/fact.html",
            item=item,
            fact=item.find_fact(fact_id),
            fact_id=fact_id,
            values=form,
            errors=error.fields or {"text_zh": error.message},
        ), 422
    db.session.commit()
    return redirect(url_for("curation.change", change_id=change.id))


@bp.url_value_preprocessor
def allow_large_texts(endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Legal texts are larger than what everybody may send; set before anything reads the form."""
    if endpoint == "curation.save_text":
        request.max_content_length = texts.WHOLE_LIMIT


@bp.get("/text")
def text() -> str:
    """Upload legal texts."""
    require_role(current_identity(), "curator", "administrator")
    return _text_page({})


def _text_page(errors: dict[str, str]) -> str:
    accepted = [*filter(None, TEXT_ENDINGS), ".zip"]
    return render_template(
        "curation/text.html", errors=errors, accepted=",".join(accepted), size=texts.LIMIT // 1024**2
    )


@bp.post("/text")
def save_text() -> Response | tuple[str, int]:
    """One file, several, or a zip of them."""
    identity = current_identity()
    require_role(identity, "curator", "administrator")
    sent = [(file.filename or "", file.read()) for file in request.files.getlist("file") if file.filename]
    try:
        change, warnings, waiting = texts.save_texts(identity, sent)
    except Invalid as error:
        db.session.rollback()
        return _text_page(error.fields), 422
    db.session.commit()
    for job_id in waiting:
        send_soon(job_id)
    for warning in warnings:
        flash(warning, "warn")
    return redirect(url_for("curation.change", change_id=change.id))


@bp.get("/changes/<int:change_id>/reading")
def reading(change_id: int) -> str:
    """How far the files of an upload are read: the part of the change's page that refreshes itself."""
    found = service.get_change(current_identity(), change_id)
    return render_template(
        "curation/reading.html", change=found, progress=texts.get_progress(found), describe_remark=describe_remark
    )


@bp.get("/changes/<int:change_id>")
def change(change_id: int) -> str:
    """One change: what it says, what was tried, and the next step."""
    return _change_page(change_id)


def _change_page(change_id: int, **more: Any) -> str:
    found = service.get_change(current_identity(), change_id)
    listed = texts.list_version_ids(found) if found.kind == "text" else []
    progress = texts.get_progress(found)
    versions = [] if progress.running else [policy_base().get_version(version_id) for version_id in listed]
    return render_template(
        "curation/change.html",
        change=found,
        may_edit=service.may_edit(found, current_identity()),
        versions=versions,
        transitions=[each for each in map(reviewing.describe_draft, versions) if each]
        if found.state in ("draft", "submitted")
        else [],
        progress=progress,
        describe_remark=describe_remark,
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
    """Submit, publish, send back or take back."""
    identity = current_identity()
    try:
        if step == "submit":
            service.submit(identity, change_id)
            flash(_("Handed to review. Another curator publishes it."), "ok")
        elif step == "publish":
            done = service.publish(identity, change_id, request.form.get("reason", ""))
            if done.unanswered_id:
                chat.set_unanswered_status(identity, done.unanswered_id, "done")
            flash(_("Published. The next question uses it."), "ok")
        elif step == "reject":
            service.reject(identity, change_id, request.form.get("note", ""))
            flash(_("Sent back to its author."), "ok")
        elif step == "take-back":
            service.take_back(identity, change_id)
            flash(_("Taken back. The next question no longer uses it."), "ok")
        else:
            raise Invalid(_("Choose one of the steps offered."))
    except Invalid as error:
        db.session.rollback()
        return _change_page(change_id, errors=error.fields or {"question": error.message}), 422
    db.session.commit()
    return redirect(url_for("curation.change", change_id=change_id))
