"""Campaigns in memory and through Redis: what is a near-duplicate, who counts, and when."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
import redis

from moderation.domain.errors import ServiceUnavailable, UsageError
from moderation.domain.ports import Campaigns
from moderation.domain.post import Post
from moderation.domain.signal import Campaign, Window
from moderation.matching.campaigns import MemoryCampaigns
from moderation.storage.campaigns import PREFIX, RedisCampaigns
from tests.support.builders import a_post

Build = Callable[..., Campaigns]

NOW = 1_900_000_000.0
HOUR = Window(3600)
DAY = Window(86_400)
AD = "Earn 500 dollars a day from home, message me on the other app and start this evening already"
AD_ZH = "在家轻松赚钱，日入五百，无需经验，今晚即可开始，私信我了解详情，名额有限，先到先得哦"
OTHER = "The ferry to the island leaves at nine, so bring a coat and something to read on deck"


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.slow)])
def build(request: pytest.FixtureRequest) -> Iterator[Build]:
    """Makes an empty index for the windows that it is given."""
    if request.param == "memory":
        yield lambda *windows: MemoryCampaigns(windows)
        return
    request.getfixturevalue("client")
    made: list[RedisCampaigns] = []

    def through_redis(*windows: Window) -> Campaigns:
        made.append(RedisCampaigns(windows, request.getfixturevalue("url")))
        return made[-1]

    yield through_redis
    for campaigns in made:
        campaigns.close()


def at(seconds: float) -> str:
    """A time as posts carry it: so long before NOW."""
    return datetime.fromtimestamp(NOW - seconds, UTC).isoformat()


def by(author: str | None, text: str = AD, ago: float = 0, **fields: object) -> Post:
    """A post of an author; its id is the author's and the time's."""
    given = {"id": f"{author}-{ago:g}", "text": text, "author": {"id": author}, "created_at": at(ago), **fields}
    return a_post(given.pop("id"), given.pop("revision", 1), given.pop("text"), **given)  # type: ignore[arg-type]


def authors(campaign: Campaign | None, window: Window) -> int | None:
    return campaign and campaign.authors_in[window]


def test_the_first_post_is_alone_and_the_next_ones_have_company(build: Build) -> None:
    answers = build(DAY)([by("ann", ago=20), by("bob", ago=10), by("cem")], NOW)
    assert answers[0] is None
    assert [(one.members, one.authors, one.first_seen, one.authors_in) for one in answers[1:] if one] == [
        (2, 2, NOW - 20, {DAY: 2}),
        (3, 3, NOW - 20, {DAY: 3}),
    ]
    assert answers[1] is not None
    assert answers[2] is not None
    assert answers[1].id == answers[2].id


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (AD, "the same"),
        (AD.upper(), "capitals"),
        (
            "Ｅarn 500 dоllars a day from home, message me on the other app and start this evening already",
            "look-alikes",
        ),
        (AD.replace(", ", " 🔥🔥 — "), "punctuation and emoji"),
        (AD.replace(" ", "\n"), "line breaks"),
        (AD.replace("message", "mes\u200bsage"), "what cannot be seen"),
        (AD.replace("500", "700"), "another number"),
        (AD + " #money", "a tag at the end"),
        (AD.replace("this evening already", "this very evening"), "a few words of many"),
    ],
)
def test_an_edit_does_not_hide_a_near_duplicate(build: Build, text: str, why: str) -> None:
    assert authors(build(DAY)([by("ann"), by("bob", text)], NOW)[1], DAY) == 2, why


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (AD_ZH.replace("，", ""), "punctuation left out"),
        (AD_ZH.replace("钱", "錢").replace("无", "無"), "traditional characters"),
        (" ".join(AD_ZH), "blanks between the characters"),
        (AD_ZH.replace("，", "💰"), "emoji for punctuation"),
        (AD_ZH.replace("五百", "六百"), "another number"),
    ],
)
def test_an_edit_does_not_hide_a_near_duplicate_in_chinese(build: Build, text: str, why: str) -> None:
    assert authors(build(DAY)([by("ann", AD_ZH), by("bob", text)], NOW)[1], DAY) == 2, why


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        (AD, OTHER, "another text"),
        (AD, AD[:40] + OTHER[:40], "half of it"),
        ("Good morning all", "Good morning all", "a greeting: under 20 letters"),
        ("早上好，大家都好吗", "早上好，大家都好吗", "a greeting: under 10 characters of Han"),
        ("ha" * 40, "ha" * 40, "two 3-grams over and over"),
        ("🎉" * 40, "🎉" * 40, "no letters"),
        ("", "", "nothing"),
    ],
)
def test_these_are_no_campaign(build: Build, one: str, other: str, why: str) -> None:
    assert build(DAY)([by("ann", one), by("bob", other)], NOW) == [None, None], why


def test_title_text_and_the_words_in_pictures_count_together(build: Build) -> None:
    whole = by("ann", AD)
    parts = by("bob", AD[33:60], title=AD[:33], media=[{"kind": "image", "ocr_text": AD[60:]}])
    assert authors(build(DAY)([whole, parts], NOW)[1], DAY) == 2


def test_a_window_reaches_back_to_but_not_including_its_length(build: Build) -> None:
    answers = build(HOUR)([by("ann", ago=3600.5), by("bob", ago=3600), by("cem", ago=1), by("dee", ago=0)], NOW)
    assert authors(answers[2], HOUR) == 3
    assert authors(answers[3], HOUR) == 2, "ann's is older than an hour, bob's is exactly an hour old"


def test_a_post_whose_likes_are_all_too_old_is_alone_but_the_campaign_lives_on(build: Build) -> None:
    campaigns = build(HOUR)
    first = campaigns([by("ann", ago=9000), by("bob", ago=8000)], NOW)[1]
    later = campaigns([by("cem", ago=4000), by("dee", ago=3000)], NOW)
    assert first is not None
    assert later[0] is None
    assert later[1] is not None
    assert (later[1].id, later[1].members, later[1].first_seen) == (first.id, 2, NOW - 9000)


def test_each_window_has_its_count(build: Build) -> None:
    minute = Window(60)
    posts = [by("ann", ago=7200), by("bob", ago=1800), by("cem", ago=30), by("dee")]
    campaign = build(DAY, minute, HOUR)(posts, NOW)[3]
    assert campaign is not None
    assert campaign.authors_in == {minute: 2, HOUR: 3, DAY: 4}
    assert (campaign.members, campaign.authors) == (4, 4)


def test_an_author_counts_once_and_an_unknown_one_not_at_all(build: Build) -> None:
    posts = [by("ann", ago=3), by("ann", ago=2), by(None, ago=1), by(None), by("bob", id="last")]
    answers = build(DAY)(posts, NOW)
    assert [(one.members, one.authors_in[DAY]) for one in answers[1:] if one] == [(2, 1), (3, 1), (4, 1), (5, 2)]


def test_a_redelivered_post_counts_once_and_gets_the_same_answer(build: Build) -> None:
    campaigns = build(DAY)
    posts = [by("ann", ago=2), by("bob", ago=1)]
    assert campaigns([posts[0], posts[0]], NOW) == [None, None], "a post is not its own company"
    answer = campaigns([posts[1]], NOW)
    assert campaigns([posts[1]], NOW) == answer
    assert authors(answer[0], DAY) == 2


def test_a_post_without_a_time_counts_from_its_arrival_and_keeps_that_when_it_is_delivered_again(build: Build) -> None:
    campaigns = build(HOUR)
    campaigns([by("ann", created_at=None)], NOW)
    bob = by("bob", created_at=None)
    answer = campaigns([bob], NOW + 10)
    assert authors(answer[0], HOUR) == 2
    assert campaigns([bob], NOW + 1000) == answer


def test_a_new_revision_is_the_same_member(build: Build) -> None:
    campaigns = build(DAY)
    campaigns([by("ann"), by("bob", id="b")], NOW)
    campaign = campaigns([by("bob", AD + "!", id="b", revision=2)], NOW)[0]
    assert campaign is not None
    assert campaign.members == 2
    assert (
        campaigns([by("ann", id="lone", text=OTHER), by("ann", id="lone", text=OTHER, revision=2)], NOW) == [None] * 2
    )


def test_a_time_in_the_future_is_capped_at_arrival(build: Build) -> None:
    campaigns = build(HOUR)
    assert authors(campaigns([by("ann", ago=10), by("bob", ago=-99_999)], NOW)[1], HOUR) == 2
    assert authors(campaigns([by("cem", ago=5)], NOW)[0], HOUR) == 2, "bob's counts as of now, which is later"


def test_posts_that_come_late_count_by_their_own_time(build: Build) -> None:
    campaigns = build(HOUR)
    campaigns([by("ann", ago=5000), by("bob", ago=100), by("ann", ago=50), by("cem")], NOW)
    late = campaigns([by("dee", ago=2000)], NOW)[0]
    assert late is not None
    assert (late.members, authors(late, HOUR)) == (2, 2), "ann's first and dee's; the others are later"
    after = campaigns([by("eve")], NOW)[0]
    assert authors(after, HOUR) == 5, "dee counts now, ann by her second"


def test_a_late_post_of_an_earlier_period_is_of_the_campaign_that_began_after_it(build: Build) -> None:
    campaigns = build(HOUR)
    begun = campaigns([by("ann"), by("bob", ago=1)], NOW)[0]
    assert begun is None
    assert campaigns([by("cem", ago=3500)], NOW) == [None]
    campaign = campaigns([by("dee")], NOW)[0]
    assert authors(campaign, HOUR) == 4


def test_an_old_author_with_a_post_before_and_one_after_the_window_is_not_in_it(build: Build) -> None:
    campaigns = build(HOUR, DAY)
    campaigns([by("ann", ago=9000), by("ann", ago=10), by("bob", ago=4000)], NOW)
    campaign = campaigns([by("cem", ago=3000)], NOW)[0]
    assert campaign is not None
    assert campaign.authors_in == {HOUR: 2, DAY: 3}


def test_a_stricter_window_counts_only_what_is_so_like(build: Build) -> None:
    strict, lax = Window(3600, 0.95), Window(3600, 0.6)
    changed = AD.replace("this evening already", "tomorrow morning")
    answers = build(strict, HOUR, lax)([by("ann"), by("bob", changed), by("cem", changed)], NOW)
    assert [one and dict(one.authors_in) for one in answers] == [
        None,
        {lax: 2, HOUR: 1, strict: 1},
        {lax: 3, HOUR: 2, strict: 2},
    ]


def test_a_batch_equals_its_singles(build: Build) -> None:
    texts = [AD, AD_ZH, OTHER, AD + "!", AD.replace("500", "700"), AD_ZH[:-2], OTHER, AD, "short"]
    posts = [by(f"u{n}", texts[n % len(texts)], ago=100 - n) for n in range(90)]
    whole = build(HOUR)(posts, NOW)
    assert sum(one is not None for one in whole) > 60
    singly = build(Window(3600.001))
    parts = [singly([post], NOW)[0] for post in posts]
    assert [bare(one) for one in parts] == [bare(one) for one in whole]


def bare(campaign: Campaign | None) -> object:
    return campaign and (campaign.id, campaign.members, campaign.first_seen, [*campaign.authors_in.values()])


def test_without_windows_nothing_is_asked(build: Build) -> None:
    assert build()([by("ann"), by("bob")], NOW) == [None, None]
    assert build(DAY)([], NOW) == []


@pytest.mark.parametrize(
    "window", [Window(3600, 0.5), Window(3600, 1.1), Window(0), Window(-1), Window(1e9), Window(float("nan"))]
)
def test_a_window_that_cannot_be_is_refused(build: Build, window: Window) -> None:
    with pytest.raises(UsageError, match="near-duplicates"):
        build(window)


def test_many_texts_with_half_in_common_do_not_hide_a_copy(build: Build) -> None:
    def horoscope(n: int) -> str:
        words = [f"{a}{b}" for a in "bdfgklmnprst" for b in "aeiou"]
        return "Your stars for today, dear friends, bring you " + " ".join(words[(n * k) % 60] for k in range(7, 19))

    posts = [by(f"u{n}", horoscope(n), ago=1000 - n) for n in range(300)]
    campaigns = build(HOUR)
    campaigns(posts, NOW)
    answer = campaigns([by("copy", horoscope(299))], NOW)[0]
    assert answer is not None
    assert answer.authors_in[HOUR] >= 2


# through Redis only -------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_two_workers_share_what_they_see(client: redis.Redis, url: str) -> None:
    one, other = RedisCampaigns([DAY], url), RedisCampaigns([DAY], url)
    assert one([by("ann")], NOW) == [None]
    assert authors(other([by("bob")], NOW)[0], DAY) == 2


@pytest.mark.slow
def test_workers_at_the_same_time_count_each_author_once(client: redis.Redis, url: str) -> None:
    posts = [by(f"u{n}", ago=n % 7) for n in range(200)]
    chunks: list[Sequence[Post]] = [posts[n : n + 10] for n in range(0, 200, 10)] * 2

    def work(chunk: Sequence[Post]) -> None:
        campaigns = RedisCampaigns([DAY], url)
        campaigns(chunk, NOW)
        campaigns.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, chunks))
    last = RedisCampaigns([DAY], url)([by("last")], NOW)[0]
    assert last is not None
    assert (last.members, last.authors_in[DAY]) == (201, 201)


@pytest.mark.slow
def test_everything_is_in_the_namespace_and_expires(client: redis.Redis, url: str) -> None:
    RedisCampaigns([HOUR, Window(60, 0.9)], url)([by("ann", ago=4000), by("bob"), by("cem"), by("dee", OTHER)], NOW)
    keys = client.keys()
    assert len(keys) > 50
    assert all(key.startswith(PREFIX.encode()) for key in keys)
    assert all(0 < client.ttl(key) <= 3 * 3600 for key in keys)


@pytest.mark.slow
def test_no_text_and_no_name_is_kept(client: redis.Redis, url: str) -> None:
    RedisCampaigns([HOUR], url)([by("annabella"), by("bobadilla")], NOW)
    keys = client.keys()
    kept = b"".join(client.dump(key) or b"" for key in keys) + b"".join(keys)
    assert not any(name in kept for name in (b"annabella", b"bobadilla", b"dollars", b"Earn"))


@pytest.mark.slow
@pytest.mark.parametrize(
    "spoil",
    [
        lambda client, key: (client.delete(key), client.rpush(key, "x")),
        lambda client, key: (client.delete(key), client.set(key, b"\xff" * 1000)),
        lambda client, key: (client.delete(key), client.zadd(key, {"x": "inf", "y": "-inf", "z" * 99: 5})),
        lambda client, key: (
            client.delete(key),
            client.hset(key, mapping={bytes([n]): b"junk" * n for n in range(256)}),
        ),
        lambda client, key: (
            client.delete(key),
            client.hset(key, mapping={bytes([n]): b"\xff" * 292 for n in range(256)}),
        ),
    ],
    ids=["a list", "a foreign string", "a foreign sorted set", "a foreign hash", "records of nonsense"],
)
def test_a_foreign_value_under_any_key_is_passed_over(
    client: redis.Redis, url: str, spoil: Callable[[redis.Redis, bytes], object]
) -> None:
    campaigns = RedisCampaigns([HOUR], url)
    posts = [by("ann", ago=3), by("bob", ago=2), by("cem", ago=1), by("dee", OTHER)]
    campaigns(posts, NOW)
    for key in list(client.scan_iter()):
        spoil(client, key)
    assert len(campaigns([*posts, by("eve"), by("fay"), by("gus", AD_ZH), by("hal", AD_ZH)], NOW)) == 8


@pytest.mark.slow
def test_one_spoilt_record_of_a_leader_costs_only_its_campaign(client: redis.Redis, url: str) -> None:
    campaigns = RedisCampaigns([HOUR], url)
    campaigns([by("ann", ago=3), by("bob", OTHER, ago=3)], NOW)
    (leaders,) = client.keys(b"*:l:*")
    client.hset(leaders, b"\x01", b"junk")
    answers = campaigns([by("cem"), by("dee", OTHER)], NOW)
    assert answers[0] is None
    assert authors(answers[1], HOUR) == 2


@pytest.mark.slow
def test_it_goes_on_where_redis_forgot_everything(client: redis.Redis, url: str) -> None:
    campaigns = RedisCampaigns([HOUR], url)
    campaigns([by("ann", ago=3), by("bob", ago=2)], NOW)
    client.flushall()
    client.script_flush()
    assert campaigns([by("cem"), by("dee")], NOW)[1] is not None


def test_where_redis_is_away_the_error_says_so() -> None:
    campaigns = RedisCampaigns([HOUR], "redis://127.0.0.1:1/0")
    with pytest.raises(ServiceUnavailable, match="MODERATION_REDIS_URL"):
        campaigns([by("ann")], NOW)


@pytest.mark.slow
def test_where_redis_takes_no_more_writes_the_error_says_so(client: redis.Redis, url: str) -> None:
    campaigns = RedisCampaigns([HOUR], url)
    client.config_set("maxmemory", "1")
    try:
        with pytest.raises(ServiceUnavailable, match="memory"):
            campaigns([by("ann")], NOW)
    finally:
        client.config_set("maxmemory", "0")
