"""The few errors services raise, and the one place where they become a page or JSON.

401/403/404/409/422/503: each says what to do. ``/api/v1/`` answers with problem details (RFC 9457), the rest of ``/api/``
and JSON clients get ``{"error": {"code", "message", "fields"?}}``; people get a page in their language.
"""

import logging
import math
import time
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.http import HTTP_STATUS_CODES

from policy_kb import errors as kb_errors
from portal.extensions import db, limiter
from portal.language import current_language

log = logging.getLogger(__name__)


class PortalError(Exception):
    """A request that cannot be done. ``status`` is its HTTP status, ``code`` stays the same in every language."""

    status = 400
    code = "bad_request"

    def __init__(self, message: str, *, code: str = "", fields: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.fields = dict(fields or {})


class NotSignedIn(PortalError):
    status, code = 401, "not_signed_in"


class Forbidden(PortalError):
    status, code = 403, "forbidden"


class Missing(PortalError):
    status, code = 404, "not_found"


class Conflict(PortalError):
    status, code = 409, "conflict"


class Outdated(PortalError):
    """What the request was made from has changed since: nothing was done."""

    status, code = 412, "stale"


class TooLarge(PortalError):
    status, code = 413, "too_large"


class Invalid(PortalError):
    """``fields`` maps a field id to its error text."""

    status, code = 422, "invalid"


class Unavailable(PortalError):
    status, code = 503, "unavailable"


def wants_json() -> bool:
    """Whether this request comes from a program: an API path, a JSON body or a JSON-only Accept header."""
    if request.path.startswith("/api/") or request.is_json:
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" and request.accept_mimetypes[best] > request.accept_mimetypes["text/html"]


def _reply(status: int, code: str, message: str, fields: Mapping[str, str] | None = None) -> tuple[Response | str, int]:
    db.session.rollback()
    if request.path.startswith("/api/v1/"):
        return _problem(status, code, message, fields or {}), status
    if wants_json():
        body: dict[str, Any] = {"code": code, "message": message}
        if fields:
            body["fields"] = dict(fields)
        return jsonify(error=body), status
    return render_template("error.html", status=status, code=code, message=message, fields=fields or {}), status


def _problem(status: int, code: str, message: str, fields: Mapping[str, str]) -> Response:
    """Problem details as RFC 9457 has them; ``errors`` says by path what is wrong."""
    body: dict[str, Any] = {
        "type": f"urn:wenban:problem:{code}",
        "title": HTTP_STATUS_CODES.get(status, "Error"),
        "status": status,
        "detail": message,
        "code": code,
        "instance": request.path[:200],
    }
    reply = jsonify({**body, "errors": dict(fields)} if fields else body)
    reply.mimetype = "application/problem+json"
    reply.headers["Content-Language"] = "zh-CN" if current_language() == "zh" else "en"
    reply.headers["Cache-Control"] = "no-store"
    if status == 401:
        reply.headers["WWW-Authenticate"] = 'Bearer realm="wenban"'
    return reply


def _http_messages() -> dict[int, str]:
    return {
        400: _("We could not read this request. Go back, check what you entered and send it again."),
        403: _("You may not see or do this with the account you are signed in with."),
        404: _("There is no such page. Check the address, or start again from the home page."),
        405: _("This address does not take that kind of request."),
        413: _("What you sent is too large. Send a smaller file or a shorter text."),
        429: _(
            "Too many requests in a short time. Wait %(seconds)s seconds and try again; nothing you saved is lost.",
            seconds=_seconds_to_wait(),
        ),
    }


def _seconds_to_wait() -> int:
    """Until the limit that was met lets go, as the header Retry-After says it too."""
    met = limiter.current_limit
    return max(1, math.ceil(met.reset_at - time.time())) if met else 60


def reply_to_http(error: HTTPException) -> tuple[Response | str, int] | HTTPException:
    """The page or JSON for an error of HTTP itself; for rooms that answer some of them in their own way."""
    status = error.code or 500
    if status < 400:
        return error
    return _reply(status, (error.name or "error").lower().replace(" ", "_"), message_of(error))


def message_of(error: HTTPException) -> str:
    """What an error of HTTP itself means to people, and what to do."""
    return _http_messages().get(error.code or 500, error.description or error.name)


def init_errors(app: Flask) -> None:
    """Register the handlers."""

    @app.errorhandler(PortalError)
    def on_portal_error(error: PortalError) -> tuple[Response | str, int]:
        return _reply(error.status, error.code, error.message, error.fields)

    @app.errorhandler(CSRFError)
    def on_csrf(error: CSRFError) -> tuple[Response | str, int]:
        return _reply(
            400,
            "csrf",
            _(
                "This page was open too long or your session ended. Reload the page, sign in if asked, and send again; saved answers are kept."
            ),
        )

    @app.errorhandler(kb_errors.UnknownDocument)
    def on_unknown(error: kb_errors.UnknownDocument) -> tuple[Response | str, int]:
        return _reply(
            404, "not_found", _("This text or clause is not in the policy base. Search for it from the policies page.")
        )

    @app.errorhandler(kb_errors.StoreUnavailable)
    def on_store(error: kb_errors.StoreUnavailable) -> tuple[Response | str, int]:
        log.warning("policy store unavailable: %s", error)
        return _reply(
            503,
            "store_unavailable",
            _(
                "The policy base cannot be reached just now. The service list and the complaint form work; try again in a few minutes."
            ),
        )

    app.register_error_handler(HTTPException, reply_to_http)

    @app.errorhandler(Exception)
    def on_bug(error: Exception) -> tuple[Response | str, int]:
        if isinstance(error, RecursionError) and request.is_json:  # JSON nested deeper than anybody needs
            return _reply(400, "bad_request", _http_messages()[400])
        log.exception("unhandled error on %s %s", request.method, request.path)
        if app.config.get("PROPAGATE_BUGS"):
            raise error
        return _reply(
            500,
            "internal",
            _(
                "Something went wrong on our side. What you saved is kept. Try again, or report the time shown to the service desk."
            ),
        )
