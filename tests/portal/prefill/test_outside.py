"""The outside register over real sockets: what it says counts, and whatever goes wrong is told and never empty."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from apiflask import APIFlask

from portal.forms import service as forms
from portal.identity.service import Identity
from portal.prefill import demo
from portal.prefill.explaining import explain
from portal.prefill.outside import FAILURES, REST, OutsideDown, OutsideRegister
from portal.prefill.service import collect_facts

CODE = demo.KANGRUI.code
SOMEBODY = Identity("enterprise", 0, party_code=CODE)
ROW = {"party_code": CODE, "kind": "营业执照", "as_of": "2026-1-5", "values": {"org.legal_rep": "陆晚晴"}}


class Register:
    """A local HTTP server that answers each request with the next of ``replies`` (the last one for ever)."""

    def __init__(self) -> None:
        self.replies: list[tuple[int, Any, float]] = [(200, {"records": [ROW]}, 0.0)]
        self.asked: list[tuple[str, str]] = []
        register = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                register.asked.append((self.path, self.headers["Authorization"]))
                status, body, wait = register.replies[min(len(register.asked), len(register.replies)) - 1]
                time.sleep(wait)
                content = body if isinstance(body, bytes) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                try:
                    self.wfile.write(content)
                except OSError:
                    return  # the portal did not wait

            def log_message(self, *_: Any) -> None:
                return

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"


@pytest.fixture
def register() -> Iterator[Register]:
    made = Register()
    thread = threading.Thread(target=made.server.serve_forever, daemon=True)
    thread.start()
    yield made
    made.server.shutdown()
    made.server.server_close()
    thread.join()


class Time:
    """Time that only passes when told."""

    now = 1000.0

    def read(self) -> float:
        return self.now


def open_register(register: Register, **how: Any) -> OutsideRegister:
    return OutsideRegister(register.url, "a-token", timeout=0.5, pause=lambda _seconds: None, **how)


def test_what_it_says_are_facts_of_its_own_date(app: APIFlask, register: Register) -> None:
    facts = open_register(register).read(SOMEBODY, CODE)
    assert {f.concept: f.value for f in facts}["org.legal_rep"] == "陆晚晴"
    assert {(f.grade, f.source, f.as_of.isoformat()) for f in facts} == {("A", "business_register", "2026-01-05")}
    assert register.asked == [(f"/parties/{CODE}/records", "Bearer a-token")]


def test_a_register_that_knows_nothing_gives_nothing(app: APIFlask, register: Register) -> None:
    register.replies = [(404, {}, 0.0)]
    assert open_register(register).read(SOMEBODY, CODE) == []


def test_a_failure_in_passing_is_asked_again(app: APIFlask, register: Register) -> None:
    register.replies = [(503, {}, 0.0), (200, {"records": [ROW]}, 0.9), (200, {"records": [ROW]}, 0.0)]
    assert open_register(register).read(SOMEBODY, CODE)
    assert len(register.asked) == 3


@pytest.mark.parametrize(
    ("reply", "tries"),
    [
        ((500, {}, 0.0), 3),
        ((200, {"records": [ROW]}, 0.9), 3),
        ((403, {}, 0.0), 1),
        ((200, b"<html>", 0.0), 1),
        ((200, {"rows": []}, 0.0), 1),
        ((200, {"records": [{**ROW, "as_of": "soon"}]}, 0.0), 1),
        ((200, {"records": [{**ROW, "party_code": demo.YUNQIAO.code}]}, 0.0), 1),
    ],
)
def test_down_slow_denied_and_wrong_are_failures(
    app: APIFlask, register: Register, reply: tuple[int, Any, float], tries: int
) -> None:
    register.replies = [reply]
    with pytest.raises(OutsideDown):
        open_register(register).read(SOMEBODY, CODE)
    assert len(register.asked) == tries


def test_an_answer_is_kept_for_a_while(app: APIFlask, register: Register) -> None:
    passing = Time()
    outside = open_register(register, keep=60.0, clock=passing.read)
    outside.read(SOMEBODY, CODE)
    outside.read(SOMEBODY, CODE)
    assert len(register.asked) == 1
    passing.now += 61
    outside.read(SOMEBODY, CODE)
    assert len(register.asked) == 2


def test_after_several_failures_it_is_left_alone_and_then_asked_again(app: APIFlask, register: Register) -> None:
    passing = Time()
    outside = open_register(register, clock=passing.read)
    register.replies = [(403, {}, 0.0)] * FAILURES + [(200, {"records": [ROW]}, 0.0)]
    for _attempt in range(FAILURES + 2):
        with pytest.raises(OutsideDown):
            outside.read(SOMEBODY, CODE)
    assert len(register.asked) == FAILURES
    passing.now += REST + 1
    assert outside.read(SOMEBODY, CODE)


def test_a_draft_takes_it_along_and_tells_when_it_is_down(app: APIFlask, register: Register) -> None:
    app.extensions["outside_register"] = open_register(register, keep=0.0)
    form = forms.get_form("device-distribution-renewal")
    told = explain(SOMEBODY, CODE, form, "", demo.clock.today(), "zh")
    assert next(f.value for f in told.fields if f.id == "legal_rep") == "陆晚晴"
    register.replies = [(403, {}, 0.0)]
    fetched = collect_facts(SOMEBODY, CODE)
    assert fetched.failed_sources == ("outside_register",)
    assert fetched.reasons["outside_register"].startswith("现在查不到外部登记系统。")
