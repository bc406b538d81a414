"""``flask forms lint`` and ``flask forms schema``."""

import json

import click
from flask.cli import with_appcontext

from portal.forms import service


@click.group("forms")
def forms() -> None:
    """Form definitions."""


@forms.command("lint")
@with_appcontext
def lint() -> None:
    """Hold every definition against the named rules."""
    found = [f"{form.id}: {line}" for form in service.list_forms() for line in service.lint(form)]
    for line in found:
        click.echo(line)
    click.echo(f"{len(service.list_forms())} forms, {len(found)} findings")
    if found:
        raise SystemExit(1)


@forms.command("schema")
@click.argument("form_id")
@with_appcontext
def schema(form_id: str) -> None:
    """Print the data contract of a form."""
    click.echo(json.dumps(service.build_schema(service.get_form(form_id)), ensure_ascii=False, indent=1))


@forms.command("publish")
@with_appcontext
def publish() -> None:
    """Write down the fingerprint of every version not published yet; a published one that changed is refused."""
    changed = service.publish()
    if changed:
        raise click.ClickException(f"changed after publication, give them a new version: {', '.join(changed)}")
    click.echo(f"{len(service.list_forms())} forms published")


COMMANDS = [forms]
