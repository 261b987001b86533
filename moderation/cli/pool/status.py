"""``moderation pool status``."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.cli import options
from moderation.cli.display import print_json, print_table
from moderation.cli.pool.common import opened_store
from moderation.domain.errors import ServiceUnavailable
from moderation.pool.surge import State

if TYPE_CHECKING:
    from moderation.settings import Settings


@click.command()
@options.common
def status(config: Path | None, as_json: bool, lang: str) -> None:
    """Count posts by state, decisions by action and language, what waits at both desks, and whether there is a surge.

    \b
    Example:
      moderation pool status --json
    """
    from moderation.settings import load_settings

    now = time.time()
    with opened_store(config) as store:
        store.settle(now)
        counts = store.status(now)
    state = _state(load_settings(config))
    if as_json:
        print_json({**asdict(counts), "state": state.name if state is not None else None})
        return
    words = _STATUS_WORDS[lang]
    print_table(words["posts"], (words["state"], words["count"]), sorted(counts.posts.items()), empty="0")
    actions = ("approve", "limit", "hold", "remove")
    rows = [
        (language, *(by_action.get(action, 0) for action in actions), sum(by_action.values()))
        for language, by_action in sorted(counts.languages.items(), key=lambda item: -sum(item[1].values()))
    ]
    print_table(words["decisions"], (words["language"], *actions, words["total"]), rows, empty="0")
    lanes = [
        (desk, lane, count) for desk, by_lane in sorted(counts.desks.items()) for lane, count in sorted(by_lane.items())
    ]
    print_table(words["desks"], (words["desk"], words["lane"], words["waiting"]), lanes, empty="0")
    click.echo(f"{words['dead']}: {counts.dead_letters}; {words['unpublished']}: {counts.unpublished}")
    if counts.oldest_pending_s is not None:
        click.echo(f"{words['oldest']}: {counts.oldest_pending_s:.0f} s")
    said = words["unknown"] if state is None else STATES[lang][state]
    click.echo(f"{words['load']}: {said}; {words['shed']}: {counts.shed}")


def _state(settings: Settings) -> State | None:
    """How busy the workers are; None where no Redis answers that could tell."""
    from moderation.storage.embedded_redis import known_url
    from moderation.storage.surge import RedisSurge

    url = known_url(settings.redis_url, settings.home)
    if url is None:
        return None
    surge = RedisSurge(url)
    try:
        return surge.standing().state
    except ServiceUnavailable:
        return None
    finally:
        surge.close()


STATES: Mapping[str, Mapping[State, str]] = {
    "en": {State.normal: "normal", State.busy: "busy", State.surge: "surge"},
    "zh": {State.normal: "正常", State.busy: "繁忙", State.surge: "激增"},
}
"""The states of the workers' load."""


_STATUS_WORDS = {
    "en": {
        "posts": "Posts",
        "state": "state",
        "count": "count",
        "decisions": "Decisions",
        "language": "language",
        "total": "total",
        "desks": "Waiting for review",
        "desk": "desk",
        "lane": "lane",
        "waiting": "waiting",
        "dead": "dead letters",
        "unpublished": "not yet published",
        "oldest": "oldest pending post",
        "load": "load",
        "unknown": "unknown, as Redis does not answer",
        "shed": "to be judged again in full",
    },
    "zh": {
        "posts": "内容",
        "state": "状态",
        "count": "数量",
        "decisions": "判定",
        "language": "语言",
        "total": "合计",
        "desks": "待审队列",
        "desk": "审核台",
        "lane": "通道",
        "waiting": "待审",
        "dead": "死信",
        "unpublished": "待发布",
        "oldest": "最久未处理",
        "load": "负载",
        "unknown": "未知（Redis 无应答）",
        "shed": "待完整重判",
    },
}
