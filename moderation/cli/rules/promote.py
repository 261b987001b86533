"""``moderation rules promote``."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.cli import options
from moderation.cli.display import print_json, visible
from moderation.cli.files import open_input, progress
from moderation.cli.rules.common import folder_of, rule_of, today
from moderation.cli.rules.gates import say_gate
from moderation.cli.rules.replay import BATCH, read_verdicts, say_unread
from moderation.domain.errors import UsageError
from moderation.policy.loader import check_rules, read_folder
from moderation.policy.model import RuleSet

if TYPE_CHECKING:
    from moderation.authoring.gates import Gate, Record
    from moderation.authoring.promote import Move
    from moderation.bootstrap import Models
    from moderation.domain.decision import Decision
    from moderation.domain.post import Post
    from moderation.settings import Settings

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "refused": "refused: {n} gate(s) fail; nothing was written",
        "ask": "Write this to {file}?", "kept": "nothing was written", "done": "{rule} is {to} now: {file}",
    },
    "zh": {
        "refused": "拒绝：{n} 项未过；文件未改动",
        "ask": "写入 {file}？", "kept": "文件未改动", "done": "{rule} 现为 {to}：{file}",
    },
}  # fmt: skip


@click.command()
@click.argument("name", metavar="RULE")
@click.option("--to", type=click.Choice(["shadow", "canary", "enforce"]), help="The new status [default: the next].")
@click.option("--share", metavar="N%", help="With a canary: on how many posts it acts [default: 10%].")
@click.option("--posts", metavar="FILE", help="Posts to measure it on (JSON Lines, .gz read directly).")
@click.option("--labels", metavar="FILE", help="Verdicts by post id, beside those that the posts carry.")
@click.option("--yes", is_flag=True, help="Write without asking.")
@options.rules
@options.common
def promote(
    name: str,
    to: str | None,
    share: str | None,
    posts: str | None,
    labels: str | None,
    yes: bool,
    rules: Path | None,
    config: Path | None,
    as_json: bool,
    lang: str,
) -> None:
    """Give a rule its next status: draft, shadow, canary, enforce. Refused (exit 1) while a gate fails.

    To shadow: no new problem in the files, and its tests pass. To canary or enforce also: its pairs agree, it is right
    on posts with a verdict (lower bound 0.60 on 20 or more; 0.80 on 50), and its false positives are no burden of one
    language. Back (--to) it may go at any time. Only its `status` and `canary` are written.

    \b
    Example:
      moderation rules promote spam.follow_train
      moderation rules promote spam.follow_train --share 5% --posts posts.jsonl.gz --labels verdicts.jsonl --yes
    """
    from moderation.authoring.gates import check_gate
    from moderation.authoring.promote import changes, new_problems, plan, replace_file, rewrite

    folder = folder_of(rules, config)
    files = read_folder(folder)
    checked = check_rules(files, today())
    if checked.rule_set is None:
        broken = check_gate([problem for problem in checked.problems if not problem.warning])
        _report(name, None, [broken], [], as_json, lang)
        sys.exit(1)
    move = plan(rule_of(checked.rule_set, name), to, _share_of(share))
    if move.measured and posts is None:
        raise UsageError(f"precision and disparity are measured on posts: give --posts FILE to make {name} {move.to}")
    written = rewrite(files, move)
    brought = new_problems(files, written, today())
    gates = [check_gate([problem for problem in brought if not (move.backwards and problem.warning)])]
    if not move.backwards:
        gates += _measure(checked.rule_set, move, posts, labels, config, lang)
    failed = not all(gate.passed for gate in gates)
    lines = [] if failed else changes(files[move.rule.file], written[move.rule.file])
    _report(name, move, gates, lines, as_json, lang)
    if failed:
        sys.exit(1)
    say = _WORDS[lang]
    file = folder / move.rule.file
    if not (yes or click.confirm(say["ask"].format(file=file), err=True)):
        click.echo(say["kept"], err=True)
        sys.exit(1)
    replace_file(file, written[move.rule.file])
    click.echo(say["done"].format(rule=name, to=move.to, file=file), err=True)


def _share_of(given: str | None) -> float | None:
    from moderation.policy.rules import SHARE

    if given is None:
        return None
    found = SHARE.fullmatch(given)
    if found is None or not 0 < float(found[1]) <= 100:  # noqa: PLR2004 - per cent
        raise UsageError(f"--share {given}: is no share; write per cent, such as 10% or 2.5%")
    return float(found[1]) / 100


def _measure(
    rule_set: RuleSet, move: Move, posts: str | None, labels: str | None, config: Path | None, lang: str
) -> list[Gate]:
    from moderation.authoring.examples import run_examples
    from moderation.authoring.gates import DEMANDS, claimed, disparity_gate, examples_gate, parity_gate, precision_gate
    from moderation.authoring.parity import compare
    from moderation.authoring.promote import alone
    from moderation.bootstrap import assemble, load_models
    from moderation.settings import load_settings

    settings = load_settings(config)
    models = load_models(settings, forks=move.measured)
    only = alone(rule_set, move.rule)
    woken = [rule_of(only, move.rule.id)]

    def judge(batch: Sequence[Post]) -> list[Decision]:
        return assemble(models, only)(batch)  # with an empty state

    languages = claimed(move.rule, {idiom.id: idiom for idiom in rule_set.idioms})
    gates = [examples_gate(run_examples(woken, judge), languages)]
    if move.measured and posts is not None:
        record = _record(only, move, models, settings, posts, labels, lang)
        demand = DEMANDS[move.to]
        gates.append(parity_gate(compare(woken, judge).pairs))
        gates += [precision_gate(record, demand), disparity_gate(record, demand)]
    return gates


def _record(
    only: RuleSet, move: Move, models: Models, settings: Settings, posts: str, labels: str | None, lang: str
) -> Record:
    """What the rule does on the posts."""
    from moderation.authoring.backtest import own_verdict
    from moderation.authoring.coverage import reaches, read_models
    from moderation.authoring.gates import Record, Seen
    from moderation.bootstrap import assemble
    from moderation.classifiers.artifact import shipped
    from moderation.pool.door import Refusal, batches, read_lines, until_damaged
    from moderation.pool.screening import screen

    known = read_verdicts(labels, posts)

    def see(post: Post, decisions: Sequence[Decision]) -> tuple[Seen, bool]:
        (decision,) = decisions
        own, unread = own_verdict(post)
        given = known(post.id)
        verdict = given or own
        matched = any(match.rule == move.rule.id for match in decision.matches)
        return Seen(decision.language.tag, matched, verdict.violating if verdict else None), unread and not given

    seen: list[Seen] = []
    unread = 0
    damage: list[UsageError] = []
    with open_input(posts) as stream, progress("judging") as advance:
        chunks = batches(until_damaged(read_lines(stream), damage), BATCH)
        for _, outcome in screen(chunks, [assemble(models, only)], see, os.cpu_count() or 1):
            if isinstance(outcome, Refusal):
                click.echo(str(outcome), err=True)
            elif outcome is not None:
                seen.append(outcome.result[0])
                unread += outcome.result[1]
            advance(1)
    if damage:
        raise damage[0]
    say_unread(unread, lang)
    idioms = {idiom.id: idiom for idiom in only.idioms}
    covered = read_models(settings.models.classifiers or shipped())
    return Record.of(seen, lambda language: reaches(move.rule, language, idioms, covered))


def _report(
    name: str, move: Move | None, gates: Sequence[Gate], lines: Sequence[str], as_json: bool, lang: str
) -> None:
    failed = sum(not gate.passed for gate in gates)
    if as_json:
        print_json(
            {
                "rule": name,
                "from": move.rule.status if move else None,
                "to": move.to if move else None,
                "share": move.share or None if move else None,
                "refused": bool(failed),
                "gates": [
                    {"gate": gate.name, "passed": gate.passed, "why": gate.why, **gate.numbers} for gate in gates
                ],
                "changes": lines,
            }
        )
        return
    for gate in gates:
        for line in say_gate(gate, name, lang):
            click.echo(line)
    for line in lines:
        click.echo(click.style(visible(line), fg="red" if line.startswith("-") else "green"))
    if failed:
        click.echo(_WORDS[lang]["refused"].format(n=failed))
