"""The JSON objects that commands print; docs/command-line.md lists their keys, and they stay as they are."""

from datetime import date
from typing import Any

from policy_kb.answering.explaining import Explained
from policy_kb.model import Answer, Citation, Clause, Hit, Version
from policy_kb.timeline import ClauseChange, Comparison, DocumentHistory, Touched, Transition, VersionLink

_VERSION = (
    "id",
    "title",
    "label",
    "kind",
    "issuer",
    "document_number",
    "published",
    "amended",
    "in_force_from",
    "in_force_to",
    "release",
    "incomplete",
    "status_note",
    "source_url",
)
_LINK = (
    "kind",
    "earlier_title",
    "later_title",
    "earlier",
    "later",
    "decided",
    "effective",
    "by_title",
    "by_version",
    "by_clause",
    "by_label",
    "told",
    "source",
)


def version_record(version: Version, day: date) -> dict[str, Any]:
    """A version without its clauses, with its status on a day."""
    return {**{name: getattr(version, name) for name in _VERSION}, "status": version.status_on(day)}


def clause_record(clause: Clause) -> dict[str, Any]:
    names = ("id", "label", "article", "sub", "text")
    return {**{name: getattr(clause, name) for name in names}, "headings": list(clause.headings)}


def hit_record(hit: Hit, day: date) -> dict[str, Any]:
    return {
        "score": round(hit.score, 3),
        "paragraph": hit.paragraph,
        "clause": clause_record(hit.clause),
        "version": version_record(hit.version, day),
    }


def explained_record(explained: Explained, day: date) -> dict[str, Any]:
    """A hit with its reasons; ``score`` is the one it is ordered by, here not the store's."""
    signs = [
        {"sign": share.sign, "value": round(share.value, 4), "added": round(share.added, 4)}
        for share in explained.shares
    ]
    return {**hit_record(explained.hit, day), "score": round(explained.score, 4), "by": explained.by, "signs": signs}


def answer_record(answer: Answer) -> dict[str, Any]:
    """The answer as the portal gets it, without what only a conversation needs."""
    service = answer.service
    return {
        "question": answer.question,
        "understood": answer.understood,
        "status": answer.status,
        "language": answer.language,
        "as_of": answer.as_of,
        "text": answer.text,
        "blocks": [
            {"kind": block.kind, "text": block.text, "citations": list(block.citations)} for block in answer.blocks
        ],
        "citations": [citation_record(cited) for cited in answer.citations],
        "service": {"id": service.id, "name": service.name, "variant": service.variant} if service else None,
        "options": [option.question for option in answer.options],
        "confidence": round(answer.confidence, 3),
        "reason_code": answer.reason_code,
        "label": answer.label,
        "kb_version": answer.kb_version,
        "notices": list(answer.notices),
    }


def citation_record(cited: Citation) -> dict[str, Any]:
    return {
        "title": cited.title,
        "label": cited.label,
        "article": cited.article,
        "paragraph": cited.paragraph,
        "item": cited.item,
        "version": cited.version,
        "clause_id": cited.clause_id,
        "quote": cited.quote,
        "in_force_from": cited.in_force_from,
        "in_force_to": cited.in_force_to,
        "status": cited.status,
    }


def link_record(link: VersionLink) -> dict[str, Any]:
    return {name: getattr(link, name) for name in _LINK}


def history_record(history: DocumentHistory, day: date) -> dict[str, Any]:
    held = history.version_on(day)
    return {
        "document": history.document_id,
        "title": history.title,
        "day": day,
        "in_force": held.id if held else None,
        "versions": [version_record(version, day) for version in history.versions],
        "links": [link_record(link) for link in history.links],
    }


def change_record(change: ClauseChange) -> dict[str, Any]:
    return {
        "kind": change.kind,
        "old": [clause_record(clause) for clause in change.old],
        "new": [clause_record(clause) for clause in change.new],
        "likeness": change.likeness,
        "runs": [{"kind": run.kind, "text": run.text} for run in change.runs],
    }


def touched_record(touched: Touched) -> dict[str, Any]:
    cite = touched.cite
    return {
        "key": touched.key,
        "where": touched.where,
        "title": cite.title,
        "article": cite.article,
        "paragraph": cite.paragraph,
        "item": cite.item,
        "seen": touched.seen,
        "change": change_record(touched.change),
    }


def transition_record(transition: Transition, day: date) -> dict[str, Any]:
    return {
        "old": version_record(transition.old, day),
        "new": version_record(transition.new, day),
        "effective": transition.effective,
        "reread": transition.reread,
        "counts": transition.comparison.count(),
        "touched": [touched_record(each) for each in transition.touched],
    }


def comparison_record(comparison: Comparison, touched: list[Touched], day: date, everything: bool) -> dict[str, Any]:
    return {
        "old": version_record(comparison.old, day),
        "new": version_record(comparison.new, day),
        "counts": comparison.count(),
        "changes": [change_record(c) for c in comparison.changes if everything or c.kind not in {"same", "renumbered"}],
        "touched": [touched_record(each) for each in touched],
    }
