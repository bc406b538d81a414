"""A real Elasticsearch on any machine with Java and Maven, for development and for tests.

Elastic's own build of the server (without its optional modules and without a
Java of its own) comes from Maven Central by its coordinates, once, into a cache
outside the tree. In production one runs the vendor's image of the same version
(docker-compose.yml), so the code uses nothing that only one of the two has.

    python -m tools.elasticsearch_node start    # fetch if needed, start, wait until green, print the address
    python -m tools.elasticsearch_node stop
    python -m tools.elasticsearch_node run      # the same in the foreground, until Ctrl-C
    python -m tools.elasticsearch_node fetch
"""

import json
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.error
import urllib.request
import zipfile
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import click

from tools.maven import FetchError, default_cache, fetch_artifact

VERSION = "8.19.6"
COORDINATES = f"org.elasticsearch.distribution.integ-test-zip:elasticsearch:{VERSION}:zip"
SHA256 = "ed015f7decc593f0a2bab080b25d320167c8c01ee213d463918af1c077295983"
USER = "wenban-es"  # the server refuses to run as root
START_SECONDS = 180  # 13 on an idle machine with two cores
STOP_SECONDS = 30


class NodeError(Exception):
    """The server cannot be fetched, started or stopped; the text says what to do."""


@dataclass(slots=True)
class Node:
    """One server process with its own folder: ``config``, ``data``, ``logs``, ``snapshots``, ``tmp``."""

    folder: Path
    http_port: int
    process: subprocess.Popen[bytes]
    certificate: Path | None = None

    @property
    def url(self) -> str:
        return f"{'https' if self.certificate else 'http'}://127.0.0.1:{self.http_port}"

    @property
    def running(self) -> bool:
        return self.process.poll() is None

    def stop(self) -> None:
        """End the launcher, which ends the server; after STOP_SECONDS both are killed, by their own process group."""
        _stop_group(self.process.pid, self.process)

    def kill(self) -> None:
        """End it without warning, as a power cut would."""
        _signal_group(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_SECONDS)


def fetch_server(cache: Path) -> Path:
    """The unpacked server's folder, fetched on first use (98 MB)."""
    home = cache / f"elasticsearch-{VERSION}"
    if (home / "ready").exists():
        return home
    try:
        archive = fetch_artifact(COORDINATES, SHA256, cache)
    except FetchError as error:
        raise NodeError(str(error)) from error
    unpacked = cache / f"unpacking-{os.getpid()}"
    try:
        with zipfile.ZipFile(archive) as source:
            source.extractall(unpacked)
        inner = unpacked / f"elasticsearch-{VERSION}"
        for program in (inner / "bin").iterdir():
            program.chmod(0o755)
        (inner / "ready").touch()
        if not home.exists():
            inner.rename(home)
    finally:
        shutil.rmtree(unpacked, ignore_errors=True)
    return home


def find_java() -> Path:
    """The Java home to run with: ES_JAVA_HOME, JAVA_HOME, or where ``java`` is."""
    for variable in ("ES_JAVA_HOME", "JAVA_HOME"):
        if os.environ.get(variable):
            return Path(os.environ[variable])
    program = shutil.which("java")
    if program is None:
        raise NodeError("Java 17 is needed: install it (Debian: apt-get install openjdk-17-jre-headless)")
    return Path(program).resolve().parent.parent


