"""The front door of proofs: issue a document's record, find it by code or by file, say what holds, end it.

A room issues a record with what its document states (``issue``), shows code and QR beside it, and registers who says
what holds of it later (``checks``). Nothing here commits.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

import segno
from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from policy_kb import clock
from portal.audit import service as audit
from portal.errors import Conflict
from portal.extensions import db
from portal.proofs import signing
from portal.proofs.checking import Checker, Finding, Line, check, checks
from portal.proofs.codes import make_code, read_code, write_code
from portal.proofs.models import Proof, ProofFile
from portal.proofs.signing import hash_document, write_document

__all__ = [
    "Checked", "Checker", "Finding", "Line", "Proof", "checks", "close", "draw_qr", "draw_qr_inline", "find_by_code",
    "find_by_file", "find_by_subject", "hash_document", "is_genuine", "issue", "keep_file", "make_url", "verify", "write_code",
    "write_document",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """A record that was found, whether it is as it was signed, and then what holds today (None when it is not)."""

    proof: Proof
    genuine: bool
    finding: Finding | None


def issue(kind: str, subject: str, content: Mapping[str, Any], parts: Mapping[str, Any] | None = None) -> Proof:
    """The record of a document, made once for a subject. ``parts`` is covered by its hash and kept elsewhere.

    ``content`` may hold text, whole numbers, lists and mappings. The caller commits.
    """
    known = find_by_subject(subject)
    if known is not None:
        return known
    code = make_code()
    proof = Proof(
        lookup=_hash_code(code),
        code=code,
        kind=kind,
        subject=subject,
        content=dict(content),
        issued_at=clock.now().replace(microsecond=0),
        state="valid",
        reason="",
        replaced_by="",
    )
    proof.hash = signing.hash_document(proof, parts or {})
    signing.sign(proof)
    try:
        with db.session.begin_nested():
            db.session.add(proof)
    except IntegrityError:  # the same press twice at the same moment
        return db.session.scalars(select(Proof).where(Proof.subject == subject)).one()
    return proof


def _hash_code(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def find_by_subject(subject: str) -> Proof | None:
    return db.session.scalar(select(Proof).where(Proof.subject == subject))


def find_by_code(typed: str) -> Proof | None:
    """The record of a code as typed; None for anything that is no code of ours."""
    code = read_code(typed)
    return db.session.scalar(select(Proof).where(Proof.lookup == _hash_code(code))) if code else None


def find_by_file(sha256: str) -> Proof | None:
    """The record whose document has exactly this hash: the data file, or a PDF that was handed out."""
    proof = db.session.scalar(select(Proof).where(Proof.hash == sha256))
    if proof is None:
        file = db.session.get(ProofFile, sha256)
        proof = db.session.get(Proof, file.proof_id) if file else None
    return proof


def is_genuine(proof: Proof) -> bool:
    """Whether the record is as it was signed."""
    return _hash_code(proof.code) == proof.lookup and signing.is_signed(proof)


def verify(proof: Proof) -> Checked:
    """Look at a record for anybody, leaving an audit line. The caller commits."""
    genuine = is_genuine(proof)
    audit.record("holder of the code", "verify" if genuine else "refused_verify", "proof", str(proof.id))
    return Checked(proof, genuine, check(proof) if genuine else None)


def close(proof: Proof, state: str, *, reason: str = "", replaced_by: Proof | None = None) -> None:
    """End a valid document (``revoked``, ``cancelled``, ``superseded``); one that has ended stays as it ended.

    Conflict when the record is not as it was signed: signing it again would make a forgery good. The caller commits.
    """
    if not is_genuine(proof):
        raise Conflict(_("The record of this document was changed outside the system. Ask the administrator."))
    if proof.state != "valid":
        return
    proof.state, proof.state_at = state, clock.now().replace(microsecond=0)
    proof.reason = reason.strip()[:300]
    proof.replaced_by = replaced_by.code if replaced_by else ""
    signing.sign(proof)


def keep_file(proof: Proof, content: bytes) -> None:
    """Remember a PDF that is handed out, so that the very file can be recognised. The caller commits."""
    digest = hashlib.sha256(content).hexdigest()
    if db.session.get(ProofFile, digest) is None:
        try:
            with db.session.begin_nested():
                db.session.add(ProofFile(sha256=digest, proof_id=proof.id, made_at=clock.now()))
        except IntegrityError:  # handed out twice at the same moment
            pass


def make_url(proof: Proof) -> str:
    """The address on paper and in the QR code; it opens for years, so it is a setting of its own."""
    settings = current_app.config["SETTINGS"]
    return urljoin(settings.public_url or settings.portal_url, f"/verify/{write_code(proof.code)}")


def draw_qr(proof: Proof) -> str:
    """The QR code as an address for ``<img src>``."""
    return segno.make(make_url(proof), error="m", micro=False, boost_error=False).svg_data_uri(
        scale=4, border=4, light="#fff"
    )


def draw_qr_inline(proof: Proof) -> str:
    """The QR code as SVG for a PDF, with the width that its style gives it."""
    return segno.make(make_url(proof), error="m", micro=False, boost_error=False).svg_inline(
        border=4, light="#fff", omitsize=True, svgclass="qr"
    )
