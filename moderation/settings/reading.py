"""Reads a YAML file of the operator's; what is wrong with it is told with file, line and remedy."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from moderation.domain.errors import UsageError
from moderation.policy.yaml import Document, parse

_PACKAGE = Path(__file__).parents[1]
_Model = TypeVar("_Model", bound=BaseModel)


def shipped(name: str) -> Path:
    """Where ``rules`` or ``configs`` stand: in the working directory, in the wheel, or beside the package."""
    places = (Path(name), _PACKAGE / "defaults" / name, _PACKAGE.parent / name)
    return next((place for place in places if place.is_dir()), places[0])


def read_yaml(file: Path) -> Document:
    """The mapping of a file, with its places; :class:`UsageError` where it cannot be read."""
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


def validated(model: type[_Model], document: Document, file: Path, example: str = "configs/moderation.yaml") -> _Model:
    """What a file holds, as the model has it. Raises :class:`UsageError` with the place of each thing that is wrong."""
    try:
        return model.model_validate(document.value)
    except ValidationError as error:
        raise UsageError(explain(error, file, document, example)) from None


def explain(
    error: ValidationError, file: Path, document: Document | None, example: str = "configs/moderation.yaml"
) -> str:
    """What pydantic found, one line a finding: variable or place, name, what is wrong."""
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
        lines.append(f"{place}: {name}: {problem['msg']}; see {example} for what is allowed")
    return "\n".join(lines)
