"""The development node of this machine: started, found again and stopped from the command line.

python -m tools.elasticsearch_development start    # fetch if needed, start, wait until green, print the address
python -m tools.elasticsearch_development stop
python -m tools.elasticsearch_development run      # the same in the foreground, until Ctrl-C
python -m tools.elasticsearch_development fetch
"""

import json
import signal
import sys
from pathlib import Path

import click

from tools.elasticsearch_node import find_status, start_node, stop_launcher
from tools.elasticsearch_server import VERSION, NodeError, fetch_server
from tools.maven import default_cache


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
    stop_launcher(known["pid"])
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
