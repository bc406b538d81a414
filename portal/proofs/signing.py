"""What a proof covers as bytes that always come out the same, its hash, and its signature (HMAC-SHA-256).

The newest key signs; every key in the setting still verifies. A key is known by the beginning of its own hash, so that
nobody has to name keys.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Any

from flask import current_app

from portal.proofs.models import Proof


def write_canonical(content: Mapping[str, Any]) -> bytes:
    """UTF-8 JSON with sorted keys and no blanks."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def write_document(proof: Proof, parts: Mapping[str, Any]) -> bytes:
    """The file its holder gets; its SHA-256 is ``Proof.hash``. ``parts`` is what it holds and the record does not keep."""
    issued = proof.issued_at.isoformat(timespec="seconds")
    return write_canonical(
        {"code": proof.code, "kind": proof.kind, "issued_at": issued, "content": proof.content, **parts}
    )


def hash_document(proof: Proof, parts: Mapping[str, Any]) -> str:
    return hashlib.sha256(write_document(proof, parts)).hexdigest()


def sign(proof: Proof) -> None:
    """Sign the record as it stands, with the newest key."""
    proof.key_id, key = next(iter(_list_keys().items()))
    proof.signature = _make_signature(proof, key)


def is_signed(proof: Proof) -> bool:
    """Whether the record is as it was signed. False too when its key is no longer in the setting."""
    key = _list_keys().get(proof.key_id)
    return key is not None and hmac.compare_digest(_make_signature(proof, key).encode(), proof.signature.encode())


def _list_keys() -> dict[str, bytes]:
    """The keys by their short name, the newest first."""
    secrets: str = current_app.config["SETTINGS"].proof_keys
    keys = [secret.encode() for secret in secrets.split()]
    return {hashlib.sha256(b"wenban proof key " + key).hexdigest()[:12]: key for key in keys}


def _make_signature(proof: Proof, key: bytes) -> str:
    covered = {
        "code": proof.code,
        "kind": proof.kind,
        "subject": proof.subject,
        "content": proof.content,
        "hash": proof.hash,
        "issued_at": proof.issued_at.isoformat(),
        "state": proof.state,
        "state_at": proof.state_at.isoformat() if proof.state_at else "",
        "reason": proof.reason,
        "replaced_by": proof.replaced_by,
        "key": proof.key_id,
    }
    return hmac.new(key, write_canonical(covered), hashlib.sha256).hexdigest()
