"""what people said about asking a source for a draft

Revision ID: 0005_consent
Revises: 0004_proofs

"""

import sqlalchemy as sa
from alembic import op

revision = "0005_consent"
down_revision = "0004_proofs"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "source_consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("draft_id", sa.String(length=40), nullable=False),
        sa.Column("party_code", sa.String(length=40), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.Column("source", sa.String(length=40), nullable=False),
        sa.Column("purpose", sa.String(length=60), nullable=False),
        sa.Column("decision", sa.String(length=12), nullable=False),
        sa.Column("wording", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["party_code"], ["party.code"], name=op.f("fk_source_consent_party_code_party")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_source_consent")),
    )
    with op.batch_alter_table("source_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_source_consent_draft_id"), ["draft_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_source_consent_party_code"), ["party_code"], unique=False)


def downgrade():
    op.drop_table("source_consent")
