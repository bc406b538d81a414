"""Keeping the knowledge: draft, try on the live path, publish by a second person, take back.

FAQs and fact changes are published as one overlay over the shipped catalogue; texts by the release of their versions.
Both are read by every process at its next answer. The front door of the room.
"""

import re
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from policy_kb import Answer, clock, parse_address
from portal.audit import service as audit
from portal.curation import texts
from portal.curation.finding import get_change, list_changes
from portal.curation.models import KnowledgeChange
from portal.curation.overlays import check_overlay, overlay_with, release
from portal.curation.publishing import find_job, find_publication, outdate, publish, settle_failed, stop
from portal.curation.replies import draft_from_reply, may_edit, require_whole
from portal.errors import Conflict, Forbidden, Invalid, Missing
from portal.extensions import db
from portal.identity.service import Identity, require_role
from portal.knowledge import policy_base
from portal.pages import write_clause

__all__ = [  # from modules of their own; the rest is below
    "draft_from_reply",
    "find_job",
    "find_publication",
    "get_change",
    "list_changes",
    "may_edit",
    "publish",
    "settle_failed",
    "stop",
]

CITE = re.compile(r"^《?(?P<title>[^《》#]+?)》?\s*(?:#\s*|(?=第[^第]*条))(?P<place>[^《》#]+)$")
EXAMPLE = "《医疗器械经营监督管理办法》第十六条第一款"


@dataclass(frozen=True, slots=True)
class FaqEntry:
    """What a curator enters for an FAQ; ``cites`` one a line, e.g. 《医疗器械经营监督管理办法》第十六条第一款."""

    question_zh: str
    question_en: str
    answer_zh: str
    answer_en: str
    asks: str = ""
    cites: str = ""
    item: str = ""
    faq_id: str = ""  # the FAQ this replaces, "" for a new one


def read_cites(text: str) -> list[dict[str, Any]]:
    """Cites from lines of text; Invalid shows the line that cannot be read and how to write it."""
    cites = []
    for number, line in enumerate(filter(None, map(str.strip, text.splitlines())), 1):
        found = CITE.match(line)
        at = parse_address(found["place"]) if found else None
        if not found or at is None or not at.article or at.sub or at.point:
            message = _(
                "Line %(n)s: write a title and an article, for example “%(example)s”.",
                n=number,
                example=EXAMPLE,
            )
            raise Invalid(message, fields={"cites": message})
        places = {"article": at.article, "paragraph": at.paragraph, "item": at.item}
        cites.append({"title": found["title"].strip(), **{name: number for name, number in places.items() if number}})
    return cites


def write_cites(cites: list[dict[str, Any]]) -> str:
    """The lines that ``read_cites`` reads."""
    return "\n".join(
        write_clause(cite["title"], cite["article"], cite.get("paragraph", 0), item=cite.get("item", 0), language="zh")
        for cite in cites
    )


def _check_cites(cites: list[dict[str, Any]]) -> None:
    """Every cited clause must be there today: an answer without a clause in force would not be shown."""
    if not cites:
        raise Invalid(
            _("Name the clause that says so."),
            fields={"cites": _("Name the clause that says so; an answer without a clause is not shown.")},
        )
    for cite in cites:
        if policy_base().find_clause(cite["title"], cite["article"], as_of=clock.today()) is None:
            message = _(
                "%(clause)s is not in the policy base as a clause in force today. Check title and article, or load the text first.",
                clause=write_clause(cite["title"], cite["article"]),
            )
            raise Invalid(message, fields={"cites": message})


def save_faq(
    identity: Identity, entry: FaqEntry, *, change_id: int | None = None, unanswered_id: int | None = None
) -> KnowledgeChange:
    """Add or edit a draft FAQ. The caller commits."""
    require_role(identity, "curator", "administrator")
    errors = {
        name: _("Please fill this in.")
        for name in ("question_zh", "question_en", "answer_zh", "answer_en")
        if not getattr(entry, name).strip()
    }
    if errors:
        raise Invalid(_("The FAQ is not complete."), fields=errors)
    cites = read_cites(entry.cites)
    _check_cites(cites)
    content: dict[str, Any] = {
        "question": {"zh": entry.question_zh.strip(), "en": entry.question_en.strip()},
        "asks": {"zh": [line.strip() for line in entry.asks.splitlines() if line.strip()], "en": []},
        "answer": {"zh": entry.answer_zh.strip(), "en": entry.answer_en.strip()},
        "cites": cites,
        "item": entry.item.strip() or None,
        "verified": "text",
        **({"id": entry.faq_id} if entry.faq_id else {}),
    }
    return _save(identity, "faq", entry.question_zh.strip()[:200], content, change_id, unanswered_id)


def save_fact(
    identity: Identity,
    item_id: str,
    fact_id: str,
    *,
    text_zh: str,
    text_en: str,
    cites_text: str,
    change_id: int | None = None,
) -> KnowledgeChange:
    """Propose new words (and clauses) for a catalogue fact. The caller commits."""
    require_role(identity, "curator", "administrator")
    item = policy_base().catalogue.items.get(item_id)
    fact = item.find_fact(fact_id) if item else None
    if item is None or fact is None:
        raise Missing(_("There is no fact “%(fact)s” in item %(item)s.", fact=fact_id, item=item_id))
    errors = {
        name: _("Please fill this in.")
        for name, value in (("text_zh", text_zh), ("text_en", text_en))
        if not value.strip()
    }
    if errors:
        raise Invalid(_("The fact is not complete."), fields=errors)
    cites = read_cites(cites_text)
    _check_cites(cites)
    content = {
        "item": item_id,
        "fact": fact_id,
        "text": {"zh": text_zh.strip(), "en": text_en.strip()},
        "cites": cites,
        "verified": "text",
        "values": [],
    }
    return _save(identity, "fact", f"{item.name.zh} · {fact.label.zh}"[:200], content, change_id, None)


