"""The shipped decision tables, read once a process."""

from functools import lru_cache
from pathlib import Path

from policy_kb.catalogue.loading import FOLDER, read_yaml
from policy_kb.errors import CatalogueError, UnknownDocument
from policy_kb.guidance.reading import read_table
from policy_kb.guidance.tables import Table


@lru_cache(maxsize=4)
def load_tables(folder: Path = FOLDER) -> tuple[Table, ...]:
    """All tables of ``folder/tables``, in the order they are offered."""
    tables = []
    for path in folder.glob("tables/*.yml"):
        table = read_table(read_yaml(path), f"tables/{path.name}")
        if table.id != path.stem:
            raise CatalogueError(f"tables/{path.name}: id: {table.id!r} must be the name of the file")
        tables.append(table)
    known = {table.id for table in tables}
    for table in tables:
        if strange := [other for other in table.outranks if other not in known]:
            raise CatalogueError(f"tables/{table.id}.yml: outranks: {', '.join(strange)} is not a table")
    return tuple(sorted(tables, key=lambda table: table.place))


def get_table(table_id: str) -> Table:
    """The table; UnknownDocument names those there are."""
    for table in load_tables():
        if table.id == table_id:
            return table
    raise UnknownDocument(f"there is no table {table_id!r}; there are {', '.join(t.id for t in load_tables())}")
