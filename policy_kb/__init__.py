"""Wenban's policy base: law in force on a day, and the catalogue of service items, behind one door.

A text is read and cut to clauses (ingest), placed in time among its versions (versions) and indexed (stores);
a question is understood, searched and answered from clauses and catalogue facts with citations (answering).
Import from here and nowhere deeper.
"""

from policy_kb import catalogue, clock, errors, guidance, model, text, wording, workdays
from policy_kb.address import (
    address_of,
    format_address,
    headings_anchor,
    list_items,
    parse_address,
    split_points,
    tell_address,
)
from policy_kb.answering.routing import hears_emergency, may_be_emergency
from policy_kb.answering.understanding import find_product
from policy_kb.base import PolicyBase
from policy_kb.catalogue import ServiceItem, UnknownItem
from policy_kb.catalogue.quantities import list_quantities
from policy_kb.errors import (
    CatalogueError,
    PolicyBaseError,
    StoreUnavailable,
    UnknownDocument,
    UnreadableText,
)
from policy_kb.evaluation.gate import Regression, find_regressions, list_askable
from policy_kb.ingest.formats import ENDINGS as TEXT_ENDINGS
from policy_kb.ingest.formats import unpack as unpack_archive
from policy_kb.model import (
    Address,
    Answer,
    Block,
    Citation,
    Clause,
    Deadline,
    Effect,
    Fact,
    FileReport,
    Findings,
    Hit,
    NextStep,
    Obligation,
    Option,
    Paragraph,
    Part,
    Reference,
    ServiceRef,
    Stating,
    Term,
    Topic,
    Version,
)
from policy_kb.opening import open_policy_base
from policy_kb.remarks import describe_remark
from policy_kb.stated import points_at
from policy_kb.text import normalise, strip_invisible
from policy_kb.timeline import (
    Binding,
    ClauseChange,
    Comparison,
    DocumentHistory,
    Touched,
    Transition,
    VersionLink,
    describe_transition,
    list_bindings,
    list_transitions,
    mark_reviewed,
    trace_document,
)
from policy_kb.versions import describe_status
from policy_kb.wording import gettext_for

__all__ = [
    "TEXT_ENDINGS",
    "Address",
    "Answer",
    "Binding",
    "Block",
    "CatalogueError",
    "Citation",
    "Clause",
    "ClauseChange",
    "Comparison",
    "Deadline",
    "DocumentHistory",
    "Effect",
    "Fact",
    "FileReport",
    "Findings",
    "Hit",
    "NextStep",
    "Obligation",
    "Option",
    "Paragraph",
    "Part",
    "PolicyBase",
    "PolicyBaseError",
    "Reference",
    "Regression",
    "ServiceItem",
    "ServiceRef",
    "Stating",
    "StoreUnavailable",
    "Term",
    "Topic",
    "Touched",
    "Transition",
    "UnknownDocument",
    "UnknownItem",
    "UnreadableText",
    "Version",
    "VersionLink",
    "address_of",
    "catalogue",
    "clock",
    "describe_remark",
    "describe_status",
    "describe_transition",
    "errors",
    "find_product",
    "find_regressions",
    "format_address",
    "gettext_for",
    "guidance",
    "headings_anchor",
    "hears_emergency",
    "list_askable",
    "list_bindings",
    "list_items",
    "list_quantities",
    "list_transitions",
    "mark_reviewed",
    "may_be_emergency",
    "model",
    "normalise",
    "open_policy_base",
    "parse_address",
    "points_at",
    "split_points",
    "strip_invisible",
    "tell_address",
    "text",
    "trace_document",
    "unpack_archive",
    "wording",
    "workdays",
]