def start_node(
    home: Path,
    folder: Path,
    *,
    http_port: int = 0,
    transport_port: int = 0,
    heap_mb: int = 512,
    user: tuple[str, str] | None = None,
    certificate: tuple[Path, Path] | None = None,
    options: Mapping[str, str] | None = None,
    outlive: bool = False,
) -> Node:
    """Start a single node in ``folder`` (made, or used again) and wait until it is green.

    A port of 0 means any free one. ``user`` (name, password) switches passwords on, with that one
    superuser, and ``certificate`` (certificate and key, PEM) TLS. ``outlive`` lets the server live on when this process ends; else it ends with it.
    """
    http_port, transport_port = http_port or free_port(), transport_port or free_port()
    owner = _make_system_user() if os.geteuid() == 0 else None
    _lay_out(home, folder, owner)
    if user:
        _write_user(home, folder, *user)
    settings = {
        "cluster.name": "wenban-development",
        "discovery.type": "single-node",
        "network.host": "127.0.0.1",
        "http.port": str(http_port),
        "transport.port": str(transport_port),
        "path.data": str(folder / "data"),
        "path.logs": str(folder / "logs"),
        "path.repo": str(folder / "snapshots"),
        "xpack.security.enabled": "true" if user else "false",
        "xpack.ml.enabled": "false",
        **(_use_certificate(folder, *certificate) if certificate else {}),
        **(options or {}),
    }
    _give_to(folder, owner)
    command = [str(home / "bin" / "elasticsearch"), *(f"-E{key}={value}" for key, value in settings.items())]
    with (folder / "console.log").open("ab") as console:
        process = subprocess.Popen(
            [*_as_owner(owner, outlive), *command],
            cwd=folder,
            env=_environment(folder, heap_mb),
            stdin=subprocess.DEVNULL,
            stdout=console,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    node = Node(folder, http_port, process, certificate[0] if certificate else None)
    _wait_until_green(node, user)
    return node


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _make_system_user() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(USER)
    except KeyError:
        command = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", USER]
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(USER)


def _lay_out(home: Path, folder: Path, owner: pwd.struct_passwd | None) -> None:
    for name in ("data", "logs", "snapshots", "tmp"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    if not (folder / "config").exists():
        shutil.copytree(home / "config", folder / "config")
    closed = [str(parent) for parent in (*folder.parents, *home.parents) if not parent.stat().st_mode & 0o001]
    if owner and closed:
        raise NodeError(f"The user {USER} cannot enter {', '.join(closed)}: choose another folder, or set WENBAN_CACHE")


def _give_to(folder: Path, owner: pwd.struct_passwd | None) -> None:
    if owner:
        for path in (folder, *folder.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid, follow_symlinks=False)


def _write_user(home: Path, folder: Path, name: str, password: str) -> None:
    """A file-realm superuser: this build has no native users (their index needs a missing filter)."""
    known = (folder / "config" / "users").read_text()
    if f"{name}:" in known:
        return
    command = [str(home / "bin" / "elasticsearch-users"), "useradd", name, "-p", password, "-r", "superuser"]
    done = subprocess.run(command, env=_environment(folder, 64), capture_output=True, text=True, check=False)
    if done.returncode:
        raise NodeError(f"elasticsearch-users could not add {name}:\n{(done.stdout + done.stderr)[-1000:]}")


def _use_certificate(folder: Path, certificate: Path, key: Path) -> dict[str, str]:
    for source in (certificate, key):
        shutil.copy(source, folder / "config" / source.name)
    return {
        "xpack.security.http.ssl.enabled": "true",
        "xpack.security.http.ssl.certificate": certificate.name,
        "xpack.security.http.ssl.key": key.name,
    }


def _as_owner(owner: pwd.struct_passwd | None, outlive: bool) -> list[str]:
    wrapper = ["setpriv"]
    if owner:
        wrapper += ["--reuid", str(owner.pw_uid), "--regid", str(owner.pw_gid), "--clear-groups"]
    if not outlive:
        wrapper += ["--pdeathsig", "TERM"]  # a test run that is killed leaves no server behind
    return wrapper if len(wrapper) > 1 and shutil.which("setpriv") else []


def _environment(folder: Path, heap_mb: int) -> dict[str, str]:
    return {
        "PATH": os.environ.get("PATH", "/usr/bin:/bin"),
        "LANG": "C.UTF-8",
        "ES_JAVA_HOME": str(find_java()),
        "ES_JAVA_OPTS": f"-Xms{heap_mb}m -Xmx{heap_mb}m",
        "ES_PATH_CONF": str(folder / "config"),
        "ES_TMPDIR": str(folder / "tmp"),
    }


def _wait_until_green(node: Node, user: tuple[str, str] | None) -> None:
    began = time.monotonic()
    while time.monotonic() - began < START_SECONDS:
        if not node.running:
            raise NodeError(f"Elasticsearch ended while starting:\n{_last_words(node.folder)}")
        if find_status(node.url, user, node.certificate) == "green":
            return
        time.sleep(0.3)
    node.stop()
    raise NodeError(f"Elasticsearch was not green after {START_SECONDS} s:\n{_last_words(node.folder)}")


def find_status(url: str, user: tuple[str, str] | None = None, ca: Path | None = None) -> str | None:
    """``green``, ``yellow``, ``red``, or None when nobody answers."""
    request = urllib.request.Request(f"{url}/_cluster/health")
    if user:
        request.add_header("Authorization", "Basic " + b64encode(":".join(user).encode()).decode())
    try:
        trust = ssl.create_default_context(cafile=ca) if ca else None
        with urllib.request.urlopen(request, timeout=5, context=trust) as response:
            return str(json.load(response)["status"])
    except (OSError, ValueError, urllib.error.URLError):
        return None


def _last_words(folder: Path) -> str:
    console = folder / "console.log"
    return console.read_text(errors="replace")[-3000:] if console.exists() else "(it wrote nothing)"


def _signal_group(pid: int, number: signal.Signals) -> None:
    try:
        os.killpg(pid, number)
    except ProcessLookupError:
        pass


def _stop_group(pid: int, process: subprocess.Popen[bytes] | None) -> None:
    """TERM to the launcher ``pid`` alone; what is left of its own group after STOP_SECONDS is killed."""
    try:
        os.kill(pid, signal.SIGTERM)
    except ProcessLookupError:
        return
    limit = time.monotonic() + STOP_SECONDS
    while time.monotonic() < limit:
        if not (process.poll() is None if process else _is_alive(pid)):
            break
        time.sleep(0.1)
    _signal_group(pid, signal.SIGKILL)


def _is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


@click.group(help="Fetch, start and stop a development Elasticsearch.")
@click.option("--folder", type=click.Path(path_type=Path), help="The node's own folder (default: in the cache).")
@click.pass_context
def main(context: click.Context, folder: Path | None) -> None:
    context.obj = folder or default_cache() / "development-node"


@main.command(help="Fetch and unpack the server only.")
def fetch() -> None:
    click.echo(fetch_server(default_cache()))


@main.command(help="Start it in the background and print its address; when it already runs, only print.")
@click.option("--port", default=0, help="HTTP port (default: any free one, and the same again next time).")
@click.option("--heap-mb", default=512, show_default=True)
@click.pass_obj
def start(folder: Path, port: int, heap_mb: int) -> None:
    known = _read_state(folder)
    if known and _is_ours(known["pid"]) and find_status(f"http://127.0.0.1:{known['port']}"):
        click.echo(f"http://127.0.0.1:{known['port']}")
        return
    home = fetch_server(default_cache())
    _tell(f"Starting Elasticsearch {VERSION} (about 15 s) …")
    node = start_node(home, folder, http_port=port or (known or {}).get("port", 0), heap_mb=heap_mb, outlive=True)
    (folder / "state.json").write_text(json.dumps({"pid": node.process.pid, "port": node.http_port}))
    click.echo(node.url)


@main.command(help="Stop what `start` started.")
@click.pass_obj
def stop(folder: Path) -> None:
    known = _read_state(folder)
    if not known or not _is_ours(known["pid"]):
        _tell("It is not running.")
        return
    _stop_group(known["pid"], None)
    _tell("Stopped.")


@main.command(help="Run it in the foreground until Ctrl-C.")
@click.option("--port", default=0, help="HTTP port (default: any free one).")
@click.option("--heap-mb", default=512, show_default=True)
@click.pass_obj
def run(folder: Path, port: int, heap_mb: int) -> None:
    node = start_node(fetch_server(default_cache()), folder, http_port=port, heap_mb=heap_mb)
    click.echo(node.url)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        node.process.wait()
    except KeyboardInterrupt:
        pass
    finally:
        node.stop()


def _read_state(folder: Path) -> dict[str, int] | None:
    try:
        return dict(json.loads((folder / "state.json").read_text()))
    except (OSError, ValueError):
        return None


def _is_ours(pid: int) -> bool:
    """Process numbers are used again: never stop a stranger."""
    try:
        return b"elasticsearch" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


if __name__ == "__main__":
    try:
        main()
    except NodeError as error:
        _tell(str(error))
        sys.exit(1)
