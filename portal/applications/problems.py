"""What looks wrong with a case that waits for an officer: rules it breaks, registers that say otherwise today, law that changed
since it was sent, entries on the credit of the party. Each is a proposal with a note that could be sent; the officer decides.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from policy_kb import PolicyBaseError, clock, gettext_for
from portal.applications import completeness, prefilling, questions
from portal.applications.models import Case
from portal.audit import service as audit
from portal.forms.service import Cite, Field, Form
from portal.identity.service import Identity
from portal.knowledge import policy_base
from portal.prefill.service import Fact, Outcome

WAITING = ("submitted", "resubmitted", "accepted")


@dataclass(frozen=True, slots=True)
class Problem:
    """``kind``: missing, rule, file, record, law or credit. ``note`` is what could be told to the applicant, in the language they sent
    it in ("" when they can do nothing about it here)."""

    kind: str
    field_id: str
    label: str
    text: str
    note: str = ""
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True)
class _Look:
    """A case as it is looked at: its answers, what the registers say today, and the day it came in."""

    case: Case
    form: Form
    answers: Mapping[str, Any]
    facts: Mapping[int, Fact]
    language: str

    @property
    def received(self) -> date:
        return self.case.received_at.date()

    def make(
        self, kind: str, field: Field, told: Mapping[str, str], *, note: bool = True, cites: tuple[Cite, ...] = ()
    ) -> Problem:
        """A problem of one field; what the register locks is nothing the applicant can correct."""
        locked = self.case.snapshot.provenance.get(field.id, {}).get("origin") == "locked"
        kept = told[self.case.language] if note and not locked else ""
        return Problem(kind, field.id, field.label[self.language], told[self.language], kept, cites)


def list_problems(identity: Identity, case: Case, language: str) -> list[Problem]:
    """In the order of the form, those of the party as a whole last. Reading the registers leaves an audit line; the caller
    commits. Nothing is listed of a case that is decided."""
    if case.state not in WAITING:
        return []
    form = questions.form_of(case.form_id, case.form_version)
    facts = prefilling.read_registers(identity, case.draft, language)
    audit.record(identity.actor, "compare_records", "case", case.number, party_code=case.party_code)
    look = _Look(case, form, case.snapshot.content["answers"], facts, language)
    found = [
        *_list_missing(look), *_list_rules(look), *_list_files(look), *_list_records(look, identity), *_list_law(look),
    ]  # fmt: skip
    order = {name: n for n, name in enumerate(questions.fields_of(form))}
    return [*sorted(found, key=lambda one: order[one.field_id]), *_list_credit(look)]


def _list_missing(look: _Look) -> Iterator[Problem]:
    """What the answers ask for and is not there: a condition may have changed with the day."""
    for path in completeness.list_missing(look.form, look.answers):
        field = questions.find_field(look.form, path)
        assert field is not None
        told = {code: gettext_for(code)("This is not answered.") for code in ("zh", "en")}
        yield look.make("missing", field, told, cites=field.cites)


def _list_rules(look: _Look) -> Iterator[Problem]:
    """Rules broken on the day it was sent, as the registers stand now; and what has run out since."""
    recorded = prefilling.list_recorded(look.form, look.case.draft, look.facts)
    then = completeness.list_broken(look.form, look.answers, recorded, look.received)
    since = [
        rule
        for rule in completeness.list_broken(look.form, look.answers, recorded)
        if rule.check.operator == "valid_today" and rule not in then
    ]
    for rule in (*then, *since):
        timely = rule.check.operator in ("in_window", "in_time")  # what came late cannot be made earlier
        yield look.make("rule", look.form.get_field(rule.fields[0]), rule.label, note=not timely, cites=rule.cites)


def _list_files(look: _Look) -> Iterator[Problem]:
    """One file in the place of several materials."""
    for fields in completeness.list_same_files(look.form, look.answers):
        told = {
            code: gettext_for(code)("The same file stands for: %(labels)s.")
            % {"labels": gettext_for(code)("; ").join(one.label[code] for one in fields)}
            for code in ("zh", "en")
        }
        yield look.make("file", fields[-1], told)


def _list_records(look: _Look, identity: Identity) -> Iterator[Problem]:
    """Answers that are not what a register says of the same thing today, and registers that disagree about one."""
    draft, facts = look.case.draft, look.facts
    said = {code: prefilling.settle(look.form, draft, facts, identity, code) for code in ("zh", "en")}
    for field in questions.list_shown(look.form, look.answers):
        outcome, answer = said[look.language][field.id], look.answers.get(field.id)
        as_said = [prefilling.is_same(field, one, answer) for one in outcome.choices or (outcome,)]
        if outcome.outcome == "conflict" or (outcome.outcome == "auto" and outcome.grade == "A" and not any(as_said)):
            told = {code: _tell_record(look, field, one[field.id], code) for code, one in said.items()}
            yield look.make("record", field, told, note=not any(as_said))


def _tell_record(look: _Look, field: Field, outcome: Outcome, language: str) -> str:
    _ = gettext_for(language)

    def say(value: Any, fact_id: int | None) -> dict[str, str]:
        line = prefilling.write_line(look.facts.get(fact_id or 0), language, sent=True)
        return {"value": questions.write(field, value, language), "line": line}

    if outcome.outcome == "conflict":
        sides = [_("%(value)s (%(line)s)") % say(one.value, one.fact_id) for one in outcome.choices]
        return _("Two registers disagree: %(said)s.") % {"said": _("; ").join(sides)}
    return _("The register says today: %(value)s (%(line)s).") % say(outcome.value, outcome.fact_id)


def _list_law(look: _Look) -> Iterator[Problem]:
    """Clauses behind a field that read otherwise today than on the day it was sent."""
    told = {
        code: gettext_for(code)("The clause behind this reads otherwise since the application was sent.")
        for code in ("zh", "en")
    }
    for field in questions.list_shown(look.form, look.answers) if look.received < clock.today() else ():
        changed = tuple(cite for cite in field.cites if _has_changed(cite, look.received))
        if changed:
            yield look.make("law", field, told, note=False, cites=changed)


def _has_changed(cite: Cite, since: date) -> bool:
    try:
        before, now = (policy_base().find_clause(cite.title, cite.article, as_of=day) for day in (since, clock.today()))
    except PolicyBaseError:
        return False  # the text is not loaded, or the base is away: the page says so itself
    return before is not None and (now is None or now.text != before.text)


def _list_credit(look: _Look) -> Iterator[Problem]:
    """What the registers say of the credit of the party."""
    for fact in look.facts.values():
        if fact.concept.startswith("credit.") and fact.value and fact.grade == "A":
            label = prefilling.concept_label(fact.concept, look.language)
            line = prefilling.write_line(fact, look.language, sent=True)
            text = gettext_for(look.language)("%(value)s (%(line)s)") % {"value": fact.value, "line": line}
            yield Problem("credit", "", label, text)
