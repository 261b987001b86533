"""Which kinds of model there are: ``name@version`` as ``model.json`` says it → what builds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from moderation.classifiers.artifact import METADATA, Artifact
from moderation.classifiers.heads import LinearModel, load_linear
from moderation.domain.errors import UsageError

FACTORIES: Mapping[str, Callable[[Artifact], LinearModel]] = {
    "linear@1": load_linear,
}


def build(artifact: Artifact) -> LinearModel:
    """Build the model of an artifact; :class:`UsageError` when its kind is unknown."""
    kind = artifact.metadata["kind"]
    if kind not in FACTORIES:
        known = ", ".join(sorted(FACTORIES))
        raise UsageError(
            f"{artifact.folder / METADATA}: no model kind `{kind}`; this version knows {known}. "
            "Use a model that this version trained"
        )
    return FACTORIES[kind](artifact)
