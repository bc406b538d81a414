"""Prefill among a million records: how long a form takes to fill itself, on SQLite and on PostgreSQL.

    python bench/prefill.py [--records 1000000] [--drafts 300] [--form special-cosmetic-renewal] [--only sqlite]

Enterprises with licences, products and filings are made up and loaded in bulk. Then for enterprises drawn at random, in
turns: ``select`` (the driver alone reads the party's rows: the baseline), ``settle`` (every source is asked and every
field settled, as the trial page does) and ``fill`` (all of it: a draft begun, sources agreed to and asked, facts and
answers written and committed, each in a request of its own). Prints JSON: milliseconds on the clock and of the
processor, ratios to the baseline, rows, disk, memory and load. PostgreSQL is Debian's, in a folder of its own.
"""

import argparse
import json
import os
import random
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("WENBAN_NOW", "2026-11-24T10:00")
os.environ.setdefault("WENBAN_DENSE_MODEL", "off")

import flask_migrate  # noqa: E402
import psycopg  # noqa: E402
from apiflask import APIFlask  # noqa: E402

from bench.measuring import Took, disk_mb, figures, list_children, machine, memory_mb, ratios, timed  # noqa: E402
from bench.postgres_cluster import open_cluster  # noqa: E402
from bench.prefill_data import TODAY, find_product, list_parties, load_postgres, load_sqlite  # noqa: E402
from policy_kb import wording  # noqa: E402
from portal import create_app  # noqa: E402
from portal.applications import service as applications  # noqa: E402
from portal.extensions import db  # noqa: E402
from portal.forms import service as forms  # noqa: E402
from portal.forms.service import Form  # noqa: E402
from portal.identity import service as identities  # noqa: E402
from portal.identity.service import Identity  # noqa: E402
from portal.prefill import service as prefill  # noqa: E402
from portal.settings import Settings  # noqa: E402

GOAL_MS = 50.0
Select = Callable[[str], object]
SELECT = "SELECT * FROM record WHERE party_code = {mark}"


@dataclass(frozen=True, slots=True)
class Place:
    """A database to measure in: ``url`` for the portal, how to load it and to read it with the driver alone."""

    name: str
    url: str
    load: Callable[[list[tuple[str, int]]], int]
    open_select: Callable[[], Select]
    size_mb: Callable[[], float]
    pids: Callable[[], list[int]]


@contextmanager
def open_sqlite(folder: Path) -> Iterator[Place]:
    path = folder / "portal.sqlite"

    def open_select() -> Select:
        connection = sqlite3.connect(path)
        return lambda code: connection.execute(SELECT.format(mark="?"), (code,)).fetchall()

    folder.mkdir(parents=True)
    name = f"sqlite {sqlite3.sqlite_version}"
    yield Place(
        name, f"sqlite:///{path}", partial(load_sqlite, str(path)), open_select, lambda: disk_mb(folder), lambda: []
    )


@contextmanager
def open_postgres(folder: Path) -> Iterator[Place]:
    with open_cluster(folder) as cluster:

        def open_select() -> Select:
            connection = psycopg.connect(cluster.address)
            return lambda code: connection.execute(SELECT.format(mark="%s"), (code,)).fetchall()

        yield Place(
            f"postgresql {cluster.version}",
            cluster.url,
            partial(load_postgres, cluster.address),
            open_select,
            lambda: disk_mb(folder / "data"),
            lambda: [cluster.pid, *list_children(cluster.pid)],
        )


