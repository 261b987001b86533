"""``moderation demo``: the whole system on the bundled posts, with nothing else running."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from moderation.cli import options
from moderation.cli.display import print_json, print_table
from moderation.cli.files import progress
from moderation.demo import Score, bundled, compare, repeated
from moderation.domain.decision import Action
from moderation.domain.errors import ModerationError
from moderation.domain.ports import Store
from moderation.settings import Settings, load_settings

_ACTIONS = tuple(action.name for action in Action)
_SHOWN_WRONG = 8
_PATIENCE_S = 600


@click.command()
@click.option("--posts", "count", type=click.IntRange(1, 1_000_000), help="How many posts [default: all bundled].")
@options.common
def command(count: int | None, config: Path | None, as_json: bool, lang: str) -> None:
    """Drain the bundled posts through real Celery workers, an embedded Redis and a store of their own.

    Says how many it got right against the posts' labels, honestly, and what to type next.

    \b
    Example:
      moderation demo
      moderation demo --posts 5000
    """
    settings = load_settings(config)
    home = settings.home / "demo"
    settings = settings.model_copy(update={"home": home, "redis_url": None, "store_url": None})
    posts = bundled()
    posts = repeated(posts, count or len(posts))
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    seconds, decisions, desks = _drain(settings, posts)
    score = compare(posts, decisions)
    if as_json:
        print_json(_summary(score, decisions, desks, seconds))
    else:
        _print(score, decisions, desks, seconds, lang)
        _print_next(home, lang)


def _drain(settings: Settings, posts: list[Any]) -> tuple[float, dict[str, Mapping[str, Any]], Mapping[str, Any]]:
    """Submit the posts and run a worker until all are decided; seconds count from the first to the last decision."""
    from moderation.bootstrap import open_store
    from moderation.client import Producer

    store = open_store(settings)
    try:
        with Producer(settings) as producer:
            click.echo(f"{len(posts):,} posts → pool and broker; starting the worker …", err=True)
            producer.submit_many(posts)
            seconds = _work(settings, store, len(posts))
        decisions = {decision["post_id"]: decision for decision in store.export()}
        return seconds, decisions, store.status(time.time()).desks
    finally:
        store.close()


def _work(settings: Settings, store: Store, total: int) -> float:
    log = settings.home / "worker.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MODERATION_")}
    environment["MODERATION_HOME"] = str(settings.home.resolve())
    with (
        log.open("wb") as sink,
        subprocess.Popen(  # noqa: S603 - our own command, no shell
            [sys.executable, "-m", "moderation", "worker", "--drain", "--rules", str(settings.rules.resolve())],
            stdout=sink,
            stderr=sink,
            env=environment,
        ) as worker,
        progress("judging", total) as advance,
    ):
        try:
            return _watch(worker, store, total, advance, log)
        except BaseException:
            worker.terminate()
            raise


def _watch(worker: subprocess.Popen[bytes], store: Store, total: int, advance: Any, log: Path) -> float:
    done, first, last = 0, None, time.perf_counter()
    deadline = last + _PATIENCE_S
    while worker.poll() is None:
        if time.perf_counter() > deadline:
            raise ModerationError(f"the worker did not finish within {_PATIENCE_S} s; its log is {log}")
        now_done = total - store.count_pending()
        if now_done > done:
            last = time.perf_counter()
            first = first or last
            advance(now_done - done)
            done = now_done
        time.sleep(0.05)
    if worker.returncode != 0:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-8:])
        raise ModerationError(f"the worker ended with exit code {worker.returncode}; the end of {log}:\n{tail}")
    return max(last - (first or last), 0.05)


def _summary(
    score: Score, decisions: Mapping[str, Mapping[str, Any]], desks: Mapping[str, Any], seconds: float
) -> dict[str, Any]:
    return {
        "posts": score.posts,
        "seconds": round(seconds, 2),
        "posts_per_s": round(score.posts / seconds),
        "right": score.right,
        "benign": {"posts": score.benign, "left_alone": score.benign_left_alone},
        "violating": {"posts": score.violating, "caught": score.caught, "category_named": score.named},
        "disguised": {"posts": score.disguised, "caught": score.disguised_caught},
        "main_language_right": score.main_language_right,
        "languages": {tag: dict(actions) for tag, actions in _by_language(decisions).items()},
        "desks": {desk: dict(lanes) for desk, lanes in desks.items()},
    }


def _by_language(decisions: Mapping[str, Mapping[str, Any]]) -> dict[str, Counter[str]]:
    table: dict[str, Counter[str]] = {}
    for decision in decisions.values():
        table.setdefault(decision["language"]["tag"], Counter())[decision["action"]] += 1
    return dict(sorted(table.items(), key=lambda item: (-item[1].total(), item[0])))


def _print(
    score: Score, decisions: Mapping[str, Mapping[str, Any]], desks: Mapping[str, Any], seconds: float, lang: str
) -> None:
    say = _WORDS[lang]
    rows = [(tag, *(n[action] for action in _ACTIONS), n.total()) for tag, n in _by_language(decisions).items()]
    print_table(say["languages"], (say["language"], *_ACTIONS, say["total"]), rows)
    rules = Counter(match["rule"] for decision in decisions.values() for match in decision["matches"])
    click.echo()
    print_table(say["rules"], (say["rule"], say["posts"]), rules.most_common(12))
    click.echo()
    print_table(
        say["categories"],
        (say["category"], say["posts"], say["caught"]),
        [(name, total, score.caught_by_category[name]) for name, total in sorted(score.by_category.items())],
    )
    click.echo()
    wrong = [
        (post.id, post.extra["label"], decision["action"], post.text or post.title)
        for post, decision in score.wrong[:_SHOWN_WRONG]
    ]
    print_table(say["wrong"].format(count=len(score.wrong)), ("id", say["label"], say["decided"], say["text"]), wrong)
    click.echo()
    click.echo(say["speed"].format(posts=score.posts, seconds=seconds, rate=score.posts / seconds))
    click.echo(
        say["score"].format(
            right=score.right,
            posts=score.posts,
            percent=100 * score.right / score.posts,
            benign=score.benign,
            alone=score.benign_left_alone,
            violating=score.violating,
            caught=score.caught,
            named=score.named,
            disguised=score.disguised,
            disguised_caught=score.disguised_caught,
            tongue=score.main_language_right,
        )
    )
    for desk in ("zh", "en", "both"):
        click.echo(say["desk"].format(desk=desk, waiting=sum(desks.get(desk, {}).values())))


def _print_next(home: Path, lang: str) -> None:
    program = (
        "moderation" if shutil.which("moderation") else os.path.relpath(Path(sys.executable).parent / "moderation")
    )
    click.echo(_WORDS[lang]["next"])
    for command_ in ("review --desk en", "review --desk zh --lang zh", "review queue", "pool status"):
        click.echo(f"  MODERATION_HOME={home} {program} {command_}")


_WORDS = {
    "en": {
        "languages": "Decisions by language",
        "language": "language",
        "total": "total",
        "rules": "Rules that matched most (shadow ones included)",
        "rule": "rule",
        "posts": "posts",
        "categories": "Violations by category",
        "category": "category",
        "caught": "caught",
        "wrong": "What it got wrong ({count} posts, the first of them)",
        "label": "label",
        "decided": "decided",
        "text": "text",
        "speed": "{posts:,} posts decided in {seconds:.2f} s by two worker processes: {rate:,.0f} posts/s",
        "score": (
            "{right} of {posts} right ({percent:.1f}%): {alone} of {benign} benign left alone; {caught} of {violating} "
            "violations caught, {named} of them under their own category;\n"
            "{disguised_caught} of {disguised} disguised ones caught; main language right on {tongue}.\n"
            "The authors of the rules have seen these posts: on posts that nobody has seen, expect less."
        ),
        "desk": "review queue {desk}: {waiting} waiting",
        "next": "Next, look at the queues:",
    },
    "zh": {
        "languages": "各语言的判定",
        "language": "语言",
        "total": "合计",
        "rules": "命中最多的规则（含影子规则）",
        "rule": "规则",
        "posts": "内容数",
        "categories": "各类违规",
        "category": "类别",
        "caught": "查出",
        "wrong": "判错的内容（共 {count} 条，列出前几条）",
        "label": "标注",
        "decided": "判定",
        "text": "正文",
        "speed": "两个工作进程用 {seconds:.2f} 秒判定 {posts:,} 条内容：每秒 {rate:,.0f} 条",
        "score": (
            "{posts} 条中判对 {right} 条（{percent:.1f}%）：{benign} 条正常内容放行 {alone} 条；{violating} 条违规查出 "
            "{caught} 条，其中 {named} 条类别正确；\n"
            "{disguised} 条变体违规查出 {disguised_caught} 条；主要语言判对 {tongue} 条。\n"
            "规则作者看过这些内容；对没见过的内容，效果会差一些。"
        ),
        "desk": "审核队列 {desk}：{waiting} 条待审",
        "next": "接下来看审核队列：",
    },
}
