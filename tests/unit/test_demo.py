"""The bundled posts are what the demo's honesty rests on: many tongues, every harm, plain and disguised."""

from collections import Counter, defaultdict

from moderation.demo import BENIGN, bundled, compare, repeated
from moderation.domain.taxonomy import CATEGORIES

POSTS = bundled()


def test_ids_and_texts_are_each_there_once() -> None:
    assert len({post.id for post in POSTS}) == len(POSTS) >= 400
    assert len({(post.title, post.text, post.media) for post in POSTS}) == len(POSTS)


def test_twelve_languages_and_more() -> None:
    assert len({post.extra["lang"].split("-")[0] for post in POSTS} - {"und"}) >= 12


def test_every_category_is_there_plain_and_disguised_and_in_two_languages() -> None:
    disguised: Counter[str] = Counter(post.extra["label"] for post in POSTS if post.extra["disguise"])
    languages = defaultdict(set)
    for post in POSTS:
        languages[post.extra["label"]].add(post.extra["lang"].split("-")[0])
    assert set(languages) == {BENIGN, *CATEGORIES}
    for category in CATEGORIES:
        assert disguised[category] >= 1, category
        assert len(languages[category]) >= 2, category


def test_repeating_gives_fresh_ids_and_exactly_the_count() -> None:
    posts = repeated(POSTS, len(POSTS) * 2 + 3)
    assert len(posts) == len({post.id for post in posts}) == len(POSTS) * 2 + 3


def test_a_judge_that_approves_everything_catches_nothing_and_one_that_holds_everything_spares_nobody() -> None:
    def decided(action: str) -> dict[str, dict[str, object]]:
        return {post.id: {"action": action, "language": {"tag": "en"}, "matches": []} for post in POSTS}

    approving, holding = compare(POSTS, decided("approve")), compare(POSTS, decided("hold"))
    assert approving.caught == 0
    assert approving.benign_left_alone == approving.benign
    assert len(approving.wrong) == approving.violating
    assert holding.benign_left_alone == 0
    assert holding.caught == holding.violating
    assert holding.named == 0
