"""``moderation rules flips``."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.cli import options
from moderation.cli.display import print_json, print_table
from moderation.cli.files import progress
from moderation.cli.rules.common import load, rule_of
from moderation.cli.rules.grid import Mark, print_grid
from moderation.domain.errors import NotFound
from moderation.policy.compiler import wake

if TYPE_CHECKING:
    from moderation.authoring.flips import Flip, Share
    from moderation.authoring.variants import Variant
    from moderation.domain.decision import Decision
    from moderation.domain.post import Post
    from moderation.pipeline import Pipeline

_BATCH = 1024
_SHOWN_RULES = 15
_MUCH = 0.1

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "all": "All languages, in per cent", "lost": "Lost matches, % of those that the rules accept in that variant",
        "false": "False alarms, % of the texts that were not matched", "action": "Action changed, % of the texts",
        "worst": "Rules with the most flips", "nothing": "no test has such a variant", "none": "none",
        "variant": "variant", "evidence": "evidence", "texts": "texts", "lost_": "lost", "refused": "not accepted",
        "false_": "false", "action_": "action", "rule": "rule", "by": "by variant",
        "legend": "not accepted: matches lost by rules that cannot match by evidence so weak; -: no such text",
    },
    "zh": {
        "all": "全部语言（百分比）", "lost": "丢失的命中：占规则接受该证据的命中的百分比",
        "false": "误报：占原本未命中的文本的百分比", "action": "处置改变：占文本的百分比",
        "worst": "变化最多的规则", "nothing": "没有测试适用这些变体", "none": "无",
        "variant": "变体", "evidence": "证据", "texts": "文本", "lost_": "丢失", "refused": "规则不接受",
        "false_": "误报", "action_": "处置", "rule": "规则", "by": "按变体",
        "legend": "规则不接受：规则无法凭这样弱的证据命中而丢失的次数；-：没有这样的文本",
    },
}  # fmt: skip


@click.command()
@click.argument("names", nargs=-1, metavar="[RULE]...")
@click.option("--variant", "wanted", multiple=True, metavar="NAME", help="Only this variant; may be given again.")
@options.rules
@options.common
def flips(
    names: tuple[str, ...], wanted: tuple[str, ...], rules: Path | None, config: Path | None, as_json: bool, lang: str
) -> None:
    """Write the tests beside rules otherwise (width, script, disguises, other words beside), and see what changes.

    \b
    Example:
      moderation rules flips
      moderation rules flips ad_diversion.offsite_contact --variant pinyin --json
    """
    from moderation.authoring.flips import flip
    from moderation.bootstrap import assemble, load_models
    from moderation.settings import load_settings

    variants = _variants(wanted)
    rule_set = wake(load(rules, config))
    chosen = [rule_of(rule_set, name) for name in dict.fromkeys(names)] or list(rule_set.rules)
    pipeline = assemble(load_models(load_settings(config)), rule_set)
    found = flip(chosen, variants, lambda posts: _judge(pipeline, posts))
    if as_json:
        print_json(_json(found))
    else:
        _print(found, variants, _WORDS[lang])


def _variants(wanted: Sequence[str]) -> list[Variant]:
    from moderation.authoring.variants import VARIANTS

    known = {variant.name: variant for variant in VARIANTS}
    for name in wanted:
        if name not in known:
            raise NotFound(f"no variant `{name}`; there are {', '.join(known)}")
    return [variant for variant in VARIANTS if not wanted or variant.name in wanted]


def _judge(pipeline: Pipeline, posts: Sequence[Post]) -> list[Decision]:
    decisions: list[Decision] = []
    with progress("posts", len(posts)) as advance:
        for start in range(0, len(posts), _BATCH):
            decisions += pipeline(posts[start : start + _BATCH])
            advance(len(posts[start : start + _BATCH]))
    return decisions


def _print(found: Sequence[Flip], variants: Sequence[Variant], say: Mapping[str, str]) -> None:
    from moderation.authoring.coverage import LANGUAGES
    from moderation.authoring.flips import Share, worst

    if not found:
        click.echo(say["nothing"])
        return
    totals = {variant.name: Share.of(flip for flip in found if flip.variant == variant.name) for variant in variants}
    print_table(
        say["all"],
        [say[key] for key in ("variant", "evidence", "texts", "lost_", "refused", "false_", "action_")],
        [
            (
                variant.name,
                variant.evidence.name,
                total.texts,
                _per_cent(total.lost_share),
                total.not_accepted,
                _per_cent(total.false_share),
                _per_cent(total.action_share),
            )
            for variant in variants
            if (total := totals[variant.name]).texts
        ],
    )
    click.echo(say["legend"])
    shares = _by_cell(found)
    spoken = {language for _, language in shares}
    languages = [*(tag for tag in LANGUAGES if tag in spoken), *sorted(spoken.difference(LANGUAGES))]
    of: Sequence[tuple[str, Callable[[Share], float | None]]] = (
        ("lost", lambda share: share.lost_share),
        ("false", lambda share: share.false_share),
        ("action", lambda share: share.action_share),
    )
    for title, part in of:
        rows = [
            (name, [_mark(shares.get((name, language)), part) for language in languages])
            for name, total in totals.items()
            if total.texts
        ]
        click.echo()
        print_grid(say[title], languages, rows)
    click.echo()
    print_table(
        say["worst"],
        [say[key] for key in ("rule", "lost_", "false_", "by")],
        [
            (rule, share.lost, share.false_alarms, ", ".join(f"{name} {n}" for name, n in by.items()))
            for rule, share, by in worst(found)[:_SHOWN_RULES]
        ],
        empty=say["none"],
    )


def _by_cell(found: Sequence[Flip]) -> dict[tuple[str, str], Share]:
    from moderation.authoring.flips import Share

    cells: dict[tuple[str, str], list[Flip]] = {}
    for flip in found:
        cells.setdefault((flip.variant, flip.language), []).append(flip)
    return {cell: Share.of(flips) for cell, flips in cells.items()}


def _mark(share: Share | None, part: Callable[[Share], float | None]) -> Mark:
    value = part(share) if share else None
    if value is None:
        return Mark("-")
    return Mark("<1" if 0 < value < 0.01 else f"{value * 100:.0f}", "red" if value >= _MUCH else None)  # noqa: PLR2004 - per cent


def _per_cent(share: float | None) -> str:
    return "-" if share is None else f"{share * 100:.1f}"


def _json(found: Sequence[Flip]) -> dict[str, object]:
    from moderation.authoring.flips import Change, worst

    return {
        "cells": [
            {
                "variant": variant,
                "language": language,
                **asdict(share),
                "lost_share": share.lost_share,
                "false_share": share.false_share,
                "action_share": share.action_share,
            }
            for (variant, language), share in _by_cell(found).items()
        ],
        "rules": [{"rule": rule, **asdict(share), "variants": by} for rule, share, by in worst(found)],
        "flips": [
            {
                "rule": flip.rule,
                "file": flip.example.file,
                "line": flip.example.line,
                "lang": flip.example.lang,
                "variant": flip.variant,
                "written": flip.example.text,
                "text": flip.text,
                "change": flip.change.value,
                "accepted": flip.accepted,
                "action": [flip.before.name, flip.after.name],
            }
            for flip in found
            if flip.change is not Change.same or flip.before != flip.after
        ],
    }
