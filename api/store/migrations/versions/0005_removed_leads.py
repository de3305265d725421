"""Counts of the leads that went with removed dossiers, so that figures of the past do not shrink."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "removed_leads",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("office_id", sa.String(length=12), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("level", sa.String(length=8), nullable=False),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_removed_leads_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removed_leads")),
    )
    op.create_index("ix_removed_leads_day", "removed_leads", ["day"], unique=False)


def downgrade() -> None:
    op.drop_table("removed_leads")
