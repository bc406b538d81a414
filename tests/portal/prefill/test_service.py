"""Reading sources for a draft: what is kept, what is audited, who may, and what happens when a source is down."""

import json
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from policy_kb import clock
from portal.audit.service import list_lines
from portal.errors import Forbidden, Missing, NotSignedIn
from portal.extensions import db
from portal.forms import service as forms
from portal.identity import service as identities
from portal.identity.service import ANONYMOUS, Identity
from portal.prefill import demo, service
from portal.prefill.explaining import Explained, explain
from portal.prefill.facts import Fact
from portal.prefill.sources import CHANNELS, Source
from tests.portal.made_once import put_demo

RENEWAL = "device-distribution-renewal"


@pytest.fixture
def loaded(app: APIFlask) -> APIFlask:
    """The four demo enterprises."""
    put_demo(app)
    return app


def act_as(login: str) -> Identity:
    account = identities.find_account(login)
    assert account is not None
    return identities.identity_of(account)


def explain_for(login: str, form_id: str = RENEWAL, record_id: str = "") -> Explained:
    who = act_as(login)
    return explain(who, who.party_code, forms.get_form(form_id), record_id, clock.today(), "zh")


def outcome_of(told: Explained, field_id: str) -> str:
    return next(f.outcome for f in told.fields if f.id == field_id)


def test_the_demo_codes_are_right_and_the_demo_loads_twice(loaded: APIFlask) -> None:
    assert all(forms.is_credit_code(one.code) for one in demo.ENTERPRISES)
    again = loaded.test_cli_runner().invoke(args=["demo", "load"])
    assert again.output.startswith("0 accounts and 0 records added")


def test_a_renewal_is_filled_but_for_the_one_thing_that_changed(loaded: APIFlask) -> None:
    told = explain_for("kangrui")
    assert [f.id for f in told.fields if f.prefillable and f.outcome != "auto"] == ["legal_rep"]
    assert told.filled / told.fillable >= 0.9
    assert {f.id for f in told.fields if f.locked} == {"licence_no", "valid_to", "issued_on", "uscc"}
    assert all(f.origin_line.startswith("来自") for f in told.fields if f.outcome == "auto")


def test_the_kangrui_licence_lies_inside_its_window(loaded: APIFlask) -> None:
    told = explain_for("kangrui")
    valid_to = next(f.value for f in told.fields if f.id == "valid_to")
    days = forms.find_window_days(forms.get_form(RENEWAL), {"valid_to": valid_to})
    assert days is not None
    assert days[0] is not None
    assert days[0] <= clock.today() <= days[1]


def test_another_line_of_products_and_a_stale_copy_fill_nothing(loaded: APIFlask) -> None:
    told = explain_for("yunqiao")
    texts = json.dumps([str(f.value) for f in told.fields if f.outcome == "auto"], ensure_ascii=False)
    assert "药港路" not in texts
    assert "秦望川" not in texts
    assert "卫长庚" not in texts
    assert outcome_of(told, "org_type") == "none"
    assert [r["reason_code"] for f in told.fields if f.id == "org_type" for r in f.rejected] == ["stale"]


def test_earlier_products_are_offered_and_never_fill_a_new_one(loaded: APIFlask) -> None:
    told = explain_for("meiyan", "general-cosmetic-filing")
    form = forms.get_form("general-cosmetic-filing")
    about = {f.id: f.about for f in form.list_fields()}
    assert {f.id for f in told.fields if f.outcome == "auto" and about[f.id] == "product"} == set()
    assert outcome_of(told, "maker_licence") == "suggest"
    assert outcome_of(told, "formula") == "suggest"


def test_an_enterprise_known_to_one_register_only_gets_what_that_says(loaded: APIFlask) -> None:
    told = explain_for("haoyi")
    filled = {f.id for f in told.fields if f.outcome == "auto"}
    assert filled == {
        "org_name",
        "uscc",
        "org_type",
        "domicile",
        "legal_rep",
        "phone",
        "agent_name",
        "agent_mobile",
        "agent_email",
    }


