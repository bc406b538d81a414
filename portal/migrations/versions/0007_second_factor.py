"""the secret of an account's second proof of who it is

Revision ID: 0007_second_factor
Revises: 0006_handover

"""

import sqlalchemy as sa
from alembic import op

revision = "0007_second_factor"
down_revision = "0006_handover"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "second_factor",
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.String(length=64), nullable=False),
        sa.Column("last_counter", sa.Integer(), nullable=False),
        sa.Column("wrong", sa.Integer(), nullable=False),
        sa.Column("closed_until", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_second_factor_account_id_account")),
        sa.PrimaryKeyConstraint("account_id", name=op.f("pk_second_factor")),
    )


def downgrade():
    op.drop_table("second_factor")
