"""Codes, signatures, and the page for strangers: what is unchanged says yes, everything else says no, nothing is a 500."""

import hashlib
import json
import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from apiflask import APIFlask
from flask.testing import FlaskClient

from portal import create_app
from portal.audit import service as audit
from portal.errors import Conflict
from portal.extensions import db
from portal.proofs import codes, service
from portal.proofs.service import Proof
from portal.settings import Settings
from tests.portal.proofs.reading import read_qr

CONTENT = {
    "number": "SQ1",
    "item": "A11/renew",
    "title": {"zh": "某事项", "en": "Some item"},
    "round": 1,
    "sent_at": "2026-11-24T10:00:00+08:00",
    "answers_sha256": "a" * 64,
}


@pytest.fixture
def proof(app: APIFlask) -> Proof:
    """A receipt that was just issued."""
    made = service.issue("submission", "snapshot:1", CONTENT)
    db.session.commit()
    return made


def read_verdict(client: FlaskClient, proof: Proof) -> str:
    page = client.get(f"/verify/{proof.code}").get_data(as_text=True)
    return page.partition('data-verdict="')[2].partition('"')[0]


def test_a_code_is_a_hundred_bits_in_letters_that_nobody_mistakes() -> None:
    made = {codes.make_code() for _ in range(2000)}
    assert len(made) == 2000
    assert 32**codes.LENGTH >= 2**80
    assert set("".join(made)) == set(codes.ALPHABET)
    assert not set("ILOU") & set(codes.ALPHABET)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("ABCDE-FGHJK-MNPQR-STVWX", "ABCDEFGHJKMNPQRSTVWX"),
        (" abcde fghjk mnpqr stvwx ", "ABCDEFGHJKMNPQRSTVWX"),
        ("oOiIl-00000-00000-00000", "00111000000000000000"),
        ("ABCDE-FGHJK-MNPQR-STVW", ""),
        ("ABCDE-FGHJK-MNPQR-STVWXX", ""),
        ("ABCDE-FGHJK-MNPQR-STVWU", ""),
        ("１２３４５-６７８９０-00000-00000", ""),
        ("", ""),
    ],
)
def test_a_code_is_read_as_people_type_it(typed: str, read: str) -> None:
    assert codes.read_code(typed) == read
    assert not read or codes.read_code(codes.write_code(read)) == read


def test_the_same_thing_asked_twice_is_one_document(proof: Proof) -> None:
    assert service.issue("submission", "snapshot:1", CONTENT | {"round": 2}) is proof
    assert proof.content["round"] == 1


def test_the_data_file_hashes_to_the_fingerprint_and_is_plain_json(proof: Proof) -> None:
    file = service.write_document(proof, {})
    assert hashlib.sha256(file).hexdigest() == proof.hash
    assert json.loads(file)["content"] == CONTENT
    assert service.find_by_file(proof.hash) is proof


def test_what_is_unchanged_says_yes_and_the_look_is_audited(proof: Proof, client: FlaskClient) -> None:
    assert read_verdict(client, proof) == "ok"
    [line] = audit.list_lines(subject_kind="proof", subject_id=str(proof.id))
    assert (line.actor, line.action) == ("holder of the code", "verify")


def shift(proof: Proof) -> None:
    proof.issued_at += timedelta(seconds=1)


TAMPERED: dict[str, Callable[[Proof], None]] = {
    "kind": lambda p: setattr(p, "kind", "certificate"),
    "subject": lambda p: setattr(p, "subject", "snapshot:2"),
    "hash": lambda p: setattr(p, "hash", "b" * 64),
    "issued_at": shift,
    "state": lambda p: setattr(p, "state", "superseded"),
    "state_at": lambda p: setattr(p, "state_at", p.issued_at),
    "reason": lambda p: setattr(p, "reason", "x"),
    "replaced_by": lambda p: setattr(p, "replaced_by", "0" * 20),
    "key_id": lambda p: setattr(p, "key_id", "0" * 12),
    "signature": lambda p: setattr(p, "signature", "0" * 64),
    "signature with other letters": lambda p: setattr(p, "signature", "é" + p.signature[1:]),
    **{
        f"content {name}": lambda p, name=name: setattr(p, "content", p.content | {name: "x"})  # type: ignore[misc]
        for name in CONTENT
    },
    "content more": lambda p: setattr(p, "content", p.content | {"more": 1}),
    "content less": lambda p: setattr(p, "content", {k: v for k, v in p.content.items() if k != "round"}),
}


@pytest.mark.parametrize("name", TAMPERED)
def test_a_record_with_one_thing_changed_says_no(proof: Proof, client: FlaskClient, name: str) -> None:
    TAMPERED[name](proof)
    db.session.commit()
    assert read_verdict(client, proof) == "altered"


def test_every_column_that_says_something_is_in_the_tamper_matrix() -> None:
    said = {column.name for column in Proof.__table__.columns} - {"id", "lookup", "code"}
    assert said == {name.partition(" ")[0] for name in TAMPERED}


def test_a_record_moved_under_another_code_says_no(proof: Proof, client: FlaskClient) -> None:
    proof.code = codes.make_code()
    proof.lookup = hashlib.sha256(proof.code.encode()).hexdigest()
    db.session.commit()
    assert read_verdict(client, proof) == "altered"


def test_what_was_forged_cannot_be_made_good_by_ending_it(proof: Proof) -> None:
    proof.content = proof.content | {"number": "SQ2"}
    with pytest.raises(Conflict, match="存档"):
        service.close(proof, "revoked")


