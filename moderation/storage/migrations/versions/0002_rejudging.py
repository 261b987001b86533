"""What was shed in a surge, and the judgements in full that replaced others."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "shed",
        sa.Column("post", SERIAL, autoincrement=False, nullable=False),
        sa.Column("parts", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("taken_at", sa.Double(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("post", name="shed_pk"),
    )
    op.create_index("shed_taken_at", "shed", ["taken_at", "post"], unique=False)
    op.create_table(
        "rejudgements",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("post", SERIAL, nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["post"], ["decisions.post"], name="rejudgements_post_fk"),
        sa.PrimaryKeyConstraint("id", name="rejudgements_pk"),
        sa.UniqueConstraint("post", name="rejudgements_post_key"),
    )
    op.add_column("outbox", sa.Column("rejudgement", SERIAL, nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "rejudgement")
    op.drop_table("rejudgements")
    op.drop_index("shed_taken_at", table_name="shed")
    op.drop_table("shed")
