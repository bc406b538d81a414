"""Wenban's policy base: law in force on a day, and the catalogue of service items, behind one door.

A text is read and cut to clauses (ingest), placed in time among its versions (versions) and indexed (stores);
a question is understood, searched and answered from clauses and catalogue facts with citations (answering).
Import from here and nowhere deeper.
"""

from policy_kb import catalogue, clock, errors, model, text, wording, workdays
from policy_kb.base import PolicyBase, open_policy_base
from policy_kb.errors import (
    CatalogueError,
    PolicyBaseError,
    StoreUnavailable,
    UnknownDocument,
    UnreadableText,
)
from policy_kb.model import (
    Answer,
    Block,
    Citation,
    Clause,
    Fact,
    FileReport,
    Hit,
    NextStep,
    Option,
    Paragraph,
    ServiceRef,
    Topic,
    Version,
)
from policy_kb.versions import describe_status

__all__ = [
    "Answer",
    "Block",
    "CatalogueError",
    "Citation",
    "Clause",
    "Fact",
    "FileReport",
    "Hit",
    "NextStep",
    "Option",
    "Paragraph",
    "PolicyBase",
    "PolicyBaseError",
    "ServiceRef",
    "StoreUnavailable",
    "Topic",
    "UnknownDocument",
    "UnreadableText",
    "Version",
    "catalogue",
    "clock",
    "describe_status",
    "errors",
    "model",
    "open_policy_base",
    "text",
    "wording",
    "workdays",
]
