"""Pages on which curators enter knowledge: an FAQ, a catalogue fact, legal texts."""

from dataclasses import asdict
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from policy_kb import TEXT_ENDINGS, catalogue
from portal.curation import service, texts
from portal.curation.blueprint import bp
from portal.errors import Invalid
from portal.extensions import db
from portal.identity.service import current_identity, require_role
from portal.knowledge import policy_base
from portal.tasks import send_soon


def _faq_page(
    values: dict[str, Any], errors: dict[str, str], change_id: int | None, status: int = 200
) -> tuple[str, int]:
    items = policy_base().catalogue.list_items()
    return render_template("curation/faq.html", values=values, errors=errors, change_id=change_id, items=items), status


@bp.get("/faq")
def faq() -> tuple[str, int]:
    """A new FAQ (``?question=`` from the unanswered list, ``?faq=`` to replace one) an own draft
    (``?change=``), or a new one from one that was taken back (``?copy=``)."""
    identity = current_identity()
    require_role(identity, "curator", "administrator")
    change_id = request.args.get("change", type=int)
    if change_id:
        content = service.get_change(identity, change_id).content
        return _faq_page(_faq_values(content), {}, change_id)
    copied = request.args.get("copy", type=int)
    if copied:
        return _faq_page(_faq_values(service.get_change(identity, copied).content), {}, None)
    known = next((one for one in policy_base().catalogue.faqs if one.id == request.args.get("faq")), None)
    if known:
        values = {
            "faq_id": known.id,
            "question_zh": known.question.zh,
            "question_en": known.question.en,
            "answer_zh": known.answer.zh,
            "answer_en": known.answer.en,
            "asks": "\n".join(known.asks.zh),
            "cites": _write_cites(known.cites),
            "item": known.item,
        }
        return _faq_page(values, {}, None)
    return _faq_page(
        {"question_zh": request.args.get("question", "")[:300], "unanswered_id": request.args.get("unanswered", "")},
        {},
        None,
    )


def _write_cites(cites: tuple[catalogue.Cite, ...]) -> str:
    return service.write_cites([asdict(cite) for cite in cites])


def _faq_values(content: dict[str, Any]) -> dict[str, Any]:
    return {
        "question_zh": content["question"]["zh"],
        "question_en": content["question"]["en"],
        "answer_zh": content["answer"]["zh"],
        "answer_en": content["answer"]["en"],
        "asks": "\n".join(content["asks"]["zh"]),
        "cites": service.write_cites(content["cites"]),
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
    values = {"text_zh": found.text.zh, "text_en": found.text.en, "cites": _write_cites(found.cites)} if found else {}
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
