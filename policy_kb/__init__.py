"""Wenban's policy base: law in force on a day, and the catalogue of service items, behind one door.

A text is read and cut to clauses (ingest), placed in time among its versions (versions) and indexed (stores);
a question is understood, searched and answered from clauses and catalogue facts with citations (answering).
Import from here and nowhere deeper.
"""

from policy_kb import catalogue, clock, errors, model, text, wording, workdays
from policy_kb.base import PolicyBase, open_policy_base
from policy_kb.catalogue import ServiceItem, UnknownItem
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
from policy_kb.text import normalise, strip_invisible
from policy_kb.versions import describe_status
from policy_kb.wording import gettext_for

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
    "ServiceItem",
    "ServiceRef",
    "StoreUnavailable",
    "Topic",
    "UnknownDocument",
    "UnknownItem",
    "UnreadableText",
    "Version",
    "catalogue",
    "clock",
    "describe_status",
    "errors",
    "gettext_for",
    "model",
    "normalise",
    "open_policy_base",
    "strip_invisible",
    "text",
    "wording",
    "workdays",
]
