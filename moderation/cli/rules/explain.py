"""``moderation rules explain``."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from pathlib import Path

import click

from moderation.cli import options
from moderation.cli.display import print_json, visible
from moderation.cli.rules.common import load, rule_of
from moderation.cli.rules.listing import row_of
from moderation.domain.errors import UsageError
from moderation.domain.post import Post
from moderation.domain.signal import Hit
from moderation.policy.compiler import wake
from moderation.policy.model import RuleSet
from moderation.policy.trace import ConditionTrace

_NEAREST = 5  # rules that nearly match


@click.command()
@click.argument("rule", required=False)
@click.option("--post", metavar="FILE|-|TEXT", help="A post to explain: a text, or a file with a text or a JSON post.")
@options.rules
@options.common
def explain(
    rule: str | None, post: str | None, rules: Path | None, config: Path | None, as_json: bool, lang: str
) -> None:
    """Explain a rule in words; or with --post, what each rule says of a post, and why.

    Of a post, the rules that match or nearly match are shown; RULE shows that one in any case.

    \b
    Example:
      moderation rules explain ad_diversion.offsite_contact --lang zh
      moderation rules explain --post "姐妹们加V看主页"
    """
    from moderation.authoring.describe import describe_condition, describe_rule

    rule_set = load(rules, config)
    if post is not None:
        _explain_post(wake(rule_set), _read_post(post), rule, config, as_json, lang)
        return
    if rule is None:
        raise click.UsageError("give a RULE, or --post FILE|-|TEXT; `moderation rules list` lists the rules")
    chosen = rule_of(rule_set, rule)
    if as_json:
        detect = {name: describe_condition(condition, lang) for name, condition in chosen.detect.items()}
        said = {"condition": chosen.text, "detect": detect, "explain": chosen.explain[lang], "version": chosen.version}
        print_json({**row_of(chosen, lang), **said})
        return
    for label, text in describe_rule(chosen, lang):
        click.echo(f"{click.style(label, bold=True)}: {visible(text)}")


def _explain_post(
    rule_set: RuleSet, post: Post, name: str | None, config: Path | None, as_json: bool, lang: str
) -> None:
    from moderation.authoring.describe import describe_campaign, describe_language, describe_trace
    from moderation.bootstrap import assemble, load_models
    from moderation.policy.engine import Engine
    from moderation.settings import load_settings

    if name is not None:
        rule_of(rule_set, name)
    # Without gates, so that a rule that is far from holding still shows which of its patterns are there.
    ungated = replace(rule_set, vocabulary=replace(rule_set.vocabulary, gates=(), exemplar_gate=None))
    models = load_models(load_settings(config))
    pipeline = assemble(models, ungated)
    signals = pipeline.signals([post], pipeline.detect([post]))
    decision = pipeline.policy([post], signals, pipeline.clock())[0]
    engine = pipeline.policy
    if not isinstance(engine, Engine):
        raise UsageError("this pipeline's policy cannot explain itself")
    traces = [
        trace
        for trace in engine.trace(post, signals[0])
        if (trace.rule.id == name if name else trace.matched or (trace.near and not trace.outside))
    ]
    traces.sort(
        key=lambda trace: (not trace.matched, -sum(bool(part.hits) for part in trace.conditions), trace.rule.id)
    )
    if as_json:
        said = [
            {"rule": trace.rule.id, "matched": trace.matched, "outside": trace.outside or None,
             "conditions": [_condition_json(part) for part in trace.conditions]}
            for trace in traces
        ]  # fmt: skip
        print_json({"decision": decision.to_json(), "rules": said})
        return
    verdicts = models.detector.explain(post).verdicts
    click.echo(visible(describe_language(signals[0].language, lang, verdicts)))
    scores = ", ".join(f"{category} {score:.4f}" for category, score in sorted(signals[0].scores.items()))
    click.echo(f"{ {'en': 'Scores', 'zh': '得分'}[lang] }: {scores or '-'}")
    if decision.campaign:
        click.echo(visible(describe_campaign(decision.campaign, lang)))
    shown = sum(trace.matched for trace in traces) + _NEAREST
    for trace in traces[:shown]:
        for line in describe_trace(trace, lang):
            click.echo(visible(line))
    if len(traces) > shown:
        more = {"en": "{} more nearly match (--json shows them)", "zh": "另有 {} 条接近命中（--json 可全部列出）"}[lang]
        click.echo(more.format(len(traces) - shown))
    for note in decision.notes:
        click.echo(f"{note.idiom}: {note.to_json()[lang]}")
    click.echo(f"{ {'en': 'Action', 'zh': '处置'}[lang] }: {decision.action.name}")


def _condition_json(part: ConditionTrace) -> dict[str, object]:
    return {
        "name": part.name,
        "truth": part.truth,
        "hits": [_hit_json(hit) for hit in part.hits],
        "taken": [list(span) for span in part.taken],
        "uncounted": [[*_hit_json(hit), language] for hit, language in part.uncounted],
        "value": part.value,
        "limit": part.limit,
        "pivot": part.pivot,
        "contacts": [[contact.kind, contact.value] for contact in part.contacts],
    }


def _hit_json(hit: Hit) -> list[object]:
    return [list(hit.span), hit.evidence.name, list(hit.chain)]


def _read_post(given: str) -> Post:
    text = given
    if given == "-":
        text = sys.stdin.read()
    elif _is_file(given):
        try:
            text = Path(given).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{given}: cannot be read as UTF-8 text ({error})") from None
    try:
        value = json.loads(text)
    except ValueError:
        value = None
    return Post.parse(value if isinstance(value, dict) else {"id": "post", "text": text})


def _is_file(given: str) -> bool:
    try:
        return Path(given).is_file()
    except (OSError, ValueError):  # a text that no file name can be
        return False
