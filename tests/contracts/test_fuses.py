"""What cuts rules off, in memory and through Redis: when it does, in which language, and how it is mended."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Protocol

import pytest
import redis

from moderation.domain.decision import Decision
from moderation.domain.errors import ServiceUnavailable
from moderation.domain.ports import Fuses
from moderation.domain.post import Post
from moderation.domain.signal import Cut, Fuse
from moderation.pool.counting import MemoryFuses
from moderation.storage.fuses import PREFIX, RedisFuses
from tests.support.builders import a_decision, a_match, a_post

NOW = 1_900_000_000.0
FUSE = Fuse("spam.ads", "sha256:1", share=0.2, least=5, within_s=600, authors=False)
AUTHORS = FUSE._replace(authors=True)


class Mendable(Fuses, Protocol):
    """What people ask of fuses beside what the pipeline does."""

    def state(self) -> list[Cut]: ...
    def mend(self, rule: str, language: str | None = None) -> int: ...


Build = Callable[..., Mendable]
Case = tuple[Post, Decision]


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.slow)])
def build(request: pytest.FixtureRequest) -> Iterator[Build]:
    """Makes what guards the rules that it is given; through Redis all that it makes share what they know."""
    if request.param == "memory":
        yield lambda *fuses: MemoryFuses(fuses)
        return
    request.getfixturevalue("client")
    made: list[RedisFuses] = []

    def through_redis(*fuses: Fuse) -> Mendable:
        made.append(RedisFuses(fuses, request.getfixturevalue("url")))
        return made[-1]

    yield through_redis
    for fuses in made:
        fuses.close()


def cases(
    number: int,
    *rules: str,
    name: str = "p",
    language: str = "en",
    ago: float = 0,
    author: str | None = "u{}",
    revision: int = 1,
    status: str = "enforce",
) -> list[Case]:
    """So many posts so long before NOW, each of another author, that these rules match."""
    found = []
    for n in range(number):
        post = a_post(
            f"{name}-{n}",
            revision,
            author={"id": author and author.format(f"{name}{n}")},
            created_at=datetime.fromtimestamp(NOW - ago, UTC).isoformat(),
        )
        matches = tuple(a_match(rule, status) for rule in rules)
        found.append((post, a_decision(post, language=language, matches=matches)))
    return found


def record(fuses: Fuses, *batches: Sequence[Case], now: float = NOW) -> dict[str, set[str]]:
    """Count batches; what is cut off then."""
    for batch in batches:
        fuses.record([post for post, _ in batch], [decision for _, decision in batch], now)
    return {language: set(rules) for language, rules in fuses.cut().items() if rules}


CUT = {"en": {"spam.ads"}}


@pytest.mark.parametrize(
    ("hits", "others", "cut", "why"),
    [
        (4, 0, {}, "all of four, and five are the least"),
        (5, 0, CUT, "all of five"),
        (5, 20, {}, "a fifth, which is not more than a fifth"),
        (6, 20, CUT, "more than a fifth"),
        (60, 300, {}, "many, but a sixth"),
    ],
)
def test_a_rule_that_matches_enough_and_too_much_is_cut_off(
    build: Build, hits: int, others: int, cut: dict[str, set[str]], why: str
) -> None:
    fuses = build(FUSE)
    assert record(fuses, cases(others, name="other"), cases(hits, "spam.ads")) == cut, why


def test_the_posts_of_a_batch_count_together_whatever_their_order(build: Build) -> None:
    assert record(build(FUSE), [*cases(6, "spam.ads"), *cases(30, name="other")]) == {}


def test_what_is_known_of_a_cut(build: Build) -> None:
    fuses = build(FUSE)
    record(
        fuses, [*cases(10, name="other", language="zh-Hans"), *cases(8, "spam.ads", language="zh-Hans")], now=NOW + 1.5
    )
    record(fuses, cases(50, "spam.ads", name="more", language="zh"), now=NOW + 9)
    assert fuses.state() == [Cut("spam.ads", "sha256:1", "zh", NOW + 1.5, 8, 18)], "as it was when it was cut"


@pytest.mark.parametrize(
    ("tag", "language"),
    [("zh-Hant", "zh"), ("yue", "zh"), ("zh-Latn-pinyin", "zh"), ("hi-Latn", "hi"), ("ur-Latn", "hi"), ("und", "und")],
)
def test_a_rule_is_cut_off_in_one_language_whatever_its_script(build: Build, tag: str, language: str) -> None:
    fuses = build(FUSE)
    record(fuses, cases(20, name="other", language="en"), cases(3, "spam.ads", name="q", language="en"))
    assert record(fuses, cases(8, "spam.ads", language=tag)) == {language: {"spam.ads"}}


def test_only_the_rules_that_match_too_much_are_cut_off(build: Build) -> None:
    other, third = FUSE._replace(rule="spam.other"), FUSE._replace(rule="spam.third")
    posts = [*cases(8, "spam.ads", "spam.unguarded", "spam.third"), *cases(3, "spam.other", name="q")]
    assert record(build(FUSE, other, third), posts) == {"en": {"spam.ads", "spam.third"}}


@pytest.mark.parametrize("status", ["shadow", "canary", "enforce"])
def test_matches_count_that_are_only_recorded(build: Build, status: str) -> None:
    assert record(build(FUSE), cases(5, "spam.ads", status=status)) == CUT


def test_each_revision_of_a_post_counts_once(build: Build) -> None:
    fuses = build(FUSE)
    four = cases(4, "spam.ads")
    assert record(fuses, four, four, [*four, *four]) == {}
    assert record(fuses, cases(1, "spam.ads", revision=2)) == CUT


def test_posts_that_come_again_do_not_hide_hits(build: Build) -> None:
    fuses = build(FUSE)
    others = cases(20, name="other")
    assert record(fuses, others, others, others, cases(6, "spam.ads")) == CUT


def test_authors_count_instead_of_posts_and_who_is_not_known_does_not(build: Build) -> None:
    fuses = build(AUTHORS)
    assert record(fuses, cases(50, "spam.ads", author="ann"), cases(50, "spam.ads", name="q", author=None)) == {}
    assert record(fuses, cases(4, "spam.ads", name="r")) == CUT
    assert fuses.state()[0][4:] == (5, 5)


def test_authors_count_once_however_many_slices_they_post_in(build: Build) -> None:
    fuses = build(AUTHORS)
    for n in range(9):
        assert record(fuses, cases(4, "spam.ads", ago=500 - 60 * n)) == {}
    assert record(fuses, cases(5, "spam.ads")) == CUT


@pytest.mark.parametrize(("ago", "cut"), [(580, CUT), (580.000001, {})])
def test_a_window_is_the_slice_of_the_post_and_the_nine_before(
    build: Build, ago: float, cut: dict[str, set[str]]
) -> None:
    assert NOW % 60 == 40, "so long ago its slice began"
    assert record(build(FUSE), cases(4, "spam.ads", name="early", ago=ago), cases(1, "spam.ads")) == cut


def test_what_is_older_than_the_window_does_not_count(build: Build) -> None:
    fuses = build(FUSE)
    for n in range(20):
        assert record(fuses, cases(4, "spam.ads", name=f"n{n}", ago=20_000 - 600 * n)) == {}
    old = cases(100, name="other", ago=3000)
    assert record(fuses, old, cases(5, "spam.ads", name="last")) == CUT, "nor does the rest"


def test_posts_that_come_late_count_in_their_own_time(build: Build) -> None:
    fuses = build(FUSE)
    now = cases(4, "spam.ads", name="now")
    late = cases(4, "spam.ads", name="late", ago=3000)
    assert record(fuses, now, late) == {}
    assert record(fuses, cases(1, "spam.ads", name="later", ago=2900)) == CUT


def test_a_time_in_the_future_is_that_of_arrival(build: Build) -> None:
    assert record(build(FUSE), cases(4, "spam.ads", ago=-9999), cases(1, "spam.ads", name="q")) == CUT


def test_a_cut_stays_until_it_is_mended_and_then_begins_anew(build: Build) -> None:
    fuses = build(FUSE)
    assert record(fuses, cases(8, "spam.ads")) == CUT
    assert record(fuses, cases(500, name="other")) == CUT
    assert fuses.mend("spam.ads") == 1
    assert fuses.state() == []
    assert record(fuses, cases(8, "spam.ads", name="again")) == {}, "of 516, and not 16 of 516"
    assert record(fuses, cases(200, "spam.ads", name="more")) == CUT
    assert fuses.state()[0].hits == pytest.approx(208, abs=2)


def test_after_mending_as_many_hits_as_at_first_are_needed(build: Build) -> None:
    fuses = build(FUSE)
    record(fuses, cases(8, "spam.ads"))
    assert fuses.mend("spam.ads", "en") == 1
    assert record(fuses, cases(4, "spam.ads", name="q")) == {}
    assert record(fuses, cases(1, "spam.ads", name="r")) == CUT
    assert fuses.mend("spam.ads", "en") == 1
    assert record(fuses, cases(4, "spam.ads", name="s")) == {}


def test_only_what_is_named_is_mended(build: Build) -> None:
    other = FUSE._replace(rule="spam.other")
    fuses = build(FUSE, other)
    for tag in ("en", "zh", "ja"):
        record(fuses, cases(8, "spam.ads", "spam.other", name=tag, language=tag))
    assert fuses.mend("spam.ads", "zh") == 1
    assert (fuses.mend("spam.ads", "zh"), fuses.mend("spam.none"), fuses.mend("spam.ads", "de")) == (0, 0, 0)
    both = {"spam.ads", "spam.other"}
    assert record(fuses) == {"en": both, "ja": both, "zh": {"spam.other"}}
    assert fuses.mend("spam.ads") == 2
    assert record(fuses) == {language: {"spam.other"} for language in ("en", "ja", "zh")}


def test_mending_what_is_not_cut_off_forgets_nothing(build: Build) -> None:
    fuses = build(FUSE)
    assert record(fuses, cases(4, "spam.ads")) == {}
    assert fuses.mend("spam.ads") == 0
    assert record(fuses, cases(1, "spam.ads", name="q")) == CUT


def test_without_fuses_nothing_is_asked(build: Build) -> None:
    fuses = build()
    assert record(fuses, cases(3, "spam.ads")) == {}
    assert fuses.state() == []
    assert record(build(FUSE), []) == {}


# through Redis only -------------------------------------------------------------------------------------------------

WORKER = """
import sys
from moderation.domain.signal import Fuse
from moderation.storage.fuses import RedisFuses
from tests.support.builders import a_decision, a_match, a_post

