"""publications of knowledge, which the worker carries out part by part; who looked at what
rests on changed clauses; edits of ready replies

Revision ID: 0015_publication
Revises: 0014_fact_sheets

"""

import sqlalchemy as sa
from alembic import op

revision = "0015_publication"
down_revision = "0014_fact_sheets"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "publication",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("change_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("accepted", sa.JSON(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Integer(), nullable=False),
        sa.Column("base_version", sa.String(length=40), nullable=False),
        sa.Column("lost", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("begun_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=True),
        sa.ForeignKeyConstraint(
            ["change_id"], ["knowledge_change.id"], name=op.f("fk_publication_change_id_knowledge_change")
        ),
        sa.ForeignKeyConstraint(["reviewer_id"], ["account.id"], name=op.f("fk_publication_reviewer_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_publication")),
    )
    op.create_index(op.f("ix_publication_change_id"), "publication", ["change_id"])
    op.create_table(
        "binding_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=300), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_binding_review_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_binding_review")),
    )
    op.create_index(op.f("ix_binding_review_key"), "binding_review", ["key"])
    op.create_table(
        "canned_edit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=40), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_canned_edit_account_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_edit")),
    )
    op.create_index(op.f("ix_canned_edit_code"), "canned_edit", ["code"])


def downgrade():
    op.drop_table("canned_edit")
    op.drop_table("binding_review")
    op.drop_table("publication")
