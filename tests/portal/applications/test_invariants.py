"""Whatever is done to a draft, by page and by conversation, in any order: what stands in it and where it came from is true.

A state machine edits real drafts that were filled from records. After each step every invariant of the prefill design
is looked at in the tables, with the forms' own reading of a value and none of the resolution's code.
"""

import json
import os
import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from apiflask import APIFlask
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from portal import create_app
from portal.applications import chat, service, snapshots
from portal.applications.models import Answer, Case, Draft
from portal.errors import Conflict, Invalid
from portal.extensions import db
from portal.forms.service import Field, build_schema, list_shown, read_value
from portal.identity import service as identities
from portal.identity.service import Identity
from portal.prefill import service as prefill
from portal.prefill.facts import READ
from portal.prefill.service import Fact
from portal.settings import Settings
from tests.portal.applications.conftest import DAY, TODAY
from tests.portal.forms.made_answers import list_wrong, make_value

# Parties with one licence, with several products, and with registers that disagree.
STORIES = [
    ("kangrui", "A11", "renew"),
    ("qihang", "A8", "change"),
    ("yunqiao", "A11", "renew"),
]
BY_PERSON = {"manual", "override", "chat_confirmed", "carried"}
BY_SYSTEM = {"auto", "computed"}
numbers = st.integers(0, 10_000)


