"""The whole chain of migrations on both databases: it ends at what the models say, takes data of before along, and goes
back. PostgreSQL is a real server (Debian's package) in a folder of its own."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from apiflask import APIFlask
from flask_migrate import downgrade, upgrade

from bench.postgres_cluster import find_programs, open_cluster
from portal import create_app
from portal.extensions import db
from portal.prefill.models import FactSheet
from portal.settings import Settings

BEFORE_SHEETS = "0013_data_tickets"  # facts were rows of their own up to here
DAY = date(2026, 11, 20)
CODE = "91350100M000100Y43"


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a server's empty database."""
    if find_programs() is None:
        pytest.fail("no PostgreSQL server here: install Debian's package postgresql (make setup does)")
    folder = Path(tempfile.mkdtemp(prefix="wenban-pg-"))
    folder.chmod(0o755)  # the server's own user must enter it
    with open_cluster(folder / "cluster") as cluster:
        yield cluster.url
    shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def portal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[APIFlask]:
    """A portal on a database that holds nothing, not even a table."""
    url = request.getfixturevalue("server") if request.param == "postgresql" else ""
    app = create_app(Settings(env="test", data=tmp_path, database_url=url))
    with app.app_context():
        assert db.engine.dialect.name == request.param
        yield app
        db.session.remove()
        db.engine.dispose()


def table(name: str) -> sa.Table:
    """A table as it is in the database now."""
    return sa.Table(name, sa.MetaData(), autoload_with=db.engine)


def put(name: str, *rows: dict[str, Any]) -> None:
    """Rows, blank where nothing is said and something must be."""
    found = table(name)
    needed = {c.name for c in found.columns if not c.nullable and c.server_default is None and c.name != "id"}
    blank = {column: _blank(found.c[column]) for column in needed}
    with db.engine.begin() as connection:
        connection.execute(found.insert(), [blank | row for row in rows])


def _blank(column: sa.Column[Any]) -> Any:
    kinds: dict[type, Any] = {str: "", int: 0, bool: True, date: DAY, datetime: datetime(2026, 11, 20, 1), dict: {}}
    return kinds[column.type.python_type]


def list_rows(name: str, *columns: str) -> list[tuple[Any, ...]]:
    found = table(name)
    with db.engine.connect() as connection:
        query = sa.select(*(found.c[column] for column in columns)).order_by(
            *(found.c[column] for column in columns[:1])
        )
        return [tuple(row) for row in connection.execute(query)]


def put_draft_of_before() -> None:
    """A draft that is filled from more facts than the migration moves at once, and an answer that names the first."""
    party = {"code": CODE, "kind": "enterprise", "name": "康瑞医疗器械有限公司"}
    put("party", party)
    put("account", {"id": 1, "login": "kangrui", "kind": "enterprise"})
    put("draft", {"id": "d1", "party_code": CODE, "account_id": 1, "item": "A11", "variant": "renew", "state": "open"})
    fact = {"draft_id": "d1", "batch": 1, "party_code": CODE, "subject": f"party:{CODE}", "source": "business_register"}
    values = [party["name"], ["6815", "6866"], None, *({"number": n} for n in range(600))]
    facts = [fact | {"id": 7 + n, "concept": f"c{n}", "value": value} for n, value in enumerate(values)]
    put("prefill_fact", *facts)
    put("answer", {"id": 1, "draft_id": "d1", "field_id": "org_name", "value": party["name"], "fact_id": 7})


def test_the_chain_ends_at_what_the_models_say_and_goes_back_to_nothing(portal: APIFlask) -> None:
    upgrade()
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, db.metadata) == []
    downgrade(revision="base")
    assert sa.inspect(db.engine).get_table_names() == ["alembic_version"]


def test_facts_of_before_they_were_kept_by_record_keep_value_and_number_both_ways(portal: APIFlask) -> None:
    upgrade(revision=BEFORE_SHEETS)
    put_draft_of_before()
    before = list_rows("prefill_fact", "id", "concept", "value", "subject", "as_of", "record")
    upgrade()
    sheets = db.session.scalars(sa.select(FactSheet).order_by(FactSheet.first)).all()
    assert [(one.first, one.size, one.facts) for one in sheets] == [
        (number, 1, [[concept, subject, value]]) for number, concept, value, subject, _day, _record in before
    ]
    assert sheets[0].fetched_at.astimezone(UTC) == datetime(2026, 11, 20, 1, tzinfo=UTC)
    assert list_rows("answer", "field_id", "fact_id") == [("org_name", 7)]
    db.session.remove()
    downgrade(revision=BEFORE_SHEETS)
    after = list_rows("prefill_fact", "id", "concept", "value", "subject", "as_of", "record")
    assert [row[1:] for row in after] == [row[1:] for row in before]
    assert list_rows("answer", "field_id", "fact_id") == [("org_name", None)]
    downgrade(revision="base")
