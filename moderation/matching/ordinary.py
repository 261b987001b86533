"""Ordinary Chinese words and names: what sounds like a term and is a word of its own (威信, 饲料) is left alone.

``data/ordinary.npz`` has two to four characters in one key of 16 bits a character, so that no two words share one, and
how often each was met. ``python -m moderation.training.ordinary DATA`` writes it.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FILE = Path(__file__).parent / "data" / "ordinary.npz"
LENGTHS = range(2, 5)
"""Characters of the words that are listed."""
STEP = 12.0
"""Units of the saved logarithm of a count."""

_BITS = 16
_LARGEST = (1 << _BITS) - 1


class Words(NamedTuple):
    """The words, by key in rising order, and ``round(STEP * log1p(count))`` of each."""

    keys: NDArray[np.uint64]
    logs: NDArray[np.uint8]


def key_of(slice_: str) -> int:
    """The key of two to four characters; 0 for what no key holds: other lengths, ideographs beyond 16 bits."""
    if len(slice_) not in LENGTHS:
        return 0
    key = 0
    for character in slice_:
        code = ord(character)
        if code > _LARGEST:
            return 0
        key = key << _BITS | code
    return key


def save(words: Words, path: Path) -> None:
    """Write words: the differences of the keys, their bytes by place, because those compress to half."""
    steps = np.diff(words.keys, prepend=np.uint64(0)).astype("<u8")
    planes = np.ascontiguousarray(steps.view(np.uint8).reshape(-1, 8).T)
    np.savez_compressed(path, planes=planes, logs=words.logs)


def load(path: Path) -> Words:
    """Read what :func:`save` wrote."""
    with np.load(path, allow_pickle=False) as file:
        steps = np.ascontiguousarray(file["planes"].T).view("<u8").ravel()
        return Words(np.cumsum(steps, dtype=np.uint64), file["logs"])


@cache
def words() -> Mapping[str, int]:
    """Each word, and about how often it was met among some sixty million."""
    known = load(FILE)
    shifts = np.arange(LENGTHS[-1])[::-1].astype(np.uint64) * np.uint64(_BITS)
    codes = (known.keys[:, None] >> shifts & np.uint64(_LARGEST)).astype("<u4")  # those of shorter words begin with 0
    for _ in range(LENGTHS[-1] - LENGTHS[0]):
        short = codes[:, 0] == 0
        codes[short] = np.roll(codes[short], -1, axis=1)
    met = np.maximum(1, np.expm1(np.arange(256) / STEP).round()).astype(np.int64).tolist()  # words share these numbers
    counts = map(met.__getitem__, known.logs.tolist())
    return dict(zip(codes.view(f"<U{LENGTHS[-1]}").ravel().tolist(), counts, strict=True))


def count(slice_: str) -> int:
    """About how often a folded slice was met as a word; 0 where it is none.

    >>> count("威胁") > count("威信") > count("薇信") == 0
    True
    """
    return words().get(slice_, 0)


def is_word(slice_: str) -> bool:
    """Whether two to four folded characters are an ordinary word or name.

    >>> is_word("饲料"), is_word("丝聊")
    (True, False)
    """
    return slice_ in words()