class Edits(RuleBasedStateMachine):
    """One draft; ``mine`` is the last answer that a person gave to each field and that was accepted."""

    app: ClassVar[APIFlask]
    first: ClassVar[Path]

    @initialize(story=st.sampled_from(STORIES), consent=st.sampled_from(["all", "all", "none"]))
    def begin(self, story: tuple[str, str, str], consent: str) -> None:
        login, item, variant = story
        os.environ["WENBAN_NOW"] = DAY
        self.today = TODAY
        self.context = self.app.test_request_context(headers={"Accept-Language": "zh"})
        self.context.push()
        db.engine.dispose()
        shutil.copy(self.first, db.engine.url.database or "")
        account = identities.find_account(login)
        assert account
        self.who: Identity = identities.identity_of(account)
        draft = service.start(self.who, item, variant)
        service.decide_sources(self.who, draft.id, service.read_said(consent, ()))
        db.session.commit()
        self.draft_id, self.pending = draft.id, dict[str, Any]()
        self.mine: dict[str, Any] = {}
        self.looked: tuple[Any, Any] = ((), None)
        self.rows: dict[int, tuple[Any, ...]] = {}

    def teardown(self) -> None:
        if hasattr(self, "context"):
            db.session.remove()
            self.context.pop()

    @property
    def draft(self) -> Draft:
        return db.session.get_one(Draft, self.draft_id)

    @property
    def view(self) -> service.View:
        return self._look()[0]

    def _look(self) -> tuple[service.View, dict[str, Any], dict[str, Any]]:
        """(view, content, provenance) of the draft as it stands, made once for each state: most of the time goes here."""
        draft = self.draft
        key = (draft.version, draft.state, len(draft.answers), len(self._list_facts()), self.today)
        if key != self.looked[0]:
            view = service.view_draft(draft, "zh")
            self.looked = key, (view, *service.build_snapshot(view))
        return self.looked[1]

    def _is_open(self) -> bool:
        return self.draft.state == "open"

    def _pick(self, number: int) -> Field:
        """A field that is asked and may be answered now."""
        view = self.view
        fields = [f for f in list_shown(view.form, view.values, self.today) if view.is_open(f.id) and f.type != "file"]
        return fields[number % len(fields)]

    def _save(self, raw: dict[str, Any], **more: Any) -> service.Saved:
        saved = service.save_fields(self.who, self.draft_id, self.draft.version, raw, "page", **more)
        db.session.commit()
        return saved

    def _make(self, field: Field, number: int) -> Any:
        schema = build_schema(self.view.form)["properties"][field.id]
        if field.type == "yes_no":
            return "yes" if number % 2 else "no"
        if field.type == "declaration":
            return "yes"
        if field.type == "choice":
            return schema["enum"][number % len(schema["enum"])]
        return make_value(schema, TODAY, number % 3)

    @precondition(_is_open)
    @rule(number=numbers, value=numbers)
    def answer_on_the_page(self, number: int, value: int) -> None:
        field = self._pick(number)
        raw = self._make(field, value)
        saved = self._save({field.id: raw})
        assert saved.errors == {}
        row = service.newest_answers(self.draft)[field.id]
        assert row.value == read_value(field, raw)
        if row.author:
            self.mine[field.id] = row.value

    @precondition(_is_open)
    @rule(number=numbers, value=numbers)
    def answer_wrongly(self, number: int, value: int) -> None:
        field = self._pick(number)
        wrong = [
            v for _why, v in list_wrong(build_schema(self.view.form)["properties"][field.id]) if isinstance(v, str)
        ]
        if not wrong or field.type in ("repeat", "choices"):
            return
        before = self._stand()
        assert field.id in self._save({field.id: wrong[value % len(wrong)]}).errors
        assert self._stand() == before

    @precondition(_is_open)
    @rule(number=numbers)
    def clear_on_the_page(self, number: int) -> None:
        field = self._pick(number)
        had = self.view.values.get(field.id) is not None
        self._save({}, clear=[field.id])
        assert field.id not in self.view.values
        if had:
            self.mine[field.id] = None

    @precondition(_is_open)
    @rule(number=numbers)
    def choose_what_a_record_offers(self, number: int) -> None:
        view = self.view
        offers = [
            (f, c)
            for f in list_shown(view.form, view.values, self.today)
            if view.is_open(f.id)
            for c in service.offered(view.outcomes.get(f.id))
        ]
        if not offers:
            return
        field, offer = offers[number % len(offers)]
        if field.id in self._save({}, chosen={field.id: str(offer.fact_id)}).saved:
            self.mine[field.id] = service.newest_answers(self.draft)[field.id].value

    @precondition(_is_open)
    @rule()
    def save_again_with_everything_blank(self) -> None:
        """F4: blank, hidden and protected fields are not erased by saving a page once more."""
        view, before = self.view, self._stand()
        shown = [f.id for f in list_shown(view.form, view.values, self.today) if view.is_open(f.id)]
        assert self._save(dict.fromkeys(shown, "")).saved == ()
        assert self._stand() == before

    @precondition(_is_open)
    @rule(number=numbers)
    def send_what_may_not_be_sent(self, number: int) -> None:
        view, before = self.view, self._stand()
        shown = {f.id for f in list_shown(view.form, view.values, self.today)}
        closed = [f.id for f in view.form.list_fields() if view.is_locked(f.id) or f.id not in shown]
        name = [*closed, "no_such_field"][number % (len(closed) + 1)]
        with pytest.raises(Invalid):
            self._save({name: "x"})
        db.session.rollback()
        assert self._stand() == before

    @precondition(_is_open)
    @rule()
    def ask_in_the_conversation(self) -> None:
        self._said(chat.resume(self.who, self.draft_id, "zh"))

    @precondition(lambda self: bool(self.pending) and self._is_open())
    @rule(value=numbers)
    def say_an_answer(self, value: int) -> None:
        if self.pending["kind"] == "confirm" or not self.pending["field_id"]:
            return
        field = self.view.form.get_field(self.pending["field_id"])
        raw, before = self._make(field, value), self._stand()
        if isinstance(raw, str):
            self._said(chat.answer(self.who, self.draft_id, field.id, raw, self.pending["step"], "zh"))
            assert self._stand() == before, "nothing counts before it was read back"

    @precondition(lambda self: bool(self.pending) and self._is_open())
    @rule(yes=st.booleans())
    def reply_to_the_read_back(self, yes: bool) -> None:
        kept, before = self.draft.talk.get("read_back"), self._stand()
        if self.pending["kind"] != "confirm" or self.pending["step"].endswith((":submit", ":sources")) or not kept:
            return
        self._said(chat.confirm(self.who, self.draft_id, self.pending["step"], yes, "zh"))
        row = service.newest_answers(self.draft).get(kept["field"])
        if not yes:
            assert self._stand() == before
        elif row and row.author and row.channel == "chat":
            assert row.value == kept["value"]
            self.mine[kept["field"]] = row.value

    @precondition(lambda self: bool(self.pending) and self._is_open())
    @rule()
    def leave_it_for_later(self) -> None:
        self._said(chat.skip(self.who, self.draft_id, self.pending["step"], "zh"))

    def _said(self, turn: chat.Turn) -> None:
        self.pending = turn[1] or {}
        db.session.commit()

    @precondition(_is_open)
    @rule(yes=st.booleans(), number=numbers)
    def say_of_a_source_whether_it_may_be_asked(self, yes: bool, number: int) -> None:
        names = sorted(service.read_said("all", ()))
        service.decide_sources(self.who, self.draft_id, {names[number % len(names)]: yes})
        db.session.commit()
        self.mine |= {n: r.value for n, r in service.newest_answers(self.draft).items() if r.origin == "carried"}

    @precondition(_is_open)
    @rule(days=st.sampled_from([1, 30, 200]))
    def days_pass(self, days: int) -> None:
        if self.today < TODAY + timedelta(days=400):
            self.today += timedelta(days=days)
            os.environ["WENBAN_NOW"] = f"{self.today.isoformat()}T10:00"

    @precondition(_is_open)
    @rule()
    def come_back(self) -> None:
        service.refresh(self.who, self.draft)
        db.session.commit()
        if not service.is_undecided(self.draft) and "given" in {
            one.decision for one in service.list_asked(self.draft, "zh")
        }:
            # what a person chose stays theirs, however old the register's own copy is: sending refuses it (``send``)
            theirs = {name for name, row in service.newest_answers(self.draft).items() if row.author}
            old = set(self._list_old()) - theirs
            assert not old, "what was too old was asked again, or does not fill a field any more"

    @precondition(_is_open)
    @rule()
    def send(self) -> None:
        """Sending is refused for a fact that is too old and for what is missing; else there is one case, and one only."""
        old, view = self._list_old(), self.view
        errors = view.list_errors()
        if old or errors:
            with pytest.raises(Conflict if old else Invalid) as caught:
                service.submit(self.who, self.draft_id, self.draft.version, "k")
            assert caught.value.code == "expired" if old else caught.value.fields == errors
            db.session.rollback()
            return
        case = service.submit(self.who, self.draft_id, self.draft.version, "k")
        db.session.commit()
        assert service.submit(self.who, self.draft_id, 1, "other").id == case.id
        assert db.session.query(Case).count() == 1
        assert snapshots.hash_content(case.snapshot.content) == case.snapshot_hash

    @precondition(_is_open)
    @rule(number=numbers)
    def answer_all_that_is_open(self, number: int) -> None:
        """So that some stories come to be sent."""
        for _round in range(3):
            view = self.view
            gaps = {path.partition("[")[0] for path in view.list_errors()}
            asked = [f for f in list_shown(view.form, view.values, self.today) if f.id in gaps and view.is_open(f.id)]
            raw = {f.id: self._make(f, number) for f in asked if f.type != "file"}
            self._save(raw)
            newest = service.newest_answers(self.draft)
            self.mine |= {n: newest[n].value for n in raw if n in newest and newest[n].author}

    def _stand(self) -> tuple[Any, ...]:
        """Everything that an edit can change."""
        rows = [(r.id, r.field_id, r.value, r.state, r.origin) for r in self.draft.answers]
        return self.draft.version, rows, snapshots.hash_content(self._look()[1])

    def _list_facts(self) -> dict[int, Fact]:
        found = prefill.list_facts(self.draft_id)
        assert [f.id for f in found] == list(range(1, len(found) + 1))  # no number twice, none left out
        return {f.id or 0: f for f in found}

    def _list_old(self) -> list[str]:
        """Fields that rest on a copy older than the form allows, worked out from the tables."""
        facts, form = self._list_facts(), self.view.form
        return [
            name
            for name, row in service.newest_answers(self.draft).items()
            if row.fact_id and row.origin != "carried" and _is_old(form.get_field(name), facts[row.fact_id], self.today)
        ]

    @invariant()
    def an_author_stands_exactly_where_a_person_answered(self) -> None:
        for row in self.draft.answers:
            assert row.origin in (BY_PERSON if row.author else BY_SYSTEM), (row.field_id, row.origin)

    @invariant()
    def rows_are_only_added(self) -> None:
        now = {r.id: (r.field_id, r.value, r.state, r.origin, r.author, r.fact_id) for r in self.draft.answers}
        assert {key: now.get(key) for key in self.rows} == self.rows
        self.rows = now

    @invariant()
    def what_a_person_said_is_never_written_over(self) -> None:
        newest = service.newest_answers(self.draft)
        assert {name: newest[name].value for name in self.mine} == self.mine

    @invariant()
    def every_fact_is_the_partys_and_every_filled_answer_goes_back_to_a_look_up_that_succeeded(self) -> None:
        facts, form = self._list_facts(), self.view.form
        marks = [(f.batch, source) for f in facts.values() if f.concept == READ for source in f.value["sources"]]
        assert {f.party_code for f in facts.values()} <= {self.draft.party_code}
        for name, row in service.newest_answers(self.draft).items():
            if row.state != "given" or (row.origin not in ("auto", "carried") and row.fact_id is None):
                continue
            fact, field = facts[row.fact_id or 0], form.get_field(name)
            assert (fact.batch, fact.source) in marks, name
            assert fact.concept in {field.concept, *field.offered}, name
            assert read_value(field, fact.value) == row.value, name

    @invariant()
    def each_value_that_counts_says_truly_where_it_came_from(self) -> None:
        view, content, provenance = self._look()
        assert set(content["answers"]) == set(provenance)
        facts = self._list_facts()
        for name, told in provenance.items():
            row = view.answers.get(name)
            if told["origin"] in ("auto", "locked"):
                fact = facts[(row.fact_id if row and told["origin"] == "auto" else view.outcomes[name].fact_id) or 0]
                assert read_value(view.form.get_field(name), fact.value) == content["answers"][name], name
                assert told["line"]["zh"] and told["line"]["en"], name
                assert fact.grade == "A" or told["origin"] == "auto", name
            elif told["origin"] != "computed":
                assert row and row.author and told["origin"] == row.origin, name
                assert bool(told["line"]["zh"]) == (row.fact_id is not None), name

    @invariant()
    def what_is_never_reused_has_no_candidates(self) -> None:
        view = self.view
        for field in view.form.list_fields():
            if not field.reuse or field.type == "declaration":
                outcome = view.outcomes[field.id]
                assert (outcome.choices, outcome.rejected, outcome.fact_id) == ((), (), None), field.id
                assert all(r.author for r in self.draft.answers if r.field_id == field.id), field.id

    @invariant()
    def hidden_answers_are_kept_and_do_not_count(self) -> None:
        view = self.view
        shown = {f.id for f in list_shown(view.form, view.values, self.today)}
        assert set(self._look()[1]["answers"]) <= shown
        given = {n for n, r in service.newest_answers(self.draft).items() if r.state == "given"}
        assert given <= set(view.values)

    @invariant()
    def the_hash_can_be_made_again(self) -> None:
        content = self._look()[1]
        kept = json.loads(json.dumps(dict(reversed(content.items())), ensure_ascii=True))
        assert snapshots.hash_content(kept) == snapshots.hash_content(content)


