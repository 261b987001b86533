"""Posts on their way in, and what could not be moderated."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import (
    Connection,
    Double,
    Text,
    bindparam,
    delete,
    exists,
    insert,
    select,
)

from moderation.domain.pool import DeadLetter, Intake
from moderation.domain.post import Post
from moderation.storage.records import letter_body, post_body, post_in, storable
from moderation.storage.sql.database import Part, reads, writes
from moderation.storage.sql.tables import dead_letters, decisions, posts, waiting
from moderation.storage.sql.values import among, fill_new, numbers

Key = tuple[str, int]

_POST = ("id", "revision", "digest", "received_at", "body", "author")
# Some revisions too many are read, as a list of pairs takes several times as long to look up. To name them makes a
# planner without statistics expect few rows, and so take the index.
_named = (among(posts.c.id, "ids"), among(posts.c.revision, "revisions"))
_NUMBERED = select(posts.c.seq, posts.c.id, posts.c.revision).where(*_named)
_DIGESTS = select(posts.c.id, posts.c.revision, posts.c.digest).where(*_named)
_WAIT = insert(waiting).from_select(
    ["post", "unit", "enqueued_at"],
    select(numbers("seqs").subquery().c.number, bindparam("to", type_=Text), bindparam("now", type_=Double)),
)
_RETRYABLE = select(dead_letters).where(dead_letters.c.post_id.is_not(None)).order_by(dead_letters.c.id)
_BURIED = select(posts.c.seq).where(
    posts.c.id == bindparam("post_id"),
    posts.c.revision == bindparam("of"),
    ~exists().where(waiting.c.post == posts.c.seq),
    ~exists().where(decisions.c.post == posts.c.seq),
)


class IntakePart(Part):
    """The door: posts, repeats, conflicts, dead letters."""

    @writes
    def add_posts(self, connection: Connection, posts: Sequence[Post], unit_id: str, now: float) -> Intake:
        """Write new posts as pending."""
        return self._admit(connection, posts, unit_id, now)

    @writes
    def add_dead_letters(self, connection: Connection, letters: Sequence[DeadLetter], now: float) -> None:
        """Keep what could not be moderated."""
        if letters:
            connection.execute(insert(dead_letters), [letter_row(letter, now) for letter in letters])

    @reads
    def dead_letters(self, connection: Connection, limit: int, offset: int = 0) -> list[DeadLetter]:
        """Newest first."""
        newest = select(dead_letters).order_by(dead_letters.c.id.desc()).limit(limit).offset(offset)
        return [DeadLetter(**row._asdict()) for row in connection.execute(newest)]

    @writes
    def retry(self, connection: Connection, ids: Sequence[int] | None, unit_id: str, now: float) -> list[Post]:
        """Put buried posts back as pending.

        A letter of a post that is pending or decided by now is only forgotten; one whose content differs from the
        pool's stays.
        """
        chosen = _RETRYABLE if ids is None else _RETRYABLE.where(among(dead_letters.c.id, "ids"))
        again: list[Post] = []
        done: list[int] = []
        for letter in connection.execute(chosen.with_for_update(), {"ids": ids}).all():
            post = post_in(letter.body)
            if post is None:
                continue
            intake = self._admit(connection, [post], unit_id, now)
            if intake.conflicting:
                continue
            done.append(letter.id)
            buried = connection.execute(_BURIED, {"post_id": post.id, "of": post.revision}).scalars().all()
            _wait(connection, buried, unit_id, now)
            if buried or intake.accepted:
                again.append(post)
        connection.execute(delete(dead_letters).where(among(dead_letters.c.id, "ids")), {"ids": done})
        return again

    def _admit(self, connection: Connection, given: Sequence[Post], unit_id: str, now: float) -> Intake:
        if not given:
            return Intake()
        bodies = [post_body(post) for post in given]
        first: dict[Key, int] = {}
        for n, post in enumerate(given):
            first.setdefault(post.key, n)
        candidates = [(*key, bodies[n].digest, now, bodies[n].text, given[n].author.id) for key, n in first.items()]
        written = fill_new(connection, posts, _POST, candidates, key=2)
        new = {(post_id, revision): seq for seq, post_id, revision in written}
        _wait(connection, new.values(), unit_id, now)
        if len(new) == len(given):
            return Intake(accepted=tuple(given))
        digests = {key: bodies[first[key]].digest for key in new} | _digests(connection, first.keys() - new.keys())
        accepted: list[Post] = []
        conflicting: list[Post] = []
        for n, post in enumerate(given):
            if first[post.key] == n and post.key in new:
                accepted.append(post)
            elif digests[post.key] != bodies[n].digest:
                conflicting.append(post)
        repeated = len(given) - len(accepted) - len(conflicting)
        return Intake(accepted=tuple(accepted), repeated=repeated, conflicting=tuple(conflicting))


def numbered(connection: Connection, keys: Collection[Key]) -> dict[int, Key]:
    """Keys by number, in order of intake; without those that the pool does not know."""
    wanted = set(keys)
    found = connection.execute(_NUMBERED, _names(wanted)).all()
    known = {seq: (post_id, revision) for seq, post_id, revision in found}
    return {seq: known[seq] for seq in sorted(known) if known[seq] in wanted}


def letter_row(letter: DeadLetter, now: float) -> dict[str, Any]:
    """A dead letter as its table keeps it."""
    return {
        "source": storable(letter.source),
        "reason": storable(letter.reason),
        "body": letter_body(letter),
        "post_id": letter.post_id,
        "revision": letter.revision,
        "created_at": now,
    }


def write_letter(connection: Connection, seq: int, key: Key, source: str, reason: str, now: float) -> None:
    """A dead letter about a post of the pool, with its body."""
    body = connection.execute(select(posts.c.body).where(posts.c.seq == seq)).scalar_one()
    letter = DeadLetter(source=source, reason=reason, body=body, post_id=key[0], revision=key[1])
    connection.execute(insert(dead_letters), [letter_row(letter, now)])


def _wait(connection: Connection, seqs: Collection[int], unit_id: str, now: float) -> None:
    connection.execute(_WAIT, {"seqs": seqs, "to": unit_id, "now": now})


def _digests(connection: Connection, keys: Collection[Key]) -> dict[Key, str]:
    if not keys:
        return {}
    found = connection.execute(_DIGESTS, _names(keys))
    return {(post_id, revision): digest for post_id, revision, digest in found}


def _names(keys: Collection[Key]) -> dict[str, set[Any]]:
    return {name: {key[n] for key in keys} for n, name in enumerate(("ids", "revisions"))}
