"""A pool with many open items, for a benchmark: posts of a few lines, decided to be looked at by a person."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import numpy as np

from moderation.domain.decision import Action, Decision, Match, ReviewNeed, Versions
from moderation.domain.language import Language
from moderation.domain.ports import Store
from moderation.domain.post import Post
from moderation.domain.signal import Evidence
from moderation.domain.taxonomy import Severity, Taxonomy
from moderation.domain.text import Span
from moderation.policy.decide import priority

_BATCH = 512
_LANGUAGES = ("zh-Hans", "zh-Hans", "en", "en", "es", "th", "zh-Hant", "und")
_DESKS = {"zh-Hans": "zh", "zh-Hant": "zh", "und": "both"}
_TEXTS = {"zh-Hans": "招聘兼职 日结三百 不用押金 加V详聊", "en": "Earn from home, few spots left, DM me for the link"}
_CATEGORIES = ("scam", "ad_diversion", "hate", "violence", "spam", "harassment")
_VERSIONS = Versions(moderation="benchmark", rules="sha256:0", models={})


def fill(store: Store, items: int, taxonomy: Taxonomy) -> None:
    """Decide so many posts, each of which asks for a person; they came in over the last six hours."""
    now = time.time()
    chance = np.random.default_rng(1)
    posts: list[Post] = []
    for n, post in enumerate(_posts(items, chance)):
        posts.append(post)
        if len(posts) == _BATCH or n == items - 1:
            at = now - 6 * 3600 * (1 - n / items)
            store.add_posts(posts, f"u-{n}", at)
            store.commit(f"u-{n}", [_decision(each, chance, taxonomy, at) for each in posts], at)
            posts = []


def _posts(items: int, chance: np.random.Generator) -> Iterator[Post]:
    for n in range(items):
        language = str(chance.choice(_LANGUAGES))
        text = f"{_TEXTS.get(language, _TEXTS['en'])} {n}"
        author = {"id": f"u-{n % 20_000}", "age_days": n % 400}
        views = round(chance.lognormal(0.1, 1.8), 1)
        yield Post.parse(
            {"id": f"b-{n}", "text": text, "region": language, "author": author, "views_per_minute": views}
        )


def _decision(post: Post, chance: np.random.Generator, taxonomy: Taxonomy, at: float) -> Decision:
    category = taxonomy[str(chance.choice(_CATEGORIES))]
    language, score = post.region or "en", round(chance.beta(2, 1), 4)
    match = Match(
        rule=f"{category.name}.benchmark",
        version="sha256:0",
        status="enforce",
        category=category.name,
        severity=category.severity,
        spans=(Span("text", 0, 4, post.text[:4]),),
        evidence=Evidence.exact,
        explain={"en": "a rule of the benchmark", "zh": "基准测试的规则"},
    )
    need = ReviewNeed(
        desk=_DESKS.get(language, "en"),
        priority=priority(score, category.severity, post.views_per_minute or 1.0, taxonomy.handling_s),
        lane=category.lane if category.severity is Severity.critical else "harm",
        due_in_s=taxonomy.due_in_s[category.severity],
        read=category.read,
    )
    return Decision(
        post_id=post.id,
        revision=post.revision,
        action=Action.hold,
        review=need,
        outcomes={"*": Action.hold},
        language=Language(tag=language, shares={} if language == "und" else {language: 1.0}),
        scores={category.name: score},
        matches=(match,),
        notes=(),
        unavailable=(),
        decided_at=datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        versions=_VERSIONS,
    )
