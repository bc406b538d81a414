"""The receipt of what was sent: one record a round that anybody can check, and what is told of it later.

A stranger learns number, item, day and whether a corrected version was sent; never who applied or what was answered.
"""

from flask_babel import gettext as _

from portal.applications.models import Case, Snapshot
from portal.applications.wording import item_title
from portal.extensions import db
from portal.language import current_language
from portal.pages import write_moment
from portal.proofs import service as proofs
from portal.proofs.service import Finding, Proof


def issue_receipt(case: Case) -> Proof:
    """The record of the newest round, made once; those of earlier rounds give way to it. The caller commits."""
    db.session.flush()
    *earlier, newest = case.snapshots
    proof = proofs.issue("submission", _subject(newest), _state(case, newest))
    for snapshot in earlier:
        old = proofs.find_by_subject(_subject(snapshot))
        if old is not None and old.state == "valid":
            proofs.close(old, "superseded", replaced_by=proof)
    return proof


def find_receipt(case: Case, snapshot: Snapshot) -> Proof:
    """The record of one round; made now for what was sent before there were such records. The caller commits."""
    return proofs.find_by_subject(_subject(snapshot)) or (
        issue_receipt(case)
        if snapshot is case.snapshot
        else proofs.issue("submission", _subject(snapshot), _state(case, snapshot))
    )


def _subject(snapshot: Snapshot) -> str:
    return f"snapshot:{snapshot.id}"


def _state(case: Case, snapshot: Snapshot) -> dict[str, object]:
    return {
        "number": case.number,
        "item": f"{case.item}/{case.variant}",
        "title": {language: item_title(case.item, case.variant, language) for language in ("zh", "en")},
        "round": snapshot.round,
        "sent_at": snapshot.at.isoformat(timespec="seconds"),
        "answers_sha256": snapshot.hash,
    }


@proofs.checks("submission")
def check_receipt(proof: Proof) -> Finding:
    """What is told of a receipt."""
    content = proof.content
    rows = [
        (_("Number"), content["number"]),
        (_("Application"), content["title"][current_language()]),
        (_("Fingerprint of the answers (SHA-256)"), content["answers_sha256"]),
    ]
    notes = [_("Who applied and what was answered is not shown here.")]
    if proof.state == "superseded":
        rows.append((_("Corrected version sent"), write_moment(proof.state_at)))
        return Finding(
            "warn", _("This was sent, and a corrected version was sent later."), tuple(rows), (), tuple(notes)
        )
    return Finding("ok", _("This was sent to the authority and its receipt is genuine."), tuple(rows), (), tuple(notes))
