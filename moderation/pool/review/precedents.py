"""What people made of posts like this one: near-identical ones in one line, and the nearest that was decided otherwise.

A precedent anchors who reads it, so its counter-example is always beside it, and how many of its verdicts still stand.
Vectors are those of the embedding model that the settings name; the index holds no text and no author.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moderation.domain.errors import NotFound
from moderation.domain.review import VERDICTS, Recorded
from moderation.domain.review_ports import Verdicts
from moderation.pool.review.judged import Entries, Kept, Key, Rows, load, save
from moderation.pool.review.pairs import ACTING
from moderation.pool.review.view import Precedent

NEWEST = 20_000
"""So many posts are remembered, those decided last."""
ALIKE = 0.9
"""Posts of this cosine and the same action are one precedent."""
LEAST = 0.5
"""What is less like the post is no precedent of it."""

_AT_ONCE = 500  # posts that are read and embedded together
_SLACK = NEWEST // 20  # so many more are kept before the oldest are dropped: dropping copies the whole index

_ENOUGH = 500  # so many new vectors are worth writing the file anew
_PROBE = "Two models do not give the same vector for this sentence. 两个模型给出的向量不会相同。"

log = logging.getLogger(__name__)

Embed = Callable[[Sequence[str]], NDArray[Any]]


def words_of(post: Mapping[str, Any]) -> str:
    """The words by which a post (JSON) is compared: title and text."""
    return "\n".join(text for text in (post.get("title"), post["text"]) if text)


class Precedents:
    """The newest verdicts of people by the likeness of their posts. Threads may share it.

    ``embed`` gives one vector a text (texts × dimensions, of any length). A post counts with its newest verdict, which
    may stand, and with the newest of each other action that was ever taken about it, which does not: what was removed
    and allowed on appeal is a precedent for allowing, and one for removing that was not upheld. In ``file``, if one is
    given, the vectors wait for the next process: embedding takes seconds, reading them none.
    """

    def __init__(self, store: Verdicts, embed: Embed, file: Path | None = None) -> None:
        self._store = store
        self._embed = embed
        self._file = file
        self._unsaved = 0
        self._lock = Lock()
        self._read = 0
        self._entries = Entries()
        self._vectors: Rows = np.empty((0, 0), dtype=np.float16)

    def grow(self) -> int:
        """Read the verdicts that are new, at first the newest of all; how many were read.

        The first call embeds up to :data:`NEWEST` posts and takes seconds: make it before somebody waits.
        """
        with self._lock:
            return self._grow()

    def of(self, text: str, language: str, exclude: Key | None = None, k: int = 4) -> tuple[Precedent, ...]:
        """At most ``k`` lines, the nearest first; what was made of the post ``exclude`` (any revision) is left out.

        The nearest standing verdict of another action than the nearest line's is among them (``counter``), if any is
        like enough. Of posts that are equally like, those in ``language`` come first.
        """
        with self._lock:
            self._grow()
            entries = self._entries
            if not entries.keys:
                return ()
            query = _unit(self._embed([text]))[0].astype(np.float32)
            likeness = np.round((self._vectors.astype(np.float32) @ query)[entries.arrays.rows], 4)
            if exclude is not None:
                likeness[[n for n, key in enumerate(entries.keys) if key[0] == exclude[0]]] = -1.0
            return _lines(entries, self._vectors, likeness, language, k)

    def _grow(self) -> int:
        if not self._read:
            self._remember()
        if self._read:
            verdicts = self._store.verdicts(kinds=ACTING, after=self._read)
        else:
            verdicts = self._store.verdicts(kinds=ACTING, newest=True, limit=NEWEST)[::-1]
        if not verdicts:
            return 0
        # What is held yet is read again: neither its effect nor its undoing changes its id.
        held = (verdict.id for verdict in verdicts if verdict.state == "held")
        self._read = min(held, default=verdicts[-1].id + 1) - 1
        self._embed_new({verdict.key for verdict in verdicts if _counts(verdict)} - self._entries.row_of.keys())
        for verdict in verdicts:
            if verdict.key not in self._entries.row_of:
                continue
            if _counts(verdict):
                self._entries.take(verdict)
            elif verdict.of is not None:
                self._entries.withdraw(verdict.key, verdict.of)
        if len(self._entries.row_of) > NEWEST + _SLACK:
            self._forget()
        self._entries.arrays = self._entries.flat()
        if self._unsaved >= _ENOUGH:
            self._save()
        return len(verdicts)

    def _embed_new(self, keys: set[Key]) -> None:
        wanted = sorted(keys)
        vectors = [self._vectors] if len(self._vectors) else []
        for start in range(0, len(wanted), _AT_ONCE):
            bodies = self._store.bodies(wanted[start : start + _AT_ONCE])
            if bodies:
                vectors.append(_unit(self._embed([words_of(post) for post, _ in bodies.values()])).astype(np.float16))
            for key in bodies:
                self._entries.add_post(key)
            self._unsaved += len(bodies)
        if vectors:
            self._vectors = np.concatenate(vectors)

    def _remember(self) -> None:
        """Take what the file keeps, if it is of this model and of this store."""
        kept = load(self._file) if self._file else None
        if kept is None or not len(kept.vectors):
            return
        probe = self._embed([_PROBE])[0]
        if kept.probe.shape == probe.shape and np.allclose(kept.probe, probe) and self._knows(kept.entries):
            self._read, self._entries, self._vectors = kept.read, kept.entries, kept.vectors
            self._entries.arrays = self._entries.flat()

    def _knows(self, entries: Entries) -> bool:
        """Whether the last verdict of these entries is the store's."""
        last = max(range(len(entries.keys)), key=lambda n: entries.said[n].id, default=None)
        if last is None:
            return False
        try:
            return self._store.verdict(entries.said[last].id).key == entries.keys[last]
        except NotFound:
            return False

    def _save(self) -> None:
        if self._file is None:
            return
        kept = Kept(self._entries, self._vectors, self._read, self._embed([_PROBE])[0])
        try:
            save(self._file, kept)
        except OSError as error:
            log.warning("the vectors of precedents are not kept for the next process reason=%s", error)
        self._unsaved = 0

    def _forget(self) -> None:
        old, kept = self._entries, Entries()
        for key in sorted(old.row_of, key=old.newest)[-NEWEST:]:
            kept.add_post(key)
            for n in old.of_post[key]:
                kept.add(key, old.actions[n], old.said[n])
        self._vectors = self._vectors[[old.row_of[key] for key in kept.row_of]]
        self._entries = kept


