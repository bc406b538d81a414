"""``flask records import``, ``flask demo load`` and ``flask prefill explain``."""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from policy_kb import clock
from portal.errors import PortalError
from portal.extensions import db
from portal.forms import service as forms
from portal.identity import commands as identity_commands
from portal.identity import service as identities
from portal.identity.models import Account
from portal.identity.service import Identity
from portal.prefill import demo as demo_data
from portal.prefill import service
from portal.prefill.explaining import explain


@click.group("records")
def records() -> None:
    """Historical records."""


@records.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="check every row and write nothing")
@with_appcontext
def import_records(file: Path, dry_run: bool) -> None:
    """Read a CSV or JSON Lines file of records: all of it or, when a row is wrong, nothing."""
    report = service.import_file(file, file.name, dry_run)
    for line, reason in report.errors:
        click.echo(f"line {line}: {reason}" if line else reason, err=True)
    if report.errors:
        raise click.ClickException(f"nothing was written: {len(report.errors)} errors in {report.rows} rows")
    db.session.commit()
    click.echo(
        f"{report.rows} rows are right; nothing was written (--dry-run)"
        if dry_run
        else f"{report.rows} rows: {report.added} new, {report.changed} written again"
    )


@click.group("demo")
def demo() -> None:
    """Fictional data for a development portal."""


@demo.command("load")
@with_appcontext
def load_demo() -> None:
    """Accounts of staff, a citizen and four enterprises, and the records of the enterprises. Safe to repeat."""
    accounts = identity_commands.add_demo_accounts()
    accounts += sum(_add_enterprise(one) for one in demo_data.ENTERPRISES)
    known = select(service.Record.id).where(service.Record.party_code.in_([e.code for e in demo_data.ENTERPRISES]))
    report = service.ImportReport(0)
    if db.session.scalar(known.limit(1)) is None:
        report = service.import_file(demo_data.write_demo_file(), "demo.jsonl", actor="demo")
        if report.errors:
            raise click.ClickException(f"the demo records are broken: {report.errors}")
    db.session.commit()
    click.echo(f"{accounts} accounts and {report.added} records added; password: {identity_commands.DEMO_PASSWORD}")


def _add_enterprise(one: demo_data.Enterprise) -> int:
    if current_app.config["SETTINGS"].env == "production":
        raise click.ClickException("demo data are for development")
    if identities.find_account(one.login):
        return 0
    account = identities.register_account(
        one.login,
        identity_commands.DEMO_PASSWORD,
        kind="enterprise",
        name=one.handler,
        mobile=one.mobile,
        email=one.email,
    )
    identities.add_mandate(account, identities.get_or_add_party(one.code, "enterprise", one.name))
    return 1


@click.group("prefill")
def prefill() -> None:
    """How forms are filled."""


@prefill.command("explain")
@click.option("--party", required=True, help="unified social credit code")
@click.option("--form", "form_id", required=True)
@click.option("--record", "record_id", default="", help="id of the record that the task names")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), default=None)
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh")
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def explain_prefill(
    party: str, form_id: str, record_id: str, today: datetime | None, language: str, as_json: bool
) -> None:
    """What every field of a fresh draft would get, from where, and what was not used and why. Changes nothing."""
    try:
        spec = forms.get_form(form_id)
        told = explain(_act_for(party), party, spec, record_id, _day(today), language)
    except PortalError as error:
        raise click.ClickException(error.message) from error
    db.session.rollback()
    if as_json:
        click.echo(json.dumps(asdict(told), ensure_ascii=False, indent=1, default=str))
        return
    for field in told.fields:
        click.echo(f"{field.outcome:9}{'locked ' if field.locked else ''}{field.id}: {field.text}  {field.origin_line}")
        for choice in field.choices:
            click.echo(f"          ? {choice.value}  {choice.origin_line} {choice.note}")
        for rejected in field.rejected:
            click.echo(f"          - {rejected.value}  {rejected.origin_line}: {rejected.reason}")
    click.echo(f"{told.filled} of {told.fillable} prefillable fields filled")


def _day(today: datetime | None) -> date:
    return today.date() if today else clock.today()


def _act_for(party: str) -> Identity:
    """The first account with a mandate for the party; an operator at the machine acts for nobody in particular."""
    query = select(Account).where(Account.mandates.any(party_code=party), Account.active).order_by(Account.id)
    account = db.session.scalar(query)
    return identities.identity_of(account, party) if account else Identity("enterprise", 0, party_code=party)


COMMANDS = [records, demo, prefill]
