"""Laws on what a rule may do, given what it goes by: who people are is no evidence, a model's word is not the last."""

from __future__ import annotations

from collections.abc import Callable

from moderation.domain.decision import Action
from moderation.policy.expressions import Node, names, possible
from moderation.policy.laws.base import Surroundings, adverse, place_of, whole
from moderation.policy.model import (
    Among,
    Condition,
    Contacts,
    Count,
    Idioms,
    Links,
    NearDuplicates,
    Regex,
    Score,
    Similar,
    Speech,
    Words,
)
from moderation.policy.rules import RuleFile
from moderation.policy.terms import sounding


def acts_on_what_was_said(file: RuleFile, around: Surroundings) -> None:
    """R050, R079: no adverse action for the language, region or group alone that a post shows, nor for nothing.

    Proxies may be true or false, everything else only not true: what is ruled out is no evidence of anything.
    """
    if file.rule is None or file.node is None or not whole(file) or not adverse(file.rule):
        return
    strictest = max(adverse(file.rule))
    proxies = [name for name in file.detect if _is_proxy(file.detect[name], around.identities)]
    condition = file.value.child("condition")
    if _true_by(file.node, lambda _: False):
        condition.fault(
            "R079",
            f"the rule can {strictest.name} a post in which nothing was found",
            "ask for something that is there, and join it with `and`",
            warning=True,
        )
    elif _true_by(file.node, proxies.__contains__):
        used = sorted({name for name, _ in names(file.node)} & set(proxies))
        condition.fault_inside(
            min(at for name, at in names(file.node) if name in used),
            "R050",
            f"{', '.join(used)} alone can {strictest.name} a post: who somebody is, is no violation",
            "join it with a condition on what the post says or does",
            warning=file.status == "draft",
        )


def _is_proxy(condition: Condition, identities: frozenset[str]) -> bool:
    """Whether a condition tells who or where somebody is, and not what the post says or does."""
    match condition:
        case Speech():
            return True
        case Among(field):
            return field != "post.kind"
        case Words(terms):
            return bool(identities) and all(sounding(term.text) in identities for term in terms)
        case _:
            return False


def removal_needs_more_than_a_model(file: RuleFile, _: Surroundings) -> None:
    """R069: a model may be wrong in a way that nobody sees; what it says alone is not removed unread."""
    if file.rule is None or file.node is None or not whole(file) or Action.remove not in adverse(file.rule):
        return
    detect = file.detect

    def told(name: str) -> bool:
        return not isinstance(detect[name], Words | Regex | Idioms | Contacts | Links | NearDuplicates | Count)

    def told_without_model(name: str) -> bool:
        return told(name) and not isinstance(detect[name], Score | Similar)

    if _true_by(file.node, told) and not _true_by(file.node, told_without_model):
        models = sorted({name for name, _ in names(file.node) if isinstance(detect[name], Score | Similar)})
        file.value.child("condition").fault_inside(
            place_of(file.node),
            "R069",
            f"{', '.join(models)} alone can remove a post",
            "`hold` it for a person, or join it with what the post says",
            warning=True,
        )


def _true_by(node: Node, evidence: Callable[[str], bool]) -> bool:
    """Whether a condition can be true where of its names only the evidence may be, and all may be false."""
    return possible(node, lambda name: (evidence(name), True))[0]
