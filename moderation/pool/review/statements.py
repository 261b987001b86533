"""Statements of reasons: what an author is told about a measure against their post, in their language.

Written from templates that people have reviewed (``configs/statements/``), never from what a reviewer noted: a note
stays inside. The same measure as a row of the EU transparency database is :mod:`moderation.pool.review.dsa`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from string import Formatter
from typing import Annotated, Any, NamedTuple

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from moderation.domain.decision import chief
from moderation.domain.language import UNDETERMINED
from moderation.domain.review import Recorded
from moderation.domain.taxonomy import CATEGORIES

ACTIONS = ("limit", "hold", "remove")
"""What an author is told of, mildest first. A ban is told as a removal: the platform decides on the author."""

EVERYWHERE = "*"
DEFAULT = "en"
_ALSO: Mapping[str, str] = {"zh": "zh-Hans", "yue": "zh-Hant"}


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing that was done to a post: ``action``, one of :data:`ACTIONS`, in all ``outcomes`` that are equal to it.

    ``outcomes`` maps markets (``*``: all others) to actions. ``at`` is when, in Unix seconds. ``flagged``: the pipeline
    found it, and not a person. ``decided`` is ``automated``, ``person``, or ``together``: a person's verdict about
    several near-identical posts at once. ``version`` is the policy's that was cited. ``post`` and ``decision`` are the
    JSON of the contracts.
    """

    id: str
    action: str
    category: str | None
    outcomes: Mapping[str, str]
    at: float
    flagged: bool
    decided: str
    post: Mapping[str, Any]
    decision: Mapping[str, Any]
    version: str | None = None

    @property
    def posted(self) -> date:
        """The day of the post (UTC); of its decision where it has none."""
        said = self.post.get("created_at") or self.decision["decided_at"]
        return datetime.fromisoformat(said).astimezone(UTC).date()

    def markets(self) -> tuple[list[str], list[str]]:
        """Where it applies, and where not: exceptions from ``*``, none where ``*`` is not among the first."""
        here = sorted(market for market, action in self.outcomes.items() if action == self.action)
        if EVERYWHERE not in here:
            return here, []
        return [EVERYWHERE], sorted(market for market, action in self.outcomes.items() if action != self.action)


def of_verdict(verdict: Recorded, post: Mapping[str, Any], decision: Mapping[str, Any]) -> Measure | None:
    """The measure that a verdict took; None where it allowed the post, or does not stand."""
    action = "remove" if verdict.action == "ban" else verdict.action
    if verdict.state != "standing" or action not in ACTIONS:
        return None
    return Measure(
        id=f"D-{verdict.id}",
        action=action,
        category=verdict.category or category_of(decision),
        outcomes=dict.fromkeys(post.get("markets") or [EVERYWHERE], action),
        at=verdict.effective_at,
        flagged=_flagged(decision),
        decided="person" if verdict.campaign is None else "together",
        post=post,
        decision=decision,
        version=verdict.policy_version,
    )


def of_decision(post: Mapping[str, Any], decision: Mapping[str, Any]) -> Iterator[Measure]:
    """The measures that the pipeline took by itself: one for each action among the outcomes, the strictest first."""
    outcomes = decision["outcomes"]
    key = f"{decision['post_id']}\n{decision['revision']}\n{decision['decided_at']}"
    for action in reversed(ACTIONS):
        if action in outcomes.values():
            yield Measure(
                id="A-" + hashlib.sha256(f"{key}\n{action}".encode()).hexdigest()[:32],
                action=action,
                category=category_of(decision),
                outcomes=outcomes,
                at=datetime.fromisoformat(decision["decided_at"]).timestamp(),
                flagged=True,
                decided="automated",
                post=post,
                decision=decision,
            )


def category_of(decision: Mapping[str, Any]) -> str | None:
    """What the pipeline found a post to be; None where no rule acted, as where a part of it failed."""
    first = chief(decision)
    return first["category"] if first else None


