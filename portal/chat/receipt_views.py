"""Pages, PDF and data file of receipts and transcripts, for the holder of the conversation only."""

from typing import Any

from flask import Response, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.chat import receipts
from portal.chat.blueprint import SESSION_KEY, bp, find_conversation
from portal.downloads import send_download
from portal.errors import Missing
from portal.extensions import db, limiter
from portal.identity.service import current_identity
from portal.printing import SANS, write_pdf
from portal.proofs import service as proofs
from portal.proofs.service import Proof

LIMIT = "20 per minute"


@bp.post("/receipts")
@limiter.limit(LIMIT)
def make_receipt() -> AnyResponse:
    """Issue the receipt of one answer, or the transcript when no message is named, and show it."""
    conversation = find_conversation()
    number = request.form.get("message", "")
    if conversation is None or not (number == "" or (number.isascii() and number.isdigit() and len(number) < 16)):
        raise Missing(_("There is no such answer in this conversation."))
    proof = receipts.issue_answer(conversation, int(number)) if number else receipts.issue_transcript(conversation)
    db.session.commit()
    return redirect(url_for("chat.receipt", code=proofs.write_code(proof.code)), 303)


def _get(code: str) -> Proof:
    held = session.get(SESSION_KEY)
    return receipts.get_receipt(
        current_identity(), code, session_id=held if isinstance(held, str) else "", key=request.args.get("key", "")
    )


def _describe(proof: Proof) -> dict[str, Any]:
    parts = receipts.list_parts(proof)
    return {
        "proof": proof,
        "content": proof.content,
        "said": parts.get("messages", []),
        "unchanged": receipts.is_unchanged(proof, parts),
        "code": proofs.write_code(proof.code),
        "address": proofs.make_url(proof),
        "key": request.args.get("key") or None,
    }


@bp.get("/receipts/<code>")
def receipt(code: str) -> AnyResponse:
    """The document as a page."""
    proof = _get(code)
    page = render_template("chat/receipt.html", **_describe(proof), qr=proofs.draw_qr(proof))
    db.session.commit()
    reply = Response(page)
    reply.headers["Cache-Control"] = "private, no-store"
    return reply


@bp.get("/receipts/<code>.<any(pdf, json):kind>")
@limiter.limit(LIMIT)
def receipt_file(code: str, kind: str) -> AnyResponse:
    """The document as PDF, or as the data file whose SHA-256 is its fingerprint."""
    proof = _get(code)
    if kind == "pdf":
        content = write_pdf(
            render_template("chat/receipt_print.html", **_describe(proof), qr=proofs.draw_qr_inline(proof), font=SANS)
        )
        proofs.keep_file(proof, content)
    else:
        content = proofs.write_document(proof, receipts.list_parts(proof))
    db.session.commit()
    return send_download(content, f"application/{kind}", f"{proof.kind}-{proofs.write_code(proof.code)}.{kind}")
