"""Where posts go by language."""

from __future__ import annotations

import pytest

from workers.routing import all_queues, route_of

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


def test_every_route_has_one_queue_between_intake_and_publish() -> None:
    queues = all_queues({"zh": "asia", "ja": "asia", "*": "world"})
    assert queues == ("intake", "judge.asia", "judge.world", "publish")
