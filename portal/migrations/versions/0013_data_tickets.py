"""data tickets: doubted values of records, with claims, evidence and steps

Revision ID: 0013_data_tickets
Revises: 0012_clock_stops

"""

import sqlalchemy as sa
from alembic import op

revision = "0013_data_tickets"
down_revision = "0012_clock_stops"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "data_ticket",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.String(length=20), nullable=False),
        sa.Column("party_code", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("record_id", sa.String(length=16), nullable=False),
        sa.Column("record_number", sa.String(length=80), nullable=False),
        sa.Column("concept", sa.String(length=60), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("grade", sa.String(length=1), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("open_key", sa.String(length=90), nullable=True),
        sa.Column("new_record_id", sa.String(length=16), nullable=False),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("settled_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["party_code"], ["party.code"], name=op.f("fk_data_ticket_party_code_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_ticket")),
        sa.UniqueConstraint("number", name=op.f("uq_data_ticket_number")),
        sa.UniqueConstraint("open_key", name=op.f("uq_data_ticket_open_key")),
    )
    for column in ("party_code", "source", "record_id", "state"):
        op.create_index(op.f(f"ix_data_ticket_{column}"), "data_ticket", [column])
    op.create_table(
        "ticket_claim",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.String(length=10), nullable=False),
        sa.Column("value", sa.JSON(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("draft_id", sa.String(length=32), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_ticket_claim_account_id_account")),
        sa.ForeignKeyConstraint(["ticket_id"], ["data_ticket.id"], name=op.f("fk_ticket_claim_ticket_id_data_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_claim")),
    )
    for column in ("ticket_id", "account_id", "draft_id"):
        op.create_index(op.f(f"ix_ticket_claim_{column}"), "ticket_claim", [column])
    op.create_table(
        "ticket_evidence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("claim_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=60), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("stored_as", sa.String(length=80), nullable=False),
        sa.ForeignKeyConstraint(["claim_id"], ["ticket_claim.id"], name=op.f("fk_ticket_evidence_claim_id_ticket_claim")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_evidence")),
    )
    op.create_index(op.f("ix_ticket_evidence_claim_id"), "ticket_evidence", ["claim_id"])
    op.create_table(
        "ticket_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("action", sa.String(length=12), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("private_note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["data_ticket.id"], name=op.f("fk_ticket_event_ticket_id_data_ticket")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_event")),
    )
    op.create_index(op.f("ix_ticket_event_ticket_id"), "ticket_event", ["ticket_id"])


def downgrade():
    for table in ("ticket_event", "ticket_evidence", "ticket_claim", "data_ticket"):
        op.drop_table(table)
