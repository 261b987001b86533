"""Laws on the life of a rule: its share, its last day, what it does."""

from __future__ import annotations

from datetime import timedelta

from moderation.domain.decision import Action
from moderation.policy.laws.base import ACTING, Surroundings
from moderation.policy.rules import RuleFile

SOON = timedelta(days=30)
"""Long enough to measure a rule once more before it stops acting."""


def canary_has_its_share(file: RuleFile, _: Surroundings) -> None:
    """R023: ``status: canary`` and ``canary: N%`` come together."""
    content = file.value.value if isinstance(file.value.value, dict) else {}
    if file.status == "canary" and "canary" not in content:
        file.value.child("status").fault("R023", "a canary needs its share", "add `canary: 10%`")
    if file.status not in {"canary", None} and "canary" in content:
        hint = "remove it, or set `status: canary`"
        file.value.child("canary").fault_at_key("R023", f"a share of a rule whose status is {file.status}", hint)


def canary_has_its_end(file: RuleFile, _: Surroundings) -> None:
    """R067: a canary is a trial, and a trial ends."""
    if file.rule is not None and file.status == "canary" and "expires" not in file.value.value:
        hint = "add `expires`, the day by which it is promoted or dropped"
        file.value.child("status").fault("R067", "a trial without an end", hint, warning=True)


def not_expired(file: RuleFile, around: Surroundings) -> None:
    """R024: after its last day a rule runs as shadow until somebody has looked at it."""
    expires = file.rule.expires if file.rule else None
    if expires is not None and expires < around.today:
        file.value.child("expires").fault(
            "R024",
            f"the rule expired on {expires}: it runs as shadow",
            "look at its precision, then extend `expires` or set `status: retired`",
            warning=True,
        )


def does_not_expire_soon(file: RuleFile, around: Surroundings) -> None:
    """R066: an acting rule that is about to stop is looked at before it does."""
    expires = file.rule.expires if file.rule and file.status in ACTING else None
    if expires is not None and around.today <= expires < around.today + SOON:
        file.value.child("expires").fault(
            "R066",
            f"the rule stops acting after {expires}",
            "look at its precision now, then extend `expires` or let it end",
            warning=True,
        )


def acting_rules_act(file: RuleFile, _: Surroundings) -> None:
    """R068: the strictest action of all rules counts, so one that approves everywhere never changes an outcome."""
    if file.rule is None or file.status not in ACTING:
        return
    if {file.rule.action, *file.rule.markets.values()} == {Action.approve}:
        file.value.child("action").child("do").fault(
            "R068",
            "the rule approves what would be approved without it, and outweighs no other rule",
            "set `status: shadow` to record only; for exceptions use a `filter_…` in the rule that is to be silent",
            warning=True,
        )
