"""The generator: fills the slots of patterns, wraps them in frames, varies the spelling; and says what is held out.

Parts, not rows, are held out: predicates, groups and frames that training never sees, so that the figures say how a
new insult about another group in an unknown construction is read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from random import Random
from typing import NamedTuple

from moderation.training.teaching.patterns import SENTENCE, SLOT, Pattern, Patterns, Slot
from moderation.training.teaching.vary import vary

HELD_OUT_PARTS = 7
"""One predicate in so many, and one frame in so many, is held out."""
HELD_OUT_GROUPS = frozenset(
    ("roma", "gypsies", "gitanos", "koreans", "autistic", "autistic_people", "kurds", "old", "old_people", "elderly",
     "indians", "christians", "southerners", "guangdong", "northeast")
)  # fmt: skip
_GROUPS = 5  # groups for each pattern in one pass
_TURNS = 3
_KEEPS = 2
_NOT_TURNED = frozenset(
    ("privacy", "self_harm")
)  # a quoted address is an address, a quoted farewell may be a live risk
_VARIED = 0.25  # share of sentences whose spelling is varied


class Made(NamedTuple):
    """A composed post. ``labels`` is empty when benign; ``about`` is the category whose contrast it belongs to."""

    text: str
    lang: str
    labels: frozenset[str]
    about: str
    form: str
    held_out: bool


def is_held_out(part: str) -> bool:
    """Whether a predicate or frame is never trained on; by the hash of its name, the same in every language."""
    return int.from_bytes(sha256(part.encode()).digest()[:4]) % HELD_OUT_PARTS == 0


def compose(files: Sequence[Patterns], seed: int) -> Iterator[Made]:
    """One pass over all patterns: each with a few groups, things and frames. Another seed, other choices.

    A sentence with some parts held out and others not is left out: it would be neither.
    """
    for file in files:
        rng = Random(f"{seed} {file.name}")  # noqa: S311 - nothing secret
        for pattern in file.patterns:
            yield from _of_pattern(file, pattern, rng)


def _of_pattern(file: Patterns, pattern: Pattern, rng: Random) -> Iterator[Made]:
    hidden = is_held_out(pattern.predicate)
    labels = frozenset((pattern.category,)) if pattern.violating else frozenset[str]()
    form = "statement" if pattern.violating else "culture"

    def made(text: str, labels: frozenset[str], form: str) -> Made:
        text = text[:1].upper() + text[1:] if rng.random() < 0.5 else text  # noqa: PLR2004 - a slot begins in lower case
        text = vary(text, file.lang, rng) if rng.random() < _VARIED else text
        return Made(text, file.lang, labels, pattern.category, form, hidden)

    names = SLOT.findall(pattern.text)
    slots = file.slots if hidden else _trained(names, file.slots)
    if not all(slots[name] for name in names):
        return
    groups = _identities(names, slots)
    if groups:
        chosen = rng.sample(groups, min(_GROUPS, len(groups)))
        sentences = [_fill(pattern.text, slots, rng, group) for group in chosen]
    else:
        times = _GROUPS if names else 1
        sentences = list(dict.fromkeys(_fill(pattern.text, slots, rng) for _ in range(times)))
    for sentence in sentences:
        yield made(sentence, labels, form)
    for thing in pattern.things:
        yield made(_fill(pattern.text, slots, rng, thing=thing), frozenset(), "object")
    # What keeps a sense keeps a harmless one too: a frame must not tell the label. What turns one has nothing to turn.
    turned = pattern.violating and pattern.category not in _NOT_TURNED
    for frames, count, of_frame, name in (
        (file.turns, _TURNS if turned else 0, frozenset[str](), "condemned_quote"),
        (file.keeps, _KEEPS, labels, form),
    ):
        there = [frame for frame in frames if is_held_out(frame) == hidden]
        for frame in rng.sample(there, min(count, len(there))):
            yield made(frame.replace(SENTENCE, rng.choice(sentences)), of_frame, name)


def _trained(names: Sequence[str], slots: Mapping[str, Slot]) -> Mapping[str, Slot]:
    """The slots of a sentence without the groups that training never sees."""
    return {
        name: {who: fillers for who, fillers in slots[name].items() if who.lower() not in HELD_OUT_GROUPS}
        for name in names
    }


def _identities(names: Sequence[str], slots: Mapping[str, Slot]) -> list[str]:
    """Who fits every slot with identities in a pattern."""
    there = [set(slots[name]) for name in names if _has_identities(slots[name])]
    return sorted(set.intersection(*there)) if there else []


def _has_identities(slot: Slot) -> bool:
    return any((name,) != tuple(fillers) for name, fillers in slot.items())


def _fill(text: str, slots: Mapping[str, Slot], rng: Random, group: str | None = None, thing: str | None = None) -> str:
    """Fill every slot; one that stands twice, or in two forms (``P``, ``P_is``), is filled with the same thing."""
    place = rng.random()
    chosen: dict[str, str] = {}

    def filler(name: str) -> str:
        slot = slots[name]
        if thing is not None and _has_identities(slot):
            return thing
        base = name.partition("_")[0]
        if group is not None and group in slot:
            identity = group
        elif chosen.get(base) in slot:
            identity = chosen[base]
        else:
            identity = chosen[base] = rng.choice(sorted(slot))
        return slot[identity][int(place * len(slot[identity]))]

    return SLOT.sub(lambda match: filler(match[1]), text)