url, name, now = sys.argv[1:]
fuses = RedisFuses([Fuse("spam.ads", "sha256:1", 0.5, 450, 600, False)], url)
for first in range(0, 600, 20):
    both = [f"both-{n}" for n in range(first, first + 10)]
    own = [f"{name}-{n}" for n in range(first, first + 10)]
    posts = [a_post(id) for id in both + own]
    decisions = [a_decision(post, matches=(a_match("spam.ads"),) if n % 2 else ()) for n, post in enumerate(posts)]
    fuses.record(posts, decisions, float(now))
"""


@pytest.mark.slow
def test_two_processes_at_once_lose_nothing_and_count_nothing_twice(client: redis.Redis, url: str) -> None:
    workers = [subprocess.Popen([sys.executable, "-c", WORKER, url, name, str(NOW)]) for name in ("one", "two")]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    fuses = RedisFuses([FUSE._replace(share=0.45, least=451)], url)
    assert fuses.state() == [], "450 of 900 are not more than half"
    assert record(fuses, cases(12, "spam.ads")) == CUT
    (cut,) = fuses.state()
    assert (cut.hits, cut.total) == (pytest.approx(462, rel=0.02), pytest.approx(912, rel=0.02))


@pytest.mark.slow
def test_two_processes_at_once_cut_off_once(client: redis.Redis, url: str) -> None:
    eager = WORKER.replace("0.5, 450", "0.3, 5")
    workers = [subprocess.Popen([sys.executable, "-c", eager, url, name, str(NOW + n)]) for n, name in enumerate("ab")]
    assert [worker.wait(60) for worker in workers] == [0, 0]
    (cut,) = RedisFuses([FUSE], url).state()
    assert (cut.hits, cut.total) == (10, 20), "by the first batch of the first of them"


@pytest.mark.slow
def test_workers_share_what_they_see_and_what_is_cut_off(client: redis.Redis, url: str) -> None:
    one, other = RedisFuses([FUSE], url), RedisFuses([FUSE], url)
    assert record(one, cases(4, "spam.ads", name="one")) == {}
    assert record(other, cases(4, "spam.ads", name="other")) == CUT
    assert record(one) == CUT
    assert RedisFuses((), url).mend("spam.ads") == 1
    assert record(one) == record(other) == {}


@pytest.mark.slow
def test_an_edited_rule_begins_anew_and_what_is_put_back_does_not(client: redis.Redis, url: str) -> None:
    old, new = RedisFuses([FUSE], url), RedisFuses([FUSE._replace(version="sha256:2")], url)
    assert record(old, cases(8, "spam.ads")) == CUT
    assert record(new) == {}
    assert record(new, cases(4, "spam.ads", name="q")) == {}
    assert record(RedisFuses([FUSE], url)) == CUT
    assert record(new, cases(4, "spam.ads", name="r")) == CUT
    assert [cut.version for cut in new.state()] == ["sha256:1", "sha256:2"]
    assert new.mend("spam.ads") == 2
    assert record(old) == {}


@pytest.mark.slow
def test_many_posts_of_a_batch_and_of_a_window_count(client: redis.Redis, url: str) -> None:
    fuses = RedisFuses([FUSE._replace(least=2000), AUTHORS._replace(rule="spam.other", least=2000)], url)
    record(fuses, cases(2500, "spam.ads", "spam.other"))
    assert [(cut.rule, cut.hits, cut.total) for cut in fuses.state()] == [
        (rule, pytest.approx(2500, rel=0.03), pytest.approx(2500, rel=0.03)) for rule in ("spam.ads", "spam.other")
    ]
    assert all(cut.hits <= cut.total for cut in fuses.state())


@pytest.mark.slow
def test_all_is_in_the_namespace_and_counts_expire_but_cuts_do_not(client: redis.Redis, url: str) -> None:
    record(RedisFuses([FUSE, AUTHORS._replace(rule="spam.other")], url), cases(8, "spam.ads", "spam.other"))
    keys = client.keys()
    assert len(keys) == 5
    assert all(key.startswith(PREFIX.encode()) for key in keys)
    assert client.ttl(f"{PREFIX}cut") == -1
    assert all(600 < client.ttl(key) <= 1200 for key in keys if key != f"{PREFIX}cut".encode())


@pytest.mark.slow
def test_no_name_is_kept(client: redis.Redis, url: str) -> None:
    record(RedisFuses([FUSE, AUTHORS._replace(rule="spam.other")], url), cases(8, "spam.ads", author="annabella"))
    keys = client.keys()
    kept = b"".join(client.dump(key) or b"" for key in keys) + b"".join(keys)
    assert not any(name in kept for name in (b"annabella", b"p-0"))


SPOILERS: dict[str, Callable[[redis.Redis, bytes], object]] = {
    "a list": lambda client, key: client.rpush(key, "x"),
    "a string": lambda client, key: client.set(key, b"\xff" * 1000),
    "a corrupt HyperLogLog": lambda client, key: client.set(key, b"HYLL" + b"\x01" * 30),
    "a foreign hash": lambda client, key: client.hset(key, mapping={b"\xff": b"\xff", "a b c": "1 2", "spam.ads": "x"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("spoil", SPOILERS.values(), ids=SPOILERS)
def test_foreign_values_under_the_keys_cost_no_more_than_an_answer(
    client: redis.Redis, url: str, spoil: Callable[[redis.Redis, bytes], object]
) -> None:
    fuses = RedisFuses([FUSE, AUTHORS._replace(rule="spam.other")], url)
    record(fuses, cases(8, "spam.ads", "spam.other"))
    fuses.mend("spam.other")
    for key in client.scan_iter():
        client.delete(key)
        spoil(client, key)
    posts = cases(9, "spam.ads", "spam.other", name="q")
    fuses.record([post for post, _ in posts], [decision for _, decision in posts], NOW)
    for ask in (fuses.cut, fuses.state, lambda: fuses.mend("spam.other")):
        try:
            assert not ask()
        except ServiceUnavailable as error:
            assert "WRONGTYPE" in str(error)  # noqa: PT017 - either is right


@pytest.mark.slow
def test_foreign_totals_cut_nothing_off(client: redis.Redis, url: str) -> None:
    fuses = RedisFuses([FUSE], url)
    record(fuses, cases(100, name="other"))
    (total,) = client.keys()
    client.set(total, "not ours")
    assert record(fuses, cases(50, "spam.ads")) == {}


@pytest.mark.slow
@pytest.mark.parametrize("value", [b"", b"nan 1 2", b"99999999999999999999 1 2", b"1 -1 2", b"1 1", b"\xff"])
def test_a_cut_that_cannot_be_read_still_cuts_and_can_be_mended(client: redis.Redis, url: str, value: bytes) -> None:
    fuses = RedisFuses([FUSE], url)
    client.hset(f"{PREFIX}cut", "spam.ads sha256:1 en", value)
    assert record(fuses) == CUT
    assert fuses.state() == []
    assert fuses.mend("spam.ads") == 1
    assert record(fuses) == {}


def test_where_redis_is_away_the_error_says_so() -> None:
    fuses = RedisFuses([FUSE], "redis://127.0.0.1:1/0")
    for ask in (fuses.cut, fuses.state, lambda: fuses.mend("spam.ads"), lambda: record(fuses, cases(1))):
        with pytest.raises(ServiceUnavailable, match="MODERATION_REDIS_URL"):
            ask()


@pytest.mark.slow
def test_where_redis_takes_no_more_writes_the_error_says_so(client: redis.Redis, url: str) -> None:
    client.config_set("maxmemory", "1")
    try:
        with pytest.raises(ServiceUnavailable, match="memory"):
            record(RedisFuses([FUSE], url), cases(1))
    finally:
        client.config_set("maxmemory", "0")
