"""Who may speak to the bot, and in which language: tokens, payloads, logs."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import pytest
import rasa
import structlog
from conftest import ROOT
from rasa.core.actions.action import RemoteAction
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.utils.endpoints import EndpointConfig

sys.path.insert(0, str(ROOT / "tests" / "dialogue"))
from fake_portal import open_portal

from bot import quiet_logs, speedups
from bot.channel import find_fault
from bot.components.payload_guard import PayloadGuard, disarm, is_payload
from bot.model_swap import SwapRefused, find_model
from bot.settings import is_allowed, read_settings

COMMANDS = ["/affirm{}", "／affirm", " /restart", "\u200b/restart", "\ufeff／session_start", "//affirm", "\\affirm", "⁄affirm", "/ affirm", "\u2060 \u200d/affirm{\"a\":1}", "/"]  # fmt: skip


@pytest.mark.parametrize("typed", COMMANDS)
def test_a_typed_command_loses_its_stroke(typed: str) -> None:
    plain = disarm(typed)
    assert plain
    assert not plain.lstrip().startswith(("/", "\\"))


@pytest.mark.parametrize("typed", ["你好", "1/2片", "a/b", "24/7营业吗", ""])
def test_a_stroke_inside_a_sentence_stays(typed: str) -> None:
    assert disarm(typed) == typed


@pytest.mark.parametrize(
    "metadata", [None, {}, {"payload": "true"}, {"payload": 1}, {"payload": "1"}, {"payload": None}, [], "payload"]
)
def test_only_the_portals_own_mark_makes_a_payload(metadata: Any) -> None:
    assert not is_payload(metadata)
    message = Message({TEXT: "/affirm{}", "metadata": metadata})
    PayloadGuard().process([message])
    assert message.get(TEXT) == "affirm{}"
    assert message.get("disarmed")


def test_a_marked_payload_passes_untouched() -> None:
    message = Message({TEXT: '/affirm{"step":"s"}', "metadata": {"payload": True}})
    PayloadGuard().process([message])
    assert message.get(TEXT) == '/affirm{"step":"s"}'


@pytest.mark.parametrize(
    ("header", "allowed"),
    [
        ("Bearer secret", True),
        ("Bearer secre", False),
        ("bearer secret", False),
        ("secret", False),
        ("", False),
        (None, False),
        ("Bearer 密", False),
    ],
)
def test_the_token_is_compared_whole(header: str | None, allowed: bool) -> None:
    assert is_allowed(header, "secret") is allowed


def test_production_without_a_token_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_ENV", "production")
    monkeypatch.delenv("WENBAN_BOT_TOKEN", raising=False)
    with pytest.raises(RuntimeError, match="Set WENBAN_BOT_TOKEN"):
        read_settings()


def test_both_servers_listen_on_the_loopback_unless_told_otherwise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_ENV", "test")
    monkeypatch.delenv("WENBAN_BOT_HOST", raising=False)
    assert read_settings().host == "127.0.0.1"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (None, "JSON object"), ([], "JSON object"), ({}, "sender"), ({"sender": 7, "message": "x"}, "sender"),
        ({"sender": "a"}, "message"), ({"sender": "a", "message": "  "}, "message"), ({"sender": "a", "message": 3}, "message"),
        ({"sender": "a", "message": "x" * 10_001}, "at most"), ({"sender": "a", "message": "x", "metadata": []}, ""), ({"sender": "a", "message": "x", "metadata": "zh"}, "metadata"),
    ],
)  # fmt: skip
def test_a_body_that_is_not_the_contracts_is_told_what_is_missing(body: Any, words: str) -> None:
    assert words in find_fault(body)


def test_nothing_that_was_said_reaches_the_log() -> None:
    event = {
        "event": "processor.message.parse",
        "parse_data_text": "我叫张三",
        "user_text": "x",
        "json_message": {},
        "intent": "greet",
    }
    shown = quiet_logs.hide_texts(None, "info", event)
    assert "张三" not in str(shown)
    assert shown["intent"] == "greet"


def test_the_quiet_step_is_put_first_once() -> None:
    quiet_logs.install()
    quiet_logs.install()
    processors = structlog.get_config()["processors"]
    assert processors[0] is quiet_logs.hide_texts
    assert processors.count(quiet_logs.hide_texts) == 1


def test_the_compiled_schema_is_only_used_with_the_rasa_it_was_measured_with(monkeypatch: pytest.MonkeyPatch) -> None:
    assert rasa.__version__ == speedups.MEASURED_WITH
    monkeypatch.setattr(rasa, "__version__", "3.7.0")
    assert speedups.install() is False


def test_the_compiled_schema_still_refuses_a_bad_reply() -> None:
    from jsonschema import ValidationError

    before = RemoteAction._validate_action_result, EndpointConfig.session
    try:
        assert speedups.install() is True
        action = RemoteAction("x", None)
        assert action._validate_action_result({"events": [], "responses": [{}]})
        with pytest.raises(ValidationError):
            action._validate_action_result({"events": "none"})
    finally:
        RemoteAction._validate_action_result, EndpointConfig.session = before


def test_rasa_keeps_its_connection_to_the_actions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(EndpointConfig, "session", speedups.keep_session)

    async def call_twice(address: str) -> None:
        endpoint = EndpointConfig(address, headers={"Authorization": "Bearer a-token"})
        for _ in range(2):
            assert (await endpoint.request(json={"intent": "x", "text": ""}))["messages"]
        await speedups.close_sessions(endpoint, None)

    with open_portal() as portal:
        asyncio.run(call_twice(portal.address))
    assert ([bearer for _path, _body, bearer in portal.calls], portal.connections) == (["Bearer a-token"] * 2, 1)


@pytest.mark.parametrize("name", ["../wenban.tar.gz", "/etc/passwd", "other.tar.gz", "", "wenban", ".tar.gz"])
def test_only_a_model_of_the_houses_folder_is_loaded(tmp_path: Path, name: str) -> None:
    for path in (tmp_path / "wenban.tar.gz", tmp_path / "models" / "kept.tar.gz"):
        path.parent.mkdir(exist_ok=True)
        path.touch()
    with pytest.raises(SwapRefused, match=r"there are: kept\.tar\.gz"):
        find_model(tmp_path / "models", name)
    assert find_model(tmp_path / "models", "kept.tar.gz").is_file()


def test_several_ports_are_several_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WENBAN_RASA_PORT", "5005,5006")
    assert read_settings().rasa_ports == (5005, 5006)
