"""Everything that can be set, read once from ``WENBAN_*`` variables (documented in ``.env.example``).

Outside development and test no secret has a default: a missing one stops the start with its name.
"""

import json
import secrets
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent
SECRETS = ("secret_key", "bot_token", "proof_keys")


class SettingsError(Exception):
    """A setting is missing or cannot be read; the text names it and says what to give."""


class Settings(BaseSettings):
    """The typed settings. ``data`` holds database, index, uploads, mail and generated development secrets."""

    model_config = SettingsConfigDict(env_prefix="WENBAN_", env_file=None, extra="ignore")

    env: Literal["development", "test", "production"] = "development"
    data: Path = ROOT / "var"
    database_url: str = ""
    secret_key: str = ""
    bot_token: str = ""
    proof_keys: str = Field(default="", description="secrets separated by blanks; the first signs, all verify")
    portal_url: str = "http://127.0.0.1:8000"
    public_url: str = Field(default="", description="what QR codes open; portal_url when empty")
    web_workers: int = Field(default=1, ge=1, le=64, description="portal processes that `make run` starts")
    rasa_url: str = Field(default="http://127.0.0.1:5005", description="of every process, separated by commas")
    rasa_timeout: float = Field(default=8.0, gt=0, description="seconds")
    rasa_processes: int = Field(default=1, ge=1, le=16, description="how many `make run` starts")
    tracker_url: str = Field(default="", description="where Rasa keeps the last turns; SQLite in the data folder")
    lock_url: str = Field(default="memory://", description="Rasa's locks: memory:// or redis://…")
    conversation_days: int = Field(
        default=180, ge=1, description="days after the last message for which a conversation is kept"
    )
    register_url: str = ""
    register_token: str = ""
    register_timeout: float = Field(default=3.0, gt=0, description="seconds")
    register_keep: float = Field(default=300.0, ge=0, description="seconds")
    store: Literal["embedded", "elasticsearch"] = "embedded"
    elasticsearch_url: str = ""
    elasticsearch_index: str = "wenban"
    elasticsearch_api_key: str = ""
    elasticsearch_user: str = ""
    elasticsearch_password: str = ""
    elasticsearch_ca: str = ""
    broker_url: str = ""
    limiter_url: str = "memory://"
    embed_origins: str = ""
    proxies: int = Field(default=0, ge=0, description="trusted reverse proxies in front")
    corpus: str = ""
    dense_model: str = Field(
        default="", description="folder of the text models; policy_kb.dense reads the same variable"
    )
    mail_host: str = Field(default="", description="empty: mails are kept as files in the data folder")
    mail_port: int = Field(default=587, ge=1, le=65535)
    mail_security: Literal["starttls", "tls", "none"] = "starttls"
    mail_user: str = ""
    mail_password: str = ""
    mail_from: str = ""
    mail_ca: str = ""
    mail_timeout: float = Field(default=10.0, gt=0, le=15, description="seconds a step; a job's lease is two minutes")
    strong_minutes: int = Field(default=15, ge=1, description="how long a strong sign-in holds")
    argon2_time_cost: int = Field(default=3, ge=1)
    authority_zh: str = "示范省药品监督管理局"
    authority_en: str = "Demonstration Provincial Medical Products Administration"

    @model_validator(mode="after")
    def complete(self) -> "Settings":
        self.data = self.data.expanduser().resolve()
        if self.dense_model not in ("", "off") and not Path(self.dense_model).is_dir():
            raise ValueError(f"WENBAN_DENSE_MODEL: there is no folder {self.dense_model}; write off for none")
        if self.env == "production":
            missing = [name for name in (*SECRETS, "database_url", "broker_url") if not getattr(self, name)]
            if missing:
                raise ValueError("production needs " + ", ".join(f"WENBAN_{name.upper()}" for name in missing))
            if len(self.secret_key) < 32 or len(self.bot_token) < 32:
                raise ValueError("WENBAN_SECRET_KEY and WENBAN_BOT_TOKEN must have at least 32 characters")
            if any(len(key) < 32 for key in self.proof_keys.split()):
                raise ValueError("each key in WENBAN_PROOF_KEYS must have at least 32 characters")
        else:
            _fill_development_secrets(self)
        _check_mail(self)
        self.database_url = self.database_url or f"sqlite:///{self.data / 'portal.sqlite'}"
        self.tracker_url = self.tracker_url or f"sqlite:///{self.data / 'rasa.sqlite'}"
        self.broker_url = self.broker_url or f"sqla+sqlite:///{self.data / 'broker.sqlite'}"
        return self


def _check_mail(settings: "Settings") -> None:
    """A mail server is named whole or not at all, and no password goes over an open line."""
    if not settings.mail_host:
        settings.mail_from = settings.mail_from or "wenban@portal.invalid"
        return
    login = ("mail_user", "mail_password") if settings.mail_security != "none" or settings.mail_user else ()
    wanted = ("mail_from", *(login if settings.env == "production" or settings.mail_user else ()))
    missing = [name for name in wanted if not getattr(settings, name)]
    if missing:
        raise ValueError("WENBAN_MAIL_HOST needs " + ", ".join(f"WENBAN_{name.upper()}" for name in missing))
    if settings.mail_security == "none" and settings.mail_user:
        raise ValueError(
            "WENBAN_MAIL_SECURITY=none would send WENBAN_MAIL_PASSWORD in the open; choose starttls or tls"
        )


def _fill_development_secrets(settings: "Settings") -> None:
    """Generate once per data folder what a developer did not give, readable by its owner only."""
    wanted = [name for name in SECRETS if not getattr(settings, name)]
    if not wanted:
        return
    settings.data.mkdir(parents=True, exist_ok=True)
    path = settings.data / "development-secrets.json"
    kept = json.loads(path.read_text()) if path.exists() else {}
    missing = [name for name in SECRETS if name not in kept]
    if missing:
        path.touch(mode=0o600)
        path.write_text(json.dumps({**kept, **{name: secrets.token_urlsafe(32) for name in missing}}))
        kept = json.loads(path.read_text())
    for name in wanted:
        setattr(settings, name, kept[name])


def read_settings(**overrides: object) -> Settings:
    """The settings of this process; SettingsError says which variable is wrong and why."""
    try:
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        reasons = "; ".join(
            f"{'.'.join(str(part) for part in e['loc']) or 'settings'}: {e['msg']}" for e in error.errors()
        )
        raise SettingsError(f"{reasons}. See .env.example for every WENBAN_ variable.") from error
