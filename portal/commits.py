"""A commit that nobody has been told of yet need not wait for the disk: the next ordinary commit takes it along.

SQLite's write-ahead log and PostgreSQL's are written in order, so nothing later can be on the disk without it. What a
crash of the machine may lose is only what no reply had spoken of; a process that dies loses nothing.
"""

from typing import Any

from sqlalchemy import Engine, event, text

from portal.extensions import db

_HURRIED = "hurried"


def hurry() -> None:
    """Let the present transaction be committed without waiting for the disk. Call it before the first write."""
    connection = db.session.connection()
    pooled = connection.connection
    if connection.dialect.name != "sqlite":
        connection.execute(text("SET LOCAL synchronous_commit TO OFF"))
    elif getattr(pooled.dbapi_connection, "in_transaction", True):
        return  # SQLite takes the word between two transactions only
    else:
        connection.exec_driver_sql("PRAGMA synchronous=NORMAL")
    pooled.info[_HURRIED] = True


def settle() -> None:
    """Commit what is hurried, so that the next commit waits for the disk for both; nothing otherwise. Keeps what is loaded."""
    if db.session.connection().connection.info.get(_HURRIED):
        commit_and_keep()


def commit_and_keep() -> None:
    """Commit; what is loaded stays as it was written, so that telling it needs no reading again."""
    session = db.session()
    session.expire_on_commit = False
    try:
        session.commit()
    finally:
        session.expire_on_commit = True


def init_commits(engine: Engine) -> None:
    """A connection that goes back to the pool, at the end of its transaction, is in no hurry any more."""

    @event.listens_for(engine, "checkin")
    def on_checkin(connection: Any, record: Any) -> None:
        if record.info.pop(_HURRIED, False) and connection is not None and engine.dialect.name == "sqlite":
            connection.execute("PRAGMA synchronous=FULL")
