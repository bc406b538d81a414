"""What the policy base is made of, from the outside in.

A *document* (one law, rule or notice) has *versions*; a version has *clauses*
(articles 条); a clause has *paragraphs* (款) which may list *items* (项). A
clause is the unit of citation, a *passage* the unit of search, an *address* names
any of them down to a point (目). What a version states in its sentences (terms,
references, duties, effects) are its *findings*. Everything here is immutable; a
change of law is a new version.
"""

from policy_kb.model.answers import Answer, Block, Citation, Fact, NextStep, Option, ServiceRef, Topic
from policy_kb.model.clauses import Address, Clause, Paragraph, clause_id_of
from policy_kb.model.findings import Deadline, Effect, Findings, Obligation, Reference, Term
from policy_kb.model.texts import FileReport, Hit, Part, Stating, Version

__all__ = [
    "Address",
    "Answer",
    "Block",
    "Citation",
    "Clause",
    "Deadline",
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
    "Reference",
    "ServiceRef",
    "Stating",
    "Term",
    "Topic",
    "Version",
    "clause_id_of",
]
