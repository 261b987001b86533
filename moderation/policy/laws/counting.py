"""Laws on rules that count what other rules match."""

from __future__ import annotations

from moderation.domain.signal import POSTS
from moderation.policy.laws.base import Pack
from moderation.policy.model import RUNNING, Count
from moderation.policy.reading import suggestion


def counted_rules_are_there(pack: Pack) -> None:
    """R038, R039: a rule that is counted runs, and does not itself count what rules match: one look is enough."""
    known = {file.rule.id: file for file in pack.files if file.rule}
    for file in pack.files:
        for name, condition in file.detect.items():
            if not isinstance(condition, Count) or condition.tally.of == POSTS:
                continue
            value = file.value.child("detect").child(name).child("count").child("of")
            wanted = condition.tally.of
            counted = known.get(wanted)
            if counted is None or counted.rule is None:
                value.fault("R038", f"no rule `{wanted}`", suggestion(wanted, (POSTS, *sorted(known))))
            elif counted.rule.status not in RUNNING:
                message = f"rule `{wanted}` does not run: its status is {counted.rule.status}"
                value.fault("R038", message, "set it to shadow, or count another", warning=True)
            elif any(isinstance(part, Count) and part.tally.of != POSTS for part in counted.detect.values()):
                message = f"rule `{wanted}` counts matches itself, so its own cannot be counted"
                value.fault("R039", message, "count the rules that it counts")
