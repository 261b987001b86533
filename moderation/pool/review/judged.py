"""What was made of posts, as the precedents look through it, and the file that keeps it for the next process."""

from __future__ import annotations

import os
import zlib
from pathlib import Path
from typing import NamedTuple
from zipfile import BadZipFile

import numpy as np
import orjson
from numpy.typing import NDArray

from moderation.domain.review import VERDICTS, Recorded

Key = tuple[str, int]
Rows = NDArray[np.float16]
"""Posts × dimensions: unit vectors."""


class Said(NamedTuple):
    """The newest verdict of one action about a post; ``stands`` only where it is the newest of all and not undone."""

    id: int
    category: str | None
    language: str
    by: str
    stands: bool


class Arrays(NamedTuple):
    """What a query looks through; one element an entry."""

    rows: NDArray[np.intp]
    actions: NDArray[np.intp]
    stands: NDArray[np.bool_]
    ids: NDArray[np.int64]


class Entries:
    """One entry for each action that was ever taken about a post. ``of_post`` has an empty list for an unjudged one."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self.said: list[Said] = []
        self.rows: list[int] = []
        self.actions: list[int] = []
        self.of_post: dict[Key, list[int]] = {}
        self.row_of: dict[Key, int] = {}
        self.arrays = self.flat()

    def add_post(self, key: Key) -> None:
        """Give a post the next row."""
        self.row_of[key] = len(self.row_of)
        self.of_post[key] = []

    def take(self, verdict: Recorded) -> None:
        """Count a verdict of a post that has a row; read again, it counts once."""
        key, action = verdict.key, VERDICTS.index(verdict.action)
        own = self.of_post[key]
        if any(self.said[n].id > verdict.id for n in own):
            return
        by = verdict.desk if verdict.basis == "read" else f"{verdict.desk}-{verdict.basis}"
        said = Said(verdict.id, verdict.category, verdict.language, by, verdict.state == "standing")
        for n in own:
            self.said[n] = said if self.actions[n] == action else self.said[n]._replace(stands=False)
        if not any(self.actions[n] == action for n in own):
            self.add(key, action, said)

    def add(self, key: Key, action: int, said: Said) -> None:
        """A further entry of a post that has a row."""
        self.of_post[key].append(len(self.keys))
        self.keys.append(key)
        self.said.append(said)
        self.rows.append(self.row_of[key])
        self.actions.append(action)

    def withdraw(self, key: Key, verdict_id: int) -> None:
        """Count the undoing or reversal of a verdict."""
        for n in self.of_post[key]:
            if self.said[n].id == verdict_id:
                self.said[n] = self.said[n]._replace(stands=False)

    def newest(self, key: Key) -> int:
        """The number of the newest verdict of a post."""
        return max((self.said[n].id for n in self.of_post[key]), default=0)

    def flat(self) -> Arrays:
        """The entries as arrays."""
        return Arrays(
            rows=np.array(self.rows, dtype=np.intp),
            actions=np.array(self.actions, dtype=np.intp),
            stands=np.array([said.stands for said in self.said], dtype=np.bool_),
            ids=np.array([said.id for said in self.said], dtype=np.int64),
        )


class Kept(NamedTuple):
    """What a file keeps: the entries, a vector for each of their posts, and the last verdict that was read.

    ``probe`` is the vector of a sentence that is always the same: another model gives it another one.
    """

    entries: Entries
    vectors: Rows
    read: int
    probe: NDArray[np.float64]


def save(file: Path, kept: Kept) -> None:
    """Write a file at once or not at all. It holds numbers of posts and no text."""
    entries = kept.entries
    posts = [[*key, [[entries.actions[n], *entries.said[n]] for n in entries.of_post[key]]] for key in entries.row_of]
    said = np.frombuffer(orjson.dumps({"read": kept.read, "posts": posts}), dtype=np.uint8)
    being_written = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    file.parent.mkdir(parents=True, exist_ok=True)
    with being_written.open("wb") as stream:
        np.savez(stream, vectors=kept.vectors, probe=kept.probe, said=said)
    being_written.replace(file)


def load(file: Path) -> Kept | None:
    """Read what :func:`save` wrote; None where there is no such file, or it is damaged or another's."""
    try:
        with file.open("rb") as stream, np.load(stream, allow_pickle=False) as arrays:
            vectors, probe, said = arrays["vectors"], arrays["probe"], orjson.loads(arrays["said"].tobytes())
        entries = Entries()
        for post_id, revision, judged in said["posts"]:
            entries.add_post((str(post_id), int(revision)))
            for action, number, category, language, by, stands in judged:
                known = range(len(VERDICTS))[action]  # raises for one that is none
                entries.add((post_id, revision), known, Said(int(number), category, language, by, bool(stands)))
        read = int(said["read"])
        fits = vectors.dtype == np.float16 and vectors.shape == (len(entries.row_of), *probe.shape)
    except (OSError, ValueError, LookupError, TypeError, EOFError, MemoryError, RuntimeError, BadZipFile, zlib.error):
        return None
    return Kept(entries, vectors, read, probe) if fits else None
