"""The review desks: kinds of items, verdicts that may be undone, reviewers, handovers; authors and campaigns of posts.

SQLite cannot change a table's constraints, so items and verdicts are written anew, on PostgreSQL too.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SEVERITIES = ("informational", "low", "medium", "high", "critical")
PAGE = 1000

OPEN = "state = 'open'"
WALKED = "lane IN ('life', 'harm')"
TIMED = "lane IN ('harm', 'appeal')"
SPECIAL = "lane IN ('appeal', 'random', 'blind', 'golden', 'lead')"
BY_PRIORITY: tuple[Any, ...] = (sa.literal_column("priority DESC"), "created_at", "id")


def upgrade() -> None:
    connection = op.get_bind()
    op.add_column("posts", sa.Column("author", sa.Text(), nullable=True))
    op.add_column("decisions", sa.Column("campaign", sa.Text(), nullable=True))
    _fill_authors_and_campaigns(connection)
    _index("posts_author", "posts", ["author", "seq"], "author IS NOT NULL")
    _index("decisions_campaign", "decisions", ["campaign", "post"], "campaign IS NOT NULL")
    _set_aside()
    _create_items()
    _create_verdicts()
    _refill(connection, "review_items", _items(connection))
    _refill(connection, "verdicts", _verdicts(connection))
    _forget()
    _index_items()
    _index_verdicts()
    _create_roster()


def downgrade() -> None:
    for table in ("corrections", "handovers", "opt_outs", "reviewers", "passed"):
        op.drop_table(table)
    connection = op.get_bind()
    _set_aside()
    _create_first_items()
    items = _rows(connection, "SELECT * FROM old_items WHERE kind = 'review' AND id > :last ORDER BY id LIMIT :page")
    _refill(connection, "review_items", ({name: row[name] for name in FIRST_ITEM} for row in items))
    first = "SELECT min(id) FROM old_verdicts WHERE kind = 'review' AND \"of\" IS NULL GROUP BY item"
    sql = f"SELECT * FROM old_verdicts WHERE id IN ({first}) AND id > :last ORDER BY id LIMIT :page"  # noqa: S608
    verdicts = _rows(connection, sql)
    _refill(connection, "verdicts", ({name: row[name] for name in ("id", "item", "body")} for row in verdicts))
    _forget()
    _index_first_items()
    op.drop_index("decisions_campaign", "decisions")
    op.drop_index("posts_author", "posts")
    op.drop_column("decisions", "campaign")
    op.drop_column("posts", "author")


def _fill_authors_and_campaigns(connection: sa.Connection) -> None:
    if connection.dialect.name == "sqlite":
        author, campaign = "json_extract(body, '$.author.id')", "json_extract({body}, '$.campaign.id')"
    else:
        author, campaign = "body::json #>> '{author,id}'", "{body}::json #>> '{{campaign,id}}'"
    later = "(SELECT r.body FROM rejudgements r WHERE r.post = decisions.post)"
    standing = campaign.format(body=f"coalesce({later}, body)")
    op.execute(f"UPDATE posts SET author = {author} WHERE {author} IS NOT NULL")  # noqa: S608
    op.execute(f"UPDATE decisions SET campaign = {standing} WHERE {standing} IS NOT NULL")  # noqa: S608


def _set_aside() -> None:
    """Put the rows of items and verdicts where nothing refers to them, so that their tables can be made anew."""
    op.execute("CREATE TABLE old_items AS SELECT * FROM review_items")
    op.execute("CREATE TABLE old_verdicts AS SELECT * FROM verdicts")
    op.drop_table("verdicts")
    op.drop_table("review_items")


def _forget() -> None:
    op.drop_table("old_verdicts")
    op.drop_table("old_items")


def _items(connection: sa.Connection) -> Iterable[dict[str, Any]]:
    sql = (
        "SELECT i.*, coalesce(r.body, d.body) AS decision FROM old_items i JOIN decisions d ON d.post = i.post "
        "LEFT JOIN rejudgements r ON r.post = i.post WHERE i.id > :last ORDER BY i.id LIMIT :page"
    )
    for row in _rows(connection, sql):
        decision = json.loads(row["decision"])
        acting = [match for match in decision["matches"] if match["status"] in {"enforce", "canary"}]
        chief = max(acting, key=lambda match: SEVERITIES.index(match["severity"]), default=None)
        yield {
            **{name: row[name] for name in FIRST_ITEM},
            "kind": "review",
            "span": max(round(row["due_at"] - row["created_at"]), 0),
            "category": chief["category"] if chief else None,
            "language": decision["language"]["tag"],
            "needs": int((decision["review"] or {}).get("read", {}).get("limit", "R0")[1]),
            "campaign": (decision.get("campaign") or {}).get("id"),
            "text": "",
            "lent": 0,
            "claimed_at": 0.0,
            "kept_reason": "",
        }


def _verdicts(connection: sa.Connection) -> Iterable[dict[str, Any]]:
    sql = (
        "SELECT v.*, i.post FROM old_verdicts v JOIN old_items i ON i.id = v.item "
        "WHERE v.id > :last ORDER BY v.id LIMIT :page"
    )
    for row in _rows(connection, sql):
        body = json.loads(row["body"])
        at = datetime.fromisoformat(body["decided_at"]).timestamp()
        yield {
            **{name: row[name] for name in ("id", "item", "post", "body")},
            "kind": "review",
            "reviewer": body["reviewer"],
            "at": at,
            "claimed_at": at,
            "effective_at": at,
            "state": "standing",
        }


def _rows(connection: sa.Connection, sql: str) -> Iterable[Mapping[str, Any]]:
    last = 0
    while page := connection.execute(sa.text(sql), {"last": last, "page": PAGE}).mappings().all():
        yield from map(dict, page)
        last = page[-1]["id"]


def _refill(connection: sa.Connection, name: str, rows: Iterable[dict[str, Any]]) -> None:
    table = sa.Table(name, sa.MetaData(), autoload_with=connection, resolve_fks=False)
    batch: list[dict[str, Any]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == PAGE:
            connection.execute(table.insert(), batch)
            batch = []
    if batch:
        connection.execute(table.insert(), batch)
    if connection.dialect.name == "postgresql":
        last = f"(SELECT max(id) FROM {name})"  # noqa: S608
        op.execute(f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), {last}) WHERE {last} IS NOT NULL")


FIRST_ITEM = (
    "id",
    "post",
    "desk",
    "lane",
    "rank",
    "priority",
    "due_at",
    "created_at",
    "state",
    "fence",
    "lease",
    "reviewer",
    "expires_at",
)


def _create_items() -> None:
    # What workers of an older version do not write has a default: they may go on beside newer ones for a while.
    op.create_table(
        "review_items",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("post", SERIAL, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False, server_default="review"),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("rank", sa.SmallInteger(), nullable=False),
        sa.Column("priority", sa.Double(), nullable=False),
        sa.Column("due_at", sa.Double(), nullable=False),
        sa.Column("span", sa.Integer(), nullable=False, server_default="3600"),
        sa.Column("created_at", sa.Double(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False, server_default="und"),
        sa.Column("needs", sa.SmallInteger(), nullable=False, server_default="3"),
        sa.Column("campaign", sa.Text(), nullable=True),
        sa.Column("views", sa.Double(), nullable=True),
        sa.Column("sealed", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False, server_default=""),
        sa.Column("lent", sa.SmallInteger(), nullable=False, server_default="0"),
        sa.Column("fence", sa.Integer(), nullable=False),
        sa.Column("lease", sa.Text(), nullable=True),
        sa.Column("reviewer", sa.Text(), nullable=True),
        sa.Column("expires_at", sa.Double(), nullable=False),
        sa.Column("claimed_at", sa.Double(), nullable=False, server_default="0"),
        sa.Column("kept_reason", sa.Text(), nullable=False, server_default=""),
        sa.ForeignKeyConstraint(["post"], ["decisions.post"], name="review_items_post_fk"),
        sa.PrimaryKeyConstraint("id", name="review_items_pk"),
        sa.UniqueConstraint("post", "kind", name="review_items_post_key"),
    )


def _index_items() -> None:
    for desk in ("zh", "en"):
        waits = f"{OPEN} AND desk IN ('{desk}', 'both')"
        lent = f"{OPEN} AND desk = '{desk}' AND {WALKED} AND needs <= 2 AND lent = 0 AND sealed IS NULL"
        timed = ["lane", "span", "due_at", "id"]
        _index(f"review_items_open_{desk}", "review_items", ["rank", *BY_PRIORITY], f"{waits} AND {WALKED}")
        _index(f"review_items_due_{desk}", "review_items", timed, f"{waits} AND {TIMED}")
        _index(f"review_items_lane_{desk}", "review_items", ["lane", "due_at", "id"], f"{waits} AND {SPECIAL}")
        _index(f"review_items_lent_{desk}", "review_items", [*BY_PRIORITY], lent)
    _index("review_items_waiting", "review_items", ["due_at", "desk", "lane"], OPEN)
    op.create_index("review_items_created_at", "review_items", ["created_at"], unique=False)
    _index("review_items_held", "review_items", ["reviewer"], f"{OPEN} AND reviewer IS NOT NULL")


def _create_verdicts() -> None:
    op.create_table(
        "verdicts",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("item", SERIAL, nullable=False),
        sa.Column("post", SERIAL, nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.Column("claimed_at", sa.Double(), nullable=False),
        sa.Column("effective_at", sa.Double(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("of", SERIAL, nullable=True),
        sa.Column("batch", SERIAL, nullable=True),
        sa.Column("key", sa.Text(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["review_items.id"], name="verdicts_item_fk"),
        sa.PrimaryKeyConstraint("id", name="verdicts_pk"),
    )


def _index_verdicts() -> None:
    op.create_index("verdicts_post", "verdicts", ["post", "reviewer"], unique=False)
    op.create_index("verdicts_at", "verdicts", ["at"], unique=False)
    op.create_index("verdicts_reviewer", "verdicts", ["reviewer", "at"], unique=False)
    _index("verdicts_held", "verdicts", ["effective_at", "id"], "state = 'held'")
    _index("verdicts_key", "verdicts", ["key"], "key IS NOT NULL", unique=True)
    _index("verdicts_batch", "verdicts", ["batch"], "batch IS NOT NULL")


def _create_roster() -> None:
    op.create_table(
        "passed",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("item", SERIAL, nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["review_items.id"], name="passed_item_fk"),
        sa.PrimaryKeyConstraint("id", name="passed_pk"),
    )
    op.create_index("passed_item", "passed", ["item", "reviewer"], unique=False)
    op.create_index("passed_at", "passed", ["at"], unique=False)
    op.create_table(
        "reviewers",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("desks", sa.Text(), nullable=False),
        sa.Column("reads", sa.Text(), nullable=False),
        sa.Column("token_id", sa.Text(), nullable=True),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("added_at", sa.Double(), nullable=False),
        sa.Column("revoked_at", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("name", name="reviewers_pk"),
        sa.UniqueConstraint("token_id", name="reviewers_token_id_key"),
    )
    op.create_table(
        "opt_outs",
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("category", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("reviewer", "category", name="opt_outs_pk"),
    )
    op.create_table(
        "handovers",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("shift", sa.Text(), nullable=False),
        sa.Column("desk", sa.Text(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.Column("published_at", sa.Double(), nullable=False),
        sa.Column("acked_at", sa.Double(), nullable=False),
        sa.Column("acked_by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="handovers_pk"),
        sa.UniqueConstraint("shift", "desk", name="handovers_shift_key"),
    )
    op.create_table(
        "corrections",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("post_id", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("surface", sa.Text(), nullable=False),
        sa.Column("shown", sa.Text(), nullable=False),
        sa.Column("expected", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("at", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="corrections_pk"),
    )


def _create_first_items() -> None:
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
    op.create_table(
        "verdicts",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("item", SERIAL, nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["item"], ["review_items.id"], name="verdicts_item_fk"),
        sa.PrimaryKeyConstraint("id", name="verdicts_pk"),
        sa.UniqueConstraint("item", name="verdicts_item_key"),
    )


def _index_first_items() -> None:
    for desk in ("zh", "en"):
        where = f"{OPEN} AND desk IN ('{desk}', 'both')"
        _index(f"review_items_open_{desk}", "review_items", ["rank", *BY_PRIORITY], where)
    _index("review_items_open_any", "review_items", ["rank", *BY_PRIORITY], OPEN)


def _index(name: str, table: str, columns: Sequence[Any], where: str, *, unique: bool = False) -> None:
    condition = sa.text(where)
    op.create_index(name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition)
