"""``flask accounts``: add accounts; ``flask demo accounts``: the fictional people of a development portal."""

from datetime import datetime

import click
from flask import current_app
from flask.cli import with_appcontext

from portal.errors import Invalid
from portal.extensions import db
from portal.identity import second_factor, service
from portal.identity.models import Account

# Development only, printed on the sign-in page there; `demo` refuses to run in production.
DEMO_PASSWORD = "wenban-demo-2026"  # noqa: S105  (shown on the page; no secret)
DEMO_SECRET = "WENBANDEMOSECRET"  # noqa: S105  (base32; of demo accounts in development alone)
DEMO_STAFF = [
    ("officer", "受理员 林澜", "officer"),
    ("curator1", "知识管理员 许砚", "curator"),
    ("curator2", "知识审核员 白棠", "curator"),
    ("admin", "系统管理员", "administrator,officer,curator"),
]
DEMO_CITIZENS = [("citizen", "群众 宋小满", "19400000088")]


@click.group("accounts")
def accounts() -> None:
    """Accounts."""


@accounts.command("add")
@click.argument("login")
@click.option("--kind", type=click.Choice(["enterprise", "citizen", "staff"]), required=True)
@click.option("--name", required=True)
@click.option("--roles", default="", help="staff only: curator,officer,administrator")
@click.option("--party", default="", help="unified social credit code of the enterprise to act for")
@click.option("--party-name", default="")
@click.password_option()
@with_appcontext
def add(login: str, kind: str, name: str, roles: str, party: str, party_name: str, password: str) -> None:
    """Add one account, asking for its password."""
    try:
        account = service.register_account(login, password, kind=kind, name=name, roles=roles)
    except Invalid as error:
        raise click.ClickException("; ".join(f"{k}: {v}" for k, v in error.fields.items())) from error
    if party:
        service.add_mandate(account, service.get_or_add_party(party, "enterprise", party_name or name))
    db.session.commit()
    click.echo(f"added {kind} account {login}")


@accounts.command("mandate")
@click.argument("login")
@click.option("--party", required=True, help="unified social credit code of the enterprise to act for")
@click.option(
    "--item", "items", multiple=True, help="a service item (A11) or variant (A11/renew); none: all; repeatable"
)
@click.option("--from", "start", type=click.DateTime(["%Y-%m-%d"]), default=None)
@click.option("--to", "end", type=click.DateTime(["%Y-%m-%d"]), default=None, help="the last day")
@with_appcontext
def mandate(login: str, party: str, items: tuple[str, ...], start: datetime | None, end: datetime | None) -> None:
    """Let an account act for one more enterprise, for a time and for some items."""
    account, found = service.find_account(login), service.find_party(party)
    if account is None or found is None:
        raise click.ClickException(f"there is no {'account ' + login if account is None else 'party ' + party}")
    service.add_mandate(
        account, found, valid_from=start.date() if start else None, valid_to=end.date() if end else None, items=items
    )
    db.session.commit()
    click.echo(f"{login} may act for {found.name}: {', '.join(items) or 'every item'}")


@accounts.command("second-factor")
@click.argument("login")
@with_appcontext
def add_second_factor(login: str) -> None:
    """Give an account a new secret for its authenticator app, and print the address that the app reads."""
    account = _get_account(login)
    factor = second_factor.set_factor(account.id)
    db.session.commit()
    click.echo(second_factor.build_address(account.login, factor.secret))


@accounts.command("code")
@click.argument("login")
@with_appcontext
def show_code(login: str) -> None:
    """Development only: the code that the authenticator app of an account would show now."""
    if current_app.config["SETTINGS"].env == "production":
        raise click.ClickException("in production only the person's own app knows the code")
    factor = second_factor.find_factor(_get_account(login).id)
    if factor is None:
        raise click.ClickException(f"{login} has no authenticator app; use `flask accounts second-factor {login}`")
    click.echo(second_factor.present_code(factor.secret))


def _get_account(login: str) -> Account:
    account = service.find_account(login)
    if account is None:
        raise click.ClickException(f"there is no account {login}")
    return account


def add_demo_factors() -> None:
    """One known secret for every account that has none. The caller has refused production and commits."""
    for account in service.list_accounts():
        if second_factor.find_factor(account.id) is None:
            second_factor.set_factor(account.id, DEMO_SECRET)


def add_demo_accounts() -> int:
    """The demo staff and citizen, once; the number added. Refused in production."""
    if current_app.config["SETTINGS"].env == "production":
        raise click.ClickException("demo accounts are for development; use `flask accounts add`")
    added = 0
    for login, name, roles in DEMO_STAFF:
        added += _add_once(login, "staff", name, roles=roles)
    for login, name, mobile in DEMO_CITIZENS:
        added += _add_once(login, "citizen", name, mobile=mobile)
    return added


def _add_once(login: str, kind: str, name: str, *, roles: str = "", mobile: str = "") -> int:
    if service.find_account(login):
        return 0
    account = service.register_account(login, DEMO_PASSWORD, kind=kind, name=name, roles=roles, mobile=mobile)
    if kind == "citizen":
        service.add_mandate(account, service.get_or_add_party(f"P-{account.id:08d}", "person", name))
    return 1


COMMANDS = [accounts]
