"""The settings of the review desks."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, SecretStr

from moderation.pool.review.limits import Limits


class ErrorSettings(BaseModel):
    """The share of verdicts that are wrong, by how the reviewer read the post; until enough is measured."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    read: float = Field(default=0.02, ge=0, le=1)
    gloss: float = Field(default=0.04, ge=0, le=1)
    translation: float = Field(default=0.06, ge=0, le=1)
    pattern: float = Field(default=0.08, ge=0, le=1)


class OverflowSettings(BaseModel):
    """When a desk helps the other; ``cost`` of an error in weighted views."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    error: ErrorSettings = ErrorSettings()
    cost: float = Field(default=5000, ge=0)


class TranslateSettings(BaseModel):
    """Which machine translates; ``url`` and ``key`` are LibreTranslate's, ``timeout_s`` is for one text."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    engine: Literal["none", "libretranslate", "argos"] = "none"
    url: SecretStr | None = None
    key: SecretStr | None = None
    timeout_s: float = Field(default=3, gt=0)


class ReviewSettings(BaseModel):
    """How the desks work; ``lease_s`` null is three median handling times, ``keys`` are those of the screen."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False)

    lease_s: float | None = Field(default=None, gt=0)
    undo_s: float = Field(default=20, ge=0)
    load_limit: float = Field(default=120, gt=0)
    break_after_s: float = Field(default=3000, gt=0)
    overflow: OverflowSettings = OverflowSettings()
    translate: TranslateSettings = TranslateSettings()
    keys: dict[str, str] = {}
    pseudonym_key: SecretStr | None = Field(default=None, min_length=32)

    def limits(self) -> Limits:
        """What the desks go by."""
        return Limits(
            lease_s=self.lease_s,
            undo_s=self.undo_s,
            load_limit=self.load_limit,
            break_after_s=self.break_after_s,
            errors=self.overflow.error.model_dump(),
            error_cost=self.overflow.cost,
        )
