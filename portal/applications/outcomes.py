"""What a matter ends with: the number, the term and what the register says from that day, by the kind of matter it is."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from policy_kb import catalogue as kb
from policy_kb import clock, workdays
from portal.applications import numbering, questions
from portal.applications.models import Case
from portal.forms.service import Field, Form
from portal.knowledge import policy_base

# Concepts of the papers that a certificate on one product rests on: it lasts no longer than they do
# (药品、医疗器械、保健食品、特殊医学用途配方食品广告审查管理暂行办法 art. 18).
CAPS = ("product.valid_to", "product.maker_licence_valid_to")


def find_number_field(form: Form) -> Field | None:
    """The field that says which licence or product the matter is about: it shows the register's number, locked."""
    return next((f for f in form.list_fields() if f.concept == f"{form.about}.number" and f.lock), None)


def ending_of(form: Form) -> str:
    """``new`` gives a number and a term, ``renew`` a new term, ``cancel`` an end; ``change`` (and a replacement) leaves
    number and term as they were."""
    if form.variant.endswith("cancel"):
        return "cancel"
    if questions.number_format(form) or find_number_field(form) is None:
        return "new"
    return "renew" if any(rule.check.operator == "in_window" for rule in form.rules) else "change"


def build_outcome(case: Case, form: Form) -> dict[str, Any]:
    """``number``, and ``valid_from``/``valid_to`` of a new term; a change keeps the last day (``kept_until``)."""
    answers: Mapping[str, Any] = case.snapshot.content["answers"]
    field = find_number_field(form)
    known = _by_concept(form, answers)
    number = str(answers.get(field.id, "")) if field and not questions.number_format(form) else ""
    number = number or numbering.give_number(form, case.party_code, answers)
    ending = ending_of(form)
    if ending in ("change", "cancel"):
        return {"number": number, "kept_until": known.get(f"{form.about}.valid_to", "")}
    return {"number": number, **_find_term(form, known, ending)}


def _by_concept(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    return {f.concept: answers[f.id] for f in form.list_fields() if f.concept and f.id in answers}


def _find_term(form: Form, known: Mapping[str, Any], ending: str) -> dict[str, str]:
    """A renewed term begins the day after the old one ends, or today when that is later (e.g. 医疗器械经营监督管理办法 art.
    16); its length is the catalogue's. Where the catalogue states none there is no last day."""
    start = clock.today()
    last = known.get(f"{form.about}.valid_to", "") if ending == "renew" else ""
    if last and date.fromisoformat(last) >= start:
        start = date.fromisoformat(last) + timedelta(days=1)
    years = find_years(form)
    if form.is_filing or not years:
        return {"valid_from": start.isoformat()}
    ends = [workdays.add_months(start, 12 * years) - timedelta(days=1)]
    if ending == "new" and "product.valid_to" in known:
        ends = [date.fromisoformat(known[concept]) for concept in CAPS if concept in known]
    return {"valid_from": start.isoformat(), "valid_to": min(ends).isoformat()}


def find_years(form: Form) -> int:
    """How many years the certificate is valid, from the catalogue; 0 when it does not say."""
    facts = [f for f in policy_base().catalogue.get_item(form.item).facts if f.kind == "validity"]
    years = [_years(fact) for fact in facts if not fact.variants or form.variant in fact.variants]
    return next((count for count in years if count), 0)


def _years(fact: kb.ItemFact) -> int:
    return next((int(value.number) for value in fact.values if value.unit == "year"), 0)


def build_values(form: Form, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What the register says from now on, by concept: the answers, with what a change puts in their place
    (``new_mode`` for ``mode``)."""
    kinds = ("org", form.about)
    values = {
        f.concept: answers[f.id]
        for f in form.list_fields()
        if f.id in answers and f.concept.partition(".")[0] in kinds and not f.concept.startswith("org.new_")
    }
    for field in form.list_fields():
        replaced = questions.find_field(form, f"new_{field.id}")
        if field.concept and replaced is not None and answers.get(replaced.id) is not None:
            values[field.concept] = answers[replaced.id]
    return values
