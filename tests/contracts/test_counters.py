"""Authors' posts counted in memory and through Redis: which count, once, and when."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime

import pytest
import redis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from moderation.domain.errors import ServiceUnavailable
from moderation.domain.ports import Counters
from moderation.domain.post import Post
from moderation.domain.signal import POSTS, Tally
from moderation.pool import counting
from moderation.pool.counting import MOST_KEPT, MemoryCounters
from moderation.storage.counters import POSTS_PER_CALL, PREFIX, RedisCounters
from tests.support.builders import a_post

Build = Callable[..., Counters]

NOW = 1_900_000_000.0
MINUTE, HOUR = Tally(POSTS, 60), Tally(POSTS, 3600)
ADS = Tally("spam.ads", 600)


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.slow)])
def build(request: pytest.FixtureRequest) -> Iterator[Build]:
    """Makes an empty counter of the tallies that it is given."""
    if request.param == "memory":
        yield lambda *tallies: MemoryCounters(tallies)
        return
    request.getfixturevalue("client")
    made: list[RedisCounters] = []

    def through_redis(*tallies: Tally) -> Counters:
        made.append(RedisCounters(tallies, request.getfixturevalue("url")))
        return made[-1]

    yield through_redis
    for counters in made:
        counters.close()


def by(author: str | None = "ann", ago: float = 0, **fields: object) -> Post:
    """A post of an author so long before NOW; its id is the author's and the time's."""
    created_at = datetime.fromtimestamp(NOW - ago, UTC).isoformat()
    given = {"id": f"{author}-{ago}", "author": {"id": author}, "created_at": created_at, **fields}
    return a_post(given.pop("id"), given.pop("revision", 1), "hello", **given)  # type: ignore[arg-type]


def count(counters: Counters, *posts: Post, now: float = NOW) -> list[dict[Tally, int]]:
    """The counts of posts that count as posts."""
    return [dict(each) for each in counters(posts, [(POSTS,)] * len(posts), now)]


def test_an_author_s_posts_are_counted_with_this_one_and_each_author_alone(build: Build) -> None:
    counts = count(build(HOUR), by("ann", 3), by("bob", 2), by("ann", 1), by("ann"), by("bob"))
    assert [each[HOUR] for each in counts] == [1, 1, 2, 3, 2]


def test_every_tally_has_its_own_window(build: Build) -> None:
    counts = count(build(MINUTE, HOUR), by(ago=3000), by(ago=100), by(ago=30), by())
    assert counts == [{MINUTE: 1, HOUR: n} if n < 4 else {MINUTE: 2, HOUR: 4} for n in (1, 2, 3, 4)]


def test_a_window_reaches_back_to_but_not_including_its_length(build: Build) -> None:
    counters = build(MINUTE)
    assert count(counters, by(ago=60.000001), by(ago=60), by(ago=59.999999), by())[-1] == {MINUTE: 2}


def test_a_post_that_is_delivered_again_counts_once_and_gets_the_same_answer(build: Build) -> None:
    counters = build(HOUR)
    first = count(counters, by(ago=9), by(ago=5), by(ago=5))
    assert [each[HOUR] for each in first] == [1, 2, 2]
    assert count(counters, by(ago=1), by(ago=5), by()) == [{HOUR: 3}, {HOUR: 2}, {HOUR: 4}]


def test_a_new_revision_counts_as_another_post(build: Build) -> None:
    assert count(build(HOUR), by(ago=5), by(ago=5, revision=2))[-1] == {HOUR: 2}


def test_a_post_without_a_time_counts_from_its_first_arrival(build: Build) -> None:
    counters = build(MINUTE)
    timeless = by(id="timeless", created_at=None)
    assert count(counters, timeless, now=NOW - 90) == [{MINUTE: 1}]
    assert count(counters, by(), timeless) == [{MINUTE: 1}, {MINUTE: 1}]


def test_a_time_in_the_future_is_that_of_arrival(build: Build) -> None:
    counters = build(MINUTE)
    assert count(counters, by(ago=-7200), now=NOW) == [{MINUTE: 1}]
    assert count(counters, by(), now=NOW) == [{MINUTE: 2}]


def test_a_post_before_1970_counts_at_its_beginning(build: Build) -> None:
    old = [by(id=f"old-{n}", created_at=f"0{n}00-01-01T00:00:00Z") for n in (1, 2)]
    assert count(build(MINUTE), *old) == [{MINUTE: 1}, {MINUTE: 2}]


def test_late_posts_count_by_their_own_time(build: Build) -> None:
    counters = build(MINUTE)
    count(counters, by(ago=100), by(ago=70), by(ago=10))
    assert count(counters, by(ago=50), by(ago=65), by()) == [{MINUTE: 3}, {MINUTE: 3}, {MINUTE: 3}]


def test_who_is_not_known_has_no_counts(build: Build) -> None:
    assert count(build(HOUR), by(None, 1), by("ann"), by(None)) == [{}, {HOUR: 1}, {}]


def test_what_a_rule_matched_is_counted_apart_and_seen_by_posts_that_it_does_not_match(build: Build) -> None:
    counters = build(ADS, HOUR)
    posts = [by(ago=9), by(ago=8), by(ago=7), by("bob", 6), by("ann", 5)]
    kinds = [(POSTS, "spam.ads"), (POSTS,), (POSTS, "spam.ads", "spam.other"), (POSTS, "spam.ads"), ()]
    counts = counters(posts, kinds, NOW)
    assert [each[ADS] for each in counts] == [1, 1, 2, 1, 2]
    assert [each[HOUR] for each in counts] == [1, 2, 3, 1, 3]


def test_it_says_what_it_counts_and_counts_each_tally_once(build: Build) -> None:
    counters = build(HOUR, ADS, MINUTE, HOUR)
    assert set(counters.tallies) == {HOUR, ADS, MINUTE}
    assert len(counters.tallies) == 3
    assert build().tallies == ()


def test_without_tallies_nothing_is_asked(build: Build) -> None:
    assert count(build(), by(), by(None)) == [{}, {}]
    assert count(build(HOUR)) == []


def test_a_batch_of_several_calls_equals_its_singles(build: Build) -> None:
    def posts(ahead: str) -> list[Post]:
        return [by(f"{ahead}{n % 7}", (n * 37) % 400, id=f"p-{n % 500}") for n in range(2 * POSTS_PER_CALL + 30)]

    counters = build(MINUTE, HOUR)
    whole = count(counters, *posts("ann"))
    assert max(each[HOUR] for each in whole) > 70
    assert [count(counters, post)[0] for post in posts("bob")] == whole


def test_only_the_newest_of_very_many_are_kept(build: Build) -> None:
    counters = build(HOUR)
    many = [by(ago=1000 - n / 100, id=f"p-{n}") for n in range(MOST_KEPT + 40)]
    assert [each[HOUR] for each in count(counters, *many)][-2:] == [MOST_KEPT + 1] * 2
    assert count(counters, by()) == [{HOUR: MOST_KEPT + 1}], "itself and those that are kept"
    assert count(counters, by(ago=999.7)) == [{HOUR: 1}], "older than all that are kept"


def test_what_is_two_windows_old_is_forgotten_and_what_is_less_is_there_for_late_posts(build: Build) -> None:
    counters = build(MINUTE)
    count(counters, by(ago=121), by(ago=120), by(ago=119), by())
    assert count(counters, by(ago=118)) == [{MINUTE: 2}]


# in memory only -----------------------------------------------------------------------------------------------------


def test_authors_who_posted_long_ago_are_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_ROOM", 100)
    counters = MemoryCounters([MINUTE])
    for n in range(1000):
        count(counters, by(f"u{n}", 10_000 - n))
    assert len(counters._histories) < 250
    assert count(counters, by("u990", 10_000 - 999)) == [{MINUTE: 2}]


# through Redis only -------------------------------------------------------------------------------------------------

WORKER = """
import sys
from moderation.domain.post import Post
from moderation.domain.signal import Tally
from moderation.storage.counters import RedisCounters