def _save(
    identity: Identity, kind: str, title: str, content: dict[str, Any], change_id: int | None, unanswered_id: int | None
) -> KnowledgeChange:
    assert identity.account_id is not None
    if change_id is None:
        change = KnowledgeChange(
            kind=kind,
            title=title,
            content=content,
            author_id=identity.account_id,
            created_at=clock.now(),
            unanswered_id=unanswered_id,
            tries=[],
        )
        db.session.add(change)
    else:
        change = get_change(identity, change_id)
        if change.state == "checking":
            raise Conflict(_("This change is being published. Stop that first, or make a new change."))
        if change.state not in ("draft", "submitted"):
            raise Conflict(_("This change was decided already. Make a new one."))
        if not may_edit(change, identity):
            raise Forbidden(_("Only its author edits a draft; you may review it."))
        change.title, change.content, change.state, change.tries = title, content, "draft", []
        change.author_id = identity.account_id
        outdate(change)
    db.session.flush()
    if kind == "faq":
        change.content = {"id": f"curated-{change.id}", **content}
    check_overlay(overlay_with(change))
    audit.record(identity.actor, "edit_knowledge", kind, str(change.id), detail=title)
    return change


def try_question(identity: Identity, change_id: int, question: str, language: str) -> tuple[Answer, Answer]:
    """(answer now, answer with the change), both through the live answering code. Kept with the change. Caller commits."""
    change = get_change(identity, change_id)
    if not question.strip() or len(question) > 1000:
        raise Invalid(
            _("Enter a question of up to 1,000 characters."),
            fields={"question": _("Enter a question of up to 1,000 characters.")},
        )
    require_whole(change)
    before = policy_base().answer(question, language=language)
    trial = policy_base() if change.kind == "text" else check_overlay(overlay_with(change))
    after = trial.answer(question, language=language, preview=str(change.id) if change.kind == "text" else "")
    change.tries = [
        *change.tries,
        {"question": question, "before": before.text[:500], "after": after.text[:500], "status": after.status},
    ][-20:]
    return before, after


def submit(identity: Identity, change_id: int) -> KnowledgeChange:
    """Hand a draft to review. It must have been tried at least once. The caller commits."""
    change = get_change(identity, change_id)
    if change.state != "draft":
        raise Conflict(_("Only a draft can be handed to review."))
    if change.kind == "text":
        texts.settle(change)
    if not change.tries:
        raise Invalid(_("Try at least one question on the live path first."))
    change.state = "submitted"
    audit.record(identity.actor, "submit_knowledge", change.kind, str(change.id))
    return change


def reject(identity: Identity, change_id: int, note: str) -> KnowledgeChange:
    """Send a submitted change back to its author with a reason. The caller commits."""
    change = get_change(identity, change_id)
    if change.state != "submitted":
        raise Conflict(_("Only a submitted change can be sent back."))
    if not note.strip():
        raise Invalid(_("Give the reason."), fields={"note": _("Give the reason.")})
    change.state, change.note, change.reviewer_id = "draft", note.strip()[:1000], identity.account_id
    audit.record(identity.actor, "reject_knowledge", change.kind, str(change.id), detail=note)
    return change


def recall(identity: Identity, change_id: int) -> KnowledgeChange:
    """The author takes back what waits for review, to go on with it as a draft. The caller commits."""
    change = get_change(identity, change_id)
    if change.author_id != identity.account_id:
        raise Forbidden(_("Only its author edits a draft; you may review it."))
    if change.state != "submitted":
        raise Conflict(_("Only what waits for review can be taken back to a draft."))
    change.state = "draft"
    audit.record(identity.actor, "recall_knowledge", change.kind, str(change.id))
    return change


def discard(identity: Identity, change_id: int) -> KnowledgeChange:
    """Give up a draft: nothing of it is used, and it stays on record. Who may edit it may do so. The caller commits."""
    change = get_change(identity, change_id)
    if not may_edit(change, identity):
        raise Forbidden(_("Only its author gives up a draft."))
    if change.state != "draft":
        raise Conflict(_("Only a draft can be given up."))
    if change.kind == "text":
        texts.set_aside(change)
    change.state, change.decided_at = "discarded", clock.now()
    audit.record(identity.actor, "discard_knowledge", change.kind, str(change.id), detail=change.title)
    return change


def take_back(identity: Identity, change_id: int) -> KnowledgeChange:
    """Undo a published change at once; any curator may. The caller commits."""
    change = get_change(identity, change_id)
    if change.state != "published":
        raise Conflict(_("Only a published change can be taken back."))
    change.state, change.decided_at = "withdrawn", clock.now()
    release(change, "withdrawn")
    audit.record(identity.actor, "withdraw_knowledge", change.kind, str(change.id), detail=change.title)
    return change
