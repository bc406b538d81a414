"""Sign in, sign out, register, switch the party acted for."""

from urllib.parse import urlsplit

from flask import current_app, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user
from werkzeug.wrappers import Response

from portal.audit import service as audit
from portal.errors import Forbidden, Invalid
from portal.extensions import db, limiter
from portal.identity import second_factor, service, staff_views
from portal.identity.blueprint import bp
from portal.identity.service import current_identity

__all__ = ["bp", "staff_views"]


def _safe_next(default: str) -> str:
    """Where to go on: a path of this site only."""
    target = request.values.get("next", "")
    parts = urlsplit(target)
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) and not parts.netloc else default


@bp.get("/sign-in")
def sign_in() -> str:
    return render_template("identity/sign_in.html", next=_safe_next("/"), fields={}, values={})


@bp.post("/sign-in")
@limiter.limit("10 per minute")
def sign_in_submit() -> Response | tuple[str, int]:
    account = service.check_password(request.form.get("login", "")[:80], request.form.get("password", "")[:200])
    if account is None:
        db.session.commit()
        fields = {"login": _("Sign-in name or password is wrong. Check both and try again.")}
        return render_template("identity/sign_in.html", next=_safe_next("/"), fields=fields, values=request.form), 422
    kept = {key: session[key] for key in ("conversation",) if key in session}
    session.clear()  # a new session for a new identity; an open chat goes along
    session.update(kept)
    login_user(account)
    session.permanent = True
    audit.record(service.identity_of(account).actor, "sign_in", "account", str(account.id))
    db.session.commit()
    home = url_for("home.index")
    target = _safe_next(home)
    return redirect(url_for("staff.index") if account.kind == "staff" and target == home else target)


@bp.get("/strong-sign-in")
def strong_sign_in() -> str:
    """Ask for the second proof; the page one came from waits behind it."""
    service.require_signed_in(current_identity())
    return _strong_page({})


def _strong_page(fields: dict[str, str]) -> str:
    return render_template(
        "identity/strong.html",
        fields=fields,
        next=_safe_next(url_for("home.index")),
        has_factor=second_factor.find_factor(current_identity().account_id) is not None,
        minutes=current_app.config["SETTINGS"].strong_minutes,
        login=current_user.login,
    )


@bp.post("/strong-sign-in")
@limiter.limit("10 per minute")
def strong_sign_in_submit() -> Response | tuple[str, int]:
    identity = current_identity()
    reason = second_factor.check_code(identity, request.form.get("code", "")[:20])
    db.session.commit()
    if reason:
        told = {
            "wrong": _("This code does not count: it is wrong, too old or was used already. Wait for the next one."),
            "closed": _("Too many wrong codes. Try again in a quarter of an hour; you can go on without."),
            "none": _("No authenticator app is set up for your account. The service desk sets one up with you."),
        }
        return _strong_page({"code": told[reason]}), 422
    assert identity.account_id is not None
    service.begin_strong(identity.account_id)
    return redirect(_safe_next(url_for("home.index")))


@bp.post("/sign-out")
def sign_out() -> Response:
    logout_user()
    session.clear()
    return redirect(url_for("home.index"))


@bp.get("/register")
def register() -> str:
    return render_template("identity/register.html", fields={}, values={})


@bp.post("/register")
@limiter.limit("10 per hour")
def register_submit() -> Response | tuple[str, int]:
    """A citizen's own account. Enterprise and staff accounts are made by an administrator."""
    try:
        account = service.register_account(
            request.form.get("login", ""),
            request.form.get("password", ""),
            kind="citizen",
            name=request.form.get("name", ""),
            mobile=request.form.get("mobile", "")[:20],
        )
    except Invalid as error:
        db.session.rollback()
        return render_template("identity/register.html", fields=error.fields, values=request.form), 422
    party = service.get_or_add_party(f"P-{account.id:08d}", "person", account.name)
    service.add_mandate(account, party)
    audit.record(f"citizen:{account.id}", "register", "account", str(account.id))
    db.session.commit()
    login_user(account)
    return redirect(_safe_next(url_for("home.index")))


@bp.post("/act-for")
def act_for() -> Response:
    """Switch the party acted for; the choice is checked against the mandates of today."""
    identity = current_identity()
    service.require_signed_in(identity)
    assert identity.account_id is not None
    code = request.form.get("party_code", "")
    if service.identity_of_account(identity.account_id, code).party_code != code:
        raise Forbidden(_("You have no mandate for this party."))
    session["party_code"] = code
    audit.record(identity.actor, "act_for", "party", code, party_code=code)
    db.session.commit()
    return redirect(_safe_next(url_for("home.index")))


@bp.post("/large-text")
def large_text() -> Response:
    """Larger letters on every page, on or off."""
    session["large_text"] = not session.get("large_text")
    flash(_("Text size changed."), "ok")
    return redirect(_safe_next(url_for("home.index")))
