"""Every form about an existing licence or product, without knowing any: it fills from the one that is named, and never
from another of the same party.

The values are made from the form's own contract; each source a field names says one for the named licence, and another
for a second licence (product) of the same kind.
"""

import sys
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from policy_kb import clock
from portal.forms import service as forms
from portal.forms.service import Field, Form
from portal.prefill.candidates import is_fillable
from portal.prefill.facts import STATUS, Fact, Stand
from portal.prefill.kinds import ACCOUNT_SOURCE
from portal.prefill.matters import REGISTERS, find_main
from portal.prefill.service import Outcome, resolve
from portal.vocabulary import ABOUT_OF, is_private

sys.path.insert(0, str(Path(__file__).parents[1] / "forms"))
from made_answers import make_value

TODAY = date(2026, 11, 24)
PARTY = "91440106MAWBKR001J"
FORMS = [form for form in forms.list_forms() if form.about in find_main(form)]


def list_sourced(form: Form) -> list[Field]:
    return [f for f in form.list_fields() if f.sources and is_fillable(f) and not is_private(f.concept)]


def make_facts(form: Form, which: int) -> Iterator[Fact]:
    """What every source says of the party and of its ``which``-th licence or product of each kind."""
    schema = forms.build_schema(form)["properties"]
    main = sorted(find_main(form)[form.about])[0]
    sources = {source for field in list_sourced(form) for source in field.sources} | {main}
    for source in sorted(sources):
        about = form.about if source in (main, "accepted_filing") else REGISTERS.get(source, "party")
        if about != form.about and which == 2:
            continue  # of everything that the form is not about the party has one
        other = REGISTERS.get(source) == form.about and source != main
        if other:
            continue  # a form that may be about one of several kinds of licence is about the one it names
        subject = f"party:{PARTY}" if about == "party" else f"{about}:N-{which}"
        number = f"{'F' if source == 'accepted_filing' else 'N'}-{which}"
        yield make_fact(source, subject, number, STATUS, "valid", which)
        for field in list_sourced(form):
            if source in field.sources and ABOUT_OF[field.concept.partition(".")[0]] in (about, "party", "person"):
                yield make_fact(source, subject, number, field.concept, make_value(schema[field.id], TODAY, 1), which)


def make_fact(source: str, subject: str, number: str, concept: str, value: Any, which: int) -> Fact:
    register = REGISTERS.get(source, "") or source == "business_register"
    own = {"party": f"party:{PARTY}", "person": "person:7"}.get(ABOUT_OF.get(concept.partition(".")[0], ""), subject)
    item = "A1/file" if source == "accepted_filing" else ""
    return Fact(
        PARTY, source, "A" if register else "B", own, concept, value, date(2026, 10, 1),
        datetime(2026, 11, 1, tzinfo=clock.BEIJING), Stand(source, number, "valid", None, None, item, subject),
        f"{source}-{which}" if source != ACCOUNT_SOURCE else "",
    )  # fmt: skip


def settle(form: Form, facts: list[Fact]) -> dict[str, Outcome]:
    main = sorted(find_main(form)[form.about])[0]
    return resolve(form, facts, {}, party_code=PARTY, today=TODAY, named_record=f"{main}-1", actor=7)


def test_there_are_forms_about_an_existing_licence() -> None:
    assert FORMS


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.item}/{form.variant}")
def test_what_is_known_fills_nine_fields_in_ten(form: Form) -> None:
    outcomes = settle(form, [*make_facts(form, 1), *make_facts(form, 2)])
    asked = list_sourced(form)
    filled = [f.id for f in asked if outcomes[f.id].outcome == "auto"]
    assert len(filled) >= 0.9 * len(asked), sorted({f.id for f in asked} - set(filled))


@pytest.mark.parametrize("form", FORMS, ids=lambda form: f"{form.item}/{form.variant}")
def test_another_licence_or_product_fills_nothing(form: Form) -> None:
    outcomes = settle(form, [*make_facts(form, 1), *make_facts(form, 2)])
    of_party = {f.id for f in form.list_fields() if f.about == "party"}
    assert [k for k, o in outcomes.items() if o.record_id.endswith("-2") and k not in of_party] == []
    alone = settle(form, list(make_facts(form, 2)))
    assert [k for k, o in alone.items() if o.outcome == "auto" and k not in of_party] == []
