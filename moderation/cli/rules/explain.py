"""``moderation rules explain``."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from moderation.cli import options
from moderation.cli.display import print_json, visible
from moderation.cli.files import progress
from moderation.cli.rules.common import load, rule_of
from moderation.cli.rules.listing import row_of
from moderation.cli.weighed import explained_json, foremost, print_weighed, weigh
from moderation.domain.errors import RefusedPost, UsageError
from moderation.domain.post import Post
from moderation.domain.signal import Hit
from moderation.policy.compiler import wake
from moderation.policy.model import RuleSet, Score
from moderation.policy.trace import ConditionTrace, RuleTrace

if TYPE_CHECKING:
    from moderation.authoring.nearest import Step

_NEAREST = 5  # rules that nearly match
_BATCH = 512

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "last": "Explained: the last of {n} posts; the others count as what came before",
        "scores": "Scores", "action": "Action", "more": "{n} more nearly match (--json shows them)",
        "to_match": "to match:", "to_end": "not to match, it would take:", "quiet": "does not act:",
        "never": "nothing brings it about",
    },
    "zh": {
        "last": "解释的是 {n} 条中的最后一条；其余作为此前的内容计入",
        "scores": "得分", "action": "处置", "more": "另有 {n} 条接近命中（--json 可全部列出）",
        "to_match": "要命中，需要改变：", "to_end": "要不命中，需要改变：", "quiet": "不处置：",
        "never": "无法实现",
    },
}  # fmt: skip


@click.command()
@click.argument("rule", required=False)
@click.option(
    "--post",
    metavar="FILE|-|TEXT",
    help="A post to explain: a text, or a file with a text, a JSON post, or several: the last is explained.",
)
@options.rules
@options.common
def explain(
    rule: str | None, post: str | None, rules: Path | None, config: Path | None, as_json: bool, lang: str
) -> None:
    """Explain a rule in words; or with --post, what each rule says of a post, and why.

    Of a post, the rules that match or nearly match are shown, with the least that would have to change for the
    opposite, the nearest first; RULE shows that one in any case. Then comes what weighed most in the scores. Of several
    posts (JSON Lines, or a JSON list) the last is explained, and those before it fill what the rules count.

    \b
    Example:
      moderation rules explain ad_diversion.offsite_contact --lang zh
      moderation rules explain --post "姐妹们加V看主页"
      moderation rules explain spam.burst --post posts.jsonl
    """
    from moderation.authoring.describe import describe_condition, describe_rule

    rule_set = load(rules, config)
    if post is not None:
        _explain_post(wake(rule_set), _read_posts(post), rule, config, as_json, lang)
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
    rule_set: RuleSet, posts: Sequence[Post], name: str | None, config: Path | None, as_json: bool, lang: str
) -> None:
    from moderation.authoring.describe import describe_campaign, describe_language
    from moderation.authoring.nearest import silence, steps
    from moderation.bootstrap import assemble, load_detector, load_models
    from moderation.policy.engine import Engine
    from moderation.settings import load_settings

    if name is not None:
        rule_of(rule_set, name)
    # Without gates, so that a rule that is far from holding still shows which of its patterns are there.
    # Nor does it leave out what no rule accepts: that a word was seen, but disguised, is what an author must know.
    everything = replace(rule_set.vocabulary, gates=(), exemplar_gate=None, disguised=None)
    ungated = replace(rule_set, vocabulary=everything)
    settings = load_settings(config)
    detector = load_detector(settings)
    models = load_models(settings, detector=detector)
    pipeline = assemble(models, ungated)
    *earlier, post = posts
    with progress("reading what came before", len(earlier)) as advance:
        for start in range(0, len(earlier), _BATCH):
            advance(len(pipeline(earlier[start : start + _BATCH])))
    signals = pipeline.signals([post], pipeline.detect([post]))[0]
    now = pipeline.clock()
    today = datetime.fromisoformat(now).astimezone(UTC).date()
    decision = pipeline.policy([post], [signals], now)[0]
    engine = pipeline.policy
    if not isinstance(engine, Engine):
        raise UsageError("this pipeline's policy cannot explain itself")
    traces = [
        (trace, steps(trace, post, signals), silence(trace, post, signals, today))
        for trace in engine.trace(post, signals)
        if (trace.rule.id == name if name else trace.matched or (trace.near and (not trace.outside or trace.truth)))
    ]
    traces.sort(key=lambda told: (not told[0].matched, told[0].distance, told[0].rule.id))
    asked = {part.category for trace, _, _ in traces for part in trace.rule.detect.values() if isinstance(part, Score)}
    weighed = foremost(weigh(models.classifier, post, signals.language), asked) if signals.scores else []
    if as_json:
        print_json(
            {
                "explained": {"post": post.id, "of": len(posts)},
                "decision": decision.to_json(),
                "rules": [_trace_json(*told) for told in traces],
                "scores_explained": [explained_json(score) for score in weighed],
            }
        )
        return
    say = _WORDS[lang]
    if earlier:
        click.echo(say["last"].format(n=len(posts)))
    verdicts = detector.explain(post).verdicts
    click.echo(visible(describe_language(signals.language, lang, verdicts)))
    scores = ", ".join(f"{category} {score:.4f}" for category, score in sorted(signals.scores.items()))
    click.echo(f"{say['scores']}: {scores or '-'}")
    if decision.campaign:
        click.echo(visible(describe_campaign(decision.campaign, lang)))
    shown = sum(trace.matched for trace, _, _ in traces) + _NEAREST
    for told in traces[:shown]:
        _print_trace(*told, lang)
    if len(traces) > shown:
        click.echo(say["more"].format(n=len(traces) - shown))
    for note in decision.notes:
        click.echo(f"{note.idiom}: {note.to_json()[lang]}")
    click.echo(f"{say['action']}: {decision.action.name}")
    for score in weighed:
        print_weighed(score, lang)


def _print_trace(trace: RuleTrace, changes: Sequence[Step], quiet: Sequence[Step], lang: str) -> None:
    from moderation.authoring.describe import describe_trace

    say = _WORDS[lang]
    for line in describe_trace(trace, lang):
        click.echo(visible(line))
    for key, told in (("quiet", quiet), ("to_end" if trace.matched else "to_match", changes)):
        if told or key != "quiet":
            click.echo(f"  {say[key]}{'' if told else ' ' + say['never']}")
        for step in told:
            click.echo(f"    {visible(step.line(lang))}")


def _trace_json(trace: RuleTrace, changes: Sequence[Step], quiet: Sequence[Step]) -> dict[str, object]:
    return {
        "rule": trace.rule.id,
        "matched": trace.matched,
        "outside": trace.outside or None,
        "nearest": [step.to_json() for step in changes],
        "silent": [step.to_json() for step in quiet],
        "conditions": [_condition_json(part) for part in trace.conditions],
    }


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


def _read_posts(given: str) -> list[Post]:
    text = given
    if given == "-":
        text = sys.stdin.read()
    elif _is_file(given):
        try:
            text = Path(given).read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{given}: cannot be read as UTF-8 text ({error})") from None
    value = _json(text)
    match value:
        case dict():
            return [Post.parse(value)]
        case [dict(), *_]:
            return [_post_of(one, f"post {n}") for n, one in enumerate(value, 1)]
    lines = [(number, line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if lines and isinstance(_json(lines[0][1]), dict):
        return [_post_of(_json(line), f"line {number}") for number, line in lines]
    return [Post.parse({"id": "post", "text": text})]


def _json(text: str) -> object:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _post_of(value: object, place: str) -> Post:
    try:
        return Post.parse(value)
    except RefusedPost as refused:
        raise UsageError(f"{place} of --post: {refused}") from None


def _is_file(given: str) -> bool:
    try:
        return Path(given).is_file()
    except (OSError, ValueError):  # a text that no file name can be
        return False
