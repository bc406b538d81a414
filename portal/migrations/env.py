"""What Alembic runs for ``flask db``: the portal's database, its tables, and how our own column types are written down."""

import logging
from logging.config import fileConfig

from alembic import context
from flask import current_app

config = context.config
if not logging.getLogger().handlers:  # a process that has a logging of its own (a test) keeps it
    fileConfig(config.config_file_name)
logger = logging.getLogger("alembic.env")
migrate = current_app.extensions["migrate"]


def render_item(kind, item, autogen_context):
    """Write our own column types as what they are in the database, so that migrations need none of our code."""
    return "sa.DateTime()" if kind == "type" and type(item).__name__ == "Moment" else False


def keep_only_changes(migration_context, revision, directives):
    """``flask db migrate`` makes no file when models and database agree."""
    if getattr(config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []
        logger.info("No changes in schema detected.")


def run_offline():
    """Print the statements (``flask db upgrade --sql``)."""
    url = migrate.db.engine.url.render_as_string(hide_password=False)
    context.configure(url=url, target_metadata=migrate.db.metadata, literal_binds=True, render_item=render_item)
    with context.begin_transaction():
        context.run_migrations()


def run_online():
    with migrate.db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=migrate.db.metadata,
            render_item=render_item,
            process_revision_directives=keep_only_changes,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    run_offline()
else:
    run_online()
