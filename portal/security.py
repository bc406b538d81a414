"""Session, CSRF, content security policy, headers, limits and login: settings of well-kept extensions, in one place."""

from datetime import timedelta
from typing import Any

from apiflask import APIFlask
from flask import Response, request, session
from flask_login import current_user

from portal.commits import init_commits
from portal.extensions import csrf, db, limiter, login_manager, migrate, talisman
from portal.settings import ROOT, Settings

# Nothing is loaded from outside; scripts and styles are our own files (a nonce where a page needs one line).
CONTENT_SECURITY_POLICY = {
    "default-src": "'self'",
    "img-src": "'self' data:",
    "style-src": "'self'",
    "script-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "base-uri": "'none'",
    "object-src": "'none'",
    "frame-ancestors": "'self'",
}


def flask_config(settings: Settings) -> dict[str, Any]:
    """The Flask and extension configuration that follows from the settings."""
    production = settings.env == "production"
    return {
        "SETTINGS": settings,
        "SECRET_KEY": settings.secret_key,
        "TESTING": settings.env == "test",
        "SQLALCHEMY_DATABASE_URI": settings.database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": {
            "max_overflow": 27,  # with the five of the pool one for each thread of a portal process (Procfile)
            **(
                {"connect_args": {"timeout": 15}}
                if settings.database_url.startswith("sqlite")
                else {"pool_pre_ping": True}
            ),
        },
        "MAX_CONTENT_LENGTH": 12 * 1024 * 1024,
        "MAX_FORM_MEMORY_SIZE": 2 * 1024 * 1024,
        "SESSION_COOKIE_NAME": "wenban",
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": production,
        "PERMANENT_SESSION_LIFETIME": timedelta(hours=12),
        "WTF_CSRF_TIME_LIMIT": None,  # bound to the session, which ends after 12 hours
        "RATELIMIT_STORAGE_URI": settings.limiter_url,
        "RATELIMIT_HEADERS_ENABLED": True,
        "RATELIMIT_IN_MEMORY_FALLBACK_ENABLED": True,  # without Redis each process counts for itself, and no page fails
        "RATELIMIT_DEFAULT": "600 per minute",
        "RATELIMIT_ENABLED": settings.env != "test",
    }


def _limit_key() -> str:
    return f"account:{current_user.get_id()}" if current_user.is_authenticated else f"ip:{request.remote_addr}"


def _tune_sqlite(app: APIFlask) -> None:
    """Write-ahead logging and enforced foreign keys, so that portal and worker can share one file."""
    from sqlalchemy import event

    with app.app_context():

        @event.listens_for(db.engine, "connect")
        def on_connect(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA foreign_keys=ON")


def _leave_no_copy(reply: Response) -> Response:
    """What is made for one person is kept by no cache: at the same computer somebody else may go back a page."""
    if request.endpoint != "static" and "Cache-Control" not in reply.headers and session:
        reply.headers["Cache-Control"] = "private, no-store"
    return reply


def init_security(app: APIFlask) -> None:
    """Bind database, login, CSRF, limits and headers."""
    settings: Settings = app.config["SETTINGS"]
    db.init_app(app)
    if settings.database_url.startswith("sqlite"):
        _tune_sqlite(app)
    with app.app_context():
        init_commits(db.engine)
    migrate.init_app(app, db, directory=str(ROOT / "portal" / "migrations"), render_as_batch=True)
    csrf.init_app(app)
    limiter._key_func = _limit_key
    limiter.init_app(app)
    talisman.init_app(
        app,
        force_https=settings.env == "production",
        strict_transport_security=settings.env == "production",
        session_cookie_secure=settings.env == "production",
        content_security_policy=CONTENT_SECURITY_POLICY,
        content_security_policy_nonce_in=["script-src"],
        referrer_policy="same-origin",
        permissions_policy={"geolocation": "()", "camera": "()", "microphone": "()"},
    )
    app.after_request(_leave_no_copy)
    login_manager.init_app(app)
    login_manager.login_view = "identity.sign_in"

    from portal.identity.models import Account

    @login_manager.user_loader
    def load_account(account_id: str) -> Account | None:
        account = db.session.get(Account, int(account_id)) if account_id.isdigit() else None
        return account if account and account.active else None
