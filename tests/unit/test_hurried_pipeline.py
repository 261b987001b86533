"""The flow in a hurry: the slow tier is left out where it may be, and the decision says so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from moderation.domain.language import Language
from moderation.pipeline import Pipeline
from tests.support.builders import a_post
from tests.unit.policy.building import NOW, engine_of, find, language_of, load, rule
from tests.unit.test_pipeline import Silent

RULES = load(
    rule(
        detect="{high: {score: scam, gte: 0.5}}",
        condition="high",
        category="scam",
        status="canary",
        canary="100%",
        action="{do: limit}",
    )
)


@dataclass
class Tiers:
    """Stands where the classifier does: the slow tier finds a scam in every text with "slow", unless it is left out.

    A text with "life" is read whatever the hurry; one with "bad" makes it fail.
    """

    versions: dict[str, str] = field(default_factory=dict)
    points: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)
    calls: list[tuple[int, list[int]]] = field(default_factory=list)

    def __call__(self, texts: Sequence[str], languages: Sequence[Language]) -> list[dict[str, float]]:
        return self.hurried(texts, languages, ())[0]

    def hurried(
        self, texts: Sequence[str], languages: Sequence[Language], at: Collection[int]
    ) -> tuple[list[dict[str, float]], set[int]]:
        self.calls.append((len(texts), sorted(at)))
        if any("bad" in text for text in texts):
            raise ValueError("boom")
        shed = {n for n in at if "slow" in texts[n] and "life" not in texts[n]}
        scores = [{"scam": 0.9 if "slow" in text and n not in shed else 0.1} for n, text in enumerate(texts)]
        return scores, shed


def a_pipeline() -> Pipeline:
    return Pipeline(
        detector=lambda posts: [language_of(post.text) for post in posts],
        matcher=lambda posts, _: [find(RULES.vocabulary, post) for post in posts],
        classifier=Tiers(),
        exemplars=Silent(),
        policy=engine_of(RULES),
        clock=lambda: NOW,
    )


POSTS = [a_post(f"p-{n}", text=text) for n, text in enumerate(["slow one", "plain", "slow life", "slow two", "slow"])]
LANGUAGES = [language_of(post.text) for post in POSTS]


def test_what_was_left_out_is_named_where_the_slow_tier_would_have_looked() -> None:
    decisions = a_pipeline().judge(POSTS, LANGUAGES, [0, 1, 2, 3])
    assert [decision.shed for decision in decisions] == [("reader",), (), (), ("reader",), ()]
    assert [decision.action.name for decision in decisions] == ["approve", "approve", "limit", "approve", "limit"]
    assert [decision.to_json().get("shed") for decision in decisions] == [["reader"], None, None, ["reader"], None]


def test_without_hurry_the_decision_is_that_of_before() -> None:
    pipeline = a_pipeline()
    unhurried = pipeline.judge(POSTS, LANGUAGES)
    assert unhurried == pipeline(POSTS) == pipeline.judge(POSTS, LANGUAGES, [])
    assert not any("shed" in decision.to_json() for decision in unhurried)


def test_a_batch_in_a_hurry_equals_its_singles() -> None:
    pipeline, hurried = a_pipeline(), {0, 2, 3}
    singles = [
        pipeline.judge([post], [language], [0] if n in hurried else [])[0]
        for n, (post, language) in enumerate(zip(POSTS, LANGUAGES, strict=True))
    ]
    assert pipeline.judge(POSTS, LANGUAGES, hurried) == singles


def test_a_post_that_the_classifier_cannot_bear_costs_only_itself_and_the_places_stay_right() -> None:
    bad = a_post("p-bad", text="bad slow")
    posts, languages = [bad, *POSTS], [language_of(bad.text), *LANGUAGES]
    decisions = a_pipeline().judge(posts, languages, [0, 1, 4])
    assert [decision.unavailable for decision in decisions] == [("classifier",), *[()] * 5]
    assert [decision.shed for decision in decisions] == [(), ("reader",), (), (), ("reader",), ()]


def test_signals_say_it_too() -> None:
    pipeline = replace(a_pipeline(), classifier=Tiers())
    assert [signals.shed for signals in pipeline.signals(POSTS, LANGUAGES, [4])] == [(), (), (), (), ("reader",)]
