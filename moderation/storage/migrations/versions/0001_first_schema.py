"""The first schema: posts, decisions, review, outbox, audit, dead letters."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", SERIAL, autoincrement=False, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("members", sa.Text(), nullable=False),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("prev", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="audit_pk"),
        sa.UniqueConstraint("prev", name="audit_prev_key"),
    )
    op.create_table(
        "dead_letters",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("post_id", sa.Text(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="dead_letters_pk"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "outbox",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("post", SERIAL, nullable=False),
        sa.Column("verdict", SERIAL, nullable=True),
        sa.Column("published_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("seq", name="outbox_pk"),
    )
    op.create_index(
        "outbox_unpublished",
        "outbox",
        ["seq"],
        unique=False,
        sqlite_where=sa.text("published_at IS NULL"),
        postgresql_where=sa.text("published_at IS NULL"),
    )
    op.create_table(
        "posts",
        sa.Column("seq", SERIAL, nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("received_at", sa.Double(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("seq", name="posts_pk"),
        sa.UniqueConstraint("id", "revision", name="posts_id_key"),
    )
    op.create_table(
        "units",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("id", name="units_pk"),
    )
    op.create_table(
        "waiting",
        sa.Column("post", SERIAL, autoincrement=False, nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("enqueued_at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("post", name="waiting_pk"),
    )
    op.create_index("waiting_enqueued_at", "waiting", ["enqueued_at", "post"], unique=False)
    op.create_table(
        "decisions",
        sa.Column("post", SERIAL, autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("decided_at", sa.Double(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post"], ["posts.seq"], name="decisions_post_fk"),
        sa.PrimaryKeyConstraint("post", name="decisions_pk"),
    )
    op.create_index("decisions_figures", "decisions", ["language", "action", "state"], unique=False)
    op.create_table(
        "decision_rules",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("post", SERIAL, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post"], ["decisions.post"], name="decision_rules_post_fk"),
        sa.PrimaryKeyConstraint("rule", "post", name="decision_rules_pk"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "review_items",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("post", SERIAL, nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("priority", sa.Double(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("reviewer", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["post"], ["decisions.post"], name="review_items_post_fk"),
        sa.PrimaryKeyConstraint("id", name="review_items_pk"),
        sa.UniqueConstraint("post", name="review_items_post_key"),
    )
    op.create_index(
        "review_items_open_any",
        "review_items",
        ["rank", sa.literal_column("priority DESC"), "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.create_index(
        "review_items_open_en",
        "review_items",
        ["rank", sa.literal_column("priority DESC"), "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open' AND desk IN ('en', 'both')"),
        postgresql_where=sa.text("state = 'open' AND desk IN ('en', 'both')"),
    )
    op.create_index(
        "review_items_open_zh",
        "review_items",
        ["rank", sa.literal_column("priority DESC"), "created_at", "id"],
        unique=False,
        sqlite_where=sa.text("state = 'open' AND desk IN ('zh', 'both')"),
        postgresql_where=sa.text("state = 'open' AND desk IN ('zh', 'both')"),
    )
    op.create_table(
        "verdicts",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("item", SERIAL, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["review_items.id"], name="verdicts_item_fk"),
        sa.PrimaryKeyConstraint("id", name="verdicts_pk"),
        sa.UniqueConstraint("item", name="verdicts_item_key"),
    )


def downgrade() -> None:
    op.drop_table("verdicts")
    op.drop_index(
        "review_items_open_zh",
        table_name="review_items",
        sqlite_where=sa.text("state = 'open' AND desk IN ('zh', 'both')"),
        postgresql_where=sa.text("state = 'open' AND desk IN ('zh', 'both')"),
    )
    op.drop_index(
        "review_items_open_en",
        table_name="review_items",
        sqlite_where=sa.text("state = 'open' AND desk IN ('en', 'both')"),
        postgresql_where=sa.text("state = 'open' AND desk IN ('en', 'both')"),
    )
    op.drop_index(
        "review_items_open_any",
        table_name="review_items",
        sqlite_where=sa.text("state = 'open'"),
        postgresql_where=sa.text("state = 'open'"),
    )
    op.drop_table("review_items")
    op.drop_table("decision_rules")
    op.drop_index("decisions_figures", table_name="decisions")
    op.drop_table("decisions")
    op.drop_index("waiting_enqueued_at", table_name="waiting")
    op.drop_table("waiting")
    op.drop_table("units")
    op.drop_table("posts")
    op.drop_index(
        "outbox_unpublished",
        table_name="outbox",
        sqlite_where=sa.text("published_at IS NULL"),
        postgresql_where=sa.text("published_at IS NULL"),
    )
    op.drop_table("outbox")
    op.drop_table("dead_letters")
    op.drop_table("audit")
