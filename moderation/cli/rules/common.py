"""What the commands for authors share: the folder, its rules, one rule by name."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

from moderation.domain.errors import NotFound
from moderation.policy.loader import load_rules, read_folder
from moderation.policy.model import Rule, RuleSet


def rule_of(rule_set: RuleSet, name: str) -> Rule:
    """The rule with an id; :class:`NotFound` with the nearest one where there is none."""
    found = rule_set.rule(name)
    if found is None:
        from difflib import get_close_matches

        near = get_close_matches(name, [rule.id for rule in rule_set.rules], n=1)
        hint = f"did you mean `{near[0]}`?" if near else "`moderation rules list` lists them"
        raise NotFound(f"no rule `{name}`; {hint}")
    return found


def load(rules: Path | None, config: Path | None) -> RuleSet:
    """The rules of ``--rules``, or those of the settings."""
    return load_rules(read_folder(folder_of(rules, config)), today())


def folder_of(rules: Path | None, config: Path | None) -> Path:
    """The folder of ``--rules``, or that of the settings."""
    if rules is not None:
        return rules
    from moderation.settings import load_settings  # a quarter of a second that --rules saves

    return load_settings(config).rules


def today() -> date:
    """The day in UTC, on which rules expire."""
    return datetime.now(UTC).date()
