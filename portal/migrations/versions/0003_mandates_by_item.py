"""mandates that name service items, and the name an outside file gives a record

Revision ID: 0003_mandates
Revises: 0002

"""

import sqlalchemy as sa
from alembic import op

revision = "0003_mandates"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("mandate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("items", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("ref", sa.String(length=60), nullable=False, server_default=""))


def downgrade():
    with op.batch_alter_table("record", schema=None) as batch_op:
        batch_op.drop_column("ref")
    with op.batch_alter_table("mandate", schema=None) as batch_op:
        batch_op.drop_column("items")
