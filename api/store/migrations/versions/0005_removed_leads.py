"""What figures count of leads that went with removed dossiers; names of victims whom a check of the draw found missed.

What was recorded of the draw before stands: it already counts missed victims.
"""

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
        sa.Column("articles", sa.JSON(), nullable=False),
        sa.Column("groups", sa.JSON(), nullable=False),
        sa.Column("charges", sa.JSON(), nullable=False),
        sa.Column("screening", sa.Integer(), nullable=False),
        sa.Column("deciding", sa.Integer(), nullable=True),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["office_id"], ["office.id"], name=op.f("fk_removed_leads_office_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_removed_leads")),
    )
    op.create_index("ix_removed_leads_day", "removed_leads", ["day"], unique=False)
    op.add_column("recall_check", sa.Column("names_sealed", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    op.drop_column("recall_check", "names_sealed")
    op.drop_table("removed_leads")
