"""Which key the store is sealed under, and how far a change of it has come; which page images share a file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "store_key",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("mark", sa.String(length=64), nullable=False),
        sa.Column("earlier_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("next_mark", sa.String(length=64), nullable=True),
        sa.Column("next_sealed", sa.LargeBinary(), nullable=True),
        sa.Column("reached", sa.JSON(), nullable=True),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_store_key")),
    )
    op.create_index("ix_page_image_blob", "page_image", ["blob"], unique=False)


def downgrade() -> None:
    raise NotImplementedError("a store whose key was changed would no longer open")
