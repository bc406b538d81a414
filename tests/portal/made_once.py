"""What the tests make once a run and use again: databases, which are copied (making the tables and loading the demo takes
half a second), and compiled templates (a fifth of a second for the first page of each portal)."""

import atexit
import os
import shutil
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from apiflask import APIFlask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import func, select

from portal import create_app
from portal.extensions import db
from portal.identity.models import Account
from portal.settings import Settings


def put_tables(folder: Path) -> None:
    """A database with every table and no row into a data folder that has none yet."""
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_make_tables(), folder / "portal.sqlite")


def put_demo(app: APIFlask) -> None:
    """The demo as ``flask demo load`` loads it at this moment of the clock, in place of the app's database, in which there
    is nothing yet."""
    assert db.session.scalar(select(func.count(Account.id))) == 0, "load the demo before anything else"
    db.session.remove()
    db.engine.dispose()
    shutil.copyfile(_make_demo(os.environ.get("WENBAN_NOW", "")), app.config["SETTINGS"].data / "portal.sqlite")


def keep_templates(app: APIFlask) -> None:
    """Let the app use what other apps of this run made of the templates, and they what it makes."""
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(_make_folder()))


@cache
def _make_folder() -> Path:
    folder = TemporaryDirectory(prefix="wenban-made-once-")
    atexit.register(folder.cleanup)
    return Path(folder.name)


@cache
def _make_tables() -> Path:
    folder = _make_folder() / "tables"
    with _open_app(folder).app_context():
        db.create_all()
        db.engine.dispose()
    return folder / "portal.sqlite"


@cache
def _make_demo(now: str) -> Path:
    folder = _make_folder() / f"demo-{now.replace(':', '')}"
    put_tables(folder)
    app = _open_app(folder)
    with app.app_context():
        told = app.test_cli_runner().invoke(args=["demo", "load"])
        assert told.exit_code == 0, told.output
        db.session.remove()
        db.engine.dispose()
    return folder / "portal.sqlite"


def _open_app(folder: Path) -> APIFlask:
    return create_app(Settings(env="test", data=folder, argon2_time_cost=1))
