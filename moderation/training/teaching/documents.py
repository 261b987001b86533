"""The YAML files of the teaching corpus, read as rules are: composed from nodes, nothing constructed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from moderation.domain.errors import UsageError
from moderation.policy.yaml import parse


def value_of(path: Path) -> Any:
    """The value of a file; :class:`UsageError` names the file, the line and what is wrong."""
    document = parse(path.read_text("utf-8"), path.name)
    if document.problems:
        problem = document.problems[0]
        raise UsageError(f"{path}:{problem.line}:{problem.column}: {problem.message}")
    return document.value
