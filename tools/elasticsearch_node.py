"""One real Elasticsearch on any machine with Java, in a folder of its own: started until green, stopped, killed."""

import json
import os
import pwd
import shutil
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from tools.elasticsearch_server import NodeError

USER = "wenban-es"  # the server refuses to run as root
START_SECONDS = 180  # 13 on an idle machine with two cores
STOP_SECONDS = 30


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
        stop_launcher(self.process.pid, self.process)

    def kill(self) -> None:
        """End it without warning, as a power cut would."""
        _signal_group(self.process.pid, signal.SIGKILL)
        self.process.wait(STOP_SECONDS)


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
    superuser, and ``certificate`` (certificate and key, PEM) TLS. ``outlive`` lets the server live on when this process
    ends; else it ends with it. NodeError says what it printed when it does not start.
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


def stop_launcher(pid: int, process: subprocess.Popen[bytes] | None = None) -> None:
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
