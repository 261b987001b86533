"""``moderation rules diff``."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from moderation.cli import options
from moderation.cli.display import print_json, visible
from moderation.cli.rules import replay
from moderation.cli.rules.common import load
from moderation.cli.rules.grid import Mark, print_grid

if TYPE_CHECKING:
    from moderation.authoring.diff import Count, Diff, Moved
    from moderation.authoring.samples import Caught

_SHOWN = 3  # samples of a change and language on a terminal


@click.command()
@click.argument("old", type=click.Path(path_type=Path, file_okay=False))
@click.argument("new", type=click.Path(path_type=Path, file_okay=False))
@replay.posts
@replay.labels
@replay.html
@replay.jobs
@options.common
def diff(
    old: Path,
    new: Path,
    posts: str,
    labels: str | None,
    html: Path | None,
    jobs: int | None,
    config: Path | None,
    as_json: bool,
    lang: str,
) -> None:
    """See what another version of the rules does otherwise to posts (JSON Lines, .gz read directly, - for stdin).

    Posts newly caught and newly released, by language and by the rules that brought it, with verdicts where they are
    known (see backtest). Drafts do not run. Nothing is written when it is interrupted.

    \b
    Example:
      moderation rules diff rules /tmp/my-rules posts.jsonl.gz --html report.html
    """
    from moderation.authoring.diff import Compared, Diff, compare, sides

    replay.check_writable(html)
    before, after = load(old, config), load(new, config)
    verdicts = replay.read_verdicts(labels, posts)
    processes = jobs or os.cpu_count() or 1
    pipelines = replay.pipelines_of([before, after], config, processes)
    counted = Diff(sides(before, after))

    def take(line: tuple[int, bytes], seen: Compared) -> None:
        counted.take(line, seen, verdicts(seen.post_id) or seen.verdict)

    left = replay.replay(posts, pipelines, compare, processes, take, lang)
    replay.say_unread(counted.unread, lang)
    if html is not None:
        from moderation.authoring.report.pages import Source, diff_page
        from moderation.authoring.report.words import WORDS

        say = WORDS[lang]
        facts = [
            (say["old"], f"{old} ({before.digest[:19]})"),
            (say["new"], f"{new} ({after.digest[:19]})"),
            (say["posts"], posts),
        ]
        page = diff_page(counted, Source(facts, left.refused, left.repeated), lang, visible)
        replay.write_page(html, page, lang)
    if as_json:
        digests = {"old_digest": before.digest, "new_digest": after.digest}
        print_json({**digests, **left._asdict(), **_json(counted)})
    else:
        _print(counted, lang)


def _print(counted: Diff, lang: str) -> None:
    from moderation.authoring.diff import Change
    from moderation.authoring.report.words import WORDS

    say = WORDS[lang]
    kinds = [change for change in Change if counted.count(change).posts]
    headings = [say[change.value] for change in kinds]
    click.echo(f"{counted.posts:,} {say['posts']}")
    if kinds:
        languages = sorted({name for name, _ in counted.languages}, key=lambda name: (-counted.seen[name], name))
        rows = [(name, [_mark(counted.languages.get((name, change))) for change in kinds]) for name in languages]
        rows.append((say["all"], [_mark(counted.count(change)) for change in kinds]))
        print_grid(say["languages"], headings, rows)
        click.echo(f"n: {say['posts']} ({say['violating']} / {say['benign']})\n")
    touched = counted.touched()
    if touched:
        entries = []
        for side in touched:
            moves = [_mark(counted.gained.get(side.id)), _mark(counted.lost.get(side.id))]
            moves += [_mark(counted.rules.get((side.id, change))) for change in kinds]
            entries.append((side.id, [Mark(say[side.kind], None if side.kind == "same" else "yellow"), *moves]))
        print_grid(say["changes"], ["", say["gained"], say["lost"], *headings], entries)
    if not touched and not kinds:
        click.echo(say["nothing_changed"])
    for (change, language), moved in counted.samples().items():
        click.secho(f"\n{say[change.value]}, {language}", bold=True)
        for post in moved[:_SHOWN]:
            _print_moved(post, say)


def _print_moved(post: Moved, say: Mapping[str, str]) -> None:
    known = post.verdict and say["violating" if post.verdict.violating else "benign"]
    before, after = (say[action.name] for action in post.actions)
    click.echo(f"  {post.post_id} {before} → {after}{f' ({known})' if known else ''}: {replay.marked(post.segments)}")
    for name, side in (("old", post.old), ("new", post.new)):
        click.echo(f"    {say[name]}: {_matched(side, say)}")


def _matched(side: Iterable[Caught], say: Mapping[str, str]) -> str:
    shown = []
    for one in side:
        words = ", ".join(visible(slice_) for slice_ in one.slices[:3])
        how = "" if one.acts else f" [{say['recorded']}]"
        shown.append(f"{one.rule}{f' ({words})' if words else ''}{how}")
    return "; ".join(shown) or say["nothing"]


def _mark(count: Count | None) -> Mark:
    from moderation.authoring.report.pages import counted

    return Mark(counted(count) or "·")


def _json(found: Diff) -> dict[str, Any]:
    from moderation.authoring.diff import Change

    languages = sorted({name for name, _ in found.languages})
    return {
        "posts": found.posts,
        "unread_verdicts": found.unread,
        "changes": {change.value: _count(found.count(change)) for change in Change},
        "languages": {
            name: {
                "posts": found.seen[name],
                **{change.value: _count(found.languages.get((name, change))) for change in Change},
            }
            for name in languages
        },
        "rules": [
            {
                "rule": side.id,
                "kind": side.kind,
                "old": side.old and {"status": side.old.status, "version": side.old.version},
                "new": side.new and {"status": side.new.status, "version": side.new.version},
                "gained": _count(found.gained.get(side.id)),
                "lost": _count(found.lost.get(side.id)),
                **{change.value: _count(found.rules.get((side.id, change))) for change in Change},
            }
            for side in found.touched()
        ],
        "samples": [
            {
                "change": change.value,
                "language": language,
                "post_id": post.post_id,
                "actions": [action.name for action in post.actions],
                "text": replay.segments_json(post.segments),
                "old": [_caught(one) for one in post.old],
                "new": [_caught(one) for one in post.new],
                "verdict": replay.verdict_json(post.verdict),
            }
            for (change, language), moved in found.samples().items()
            for post in moved
        ],
    }


def _count(count: Count | None) -> dict[str, int]:
    return {"posts": 0, "violating": 0, "benign": 0} if count is None else asdict(count)


def _caught(one: Caught) -> dict[str, Any]:
    return {"rule": one.rule, "acts": one.acts, "slices": one.slices}
