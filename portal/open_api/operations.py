"""What the open API can be asked, as a table: each row is the route, its checks and its description in one.

A request passes here in this order: token, scope, headers, body, the kept reply of its key, then the work. The OpenAPI
document (``document.py``) is written from the same rows, so nothing is offered that is not described.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from apiflask import APIBlueprint
from flask import Response, jsonify, request
from flask_babel import gettext as _
from sqlalchemy.exc import IntegrityError

from portal.applications.service import Stale
from portal.errors import Invalid, NotSignedIn, Outdated, PortalError
from portal.extensions import csrf, db, limiter
from portal.identity.service import ANONYMOUS, Identity
from portal.language import current_language
from portal.open_api import keeping, schemas
from portal.open_api.bodies import read_body
from portal.open_api.models import ApiToken
from portal.open_api.service import open_token, require_scope

api = APIBlueprint("open_api", __name__, url_prefix="/api/v1", enable_openapi=False)
csrf.exempt(api)  # only the bearer token opens anything here; cookies are not looked at
ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})(?:-[0-9a-f]{1,64})?"')
KEY = re.compile(r"[A-Za-z0-9._:-]{1,80}")
CURSOR = re.compile(r"[A-Za-z0-9.-]{1,80}")
PER_MINUTE = 120  # requests of one token: a renewal takes about ten


@dataclass(frozen=True, slots=True)
class Call:
    """One request that was let in. ``version`` is that of If-Match (0 when none is asked for)."""

    identity: Identity
    token: ApiToken | None
    body: dict[str, Any]
    version: int
    key: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A JSON answer; ``version`` is the draft's, for the ETag; ``status`` overrides that of the operation."""

    content: dict[str, Any]
    version: int | None = None
    status: int = 0
    location: str = ""


@dataclass(frozen=True, slots=True)
class Operation:
    """One row. ``path`` is written as Flask writes it; ``scope`` "" needs no token; ``reply`` names a schema or a media
    type; ``matched`` asks for If-Match, ``once`` for Idempotency-Key; ``upload`` takes a file as multipart."""

    name: str
    method: str
    path: str
    summary: Any
    scope: str
    reply: str
    status: int
    body: str
    query: tuple[str, ...]
    matched: bool
    once: bool
    upload: bool
    problems: tuple[int, ...] = field(default=())


OPERATIONS: list[Operation] = []
Run = Callable[..., Reply | Response]


def operation(
    method: str, path: str, summary: Any, *, scope: str, reply: str = "", status: int = 200, body: str = "",
    query: tuple[str, ...] = (), matched: bool = False, once: bool = False, upload: bool = False,
    problems: tuple[int, ...] = (),
) -> Callable[[Run], Run]:  # fmt: skip
    """Put a function on the table: it gets the ``Call`` and the parts of the path."""

    def register(run: Run) -> Run:
        row = Operation(
            run.__name__, method, path, summary, scope, reply, status, body, query, matched, once, upload, problems
        )
        OPERATIONS.append(row)

        def view(**parts: Any) -> Response:
            return _answer(row, run, parts)

        api.add_url_rule(path, endpoint=run.__name__, view_func=view, methods=[method])
        return run

    return register


def _limit_key() -> str:
    sent = request.headers.get("Authorization", "")
    return f"token:{hashlib.sha256(sent.encode()).hexdigest()[:32]}" if sent else f"ip:{request.remote_addr}"


limiter.limit(f"{PER_MINUTE} per minute", key_func=_limit_key, override_defaults=False)(api)


def _answer(row: Operation, run: Run, parts: Mapping[str, Any]) -> Response:
    call = _let_in(row)
    if row.once and call.token is not None:
        kept = keeping.find_reply(call.token, call.key, _fingerprint(row, call, parts))
        if kept is not None:
            db.session.commit()
            return _send(kept.content, kept.status, kept.etag, replayed=True)
    try:
        done = run(call, **parts)
    except Stale as error:
        raise Outdated(error.message, fields={"version": str(error.version)}) from error
    if isinstance(done, Response):
        db.session.commit()
        return done
    return _finish(row, call, done, parts)


