"""``moderation rules list``."""

from __future__ import annotations

from pathlib import Path

import click

from moderation.cli import options
from moderation.cli.display import print_json, print_table
from moderation.cli.rules.common import load
from moderation.policy.model import Rule


@click.command(name="list")
@options.rules
@options.common
def list_rules(rules: Path | None, config: Path | None, as_json: bool, lang: str) -> None:
    """List the rules.

    \b
    Example:
      moderation rules list --lang zh
    """
    rows = [row_of(rule, lang) for rule in load(rules, config).rules]
    if as_json:
        print_json(rows)
        return
    headings = {
        "en": ("id", "category", "status", "severity", "languages", "action", "title"),
        "zh": ("编号", "类别", "状态", "严重程度", "语言", "处置", "标题"),
    }[lang]
    print_table({"en": "Rules", "zh": "规则"}[lang], headings, [tuple(row.values()) for row in rows])


def row_of(rule: Rule, lang: str) -> dict[str, str]:
    """A rule as a line of the list."""
    return {
        "id": rule.id,
        "category": rule.category,
        "status": rule.status,
        "severity": rule.severity.name,
        "languages": " ".join(rule.scope.languages),
        "action": rule.action.name,
        "title": rule.title[lang],
    }
