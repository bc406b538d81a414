"""Start the whole portal: ``make run``.

Prepares the data folder (database, demo data in development, texts, model), starts every process of the Procfile
under honcho, waits until each answers, prints one address, and stops all when one dies or on Ctrl-C.
"""

import argparse
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tools import train  # noqa: E402
from tools.maven import FetchError  # noqa: E402
from tools.ports import HeldPort, NoFreePort, hold_port  # noqa: E402
from tools.text_model import fetch_text_model  # noqa: E402

START_SECONDS = 180


def say(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def read_dotenv() -> None:
    """Take ``.env`` lines that the environment does not already set."""
    path = ROOT / ".env"
    for line in path.read_text(encoding="utf-8").splitlines() if path.exists() else ():
        name, equals, value = line.partition("=")
        if equals and not name.lstrip().startswith("#"):
            os.environ.setdefault(name.strip(), value.strip().strip("'\""))


def start_elasticsearch() -> str:
    """The address of the development node; it is fetched and started when need be, and outlives us (`make elasticsearch`)."""
    started = subprocess.run(
        [sys.executable, "-m", "tools.elasticsearch_development", "start"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    if started.returncode:
        raise SystemExit("Elasticsearch did not start; leave STORE away to run with the embedded store")
    return started.stdout.strip()


def find_text_models() -> str:
    """The folder of the text models, fetched when need be; "" when they cannot be had: answers then go by words alone."""
    try:
        return str(fetch_text_model())
    except FetchError as error:
        say(f"No text models, so questions are matched by words alone: {error}")
        return ""


@dataclass(frozen=True, slots=True)
class Ports:
    """Ours until we end."""

    portal: HeldPort
    actions: HeldPort
    rasa: tuple[HeldPort, ...]


def hold_ports(wished: int) -> Ports:
    """One for the portal, one for the action server, one for each process of Rasa (WENBAN_RASA_PROCESSES)."""
    rasa = [int(port) for port in os.environ.get("WENBAN_RASA_PORT", "5005").split(",")]
    rasa += [0] * (int(os.environ.get("WENBAN_RASA_PROCESSES") or len(rasa)) - len(rasa))
    actions = int(os.environ.get("WENBAN_ACTIONS_PORT", "5055"))
    try:
        return Ports(hold_port(wished), hold_port(actions), tuple(hold_port(port) for port in rasa))
    except NoFreePort as error:
        raise SystemExit(str(error)) from error


def make_environment(options: argparse.Namespace, ports: Ports) -> dict[str, str]:
    """The variables every process gets; secrets come from the environment or the data folder."""
    os.environ.setdefault("WENBAN_DATA", str(Path(options.data).resolve()))
    if options.store:
        os.environ["WENBAN_STORE"] = options.store
    if os.environ.get("WENBAN_STORE") == "elasticsearch" and not os.environ.get("WENBAN_ELASTICSEARCH_URL"):
        os.environ["WENBAN_ELASTICSEARCH_URL"] = start_elasticsearch()
    if not os.environ.get("WENBAN_DENSE_MODEL"):
        os.environ["WENBAN_DENSE_MODEL"] = find_text_models()
    from portal.settings import SettingsError, read_settings

    address = f"http://127.0.0.1:{ports.portal.number}"
    rasa = ",".join(f"http://127.0.0.1:{port.number}" for port in ports.rasa)
    try:
        settings = read_settings(portal_url=address, rasa_url=rasa)
    except SettingsError as error:
        raise SystemExit(str(error)) from error
    return {
        "OPENBLAS_NUM_THREADS": "1",  # questions share the cores already; its threads waiting for work cost 80 ms a turn
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "ignore",
        "FLASK_APP": "portal",
        "PATH": f"{ROOT / '.venv/bin'}:{os.environ['PATH']}",
        "WENBAN_DATA": str(settings.data),
        "WENBAN_SECRET_KEY": settings.secret_key,
        "WENBAN_BOT_TOKEN": settings.bot_token,
        "WENBAN_PORT": str(ports.portal.number),
        "WENBAN_WEB_WORKERS": str(settings.web_workers),
        "WENBAN_RASA_PORT": ",".join(str(port.number) for port in ports.rasa),
        "WENBAN_ACTIONS_PORT": str(ports.actions.number),
        "WENBAN_PORTAL_URL": address,
        "WENBAN_RASA_URL": settings.rasa_url,
        "WENBAN_ACTIONS_URL": f"http://127.0.0.1:{ports.actions.number}/webhook",
        "WENBAN_TRACKER_URL": settings.tracker_url,
        "WENBAN_LOCK_URL": settings.lock_url,
    }


def run_step(title: str, command: list[str], environment: dict[str, str]) -> None:
    """One preparing command; its failure stops the start with its output."""
    say(title)
    done = subprocess.run(command, cwd=ROOT, env=environment, stdout=sys.stderr, check=False)
    if done.returncode:
        raise SystemExit(f"{title}: failed ({' '.join(command)})")


def prepare(environment: dict[str, str], corpus: str) -> None:
    """Database, demo data, texts; the model is trained beside them."""
    trainer = None
    if train.needs_training():
        trainer = subprocess.Popen([".venv/bin/python", "tools/train.py"], cwd=ROOT, env=environment, stdout=sys.stderr)
    run_step("Bringing the database up to date …", [".venv/bin/flask", "db", "upgrade"], environment)
    if environment.get("WENBAN_ENV", "development") != "production":
        run_step("Loading the fictional demo people and records …", [".venv/bin/flask", "demo", "load"], environment)
    if environment["WENBAN_DENSE_MODEL"] not in ("", "off"):
        command = [".venv/bin/python", "-m", "policy_kb", "embed"]
        run_step("Turning the questions people ask into vectors (a minute the first time) …", command, environment)
    if corpus:
        run_step(
            f"Reading legal texts from {corpus} …",
            [".venv/bin/python", "-m", "policy_kb", "ingest", corpus],
            environment,
        )
    else:
        say("No legal texts: the catalogue answers alone. Load texts with: make run CORPUS=folder")
    if trainer and trainer.wait():
        raise SystemExit("training the bot failed")


def find_corpus(given: str) -> str:
    """The folder of texts to load at start: the one given, else the shared one beside the checkout, else none."""
    if given:
        if not Path(given).exists():
            raise SystemExit(f"CORPUS={given}: there is no such folder or file")
        return given
    beside = Path(os.environ.get("WENBAN_SHARED", ROOT.parent / "shared")) / "data" / "corpus"
    return str(beside) if beside.is_dir() else ""


def answers(url: str) -> bool:
    """Whether a server answers at all (a refusal is an answer), and is not only starting (503)."""
    try:
        with urllib.request.urlopen(url, timeout=60 if url.endswith("/ready") else 2):
            return True
    except urllib.error.HTTPError as refusal:
        return refusal.code != 503
    except (urllib.error.URLError, OSError):
        return False


def wait_until_ready(environment: dict[str, str], supervisor: "subprocess.Popen[bytes]") -> None:
    """Poll until portal, Rasa and the action server answer; a dead supervisor or the time limit ends it."""
    waiting = {
        "portal": environment["WENBAN_PORTAL_URL"] + "/ready",
        **{f"Rasa {url}": f"{url}/webhooks/portal/" for url in environment["WENBAN_RASA_URL"].split(",")},
        "actions": f"http://127.0.0.1:{environment['WENBAN_ACTIONS_PORT']}/health",
    }
    began = time.monotonic()
    while waiting and supervisor.poll() is None:
        for name, url in list(waiting.items()):
            if answers(url):
                say(f"  {name} is up after {time.monotonic() - began:.0f} s")
                del waiting[name]
        if time.monotonic() - began > START_SECONDS:
            supervisor.send_signal(signal.SIGINT)
            raise SystemExit(f"not up after {START_SECONDS} s: {', '.join(waiting)}")
        time.sleep(0.3)


def main() -> int:
    """Prepare, start, wait, and stay until the end."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--corpus", default=os.environ.get("WENBAN_CORPUS", ""))
    parser.add_argument("--store", choices=("embedded", "elasticsearch"))
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--data", default=str(ROOT / "var"))
    options = parser.parse_args()
    read_dotenv()
    ports = hold_ports(options.port)
    environment = make_environment(options, ports)
    prepare(environment, find_corpus(options.corpus))
    say("Starting portal, worker, beat, Rasa and the action server …")
    supervisor = subprocess.Popen(
        [".venv/bin/honcho", "start", "--no-colour"],
        cwd=ROOT,
        env=environment,
        stdout=sys.stderr,
        start_new_session=True,
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: supervisor.send_signal(signal.SIGINT))
    wait_until_ready(environment, supervisor)
    if supervisor.poll() is None:
        sys.stdout.write(environment["WENBAN_PORTAL_URL"] + "\n")
        sys.stdout.flush()
    return supervisor.wait()


if __name__ == "__main__":
    sys.exit(main())
