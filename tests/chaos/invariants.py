"""What must hold once everything is quiet again, whatever happened before. Each finding is one line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import redis
from sqlalchemy import Engine, create_engine, select

from moderation.domain.ports import Store
from moderation.storage.sql import tables as t
from moderation.storage.stream import STREAM, read_stream
from tests.chaos.load import BREAKING, Key

_SHOWN = 5

Entry = tuple[str, int, str]  # post, revision, kind (decision or verdict)


@dataclass(frozen=True, slots=True)
class Seen:
    """What the store and the stream hold. ``committed`` is the outbox in its order, ``published`` the stream's."""

    decisions: Sequence[Mapping[str, Any]]
    buried: Mapping[Key, str]
    committed: Sequence[Entry]
    published: Sequence[tuple[Entry, Mapping[str, Any]]]
    reviews: Sequence[tuple[str, int, str]]  # post, revision, state
    problems: Sequence[str]
    pending: int
    unpublished: int

    @property
    def repeated(self) -> int:
        """How many entries of the stream are there once more."""
        return len(self.published) - len({entry for entry, _ in self.published})


def look(store: Store, store_url: str, redis_url: str) -> Seen:
    """Read all of it."""
    kind = select(t.posts.c.id, t.posts.c.revision, t.outbox.c.verdict).join(t.outbox, t.outbox.c.post == t.posts.c.seq)
    engine = _engine(store_url)
    with engine.connect() as connection:
        rows = connection.execute(kind.order_by(t.outbox.c.seq)).all()
        items = select(t.posts.c.id, t.posts.c.revision, t.review_items.c.state)
        reviews = connection.execute(items.join(t.review_items, t.review_items.c.post == t.posts.c.seq)).all()
    engine.dispose()
    letters = [letter for letter in store.dead_letters(100_000) if letter.post_id is not None]
    return Seen(
        decisions=list(store.export()),
        buried={(letter.post_id or "", letter.revision or 0): letter.reason for letter in letters},
        committed=[(row.id, row.revision, "verdict" if row.verdict else "decision") for row in rows],
        published=[((one.post_id, one.revision, one.kind), one.body) for one in _stream(redis_url)],
        reviews=[(row.id, row.revision, row.state) for row in reviews],
        problems=list(store.audit_problems()),
        pending=store.count_pending(),
        unpublished=len(store.unpublished(100)),
    )


def decided(store_url: str) -> list[Any]:
    """The numbers of the decided posts, without bringing the store up to date."""
    engine = _engine(store_url)
    with engine.connect() as connection:
        posts = connection.execute(select(t.decisions.c.post)).all()
    engine.dispose()
    return list(posts)


def violations(seen: Seen, accepted: Mapping[Key, int], verdicts: Iterable[Key]) -> list[str]:
    """Everything that does not hold; empty where all is well.

    ``accepted`` says of every post which text it has, -1 where it is poisonous: such a post may be buried.
    """
    findings = [*seen.problems]
    findings += [f"{seen.pending} posts are pending"] * bool(seen.pending)
    findings += [f"{seen.unpublished} decisions are unpublished"] * bool(seen.unpublished)
    findings += _decided_once(seen, accepted)
    findings += _published_in_order(seen, verdicts)
    findings += _reviewed_once(seen)
    return findings


def _decided_once(seen: Seen, accepted: Mapping[Key, int]) -> Iterator[str]:
    times = Counter((one["post_id"], one["revision"]) for one in seen.decisions)
    yield from _some("decided more than once", (key for key, count in times.items() if count > 1))
    yield from _some("decided and buried", times.keys() & seen.buried.keys())
    yield from _some("never decided", accepted.keys() - times.keys() - seen.buried.keys())
    yield from _some("decided but never accepted", times.keys() - accepted.keys())
    yield from _some("buried without being poison", (key for key in seen.buried if accepted.get(key, -1) >= 0))
    yield from _some("buried without a reason", (key for key, reason in seen.buried.items() if not reason))
    actions = {(one["post_id"], one["revision"]): one["action"] for one in seen.decisions}
    breaking = {key for key, place in accepted.items() if place in BREAKING}
    yield from _some("breaks the rule and was let through", (key for key in breaking if actions.get(key) == "approve"))


def _published_in_order(seen: Seen, verdicts: Iterable[Key]) -> Iterator[str]:
    """Where entries repeat, both a reader of the first and one of the last of each sees the order of the commits."""
    decided = {(one["post_id"], one["revision"], "decision"): one for one in seen.decisions}
    yield from _some("committed twice", (entry for entry, count in Counter(seen.committed).items() if count > 1))
    yield from _some("decided without a row in the outbox", decided.keys() - set(seen.committed))
    published = [entry for entry, _ in seen.published]
    yield from _some("never published", set(seen.committed) - set(published))
    yield from _some("published but never committed", set(published) - set(seen.committed))
    wanted = _by_post(seen.committed)
    for name, entries in (("first", published), ("last", published[::-1])):
        order = {post: list(dict.fromkeys(some)) for post, some in _by_post(entries).items()}
        step = 1 if name == "first" else -1
        wrong = (post for post, some in order.items() if some != wanted.get(post, [])[::step])
        yield from _some(f"published out of order (the {name} of each)", wrong)
    other = (entry for entry, body in seen.published if entry in decided and dict(body) != dict(decided[entry]))
    yield from _some("published is not what was decided", other)
    missing = {(*key, "verdict") for key in verdicts} - set(seen.committed)
    yield from _some("verdicts that were accepted and are gone", missing)


def _reviewed_once(seen: Seen) -> Iterator[str]:
    items = Counter((post, revision) for post, revision, _ in seen.reviews)
    needed = {(one["post_id"], one["revision"]) for one in seen.decisions if one.get("review")}
    yield from _some("has several review items", (key for key, count in items.items() if count > 1))
    yield from _some("needs a person and has no review item", needed - items.keys())
    newest: dict[str, int] = {}
    for one in seen.decisions:
        newest[one["post_id"]] = max(one["revision"], newest.get(one["post_id"], 0))
    old = ((post, revision) for post, revision, state in seen.reviews if state == "open" and revision < newest[post])
    yield from _some("is open though a newer revision was decided", old)


def _engine(store_url: str) -> Engine:
    return create_engine(store_url.replace("postgresql://", "postgresql+psycopg://"))


def _by_post(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    by_post: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_post[entry[0]].append(entry)
    return by_post


def _some(what: str, keys: Iterable[Any]) -> Iterator[str]:
    """One line for all of a kind."""
    if found := sorted(keys):
        yield f"{what}: {len(found)}, such as {', '.join(map(str, found[:_SHOWN]))}"


def _stream(url: str) -> Iterator[Any]:
    with redis.Redis.from_url(url) as client:
        if client.exists(STREAM):
            yield from read_stream(url, wait_s=0.01)
