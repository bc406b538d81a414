"""what was said in the open turn, with telephone numbers, for a complaint to keep the person's own

Revision ID: 0009_turn_told
Revises: 0008_open_api

"""

import sqlalchemy as sa
from alembic import op

revision = "0009_turn_told"
down_revision = "0008_open_api"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("conversation") as table:
        table.add_column(sa.Column("turn_told", sa.Text(), nullable=False, server_default=""))


def downgrade():
    with op.batch_alter_table("conversation") as table:
        table.drop_column("turn_told")
