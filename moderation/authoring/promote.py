"""Promotion: from draft to shadow to canary to enforce, one line of a file at a time, and back at any time."""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from difflib import ndiff
from pathlib import Path
from tempfile import NamedTemporaryFile

from moderation.authoring.gates import DEMANDS
from moderation.domain.errors import Problem, UsageError
from moderation.domain.signal import POSTS
from moderation.policy.compiler import wake
from moderation.policy.edit import set_values
from moderation.policy.loader import check_rules
from moderation.policy.model import Count, Rule, RuleSet

STEPS = ("shadow", "canary", "enforce")
USUAL_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Move:
    """From one status to another; ``share`` is that of a canary, from 0 to 1."""

    rule: Rule
    to: str
    share: float = 0.0

    @property
    def backwards(self) -> bool:
        """Whether the rule does less than before: always allowed."""
        now = (_rank(self.rule.status), self.rule.canary)
        return (_rank(self.to), self.share) < now

    @property
    def measured(self) -> bool:
        """Whether the rule must have been measured on posts."""
        return self.to in DEMANDS and not self.backwards


def plan(rule: Rule, to: str | None, share: float | None) -> Move:
    """The move that is asked for, by default the next one; :class:`UsageError` where it is none."""
    following = STEPS[min(_rank(rule.status) + 1, len(STEPS) - 1)]
    target = to or following
    if share is not None and target != "canary":
        raise UsageError(f"--share is for a canary, and {rule.id} would be {target}; leave it out, or say --to canary")
    move = Move(rule, target, (share or USUAL_SHARE) if target == "canary" else 0.0)
    if (move.to, move.share) == (rule.status, rule.canary):
        again = f" of {rule.canary * 100:g}%; give another --share" if target == "canary" else "; there is no next step"
        raise UsageError(f"{rule.id} is {rule.status} already{again if to is None or target == 'canary' else ''}")
    return move


def _rank(status: str) -> int:
    """How far a status is; what does not run is before all."""
    return STEPS.index(status) if status in STEPS else -1


def alone(rule_set: RuleSet, rule: Rule) -> RuleSet:
    """A rule without the others, but for those that it counts; a draft runs."""
    wanted = [rule]
    for each in wanted:
        counted = (part.tally.of for part in each.detect.values() if isinstance(part, Count))
        found = (rule_set.rule(name) for name in counted if name != POSTS)
        wanted += [one for one in found if one is not None and one not in wanted]
    kept = tuple(one for one in rule_set.rules if one in wanted)
    return wake(replace(rule_set, rules=kept))


def rewrite(files: Mapping[str, str], move: Move) -> dict[str, str]:
    """The files with the rule's new status; nothing else changes."""
    said = {"status": move.to, "canary": f"{move.share * 100:g}%" if move.to == "canary" else None}
    file = move.rule.file
    try:
        return {**files, file: set_values(files[file], said, after="status")}
    except UsageError as error:
        raise UsageError(f"{file}: {error}") from None


def new_problems(old: Mapping[str, str], new: Mapping[str, str], today: date) -> list[Problem]:
    """What `rules check` says of the new files and did not say of the old, wherever it stands by now."""
    known = {(one.file, one.code, one.message) for one in check_rules(old, today).problems}
    return [one for one in check_rules(new, today).problems if (one.file, one.code, one.message) not in known]


def changes(old: str, new: str) -> list[str]:
    """The lines that differ, each with ``-`` or ``+`` before it."""
    return [line for line in ndiff(old.splitlines(), new.splitlines()) if line[0] in "-+"]


def replace_file(path: Path, text: str) -> None:
    """Write a file so that a reader finds the old or the new one, never a part; its mode stays.

    Raises :class:`UsageError` where it cannot be written.
    """
    target = path.resolve()  # a link stays a link
    temporary = None
    try:
        with NamedTemporaryFile("wb", dir=target.parent, prefix=f".{target.name}.", suffix=".tmp", delete=False) as out:
            temporary = Path(out.name)
            out.write(text.encode("utf-8"))
            out.flush()
            os.fsync(out.fileno())
            os.fchmod(out.fileno(), target.stat().st_mode & 0o7777)
        temporary.replace(target)
    except OSError as error:
        if temporary is not None:
            with suppress(OSError):
                temporary.unlink()
        raise UsageError(f"{path}: cannot be written ({error.strerror}); nothing was changed") from None
