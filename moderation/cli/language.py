"""``moderation language``: which language a post is in, which layer of the detector says so, and what follows."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from moderation.cli import options
from moderation.cli.display import print_json, print_table, visible
from moderation.cli.files import open_input
from moderation.domain.language import Language
from moderation.domain.post import Post
from moderation.settings import Settings, load_routes, load_settings, load_taxonomy

if TYPE_CHECKING:
    from moderation.language.detector import Explanation
    from moderation.policy.model import RuleSet


@click.group()
def command() -> None:
    """Look at what the language detector makes of a post.

    \b
    Example:
      moderation language explain "今天的OOTD太cute了"
    """


@command.command()
@click.argument("text", required=False)
@click.option("--file", metavar="FILE|-", help="Explain posts: JSON Lines, .gz read directly.")
@options.rules
@options.common
def explain(
    text: str | None, file: str | None, rules: Path | None, config: Path | None, as_json: bool, lang: str
) -> None:
    """Explain the language of a text, or of the posts of a file.

    For each script in it: the layer that decided, what else it may be, and the profiles' scores in nats. Then the
    spans, the queue and the desk where such a post goes, and the rules that would look at it.

    \b
    Example:
      moderation language explain "今天的OOTD太cute了"
      moderation language explain --file posts.jsonl --json
    """
    if (text is None) == (file is None):
        raise click.UsageError('give a TEXT or --file FILE|-; such as `moderation language explain "hola"`')
    from moderation.bootstrap import build_rules, load_detector

    settings = load_settings(config)
    rule_set = build_rules(settings, rules)
    detector = load_detector(settings)
    for number, post in enumerate([Post.parse({"id": "text", "text": text})] if file is None else _posts(file)):
        said = _account(post, detector.explain(post), rule_set, settings)
        if as_json:
            print_json(said)
            continue
        if number:
            click.echo()
        _print(said, lang)


def _posts(file: str) -> Iterator[Post]:
    """The good posts of a file; what is refused is said on stderr, and the others go on."""
    from moderation.pool.door import Refusal, read_lines, read_post

    with open_input(file) as source:
        for number, line in read_lines(source):
            post = read_post(number, line)
            if isinstance(post, Refusal):
                click.echo(str(post), err=True)
            else:
                yield post


def _account(post: Post, found: Explanation, rule_set: RuleSet, settings: Settings) -> dict[str, Any]:
    """All that there is to say of a post, as JSON."""
    from moderation.language.calibration import SURE
    from moderation.policy.decide import Decider
    from workers.routing import judge_queue, route_of_post

    language, routes, fields = found.language, load_routes(), dict(post.fields())
    return {
        "post_id": post.id,
        "language": {
            **language.to_message(),
            "spans": [[*span, fields[span.field][span.start : span.end]] for span in language.spans],
        },
        "doubtful_below": SURE,
        "second_opinion": settings.language.doubtful,
        "scripts": [
            {
                "script": script,
                "by": verdict.by,
                "tag": verdict.tag,
                "confidence": round(verdict.confidence, 4),
                "others": [tag for tag in verdict.others if tag != verdict.tag],
                "profiles": [[tag, round(score, 2)] for tag, score in found.ranked.get(script, ())],
            }
            for script, verdict in found.verdicts.items()
        ],
        "queue": judge_queue(route_of_post(language, routes.routes)),
        "desk": Decider(load_taxonomy(), routes.desks).desk(language),
        "rules": _looking(post, language, rule_set),
    }


def _looking(post: Post, language: Language, rule_set: RuleSet) -> dict[str, Any]:
    """How many of the running rules look at a post, and the languages of theirs that it speaks."""
    from moderation.domain.signal import Signals
    from moderation.policy.model import RUNNING
    from moderation.policy.trace import outside
    from moderation.policy.view import View

    view = View(post, Signals(language))
    running = [rule for rule in rule_set.rules if rule.status in RUNNING]
    named = {tag for rule in running for tag in rule.scope.languages}
    named |= {term.language for term in rule_set.vocabulary.terms}
    named |= {pattern.language for pattern in rule_set.vocabulary.patterns}
    return {
        "languages": sorted(tag for tag in named if view.in_scope((tag,))),
        "looking": sum(not outside(rule, view) for rule in running),
        "of": len(running),
    }


def _print(said: dict[str, Any], lang: str) -> None:
    from moderation.authoring.describe import name_layer

    say = _WORDS[lang]
    language = said["language"]
    sure = say["sure"].format(n=language["confidence"], limit=said["doubtful_below"])
    if language["doubtful"]:
        some = say["comma"].join(language["candidates"])
        sure = say["doubtful"].format(n=language["confidence"], limit=said["doubtful_below"], some=some)
    click.echo(f"{said['post_id']}: {click.style(language['tag'], bold=True)}{say['stop']}{sure}")
    shares = say["comma"].join(f"{tag} {share:.2f}" for tag, share in language["shares"].items())
    click.echo(f"{say['shares']}: {shares or '-'}\n")
    scripts = said["scripts"]
    rows = [
        (one["script"], name_layer(one["by"], lang), one["tag"], f"{one['confidence']:.4f}", " ".join(one["others"]))
        for one in scripts
    ]
    print_table(say["scripts"], [say[name] for name in ("script", "by", "tag", "confidence", "others")], rows)
    ranked = [
        (one["script"], tag, f"{score:.1f}", f"{one['profiles'][0][1] - score:.1f}")
        for one in scripts
        for tag, score in one["profiles"]
    ]
    if ranked:
        click.echo()
        print_table(say["profiles_title"], [say[name] for name in ("script", "tag", "score", "behind")], ranked)
    click.echo()
    print_table(
        say["spans"], [say[name] for name in ("field", "start", "end", "tag", "text")], language["spans"], empty="-"
    )
    rules = said["rules"]
    click.echo(f"\n{say['goes'].format(queue=said['queue'], desk=say[said['desk']])}")
    languages = visible(say["comma"].join(rules["languages"]) or "-")
    click.echo(say["rules"].format(looking=rules["looking"], of=rules["of"], languages=languages))


_WORDS: dict[str, dict[str, str]] = {
    "en": {
        "sure": "confidence {n:.4f}, not doubtful (that begins below {limit:g})",
        "doubtful": "confidence {n:.4f}, DOUBTFUL (below {limit:g}): {some}",
        "shares": "Shares", "comma": ", ", "stop": "; ",
        "scripts": "What each script says", "script": "script", "by": "decided by", "tag": "tag",
        "confidence": "confidence", "others": "or else",
        "profiles_title": "What the profiles alone say, in nats", "score": "score", "behind": "behind",
        "spans": "Spans", "field": "field", "start": "start", "end": "end", "text": "text",
        "goes": "Goes to: queue {queue}; if it needs a reviewer, {desk}",
        "zh": "desk zh", "en": "desk en", "both": "both desks",
        "rules": "Rules: {looking} of {of} look at it; their languages: {languages}",
    },
    "zh": {
        "sure": "置信度 {n:.4f}，确定（低于 {limit:g} 为存疑）",
        "doubtful": "置信度 {n:.4f}，存疑（低于 {limit:g}）：{some}",
        "shares": "占比", "comma": "、", "stop": "；",
        "scripts": "各文字的判断", "script": "文字", "by": "判定依据", "tag": "标签", "confidence": "置信度",
        "others": "也可能是",
        "profiles_title": "仅凭统计模型的得分（奈特）", "score": "得分", "behind": "落后",
        "spans": "片段", "field": "字段", "start": "起", "end": "止", "text": "原文",
        "goes": "去向：队列 {queue}；如需人工审核：{desk}",
        "zh": "中文审核台", "en": "英文审核台", "both": "两个审核台",
        "rules": "规则：共 {of} 条，适用 {looking} 条；涉及语言：{languages}",
    },
}  # fmt: skip
