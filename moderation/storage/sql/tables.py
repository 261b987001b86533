"""The tables of the pool, for SQLite and PostgreSQL alike. Times are Unix seconds, bodies are JSON text.

A decision, a review item and an outbox row carry their post's ``seq``, the order of intake, so that a body is written
once.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    ColumnElement,
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
from moderation.storage.reviewed import LENT_NEEDS

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


def _known(name: str, column: Column[Any], *more: Column[Any]) -> None:
    """An index of the rows in which a column that is mostly empty says something."""
    where = text(f"{column.name} IS NOT NULL")
    Index(f"{name}_{column.name}", column, *more, sqlite_where=where, postgresql_where=where)


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
    Column("author", Text),
    UniqueConstraint("id", "revision"),
)
_known("posts", posts.c.author, posts.c.seq)

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
    Column("campaign", Text),
    Index("decisions_figures", "language", "action", "state"),
)
_known("decisions", decisions.c.campaign, decisions.c.post)

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

# A free item has an expiry of 0; every claim raises the fence. The rank is 0 in lane life, and stays when leads take
# over. Span are the seconds that there were until it is due, of which the last part is "soon". Views are none where
# they are the post's. Sealed is JSON.
review_items = Table(
    "review_items",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("post", Serial, ForeignKey("decisions.post"), nullable=False),
    Column("kind", Text, nullable=False, server_default="review"),
    Column("desk", Text, nullable=False),
    Column("lane", Text, nullable=False),
    Column("rank", SmallInteger, nullable=False),
    Column("priority", Double, nullable=False),
    Column("due_at", Double, nullable=False),
    Column("span", Integer, nullable=False, server_default="3600"),
    Column("created_at", Double, nullable=False),
    Column("state", Text, nullable=False),
    Column("category", Text),
    Column("language", Text, nullable=False, server_default="und"),
    Column("needs", SmallInteger, nullable=False, server_default="3"),
    Column("campaign", Text),
    Column("views", Double),
    Column("sealed", Text),
    Column("text", Text, nullable=False, server_default=""),
    Column("lent", SmallInteger, nullable=False, server_default="0"),
    Column("fence", Integer, nullable=False),
    Column("lease", Text),
    Column("reviewer", Text),
    Column("expires_at", Double, nullable=False),
    Column("claimed_at", Double, nullable=False, server_default="0"),
    Column("kept_reason", Text, nullable=False, server_default=""),
    UniqueConstraint("post", "kind"),
)

# Conditions are literal text, since a partial index serves only a query that repeats the index's own words.
OPEN = "state = 'open'"
WALKED = "lane IN ('life', 'harm')"
TIMED = "lane IN ('harm', 'appeal')"
SPECIAL = "lane IN ('appeal', 'random', 'blind', 'golden', 'lead')"
LENDABLE = f"{WALKED} AND needs <= {LENT_NEEDS} AND lent = 0 AND sealed IS NULL"


def waits_at(desk: str) -> str:
    """The open items that a desk is offered."""
    return f"{OPEN} AND desk IN ('{desk}', 'both')"


def lent_by(desk: str) -> str:
    """The open items of a desk that the other may be lent."""
    return f"{OPEN} AND desk = '{desk}' AND {LENDABLE}"


# One index for each way in which items of a desk are claimed, so that a claim reads about as many rows as it takes
# however long the queue is.
CLAIM_ORDER = (review_items.c.rank, review_items.c.priority.desc(), review_items.c.created_at, review_items.c.id)
LOAN_ORDER = CLAIM_ORDER[1:]
DUE_ORDER = (review_items.c.due_at, review_items.c.id)


def _items(name: str, condition: str, *columns: ColumnElement[Any]) -> None:
    where = text(condition)
    Index(f"review_items_{name}", *columns, sqlite_where=where, postgresql_where=where)


for _desk in DESKS:
    _items(f"open_{_desk}", f"{waits_at(_desk)} AND {WALKED}", *CLAIM_ORDER)
    _items(f"due_{_desk}", f"{waits_at(_desk)} AND {TIMED}", review_items.c.lane, review_items.c.span, *DUE_ORDER)
    _items(f"lane_{_desk}", f"{waits_at(_desk)} AND {SPECIAL}", review_items.c.lane, *DUE_ORDER)
    _items(f"lent_{_desk}", lent_by(_desk), *LOAN_ORDER)
# For counting. With the time first, no planner takes it for one of the others.
_items("waiting", OPEN, review_items.c.due_at, review_items.c.desk, review_items.c.lane)
Index("review_items_created_at", review_items.c.created_at)
_items("held", f"{OPEN} AND reviewer IS NOT NULL", review_items.c.reviewer)

# Who passed on an item, so that it is not offered to them again.
passed = Table(
    "passed",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("item", Serial, ForeignKey("review_items.id"), nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("at", Double, nullable=False),
    Index("passed_item", "item", "reviewer"),
    Index("passed_at", "at"),
)

# The body is the record that the audit covers; the columns are for looking it up, and for what comes of it. Batch is
# the first of several that were given at once; of, the verdict that this one takes back.
verdicts = Table(
    "verdicts",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("item", Serial, ForeignKey("review_items.id"), nullable=False),
    Column("post", Serial, nullable=False),
    Column("kind", Text, nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("at", Double, nullable=False),
    Column("claimed_at", Double, nullable=False),
    Column("effective_at", Double, nullable=False),
    Column("state", Text, nullable=False),
    Column("of", Serial),
    Column("batch", Serial),
    Column("key", Text),
    Column("body", Text, nullable=False),
    Index("verdicts_post", "post", "reviewer"),
    Index("verdicts_at", "at"),
    Index("verdicts_reviewer", "reviewer", "at"),
)
HELD = "state = 'held'"
KEYED = "key IS NOT NULL"
BATCHED = "batch IS NOT NULL"
Index(
    "verdicts_held",
    verdicts.c.effective_at,
    verdicts.c.id,
    sqlite_where=text(HELD),
    postgresql_where=text(HELD),
)
Index("verdicts_key", verdicts.c.key, unique=True, sqlite_where=text(KEYED), postgresql_where=text(KEYED))
Index("verdicts_batch", verdicts.c.batch, sqlite_where=text(BATCHED), postgresql_where=text(BATCHED))

# A token that has ended is none; desks and reads are JSON.
reviewers = Table(
    "reviewers",
    metadata,
    Column("name", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("desks", Text, nullable=False),
    Column("reads", Text, nullable=False),
    Column("token_id", Text, unique=True),
    Column("token_hash", Text, nullable=False),
    Column("added_at", Double, nullable=False),
    Column("revoked_at", Double),
)

opt_outs = Table(
    "opt_outs",
    metadata,
    Column("reviewer", Text, primary_key=True),
    Column("category", Text, primary_key=True),
)

handovers = Table(
    "handovers",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("shift", Text, nullable=False),
    Column("desk", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("published_at", Double, nullable=False),
    Column("acked_at", Double, nullable=False),
    Column("acked_by", Text, nullable=False),
    UniqueConstraint("shift", "desk"),
)

corrections = Table(
    "corrections",
    metadata,
    Column("id", Serial, primary_key=True),
    Column("post_id", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("surface", Text, nullable=False),
    Column("shown", Text, nullable=False),
    Column("expected", Text, nullable=False),
    Column("reviewer", Text, nullable=False),
    Column("at", Double, nullable=False),
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
