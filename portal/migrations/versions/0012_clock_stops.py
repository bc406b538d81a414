"""the clock that runs for a case, and the times that do not count into it

Revision ID: 0012_clock_stops
Revises: 0011_renewal_reminders

"""

from datetime import timedelta

import sqlalchemy as sa
from alembic import op

revision = "0012_clock_stops"
down_revision = "0011_renewal_reminders"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("case_file") as table:
        table.add_column(sa.Column("clock_stage", sa.String(length=10), nullable=False, server_default=""))
        table.add_column(sa.Column("clock_from", sa.Date(), nullable=True))
        table.add_column(sa.Column("clock_more", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "clock_stop",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("began", sa.Date(), nullable=False),
        sa.Column("expected", sa.Date(), nullable=True),
        sa.Column("ended", sa.Date(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(length=40), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_clock_stop_case_id_case_file")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_clock_stop")),
    )
    op.create_index(op.f("ix_clock_stop_case_id"), "clock_stop", ["case_id"])
    _keep_running_clocks()


def _keep_running_clocks():
    """A case that was accepted goes on with the clock of its decision, which began on the day of the last acceptance."""
    case, event = (
        sa.table("case_file", *map(sa.column, ("id", "state", "clock_stage")), sa.column("clock_from", sa.Date())),
        sa.table("case_event", *map(sa.column, ("case_id", "action")), sa.column("at", sa.DateTime())),
    )
    bind = op.get_bind()
    accepted = (
        sa.select(event.c.case_id, sa.func.max(event.c.at))
        .where(event.c.action == "accept", event.c.case_id.in_(sa.select(case.c.id).where(case.c.state == "accepted")))
        .group_by(event.c.case_id)
    )
    for number, moment in bind.execute(accepted).all():
        day = (moment + timedelta(hours=8)).date()  # moments are kept in UTC, days are Beijing's
        bind.execute(case.update().where(case.c.id == number).values(clock_stage="decide", clock_from=day))


def downgrade():
    op.drop_index(op.f("ix_clock_stop_case_id"), "clock_stop")
    op.drop_table("clock_stop")
    with op.batch_alter_table("case_file") as table:
        for name in ("clock_stage", "clock_from", "clock_more"):
            table.drop_column(name)
