"""``moderation rules``: for policy authors."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict, replace
from datetime import UTC, date, datetime
from pathlib import Path

import click

from moderation.cli import options
from moderation.cli.display import print_json, print_table, visible
from moderation.domain.errors import NotFound, Problem, UsageError
from moderation.domain.post import Post
from moderation.domain.signal import Hit
from moderation.policy.compiler import wake
from moderation.policy.loader import check_rules, load_rules, read_folder
from moderation.policy.model import Rule, RuleSet
from moderation.policy.trace import ConditionTrace

_SHOWN = 100  # cells of a source line
_NEAREST = 5  # rules that nearly match


@click.group()
def command() -> None:
    """Check, test, list and explain rules.

    \b
    Example:
      moderation rules check
      moderation rules explain --post "姐妹们加V看主页"
    """


@command.command()
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@options.rules
@options.common
def check(rules: Path | None, strict: bool, config: Path | None, as_json: bool, lang: str) -> None:  # noqa: ARG001 - every command has --lang
    """Check rules, lists, idioms and tests: every problem at once, with its place. Exit 1 when there is an error.

    \b
    Example:
      moderation rules check --rules rules --strict
    """
    folder = _folder(rules, config)
    checked = check_rules(read_folder(folder), _today())
    errors = sum(not problem.warning for problem in checked.problems)
    warnings = len(checked.problems) - errors
    if as_json:
        count = len(checked.rule_set.rules) if checked.rule_set else None
        digest = checked.rule_set.digest if checked.rule_set else None
        print_json({"rules": count, "digest": digest, "problems": [asdict(problem) for problem in checked.problems]})
    else:
        for problem in checked.problems:
            _print_problem(problem, folder)
        found = f"{len(checked.rule_set.rules)} rules, " if checked.rule_set else ""
        click.echo(f"{found}{errors} error(s), {warnings} warning(s)")
    if errors or (strict and warnings):
        sys.exit(1)


@command.command()
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

    rule_set = wake(_load(rules, config))
    chosen = [_rule(rule_set, name) for name in names] or list(rule_set.rules)
    results = run_examples(chosen, assemble(load_models(load_settings(config)), rule_set))
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


@command.command(name="list")
@options.rules
@options.common
def list_rules(rules: Path | None, config: Path | None, as_json: bool, lang: str) -> None:
    """List the rules.

    \b
    Example:
      moderation rules list --lang zh
    """
    rows = [_row(rule, lang) for rule in _load(rules, config).rules]
    if as_json:
        print_json(rows)
        return
    headings = {
        "en": ("id", "category", "status", "severity", "languages", "action", "title"),
        "zh": ("编号", "类别", "状态", "严重程度", "语言", "处置", "标题"),
    }[lang]
    print_table({"en": "Rules", "zh": "规则"}[lang], headings, [tuple(row.values()) for row in rows])


@command.command()
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

    rule_set = _load(rules, config)
    if post is not None:
        _explain_post(wake(rule_set), _read_post(post), rule, config, as_json, lang)
        return
    if rule is None:
        raise click.UsageError("give a RULE, or --post FILE|-|TEXT; `moderation rules list` lists the rules")
    chosen = _rule(rule_set, rule)
    if as_json:
        detect = {name: describe_condition(condition, lang) for name, condition in chosen.detect.items()}
        said = {"condition": chosen.text, "detect": detect, "explain": chosen.explain[lang], "version": chosen.version}
        print_json({**_row(chosen, lang), **said})
        return
    for label, text in describe_rule(chosen, lang):
        click.echo(f"{click.style(label, bold=True)}: {visible(text)}")


@command.command()
@options.none
def schema() -> None:
    """Print the JSON Schema of a rule file, for editors.

    \b
    Example:
      moderation rules schema > rules/schema.json
    """
    from moderation.policy.schema import rule_schema

    click.echo(json.dumps(rule_schema(), indent=1, ensure_ascii=False))


def _explain_post(
    rule_set: RuleSet, post: Post, name: str | None, config: Path | None, as_json: bool, lang: str
) -> None:
    from moderation.authoring.describe import describe_campaign, describe_language, describe_trace
    from moderation.bootstrap import assemble, load_models
    from moderation.policy.engine import Engine
    from moderation.settings import load_settings

    if name is not None:
        _rule(rule_set, name)
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


def _print_problem(problem: Problem, folder: Path) -> None:
    kind = click.style("warning", fg="yellow") if problem.warning else click.style("error", fg="red")
    place = f"{folder / problem.file}:{problem.line}:{problem.column}"
    click.echo(f"{place}: {kind} {problem.code}: {visible(problem.message)}")
    if problem.source:
        before, after = _window(problem.source, problem.column - 1)
        click.echo(f"    {before}{after}\n    {' ' * _cells(before)}{click.style('^', fg='green')}")
    if problem.hint:
        click.echo(f"    hint: {visible(problem.hint)}")


def _window(source: str, index: int) -> tuple[str, str]:
    """The part of a line around a character, before it and from it on; as it is safe to print."""
    start = max(0, index - _SHOWN // 2)
    before = ("…" if start else "") + visible(source[start:index])
    end = index + _SHOWN // 2
    return before, visible(source[index:end]) + ("…" if end < len(source) else "")


def _cells(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


def _row(rule: Rule, lang: str) -> dict[str, str]:
    return {
        "id": rule.id,
        "category": rule.category,
        "status": rule.status,
        "severity": rule.severity.name,
        "languages": " ".join(rule.scope.languages),
        "action": rule.action.name,
        "title": rule.title[lang],
    }


def _rule(rule_set: RuleSet, name: str) -> Rule:
    found = rule_set.rule(name)
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(name, [rule.id for rule in rule_set.rules], n=1)
        hint = f"did you mean `{near[0]}`?" if near else "`moderation rules list` lists them"
        raise NotFound(f"no rule `{name}`; {hint}")
    return found


def _load(rules: Path | None, config: Path | None) -> RuleSet:
    return load_rules(read_folder(_folder(rules, config)), _today())


def _folder(rules: Path | None, config: Path | None) -> Path:
    if rules is not None:
        return rules
    from moderation.settings import load_settings  # a quarter of a second that --rules saves

    return load_settings(config).rules


def _today() -> date:
    return datetime.now(UTC).date()
