"""Replies written once by staff, in both languages, each with the clauses it rests on; shown only while these hold."""

from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from flask import current_app
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from portal.chat.handover.citing import find_choice, write_key

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


def list_canned() -> tuple[Canned, ...]:
    """The authority's own ``canned.yml`` in the data folder, else the shipped replies."""
    own = current_app.config["SETTINGS"].data / "canned.yml"
    path = own if own.is_file() else SHIPPED
    return read_canned(path, path.stat().st_mtime_ns)


def list_usable() -> list[Canned]:
    """The replies whose every clause is in force today."""
    return [reply for reply in list_canned() if all(find_choice(_cite(cite)) for cite in reply.cites)]


def find_canned(canned_id: str) -> Canned | None:
    return next((reply for reply in list_usable() if reply.id == canned_id), None)


def _cite(cite: CannedCite) -> dict[str, Any]:
    return {"title": cite.title, "article": cite.article, "paragraph": cite.paragraph}


def keys_of(reply: Canned) -> list[str]:
    """Its clauses as values of tick boxes."""
    return [write_key(_cite(cite)) for cite in reply.cites]
