"""The decision that a reviewer is composing: rows of choices, filled by digits from the top.

Everything here is a pure function of a :class:`Draft` and the :class:`Choices` that the item offers.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from moderation.domain.review import BASES, REASONS, VERDICTS, Verdict
from moderation.pool.review.reading import worth

ACTS = (*VERDICTS, "escalate", "second", "skip")
"""The first row: a verdict, or what gives the item to somebody else."""

SCOPES = ("post", "campaign")
OPINIONS = ("none", *VERDICTS)

_ROWS = {
    "allow": ("act", "basis", "scope", "note"),
    "escalate": ("act", "note"),
    "second": ("act", "opinion", "policy", "basis", "note"),
    "skip": ("act", "reason", "note"),
}
_VERDICT_ROWS = ("act", "policy", "basis", "scope", "note")


@dataclass(frozen=True, slots=True)
class Choices:
    """What an item offers: policies by category, whether a campaign is there and may be decided, read levels.

    ``basis`` is what counts while none is chosen; ``mine`` and ``needs`` are levels (0 to 3).
    """

    policies: tuple[str, ...]
    versions: Mapping[str, str]
    basis: str
    mine: int
    needs: Mapping[str, int]
    campaign: bool = False
    unopened: int = 0

    def of(self, row: str) -> tuple[str, ...]:
        """The choices of a row, in the order of their digits; the note has none."""
        return {
            "act": ACTS,
            "policy": self.policies,
            "basis": BASES,
            "scope": SCOPES if self.campaign else SCOPES[:1],
            "reason": REASONS,
            "opinion": OPINIONS,
        }.get(row, ())


@dataclass(frozen=True, slots=True)
class Draft:
    """What is composed so far; None is not chosen yet."""

    row: str = "act"
    act: str | None = None
    policy: str | None = None
    basis: str | None = None
    scope: str = "post"
    reason: str | None = None
    opinion: str = "none"
    note: str = ""

    @property
    def rows(self) -> tuple[str, ...]:
        """The rows that its act asks for."""
        return _ROWS.get(self.act or "", _VERDICT_ROWS)

    def chosen(self, row: str, choices: Choices) -> str | None:
        """What counts in a row."""
        return choices.basis if row == "basis" and self.basis is None else getattr(self, row)


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a draft cannot be committed: ``what`` is missing, level or unopened; ``row`` is where to mend it.

    ``may`` are the acts that the reviewer's basis allows instead.
    """

    what: str
    row: str
    needs: int = 0
    has: int = 0
    may: tuple[str, ...] = ()


def press(draft: Draft, digit: int, choices: Choices) -> Draft:
    """Fill the active row with its choice ``digit`` (from 1) and drop to the next; a digit of nothing does nothing."""
    offered = choices.of(draft.row)
    if not 1 <= digit <= len(offered):
        return draft
    return _drop(choose(draft, draft.row, offered[digit - 1]))


def act(draft: Draft, name: str) -> Draft:
    """Choose an act by its letter, and drop to the next row."""
    return _drop(choose(replace(draft, row="act"), "act", name))


def choose(draft: Draft, row: str, value: str) -> Draft:
    """Set one row; another act keeps what its rows share with those of the act before."""
    changed = replace(draft, **{row: value})
    return changed if changed.row in changed.rows else replace(changed, row="act")


def move(draft: Draft, by: int) -> Draft:
    """Another row."""
    at = draft.rows.index(draft.row)
    return replace(draft, row=draft.rows[max(0, min(at + by, len(draft.rows) - 1))])


def shift(draft: Draft, by: int, choices: Choices) -> Draft:
    """The choice beside the present one of the active row."""
    offered = choices.of(draft.row)
    if not offered:
        return draft
    present = draft.chosen(draft.row, choices)
    at = offered.index(present) + by if present in offered else (0 if by > 0 else len(offered) - 1)
    return choose(draft, draft.row, offered[max(0, min(at, len(offered) - 1))])


def problem(draft: Draft, choices: Choices) -> Problem | None:
    """Why it cannot be committed, or None."""
    if draft.act is None or (draft.act == "skip" and draft.reason is None):
        return Problem("missing", "reason" if draft.act else "act")
    action = _verdict_of(draft)
    if action is None:
        return None
    if action != "allow" and draft.policy is None:
        return Problem("missing", "policy")
    has, needs = worth(draft.chosen("basis", choices) or "pattern", choices.mine), choices.needs.get(action, 0)
    if has < needs:
        allowed = tuple(each for each in VERDICTS if choices.needs.get(each, 0) <= has)
        return Problem("level", "basis", needs, has, allowed)
    if draft.scope == "campaign" and draft.act in VERDICTS and choices.unopened:
        return Problem("unopened", "scope", needs=choices.unopened)
    return None


def confirms(draft: Draft) -> bool:
    """Whether it is asked once more: a ban, and whatever is done to a campaign."""
    return draft.act == "ban" or (draft.act in VERDICTS and draft.scope == "campaign")


def verdict(draft: Draft, choices: Choices, lang: str) -> Verdict | None:
    """The verdict, or the opinion for a second one; None where it is neither."""
    action = _verdict_of(draft)
    if action is None:
        return None
    category = None if action == "allow" else draft.policy
    return Verdict(
        action=action,
        category=category,
        basis=draft.chosen("basis", choices) or "pattern",
        note=draft.note,
        policy_version=choices.versions.get(category or ""),
        policy_lang=lang if category else None,
    )


def again(undone: Verdict) -> Draft:
    """What was undone, composed again."""
    return Draft(row="act", act=undone.action, policy=undone.category, basis=undone.basis, note=undone.note)


def _verdict_of(draft: Draft) -> str | None:
    if draft.act == "second":
        return None if draft.opinion == "none" else draft.opinion
    return draft.act if draft.act in VERDICTS else None


def _drop(draft: Draft) -> Draft:
    """To the next row that digits fill; in the last of them it stays."""
    rows = [row for row in draft.rows if row != "note"]
    at = rows.index(draft.row)
    return replace(draft, row=rows[min(at + 1, len(rows) - 1)])