def test_facts_are_kept_with_the_draft_and_every_source_is_audited(loaded: APIFlask) -> None:
    who = act_as("kangrui")
    form = forms.get_form(RENEWAL)
    fetched = service.fetch_facts(who, who.party_code, form, "draft-1")
    assert fetched.failed_sources == ()
    assert {fact.party_code for fact in fetched.facts} == {who.party_code}
    assert all(fact.id for fact in fetched.facts)
    lines = [line.detail.partition(":")[0] for line in list_lines(subject_kind="draft", subject_id="draft-1")]
    assert sorted(lines) == sorted(CHANNELS)
    outcomes = service.resolve(
        form, service.list_facts("draft-1"), {}, party_code=who.party_code, today=clock.today(), actor=who.account_id
    )
    filled = [o for o in outcomes.values() if o.outcome == "auto"]
    assert len(filled) == explain_for("kangrui").filled
    assert {o.fact_id for o in filled} <= {fact.id for fact in fetched.facts}


def test_what_a_record_says_stands_in_one_row_and_every_fact_has_a_number_of_its_own_in_the_draft(
    loaded: APIFlask,
) -> None:
    who, form = act_as("meiyan"), forms.get_form("general-cosmetic-filing")
    first = service.fetch_facts(who, who.party_code, form, "draft-1").facts
    again = service.fetch_facts(who, who.party_code, form, "draft-1").facts
    other = service.fetch_facts(who, who.party_code, form, "draft-2").facts
    assert [fact.id for fact in again] == list(range(1, 2 * len(first) + 1))
    assert [fact.id for fact in other] == [fact.id for fact in first]
    assert service.list_facts("draft-1") == list(again)
    rows = db.session.query(service.FactSheet).filter_by(draft_id="draft-2").all()
    records = [row.record_id for row in rows if row.record_id]
    assert len(set(records)) == len(records) >= 3
    assert len(rows) == len(records) + len(CHANNELS) + 1  # a mark a source, and the account
    named = {
        (draft_id, fact.id or 0): fact.source
        for draft_id, facts in (("draft-1", again), ("draft-2", other))
        for fact in facts
    }
    assert service.list_sources_of(named) == named
    assert service.list_sources_of([("draft-2", 10_000), ("draft-9", 1)]) == {}


def test_a_source_that_is_down_is_told_and_the_rest_goes_on(loaded: APIFlask) -> None:
    def fail(_identity: Identity, _party: str) -> list[Fact]:
        raise service.SourceDown("time-out after 3 s")

    who, form = act_as("kangrui"), forms.get_form(RENEWAL)
    channels = {
        **CHANNELS,
        "licence_register": Source(
            {"zh": "许可备案库", "en": "licence register"}, CHANNELS["licence_register"].gives, fail
        ),
    }
    fetched = service.fetch_facts(who, who.party_code, form, "draft-2", channels=channels)
    assert fetched.failed_sources == ("licence_register",)
    assert fetched.reasons["licence_register"] == "现在查不到许可备案库。请先自行填写，我们之后再核对。"
    assert service.list_failed(list(fetched.facts)) == ["licence_register"]
    assert any(line.action == "prefill_failed" for line in list_lines(subject_kind="draft", subject_id="draft-2"))
    outcomes = service.resolve(
        form, fetched.facts, {}, party_code=who.party_code, today=clock.today(), actor=who.account_id
    )
    assert (outcomes["licence_no"].outcome, outcomes["licence_no"].locked) == ("suggest", False)
    assert outcomes["legal_rep"].value == "陆晚晴"
    again = service.fetch_facts(who, who.party_code, form, "draft-2")
    assert service.list_failed(list(again.facts)) == []


def test_a_refused_source_is_not_asked(loaded: APIFlask) -> None:
    who, form = act_as("kangrui"), forms.get_form(RENEWAL)
    fetched = service.fetch_facts(who, who.party_code, form, "draft-3", refused=frozenset({"earlier_submissions"}))
    assert fetched.failed_sources == ("earlier_submissions",)
    assert not [fact for fact in fetched.facts if fact.source == "accepted_filing"]


