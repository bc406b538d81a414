"""records of issued documents that anybody can check, and hashes of the files made of them

Revision ID: 0004_proofs
Revises: 0003_mandates

"""

import sqlalchemy as sa
from alembic import op

revision = "0004_proofs"
down_revision = "0003_mandates"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "proof",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("lookup", sa.String(length=64), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("kind", sa.String(length=12), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.Column("issued_at", sa.DateTime(), nullable=False),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("state_at", sa.DateTime(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("replaced_by", sa.String(length=20), nullable=False),
        sa.Column("key_id", sa.String(length=12), nullable=False),
        sa.Column("signature", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proof")),
        sa.UniqueConstraint("lookup", name=op.f("uq_proof_lookup")),
        sa.UniqueConstraint("subject", name=op.f("uq_proof_subject")),
    )
    op.create_index(op.f("ix_proof_hash"), "proof", ["hash"])
    op.create_table(
        "proof_file",
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("proof_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(["proof_id"], ["proof.id"], name=op.f("fk_proof_file_proof_id_proof")),
        sa.PrimaryKeyConstraint("sha256", name=op.f("pk_proof_file")),
    )
    op.create_index(op.f("ix_proof_file_proof_id"), "proof_file", ["proof_id"])


def downgrade():
    op.drop_table("proof_file")
    op.drop_table("proof")
