"""Requests that show nothing of their arguments: a foreign producer's Celery puts the beginning of its posts there."""

from __future__ import annotations

from typing import Any

from celery.worker.request import Request

SHOWN = "<posts>"


class Quiet(Request):  # type: ignore[misc]  # Celery has no types
    """What Flower, ``celery inspect`` and Celery's own lines say of the arguments of a task."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._argsrepr = self._kwargsrepr = SHOWN
        self._request_dict.update(argsrepr=SHOWN, kwargsrepr=SHOWN)
