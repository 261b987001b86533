"""What models there are: for ``moderation models list`` and ``card``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from moderation.classifiers.artifact import CARD, METADATA, read_artifact, shipped
from moderation.classifiers.embeddings import load_embedder
from moderation.classifiers.tiers import PARTS
from moderation.domain.errors import NotFound, UsageError


def describe(classifiers: Path | None, embedding: str | None) -> list[dict[str, Any]]:
    """Name, kind, version, size in bytes and heads (head → languages) of each model in use."""
    root = classifiers or shipped()
    found = []
    for name, kind in PARTS.items():
        if not (root / name / METADATA).is_file():
            raise UsageError(f"no models in {root}: {name} is not there; train them with `moderation models train`")
        artifact = read_artifact(root / name, kind)
        heads = {head: sorted(languages) for head, languages in artifact.metadata.get("lines", {}).items()}
        found.append(_entry(name, kind, artifact.version, _size(root / name), heads))
    version = load_embedder(embedding).version
    if embedding is None:
        folder = shipped() / "embedding"
        kind = json.loads((folder / METADATA).read_bytes())["kind"]
        found.append(_entry("embedding", kind, version, _size(folder), {}))
    else:
        size = _size(Path(embedding)) if Path(embedding).is_dir() else 0
        found.append(_entry("embedding", embedding, version, size, {}))
    return found


def read_card(classifiers: Path | None, name: str) -> str:
    """The card of a model: of the configured folder, else of the shipped models; :class:`NotFound`."""
    roots = [classifiers, shipped()] if classifiers else [shipped()]
    cards = {path.parent.name: path for root in reversed(roots) for path in sorted(root.glob(f"*/{CARD}"))}
    if name not in cards:
        raise NotFound(f"no model `{name}`; there are {', '.join(sorted(cards))}")
    return cards[name].read_text(encoding="utf-8").rstrip()


def _entry(name: str, kind: str, version: str, size: int, heads: dict[str, list[str]]) -> dict[str, Any]:
    return {"name": name, "kind": kind, "version": version, "bytes": size, "heads": heads}


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
