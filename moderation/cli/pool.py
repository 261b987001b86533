"""``moderation pool``: what is in the content pool."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click
import orjson

from moderation.cli import options
from moderation.cli.display import print_json, print_table, visible
from moderation.cli.files import open_output
from moderation.domain.decision import unmasked
from moderation.domain.errors import NotFound, ServiceUnavailable
from moderation.domain.ports import Store
from moderation.pool.surge import State
from moderation.settings import Settings, load_settings


@contextmanager
def opened_store(config: Path | None) -> Iterator[Store]:
    """The store of the settings, closed afterwards."""
    from moderation.bootstrap import open_store

    store = open_store(load_settings(config))
    try:
        yield store
    finally:
        store.close()


@click.group()
def command() -> None:
    """Look at the content pool.

    \b
    Example:
      moderation pool status
      moderation pool show n-1
    """


@command.command()
@options.common
def status(config: Path | None, as_json: bool, lang: str) -> None:
    """Count posts by state, decisions by action and language, what waits at both desks, and whether there is a surge.

    \b
    Example:
      moderation pool status --json
    """
    with opened_store(config) as store:
        counts = store.status(time.time())
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


@command.command()
@click.argument("post_id")
@options.common
def show(post_id: str, config: Path | None, as_json: bool, lang: str) -> None:
    """Show all that is known about a post: its revisions, decisions and verdicts.

    \b
    Example:
      moderation pool show demo-zh-001
    """
    with opened_store(config) as store:
        records = store.show(post_id)
    if not records:
        raise NotFound(f"no post `{post_id}` in the pool; `moderation pool status` counts what is there")
    for record in records:
        if as_json:
            print_json(asdict(record))
            continue
        click.echo(f"{post_id} revision {record.post['revision']}: {record.state}")
        click.echo(f"  {visible(record.post['title'])} {visible(record.post['text'])}".rstrip())
        if record.decision:
            print_decision(record.decision, lang)
        for verdict in record.verdicts:
            click.echo(f"  verdict: {verdict['action']} by {visible(verdict['reviewer'])} ({verdict['basis']})")


def print_decision(decision: Any, lang: str) -> None:
    """A decision for a person: action, language, why, and notes on customs."""
    language = decision["language"]
    shares = ", ".join(f"{tag} {share:.0%}" for tag, share in language["shares"].items())
    doubt = {"en": " (doubtful)", "zh": "（存疑）"}[lang] if language["doubtful"] else ""
    click.echo(f"  {decision['action']}; {language['tag']}{doubt} {shares}")
    for match in decision["matches"]:
        click.echo(f"  - {match['rule']} ({match['status']}, {match['severity']}): {visible(match['explain'][lang])}")
        for evidence, slices in _seen(match).items():
            click.echo(f"    {_EVIDENCE[lang].get(evidence, evidence)}: {', '.join(slices)}")
    if campaign := campaign_line(decision, lang):
        click.echo(f"  = {campaign}")
    for note in decision["notes"]:
        click.echo(f"  * {note['idiom']}: {visible(note[lang])}")
    for part in decision["unavailable"]:
        click.echo(f"  ! unavailable: {part}")
    if shed := decision.get("shed"):
        click.echo(f"  ! {_SHED[lang]}: {', '.join(shed)}")
    if decision.get("rejudged"):
        click.echo(f"  ! {_REJUDGED[lang]}")


def campaign_line(decision: Any, lang: str) -> str:
    """The near-duplicates of a post for a person; empty where there are none."""
    campaign = decision.get("campaign")
    said = {
        "en": "campaign {id}: {members} posts, {authors} authors",
        "zh": "批量文案 {id}：{members} 条内容，{authors} 个作者",
    }[lang]
    return visible(said.format(**campaign)) if campaign else ""


def _seen(match: Any) -> dict[str, list[str]]:
    """What a rule found by how it was seen, disguises unmasked; a decision of an older version says only the best."""
    seen = match.get("seen") or [[match["evidence"], []]] * len(match["spans"])
    slices: dict[str, list[str]] = {}
    for span, (evidence, chain) in zip(match["spans"], seen, strict=False):
        slices.setdefault(evidence, []).append(f"[{visible(unmasked(span[3], chain))}]")
    return slices


_SHED = {"en": "judged in a surge, to be judged again with", "zh": "激增时判定，其后补判"}
_REJUDGED = {"en": "judged again in full after a surge", "zh": "激增过后的完整重判"}

_EVIDENCE = {
    "en": {},
    "zh": {
        "exact": "原文",
        "folded": "字形归一",
        "squeezed": "去除间隔",
        "leet": "数字代字母",
        "numeral": "数字变体",
        "split": "拆字",
        "homophone": "谐音",
        "lookalike": "形近字",
        "emoji": "表情代字",
        "initials": "拼音首字母",
    },
}


@command.command()
@click.option("-o", "--output", default="-", help="Where the decisions go [default: stdout].")
@options.plain
def export(output: str, config: Path | None) -> None:
    """Write every decision as JSON Lines, as `moderation screen` does, in order of intake.

    \b
    Example:
      moderation pool export -o decisions.jsonl
    """
    with opened_store(config) as store, open_output(output) as sink:
        for decision in store.export():
            sink.write(orjson.dumps(decision, option=orjson.OPT_APPEND_NEWLINE))


@command.command("dead-letters")
@click.option("--limit", type=click.IntRange(1), default=50, show_default=True)
@click.option("--offset", type=click.IntRange(0), default=0)
@options.common
def dead_letters(limit: int, offset: int, config: Path | None, as_json: bool, lang: str) -> None:
    """List what could not be moderated, newest first, with the reason.

    \b
    Example:
      moderation pool dead-letters --json
    """
    with opened_store(config) as store:
        letters = store.dead_letters(limit, offset)
    if as_json:
        for letter in letters:
            print_json(asdict(letter))
        return
    titles = {"en": ("Dead letters", "id", "source", "post", "reason"), "zh": ("死信", "编号", "来源", "内容", "原因")}
    title, *headings = titles[lang]
    print_table(title, headings, [(x.id, x.source, x.post_id or "-", x.reason) for x in letters], empty="0")


@command.command()
@click.argument("ids", nargs=-1, type=int)
@options.config
@options.lang
def retry(ids: tuple[int, ...], config: Path | None, lang: str) -> None:
    """Put buried posts back into the pool (all, or those dead letters): running workers take them up.

    \b
    Example:
      moderation pool retry
      moderation pool retry 17 18
    """
    from moderation.pool.intake import new_unit

    with opened_store(config) as store:
        posts = store.retry(ids or None, new_unit(), time.time())
    says = {
        "en": f"{len(posts)} post(s) are pending again; the workers' sweeper takes them up",
        "zh": f"{len(posts)} 条内容重新排队，由工作进程的清扫器取走",
    }
    click.echo(says[lang], err=True)
