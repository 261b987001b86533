"""Where posts go by language."""

from __future__ import annotations

import pytest

from moderation.domain.language import Language
from workers.routing import all_queues, route_of, route_of_post

ROUTES = {"zh": "zh", "en": "en", "pt-BR": "brazil", "*": "world"}


@pytest.mark.parametrize(
    ("tag", "route"),
    [
        ("zh", "zh"),
        ("zh-Hant", "zh"),
        ("zh-Latn-pinyin", "zh"),
        ("yue", "zh"),  # Cantonese is read as Chinese
        ("en-GB", "en"),
        ("pt-BR", "brazil"),
        ("pt", "world"),  # a special route does not take the general tag
        ("und", "world"),
        ("zho", "world"),  # a prefix of letters is no prefix of a tag
    ],
)
def test_a_tag_goes_by_its_longest_fallback(tag: str, route: str) -> None:
    assert route_of(tag, ROUTES) == route


def doubtful(*candidates: str) -> Language:
    return Language(candidates[0], doubtful=True, candidates=candidates)


@pytest.mark.parametrize(
    ("language", "route"),
    [
        (Language("zh-Hans", shares={"zh-Hans": 0.6, "en": 0.4}), "zh"),  # a mixed post goes by its main language
        (Language("en", candidates=("en", "nl")), "en"),
        (doubtful("zh-Hans", "zh-Hant"), "zh"),  # both are read as Chinese
        (doubtful("en", "en-SG"), "en"),
        (doubtful("nl", "de"), "world"),
        (doubtful("en", "nl"), "world"),
        (doubtful("ja", "zh-Hant"), "world"),
        (doubtful("zh-Latn-pinyin", "id"), "world"),
        (Language("en", doubtful=True), "en"),
    ],
)
def test_a_doubtful_post_goes_where_all_its_candidates_go_or_to_the_rest(language: Language, route: str) -> None:
    assert route_of_post(language, ROUTES) == route


def test_doubt_between_routes_may_have_a_route_of_its_own() -> None:
    assert route_of_post(doubtful("en", "nl"), {**ROUTES, "und": "doubt"}) == "doubt"


def test_every_route_has_one_queue_between_intake_and_publish() -> None:
    queues = all_queues({"zh": "asia", "ja": "asia", "*": "world"})
    assert queues == ("intake", "judge.asia", "judge.world", "publish")
