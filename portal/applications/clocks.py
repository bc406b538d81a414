"""Which legal clock runs for a case, taken from the catalogue facts that its form names, and when it ends."""

from dataclasses import dataclass
from datetime import date

from policy_kb import catalogue as kb
from policy_kb import workdays
from portal.applications import questions
from portal.knowledge import policy_base


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit in working days with the fact that states it (text and cites)."""

    due_for: str  # accept | decide
    days: int
    fact: kb.ItemFact

    def ends(self, start: date) -> date:
        """The last day of the limit that begins after ``start``."""
        return workdays.add_working_days(start, self.days)


def list_clocks(form_id: str, version: int) -> list[Clock]:
    """The clocks of a form: acceptance, then decision. A filing, which is complete when it is sent, has none."""
    form = questions.form_of(form_id, version)
    if form.is_filing:
        return []
    facts = {fact.id: fact for fact in policy_base().catalogue.get_item(form.item).facts}
    pairs = zip(("accept", "decide"), form.outcome, strict=False)
    return [Clock(due_for, _working_days(facts[fact_id]), facts[fact_id]) for due_for, fact_id in pairs]


def find_clock(form_id: str, version: int, due_for: str) -> Clock | None:
    return next((c for c in list_clocks(form_id, version) if c.due_for == due_for), None)


def filing_fact(form_id: str, version: int) -> kb.ItemFact | None:
    """The fact that says a filing is complete when it is sent."""
    form = questions.form_of(form_id, version)
    if not form.is_filing:
        return None
    return next((f for f in policy_base().catalogue.get_item(form.item).facts if f.id == form.outcome[1]), None)


def list_own_limits(form_id: str, version: int) -> list[kb.ItemFact]:
    """What the law says of time for this very variant beside the clocks (a renewal is decided before expiry)."""
    form = questions.form_of(form_id, version)
    facts = policy_base().catalogue.get_item(form.item).facts
    return [f for f in facts if f.kind == "time_limit" and form.variant in f.variants and f.id not in form.outcome]


def _working_days(fact: kb.ItemFact) -> int:
    found = [int(v.number) for v in fact.values if v.unit == "working_day"]
    assert found, f"fact {fact.id} states no working days"
    return found[0]