def _counts(verdict: Recorded) -> bool:
    return verdict.action in VERDICTS and verdict.state in {"standing", "reversed"}


def _unit(vectors: NDArray[Any]) -> NDArray[np.float64]:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float64] = vectors / np.where(norms > 0, norms, 1.0)
    return unit


def _lines(
    entries: Entries, vectors: Rows, likeness: NDArray[np.float32], language: str, k: int
) -> tuple[Precedent, ...]:
    """Group entries, nearest first, each with all that are like it; the counter-example takes the last place."""
    rows, actions, stands, ids = entries.arrays
    near = (likeness >= LEAST).nonzero()[0]
    if not len(near):
        return ()
    foreign = np.array([entries.said[n].language != language for n in near])
    near = near[np.lexsort((-ids[near], ~stands[near], foreign, -likeness[near]))]
    # From here on an entry is its place in `near`.
    action, vector = actions[near], vectors[rows[near]].astype(np.float32)
    free = np.ones(len(near), dtype=np.bool_)
    lines: list[NDArray[np.intp]] = []

    def group(leader: int) -> NDArray[np.intp]:
        like = vector @ vector[leader] >= ALIKE
        like[leader] = True
        members: NDArray[np.intp] = (like & free & (action == action[leader])).nonzero()[0]
        free[members] = False
        return members

    while len(lines) < k and free.any():
        lines.append(group(int(free.argmax())))
    other = ((action != action[0]) & stands[near]).nonzero()[0]
    counter = int(other[0]) if len(other) else -1
    if counter >= 0 and free[counter]:
        for members in lines[max(1, k - 1) :]:
            free[members] = True
        lines[max(1, k - 1) :] = [group(counter)]
    return tuple(_line(entries, near[members], likeness, counter=counter in members) for members in lines)


def _line(entries: Entries, members: NDArray[np.intp], likeness: NDArray[np.float32], *, counter: bool) -> Precedent:
    """A group, whose first is the nearest."""
    leader = int(members[0])
    said = [entries.said[n] for n in members]
    return Precedent(
        similarity=min(1.0, round(float(likeness[leader]), 4)),
        post_id=entries.keys[leader][0],
        language=said[0].language,
        action=VERDICTS[entries.actions[leader]],
        category=said[0].category,
        count=len(said),
        upheld=sum(one.stands for one in said),
        by=dict(Counter(one.by for one in said).most_common()),
        counter=counter,
    )
