"""Ports stay with who took them, from the choice to the end."""

import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tools.ports import HOST, HeldPort, hold_port

ASK = "import sys; from tools.ports import hold_port; print(hold_port(int(sys.argv[1])).number)"


@pytest.fixture
def held() -> Iterator[HeldPort]:
    port = hold_port()
    yield port
    port.release()


def ask_elsewhere(wished: int) -> int:
    """The port another process of ours gets."""
    done = subprocess.run([sys.executable, "-c", ASK, str(wished)], capture_output=True, text=True, check=True)
    return int(done.stdout)


def test_another_start_gets_another_port_while_nobody_listens_yet(held: HeldPort) -> None:
    assert ask_elsewhere(held.number) != held.number


def test_many_starts_at_once_get_ports_of_their_own() -> None:
    ports = [hold_port() for _ in range(20)]
    assert len({port.number for port in ports}) == 20
    for port in ports:
        port.release()


def test_a_server_of_ours_listens_on_the_held_port(held: HeldPort) -> None:
    with socket.create_server((HOST, held.number)):  # sets SO_REUSEADDR, as gunicorn and sanic do
        with socket.create_connection((HOST, held.number), timeout=2):
            pass
        assert ask_elsewhere(held.number) != held.number


def test_a_port_that_a_stranger_uses_is_left_alone() -> None:
    with socket.create_server((HOST, 0)) as stranger:
        taken = stranger.getsockname()[1]
        other = hold_port(taken)
        assert other.number != taken
        other.release()


def test_a_port_is_free_again_when_its_holder_has_ended(held: HeldPort) -> None:
    held.release()
    assert ask_elsewhere(held.number) == held.number