url, name, now = sys.argv[1:]
counters = RedisCounters([Tally("posts", 3600)], url)
for first in range(0, 600, 20):
    both = [f"both-{n}" for n in range(first, first + 10)]
    own = [f"{name}-{n}" for n in range(first, first + 10)]
    posts = [Post.parse({"id": id, "text": "", "author": {"id": "ann"}}) for id in both + own]
    counters(posts, [("posts",)] * 20, float(now))
"""


@pytest.mark.slow
def test_two_processes_at_once_lose_nothing_and_count_nothing_twice(client: redis.Redis, url: str) -> None:
    workers = [subprocess.Popen([sys.executable, "-c", WORKER, url, name, str(NOW)]) for name in ("one", "two")]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    assert count(RedisCounters([HOUR], url), by()) == [{HOUR: 901}], "300 of both, 300 of each, and this"


@pytest.mark.slow
def test_everything_is_in_the_namespace_and_expires(client: redis.Redis, url: str) -> None:
    RedisCounters([HOUR, ADS], url)([by(), by("bob"), by(None)], [(POSTS, "spam.ads")] * 3, NOW)
    keys = client.keys()
    assert len(keys) == 4
    assert all(key.startswith(PREFIX.encode()) for key in keys)
    assert all(1200 < client.ttl(key) <= 3 * 3600 for key in keys)


@pytest.mark.slow
def test_a_key_lives_at_least_two_windows_after_the_last_post(client: redis.Redis, url: str) -> None:
    counters = RedisCounters([HOUR], url)
    count(counters, by(ago=9))
    (key,) = client.keys()
    client.expire(key, 2 * 3600 - 5)
    count(counters, by())
    assert client.ttl(key) > 2 * 3600


@pytest.mark.slow
def test_no_name_is_kept(client: redis.Redis, url: str) -> None:
    count(RedisCounters([HOUR], url), by("annabella"), by("bobadilla"))
    keys = client.keys()
    kept = b"".join(client.dump(key) or b"" for key in keys) + b"".join(keys)
    assert not any(name in kept for name in (b"annabella", b"bobadilla"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "spoil",
    [
        lambda client, key: client.rpush(key, "x"),
        lambda client, key: client.set(key, b"\xff" * 1000),
        lambda client, key: client.hset(key, "a", "b"),
        lambda client, key: client.zadd(key, {"x": "inf", "y": "-inf", "z" * 99: 5, "": -1e300}),
    ],
    ids=["a list", "a string", "a hash", "a foreign sorted set"],
)
def test_a_foreign_value_under_a_key_is_passed_over(
    client: redis.Redis, url: str, spoil: Callable[[redis.Redis, bytes], object]
) -> None:
    counters = RedisCounters([HOUR], url)
    count(counters, by(ago=3))
    (key,) = client.keys()
    client.delete(key)
    spoil(client, key)
    counts = count(counters, by(), by("bob"), by())
    assert [each[HOUR] for each in counts] == [1, 1, 1]


@pytest.mark.slow
def test_a_post_of_ours_with_a_foreign_time_is_passed_over(client: redis.Redis, url: str) -> None:
    counters = RedisCounters([HOUR], url)
    count(counters, by(ago=3))
    (key,) = client.keys()
    (post,) = client.zrange(key, 0, -1)
    for time in ("inf", "-inf", 0.5):
        client.zadd(key, {post: time})
        assert len(count(counters, by(ago=3), by("bob"))) == 2


@pytest.mark.slow
def test_it_goes_on_where_redis_forgot_everything(client: redis.Redis, url: str) -> None:
    counters = RedisCounters([HOUR], url)
    count(counters, by(ago=3))
    client.flushall()
    client.script_flush()
    assert count(counters, by(ago=2), by()) == [{HOUR: 1}, {HOUR: 2}]


def test_where_redis_is_away_the_error_says_so() -> None:
    with pytest.raises(ServiceUnavailable, match="MODERATION_REDIS_URL"):
        count(RedisCounters([HOUR], "redis://127.0.0.1:1/0"), by())


@pytest.mark.slow
def test_where_redis_takes_no_more_writes_the_error_says_so(client: redis.Redis, url: str) -> None:
    client.config_set("maxmemory", "1")
    try:
        with pytest.raises(ServiceUnavailable, match="memory"):
            count(RedisCounters([HOUR], url), by())
    finally:
        client.config_set("maxmemory", "0")


# both ---------------------------------------------------------------------------------------------------------------


@st.composite
def feeds(draw: st.DrawFn) -> list[tuple[Post, tuple[str, ...]]]:
    """Posts of few authors near the borders of windows, some delivered again, in any order, and as what they count."""
    moments = st.sampled_from((0, 1, 59, 60, 61, 119, 120, 121, 599, 600, 601, 1199, 1200, 1201, 5000))
    feed = []
    for n in range(draw(st.integers(1, 24))):
        author = draw(st.sampled_from(("ann", "bob", None)))
        ago = draw(moments) + draw(st.sampled_from((0, 0.000001)))
        kinds = draw(st.sampled_from(((POSTS,), (POSTS, "spam.ads"), ("spam.ads", "spam.other"), ())))
        fields = draw(st.sampled_from(({}, {"created_at": None})))
        feed.append((by(author, ago, **{"id": f"p-{n}", **fields}), kinds))
    again = draw(st.lists(st.sampled_from(feed), max_size=6))
    return list(draw(st.permutations([*feed, *again])))


@pytest.mark.slow
@settings(max_examples=80, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(feed=feeds(), size=st.integers(1, 30))
def test_redis_answers_as_memory_does(
    client: redis.Redis, url: str, feed: Sequence[tuple[Post, tuple[str, ...]]], size: int
) -> None:
    client.flushall()
    tallies = (MINUTE, ADS, Tally("spam.ads", 60), Tally(POSTS, 600))
    memory, through_redis = MemoryCounters(tallies), RedisCounters(tallies, url)

    def answers(counters: Counters) -> list[Mapping[Tally, int]]:
        told: list[Mapping[Tally, int]] = []
        for n in range(0, len(feed), size):
            posts, kinds = zip(*feed[n : n + size], strict=True)
            told += counters(posts, kinds, NOW + n)
        return told

    assert answers(memory) == answers(through_redis)
    through_redis.close()


@given(feed=feeds())
def test_counts_are_those_of_the_definition(feed: Sequence[tuple[Post, tuple[str, ...]]]) -> None:
    hour, day = Tally("spam.ads", 3600), Tally(POSTS, 86_400)  # longer than the feed: nothing is forgotten
    seen: dict[tuple[str, str], tuple[str | None, float]] = {}
    answers = MemoryCounters([hour, day])([post for post, _ in feed], [kinds for _, kinds in feed], NOW)
    for (post, kinds), answer in zip(feed, answers, strict=True):
        at = NOW if post.created_at is None else datetime.fromisoformat(post.created_at).timestamp()
        for kind in kinds:
            seen.setdefault((kind, post.id), (post.author.id, at))
        expected = {
            tally: sum(
                kind == tally.of and author == post.author.id and at - tally.within_s < when <= at
                for (kind, _), (author, when) in seen.items()
            )
            for tally in (hour, day)
        }
        assert answer == (expected if post.author.id is not None else {})
