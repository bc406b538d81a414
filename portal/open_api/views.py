"""The pages about the open API: what it can be asked, for readers, and the tokens of one's own programs."""

from apiflask import APIBlueprint
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.errors import Invalid
from portal.extensions import db, limiter
from portal.identity.service import current_identity, find_party, require_kind
from portal.open_api import case_api, service
from portal.open_api.api import api
from portal.open_api.document import build_document
from portal.open_api.models import ApiToken

__all__ = ["api", "bp", "case_api"]

bp = APIBlueprint("developers", __name__, url_prefix="/developers", enable_openapi=False)
PERIODS = (30, 90, 180, 365)  # days


@bp.get("/")
def index() -> str:
    """Every operation with what it takes and gives, from the same table as the OpenAPI document."""
    document = build_document(request.url_root.rstrip("/"))
    rows = [
        (method.upper(), path, told) for path, methods in document["paths"].items() for method, told in methods.items()
    ]
    return render_template(
        "open_api/index.html",
        document=document,
        rows=rows,
        scopes=_name_scopes(),
        schemas=document["components"]["schemas"],
    )


@bp.get("/tokens")
def tokens() -> str | Response:
    """The account's tokens for the party acted for, and the form for a new one."""
    if not current_identity().signed_in:
        return redirect(url_for("identity.sign_in", next=request.path))
    return _tokens_page({})


def _tokens_page(errors: dict[str, str], *, made: ApiToken | None = None, text: str = "") -> str:
    identity = current_identity()
    require_kind(identity, "enterprise", "citizen")
    found: str = render_template(
        "open_api/tokens.html",
        tokens=[(one, service.find_reason_out(one)) for one in service.list_tokens(identity)],
        party=find_party(identity.party_code),
        errors=errors,
        made=made,
        text=text,
        periods=PERIODS,
        scopes=_name_scopes(),
        asked=request.form,
        ticked=request.form.getlist("scopes"),
    )
    return found


def _name_scopes() -> dict[str, str]:
    return {
        "read": _("read forms, drafts and cases"),
        "write": _("start and change drafts, attach files"),
        "prefill": _("agree in my name that sources are asked"),
        "submit": _("send, send again and withdraw: this is binding"),
    }


@bp.post("/tokens")
@limiter.limit("20 per hour")
def make() -> tuple[str, int] | tuple[str, int, dict[str, str]] | Response:
    """Make a token and show it, this once; no copy of the page is kept."""
    identity = current_identity()
    if identity.signed_in and not identity.strong:
        return redirect(url_for("identity.strong_sign_in", next=url_for("developers.tokens")))
    form = request.form
    days = int(form["days"]) if form.get("days", "") in map(str, PERIODS) else 0
    try:
        made, text = service.make_token(identity, form.get("name", "")[:200], form.getlist("scopes"), days)
    except Invalid as error:
        db.session.rollback()
        return _tokens_page(error.fields), 422
    db.session.commit()
    return _tokens_page({}, made=made, text=text), 201, {"Cache-Control": "no-store"}


@bp.post("/tokens/<int:token_id>/revoke")
def revoke(token_id: int) -> Response:
    """End a token now."""
    service.revoke_token(current_identity(), token_id)
    db.session.commit()
    flash(_("The token was revoked. Programs that use it are refused from now on."), "ok")
    return redirect(url_for("developers.tokens"))
