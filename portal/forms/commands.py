"""``flask forms``: lint, schema, layout and publish."""

import json
from pathlib import Path

import click
from flask.cli import with_appcontext

from portal.forms import service


@click.group("forms")
def forms() -> None:
    """Form definitions."""


@forms.command("lint")
@with_appcontext
def lint() -> None:
    """Hold every definition against the named rules, and every layout against its form."""
    found = [f"{form.id}: {line}" for form in service.list_forms() for line in service.list_faults(form)]
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


@forms.command("layout")
@click.argument("form_id")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_appcontext
def layout(form_id: str, file: Path) -> None:
    """Write a Word file to begin the official layout of a form with; an existing file is left alone."""
    if file.exists():
        raise click.ClickException(f"{file} exists; name another file")
    form = service.get_form(form_id)
    file.write_bytes(service.draw_layout(form))
    click.echo(f"draw in {file}, then keep it as portal/forms/layouts/{form.id}@{form.version}.docx")


@forms.command("publish")
@with_appcontext
def publish() -> None:
    """Write down the fingerprint of every version not published yet; a published one that changed is refused."""
    changed = service.publish()
    if changed:
        raise click.ClickException(f"changed after publication, give them a new version: {', '.join(changed)}")
    click.echo(f"{len(service.list_forms())} forms published")


COMMANDS = [forms]