def _flagged(decision: Mapping[str, Any]) -> bool:
    return decision["action"] != "approve" or decision["review"] is not None


def _sentence(*names: str) -> AfterValidator:
    def check(text: str) -> str:
        try:
            found = [name for _, name, _, _ in Formatter().parse(text) if name is not None]
        except ValueError as error:
            raise ValueError(f"is not well formed: {error}; a brace stands for itself as {{{{ or }}}}") from None
        if sorted(found) != sorted(names):
            wanted = ", ".join(f"{{{name}}}" for name in names) or "none"
            raise ValueError(f"must have each of its placeholders once, and no others: {wanted}")
        return text

    return AfterValidator(check)


_Plain = Annotated[str, Field(min_length=1), _sentence()]
_Dated = Annotated[str, _sentence("date")]
_Placed = Annotated[str, _sentence("places")]


def _complete(categories: dict[str, str]) -> dict[str, str]:
    if differing := set(CATEGORIES) ^ set(categories):
        raise ValueError(f"missing or unknown: {', '.join(sorted(differing))}")
    return categories


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Actions(_Part):
    limit: _Dated
    hold: _Dated
    remove: _Dated


class _Where(_Part):
    all: _Plain
    some: _Placed
    but: _Placed


class _By(_Part):
    automated: _Plain
    person: _Plain


class Template(_Part):
    """The sentences of one language; read by :func:`moderation.settings.load_statements`."""

    actions: _Actions
    rule: Annotated[str, _sentence("category")]
    where: _Where
    found: _By
    decided: _By
    appeal: _Plain
    categories: Annotated[dict[str, _Plain], AfterValidator(_complete)]


class Letter(NamedTuple):
    """What the author is told: ``text`` in ``language``, a line for each thing; ``id`` is the measure's."""

    id: str
    post_id: str
    revision: int
    author: str | None
    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Letters:
    """Writes letters. ``templates``: language → template, :data:`DEFAULT` among them."""

    templates: Mapping[str, Template]

    def __call__(self, measure: Measure) -> Letter:
        """Tell the author of a measure: what, by which rule, where, how it was found and decided, what they can do."""
        written = measure.decision["language"]
        language = self.language(UNDETERMINED if written["doubtful"] else written["tag"])
        template = self.templates[language]
        lines = [
            getattr(template.actions, measure.action).format(date=_day(measure.posted, language)),
            template.rule.format(category=template.categories[measure.category]) if measure.category else "",
            _where(template, measure, language),
            template.found.automated if measure.flagged else template.found.person,
            template.decided.automated if measure.decided == "automated" else template.decided.person,
            template.appeal,
        ]
        return Letter(
            measure.id,
            measure.decision["post_id"],
            measure.decision["revision"],
            (measure.post.get("author") or {}).get("id"),
            language,
            "\n".join(line for line in lines if line),
        )

    def language(self, tag: str) -> str:
        """The language of the letter to somebody who wrote in ``tag``."""
        parts = tag.split("-")
        for number in range(len(parts), 0, -1):
            name = "-".join(parts[:number])
            found = next((each for each in (name, _ALSO.get(name)) if each in self.templates), None)
            if found and tag != UNDETERMINED:
                return found
        return DEFAULT


def _where(template: Template, measure: Measure, language: str) -> str:
    here, but = measure.markets()
    if here == [EVERYWHERE]:
        return template.where.but.format(places=_places(but, language)) if but else template.where.all
    return template.where.some.format(places=_places(here, language))


def _places(markets: list[str], language: str) -> str:
    from babel import Locale
    from babel.lists import format_list

    locale = Locale.parse(language, sep="-")
    return format_list([locale.territories.get(market, market) for market in markets], locale=locale)


def _day(day: date, language: str) -> str:
    from babel import Locale
    from babel.dates import format_date

    return format_date(day, "long", locale=Locale.parse(language, sep="-"))
