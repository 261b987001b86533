"""The tables of the pool, for SQLite and PostgreSQL alike. Times are Unix seconds, bodies are JSON text.

A decision, a review item and an outbox row carry their post's ``seq``, the order of intake, so that a body is written
once.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from moderation.domain.review import DESKS

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_name)s_key",
        "ix": "%(table_name)s_%(column_0_name)s",
    }
)

# SQLite counts rows by itself only in a column of exactly this type.
Serial = BigInteger().with_variant(Integer, "sqlite")

# Never changed once written, so that a long body is never copied.
posts = Table(
    "posts",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("received_at", Double, nullable=False),
    Column("body", Text, nullable=False),
    UniqueConstraint("id", "revision"),
)

# The posts that are pending; one that neither waits nor is decided is buried. No foreign key here nor in the outbox:
# PostgreSQL would take as long to check each as to write the row.
waiting = Table(
    "waiting",
    metadata,
    Column("post", Serial, primary_key=True, autoincrement=False),
    Column("unit", Text, nullable=False),
    Column("enqueued_at", Double, nullable=False),
    Index("waiting_enqueued_at", "enqueued_at", "post"),
)

units = Table(
    "units",
    metadata,
    Column("id", Text, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("begun_at", Double),
)

# The state is where the post stands now: the decision's, or a later verdict's.
decisions = Table(
    "decisions",
    metadata,
    Column("post", Serial, ForeignKey("posts.seq"), primary_key=True, autoincrement=False),
    Column("state", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("decided_at", Double, nullable=False),
    Column("body", Text, nullable=False),
    Index("decisions_figures", "language", "action", "state"),
)

# For the pool's figures and for search; the body holds the same.
decision_rules = Table(
    "decision_rules",
    metadata,
    Column("rule", Text, primary_key=True),
    Column("post", Serial, ForeignKey("decisions.post"), primary_key=True),
    Column("status", Text, nullable=False),
    Column("category", Text, nullable=False),
    sqlite_with_rowid=False,
)

_UNPUBLISHED = text("published_at IS NULL")

# A free item has an expiry of 0; every claim raises the fence.
review_items = Table(
    "review_items",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("post", Serial, ForeignKey("decisions.post"), nullable=False, unique=True),
    Column("desk", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("priority", Double, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("state", Text, nullable=False),
    Column("fence", Integer, nullable=False),
    Column("lease", Text),
    Column("reviewer", Text),
    Column("expires_at", Double, nullable=False),
)


def waits_at(desk: str | None) -> list[str]:
    """SQL conditions of the open items that a desk (None: any) is offered.

    Literal text, since a partial index serves only a query that repeats the index's own words.
    """
    return ["state = 'open'"] + ([f"desk IN ('{desk}', 'both')"] if desk else [])


# One index a desk, in the order of claiming, so that a claim reads as many rows as it takes however long the queue is.
CLAIM_ORDER = (
    review_items.c.rank,
    review_items.c.priority.desc(),
    review_items.c.created_at,
    review_items.c.id,
)
for _desk in (*DESKS, None):
    _where = text(" AND ".join(waits_at(_desk)))
    Index(f"review_items_open_{_desk or 'any'}", *CLAIM_ORDER, sqlite_where=_where, postgresql_where=_where)

verdicts = Table(
    "verdicts",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("item", Serial, ForeignKey("review_items.id"), nullable=False, unique=True),
    Column("body", Text, nullable=False),
)

# Decided posts that are to be judged in full; parts is the JSON list of what was left out, taken_at is 0 where nobody
# has taken the post up.
shed = Table(
    "shed",
    metadata,
    Column("post", Serial, primary_key=True, autoincrement=False),
    Column("parts", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("taken_at", Double, nullable=False),
    Column("tries", Integer, nullable=False),
    Index("shed_taken_at", "taken_at", "post"),
)

# Full judgements that differ from the decision: the one that stands, while the decision stays as it was audited. State,
# action and language of the decision's row, and its rules, are those of the judgement that stands.
rejudgements = Table(
    "rejudgements",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("post", Serial, ForeignKey("decisions.post"), nullable=False, unique=True),
    Column("at", Double, nullable=False),
    Column("body", Text, nullable=False),
)

# Points to its post's decision, or to the verdict or the rejudgement where there is one.
outbox = Table(
    "outbox",
    metadata,
    Column("seq", Serial, primary_key=True),
    Column("post", Serial, nullable=False),
    Column("verdict", Serial),
    Column("rejudgement", Serial),
    Column("published_at", Double),
    Index("outbox_unpublished", "seq", sqlite_where=_UNPUBLISHED, postgresql_where=_UNPUBLISHED),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", Serial, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("members", Text, nullable=False),
    Column("root", Text, nullable=False),
    Column("prev", Text, nullable=False, unique=True),
    Column("hash", Text, nullable=False),
)

# Numbers are never given twice, as a person may have noted one.
dead_letters = Table(
    "dead_letters",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("source", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("post_id", Text),
    Column("revision", Integer),
    Column("created_at", Double, nullable=False),
    sqlite_autoincrement=True,
)
