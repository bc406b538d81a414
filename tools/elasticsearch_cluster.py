"""Three real Elasticsearch nodes on one machine, with or without passwords and TLS: for drills and tests.

With ``user`` and ``certificate`` they speak TLS to their clients and to each other, as in docker-compose.yml. 2.2 GB in all.
"""

import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from elasticsearch import Elasticsearch

from tools.elasticsearch_node import Node, free_port, start_node
from tools.elasticsearch_server import NodeError

SIZE = 3


@dataclass(slots=True)
class Cluster:
    """Nodes by number, each in a folder of its own below ``folder``; ``user`` is name and password."""

    home: Path
    folder: Path
    user: tuple[str, str] | None = None
    certificate: tuple[Path, Path] | None = None
    heap_mb: int = 512
    nodes: dict[int, Node] = field(default_factory=dict)
    _ports: list[int] = field(default_factory=lambda: [free_port() for _ in range(SIZE)])

    @property
    def url(self) -> str:
        """All addresses, as the store wants them."""
        return ",".join(self.nodes[number].url for number in sorted(self.nodes))

    @property
    def login(self) -> dict[str, str]:
        login = {"user": self.user[0], "password": self.user[1]} if self.user else {}
        return login | ({"ca": str(self.certificate[0])} if self.certificate else {})

    def start(self, number: int) -> None:
        """Start a node, again on its old port and with its old data when it ran before; returns when it answers ``green``."""
        known = self.nodes.get(number)
        self.nodes[number] = start_node(
            self.home,
            self.folder / f"node{number}",
            http_port=known.http_port if known else 0,
            transport_port=self._ports[number],
            heap_mb=self.heap_mb,
            user=self.user,
            certificate=self.certificate,
            options=self._options(number),
            outlive=True,  # else it ends with the thread that started it
        )

    def stop(self) -> None:
        for node in self.nodes.values():
            node.stop()

    def find_master(self) -> int:
        """The number of the elected master."""
        with self.open_client() as client:
            state = client.cluster.state(metric=["master_node", "nodes"])
            return int(str(state["nodes"][state["master_node"]]["name"]).removeprefix("node"))

    def open_client(self) -> Elasticsearch:
        """The official client of the nodes that run, for looking behind the store."""
        options = {"ca_certs": str(self.certificate[0])} if self.certificate else {}
        running = [node.url for node in self.nodes.values() if node.running]
        return Elasticsearch(running, basic_auth=self.user, request_timeout=30, **options)

    def _options(self, number: int) -> dict[str, str]:
        options = {
            "discovery.type": "multi-node",
            "node.name": f"node{number}",
            "cluster.initial_master_nodes": ",".join(f"node{each}" for each in range(SIZE)),
            "discovery.seed_hosts": ",".join(f"127.0.0.1:{port}" for port in self._ports),
        }
        return options | (_between_nodes(*self.certificate) if self.certificate else {})


def _between_nodes(certificate: Path, key: Path) -> dict[str, str]:
    prefix = "xpack.security.transport.ssl"
    return {
        f"{prefix}.enabled": "true",
        f"{prefix}.verification_mode": "certificate",
        f"{prefix}.certificate": certificate.name,
        f"{prefix}.key": key.name,
        f"{prefix}.certificate_authorities": certificate.name,
    }


@contextmanager
def open_cluster(
    home: Path,
    folder: Path,
    *,
    user: tuple[str, str] | None = None,
    certificate: tuple[Path, Path] | None = None,
    heap_mb: int = 512,
) -> Iterator[Cluster]:
    """Three nodes started together, for none is green without another; NodeError when one does not start."""
    cluster = Cluster(home, folder, user, certificate, heap_mb)
    try:
        with ThreadPoolExecutor(SIZE) as starters:
            list(starters.map(cluster.start, range(SIZE)))
        yield cluster
    finally:
        cluster.stop()


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that is its own authority, and its key, made by openssl; good for two days."""
    files = (folder / "node.crt", folder / "node.key")
    request = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
    request += ["-addext", "subjectAltName=IP:127.0.0.1", "-out", str(files[0]), "-keyout", str(files[1])]
    try:
        subprocess.run(request, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise NodeError(f"openssl could not make a certificate ({error}); install openssl") from error
    return files
