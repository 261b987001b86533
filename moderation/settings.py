"""One typed tree of settings: the YAML file, overridden by ``MODERATION_*`` variables, overridden by the caller.

Secrets (URLs with passwords) are typed and never printed. Nothing below :mod:`moderation.bootstrap` sees this object.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from moderation.domain.errors import UsageError
from moderation.domain.taxonomy import CATEGORIES, Category, Severity, Taxonomy
from moderation.policy.yaml import Document, parse
from moderation.pool.surge import Thresholds

_PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """Where ``rules`` or ``configs`` stand: in the working directory, in the wheel, or beside the package."""
    places = (Path(name), _PACKAGE / "defaults" / name, _PACKAGE.parent / name)
    return next((place for place in places if place.is_dir()), places[0])


class ModelSettings(BaseModel):
    """Which models judge; None is the shipped one. ``embedding``: folder or hub name of any SentenceTransformer."""

    model_config = ConfigDict(extra="forbid")

    classifiers: Path | None = None
    embedding: str | None = None


class LanguageSettings(BaseModel):
    """``doubtful``: who is asked about short Latin texts that the profiles leave in doubt; ``none``: nobody."""

    model_config = ConfigDict(extra="forbid")

    doubtful: Literal["lingua", "none"] = "lingua"


class SurgeSettings(BaseModel):
    """From which load on workers hurry, and when they stop; see :class:`moderation.pool.surge.Thresholds`."""

    model_config = ConfigDict(extra="forbid")

    busy_pending: int = Field(default=100_000, ge=1)
    busy_oldest_s: float = Field(default=60, gt=0)
    surge_pending: int = Field(default=200_000, ge=1)
    surge_oldest_s: float = Field(default=300, gt=0)
    leave: float = Field(default=0.5, gt=0, lt=1)
    calm_s: float = Field(default=10, ge=0)
    reach_per_minute: float = Field(default=10, gt=0)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.busy_pending > self.surge_pending or self.busy_oldest_s > self.surge_oldest_s:
            raise ValueError("surge_pending and surge_oldest_s must not be under busy_pending and busy_oldest_s")
        return self

    def thresholds(self) -> Thresholds:
        """What the workers go by."""
        return Thresholds(**self.model_dump())


class WorkerSettings(BaseModel):
    """How posts travel. ``high_water`` is the number of pending posts at which producers are made to wait."""

    model_config = ConfigDict(extra="forbid")

    batch: int = Field(default=512, ge=1, le=4096)
    concurrency: int = Field(default=2, ge=1, le=256)
    visibility_timeout_s: float = Field(default=60, ge=1)
    sweep_every_s: float = Field(default=5, gt=0)
    stale_after_s: float = Field(default=120, gt=0)
    high_water: int = Field(default=200_000, ge=1)
    surge: SurgeSettings = SurgeSettings()


class ReviewSettings(BaseModel):
    """``lease_s``: how long a claimed item stays with its reviewer."""

    model_config = ConfigDict(extra="forbid")

    lease_s: float = Field(default=300, gt=0)


class Settings(BaseSettings):
    """Everything that can be configured; see ``configs/moderation.yaml``."""

    model_config = SettingsConfigDict(
        env_prefix="MODERATION_", env_nested_delimiter="__", env_ignore_empty=True, extra="forbid"
    )

    home: Path = Path(".moderation")
    redis_url: SecretStr | None = None
    broker_url: SecretStr | None = None
    store_url: SecretStr | None = None
    rules: Path = Field(default_factory=lambda: shipped("rules"))
    lang: Literal["en", "zh"] = "en"
    log: Literal["text", "json"] = "text"
    models: ModelSettings = ModelSettings()
    language: LanguageSettings = LanguageSettings()
    workers: WorkerSettings = Field(default_factory=WorkerSettings)
    review: ReviewSettings = Field(default_factory=ReviewSettings)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment goes before the file, which arrives as ``init_settings``."""
        return env_settings, init_settings


def load_settings(config: Path | None = None, **overrides: Any) -> Settings:
    """Read the settings file and the environment; ``overrides`` that are not None win.

    Raises :class:`UsageError` with file, line and remedy.
    """
    chosen = config or (Path(os.environ["MODERATION_CONFIG"]) if os.environ.get("MODERATION_CONFIG") else None)
    file = chosen or shipped("configs") / "moderation.yaml"
    document = _read(file) if chosen or file.exists() else None
    values = dict(document.value or {}) if document else {}
    _resolve_paths(values, file.parent)
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise UsageError(_explain(error, file, document)) from None
    return settings.model_copy(update={name: value for name, value in overrides.items() if value is not None})


def _resolve_paths(values: dict[str, Any], folder: Path) -> None:
    """Paths in the file are relative to the folder above it, where rules/ and configs/ stand."""
    if isinstance(values.get("rules"), str):
        values["rules"] = folder.parent / values["rules"]


def _read(file: Path) -> Document:
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"{file}: cannot be read ({error.strerror}); give --config FILE or MODERATION_CONFIG"
        ) from None
    except UnicodeDecodeError as error:
        raise UsageError(f"{file}: is not UTF-8 (byte {error.start}); save it as UTF-8") from None
    document = parse(text, str(file))
    if document.problems:
        raise UsageError("\n".join(map(str, document.problems)))
    if not isinstance(document.value, dict | None):
        raise UsageError(f"{file}:1: must be a mapping of settings, such as `home: .moderation`")
    return document


def _explain(error: ValidationError, file: Path, document: Document | None) -> str:
    lines = []
    for problem in error.errors(include_url=False, include_input=False, include_context=False):
        path = tuple(problem["loc"])
        name = ".".join(map(str, path))
        variable = "MODERATION_" + "__".join(map(str, path)).upper()
        if variable in os.environ:
            place = variable
        else:
            line, column = document.mark(path) if document else (1, 1)
            place = f"{file}:{line}:{column}"
        lines.append(f"{place}: {name}: {problem['msg']}; see configs/moderation.yaml for what is allowed")
    return "\n".join(lines)


class Routes(BaseModel):
    """``routes``: tag → judge queue; ``desks``: tag → desk. Both need ``*``."""

    model_config = ConfigDict(extra="forbid")

    routes: dict[str, str]
    desks: dict[str, Literal["zh", "en", "both"]]


def load_routes(folder: Path | None = None) -> Routes:
    """Read ``routes.yaml``."""
    file = (folder or shipped("configs")) / "routes.yaml"
    document = _read(file)
    try:
        routes = Routes.model_validate(document.value)
    except ValidationError as error:
        raise UsageError(_explain(error, file, document)) from None
    for name, table in (("routes", routes.routes), ("desks", routes.desks)):
        if "*" not in table:
            raise UsageError(f'{file}: {name}: needs a line `"*": …` for all other languages')
    return routes


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
    document = _read(file)
    try:
        read = _TaxonomyFile.model_validate(document.value)
    except ValidationError as error:
        raise UsageError(_explain(error, file, document)) from None
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