def _is_old(field: Field, fact: Fact, today: date) -> bool:
    return field.ttl_days is not None and fact.fetched_at.date() + timedelta(days=field.ttl_days) < today


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A data folder with the demo enterprises, kept once for each story to start from."""
    folder = tmp_path_factory.mktemp("invariants")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WENBAN_NOW", DAY)
        app = create_app(Settings(env="test", data=folder, argon2_time_cost=1))
        with app.app_context():
            db.create_all()
            assert app.test_cli_runner().invoke(args=["demo", "load"]).exit_code == 0
            db.session.remove()
            db.engine.dispose()
        Edits.app, Edits.first = app, Path(shutil.copy(folder / "portal.sqlite", folder / "first.sqlite"))
        yield


@pytest.mark.usefixtures("filled")
def test_the_invariants_hold_after_any_edits_by_page_and_conversation() -> None:
    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        Edits,
        settings=settings(
            max_examples=8,
            stateful_step_count=12,
            deadline=None,
            derandomize=True,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_every_kind_of_origin_is_either_a_persons_or_the_systems() -> None:
    said = (Answer.__doc__ or "").partition("``origin``: ")[2].partition(". ``version``")[0]
    assert set(said.replace("\n", " ").split(", ")) == BY_PERSON | BY_SYSTEM
