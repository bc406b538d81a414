"""The page where anybody checks a document: by the code on it, or by giving the file."""

import hashlib
import re

from apiflask import APIBlueprint
from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as AnyResponse

from portal.extensions import db, limiter
from portal.proofs import service
from portal.proofs.service import Proof, write_code

bp = APIBlueprint("proofs", __name__, url_prefix="/verify", enable_openapi=False)
LIMIT = "30 per minute"
_HASH = re.compile(r"[0-9a-f]{64}")


def name_kind(kind: str) -> str:
    """What kind of document it is, in words."""
    return {
        "answer": _("Receipt of an answer"),
        "transcript": _("Transcript of a conversation"),
        "submission": _("Receipt of an application"),
        "certificate": _("Certificate"),
    }[kind]


def _show(proof: Proof | None, *, typed: str = "", error: str = "", by_file: bool = False) -> tuple[str, int]:
    checked = service.verify(proof) if proof else None
    db.session.commit()
    page = render_template(
        "proofs/verify.html",
        checked=checked,
        kind=name_kind(proof.kind) if proof else "",
        code=write_code(proof.code) if proof else "",
        typed=typed[:60],
        error=error,
        by_file=by_file,
    )
    return page, 404 if error else 200


@bp.get("/")
@limiter.limit(LIMIT)
def index() -> AnyResponse | tuple[str, int]:
    """The box for a code or a fingerprint (SHA-256)."""
    typed = request.args.get("code", "").strip()
    if not typed:
        return _show(None)
    if _HASH.fullmatch(typed.lower()):
        proof = service.find_by_file(typed.lower())
        error = _("No document has this fingerprint. Compare all 64 characters with those on the document.")
        return _show(proof, typed=typed, error="" if proof else error, by_file=True)
    found = service.find_by_code(typed)
    if found is None:
        return _refuse(typed)
    return redirect(url_for("proofs.show", code=write_code(found.code)))


def _refuse(typed: str) -> tuple[str, int]:
    error = _("No document has this code. Compare all 20 characters with those on the document.")
    return _show(None, typed=typed, error=error)


@bp.get("/<code>")
@limiter.limit(LIMIT)
def show(code: str) -> tuple[str, int]:
    """What was issued under a code, whether its record is unchanged, and what holds today."""
    proof = service.find_by_code(code)
    return _show(proof) if proof else _refuse(code)


@bp.post("/")
@limiter.limit(LIMIT)
def file() -> tuple[str, int]:
    """Whether a file is exactly one that was issued. It is hashed and not kept."""
    given = request.files.get("file")
    content = given.stream.read() if given else b""
    if not content:
        return _show(None, error=_("Choose the PDF or the data file (JSON) that you want to check."))
    proof = service.find_by_file(hashlib.sha256(content).hexdigest())
    error = _("This is not, byte for byte, a file that was issued here. A single changed character is enough.")
    return _show(proof, error="" if proof else error, by_file=True)


@bp.after_request
def keep_out_of_caches(reply: Response) -> Response:
    """Codes stand in the address: neither caches nor search engines may keep the page."""
    reply.headers["Cache-Control"] = "private, no-store"
    reply.headers["X-Robots-Tag"] = "noindex"
    return reply
