"""hand-over as a state machine, and drafts of FAQs that come from an officer's answer

Revision ID: 0006_handover
Revises: 0005_consent

"""

from datetime import datetime, time

import sqlalchemy as sa
from alembic import op

revision = "0006_handover"
down_revision = "0005_consent"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("talk_request", schema=None) as batch_op:
        batch_op.alter_column("promised_for", existing_type=sa.Date(), nullable=True)
        batch_op.add_column(sa.Column("since", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("due_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("spoke_last", sa.String(length=8), nullable=False, server_default="person"))
        batch_op.add_column(sa.Column("spoke_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("officer_typing_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("person_typing_at", sa.DateTime(), nullable=True))
        batch_op.add_column(sa.Column("broken", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("alarm", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("outcome", sa.String(length=12), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("final_text", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("cites", sa.JSON(), nullable=False, server_default="[]"))
    # a day was promised for every earlier request, so those that are open are tickets; the sweep gives late ones a new day
    op.execute("UPDATE talk_request SET since = created_at, spoke_at = created_at")
    op.execute("UPDATE talk_request SET state = 'closed', outcome = 'answered' WHERE state IN ('answered', 'closed')")
    op.execute("UPDATE talk_request SET state = 'ticket', taken_by = NULL WHERE state <> 'closed'")
    _set_due()
    with op.batch_alter_table("talk_request", schema=None) as batch_op:
        batch_op.alter_column("since", existing_type=sa.DateTime(), nullable=False)
        batch_op.alter_column("spoke_at", existing_type=sa.DateTime(), nullable=False)
        batch_op.create_index(batch_op.f("ix_talk_request_due_at"), ["due_at"], unique=False)
    with op.batch_alter_table("knowledge_change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("handover", sa.String(length=24), nullable=False, server_default=""))


def _set_due():
    """The end of the day that was promised (kept in UTC; 09:00 there is 17:00 in Beijing)."""
    requests = sa.table(
        "talk_request",
        sa.column("id", sa.Integer),
        sa.column("state", sa.String),
        sa.column("promised_for", sa.Date),
        sa.column("due_at", sa.DateTime),
    )
    bind = op.get_bind()
    for row in bind.execute(sa.select(requests.c.id, requests.c.promised_for).where(requests.c.state == "ticket")).all():
        due = datetime.combine(row.promised_for, time(9))
        bind.execute(requests.update().where(requests.c.id == row.id).values(due_at=due))


def downgrade():
    with op.batch_alter_table("knowledge_change", schema=None) as batch_op:
        batch_op.drop_column("handover")
    op.execute("UPDATE talk_request SET promised_for = date(created_at) WHERE promised_for IS NULL")
    op.execute("UPDATE talk_request SET state = 'answered' WHERE state = 'closed'")
    op.execute("UPDATE talk_request SET state = 'queued' WHERE state IN ('requested', 'ticket')")
    with op.batch_alter_table("talk_request", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_talk_request_due_at"))
        for name in ("cites", "final_text", "outcome", "alarm", "broken", "person_typing_at", "officer_typing_at"):
            batch_op.drop_column(name)
        for name in ("spoke_at", "spoke_last", "due_at", "since"):
            batch_op.drop_column(name)
        batch_op.alter_column("promised_for", existing_type=sa.Date(), nullable=False)
