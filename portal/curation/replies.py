"""An officer's final reply as a draft FAQ, bound to the clauses it cites; a curator completes it, another publishes it."""

from typing import Any

from flask_babel import gettext as _

from policy_kb import clock
from portal.audit import service as audit
from portal.curation.models import KnowledgeChange
from portal.errors import Invalid
from portal.extensions import db
from portal.identity.service import Identity, require_role

TEXTS = (("question", "zh"), ("question", "en"), ("answer", "zh"), ("answer", "en"))


def draft_from_reply(
    identity: Identity, *, number: str, question: str, answer: str, language: str, cites: list[dict[str, Any]]
) -> KnowledgeChange | None:
    """The draft, in the language of the conversation; None when no clause is cited, for then nothing binds it.

    Nothing is published by this: the draft goes the way of every other. The caller commits.
    """
    require_role(identity, "officer")
    assert identity.account_id is not None
    if not cites:
        return None
    other = "en" if language == "zh" else "zh"
    change = KnowledgeChange(
        kind="faq",
        title=(question or number)[:200],
        content={
            "question": {language: question, other: ""},
            "asks": {"zh": [], "en": []},
            "answer": {language: answer, other: ""},
            "cites": cites,
            "item": None,
            "verified": "text",
        },
        state="draft",
        author_id=identity.account_id,
        handover=number,
        created_at=clock.now(),
        tries=[],
    )
    db.session.add(change)
    db.session.flush()
    change.content = {"id": f"curated-{change.id}", **change.content}
    audit.record(identity.actor, "draft_from_reply", "faq", str(change.id), detail=number)
    return change


def require_whole(change: KnowledgeChange) -> None:
    """A draft made from a reply has one language only: Invalid until a curator has written the other."""
    if change.kind == "faq" and not all(change.content[part].get(code, "").strip() for part, code in TEXTS):
        message = _(
            "This draft comes from an officer's reply and is not complete. Edit it first: question and answer in both languages, without anything about the person."
        )
        raise Invalid(message, fields={"question": message})


def may_edit(change: KnowledgeChange, identity: Identity) -> bool:
    """Its author; a draft from an officer's reply is for any curator, who becomes its author by editing it."""
    return change.author_id == identity.account_id or (bool(change.handover) and change.state == "draft")
