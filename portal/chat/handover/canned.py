"""Replies written once by staff, in both languages, each with the clauses it rests on; shown only while these hold.

They come from a file; what curators saved on the page (``canned_edits``) lies over it, reply by reply.
"""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from flask import current_app
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from sqlalchemy import select

from portal.chat.handover.citing import find_choice, write_key
from portal.chat.models import CannedEdit
from portal.extensions import db

SHIPPED = Path(__file__).with_name("canned.yml")


class CannedError(ValueError):
    """The file of canned replies cannot be used; the text names file and entry."""


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(_Part):
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class CannedCite(_Part):
    title: str
    article: int = Field(gt=0)
    paragraph: int = 0
    says: str = ""  # words the clause must hold, checked by the tests


class Canned(_Part):
    """One reply. Without ``cites`` it states no rule (a greeting, a request for papers)."""

    id: str
    title: Words
    text: Words
    cites: tuple[CannedCite, ...] = ()


@lru_cache(maxsize=4)
def read_canned(path: Path, changed_at: int) -> tuple[Canned, ...]:
    """The replies of a file, read again when it changed; CannedError says what is wrong with it."""
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        replies = tuple(Canned.model_validate(entry) for entry in raw["replies"])
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise CannedError(f"{path.name} must hold a list under “replies”: {error}") from error
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise CannedError(f"{path.name}: {wrong}") from error
    if len({reply.id for reply in replies}) != len(replies):
        raise CannedError(f"{path.name}: two replies have the same id")
    return replies


def list_filed() -> tuple[Canned, ...]:
    """The authority's own ``canned.yml`` in the data folder, else the shipped replies."""
    own = current_app.config["SETTINGS"].data / "canned.yml"
    path = own if own.is_file() else SHIPPED
    return read_canned(path, path.stat().st_mtime_ns)


def list_edits() -> dict[str, CannedEdit]:
    """What was saved last of each reply that was ever edited, by its id; those edited first come first."""
    rows = db.session.scalars(select(CannedEdit).order_by(CannedEdit.id))
    return {row.code: row for row in rows}


def read_edit(edit: CannedEdit) -> Canned:
    """The reply as it was saved."""
    return Canned.model_validate({"id": edit.code, **edit.content})


def list_canned() -> list[Canned]:
    """The replies of the file with the edits laid over them, then those added on the page; withdrawn ones left out."""
    filed, edits = {reply.id: reply for reply in list_filed()}, list_edits()
    edited = {code: read_edit(edit) for code, edit in edits.items() if edit.state == "kept"}
    kept = [edited.get(code, reply) for code, reply in filed.items() if code in edited or code not in edits]
    return kept + [reply for code, reply in edited.items() if code not in filed]


def is_usable(reply: Canned) -> bool:
    """Whether its every clause is in force today."""
    return all(find_choice(_cite(cite)) for cite in reply.cites)


def list_usable() -> list[Canned]:
    """The replies whose every clause is in force today."""
    return [reply for reply in list_canned() if is_usable(reply)]


def find_canned(canned_id: str) -> Canned | None:
    return next((reply for reply in list_usable() if reply.id == canned_id), None)


def _cite(cite: CannedCite) -> dict[str, Any]:
    return {"title": cite.title, "article": cite.article, "paragraph": cite.paragraph}


def keys_of(reply: Canned) -> list[str]:
    """Its clauses as values of tick boxes."""
    return [write_key(_cite(cite)) for cite in reply.cites]
