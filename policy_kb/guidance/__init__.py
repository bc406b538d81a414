"""Which licence do I need: dated decision tables, asked one fact at a time.

``catalogue/tables/*.yml`` hold the tables (docs/decision-tables.md); ``reading`` reads them strictly, ``linting`` finds
gaps and overlaps by going through every combination of facts, ``asking`` says what is still worth asking, ``hearing``
takes over what somebody has said already, ``answering`` words the row that fits with its clauses.
"""

from policy_kb.guidance.answering import (
    answer_step,
    explain,
    list_citations,
    list_facts,
    list_prospects,
    name_outcome,
    preview,
)
from policy_kb.guidance.asking import Step, list_periods, open_outcomes, read_facts, take_step
from policy_kb.guidance.checking import check_tables
from policy_kb.guidance.hearing import Heard, asks_plainly, find_law_day, find_table, hear, says, wishes
from policy_kb.guidance.linting import lint_table
from policy_kb.guidance.loading import get_table, load_tables
from policy_kb.guidance.tables import Choice, Question, Row, Table

__all__ = [
    "Choice",
    "Heard",
    "Question",
    "Row",
    "Step",
    "Table",
    "answer_step",
    "asks_plainly",
    "check_tables",
    "explain",
    "find_law_day",
    "find_table",
    "get_table",
    "hear",
    "lint_table",
    "list_citations",
    "list_facts",
    "list_periods",
    "list_prospects",
    "load_tables",
    "name_outcome",
    "open_outcomes",
    "preview",
    "read_facts",
    "says",
    "take_step",
    "wishes",
]
