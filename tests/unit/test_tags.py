"""No tag of the detector falls through a crack: rules can name it, it has a route, a desk, a model, a limit."""

from __future__ import annotations

import pytest

from moderation.classifiers.text import language_of
from moderation.domain.language import Language, fallbacks
from moderation.language import wordlists
from moderation.language.scripts import SETTLED, SHARED
from moderation.policy.decide import Decider
from moderation.policy.languages import is_tag
from moderation.policy.model import Bound
from moderation.settings import load_routes, load_taxonomy
from workers.routing import all_queues, judge_queue, route_of

HAN = {"zh-Hans", "zh-Hant", "yue", "ja"}
ROUTES = load_routes()


def every_tag() -> list[str]:
    tags = {"und", *HAN, *SETTLED.values(), *(tag for of_script in SHARED.values() for tag in of_script)}
    for folder in ("lexicon", "shorthand", "pinyin"):
        for of_word in wordlists.read(folder).values():
            tags.update(tag for tag in of_word if not tag.startswith("_"))
    return sorted(tags)


TAGS = every_tag()


def test_the_list_has_the_new_ones() -> None:
    assert {"hi-Latn", "ar-Latn", "ja-Latn", "ko-Latn", "he-Latn", "en-SG", "sr-Latn", "ga", "eu", "ckb"} <= set(TAGS)


@pytest.mark.parametrize("tag", TAGS)
def test_every_tag_of_the_detector_is_handled(tag: str) -> None:
    assert is_tag(tag)
    assert judge_queue(route_of(tag, ROUTES.routes)) in all_queues(ROUTES.routes)
    assert Decider(load_taxonomy(), ROUTES.desks).desk(Language(tag)) in {"zh", "en", "both"}
    assert language_of(tag) in fallbacks(tag)  # never the model of a language that the tag is not under
    assert Bound("gte", {"xx": 0.1, "*": 0.9}).limit(tag) == 0.9


@pytest.mark.parametrize(
    ("family", "route", "desk"), [("zh", "zh", "zh"), ("en", "en", "en"), ("ja", "world", "zh"), ("ko", "world", "zh")]
)
def test_a_family_of_tags_goes_one_way(family: str, route: str, desk: str) -> None:
    members = [tag for tag in TAGS if family in fallbacks(tag)]
    assert members
    decider = Decider(load_taxonomy(), ROUTES.desks)
    assert {(route_of(tag, ROUTES.routes), decider.desk(Language(tag))) for tag in members} == {(route, desk)}
