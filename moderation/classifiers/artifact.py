"""One trained model on disk: a folder with ``model.json`` (what it is), the files it names, and ``card.md`` for people.

The files hold numbers (safetensors) and words (JSON): nothing that runs when it is read.
"""

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
CARD = "card.md"
_REMEDY = "install the package again, or write it anew with `moderation models train --force`"


def shipped() -> Path:
    """The folder of the models that come with the package."""
    return Path(str(files("moderation.classifiers"))) / "artifacts"


@dataclass(frozen=True, slots=True)
class Artifact:
    """The verified contents of one model's folder. ``version``: first 12 hexadecimal digits of the SHA-256 of all."""

    folder: Path
    metadata: Mapping[str, Any]
    files: Mapping[str, bytes]
    version: str

    @property
    def name(self) -> str:
        """``fast``, ``reader`` or ``calibration``."""
        return self.folder.name


def read_artifact(folder: Path, kind: str) -> Artifact:
    """Read and verify a model; :class:`UsageError` names the file that is missing or damaged, and the remedy."""
    try:
        described = (folder / METADATA).read_bytes()
    except OSError:
        raise damaged(folder / METADATA, "cannot be read") from None
    try:
        metadata = json.loads(described)
        found, digests = metadata["kind"], dict(metadata["files"])
    except (ValueError, KeyError, TypeError):
        raise damaged(folder / METADATA, "is not the description of a model") from None
    if found != kind:
        raise UsageError(
            f"{folder / METADATA}: the kind `{found}` is not `{kind}`, which this version reads; "
            "train them again with `moderation models train`, or correct `models.classifiers`"
        )
    contents = {name: _verified(folder / name, digest) for name, digest in digests.items()}
    return Artifact(folder, metadata, contents, _version(described, contents))


def write_artifact(folder: Path, metadata: Mapping[str, Any], contents: Mapping[str, bytes], card: str) -> None:
    """Write a model; ``model.json`` last, so that a half-written folder never loads."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / CARD).write_text(card, encoding="utf-8")
    described = {**metadata, "files": {name: sha256(content).hexdigest() for name, content in contents.items()}}
    (folder / METADATA).write_text(
        json.dumps(described, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )


def damaged(path: Path, what: str) -> UsageError:
    """The error for a file of a model that does not do."""
    return UsageError(f"the model file {path} {what}; {_REMEDY}")


def _verified(path: Path, digest: str) -> bytes:
    try:
        content = path.read_bytes()
    except OSError:
        raise damaged(path, "cannot be read") from None
    if sha256(content).hexdigest() != digest:
        raise damaged(path, f"is not what {METADATA} describes")
    return content


def _version(described: bytes, contents: Mapping[str, bytes]) -> str:
    digest = sha256(described)
    for name in sorted(contents):
        digest.update(contents[name])
    return digest.hexdigest()[:12]
