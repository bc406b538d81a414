"""facts of a draft: one row for all that a record gave in one look-up

Revision ID: 0014_fact_sheets
Revises: 0013_data_tickets

"""

from itertools import islice

import sqlalchemy as sa
from alembic import op

revision = "0014_fact_sheets"
down_revision = "0013_data_tickets"
branch_labels = None
depends_on = None

SHARED = ("draft_id", "batch", "party_code", "record_id", "source", "grade", "as_of", "fetched_at", "record")
AT_ONCE = 500


def _columns():
    return (
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("batch", sa.Integer(), nullable=False),
        sa.Column("party_code", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("fetched_at", sa.DateTime(), nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
    )


def _make_sheets():
    return op.create_table(
        "fact_sheet",
        *_columns(),
        sa.Column("first", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fact_sheet")),
        sa.UniqueConstraint("draft_id", "first", name=op.f("uq_fact_sheet_draft_id")),
    )


def _make_facts():
    return op.create_table(
        "prefill_fact",
        *_columns(),
        sa.Column("subject", sa.String(length=120), nullable=False),
        sa.Column("concept", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_prefill_fact")),
    )


def _table(name, **own):
    columns = {column.name: column.type for column in _columns()} | own
    return sa.table(name, *(sa.column(column, kind) for column, kind in columns.items()))


def _move(rows, table):
    bind = op.get_bind()
    while chunk := list(islice(rows, AT_ONCE)):
        bind.execute(table.insert(), chunk)


def upgrade():
    sheets = _make_sheets()
    old = _table("prefill_fact", subject=sa.String(), concept=sa.String(), value=sa.JSON())
    found = op.get_bind().execute(sa.select(old).order_by(old.c.id))
    # an old fact keeps its number, which answers and snapshots name: a sheet of its own
    _move(
        (
            {name: getattr(row, name) for name in SHARED}
            | {"first": row.id, "size": 1, "facts": [[row.concept, row.subject, row.value]]}
            for row in found
        ),
        sheets,
    )
    op.drop_index(op.f("ix_prefill_fact_draft_id"), "prefill_fact")
    op.drop_table("prefill_fact")


def downgrade():
    """Answers of drafts filled since then name numbers of their draft, which the old table cannot tell: they lose their fact."""
    facts = _make_facts()
    sheets = _table("fact_sheet", facts=sa.JSON())
    found = op.get_bind().execute(sa.select(sheets).order_by(sheets.c.id))
    _move(
        (
            {name: getattr(row, name) for name in SHARED} | {"concept": concept, "subject": subject, "value": value}
            for row in found
            for concept, subject, value in row.facts
        ),
        facts,
    )
    op.create_index(op.f("ix_prefill_fact_draft_id"), "prefill_fact", ["draft_id"])
    op.drop_table("fact_sheet")
    op.execute("UPDATE answer SET fact_id = NULL")
