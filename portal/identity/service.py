"""Accounts and permissions: the front door of identity.

An ``Identity`` is a plain value (no session inside) that every service takes as its first argument.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from flask import current_app, session
from flask_babel import gettext as _
from flask_login import current_user
from sqlalchemy import select

from policy_kb import clock
from portal.audit import service as audit
from portal.errors import Forbidden, Invalid, NotSignedIn
from portal.extensions import db
from portal.identity.models import Account, Mandate, Party

STAFF_ROLES = ("curator", "officer", "administrator")


@dataclass(frozen=True, slots=True)
class Identity:
    """Who asks. ``kind``: anonymous, enterprise, citizen, staff. ``party_code`` is the party acted for now ("" if none).

    ``items`` are the service items the mandate names (none: all); ``strong``: they proved once more who they are, and
    may see identity numbers; ``code`` names a handler or agent without an account (command line only).
    """

    kind: str = "anonymous"
    account_id: int | None = None
    name: str = ""
    roles: frozenset[str] = frozenset()
    party_code: str = ""
    mobile: str = ""
    email: str = ""
    code: str = ""
    strong: bool = False
    items: tuple[str, ...] = ()

    @property
    def signed_in(self) -> bool:
        return self.account_id is not None or bool(self.code)

    def has_role(self, *roles: str) -> bool:
        """Whether this is staff with one of these roles."""
        return self.kind == "staff" and bool(self.roles & set(roles))

    @property
    def actor(self) -> str:
        """How audit lines and histories name this person."""
        if self.account_id is not None:
            return f"{self.kind}:{self.account_id}"
        return f"agent:{self.code}" if self.code else "anonymous"

    def covers(self, item: str) -> bool:
        """Whether the mandate covers a service item (``A11/renew``; ``A11`` in a mandate covers every variant)."""
        return not self.items or item in self.items or item.partition("/")[0] in self.items


ANONYMOUS = Identity()


def identity_of(account: Account, party_code: str = "", *, strong: bool = False) -> Identity:
    """The identity of an account acting for one of its parties (the first valid mandate when none is named)."""
    today = clock.today()
    valid = {m.party_code: m for m in account.mandates if not m.find_reason_out(today)}
    chosen = valid.get(party_code) or next(iter(valid.values()), None)
    roles = frozenset(filter(None, account.roles.split(","))) if account.kind == "staff" else frozenset()
    return Identity(
        account.kind,
        account.id,
        account.name,
        roles,
        chosen.party_code if chosen else "",
        account.mobile,
        account.email,
        strong=strong,
        items=tuple(chosen.items) if chosen else (),
    )


def find_reason_denied(account_id: int, party_code: str, item: str, today: date) -> str:
    """Why an account may not act for a party in an item on that day: a reason code, "" when it may."""
    mandates = db.session.scalars(
        select(Mandate).where(Mandate.account_id == account_id, Mandate.party_code == party_code)
    )
    reasons = [m.find_reason_out(today) or ("" if m.covers(item) else "mandate_other_item") for m in mandates]
    return "" if "" in reasons else (reasons[0] if reasons else "no_mandate")


def current_identity() -> Identity:
    """The identity of the browser session of this request."""
    if not current_user.is_authenticated:
        return ANONYMOUS
    return identity_of(current_user, session.get("party_code", ""), strong=_is_strong(current_user.id))


def begin_strong(account_id: int) -> None:
    """Let this browser session count as strong, for the minutes of the setting."""
    until = clock.now() + timedelta(minutes=current_app.config["SETTINGS"].strong_minutes)
    session["strong"] = {"account": account_id, "until": until.timestamp()}


def _is_strong(account_id: int) -> bool:
    kept = session.get("strong") or {}
    return bool(kept.get("account") == account_id and kept.get("until", 0) > clock.now().timestamp())


def identity_of_account(account_id: int, party_code: str = "") -> Identity:
    """The identity behind an account id (the bot's path: a conversation knows its account)."""
    account = db.session.get(Account, account_id)
    return ANONYMOUS if account is None or not account.active else identity_of(account, party_code)


def require_signed_in(identity: Identity) -> None:
    """Raise NotSignedIn unless somebody is signed in."""
    if not identity.signed_in:
        raise NotSignedIn(_("Sign in first; what you have entered here is kept."))


def require_kind(identity: Identity, *kinds: str) -> None:
    """Raise NotSignedIn or Forbidden unless the identity is of one of these kinds."""
    require_signed_in(identity)
    if identity.kind not in kinds:
        raise Forbidden(_("This is not open to the kind of account you are signed in with."))


def require_role(identity: Identity, *roles: str) -> None:
    """Raise NotSignedIn or Forbidden unless the identity is staff and has one of these roles."""
    require_signed_in(identity)
    if not identity.has_role(*roles):
        raise Forbidden(_("This needs another staff role than yours."))


def require_party(identity: Identity, party_code: str) -> None:
    """Raise unless the identity acts for this party now."""
    require_signed_in(identity)
    if not party_code or identity.party_code != party_code:
        raise Forbidden(_("You do not act for this party. Switch the party in the header, or ask it for a mandate."))


@lru_cache(maxsize=4)
def _hasher(time_cost: int) -> PasswordHasher:
    return PasswordHasher(time_cost=time_cost)


def hash_password(password: str) -> str:
    """An argon2id hash."""
    return _hasher(current_app.config["SETTINGS"].argon2_time_cost).hash(password)


def find_account(login: str) -> Account | None:
    return db.session.scalar(select(Account).where(Account.login == login.strip()))


def list_accounts() -> list[Account]:
    """Every account, the oldest first."""
    return list(db.session.scalars(select(Account).order_by(Account.id)))


def list_names(actors: Iterable[str]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Name and staff roles behind the actors of audit lines (``enterprise:12``); who is no account is left out."""
    numbers = {int(number): actor for actor in set(actors) for number in [actor.partition(":")[2]] if number.isdigit()}
    found = db.session.scalars(select(Account).where(Account.id.in_(numbers)))
    return {f"{a.kind}:{a.id}": (a.name, tuple(a.roles.split(","))) for a in found}


def name_actor(actor: str) -> str:
    """Who is behind the actor of a history or audit line: the name of the account, else what they are."""
    found = list_names([actor]).get(actor)
    others = {
        "anonymous": _("somebody not signed in"),
        "system": _("this system"),
        "operator": _("operator at the command line"),
        "demo": _("demo data"),
        "holder of the query code": _("holder of the query code"),
    }
    return found[0] if found else others.get(actor, actor)


def find_party(code: str) -> Party | None:
    return db.session.get(Party, code)


def get_or_add_party(code: str, kind: str, name: str) -> Party:
    """The party with this code, added when it is new. The caller commits."""
    party = find_party(code)
    if party is None:
        party = Party(code=code, kind=kind, name=name)
        db.session.add(party)
        db.session.flush()
    return party


def list_parties(account: Account) -> list[Party]:
    """The parties an account may act for today."""
    return [m.party for m in account.mandates if identity_of(account, m.party_code).party_code == m.party_code]


def list_other_parties(identity: Identity) -> list[Party]:
    """The parties that the account may act for today beside the one it acts for now, in the order of their mandates."""
    account = db.session.get(Account, identity.account_id) if identity.account_id is not None else None
    return [party for party in list_parties(account) if party.code != identity.party_code] if account else []


def list_staff(role: str) -> list[Account]:
    """Active staff with this role, by name."""
    staff = db.session.scalars(select(Account).where(Account.kind == "staff", Account.active).order_by(Account.name))
    return [account for account in staff if role in account.roles.split(",")]


def find_name(account_id: int | None) -> str:
    """The name of an account, "" when there is none."""
    account = db.session.get(Account, account_id) if account_id is not None else None
    return account.name if account else ""


def list_acting(party_code: str, item: str) -> list[int]:
    """The active accounts that may act for a party in an item today."""
    query = select(Mandate).where(Mandate.party_code == party_code).order_by(Mandate.account_id)
    today = clock.today()
    return [
        m.account_id
        for m in db.session.scalars(query)
        if m.account.active and not m.find_reason_out(today) and m.covers(item)
    ]


def register_account(
    login: str, password: str, *, kind: str, name: str, mobile: str = "", email: str = "", roles: str = ""
) -> Account:
    """Add an account; Invalid names the fields that are wrong. The caller commits."""
    errors: dict[str, str] = {}
    login = login.strip()
    if not 3 <= len(login) <= 80:
        errors["login"] = _("Choose a sign-in name of 3 to 80 characters.")
    elif find_account(login):
        errors["login"] = _("This sign-in name is taken; choose another.")
    if not 10 <= len(password) <= 200:
        errors["password"] = _("Choose a password of at least 10 characters.")
    if not name.strip() or len(name) > 100:
        errors["name"] = _("Enter your name (up to 100 characters).")
    if errors:
        raise Invalid(_("The account could not be made."), fields=errors)
    account = Account(
        login=login,
        password_hash=hash_password(password),
        kind=kind,
        name=name.strip(),
        mobile=mobile,
        email=email,
        roles=roles,
        created_at=clock.now(),
    )
    db.session.add(account)
    db.session.flush()
    return account


def add_mandate(
    account: Account,
    party: Party,
    *,
    valid_from: date | None = None,
    valid_to: date | None = None,
    items: Iterable[str] = (),
) -> Mandate:
    """Let the account act for the party, from and until a day (open when None), in some items (all when none is
    named). The caller commits."""
    mandate = Mandate(
        account=account, party_code=party.code, valid_from=valid_from, valid_to=valid_to, items=sorted(set(items))
    )
    db.session.add(mandate)
    db.session.flush()
    return mandate


def check_password(login: str, password: str) -> Account | None:
    """The active account with this name and password, or None. Takes the same time for an unknown name."""
    account = find_account(login)
    stored = account.password_hash if account else hash_password("nobody has this password")
    try:
        _hasher(current_app.config["SETTINGS"].argon2_time_cost).verify(stored, password)
    except (VerificationError, InvalidHashError):
        audit.record(ANONYMOUS.actor, "sign_in_refused", "account", str(account.id) if account else "")
        return None
    return account if account and account.active else None
