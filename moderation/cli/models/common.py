"""What the commands that measure share: figures in little width, and classifiers by folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from moderation.domain.ports import Classifier

Ends = tuple[float | None, float | None]


def in_use(config: Path | None) -> Path | None:
    """The folder of the models of the settings; none for the shipped ones."""
    from moderation.settings import load_settings

    return load_settings(config).models.classifiers


def load(folder: Path | None) -> Classifier:
    """The classifier in a folder; none for the shipped one."""
    from moderation.classifiers.tiers import load_classifier

    return load_classifier(folder)


def figure(value: float | None, ends: Ends | None = None) -> str:
    """A share in two digits, and between which it lies.

    >>> figure(0.871, (0.84, 0.9)), figure(-0.02), figure(1.0), figure(None)
    ('.87 [.84, .90]', '-.02', '1.00', '–')
    """
    if value is None:
        return "–"
    return f"{_short(value)} [{', '.join(map(_short, ends))}]" if ends else _short(value)


def named(value: str | None, say: Mapping[str, str]) -> str:
    """A category, language or source; `all` and `any` in the words of the reader."""
    return say[value] if value in {"all", "any"} else value or "–"


def _short(value: float | None) -> str:
    if value is None:
        return "–"
    said = f"{value:.2f}".replace("0.", ".")
    return ".00" if said == "-.00" else said
