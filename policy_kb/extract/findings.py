"""A version's clauses to its findings: every 款 and 项 read once, in order."""

import re

from policy_kb.extract.effects import list_effects
from policy_kb.extract.obligations import Lead, find_lead, list_obligations
from policy_kb.extract.reading import list_units, read
from policy_kb.extract.references import Texts, list_references
from policy_kb.extract.terms import list_terms
from policy_kb.ingest.titles import document_id
from policy_kb.model import Clause, Effect, Findings, Obligation, Reference, Term, Version

_DECISION = re.compile(r"关于.*(?:修改|修正|废止).*的?决定$")
_CHANGES = re.compile(r"(?:对|将|修改|废止)\s*《((?:[^《》]|《[^《》]*》)+)》")


def extract(version: Version) -> Findings:
    """What the sentences of ``version`` state; the same for the same clauses."""
    collected = _Collected()
    for clause in version.clauses:
        collected.read(clause, Texts(version.document_id, document_id, _amended_text(version, clause)))
    return Findings(
        tuple(collected.terms), tuple(collected.references), tuple(collected.obligations), tuple(collected.effects)
    )


def _amended_text(version: Version, clause: Clause) -> str:
    """The text that a section of an amending decision changes: places without a title are that text's; "" elsewhere."""
    if not _DECISION.search(version.title):
        return ""
    named = _CHANGES.search(clause.text.split("\n")[0]) or re.search(r"《(.+)》", version.title)
    return named[1] if named else ""


class _Collected:
    """Findings under way."""

    def __init__(self) -> None:
        self.terms: list[Term] = []
        self.references: list[Reference] = []
        self.obligations: list[Obligation] = []
        self.effects: list[Effect] = []

    def read(self, clause: Clause, texts: Texts) -> None:
        lead: Lead | None = None
        for unit in list_units(clause):
            doc = read(unit.text)
            self.terms += list_terms(unit, doc)
            self.references += list_references(unit, doc, texts)
            self.effects += list_effects(unit, doc)
            duties = list_obligations(unit, doc, lead if unit.lead is not None else None)
            if unit.lead is None:
                lead = find_lead(unit, duties)
            self.obligations += duties
