"""One typed tree of settings: the YAML file, overridden by ``MODERATION_*`` variables, overridden by the caller.

Secrets (URLs with passwords) are typed and never printed. Nothing below :mod:`moderation.bootstrap` sees this object.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationError, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from moderation.domain.errors import UsageError
from moderation.pool.surge import Thresholds
from moderation.settings.desks import ReviewSettings
from moderation.settings.files import (
    Routes,
    load_macros,
    load_policies,
    load_routes,
    load_shifts,
    load_statements,
    load_taxonomy,
)
from moderation.settings.reading import explain, read_yaml, shipped

__all__ = [
    "LanguageSettings",
    "ModelSettings",
    "ReviewSettings",
    "Routes",
    "Settings",
    "SurgeSettings",
    "WorkerSettings",
    "load_macros",
    "load_policies",
    "load_routes",
    "load_settings",
    "load_shifts",
    "load_statements",
    "load_taxonomy",
    "shipped",
]


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
    document = read_yaml(file) if chosen or file.exists() else None
    values = dict(document.value or {}) if document else {}
    _resolve_paths(values, file.parent)
    try:
        settings = Settings(**values)
    except ValidationError as error:
        raise UsageError(explain(error, file, document)) from None
    return settings.model_copy(update={name: value for name, value in overrides.items() if value is not None})


def _resolve_paths(values: dict[str, Any], folder: Path) -> None:
    """Paths in the file are relative to the folder above it, where rules/ and configs/ stand."""
    if isinstance(values.get("rules"), str):
        values["rules"] = folder.parent / values["rules"]
