"""files of an upload of legal texts

Revision ID: 0002
Revises: 0001

"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "text_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("stored_as", sa.String(length=80), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["change_id"], ["knowledge_change.id"], name=op.f("fk_text_file_change_id_knowledge_change")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_file")),
    )
    with op.batch_alter_table("text_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_text_file_change_id"), ["change_id"], unique=False)


def downgrade():
    with op.batch_alter_table("text_file", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_text_file_change_id"))
    op.drop_table("text_file")