def test_what_has_ended_stays_as_it_ended(proof: Proof) -> None:
    service.close(proof, "revoked", reason="第一次")
    service.close(proof, "superseded", reason="第二次")
    assert (proof.state, proof.reason) == ("revoked", "第一次")
    assert service.is_genuine(proof)


def test_old_keys_still_verify_and_a_key_taken_away_does_not(proof: Proof, app: APIFlask) -> None:
    settings = app.config["SETTINGS"]
    old = settings.proof_keys
    settings.proof_keys = f"{'new key ' * 4}".replace(" ", "-") + " " + old
    assert service.is_genuine(proof)
    newer = service.issue("submission", "snapshot:2", CONTENT)
    assert newer.key_id != proof.key_id
    service.close(proof, "superseded", replaced_by=newer)
    assert (service.is_genuine(proof), proof.key_id) == (True, newer.key_id)
    settings.proof_keys = old
    assert not service.is_genuine(newer)


GARBAGE = [
    "x", "0" * 20, "0" * 64, "A" * 5000, "%00", "%ff%fe", "..%2f..", "' OR 1=1 --", "<script>", "核验码", "-" * 40, "%F0%9F%92%A9",
    "ABCDE-FGHJK-MNPQR-STVWX",
]  # fmt: skip


@pytest.mark.parametrize("typed", GARBAGE)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_whatever_is_typed_is_told_to_be_unknown(client: FlaskClient, typed: str, language: str) -> None:
    for address in (f"/verify/{typed}?lang={language}", f"/verify/?code={typed}&lang={language}"):
        reply = client.get(address)
        assert reply.status_code == 404, address
        assert "<script>" not in reply.get_data(as_text=True)


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"", "application/x-www-form-urlencoded"),
        (b"file=abc", "application/x-www-form-urlencoded"),
        (b"\xff\xfe", "multipart/form-data"),
        (b"--x\r\n", "multipart/form-data; boundary=x"),
    ],
)
def test_a_broken_upload_asks_for_a_file(client: FlaskClient, data: bytes, kind: str) -> None:
    reply = client.post("/verify/", data=data, content_type=kind)
    assert reply.status_code == 404
    assert "请选择" in reply.get_data(as_text=True)


def test_the_page_is_kept_by_no_cache_and_no_search_engine(proof: Proof, client: FlaskClient) -> None:
    headers = client.get(f"/verify/{proof.code}").headers
    assert headers["Cache-Control"] == "private, no-store"
    assert headers["X-Robots-Tag"] == "noindex"


def test_guessing_is_slowed_down(tmp_path: Path) -> None:
    app = create_app(Settings(env="development", data=tmp_path, argon2_time_cost=1))
    with app.app_context():
        db.create_all()
        client = app.test_client()
        seen = [client.get(f"/verify/{codes.make_code()}").status_code for _ in range(32)]
        db.session.remove()
        db.engine.dispose()
    assert seen[:30] == [404] * 30
    assert seen[30:] == [429] * 2


def test_the_address_on_paper_is_a_setting_of_its_own(proof: Proof, app: APIFlask) -> None:
    assert service.make_url(proof) == f"http://127.0.0.1:8000/verify/{service.write_code(proof.code)}"
    app.config["SETTINGS"].public_url = "https://check.example"
    assert service.make_url(proof) == f"https://check.example/verify/{service.write_code(proof.code)}"


@pytest.mark.parametrize("public", ["http://127.0.0.1:8000", "https://a-rather-long-name.yjj.example-province.gov.cn"])
def test_the_qr_code_says_the_address(proof: Proof, app: APIFlask, public: str) -> None:
    app.config["SETTINGS"].public_url = public
    drawn = ElementTree.fromstring(service.draw_qr_inline(proof))
    assert read_qr(read_svg(drawn)) == f"{public}/verify/{service.write_code(proof.code)}"


def read_svg(svg: ElementTree.Element) -> list[list[int]]:
    """The modules of the drawing, without its quiet zone: strokes of one unit along rows (``M``, ``m``, ``h``)."""
    size = int(svg.attrib["viewBox"].split()[2]) - 8
    matrix = [[0] * size for _ in range(size)]
    [path] = [p.attrib["d"] for p in svg.iter() if p.attrib.get("class") == "qrline" or "stroke" in p.attrib]
    x, y = 0.0, 0.0
    for verb, numbers in re.findall(r"([Mmh])([-0-9. ]+)", path):
        values = [float(number) for number in re.findall(r"-?[0-9.]+", numbers)]
        if verb == "h":
            for column in range(int(values[0])):
                matrix[int(y) - 4][int(x) - 4 + column] = 1
            x += values[0]
        else:
            x, y = (values[0], values[1]) if verb == "M" else (x + values[0], y + values[1])
    return matrix


def test_secrets_of_a_development_folder_made_before_there_were_proofs_are_completed(tmp_path: Path) -> None:
    (tmp_path / "development-secrets.json").write_text('{"secret_key": "s", "bot_token": "b"}')
    first, second = (Settings(env="development", data=tmp_path) for _ in range(2))
    assert (first.secret_key, first.bot_token) == ("s", "b")
    assert len(first.proof_keys) >= 32
    assert first.proof_keys == second.proof_keys


@pytest.mark.parametrize(("keys", "told"), [("", "WENBAN_PROOF_KEYS"), ("k" * 40 + " short", "each key")])
def test_production_needs_keys_that_are_long_enough(tmp_path: Path, keys: str, told: str) -> None:
    given: dict[str, Any] = {"secret_key": "s" * 32, "bot_token": "t" * 32, "database_url": "x", "broker_url": "y"}
    with pytest.raises(ValueError, match=told):
        Settings(env="production", data=tmp_path, proof_keys=keys, **given)
