"""Every error that a caller may meet, with the exit code that the command line gives it.

::

    ModerationError                  70  a fault of ours
    ├── UsageError                    2  a call or a configuration that cannot work
    │   └── RulesRefused              2  a rule set that does not load, with all its problems
    ├── RefusedPost                   -  one post that breaks the contract; the others go on
    ├── NotFound                      2  no such post, item, rule or model
    ├── QueueEmpty                    3  nothing to claim
    ├── LeaseLost                     4  the lease expired or its fence is old
    ├── AlreadyDecided                5  somebody decided the item before
    ├── HeldForSecond                 6  a second reviewer has to look first
    ├── PolicyStale                   7  the policy text that was shown has changed
    ├── Forbidden                     8  role, read level or basis do not allow it
    ├── CampaignChanged               9  not the members that were shown
    ├── OverLoad                     10  the reviewer has read enough for this shift
    └── ServiceUnavailable           69  the broker or the store cannot be reached
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


class ModerationError(Exception):
    """Base of all errors; the message says what, where and what to do.

    ``str`` is the English one; ``zh`` is the same in Chinese, where a reviewer may meet the error.
    """

    exit_code = 70

    def __init__(self, message: str = "", *, zh: str = "") -> None:
        super().__init__(message)
        self.zh = zh

    def say(self, lang: str) -> str:
        """The message in a language; in English where it has none of that."""
        return self.zh if lang == "zh" and self.zh else str(self)


class UsageError(ModerationError):
    """A call or a configuration that cannot work."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class Problem:
    """One finding in a rule file.

    ``line`` and ``column`` count from 1; ``code`` is stable (``R012``); ``source`` is the line itself.
    """

    file: str
    line: int
    column: int
    code: str
    message: str
    hint: str = ""
    source: str = ""
    warning: bool = False

    def __str__(self) -> str:
        kind = "warning" if self.warning else "error"
        return f"{self.file}:{self.line}:{self.column}: {kind} {self.code}: {self.message}"


class RulesRefused(UsageError):
    """A rule set that does not load."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        errors = [p for p in self.problems if not p.warning]
        first = f"; the first: {errors[0]}" if errors else ""
        super().__init__(f"the rules have {len(errors)} error(s){first}. Run `moderation rules check` for all of them")


class RefusedPost(ModerationError):
    """One post that breaks the contract: ``field`` and ``reason`` say where and why."""

    def __init__(self, field: str, reason: str) -> None:
        self.field = field
        self.reason = reason
        super().__init__(f"{field}: {reason}")


class NotFound(ModerationError):
    """No such post, item, rule or model."""

    exit_code = 2


class QueueEmpty(ModerationError):
    """Nothing to claim."""

    exit_code = 3


class LeaseLost(ModerationError):
    """The lease expired, was released, or its fence is older than the item's."""

    exit_code = 4


class AlreadyDecided(ModerationError):
    """Somebody decided the item before."""

    exit_code = 5


class HeldForSecond(ModerationError):
    """A second reviewer has to look first."""

    exit_code = 6


class PolicyStale(ModerationError):
    """The policy text that the reviewer was shown has changed since."""

    exit_code = 7


class Forbidden(ModerationError):
    """Role, read level or basis do not allow it."""

    exit_code = 8


class CampaignChanged(ModerationError):
    """The campaign has other members than were shown, or some of them must be opened first."""

    exit_code = 9


class OverLoad(ModerationError):
    """The reviewer has read enough for this shift."""

    exit_code = 10


class ServiceUnavailable(ModerationError):
    """The broker or the store cannot be reached."""

    exit_code = 69
