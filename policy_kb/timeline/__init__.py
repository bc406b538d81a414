"""Law in time: which wording gave way to which and who says so (linking,
from amending and ending), what differs between two (comparing), and
what of ours rests on the clauses that changed (transitions).

From when to when a wording applies is placed at ingest by ``policy_kb.versions``; here is what is told about it.
"""

from policy_kb.timeline.comparing import ClauseChange, Comparison, Run, compare_texts, compare_versions
from policy_kb.timeline.linking import find_successor, trace_document
from policy_kb.timeline.links import DocumentHistory, VersionLink
from policy_kb.timeline.naming import find_named_version
from policy_kb.timeline.transitions import (
    Binding,
    Touched,
    Transition,
    describe_transition,
    list_bindings,
    list_transitions,
    mark_reviewed,
    note_rereading,
)

__all__ = [
    "Binding",
    "ClauseChange",
    "Comparison",
    "DocumentHistory",
    "Run",
    "Touched",
    "Transition",
    "VersionLink",
    "compare_texts",
    "compare_versions",
    "describe_transition",
    "find_named_version",
    "find_successor",
    "list_bindings",
    "list_transitions",
    "mark_reviewed",
    "note_rereading",
    "trace_document",
]
