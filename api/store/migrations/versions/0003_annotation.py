"""The queue of annotation and its answers; corrections that are there already enter the queue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# an answer may go only with its dossier: retention and deletion mark the dossier first
_SQLITE = (
    "CREATE TRIGGER annotation_no_update BEFORE UPDATE ON annotation "
    "BEGIN SELECT RAISE(ABORT, 'annotation is append-only'); END",
    "CREATE TRIGGER annotation_no_delete BEFORE DELETE ON annotation "
    "WHEN EXISTS (SELECT 1 FROM dossier WHERE id = old.dossier_id AND deleted_at IS NULL) "
    "BEGIN SELECT RAISE(ABORT, 'annotation is append-only'); END",
)
_POSTGRESQL = (
    "CREATE FUNCTION annotation_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'DELETE' THEN "
    "IF NOT EXISTS (SELECT 1 FROM dossier WHERE id = old.dossier_id AND deleted_at IS NULL) THEN RETURN old; END IF; "
    "END IF; RAISE EXCEPTION 'annotation is append-only'; END $$",
    "CREATE TRIGGER annotation_append_only BEFORE UPDATE OR DELETE ON annotation "
    "FOR EACH ROW EXECUTE FUNCTION annotation_append_only()",
    "CREATE TRIGGER annotation_no_truncate BEFORE TRUNCATE ON annotation "
    "FOR EACH STATEMENT EXECUTE FUNCTION annotation_append_only()",
)
# one question for each victim and attribute: of several corrections the newest asks it; its id is the item's
_CORRECTIONS = (
    "INSERT INTO annotation_item (id, dossier_id, result_id, victim, attribute, source, correction_id, state, rank, "
    "created_at) SELECT c.id, c.dossier_id, c.result_id, c.victim, c.attribute, 'correction', c.id, 'open', 0, c.at "
    "FROM correction c JOIN dossier d ON d.id = c.dossier_id "
    "WHERE c.withdrawn_at IS NULL AND d.deleted_at IS NULL AND NOT EXISTS (SELECT 1 FROM correction n "
    "WHERE n.dossier_id = c.dossier_id AND n.result_id = c.result_id AND n.victim = c.victim "
    "AND n.attribute = c.attribute AND n.withdrawn_at IS NULL AND (n.at > c.at OR (n.at = c.at AND n.id > c.id)))"
)


def upgrade() -> None:
    op.create_table(
        "annotation_item",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("dossier_id", sa.String(length=12), nullable=False),
        sa.Column("result_id", sa.String(length=12), nullable=False),
        sa.Column("victim", sa.String(length=16), nullable=False),
        sa.Column("attribute", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=12), nullable=False),
        sa.Column("before_id", sa.String(length=12), nullable=True),
        sa.Column("correction_id", sa.String(length=12), nullable=True),
        sa.Column("state", sa.String(length=10), nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["dossier_id"], ["dossier.id"], name=op.f("fk_annotation_item_dossier_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotation_item")),
    )
    op.create_index("ix_annotation_item_dossier_id", "annotation_item", ["dossier_id"], unique=False)
    op.create_index("ix_annotation_item_queue", "annotation_item", ["state", "rank", "created_at"], unique=False)

    op.create_table(
        "annotation",
        sa.Column("id", sa.String(length=12), nullable=False),
        sa.Column("item_id", sa.String(length=12), nullable=False),
        sa.Column("dossier_id", sa.String(length=12), nullable=False),
        sa.Column("result_id", sa.String(length=12), nullable=False),
        sa.Column("user_id", sa.String(length=12), nullable=False),
        sa.Column("verdict", sa.String(length=10), nullable=False),
        sa.Column("reason", sa.String(length=40), nullable=True),
        sa.Column("deciding", sa.Boolean(), nullable=False),
        sa.Column("body_sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["item_id"], ["annotation_item.id"], name=op.f("fk_annotation_item_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_annotation")),
        sa.UniqueConstraint("item_id", "user_id", name=op.f("uq_annotation_item_id_user_id")),
    )
    op.create_index("ix_annotation_dossier_id", "annotation", ["dossier_id"], unique=False)
    for statement in _SQLITE if op.get_bind().dialect.name == "sqlite" else _POSTGRESQL:
        op.execute(statement)
    op.execute(_CORRECTIONS)


def downgrade() -> None:
    raise NotImplementedError("answers would be lost")
