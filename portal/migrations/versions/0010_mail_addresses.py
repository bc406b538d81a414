"""where an account wants its notices by mail, and the number a mail may name a notice by

Revision ID: 0010_mail_addresses
Revises: 0009_turn_told

"""

import sqlalchemy as sa
from alembic import op

revision = "0010_mail_addresses"
down_revision = "0009_turn_told"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("notice") as table:
        table.add_column(sa.Column("number", sa.String(length=80), nullable=False, server_default=""))
    op.create_table(
        "mail_address",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=254), nullable=False),
        sa.Column("language", sa.String(length=5), nullable=False),
        sa.Column("wanted", sa.Boolean(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_mail_address_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_mail_address")),
    )


def downgrade():
    op.drop_table("mail_address")
    with op.batch_alter_table("notice") as table:
        table.drop_column("number")
