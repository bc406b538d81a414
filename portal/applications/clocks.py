"""Which legal clock runs for a case, taken from the catalogue facts that its form names, and when it ends."""

from dataclasses import dataclass
from datetime import date

from policy_kb import catalogue as kb
from policy_kb import workdays
from portal.applications import questions, stops
from portal.forms.service import Form
from portal.knowledge import policy_base

LIMITS = ("working_day", "day", "month")


@dataclass(frozen=True, slots=True)
class Clock:
    """A time limit with the fact that states it (text and cites). ``unit``: working_day, day or month."""

    due_for: str  # accept | review | decide
    count: int
    unit: str
    fact: kb.ItemFact

    def ends(self, start: date) -> date:
        """The last day of the limit that begins after ``start``."""
        return workdays.add_units(start, self.count, self.unit)


def list_clocks(form_id: str, version: int) -> list[Clock]:
    """The clocks of a form: acceptance, then decision (before it, for some items, the technical review). A filing, which is complete when it is sent, has none, nor has a
    step for which the law only says "without delay"."""
    form = questions.form_of(form_id, version)
    if form.is_filing:
        return []
    stages = stops.list_stages(form.item, form.variant)
    pairs = zip(("accept",) if stages else ("accept", "decide"), _list_facts(form), strict=False)
    limits = [(due_for, fact, _find_limit(form, fact)) for due_for, fact in pairs]
    facts = {fact.id: fact for fact in policy_base().catalogue.get_item(form.item).facts}
    limits += [(stage, facts[name], facts[name].values[which]) for stage, (name, which) in stages.items()]
    return [Clock(due_for, int(limit.number), limit.unit, fact) for due_for, fact, limit in limits if limit]


def _list_facts(form: Form) -> list[kb.ItemFact]:
    """The facts that the form's outcome names, in its order."""
    facts = {fact.id: fact for fact in policy_base().catalogue.get_item(form.item).facts}
    return [facts[name] for name in form.outcome[:2] if name in facts]


def _find_limit(form: Form, fact: kb.ItemFact) -> kb.Value | None:
    """The authority's period in a fact: its first, unless that is the applicant's own (the form checks it ``in_time``)."""
    own = any(rule.check.operator == "in_time" and rule.check.arguments[1] == fact.id for rule in form.rules)
    limits = [value for value in fact.values if value.unit in LIMITS]
    return next(iter(limits[own:]), None)


def find_first(form_id: str, version: int) -> str:
    """The stage that begins at acceptance: review, where an item has one, else decide."""
    return next((c.due_for for c in list_clocks(form_id, version) if c.due_for != "accept"), "decide")


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
    told = set(form.outcome) if form.is_filing else {clock.fact.id for clock in list_clocks(form_id, version)}
    facts = policy_base().catalogue.get_item(form.item).facts
    return [
        f
        for f in facts
        if f.id not in told and (f.id in form.outcome or (f.kind == "time_limit" and form.variant in f.variants))
    ]
