"""which reminder of which term of a certificate was given

Revision ID: 0011_renewal_reminders
Revises: 0010_mail_addresses

"""

import sqlalchemy as sa
from alembic import op

revision = "0011_renewal_reminders"
down_revision = "0010_mail_addresses"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "renewal_reminder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("party_code", sa.String(length=40), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("number", sa.String(length=80), nullable=False),
        sa.Column("valid_to", sa.Date(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["party_code"], ["party.code"], name=op.f("fk_renewal_reminder_party_code_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_renewal_reminder")),
        sa.UniqueConstraint(
            "party_code", "kind", "number", "valid_to", "stage", name=op.f("uq_renewal_reminder_party_code")
        ),
    )


def downgrade():
    op.drop_table("renewal_reminder")