def _finish(row: Operation, call: Call, done: Reply, parts: Mapping[str, Any]) -> Response:
    status, etag = done.status or row.status, _etag(done)
    if row.once and call.token is not None:
        keeping.keep_reply(call.token, call.key, _fingerprint(row, call, parts), status, done.content, etag)
    try:
        db.session.commit()
    except IntegrityError:  # the same key at the same moment: the other request has done the work
        db.session.rollback()
        kept = keeping.find_reply(_let_in(row).token, call.key, _fingerprint(row, call, parts)) if row.once else None
        if kept is None:
            raise
        return _send(kept.content, kept.status, kept.etag, replayed=True)
    if row.method == "GET" and etag in [one.strip() for one in request.headers.get("If-None-Match", "").split(",")]:
        return _finish_headers(Response(status=304), etag)
    reply = _send(done.content, status, etag)
    if done.location:
        reply.headers["Location"] = done.location
    return reply


def _let_in(row: Operation) -> Call:
    token, identity = None, ANONYMOUS
    if row.scope:
        kind, _space, text = request.headers.get("Authorization", "").partition(" ")
        if kind.lower() != "bearer" or not text.strip():
            raise NotSignedIn(_("Send a token made on the page “Access for programs”: Authorization: Bearer <token>."))
        token, identity = open_token(text.strip())
        require_scope(token, row.scope)
    version = _read_version() if row.matched else 0
    key = _read_key() if row.once else ""
    body = read_body(request, schemas.REQUESTS[row.body]) if row.body else {}
    return Call(identity, token, body, version, key)


def _read_version() -> int:
    sent = request.headers.get("If-Match", "").strip()
    if not sent:
        error = PortalError(_("Send the ETag of the draft you have read as If-Match."), code="if_match_missing")
        error.status = 428
        raise error
    found = ETAG.fullmatch(sent)
    if found is None:
        raise PortalError(_("If-Match holds no ETag of a draft. Read the draft and send the ETag it came with."))
    return int(found[1])


def _read_key() -> str:
    sent = request.headers.get("Idempotency-Key", "").strip().strip('"')
    if not KEY.fullmatch(sent):
        text = _("Send an Idempotency-Key of 1 to 80 letters, figures or . _ : - with this request.")
        raise PortalError(text, code="idempotency_key_missing")
    return sent


def _fingerprint(row: Operation, call: Call, parts: Mapping[str, Any]) -> str:
    asked = json.dumps([row.name, sorted(parts.items()), call.body], sort_keys=True, default=str)
    return hashlib.sha256(asked.encode()).hexdigest()


def _etag(done: Reply) -> str:
    """The version in front, which If-Match needs, then what the answer says, so that a cache knows it again."""
    text = json.dumps([done.content, current_language()], sort_keys=True, default=str)
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return f'"{done.version}-{digest}"' if done.version is not None else f'"{digest}"'


def _send(content: Any, status: int, etag: str, *, replayed: bool = False) -> Response:
    reply = Response(status=204) if status == 204 else jsonify(content)
    reply.status_code = status
    if replayed:
        reply.headers["Idempotency-Replayed"] = "true"
    return _finish_headers(reply, etag)


def _finish_headers(reply: Response, etag: str) -> Response:
    reply.headers["ETag"] = etag
    reply.headers["Cache-Control"] = "private, no-cache"
    reply.headers["Content-Language"] = "zh-CN" if current_language() == "zh" else "en"
    reply.vary.update(("Authorization", "Accept-Language"))
    return reply


def take_page(rows: list[Any], key_of: Callable[[Any], str], *, newest_first: bool = True) -> tuple[list[Any], str]:
    """The rows of the page that the query asks for, and the cursor of the next ("" at the end).

    ``key_of`` gives a text that orders the rows for good, so that rows that come and go in between move no page.
    """
    raw, cursor = request.args.get("limit", "50"), request.args.get("cursor", "")
    errors = {}
    if not (raw.isascii() and raw.isdigit() and len(raw) < 4 and 1 <= int(raw) <= 200):
        errors["limit"] = _("Write a number from 1 to 200.")
    if cursor and not CURSOR.fullmatch(cursor):
        errors["cursor"] = _("This is no cursor of this list. Begin again without one.")
    if errors:
        raise Invalid(_("The page cannot be read."), fields=errors)
    ordered = sorted(rows, key=key_of, reverse=newest_first)
    left = [row for row in ordered if not cursor or (key_of(row) < cursor if newest_first else key_of(row) > cursor)]
    page = left[: int(raw)]
    return page, key_of(page[-1]) if len(left) > len(page) else ""
