"""The flow over parts that work and parts that fail: a failed part costs the posts that it failed on, and is named."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from moderation.domain.decision import Action
from moderation.domain.errors import ServiceUnavailable
from moderation.domain.language import Language
from moderation.domain.ports import Campaigns
from moderation.domain.post import Post
from moderation.domain.signal import Campaign
from moderation.matching.campaigns import MemoryCampaigns
from moderation.pipeline import Pipeline
from tests.support.builders import a_post
from tests.unit.policy.building import NOW, engine_of, find, language_of, load, rule

RULES = load(
    rule(
        detect="{copies: {near_duplicates: {within: 1h, distinct_authors: 3}}}",
        condition="copies",
        status="canary",
        canary="100%",
        action="{do: limit}",
    )
)
TEXT = "Everybody here should hear about this wonderful little shop around the corner"


@dataclass(frozen=True)
class Silent:
    """Stands where the models do: nothing is scored, nothing is like anything; may fail on some texts."""

    fails_on: Callable[[str], bool] = lambda _: False
    versions: dict[str, str] = field(default_factory=dict)

    def __call__(self, texts: Sequence[str], languages: Sequence[Language] = ()) -> list[dict[str, float]]:
        if any(map(self.fails_on, texts)):
            raise ValueError("boom")
        return [{} for _ in texts]


@dataclass
class Failing:
    """An index that fails on some posts; it keeps how many it was asked for each time."""

    index: Campaigns
    error: Exception
    fails_on: Callable[[Post], bool] = lambda _: True
    asked: list[int] = field(default_factory=list)

    def __call__(self, posts: Sequence[Post], now: float) -> list[Campaign | None]:
        self.asked.append(len(posts))
        if any(map(self.fails_on, posts)):
            raise self.error
        return self.index(posts, now)


def memory() -> Campaigns:
    return MemoryCampaigns(RULES.vocabulary.windows)


def a_pipeline(campaigns: Campaigns | None) -> Pipeline:
    return Pipeline(
        detector=lambda posts: [language_of(post.text) for post in posts],
        matcher=lambda posts, _: [find(RULES.vocabulary, post) for post in posts],
        classifier=Silent(),
        exemplars=Silent(),
        policy=engine_of(RULES),
        campaigns=campaigns,
        clock=lambda: NOW,
    )


def copies(number: int, **fields: Any) -> list[Post]:
    return [a_post(f"p-{n}", text=TEXT, author={"id": f"u-{n}"}, **fields) for n in range(number)]


def test_the_third_author_of_a_text_is_limited_and_the_decision_shows_the_campaign() -> None:
    decisions = a_pipeline(memory())(copies(4))
    assert [decision.action.name for decision in decisions] == ["approve", "approve", "limit", "limit"]
    shown = [decision.to_json().get("campaign") for decision in decisions]
    assert shown[0] is None
    assert [(one["members"], one["authors"], one["first_seen"]) for one in shown[1:] if one] == [
        (2, 2, NOW),
        (3, 3, NOW),
        (4, 4, NOW),
    ]


def test_a_batch_equals_its_singles_and_a_post_that_comes_again_counts_once() -> None:
    posts = [post._replace(created_at=f"2026-11-21T07:5{n}:00Z") for n, post in enumerate(copies(5))]
    singly = a_pipeline(memory())
    decisions = [singly([post])[0] for post in posts]
    assert decisions == a_pipeline(memory())(posts)
    assert decisions == singly(posts)


@pytest.mark.parametrize(
    ("created_at", "action", "why"),
    [
        ("2026-11-21T07:30:00Z", "limit", "half an hour ago"),
        ("2026-11-21T06:30:00Z", "approve", "an hour and a half ago: out of the window of a post of now"),
        ("2026-11-21T09:30:00Z", "limit", "in the future, which is capped at the time of arrival"),
    ],
)
def test_a_window_ends_at_the_time_of_the_post_which_is_that_of_its_arrival_at_the_latest(
    created_at: str, action: str, why: str
) -> None:
    earlier, now = copies(3, created_at=created_at)[:2], copies(3)[2]
    assert a_pipeline(memory())([*earlier, now])[2].action.name == action, why


def test_where_no_rule_asks_there_are_no_campaigns_and_nothing_is_unavailable() -> None:
    decisions = a_pipeline(None)(copies(4))
    assert {(one.action, one.campaign, one.unavailable) for one in decisions} == {(Action.approve, None, ())}


def test_while_the_index_is_away_every_post_is_held_and_it_is_asked_once(caplog: pytest.LogCaptureFixture) -> None:
    away = Failing(memory(), ServiceUnavailable("Redis: away"))
    decisions = a_pipeline(away)(copies(8))
    assert {(one.action, one.unavailable, one.campaign) for one in decisions} == {(Action.hold, ("campaigns",), None)}
    assert all(one.review is not None for one in decisions)
    assert away.asked == [8], "a service that is away for one post is away for all: no halves, each of which would wait"
    assert "posts=8 reason=Redis: away" in caplog.text


def test_a_post_that_the_index_fails_on_costs_only_itself(caplog: pytest.LogCaptureFixture) -> None:
    index = Failing(memory(), ValueError(TEXT), lambda post: post.id == "p-2")
    decisions = a_pipeline(index)(copies(6))
    assert [one.unavailable for one in decisions] == [(), (), ("campaigns",), (), (), ()]
    assert [one.action.name for one in decisions] == ["approve", "approve", "hold", "limit", "limit", "limit"]
    assert [one.campaign and one.campaign.authors for one in decisions] == [None, 2, None, 3, 4, 5]
    assert "reason=ValueError" in caplog.text
    assert TEXT not in caplog.text


def test_each_part_that_failed_is_named() -> None:
    index = Failing(memory(), ValueError(), lambda post: post.id == "bad")
    failing = Silent(lambda text: text == "BAD")
    posts = [*copies(2), a_post("bad", text="BAD")]
    pipeline = replace(a_pipeline(index), classifier=failing, exemplars=failing)
    assert [one.unavailable for one in pipeline(posts)] == [(), (), ("classifier", "exemplars", "campaigns")]
    assert [one.unavailable for one in replace(pipeline, campaigns=None)(posts)][2] == ("classifier", "exemplars")
