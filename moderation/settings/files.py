"""The operator's files beside ``moderation.yaml``: routes, taxonomy, policies, shifts, macros, statements."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, RootModel, StringConstraints

from moderation.domain.errors import UsageError
from moderation.domain.taxonomy import CATEGORIES, Category, Severity, Taxonomy
from moderation.pool.review.macros import Macros
from moderation.pool.review.policies import Policies
from moderation.pool.review.shifts import WEEKDAYS, Place, Rota, Shifts, parse_hours
from moderation.pool.review.view import Policy
from moderation.settings.reading import read_yaml, shipped, validated

if TYPE_CHECKING:
    from moderation.pool.review.statements import Letters


class Routes(BaseModel):
    """``routes``: tag → judge queue; ``desks``: tag → desk. Both need ``*``."""

    model_config = ConfigDict(extra="forbid")

    routes: dict[str, str]
    desks: dict[str, Literal["zh", "en", "both"]]


def load_routes(folder: Path | None = None) -> Routes:
    """Read ``routes.yaml``."""
    file = (folder or shipped("configs")) / "routes.yaml"
    routes = validated(Routes, read_yaml(file), file)
    for name, table in (("routes", routes.routes), ("desks", routes.desks)):
        if "*" not in table:
            raise UsageError(f'{file}: {name}: needs a line `"*": …` for all other languages')
    return routes


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("no such time zone; write an IANA name such as America/Los_Angeles") from None
    return name


class _Title(BaseModel):
    model_config = ConfigDict(extra="forbid")

    en: str
    zh: str


class _ShiftEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    desk: Literal["zh", "en"]
    seats: int = Field(ge=1)
    utc: Annotated[str, AfterValidator(lambda text: parse_hours(text) and text)]
    local: list[str] = []
    weekdays: list[Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]] | None = Field(None, min_length=1)
    roster: list[str] = []


class _ShiftsFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    places: dict[Annotated[str, AfterValidator(_zone)], _Title] = {}
    shifts: dict[Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$")], _ShiftEntry]


def load_shifts(folder: Path | None = None) -> Shifts:
    """Read ``shifts.yaml``."""
    file = (folder or shipped("configs")) / "shifts.yaml"
    document = read_yaml(file)
    read = validated(_ShiftsFile, document, file, "configs/shifts.yaml")
    places = {zone: Place(zone, title.model_dump()) for zone, title in read.places.items()}
    for name, entry in read.shifts.items():
        for number, zone in enumerate(entry.local):
            if zone not in places:
                line, column = document.mark(("shifts", name, "local", number))
                raise UsageError(
                    f"{file}:{line}:{column}: shifts.{name}: `{zone}` is not among the `places`; name it there"
                )
    return Shifts(
        tuple(
            Rota(
                name,
                entry.desk,
                entry.seats,
                *parse_hours(entry.utc),
                places=tuple(places[zone] for zone in entry.local),
                weekdays=frozenset(WEEKDAYS.index(day) for day in entry.weekdays or WEEKDAYS),
                roster=tuple(entry.roster),
            )
            for name, entry in read.shifts.items()
        )
    )


class _CategoryEntry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    title: dict[Literal["en", "zh"], str]
    severity: Literal["informational", "low", "medium", "high", "critical"]
    lane: Literal["life", "harm"]
    read: dict[str, Literal["R0", "R1", "R2", "R3"]]
    dsa: str


class _TaxonomyFile(BaseModel):
    model_config = ConfigDict(extra="forbid")

    categories: dict[str, _CategoryEntry]
    due_in_s: dict[Literal["informational", "low", "medium", "high", "critical"], int]
    handling_s: float = Field(gt=0)


def load_taxonomy(folder: Path | None = None) -> Taxonomy:
    """Read ``taxonomy.yaml``: every category of the contract, and none besides."""
    file = (folder or shipped("configs")) / "taxonomy.yaml"
    read = validated(_TaxonomyFile, read_yaml(file), file)
    differing = set(CATEGORIES) ^ set(read.categories)
    if differing:
        raise UsageError(f"{file}: categories: missing or unknown: {', '.join(sorted(differing))}")
    return Taxonomy(
        categories={
            name: Category(
                name=name,
                title=_plain(entry.title),
                severity=Severity[entry.severity],
                lane=entry.lane,
                read=entry.read,
                dsa=entry.dsa,
            )
            for name, entry in read.categories.items()
        },
        due_in_s={Severity[name]: seconds for name, seconds in read.due_in_s.items()},
        handling_s=read.handling_s,
    )


def _plain(title: Mapping[Any, str]) -> dict[str, str]:
    return {str(lang): text for lang, text in title.items()}


class _PolicyEntry(_Title):
    version: date


class _PoliciesFile(RootModel[dict[str, _PolicyEntry]]):
    pass


def load_policies(folder: Path | None = None) -> Policies:
    """Read ``policies.yaml``: a text for every category of the taxonomy, which gives its title."""
    taxonomy = load_taxonomy(folder)
    file = (folder or shipped("configs")) / "policies.yaml"
    read = validated(_PoliciesFile, read_yaml(file), file, "configs/policies.yaml").root
    differing = set(CATEGORIES) ^ set(read)
    if differing:
        raise UsageError(f"{file}: missing or unknown: {', '.join(sorted(differing))}")
    return Policies(
        {
            name: Policy(name, str(entry.version), taxonomy[name].title, {"en": entry.en, "zh": entry.zh})
            for name, entry in ((name, read[name]) for name in CATEGORIES)
        }
    )


class _MacrosFile(RootModel[dict[Annotated[str, StringConstraints(pattern="^[a-z]+$")], _Title]]):
    pass


def load_macros(folder: Path | None = None) -> Macros:
    """Read ``macros.yaml``: what is noted often, in both languages."""
    file = (folder or shipped("configs")) / "macros.yaml"
    read = validated(_MacrosFile, read_yaml(file), file, "configs/macros.yaml").root
    return {letters: said.model_dump() for letters, said in read.items()}


def load_statements(folder: Path | None = None) -> Letters:
    """Read ``statements/*.yaml``: the sentences of each language, English among them."""
    from moderation.pool.review.statements import DEFAULT, Letters, Template

    place = (folder or shipped("configs")) / "statements"
    templates = {}
    for file in sorted(place.glob("*.yaml")):
        templates[file.stem] = validated(Template, read_yaml(file), file, "configs/statements/en.yaml")
    if DEFAULT not in templates:
        raise UsageError(f"{place / DEFAULT}.yaml: is missing; it is told to all whose language has no file")
    return Letters(templates)
