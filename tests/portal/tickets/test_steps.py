"""A ticket from open to closed: who may see and move it, what the party is told, and what becomes of the record."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient
from werkzeug.datastructures import FileStorage

from portal.audit import service as audit
from portal.errors import Conflict, Forbidden, Invalid, Missing
from portal.extensions import db
from portal.identity.service import Identity
from portal.notices import service as notices
from portal.prefill import service as prefill
from portal.prefill.service import Record
from portal.tickets import service
from portal.tickets.service import DataTicket, Wanted
from tests.portal.applications.conftest import TODAY
from tests.portal.tickets.conftest import send_paper

Make = Callable[..., DataTicket]


def test_a_party_reports_a_record_on_its_page_and_follows_it_there(
    browse: Callable[[str], FlaskClient], licence: Record, owner: Identity
) -> None:
    client = browse("owner")
    assert f"/tickets/new?record={licence.id}" in client.get("/records/").get_data(as_text=True)
    sent = {
        "record": licence.id,
        "concept": "licence.quality_head",
        "claimed": "林疏影",
        "reason": "2026年3月已变更",
        "evidence": send_paper(),
    }
    reply = client.post("/tickets/new", data=sent, content_type="multipart/form-data")
    assert reply.status_code == 302
    page = client.get(reply.location).get_data(as_text=True)
    assert [text in page for text in ("苏秋砚", "林疏影", "证明.pdf", "待核实")] == [True] * 4
    number = str(reply.location).rpartition("/")[2]
    assert number in client.get("/tickets/").get_data(as_text=True)
    assert [event.action for event in service.get_own(owner, number).events] == ["raise"]


INCOMPLETE = [
    ({"concept": "org.uscc_of_another"}, "concept"),
    ({"claimed": " "}, "claimed"),
    ({"claimed": "苏秋砚"}, "claimed"),
    ({"claimed": "<b>林</b>"}, "claimed"),
    ({"claimed": "林" * 1001}, "claimed"),
    ({"reason": ""}, "reason"),
]


def test_what_is_missing_is_told_and_no_ticket_made(make_ticket: Make, officer: Identity) -> None:
    for changes, field in INCOMPLETE:
        with pytest.raises(Invalid) as told:
            make_ticket(**changes)
        assert (changes, set(told.value.fields)) == (changes, {field})
    assert service.list_queue(officer, Wanted("all")) == []


def test_repeats_are_added_to_the_one_open_ticket(make_ticket: Make) -> None:
    first, again, other = make_ticket(), make_ticket(claimed="白露"), make_ticket(concept="licence.principal")
    assert first.number == again.number != other.number
    assert [claim.value for claim in first.claims] == ["林疏影", "白露"]


def test_a_correction_writes_a_new_entry_of_today_and_leaves_the_old_one(
    make_ticket: Make, officer: Identity, owner: Identity, licence: Record
) -> None:
    ticket, before = make_ticket(), dict(licence.values)
    service.ask_source(officer, ticket.number, "电话问过发证处")
    service.correct(officer, ticket.number, "林疏影", "以变更决定为准")
    db.session.commit()
    new = prefill.find_record(ticket.new_record_id)
    assert new is not None
    assert (new.id == licence.id, new.as_of, new.number) == (False, TODAY, licence.number)
    assert new.values == before | {"licence.quality_head": "林疏影"}
    assert (licence.values, ticket.state, ticket.outcome) == (before, "corrected", "corrected")
    [line] = audit.list_lines(subject_id=new.id)
    assert (line.action, line.actor) == ("record_corrected", officer.actor)
    [notice] = notices.list_notices(owner)
    assert notice.url == f"/tickets/{ticket.number}"
    assert "记录已更正：质量负责人" in notice.text["zh"]
    assert "The record was corrected" in notice.text["en"]


REFUSED = [
    ("licence.quality_head", "苏秋砚", "就是这个内容"),
    ("licence.valid_to", "明年", "年-月-日"),
    ("licence.valid_to", "2001-01-01", "早于起始"),
    ("licence.number", "粤穗药监械经营许20210318号", "不能在此更正"),
    ("licence.scope", "没有这一类", "请从"),
    ("record.status", "lost", "所列状态"),
    ("licence.quality_head", "", "先导入更正后的记录"),
]


def test_a_correction_that_cannot_stand_is_refused(make_ticket: Make, officer: Identity) -> None:
    for concept, raw, told in REFUSED:
        number = make_ticket(concept, "别的").number
        with pytest.raises(Invalid, match=told):
            service.correct(officer, number, raw)
        db.session.rollback()
        assert service.get_for_staff(officer, number).state == "open"


def test_the_last_day_and_the_state_of_a_licence_are_corrected_as_columns_too(
    make_ticket: Make, officer: Identity
) -> None:
    ends, revoked = make_ticket("licence.valid_to", "2027-05-01"), make_ticket("record.status", "没有被注销")
    service.correct(officer, ends.number, "2027-05-01")
    new = prefill.find_record(ends.new_record_id)
    assert new is not None
    assert (new.valid_to, new.values["licence.valid_to"]) == (date(2027, 5, 1), "2027-05-01")
    service.correct(officer, revoked.number, "suspended")
    suspended = prefill.find_record(revoked.new_record_id)
    assert suspended is not None
    assert (suspended.status, suspended.grade) == ("suspended", "A")


def test_a_record_that_came_in_corrected_settles_the_ticket(
    make_ticket: Make, officer: Identity, licence: Record
) -> None:
    ticket = make_ticket("licence.number", "粤穗药监械经营许20210318号")
    columns = {name: getattr(licence, name) for name in ("party_code", "kind", "number", "valid_from", "valid_to")}
    later = prefill.put_record(
        **columns, as_of=TODAY, values=licence.values | {"licence.number": "粤穗药监械经营许20210318号"}
    )
    service.correct(officer, ticket.number, "")
    assert (ticket.state, ticket.new_record_id) == ("corrected", later.id)


def test_a_record_is_kept_with_a_reason_that_the_party_reads_and_may_object_to(
    make_ticket: Make, officer: Identity, owner: Identity, browse: Callable[[str], FlaskClient]
) -> None:
    ticket = make_ticket()
    desk, own = browse("officer"), browse("owner")
    refused = desk.post(f"/tickets/desk/{ticket.number}", data={"step": "keep", "note": ""})
    assert (refused.status_code, "请填写理由" in refused.get_data(as_text=True)) == (422, True)
    sent = {"step": "keep", "note": "变更尚未申请", "private_note": "x"}
    assert desk.post(f"/tickets/desk/{ticket.number}", data=sent).status_code == 302
    assert "变更尚未申请" in own.get(f"/tickets/{ticket.number}").get_data(as_text=True)
    assert own.post(f"/tickets/{ticket.number}", data={"step": "object"}).status_code == 422
    sent = {"step": "object", "reason": "已于3月申请", "evidence": send_paper()}
    reply = own.post(f"/tickets/{ticket.number}", data=sent, content_type="multipart/form-data")
    assert reply.status_code == 302
    assert "已于3月申请" in desk.get(f"/tickets/desk/{ticket.number}").get_data(as_text=True)
    assert service.get_own(owner, ticket.number).state == "open"


def test_a_note_for_staff_never_reaches_the_party(
    make_ticket: Make, officer: Identity, browse: Callable[[str], FlaskClient]
) -> None:
    ticket = make_ticket()
    service.ask_source(officer, ticket.number, "问过老王")
    db.session.commit()
    assert "问过老王" not in browse("owner").get(f"/tickets/{ticket.number}").get_data(as_text=True)
    assert "问过老王" in browse("officer").get(f"/tickets/desk/{ticket.number}").get_data(as_text=True)


def test_two_officers_cannot_both_settle_it(make_ticket: Make, officer: Identity) -> None:
    ticket = make_ticket()
    service.keep(officer, ticket.number, "核实无误")
    with pytest.raises(Conflict):
        service.correct(officer, ticket.number, "林疏影")


def test_after_the_ticket_is_closed_a_new_doubt_opens_a_new_one(make_ticket: Make, officer: Identity) -> None:
    ticket = make_ticket()
    service.keep(officer, ticket.number, "核实无误")
    service.close(officer, ticket.number)
    assert make_ticket(claimed="白露").number != ticket.number


def test_a_doubt_on_a_kept_record_opens_the_ticket_again_and_one_put_right_stays_closed(
    make_ticket: Make, officer: Identity
) -> None:
    kept, right = make_ticket(), make_ticket("licence.principal", "白露")
    service.keep(officer, kept.number, "核实无误")
    service.correct(officer, right.number, "白露")
    assert make_ticket(claimed="白露").state == "open"
    assert (make_ticket("licence.principal", "白露").number, right.state) == (right.number, "corrected")


def test_the_party_takes_its_doubt_back(make_ticket: Make, owner: Identity, officer: Identity) -> None:
    ticket = make_ticket()
    service.withdraw(owner, ticket.number)
    assert (ticket.state, ticket.outcome) == ("closed", "withdrawn")
    assert service.list_queue(officer) == []


@pytest.mark.parametrize("login", ["other", "citizen"])
def test_nobody_else_sees_a_ticket_or_its_papers(
    make_ticket: Make, licence: Record, browse: Callable[[str], FlaskClient], login: str
) -> None:
    from portal.uploads import check_upload

    stream, name = send_paper()
    ticket = make_ticket(files=(check_upload(FileStorage(stream, name), field="evidence"),))
    paper = f"/tickets/{ticket.number}/evidence/{ticket.claims[0].evidence[0].id}"
    other = browse(login)
    for url in (f"/tickets/{ticket.number}", paper):
        assert other.get(url).status_code == 404
    assert other.get(f"/tickets/new?record={licence.id}").status_code == 403
    assert other.get(f"/tickets/desk/{ticket.number}").status_code == 403
    assert other.get("/tickets/desk/").status_code == 403
    assert other.post(f"/tickets/desk/{ticket.number}", data={"step": "keep", "note": "x"}).status_code == 403
    assert other.post(f"/tickets/{ticket.number}", data={"step": "withdraw"}).status_code == 404
    for login_of in ("owner", "officer"):
        assert browse(login_of).get(paper).mimetype == "application/pdf"


def test_a_curator_is_no_keeper(make_ticket: Make, browse: Callable[[str], FlaskClient]) -> None:
    assert browse("curator").get(f"/tickets/desk/{make_ticket().number}").status_code == 403


def test_an_agent_for_some_items_sees_the_tickets_it_spoke_on(make_ticket: Make, owner: Identity) -> None:
    agent = replace(owner, items=("A11/renew",))
    own = make_ticket(by=agent)
    stranger = replace(agent, account_id=4711)
    assert [one.number for one in service.list_own(agent)] == [own.number]
    assert service.list_own(stranger) == []
    with pytest.raises(Missing):
        service.get_own(stranger, own.number)


def test_every_look_and_step_is_in_the_log_of_the_party(
    make_ticket: Make, officer: Identity, browse: Callable[[str], FlaskClient]
) -> None:
    ticket = make_ticket()
    browse("officer").get(f"/tickets/desk/{ticket.number}")
    service.keep(officer, ticket.number, "核实无误")
    db.session.commit()
    lines = audit.list_lines(subject_id=ticket.number)
    assert [line.action for line in lines] == ["ticket_keep", "ticket_read", "ticket_raise"]
    assert {line.party_code for line in lines} == {ticket.party_code}
    page = browse("owner").get("/records/log/").get_data(as_text=True)
    assert [text in page for text in ("核实后维持记录", "查看数据核实单", ticket.number)] == [True] * 3


def test_private_values_need_the_strong_sign_in(make_ticket: Make, owner: Identity, app: APIFlask) -> None:
    ticket = make_ticket()
    ticket.concept = "org.legal_rep_id"
    with app.test_request_context("/"):
        weak, strong = (service.show_ticket(replace(owner, strong=s), ticket) for s in (False, True))
    assert (weak.value, weak.claimed) == ("二次验证后显示", "二次验证后显示")
    assert (strong.value, strong.claimed) == ("苏秋砚", "林疏影")


FILTERS = [
    (Wanted(), 1),
    (Wanted("all"), 2),
    (Wanted("kept"), 1),
    (Wanted("corrected"), 0),
    (Wanted(source="device_licence"), 1),
    (Wanted(source="business_register"), 0),
    (Wanted("all", cause="report"), 2),
    (Wanted("all", cause="conflict"), 0),
    (Wanted("all", text="0317"), 2),
    (Wanted("all", text="%"), 0),
]


def test_the_queue_is_filtered(make_ticket: Make, officer: Identity) -> None:
    make_ticket()
    service.keep(officer, make_ticket("licence.principal", "白露").number, "核实无误")
    assert [(wanted, len(service.list_queue(officer, wanted))) for wanted, _count in FILTERS] == FILTERS


def test_only_officers_see_the_queue(owner: Identity) -> None:
    with pytest.raises(Forbidden):
        service.list_queue(owner)


def test_the_desk_says_how_many_wait(make_ticket: Make, browse: Callable[[str], FlaskClient]) -> None:
    make_ticket()
    assert "数据核实单 (1)" in browse("officer").get("/staff/").get_data(as_text=True)
