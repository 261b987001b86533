"""Laws of campaigns: they count what a plain reading of the definition counts, in memory as in Redis."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
import redis
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.domain.post import Post
from moderation.domain.signal import Campaign, Window
from moderation.matching.campaigns import MemoryCampaigns
from moderation.matching.shingles import fingerprints, jaccard
from moderation.storage.campaigns import RedisCampaigns
from moderation.storage.embedded_redis import redis_url
from tests.properties.alphabets import hard_text
from tests.support.builders import a_post

NOW = 1_900_000_000
HOUR, MINUTE, STRICT = Window(3600), Window(60), Window(600, 0.95)

# Each base is unlike the others, and each of its variants like it and like the other variants.
BASES = (
    "Selling two tickets for the concert on Saturday in the harbour, write to me if you want them both for half price",
    "Меняю велосипед на самокат, состояние хорошее, звоните вечером после шести или пишите в любое время суток",
    "转让两张周六晚上海港音乐会的门票，原价一半出售，有兴趣的朋友请私信联系我，当面交易也可以的，谢谢大家支持",
)
VARIANTS = ("{}", "{}!", "🎟 {}", "{} x")
NEAR = (0, 1, 59, 60, 61, 599, 600, 601, 3599, 3600, 3601, 5000, 6300)
"""All in two periods of an hour: what comes more than a period late may begin a campaign of its own."""


@st.composite
def feeds(draw: st.DrawFn) -> list[Post]:
    """Posts of a few authors and texts, at times near the borders of windows, some delivered again, in any order."""
    posts = []
    for n in range(draw(st.integers(1, 24))):
        text = draw(st.sampled_from(VARIANTS)).format(draw(st.sampled_from(BASES)))
        ago = draw(st.sampled_from(NEAR)) + draw(st.sampled_from((0, 0.000001)))
        posts.append(
            a_post(
                f"p-{n}",
                text=text,
                author={"id": draw(st.sampled_from(("ann", "bob", "cem", None)))},
                created_at=datetime.fromtimestamp(NOW - ago, UTC).isoformat(),
            )
        )
    again = draw(st.lists(st.sampled_from(posts), max_size=4))
    return draw(st.permutations([*posts, *again]))


def told(campaign: Campaign | None) -> object:
    return campaign and (campaign.members, campaign.authors, dict(campaign.authors_in))


def expected(posts: list[Post], windows: tuple[Window, ...]) -> list[object]:
    """By the definition: all posts of the same text before it, by their event times."""
    seen: list[tuple[int, str, str | None, float]] = []
    answers: list[object] = []
    for post in posts:
        assert post.created_at is not None
        base = next(n for n, text in enumerate(BASES) if text in post.text)
        at = datetime.fromisoformat(post.created_at).timestamp()
        if not any(name == post.id for _, name, _, _ in seen):
            seen.append((base, post.id, post.author.id, at))

        def within(seconds: float, base: int = base, at: float = at) -> list[str | None]:
            return [author for other, _, author, when in seen if other == base and at - seconds < when <= at]

        longest = max(window.within_s for window in windows)
        counts = {window: len({*within(window.within_s)} - {None}) for window in windows}
        members = within(longest)
        answers.append((len(members), len({*members} - {None}), counts) if len(members) > 1 else None)
    return answers


@given(feeds())
def test_counts_are_those_of_the_definition(posts: list[Post]) -> None:
    windows = (HOUR, MINUTE)
    assert [told(one) for one in MemoryCampaigns(windows)(posts, NOW)] == expected(posts, windows)


@given(feeds(), st.integers(1, 5))
def test_batches_of_any_size_give_the_same(posts: list[Post], size: int) -> None:
    windows = (HOUR, MINUTE, STRICT)
    campaigns = MemoryCampaigns(windows)
    parts = [one for n in range(0, len(posts), size) for one in campaigns(posts[n : n + size], NOW)]
    assert parts == MemoryCampaigns(windows)(posts, NOW)


@given(st.lists(hard_text(60), max_size=4))
def test_any_text_has_a_fingerprint_or_none_alone_as_in_a_batch(texts: list[str]) -> None:
    together = fingerprints(texts)
    assert together == [fingerprints([text])[0] for text in texts]
    for one in together:
        if one is not None:
            assert jaccard(one.shingles, one.shingles) == 1


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, redis.Redis]]:
    with redis_url(None, tmp_path_factory.mktemp("home")) as url, redis.Redis.from_url(url) as client:
        yield url, client


@pytest.mark.slow
@settings(max_examples=150)
@given(posts=feeds(), size=st.integers(1, 30))
def test_redis_answers_as_memory_does(server: tuple[str, redis.Redis], posts: list[Post], size: int) -> None:
    url, client = server
    client.flushall()
    windows = (HOUR, MINUTE, STRICT)
    twins = MemoryCampaigns(windows), RedisCampaigns(windows, url)
    for n in range(0, len(posts), size):
        assert twins[0](posts[n : n + size], NOW) == twins[1](posts[n : n + size], NOW)
    twins[1].close()
