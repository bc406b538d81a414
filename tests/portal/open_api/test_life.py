"""The whole life of a renewal by a program: draft, answers, file, check, submission, correction, certificate; and what it
cannot do."""

from datetime import date
from typing import Any

import pytest

from portal.applications import service as applications
from portal.applications.models import Case, Draft
from portal.audit import service as audit
from portal.extensions import db
from portal.identity.service import Identity
from portal.proofs.models import Proof
from tests.portal.open_api.conftest import Give, Program

RENEWAL = "device-distribution-renewal"
ANSWERS = {
    "online_sale": False,
    "changed": "否",
    "delivery": "electronic",
    "declare_true": True,
    "declare_conditions": True,
    "signer": "顾怀川",
    "signed_on": "2026-11-24",
}
PDF = b"%PDF-1.4 authorisation"


def field_of(draft: dict[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in draft["fields"] if one["id"] == name)


def fill(program: Program) -> str:
    """A renewal with everything answered."""
    draft = program.start(RENEWAL)
    key = field_of(draft, "legal_rep")["offers"][-1]["key"]
    assert program.change(draft["id"], ANSWERS, choose={"legal_rep": key}).status_code == 200
    assert program.attach(draft["id"], "authorisation", PDF).status_code == 200
    return str(draft["id"])


def submit(program: Program, draft_id: str, key: str = "send") -> Any:
    return program.send("POST", f"/drafts/{draft_id}/submit", key=key)


@pytest.mark.parametrize(
    ("reason", "expected", "reason_text", "title"),
    [
        ("rectification", None, "企业整改", "医疗器械经营监督管理办法"),
        ("experts", date(2026, 12, 18), "专家咨询或专家评审", "中华人民共和国行政许可法"),
    ],
)
def test_while_the_time_limit_stands_still_it_is_said_since_when_why_and_how_much_is_left(
    program: Program, officer: Identity, reason: str, expected: date | None, reason_text: str, title: str
) -> None:
    number = submit(program, fill(program)).get_json()["number"]
    found = db.session.query(Case).filter_by(number=number).one()
    running = program.send("GET", f"/cases/{number}").get_json()
    assert (running["due"], running["standing"]) == ("2026-12-01", None)
    applications.accept_case(officer, found.id)
    applications.stop_clock(officer, found.id, reason, expected)
    db.session.commit()
    told = program.send("GET", f"/cases/{number}").get_json()
    assert told["due"] is None
    clauses = told["standing"].pop("clauses")
    assert [clause["title"] for clause in clauses] == [title]
    assert told["standing"] == {
        "since": "2026-11-24",
        "expected": expected.isoformat() if expected else None,
        "reason": reason,
        "reason_text": reason_text,
        "text": f"期限自2026年11月24日起暂停计算（{reason_text}）。",
        "days_left": 20,
        "then": "",
    }
    [line] = program.send("GET", "/cases").get_json()["cases"]
    assert line["standing"]["days_left"] == 20
    applications.resume_clock(officer, found.id)
    db.session.commit()
    again = program.send("GET", f"/cases/{number}").get_json()
    assert (again["due"], again["standing"]) == ("2026-12-22", None)


def test_a_renewal_goes_from_draft_to_certificate(program: Program, officer: Identity) -> None:
    listed = program.send("GET", "/forms?limit=200").get_json()
    assert RENEWAL in {one["id"] for one in listed["forms"]}
    assert program.send("GET", f"/forms/{RENEWAL}").get_json()["schema"]["properties"]["licence_no"]
    draft = program.start(RENEWAL)
    assert field_of(draft, "licence_no")["locked"]
    assert field_of(draft, "legal_rep")["conflict"]
    assert len(field_of(draft, "legal_rep")["offers"]) >= 2
    missing = {gap["path"]: gap for gap in draft["check"]["missing"]}
    assert missing["authorisation"]["clauses"]
    draft_id = fill(program)
    assert program.send("GET", f"/drafts/{draft_id}/check").get_json()["ready"]
    sent = submit(program, draft_id)
    number = sent.get_json()["number"]
    assert sent.status_code == 201
    assert sent.headers["Location"].endswith(number)
    found = db.session.query(Case).filter_by(number=number).one()
    applications.accept_case(officer, found.id)
    applications.return_case(officer, found.id, {"signer": "请写全名"})
    db.session.commit()
    told = program.send("GET", f"/cases/{number}").get_json()
    assert [one["field"] for one in told["to_correct"]] == ["signer"]
    program.send("GET", f"/drafts/{draft_id}")
    refused = program.change(draft_id, {"delivery": "paper"})
    assert (refused.status_code, refused.get_json()["code"]) == (422, "closed_field")
    assert program.change(draft_id, {"signer": "顾怀川先生"}).status_code == 200
    again = submit(program, draft_id, "again").get_json()
    assert [one["round"] for one in again["rounds"]] == [1, 2]
    applications.accept_case(officer, found.id)
    applications.decide_case(officer, found.id, approve=True, note="")
    db.session.commit()
    assert program.send("GET", f"/cases/{number}/receipt.pdf").data.startswith(b"%PDF-")
    assert program.send("GET", f"/cases/{number}/certificate.pdf").data.startswith(b"%PDF-")
    done = program.send("GET", f"/cases/{number}").get_json()
    assert [step["action"] for step in done["timeline"]] == [
        "submit",
        "accept",
        "return",
        "resubmit",
        "accept",
        "approve",
    ]


def test_the_same_key_does_the_same_thing_once(program: Program) -> None:
    first = program.send("POST", "/drafts", body={"form": RENEWAL, "sources": "none", "another": True}, key="k1")
    second = program.send("POST", "/drafts", body={"form": RENEWAL, "sources": "none", "another": True}, key="k1")
    assert (second.headers["Idempotency-Replayed"], second.get_json()) == ("true", first.get_json())
    assert db.session.query(Draft).count() == 1
    other = program.send("POST", "/drafts", body={"form": RENEWAL, "sources": "all"}, key="k1")
    assert (other.status_code, other.get_json()["code"]) == (422, "idempotency_key_reused")
    without = program.send("POST", "/drafts", body={"form": RENEWAL, "sources": "all"})
    assert (without.status_code, without.get_json()["code"]) == (400, "idempotency_key_missing")


def test_sending_twice_makes_one_case_and_one_receipt(program: Program) -> None:
    draft_id = fill(program)
    etag = program.etag
    first = submit(program, draft_id)
    again = program.send("POST", f"/drafts/{draft_id}/submit", key="send", etag=etag)
    other_key = program.send("POST", f"/drafts/{draft_id}/submit", key="other", etag=etag)
    assert {reply.get_json()["number"] for reply in (first, again, other_key)} == {first.get_json()["number"]}
    assert (db.session.query(Case).count(), db.session.query(Proof).filter_by(kind="submission").count()) == (1, 1)


def test_without_sources_nothing_is_filled_and_nobody_asked(program: Program) -> None:
    draft = program.start(RENEWAL, "none")
    assert {one["decision"] for one in draft["sources"]} == {"refused"}
    assert all(one["origin"] in ("", "computed") for one in draft["fields"])
    names = [one["name"] for one in draft["sources"]][:1]
    told = program.send("PUT", f"/drafts/{draft['id']}/sources", body={"sources": names}).get_json()
    assert {one["name"] for one in told["sources"] if one["decision"] == "given"} == set(names)
    assert program.send("POST", f"/drafts/{draft['id']}/refresh").status_code == 200
    unknown = program.send("PUT", f"/drafts/{draft['id']}/sources", body={"sources": ["nobody"]})
    assert unknown.status_code == 422


def test_one_wrong_answer_saves_nothing(program: Program) -> None:
    draft = program.start(RENEWAL)
    reply = program.change(draft["id"], {"delivery": "electronic", "signed_on": "昨天前天"})
    assert (reply.status_code, set(reply.get_json()["errors"])) == (422, {"signed_on"})
    told = program.send("GET", f"/drafts/{draft['id']}").get_json()
    assert (told["version"], field_of(told, "delivery")["value"]) == (draft["version"], None)


def test_an_answer_may_come_with_the_one_that_makes_it_asked(program: Program) -> None:
    draft = program.start(RENEWAL)
    alone = program.change(draft["id"], {"change_note": "仓库搬迁到同一园区"})
    assert (alone.status_code, alone.get_json()["code"]) == (422, "hidden_field")
    together = program.change(draft["id"], {"changed": True, "change_note": "仓库搬迁到同一园区"})
    assert together.get_json()["results"] == {"changed": "saved", "change_note": "saved"}


def test_a_null_clears_and_a_blank_leaves(program: Program) -> None:
    draft = program.start(RENEWAL)
    program.change(draft["id"], {"delivery": "electronic"})
    assert program.change(draft["id"], {"delivery": ""}).get_json()["results"] == {"delivery": "unchanged"}
    assert program.change(draft["id"], {"delivery": None}).get_json()["results"] == {"delivery": "cleared"}


def test_rows_keep_their_ids_and_new_ones_get_their_own(program: Program) -> None:
    draft = program.start(RENEWAL, "none")
    rows = [{"address": f"某市某区一路{n}号", "area": "120"} for n in (1, 2)]
    columns = set(
        program.send("GET", f"/forms/{RENEWAL}").get_json()["schema"]["properties"]["warehouses"]["items"]["properties"]
    )
    rows = [{k: v for k, v in row.items() if k in columns} for row in rows]
    first = field_of(program.change(draft["id"], {"warehouses": rows}).get_json()["draft"], "warehouses")["value"]
    kept = [first[1], rows[0]]
    second = field_of(program.change(draft["id"], {"warehouses": kept}).get_json()["draft"], "warehouses")["value"]
    assert second[0] == first[1]
    assert len({row["_id"] for row in second}) == 2
    twice = program.change(draft["id"], {"warehouses": [first[1], first[1]]})
    assert (twice.status_code, set(twice.get_json()["errors"])) == (422, {"warehouses"})


def test_another_hand_is_noticed(program: Program, give: Give) -> None:
    draft = program.start(RENEWAL)
    old = program.etag
    program.change(draft["id"], {"delivery": "electronic"})
    late = program.send("PATCH", f"/drafts/{draft['id']}", body={"values": {"signer": "甲"}}, etag=old)
    assert (late.status_code, late.get_json()["code"]) == (412, "stale")
    missing = program.send("PATCH", f"/drafts/{draft['id']}", body={"values": {"signer": "甲"}}, etag="")
    assert (missing.status_code, missing.get_json()["code"]) == (428, "if_match_missing")


def test_what_did_not_change_is_not_sent_again(program: Program) -> None:
    draft = program.start(RENEWAL)
    reply = program.send("GET", f"/drafts/{draft['id']}")
    same = program.send("GET", f"/drafts/{draft['id']}", headers={"If-None-Match": reply.headers["ETag"]})
    assert (same.status_code, same.data) == (304, b"")
    program.change(draft["id"], {"delivery": "electronic"})
    other = program.send("GET", f"/drafts/{draft['id']}", headers={"If-None-Match": reply.headers["ETag"]})
    assert other.status_code == 200


def test_lists_come_in_pages(program: Program) -> None:
    made = [program.start(RENEWAL, "none", f"k{n}", another=True)["id"] for n in range(3)]
    first = program.send("GET", "/drafts?limit=2").get_json()
    second = program.send("GET", f"/drafts?limit=2&cursor={first['next']}").get_json()
    assert [one["id"] for one in first["drafts"] + second["drafts"]] == made[::-1]
    assert second["next"] == ""
    for query in ("limit=0", "limit=x", "cursor=%00", "cursor=a b"):
        assert program.send("GET", f"/drafts?{query}").status_code == 422


def test_a_case_is_listed_and_withdrawn(program: Program) -> None:
    number = submit(program, fill(program)).get_json()["number"]
    assert [one["number"] for one in program.send("GET", "/cases").get_json()["cases"]] == [number]
    assert program.send("POST", f"/cases/{number}/withdraw").get_json()["state"] == "withdrawn"
    assert program.send("POST", f"/cases/{number}/withdraw").status_code == 409
    assert program.send("GET", f"/cases/{number}/certificate.pdf").status_code == 404


def test_a_draft_is_given_up(program: Program) -> None:
    draft = program.start(RENEWAL)
    assert program.send("DELETE", f"/drafts/{draft['id']}").status_code == 204
    assert program.send("GET", "/drafts").get_json()["drafts"] == []
    assert program.send("DELETE", f"/drafts/{draft['id']}").status_code == 409
    assert program.send("POST", f"/drafts/{draft['id']}/upgrade").status_code == 409


def test_sending_too_early_names_what_is_missing(program: Program) -> None:
    draft = program.start(RENEWAL)
    reply = submit(program, draft["id"])
    assert reply.status_code == 422
    assert {"authorisation", "legal_rep", "declare_true"} <= set(reply.get_json()["errors"])
    assert db.session.query(Case).count() == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [("空.pdf", b""), ("材料.exe", b"MZ\x90"), ("材料.png", b"%PDF-1.4 x"), ("毒.pdf", b"%PDF-1.4 /JavaScript")],
)
def test_a_file_passes_the_check_of_the_page(program: Program, name: str, content: bytes) -> None:
    draft = program.start(RENEWAL)
    reply = program.attach(draft["id"], "authorisation", content, name)
    assert (reply.status_code, set(reply.get_json()["errors"])) == (422, {"authorisation"})
    assert program.attach(draft["id"], "no_such_file", PDF).status_code == 404
    assert program.send("PUT", f"/drafts/{draft['id']}/files/authorisation", data={}).status_code == 422


def test_a_locked_field_is_refused_and_audited(program: Program) -> None:
    draft = program.start(RENEWAL)
    reply = program.change(draft["id"], {"delivery": "electronic", "licence_no": "粤穗药监械经营许20990001号"})
    assert (reply.status_code, reply.get_json()["code"]) == (422, "locked_field")
    assert program.send("GET", f"/drafts/{draft['id']}").get_json()["version"] == draft["version"]
    [line] = [line for line in audit.list_lines(subject_id=draft["id"]) if line.action == "refused_save"]
    assert "licence_no: locked_field" in line.detail
