"""What the order of clauses may learn from: people's questions for which a second curator published an answer.

Ratings and clicks are not among them: feedback never changes the order by itself.
"""

from typing import Any

from sqlalchemy import select

from portal.chat import service as chat
from portal.curation.models import KnowledgeChange
from portal.extensions import db


def list_confirmed() -> list[dict[str, Any]]:
    """``{"question", "gold": [{title, articles}], "group"}`` of every published FAQ, oldest first.

    Its own question, and the one from the unanswered list that it was written for, masked as it was kept.
    """
    changes = db.session.scalars(
        select(KnowledgeChange).filter_by(kind="faq", state="published").order_by(KnowledgeChange.id)
    ).all()
    asked = chat.list_unanswered_texts([change.unanswered_id for change in changes if change.unanswered_id])
    return [
        {"question": question, "gold": _clauses(change), "group": f"change-{change.id}"}
        for change in changes
        for question in dict.fromkeys(
            filter(None, (change.content["question"]["zh"], asked.get(change.unanswered_id or 0)))
        )
    ]


def _clauses(change: KnowledgeChange) -> list[dict[str, Any]]:
    return [{"title": cite["title"], "articles": [cite["article"]]} for cite in change.content["cites"]]
