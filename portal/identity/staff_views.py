"""The administrators' pages of staff accounts: who there is, who may do what, a new one, one closed."""

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.errors import Invalid
from portal.extensions import db
from portal.identity import staffing
from portal.identity.blueprint import bp
from portal.identity.service import STAFF_ROLES, current_identity


@bp.get("/staff/accounts")
def staff_accounts() -> str:
    """The list and the form for one more."""
    return _list_page({})


def _list_page(errors: dict[str, str]) -> str:
    return render_template(
        "identity/accounts.html",
        accounts=staffing.list_staff_accounts(current_identity()),
        staffing=staffing,
        roles=STAFF_ROLES,
        errors=errors,
        values=request.form,
        chosen=request.form.getlist("roles"),
    )


@bp.post("/staff/accounts")
def add_staff_account() -> Response | tuple[str, int]:
    """One more; the first password stands on the page after it, once."""
    form = request.form
    try:
        account, password = staffing.add_staff(
            current_identity(), form.get("login", ""), form.get("name", ""), form.getlist("roles")
        )
    except Invalid as error:
        db.session.rollback()
        return _list_page(error.fields), 422
    db.session.commit()
    _tell_password(account.login, password)
    return redirect(url_for("identity.staff_account", account_id=account.id))


def _tell_password(login: str, password: str) -> None:
    told = _("Password of %(login)s: %(password)s Note it now and pass it on; it is not shown again.")
    flash(told % {"login": login, "password": password}, "warn")


@bp.get("/staff/accounts/<int:account_id>")
def staff_account(account_id: int) -> str:
    """One account."""
    return _page(account_id, {})


def _page(account_id: int, errors: dict[str, str]) -> str:
    return render_template(
        "identity/account.html",
        account=staffing.get_staff_account(current_identity(), account_id),
        staffing=staffing,
        roles=STAFF_ROLES,
        errors=errors,
    )


@bp.post("/staff/accounts/<int:account_id>")
def change_staff_account(account_id: int) -> Response | tuple[str, int]:
    """Other roles, closed or open, a new password."""
    identity, step = current_identity(), request.form.get("step", "")
    account = staffing.get_staff_account(identity, account_id)
    try:
        if step == "roles":
            staffing.set_roles(identity, account_id, request.form.getlist("roles"))
            flash(_("Saved. It counts from their next click on."), "ok")
        elif step in ("open", "close"):
            staffing.set_active(identity, account_id, step == "open")
            flash(_("The account is open again.") if step == "open" else _("The account is closed."), "ok")
        elif step == "password":
            _tell_password(account.login, staffing.renew_password(identity, account_id))
        else:
            raise Invalid(
                _("Choose one of the steps offered."), fields={"roles": _("Choose one of the steps offered.")}
            )
    except Invalid as error:
        db.session.rollback()
        return _page(account_id, error.fields), 422
    db.session.commit()
    return redirect(url_for("identity.staff_account", account_id=account_id))
