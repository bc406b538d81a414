"""docker-compose.yml without a Docker: its schema, the names it uses, its secrets, and what its services ask of the code."""

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from policy_kb.stores.elastic_mapping import RECORDS
from portal import create_app
from portal.settings import Settings
from tools.elasticsearch_server import VERSION

ROOT = Path(__file__).resolve().parents[1]
COMPOSE = ROOT / "docker-compose.yml"
SECRET = re.compile(r"PASSWORD|SECRET|TOKEN|API_KEY")
NODES = ("es1", "es2", "es3")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    """The file as read, anchors resolved."""
    return dict(yaml.safe_load(COMPOSE.read_text(encoding="utf-8")))


def services(compose: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return list(compose["services"].items())


def test_the_file_keeps_the_compose_specification() -> None:
    check = Path(sys.executable).with_name("check-jsonschema")
    done = subprocess.run(
        [check, "--builtin-schema", "vendor.compose-spec", COMPOSE], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_process_of_the_architecture_is_there(compose: dict[str, Any]) -> None:
    wanted = {"portal", "worker", "beat", "rasa", "actions", "postgres", "redis", *NODES}
    assert wanted <= compose["services"].keys()


def test_every_service_waited_for_exists_and_can_reach_what_is_waited_for(compose: dict[str, Any]) -> None:
    for name, service in services(compose):
        for other, wait in service.get("depends_on", {}).items():
            assert other in compose["services"], f"{name} waits for {other}"
            awaited = compose["services"][other]
            if wait["condition"] == "service_healthy":
                assert "healthcheck" in awaited, f"{name} waits for the health of {other}, which has no check"
            else:
                assert wait["condition"] == "service_completed_successfully"
                assert awaited["restart"] == "no", f"{name} waits for {other} to end, which starts again"


def test_nobody_waits_in_a_circle(compose: dict[str, Any]) -> None:
    waits = {name: set(service.get("depends_on", {})) for name, service in services(compose)}
    while waits:
        free = {name for name, others in waits.items() if not others & waits.keys()}
        assert free, f"these wait for each other: {sorted(waits)}"
        waits = {name: others for name, others in waits.items() if name not in free}


def test_volumes_and_networks_are_declared_and_used(compose: dict[str, Any]) -> None:
    used_volumes, used_networks = set(), set()
    for name, service in services(compose):
        mounts = {mount.split(":")[0] for mount in service.get("volumes", [])}
        assert mounts <= compose["volumes"].keys(), name
        assert set(service["networks"]) <= compose["networks"].keys(), name
        used_volumes |= mounts
        used_networks |= set(service["networks"])
    assert used_volumes == compose["volumes"].keys()
    assert used_networks == compose["networks"].keys()


def test_no_secret_has_a_default() -> None:
    for name, rest in re.findall(r"(?<!\$)\$\{([A-Z_0-9]+)([^}]*)\}", COMPOSE.read_text(encoding="utf-8")):
        if SECRET.search(name):
            assert rest.startswith(":?"), f"{name} must be given"


def test_no_secret_is_written_down(compose: dict[str, Any]) -> None:
    for service_name, service in services(compose):
        for name, value in service.get("environment", {}).items():
            if SECRET.search(name):
                assert re.fullmatch(r"\$\{[A-Z_0-9]+:\?[^}]+\}", value), f"{service_name}: {name}"


def test_only_the_portal_is_published_and_only_to_the_proxy_on_this_host(compose: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in services(compose) if service.get("ports")}
    assert published.keys() == {"portal"}
    assert all(port.startswith("127.0.0.1:") for port in published["portal"])


def test_replicas_are_numbers_and_there_is_one_beat(compose: dict[str, Any]) -> None:
    replicas = {
        name: compose["services"][name]["deploy"]["replicas"]
        for name in ("portal", "worker", "beat", "rasa", "actions")
    }
    assert all(isinstance(number, int) and number >= 1 for number in replicas.values())
    assert replicas["beat"] == 1


def test_elasticsearch_is_the_version_that_is_tested(compose: dict[str, Any]) -> None:
    images = {service["image"] for _, service in services(compose) if "elasticsearch" in service["image"]}
    assert images == {f"elasticsearch:{VERSION}"}


def test_three_nodes_know_each_other_and_speak_tls(compose: dict[str, Any]) -> None:
    for name in NODES:
        environment = compose["services"][name]["environment"]
        assert environment["node.name"] == name
        assert environment["discovery.seed_hosts"] == environment["cluster.initial_master_nodes"] == ",".join(NODES)
        for layer in ("http", "transport"):
            assert environment[f"xpack.security.{layer}.ssl.enabled"] == "true"
            assert environment[f"xpack.security.{layer}.ssl.certificate"] == f"certs/{name}/{name}.crt"
    assert RECORDS["settings"]["auto_expand_replicas"] == f"0-{len(NODES) - 1}"


def test_the_portals_user_may_touch_our_indices_and_no_others(compose: dict[str, Any]) -> None:
    script = compose["services"]["es-user"]["command"][-1]
    index = compose["services"]["portal"]["environment"].get(
        "WENBAN_ELASTICSEARCH_INDEX", Settings.model_fields["elasticsearch_index"].default
    )
    assert f'"names": ["{index}-*"]' in script
    assert f"user/{compose['services']['portal']['environment']['WENBAN_ELASTICSEARCH_USER']} " in script


@pytest.mark.parametrize("name", ["portal", "worker", "beat", "migrate"])
def test_what_the_portal_is_given_are_its_settings(compose: dict[str, Any], name: str) -> None:
    known = {f"WENBAN_{field.upper()}" for field in Settings.model_fields}
    assert set(compose["services"][name]["environment"]) <= known


@pytest.mark.parametrize("name", ["rasa", "actions"])
def test_what_the_bot_is_given_is_what_it_reads(compose: dict[str, Any], name: str) -> None:
    read = set(re.findall(r"WENBAN_[A-Z_]+", (ROOT / "bot" / "settings.py").read_text(encoding="utf-8")))
    assert set(compose["services"][name]["environment"]) <= read


def test_portal_and_bot_share_one_token_and_know_each_others_names(compose: dict[str, Any]) -> None:
    portal, rasa = (compose["services"][name]["environment"] for name in ("portal", "rasa"))
    assert portal["WENBAN_BOT_TOKEN"] == rasa["WENBAN_BOT_TOKEN"]
    assert portal["WENBAN_RASA_URL"] == "http://rasa:5005"
    assert "WENBAN_TRACKER_URL" not in compose["services"]["actions"]["environment"], "only Rasa reads its database"
    assert (rasa["WENBAN_PORTAL_URL"], rasa["WENBAN_ACTIONS_URL"]) == (
        "http://portal:8000",
        "http://actions:5055/webhook",
    )


def test_every_build_has_its_file_and_every_file_it_copies_is_sent_to_the_builder(compose: dict[str, Any]) -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    for file in {service["build"]["dockerfile"] for _, service in services(compose) if "build" in service}:
        copied = re.findall(r"^COPY (\S+) ", (ROOT / file).read_text(encoding="utf-8"), re.M)
        assert copied
        for path in copied:
            assert (ROOT / path).exists(), f"{file}: {path}"
            assert path.split("/")[0] in sent, f"{file}: {path} is not sent"


def test_the_portal_starts_with_what_compose_gives_it_and_takes_the_bots_calls_without_tls(
    compose: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith("WENBAN_")]:
        monkeypatch.delenv(name)
    for name, value in compose["services"]["portal"]["environment"].items():
        monkeypatch.setenv(
            name,
            re.sub(r"\$\{[A-Z_0-9]+:([?-])([^}]*)\}", lambda found: "k" * 40 if found[1] == "?" else found[2], value),
        )
    monkeypatch.setenv("WENBAN_DATA", str(tmp_path))
    monkeypatch.setenv("WENBAN_PORTAL_URL", "https://wenban.example")
    app = create_app()
    browser = app.test_client()
    bearer = {"Authorization": f"Bearer {'k' * 40}"}
    assert browser.get("/health", base_url="http://127.0.0.1:8000").status_code == 200
    refused = browser.post("/api/bot/answer/ask", base_url="http://portal:8000", json={"no": "call"}, headers=bearer)
    assert refused.status_code == 422, refused.text
    assert browser.get("/", base_url="http://portal:8000").status_code == 302
