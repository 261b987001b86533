"""Explains the scores of a decision that waits for a person: on demand, with the models of the settings."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

import click

from moderation.cli.display import visible
from moderation.cli.weighed import explained_json, weigh, weighed_lines
from moderation.domain.errors import ModerationError
from moderation.domain.language import Language
from moderation.domain.post import Post
from moderation.domain.review import ReviewItem

if TYPE_CHECKING:
    from moderation.classifiers.explain import Explained
    from moderation.domain.ports import Classifier, Detector
    from moderation.settings import Settings

_LEAST = 0.2  # a score that concerns a reviewer, whatever the rules say

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"other": "explained by other models than decided", "failed": "the scores are not explained: {reason}"},
    "zh": {"other": "解释所用的模型与判定时不同", "failed": "无法解释得分：{reason}"},
}


class Retold(NamedTuple):
    """The explained scores that concern a reviewer, and whether other models explain them than gave them."""

    scores: list[Explained]
    decided: Mapping[str, float]
    other_models: bool

    def to_json(self) -> dict[str, Any]:
        """For scripts; ``decided`` is the probability that the decision has."""
        scores = [{**explained_json(told), "decided": self.decided[told.category]} for told in self.scores]
        return {"scores_explained": scores, "explained_by_other_models": self.other_models}

    def print(self, lang: str) -> None:
        """One or two lines a category."""
        for told in self.scores:
            for n, line in enumerate(weighed_lines(told, self.decided[told.category], lang)):
                click.echo(f"  {' ' if n else '~'} {line}")
        if self.scores and self.other_models:
            click.echo(f"  ! {_WORDS[lang]['other']}")


class Retelling:
    """Explains the scores of items; the models are loaded when there is first something to explain."""

    def __init__(self, settings: Settings, lang: str) -> None:
        self._settings = settings
        self._lang = lang

    def __call__(self, item: ReviewItem) -> Retold | None:
        """What weighed in an item's scores; None, and a word on stderr, where that cannot be said."""
        decision = item.decision
        scores: Mapping[str, float] = decision["scores"]
        matched = {match["category"] for match in decision["matches"]}
        concern = {category for category, score in scores.items() if score >= _LEAST or category in matched}
        if not concern:
            return Retold([], scores, False)
        try:
            post = Post.parse(item.post)
            told = weigh(self._classifier, post, self._language(post, decision["language"]))
        except Exception as error:  # noqa: BLE001 - whatever the models do, an item and its lease reach their reviewer
            # The message of an error of others could quote the post.
            reason = visible(str(error)) if isinstance(error, ModerationError) else type(error).__name__
            click.echo(_WORDS[self._lang]["failed"].format(reason=reason), err=True)
            return None
        mine = [each for each in told if each.category in concern]
        return Retold(mine, scores, not self._decided(decision["versions"]["models"]))

    def _language(self, post: Post, decided: Mapping[str, Any]) -> Language:
        """The language of a decision; what a doubtful post may be in else is not recorded, and told anew."""
        candidates = self._detector([post])[0].candidates if decided["doubtful"] else ()
        return Language.from_message({**decided, "candidates": candidates})

    def _decided(self, versions: Mapping[str, str]) -> bool:
        """Whether the models of the settings are those that decided."""
        from moderation.classifiers.tiers import PARTS

        mine = self._classifier.versions
        return all(mine.get(part) == versions.get(part) for part in (*PARTS, "recalibration"))

    @cached_property
    def _classifier(self) -> Classifier:
        from moderation.classifiers.tiers import load_classifier

        return load_classifier(self._settings.models.classifiers)

    @cached_property
    def _detector(self) -> Detector:
        from moderation.bootstrap import load_detector

        return load_detector(self._settings)
