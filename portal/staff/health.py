"""What the page of the system's state shows beside its parts: the data folder, work that gave up, settings in force."""

import shutil
from collections.abc import Collection

from flask import current_app

from portal.audit import service as audit
from portal.extensions import db
from portal.identity.service import Identity, require_role
from portal.jobs import service as jobs
from portal.settings import SECRETS, Settings

LEAST_FREE = 1024**3  # bytes: an index that is rebuilt needs its size a second time


def count_free() -> int:
    """Bytes left where the data folder lies."""
    return shutil.disk_usage(_settings().data).free


def name_database() -> str:
    """sqlite or postgresql."""
    return db.engine.dialect.name


def _settings() -> Settings:
    settings: Settings = current_app.config["SETTINGS"]
    return settings


def list_settings(identity: Identity) -> list[tuple[str, str]]:
    """Every setting as the variable that sets it and what counts; secrets and what holds a password are starred."""
    require_role(identity, "administrator")
    values = _settings().model_dump(mode="json")
    return [(f"WENBAN_{name.upper()}", _tell(name, value)) for name, value in sorted(values.items())]


def _tell(name: str, value: object) -> str:
    hidden = name in SECRETS or name.endswith(("password", "token", "api_key")) or "@" in str(value).partition("//")[2]
    return "•••" if hidden and value else str(value)


def list_stuck(identity: Identity) -> list[jobs.Job]:
    """What gave up."""
    require_role(identity, "administrator")
    return jobs.list_stuck()


def try_again(identity: Identity, job_id: int, kinds: Collection[str]) -> jobs.Job:
    """Let one begin anew. The caller commits."""
    require_role(identity, "administrator")
    job = jobs.try_again(job_id, kinds)
    audit.record(identity.actor, "try_job_again", "job", str(job.id), detail=job.kind)
    return job
