"""What ``backtest`` and ``diff`` share: posts through pipelines, verdicts, samples on a terminal, the HTML file."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from moderation.cli.display import visible
from moderation.cli.files import open_input, progress
from moderation.domain.errors import UsageError

if TYPE_CHECKING:
    from moderation.authoring.labels import Verdict, Verdicts
    from moderation.authoring.samples import Segment
    from moderation.pipeline import Pipeline
    from moderation.policy.model import RuleSet
    from moderation.pool.screening import Line, Shape

BATCH = 512
_SHOWN_REFUSALS = 10
_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "refused": "{count:,} lines refused",
        "more": "… and {count:,} more",
        "repeated": "{count:,} repeats left out",
        "unread": "{count:,} posts carry a verdict that is not well formed; it is left out (see --labels in --help)",
        "written": "{file} is written",
    },
    "zh": {
        "refused": "拒收 {count:,} 行",
        "more": "……另有 {count:,} 行",
        "repeated": "略过重复 {count:,} 条",
        "unread": "{count:,} 条帖子带有无法识别的结论，不计（格式见 --help 中的 --labels）",
        "written": "已写入 {file}",
    },
}
T = TypeVar("T")

posts = click.argument("posts", metavar="POSTS")
labels = click.option(
    "--labels",
    metavar="FILE",
    help="Verdicts, JSON Lines: id, and violating (true, false), verdict (remove, approve, …) or labels (categories).",
)
html = click.option("--html", type=click.Path(path_type=Path, dir_okay=False), help="Write a report with plots there.")
jobs = click.option("--jobs", type=click.IntRange(1, 64), help="Processes [default: one a core].")


class Left(NamedTuple):
    """What was left out of a replay."""

    refused: int
    repeated: int


def pipelines_of(rule_sets: Sequence[RuleSet], config: Path | None, processes: int) -> list[Pipeline]:
    """A pipeline for each rule set, over the same models."""
    from moderation.bootstrap import assemble, load_models
    from moderation.settings import load_settings

    models = load_models(load_settings(config), forks=processes > 1)
    return [assemble(models, rule_set) for rule_set in rule_sets]


def replay(
    name: str,
    pipelines: Sequence[Pipeline],
    shape: Shape[T],
    processes: int,
    take: Callable[[Line, T], None],
    lang: str,
) -> Left:
    """Judge the posts of a file and hand each to ``take``, in input order; say on stderr what was left out.

    :class:`UsageError` where there is no post in it.
    """
    from moderation.pool.door import Refusal, batches, read_lines
    from moderation.pool.screening import screen

    taken = repeated = 0
    refusals: list[str] = []
    with open_input(name) as source, progress("posts") as advance:
        for line, result in screen(batches(read_lines(source), BATCH), pipelines, shape, processes):
            if result is None:
                repeated += 1
            elif isinstance(result, Refusal):
                refusals.append(str(result))
            else:
                taken += 1
                take(line, result.result)
            advance(1)
    say = _WORDS[lang]
    for refusal in refusals[:_SHOWN_REFUSALS]:
        click.echo(refusal, err=True)
    if len(refusals) > _SHOWN_REFUSALS:
        click.echo(say["more"].format(count=len(refusals) - _SHOWN_REFUSALS), err=True)
    for count, key in ((len(refusals), "refused"), (repeated, "repeated")):
        if count:
            click.echo(say[key].format(count=count), err=True)
    if not taken:
        why = f"all {len(refusals):,} lines were refused" if refusals else "it is empty"
        raise UsageError(f"{name}: no post to judge, {why}; give posts as JSON Lines")
    return Left(len(refusals), repeated)


def read_verdicts(name: str | None, posts_name: str) -> Verdicts:
    """The verdicts of ``--labels``; none without it."""
    from moderation.authoring.labels import Labels, read_labels
    from moderation.pool.door import read_lines

    if name is None:
        return Labels({})
    if name == posts_name == "-":
        raise UsageError("--labels and POSTS cannot both be stdin")
    with open_input(name) as stream:
        return read_labels(read_lines(stream), name)


def say_unread(count: int, lang: str) -> None:
    """Say how many posts carry a verdict that cannot be read."""
    if count:
        click.echo(_WORDS[lang]["unread"].format(count=count), err=True)


def check_writable(page: Path | None) -> None:
    """Find out before the work whether its report can be written."""
    if page is None:
        return
    folder = page.absolute().parent
    if not folder.is_dir():
        raise UsageError(f"{page}: cannot be written, there is no folder {folder}")
    if not os.access(folder, os.W_OK):
        raise UsageError(f"{page}: cannot be written, the folder {folder} is read-only")


def write_page(page: Path, text: str, lang: str) -> None:
    """Write a report whole or not at all."""
    draft = page.with_name(f".{page.name}.{os.getpid()}")
    try:
        draft.write_text(text, "utf-8")
        draft.replace(page)
    except OSError as error:
        raise UsageError(f"{page}: cannot be written ({error.strerror})") from None
    finally:
        draft.unlink(missing_ok=True)
    click.echo(_WORDS[lang]["written"].format(file=page), err=True)


def marked(segments: Iterable[Segment]) -> str:
    """A sample as a terminal shows it: ``[[…]]`` around what matched, in colour."""
    return "".join(
        click.style(f"[[{visible(segment.text)}]]", fg="yellow") if segment.marked else visible(segment.text)
        for segment in segments
    )


def segments_json(segments: Iterable[Segment]) -> list[dict[str, Any]]:
    """A sample as JSON."""
    return [{"text": segment.text, "marked": segment.marked} for segment in segments]


def verdict_json(verdict: Verdict | None) -> dict[str, Any] | None:
    """A verdict as JSON."""
    return None if verdict is None else {"violating": verdict.violating, "categories": sorted(verdict.categories)}
