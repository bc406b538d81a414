"""Staff accounts as an administrator keeps them: who may do what, who no longer comes in. Audited; nothing commits."""

import secrets
from collections.abc import Iterable

from flask_babel import gettext as _
from sqlalchemy import select

from portal.audit import service as audit
from portal.errors import Invalid, Missing
from portal.extensions import db
from portal.identity.models import Account
from portal.identity.service import STAFF_ROLES, Identity, hash_password, register_account, require_role


def list_staff_accounts(identity: Identity) -> list[Account]:
    """All staff, those who may come in first, by name."""
    require_role(identity, "administrator")
    query = select(Account).where(Account.kind == "staff").order_by(Account.active.desc(), Account.name)
    return list(db.session.scalars(query))


def get_staff_account(identity: Identity, account_id: int) -> Account:
    """One of them; Missing for an account that is no staff's."""
    require_role(identity, "administrator")
    account = db.session.get(Account, account_id)
    if account is None or account.kind != "staff":
        raise Missing(_("There is no such staff account. Choose one from the list."))
    return account


def add_staff(identity: Identity, login: str, name: str, roles: Iterable[str]) -> tuple[Account, str]:
    """A new account and its first password, told only now. Invalid names all fields that are wrong; then roll back."""
    require_role(identity, "administrator")
    chosen = ",".join(role for role in STAFF_ROLES if role in set(roles))
    missing = {} if chosen else {"roles": _("Choose at least one role.")}
    password = secrets.token_urlsafe(12)
    try:
        account = register_account(login, password, kind="staff", name=name, roles=chosen)
    except Invalid as error:
        raise Invalid(error.message, fields={**error.fields, **missing}) from error
    if missing:
        raise _wrong(missing["roles"])
    audit.record(identity.actor, "add_staff", "account", str(account.id), detail=f"{account.login}: {chosen}")
    return account, password


def set_roles(identity: Identity, account_id: int, roles: Iterable[str]) -> Account:
    """Other roles from the next request on; nobody takes the administrator's role from themselves."""
    account, chosen = get_staff_account(identity, account_id), _check_roles(roles)
    if account.id == identity.account_id and "administrator" not in chosen.split(","):
        raise _wrong(_("Another administrator has to take this role from you, so that one always remains."))
    audit.record(identity.actor, "set_roles", "account", str(account.id), detail=f"{account.roles} → {chosen}")
    account.roles = chosen
    return account


def set_active(identity: Identity, account_id: int, active: bool) -> Account:
    """Let an account in or no longer: an open session ends with its next request. Nobody shuts themselves out."""
    account = get_staff_account(identity, account_id)
    if account.id == identity.account_id:
        raise _wrong(_("Another administrator has to close your own account."))
    account.active = active
    audit.record(identity.actor, "open_account" if active else "close_account", "account", str(account.id))
    return account


def renew_password(identity: Identity, account_id: int) -> str:
    """A new password for somebody who forgot theirs, told only now."""
    account = get_staff_account(identity, account_id)
    password = secrets.token_urlsafe(12)
    account.password_hash = hash_password(password)
    audit.record(identity.actor, "renew_password", "account", str(account.id))
    return password


def role_name(role: str) -> str:
    """A staff role in words."""
    names = {"officer": _("officer"), "curator": _("knowledge editor"), "administrator": _("administrator")}
    return names.get(role, role)


def tell_role(role: str) -> str:
    """What a role may do."""
    return {
        "officer": _("Conversations, complaints and reports, applications, data tickets."),
        "curator": _("Knowledge: questions without answer, FAQs, facts, legal texts, ready replies."),
        "administrator": _("Accounts, audit, the state of the system; and what officers and curators see."),
    }[role]


def _check_roles(roles: Iterable[str]) -> str:
    chosen = ",".join(role for role in STAFF_ROLES if role in set(roles))
    if not chosen:
        raise _wrong(_("Choose at least one role."))
    return chosen


def _wrong(message: str) -> Invalid:
    return Invalid(message, fields={"roles": message})