def measure(place: Place, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    """One database, from its migrations to the figures."""
    app = create_app(Settings(env="test", data=folder / "data", database_url=place.url, argon2_time_cost=1))
    parties = list(list_parties(options.records))
    with app.app_context():
        flask_migrate.upgrade(directory=str(ROOT / "portal" / "migrations"))
        began = time.perf_counter()
        with ProcessPoolExecutor(
            1, get_context("spawn")
        ) as loader:  # so that what it holds is not counted as the portal's
            rows = loader.submit(place.load, parties).result()
        loaded = time.perf_counter() - began
        drawn = random.Random(2).sample(parties, options.drafts + options.warm)
        owner = _add_owner([code for code, _products in drawn])
        form = forms.get_form(options.form)
    report = _time_all(app, place.open_select(), drawn, owner, form, options.warm)
    largest = max(parties, key=lambda one: one[1])
    with app.app_context():
        owner = _add_owner([largest[0]], "largest")
    big = _time_all(app, place.open_select(), [largest] * 6, owner, form, 1)
    return {
        "database": place.name,
        "records": rows,
        "parties": len(parties),
        "loaded_s": round(loaded, 1),
        "disk_mb": place.size_mb(),
        "fields": len(list(form.list_fields())),
        "goal_p95_ms": GOAL_MS,
        **report,
        "largest_party": {"records": 3 + largest[1] + (largest[1] + 1) // 2, **big},
        "memory": memory_mb() | ({"server": memory_mb(place.pids())} if place.pids() else {}),
    }


def _add_owner(codes: list[str], login: str = "owner") -> int:
    """One account that may act for all that are drawn; its id."""
    account = identities.register_account(
        login, "prefill-bench-2026", kind="enterprise", name="程予安", mobile="19400000011"
    )
    for code in codes:
        party = identities.find_party(code)
        assert party is not None
        identities.add_mandate(account, party)
    db.session.commit()
    return account.id


def _time_all(
    app: APIFlask, select: Select, drawn: list[tuple[str, int]], owner: int, form: Form, warm: int
) -> dict[str, Any]:
    """Each enterprise by all three ways, one after the other, so that the machine's moods hit all of them."""
    took: dict[str, list[Took]] = {"select": [], "settle": [], "fill": []}
    filled: list[int] = []
    for place, (code, _products) in enumerate(drawn):
        who = Identity("enterprise", owner, "程予安", party_code=code, mobile="19400000011", strong=True)
        ways: dict[str, Callable[[], object]] = {
            "select": partial(select, code),
            "settle": partial(_in_request, app, partial(_settle, who, form)),
            "fill": partial(_in_request, app, partial(_fill, who, form, filled)),
        }
        for name, way in ways.items():
            one = timed(way)
            if place >= warm:
                took[name].append(one)
    told: dict[str, Any] = {name: figures(times) for name, times in took.items()}
    for name in ("settle", "fill"):
        told[name] |= {f"{ratio}_to_select": value for ratio, value in ratios(took[name], took["select"]).items()}
    return told | {"fields_filled": {"least": min(filled), "most": max(filled)}}


def _in_request(app: APIFlask, work: Callable[[], None]) -> None:
    """As a request does it: a session of its own that is given back."""
    with app.test_request_context("/?lang=zh"):
        work()


def _settle(who: Identity, form: Form) -> None:
    found = prefill.collect_facts(who, who.party_code, item=f"{form.item}/{form.variant}")
    prefill.resolve(
        form,
        found.facts,
        {},
        party_code=who.party_code,
        today=TODAY,
        named_record=find_product(who.party_code),
        actor=who.account_id,
        strong=True,
    )
    db.session.rollback()


def _fill(who: Identity, form: Form, filled: list[int]) -> None:
    draft = applications.start(who, form.item, form.variant, find_product(who.party_code), another=True)
    applications.decide_sources(who, draft.id, applications.read_said("all", ()))
    filled.append(sum(row.state == "given" for row in draft.answers))
    db.session.commit()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--drafts", type=int, default=300, help="enterprises drawn and timed")
    parser.add_argument("--warm", type=int, default=20, help="enterprises that come before and are not counted")
    parser.add_argument("--form", default="special-cosmetic-renewal")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    options = parser.parse_args()
    wording.compile_catalogues()
    folder = Path(tempfile.mkdtemp(prefix="wenban-prefill-"))
    folder.chmod(0o755)
    before = machine()
    try:
        reports = []
        for name, opened in (("sqlite", open_sqlite), ("postgresql", open_postgres)):
            if options.only in (None, name):
                with opened(folder / name) as place:
                    reports.append(measure(place, options, folder / f"{name}-portal"))
        told = {"form": options.form, "machine": {"before": before, "after": machine()}, "databases": reports}
        print(json.dumps(told, ensure_ascii=False, indent=1))
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
