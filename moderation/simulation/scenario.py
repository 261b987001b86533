"""What is simulated: who posts when and in what language, what is flagged, which workers and seats there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from moderation.domain.errors import UsageError
from moderation.domain.language import fallbacks
from moderation.domain.review import DESKS
from moderation.domain.taxonomy import CATEGORIES
from moderation.policy.yaml import parse

HOURS = 24
HOUR_S = 3600.0
ALL = "*"


def _some(weights: Mapping[str, float]) -> Mapping[str, float]:
    if not any(weights.values()):
        raise ValueError("needs a weight above 0")
    return weights


def _rising(weights: Sequence[float]) -> Sequence[float]:
    if not any(weights):
        raise ValueError("needs a number above 0")
    return weights


def _known(weights: Mapping[str, float]) -> Mapping[str, float]:
    if unknown := [name for name in weights if name not in CATEGORIES]:
        raise ValueError(f"no category `{unknown[0]}`; the categories: {', '.join(CATEGORIES)}")
    return weights


Weight = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Weights = Annotated[dict[str, Weight], AfterValidator(_some)]
Curve = Annotated[list[Weight], AfterValidator(_rising)]
Categories = Annotated[Weights, AfterValidator(_known)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Crowd(_Part):
    """People who post alike. ``days``, ``hours`` (UTC) and ``languages`` are relative weights.

    ``share`` is theirs of all posts, ``established`` the share of their posts whose authors have been there for long.
    """

    share: Positive
    established: Share
    days: Curve
    hours: Annotated[Curve, Field(min_length=HOURS, max_length=HOURS)]
    languages: Weights


class Views(_Part):
    """Reach in views a minute: log-normal with this median and spread (of the logarithm), cut at ``most``."""

    median: Positive
    sigma: Weight
    most: Positive


class Findings(_Part):
    """Of the posts in a language: the share that a person should see, and their categories as relative weights."""

    flagged: Share
    categories: Categories


class Probability(_Part):
    """The calibrated probability of a finding, in the mean over findings: a beta distribution."""

    alpha: Positive
    beta: Positive


class Cost(_Part):
    """CPU microseconds a post, in the mean: language, judgement without its slow tier, that tier, other processes."""

    detect: Positive
    judge: Positive
    slow: Weight
    around: Weight

    @property
    def total(self) -> float:
        """All of it."""
        return self.detect + self.judge + self.slow + self.around

    def scaled(self, total: float) -> Cost:
        """The same parts of another total."""
        by = total / self.total
        return Cost(detect=self.detect * by, judge=self.judge * by, slow=self.slow * by, around=self.around * by)


class Outage(_Part):
    """All workers stand still from an hour of the simulation on."""

    from_hour: Weight
    hours: Positive


class Plant(_Part):
    """The workers. ``processes`` by queue (``intake`` or the name of a route); ``*`` are those of all other queues.

    What comes within ``gather_s`` is submitted together; a message takes ``message_s`` besides its posts. All processes
    share ``cores``. ``slow_share`` of the posts are read by the slow tier.
    """

    processes: Annotated[dict[str, Annotated[int, Field(ge=0)]], Field(min_length=1)]
    cores: Annotated[int, Field(ge=1)]
    gather_s: Positive
    message_s: Weight
    us_per_post: Cost
    slow_share: Annotated[float, Field(gt=0, le=1)]
    outages: list[Outage] = []


class Shift(_Part):
    """Seats of a desk from an hour (UTC) to another, past midnight too; ``from_day`` is the first day, from 1."""

    desk: Literal["zh", "en"]
    seats: Annotated[int, Field(ge=0)]
    from_: Annotated[int, Field(ge=0, lt=HOURS, alias="from")]
    to: Annotated[int, Field(ge=0, le=HOURS)]
    from_day: Annotated[int, Field(ge=1)] = 1

    def covers(self, day: int, hour: int) -> bool:
        """Whether the shift works in an hour of a day (both from 0); a night counts to the day that it began on."""
        if self.from_ < self.to:
            return day + 1 >= self.from_day and self.from_ <= hour < self.to
        began = day if hour >= self.from_ else day - 1
        return began + 1 >= self.from_day and not self.to <= hour < self.from_


class Overflow(_Part):
    """A desk helps the other where p · S · V · minutes until it opens > ``price``, ``slower`` times as slowly.

    ``price`` is (error with a gloss - error of a native reader) · cost of an error, in weighted views.
    """

    slower: Positive
    price: Weight


class Desks(_Part):
    """The reviewers. Handling time is log-normal: its median by category, else the taxonomy's, and its spread."""

    sigma: Weight
    handling_s: dict[str, Positive] = {}
    overflow: Overflow | None = None
    shifts: list[Shift]


class Scenario(_Part):
    """A wave and those who meet it. ``days`` are whole days from midnight UTC of ``start``."""

    start: date
    days: Annotated[int, Field(ge=1, le=366)]
    posts: Annotated[int, Field(ge=1, le=20_000_000)]
    crowds: Annotated[dict[str, Crowd], Field(min_length=1)]
    views: Views
    probability: Probability
    findings: dict[str, Findings]
    workers: Plant
    desks: Desks

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """Every language that somebody posts in."""
        return tuple(dict.fromkeys(tag for crowd in self.crowds.values() for tag in crowd.languages))

    def findings_in(self, tag: str) -> Findings:
        """What is found in a language: its own entry, that of a fallback, or ``*``."""
        return self.findings[next(each for each in (*fallbacks(tag), ALL) if each in self.findings)]


def load_scenario(file: Path) -> Scenario:
    """Read a scenario; :class:`UsageError` names file, line and what is wrong."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file}: cannot be read ({error.strerror}); give --scenario FILE") from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    document = parse(text, str(file))
    if document.problems:
        raise UsageError("\n".join(map(str, document.problems)))

    def at(path: tuple[str | int, ...], message: str) -> str:
        line, column = document.mark(path)
        name = ".".join(map(str, path)) or "the file"
        return f"{file}:{line}:{column}: {name}: {message}; docs/simulation.md says what is allowed"

    try:
        scenario = Scenario.model_validate(document.value)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False, include_context=False)
        raise UsageError("\n".join(at(tuple(problem["loc"]), problem["msg"]) for problem in found)) from None
    if problems := list(_disagreements(scenario)):
        raise UsageError("\n".join(at(path, message) for path, message in problems))
    return scenario


def _disagreements(scenario: Scenario) -> Iterable[tuple[tuple[str | int, ...], str]]:
    """What each part alone cannot know."""
    if ALL not in scenario.findings:
        yield ("findings",), 'needs an entry `"*"` for all other languages'
    for name, crowd in scenario.crowds.items():
        if len(crowd.days) != scenario.days:
            yield ("crowds", name, "days"), f"has {len(crowd.days)} numbers, but `days` is {scenario.days}"
    for name in scenario.desks.handling_s:
        if name not in CATEGORIES:
            yield ("desks", "handling_s", name), "is no category"


SEATS = Mapping[str, Sequence[int]]
"""By desk, the seats in each hour of the simulation."""


def seats_by_hour(scenario: Scenario) -> dict[str, list[int]]:
    """The seats that the shifts of a scenario give."""
    return {
        desk: [
            sum(shift.seats for shift in scenario.desks.shifts if shift.desk == desk and shift.covers(day, hour))
            for day in range(scenario.days)
            for hour in range(HOURS)
        ]
        for desk in DESKS
    }