def test_nobody_reads_the_records_of_another_and_the_try_is_audited(loaded: APIFlask) -> None:
    stranger = act_as("haoyi")
    record = service.list_records(act_as("kangrui"), demo.KANGRUI.code)[0]
    with pytest.raises(Forbidden):
        service.list_records(stranger, demo.KANGRUI.code)
    with pytest.raises(Forbidden):
        service.get_record(stranger, record.id)
    with pytest.raises(Forbidden):
        service.fetch_facts(stranger, demo.KANGRUI.code, forms.get_form(RENEWAL), "draft-4")
    with pytest.raises(NotSignedIn):
        service.list_records(ANONYMOUS, demo.KANGRUI.code)
    with pytest.raises(Missing):
        service.get_record(stranger, "nothing")
    assert [line.actor for line in list_lines(party_code=demo.KANGRUI.code) if line.action == "records_refused"][
        -1
    ] == stranger.actor


def test_a_case_becomes_a_record_without_declarations_or_the_handler(loaded: APIFlask) -> None:
    form = forms.get_form(RENEWAL)
    values = {
        "licence_no": "粤穗药监械经营许20220317号",
        "mode": "batch",
        "declare_true": True,
        "signer": "某人",
        "agent_name": "程予安",
    }
    record = service.add_record_from_case(
        form, values, party_code=demo.KANGRUI.code, number="A11R1", as_of=date(2026, 11, 1), accepted=True
    )
    assert record.values == {"licence.number": "粤穗药监械经营许20220317号", "licence.mode": "batch"}
    assert (record.grade, record.source, record.subject) == (
        "B",
        "accepted_filing",
        "licence:粤穗药监械经营许20220317号",
    )
    assert (
        service.add_record_from_case(
            form, values, party_code=demo.KANGRUI.code, number="A11R2", as_of=date(2026, 11, 2), accepted=False
        ).grade
        == "C"
    )


def test_every_source_that_forms_speak_of_exists(app: APIFlask) -> None:
    given = {name for source in CHANNELS.values() for name in source.gives}
    assert {source for form in forms.list_forms() for f in form.list_fields() for source in f.sources} <= given


def test_the_command_explains_a_filling_as_json(loaded: APIFlask) -> None:
    soon = (clock.today() + timedelta(days=400)).isoformat()
    args = ["prefill", "explain", "--party", demo.KANGRUI.code, "--form", RENEWAL, "--json"]
    told = json.loads(loaded.test_cli_runner().invoke(args=args).output)
    assert (told["filled"], told["fillable"]) == (24, 25)
    late = json.loads(loaded.test_cli_runner().invoke(args=[*args, "--today", soon]).output)
    assert next(f for f in late["fields"] if f["id"] == "licence_no")["rejected"][-1]["reason_code"] == "expired"


def test_the_command_imports_a_file_or_nothing(loaded: APIFlask, tmp_path: object) -> None:
    from pathlib import Path

    path = Path(str(tmp_path)) / "bad.csv"
    path.write_text("party_code,party_name,kind,as_of\n1,某,business_register,2024-01-01\n", encoding="utf-8")
    reply = loaded.test_cli_runner().invoke(args=["records", "import", str(path)])
    assert reply.exit_code == 1
    assert "line 2: " in reply.output


def test_an_enterprise_sees_its_own_records_and_nobody_elses(
    loaded: APIFlask, client: FlaskClient, sign_in: Callable[..., FlaskClient]
) -> None:
    assert client.get("/records/").status_code == 302
    from portal.identity.commands import DEMO_PASSWORD

    client.post("/sign-in", data={"login": "kangrui", "password": DEMO_PASSWORD})
    page = client.get("/records/").get_data(as_text=True)
    assert "粤穗药监械经营许" in page
    assert "今天有效" in page
    assert demo.YUNQIAO.name not in page
    assert "What this record says" in client.get("/records/?lang=en").get_data(as_text=True)
    db.session.rollback()
