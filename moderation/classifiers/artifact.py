"""One trained model on disk: ``model.json`` (what it is), ``weights.safetensors``, and ``card.md`` for people."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

from moderation.domain.errors import UsageError

METADATA = "model.json"
WEIGHTS = "weights.safetensors"
CARD = "card.md"
_REMEDY = "install the package again, or write it anew with `moderation models train --force`"


def shipped() -> Path:
    """The folder of the models that come with the package."""
    return Path(str(files("moderation.classifiers"))) / "artifacts"


@dataclass(frozen=True, slots=True)
class Artifact:
    """The verified contents of one model's folder. ``version``: first 12 hexadecimal digits of the SHA-256 of both."""

    folder: Path
    metadata: Mapping[str, Any]
    weights: bytes
    version: str

    @property
    def name(self) -> str:
        """``zh``, ``en`` or ``world``."""
        return self.folder.name


def read_artifact(folder: Path) -> Artifact:
    """Read and verify a model; :class:`UsageError` names the file that is missing or damaged, and the remedy."""
    try:
        described = (folder / METADATA).read_bytes()
        weights = (folder / WEIGHTS).read_bytes()
    except OSError as error:
        raise damaged(folder / str(error.filename or METADATA), "cannot be read") from None
    try:
        metadata = json.loads(described)
        kind, digest = metadata["kind"], metadata["weights_sha256"]
    except (ValueError, KeyError, TypeError):
        raise damaged(folder / METADATA, "is not the description of a model") from None
    if not isinstance(kind, str) or sha256(weights).hexdigest() != digest:
        raise damaged(folder / WEIGHTS, f"is not what {METADATA} describes") from None
    return Artifact(folder, metadata, weights, sha256(described + weights).hexdigest()[:12])


def write_artifact(folder: Path, metadata: Mapping[str, Any], weights: bytes, card: str) -> None:
    """Write a model; ``model.json`` last, so that a half-written folder never loads."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / WEIGHTS).write_bytes(weights)
    (folder / CARD).write_text(card, encoding="utf-8")
    described = {**metadata, "weights_sha256": sha256(weights).hexdigest()}
    (folder / METADATA).write_text(
        json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )


def damaged(path: Path, what: str) -> UsageError:
    """The error for a file of a model that does not do."""
    return UsageError(f"the model file {path} {what}; {_REMEDY}")
