"""``moderation rules check``."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import click

from moderation.cli import options
from moderation.cli.display import print_json, visible
from moderation.cli.rules.common import folder_of, today
from moderation.domain.errors import Problem
from moderation.policy.loader import check_rules, read_folder

_SHOWN = 100  # cells of a source line


@click.command()
@click.option("--strict", is_flag=True, help="Warnings fail too.")
@options.rules
@options.common
def check(rules: Path | None, strict: bool, config: Path | None, as_json: bool, lang: str) -> None:  # noqa: ARG001 - every command has --lang
    """Check rules, lists, idioms and tests: every problem at once, with its place. Exit 1 when there is an error.

    \b
    Example:
      moderation rules check --rules rules --strict
    """
    folder = folder_of(rules, config)
    checked = check_rules(read_folder(folder), today())
    errors = sum(not problem.warning for problem in checked.problems)
    warnings = len(checked.problems) - errors
    if as_json:
        count = len(checked.rule_set.rules) if checked.rule_set else None
        digest = checked.rule_set.digest if checked.rule_set else None
        print_json({"rules": count, "digest": digest, "problems": [asdict(problem) for problem in checked.problems]})
    else:
        for problem in checked.problems:
            click.echo(shown(problem, folder))
        found = f"{len(checked.rule_set.rules)} rules, " if checked.rule_set else ""
        click.echo(f"{found}{errors} error(s), {warnings} warning(s)")
    if errors or (strict and warnings):
        sys.exit(1)


def shown(problem: Problem, folder: Path) -> str:
    """A problem as a terminal shows it, in colour: its place, the line with a caret, the hint."""
    kind = click.style("warning", fg="yellow") if problem.warning else click.style("error", fg="red")
    place = f"{folder / problem.file}:{problem.line}:{problem.column}"
    lines = [f"{place}: {kind} {problem.code}: {visible(problem.message)}"]
    if problem.source:
        before, after = _window(problem.source, problem.column - 1)
        lines += [f"    {before}{after}", f"    {' ' * _cells(before)}{click.style('^', fg='green')}"]
    if problem.hint:
        lines.append(f"    hint: {visible(problem.hint)}")
    return "\n".join(lines)


def _window(source: str, index: int) -> tuple[str, str]:
    """The part of a line around a character, before it and from it on; as it is safe to print."""
    start = max(0, index - _SHOWN // 2)
    before = ("…" if start else "") + visible(source[start:index])
    end = index + _SHOWN // 2
    return before, visible(source[index:end]) + ("…" if end < len(source) else "")


def _cells(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)
