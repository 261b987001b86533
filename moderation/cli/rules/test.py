"""``moderation rules test``."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.cli import options
from moderation.cli.display import print_json, visible
from moderation.cli.rules.common import load, rule_of
from moderation.domain.language import Language
from moderation.policy.compiler import wake
from moderation.policy.model import Rule

if TYPE_CHECKING:
    from moderation.settings import Settings


@click.command()
@click.argument("names", nargs=-1, metavar="[RULE]...")
@options.rules
@options.common
def test(names: tuple[str, ...], rules: Path | None, config: Path | None, as_json: bool, lang: str) -> None:  # noqa: ARG001 - as above
    """Run the tests beside the rules (of all, or of some). Exit 1 when one fails; a todo_ test never does.

    \b
    Example:
      moderation rules test ad_diversion.offsite_contact
    """
    from moderation.authoring.examples import Outcome, count, run_examples
    from moderation.bootstrap import assemble, load_models
    from moderation.settings import load_settings

    rule_set = wake(load(rules, config))
    chosen = [rule_of(rule_set, name) for name in names] or list(rule_set.rules)
    settings = load_settings(config)
    # The languages of the posts are detected while this process builds the matcher: each takes seconds.
    with ProcessPoolExecutor(1, mp_context=get_context("fork")) as aside:
        languages = aside.submit(_detect, settings, chosen)
        models = load_models(settings, detector=lambda _: languages.result())
        results = run_examples(chosen, assemble(models, rule_set))
    counts = count(results)
    if as_json:
        print_json(
            {
                **counts,
                "results": [
                    {
                        "rule": result.rule,
                        **asdict(result.example),
                        "outcome": result.outcome.value,
                        "reason": result.reason,
                    }
                    for result in results
                ],
            }
        )
    else:
        for result in results:
            if result.outcome in {Outcome.failed, Outcome.now_true}:
                example = result.example
                colour = "red" if result.outcome is Outcome.failed else "yellow"
                click.echo(
                    f"{example.file}:{example.line}: {click.style(result.outcome.value, fg=colour)} {result.rule}"
                )
                click.echo(f"    {visible(example.text)}\n    {visible(result.reason)}")
        click.echo(", ".join(f"{number} {outcome}" for outcome, number in counts.items() if number) or "no tests")
    if counts[Outcome.failed.value]:
        sys.exit(1)


def _detect(settings: Settings, rules: Sequence[Rule]) -> list[Language]:
    """The language of each post of the tests."""
    from moderation.authoring.examples import posts_of
    from moderation.bootstrap import load_detector

    return load_detector(settings)(posts_of(rules))
