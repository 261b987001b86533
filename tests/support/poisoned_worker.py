"""A worker whose pipeline dies of some posts: for tests, run as ``python -m tests.support.poisoned_worker``."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from moderation.bootstrap import Memory, Models, assemble
from moderation.domain.decision import Decision
from moderation.domain.language import Language
from moderation.domain.ports import Matcher, Policy
from moderation.domain.post import Post
from moderation.domain.signal import Found, Signals
from moderation.pipeline import Pipeline
from moderation.policy.model import RuleSet
from moderation.settings import load_settings
from moderation.storage.embedded_redis import redis_url
from workers.launch import run_worker


@dataclass(frozen=True, slots=True)
class Poisoned:
    """A matcher that one word kills and another makes fail."""

    matcher: Matcher

    def __call__(self, posts: Sequence[Post], languages: Sequence[Language]) -> list[Found]:
        for post in posts:
            if "DEADLY" in post.text:
                os.kill(os.getpid(), signal.SIGKILL)
            if "FAILING" in post.text:
                raise ValueError("the matcher stumbled")
        return self.matcher(posts, languages)


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A policy that one word kills the first time; ``mark`` is there from then on."""

    policy: Policy
    mark: Path

    @property
    def digest(self) -> str:
        return self.policy.digest

    def counted(self, posts: Sequence[Post], signals: Sequence[Signals]) -> list[tuple[str, ...]]:
        return self.policy.counted(posts, signals)

    def __call__(self, posts: Sequence[Post], signals: Sequence[Signals], now: str) -> list[Decision]:
        if any("DEADLY ONCE" in post.title for post in posts) and not self.mark.exists():
            self.mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return self.policy(posts, signals, now)


def build(models: Models, rule_set: RuleSet, memory: Memory) -> Pipeline:
    pipeline = assemble(models, rule_set, memory)
    policy = Interrupted(pipeline.policy, load_settings().home / "interrupted")
    return replace(pipeline, matcher=Poisoned(pipeline.matcher), policy=policy)


def main() -> int:
    settings = load_settings()
    with redis_url(settings.redis_url, settings.home) as url:
        return run_worker(settings, url, drain=True, build=build)


if __name__ == "__main__":
    sys.exit(main())
