"""``flask records import``, ``flask demo load`` and ``flask prefill explain``."""

import json
from dataclasses import asdict, replace
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from policy_kb import clock
from portal.errors import Invalid, Missing, PortalError
from portal.extensions import db
from portal.identity import commands as identity_commands
from portal.identity import service as identities
from portal.prefill import demo as demo_data
from portal.prefill import service
from portal.prefill.explaining import Explained, explain, get_form, read_answers
from portal.prefill.mandates import act_for, find_actor
from portal.prefill.sources import CHANNELS, list_channels, take_down


@click.group("records")
def records() -> None:
    """Historical records."""


@records.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="check every row and write nothing")
@click.option("--mapping", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="what its headings mean")
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def import_records(file: Path, dry_run: bool, mapping: Path | None, as_json: bool) -> None:
    """Read a CSV, Excel or JSON Lines file of records: all of it or, when a row is wrong, nothing."""
    told = mapping.read_text(encoding="utf-8-sig", errors="replace") if mapping else ""
    report = service.import_file(file, file.name, dry_run, mapping=told)
    if not report.errors:
        db.session.commit()
    if as_json:
        errors = [{"line": line, "error": reason} for line, reason in report.errors]
        told_rows = {"rows": report.rows, "added": report.added, "changed": report.changed, "dry_run": dry_run}
        click.echo(json.dumps({**told_rows, "errors": errors}, ensure_ascii=False))
        raise SystemExit(1 if errors else 0)
    for line, reason in report.errors:
        click.echo(f"line {line}: {reason}" if line else reason, err=True)
    if report.errors:
        raise click.ClickException(f"nothing was written: {len(report.errors)} errors in {report.rows} rows")
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
    """Accounts of staff, a citizen and the demo enterprises, and the records of the enterprises. Safe to repeat."""
    accounts = identity_commands.add_demo_accounts()
    accounts += sum(_add_enterprise(one) for one in demo_data.ENTERPRISES)
    identity_commands.add_demo_factors()
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
@click.option("--actor", default="", help="sign-in name, handler's code or agent's code of the person acting")
@click.option("--form", "form_id", required=True, help="form id, or item and variant such as A11/renew")
@click.option("--record", default="", help="the record that the task names: its id, outside name or number")
@click.option("--today", type=click.DateTime(["%Y-%m-%d"]), default=None)
@click.option("--answers", type=click.Path(path_type=Path), default=None, help="JSON file of answers given")
@click.option("--source-down", "down", multiple=True, metavar="NAME", help="a source that cannot be asked; repeatable")
@click.option("--refuse", multiple=True, metavar="NAME", help="a source the person does not want asked; repeatable")
@click.option("--strong-login", is_flag=True, help="the person signed in strongly: private values may be read")
@click.option("--language", type=click.Choice(["zh", "en"]), default="zh")
@click.option("--json", "as_json", is_flag=True)
@with_appcontext
def explain_prefill(party: str, actor: str, form_id: str, as_json: bool, **how: Any) -> None:
    """What every field of a fresh draft would get, from where, and what was not used and why. Changes nothing."""
    try:
        told = _explain(party, actor, form_id, **how)
    except PortalError as error:
        _fail(error, as_json)
    finally:
        db.session.rollback()
    if as_json:
        click.echo(json.dumps(asdict(told), ensure_ascii=False, indent=1, default=str))
    else:
        _write(told)


def _explain(
    party: str,
    actor: str,
    form_id: str,
    record: str,
    today: datetime | None,
    answers: Path | None,
    down: tuple[str, ...],
    refuse: tuple[str, ...],
    strong_login: bool,
    language: str,
) -> Explained:
    if identities.find_party(party) is None:
        raise Missing(f"Nothing is known of the party {party}. Import its records first: flask records import FILE")
    spec = get_form(form_id)
    identity = find_actor(actor, party) if actor else act_for(party)
    return explain(
        replace(identity, strong=strong_login),
        party,
        spec,
        record,
        today.date() if today else clock.today(),
        language,
        answers=read_answers(spec, _read_json(answers)) if answers else {},
        channels=take_down(list_channels(), down),
        refused=frozenset(_channel_of(name) for name in refuse),
    )


def _channel_of(name: str) -> str:
    return next((channel for channel, source in CHANNELS.items() if name in (channel, *source.gives)), name)


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise Invalid(f"{path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise Invalid(f"{path} is not JSON in UTF-8: {error}") from error


def _fail(error: PortalError, as_json: bool) -> NoReturn:
    if as_json:
        click.echo(json.dumps({"error": {"code": error.code, "message": error.message}}, ensure_ascii=False))
        raise SystemExit(1)
    raise click.ClickException(error.message) from error


def _write(told: Explained) -> None:
    if told.window:
        w = told.window
        click.echo(f"window {w.state}: {w.opens or '…'} to {w.closes or '…'} ({'; '.join(w.clause)})")
    for line in told.failed_sources.values():
        click.echo(line)
    for field in told.fields:
        click.echo(f"{field.outcome:9}{'locked ' if field.locked else ''}{field.id}: {field.text}  {field.origin_line}")
        for choice in field.choices:
            click.echo(f"          ? {choice['value']}  {choice['origin_line']} {choice['reason']}")
        for rejected in field.rejected:
            click.echo(f"          - {rejected['value']}  {rejected['origin_line']}: {rejected['reason']}")
    click.echo(f"{told.filled} of {told.fillable} prefillable fields filled")


COMMANDS = [records, demo, prefill]
