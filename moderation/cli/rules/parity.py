"""``moderation rules parity``."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.cli import options
from moderation.cli.display import print_json, visible
from moderation.cli.rules.common import folder_of, load, rule_of
from moderation.cli.rules.grid import Mark, print_grid
from moderation.policy.compiler import wake

if TYPE_CHECKING:
    from moderation.authoring.parity import Member, Pair, Parity, Tally

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "title": "Pairs with texts in both languages (a/b: only a of b agree)",
        "broken": "broken", "open": "open", "matched": "matched by {some}", "none": "matched by no rule",
        "should": "should match", "should_not": "should be left alone", "holds": "holds",
        "alone": "one language only", "uneven": "a match in one language and an ok in another",
        "unpaired": "Rules for several languages without a pair", "comma": ", ",
        "sum": "{pairs} pairs: {agree} agree, {broken} broken, {open} open, {alone} in one language only; "
        "{unpaired} rules for several languages without a pair",
    },
    "zh": {
        "title": "两种语言都有文本的配对（a/b：b 对中只有 a 对一致）",
        "broken": "不一致", "open": "待办", "matched": "被 {some} 命中", "none": "没有规则命中",
        "should": "应命中", "should_not": "应放行", "holds": "符合",
        "alone": "只有一种语言", "uneven": "一种语言要求命中，另一种要求放行",
        "unpaired": "适用于多种语言但没有配对测试的规则", "comma": "、",
        "sum": "{pairs} 对：{agree} 对一致，{broken} 对不一致，{open} 对待办，{alone} 对只有一种语言；"
        "{unpaired} 条多语言规则没有配对",
    },
}  # fmt: skip


@click.command()
@click.argument("names", nargs=-1, metavar="[RULE]...")
@options.rules
@options.common
def parity(names: tuple[str, ...], rules: Path | None, config: Path | None, as_json: bool, lang: str) -> None:
    """Compare how rules treat the translations that `pair` links. Exit 1 when a pair of a rule that acts is broken.

    \b
    Example:
      moderation rules parity
      moderation rules parity harassment.death_wish --lang zh
    """
    from moderation.authoring.parity import compare
    from moderation.bootstrap import assemble, load_models
    from moderation.settings import load_settings

    rule_set = wake(load(rules, config))
    chosen = [rule_of(rule_set, name) for name in dict.fromkeys(names)] or list(rule_set.rules)
    found = compare(chosen, assemble(load_models(load_settings(config)), rule_set))
    if as_json:
        print_json(_json(found))
    else:
        _print(found, folder_of(rules, config), _WORDS[lang])
    if found.failures:
        sys.exit(1)


def _print(found: Parity, folder: Path, say: Mapping[str, str]) -> None:
    tallies, languages = found.tallies(), found.languages()
    if tallies:
        rows = [
            (one, [Mark("")] * n + [_mark(tallies.get((one, other))) for other in languages[n + 1 :]])
            for n, one in enumerate(languages[:-1])
        ]
        print_grid(say["title"], languages[1:], rows)
        click.echo()
    for pair in found.pairs:
        if pair.broken or pair.open:
            kind = click.style(say["broken"], fg="red") if pair.broken else click.style(say["open"], fg="yellow")
            click.echo(f"{kind} {pair.rule} [{pair.status}] {visible(pair.name)}")
            for member in pair.members:
                _print_member(member, folder, say)
        for kind in ("alone", "uneven"):
            if getattr(pair, kind):
                place = f"{folder / pair.members[0].example.file}:{pair.members[0].example.line}"
                click.echo(f"{place}: {click.style(say[kind], fg='yellow')}: {pair.rule} {visible(pair.name)}")
    if found.unpaired:
        click.echo(f"{say['unpaired']}:")
        for rule in found.unpaired:
            click.echo(f"  {rule}")
    click.echo(say["sum"].format(**_counts(found)))


def _print_member(member: Member, folder: Path, say: Mapping[str, str]) -> None:
    example = member.example
    if member.holds:
        fate = say["holds"]
    else:
        matched = say["matched"].format(some=say["comma"].join(member.matched)) if member.matched else say["none"]
        fate = f"{say['should' if example.expected else 'should_not']}{say['comma']}{matched}"
    click.echo(f"  {folder / example.file}:{example.line}: {example.lang}: {visible(example.text)}\n      {fate}")


def _mark(tally: Tally | None) -> Mark:
    if tally is None:
        return Mark("·")
    if tally.agree == tally.pairs:
        return Mark(str(tally.pairs))
    return Mark(f"{tally.agree}/{tally.pairs}", "red" if tally.broken else "yellow")


def _counts(found: Parity) -> dict[str, int]:
    broken = sum(bool(pair.broken) for pair in found.pairs)
    still = sum(bool(pair.open) and not pair.broken for pair in found.pairs)
    return {
        "pairs": len(found.pairs),
        "agree": len(found.pairs) - broken - still,
        "broken": broken,
        "open": still,
        "alone": sum(pair.alone for pair in found.pairs),
        "unpaired": len(found.unpaired),
    }


def _json(found: Parity) -> dict[str, object]:
    return {
        **_counts(found),
        "languages": [
            {"languages": languages, "pairs": tally.pairs, "agree": tally.agree, "broken": tally.broken,
             "open": tally.open}
            for languages, tally in found.tallies().items()
        ],
        "results": [_pair_json(pair) for pair in found.pairs],
        "without_pair": found.unpaired,
    }  # fmt: skip


def _pair_json(pair: Pair) -> dict[str, object]:
    return {
        "rule": pair.rule,
        "status": pair.status,
        "pair": pair.name,
        "state": "broken" if pair.broken else "open" if pair.open else "agrees",
        "one_language": pair.alone,
        "uneven": pair.uneven,
        "members": [
            {**asdict(member.example), "holds": member.holds, "matched": member.matched} for member in pair.members
        ],
    }
