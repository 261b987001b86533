"""The folded view: one character for one character, so that every index is the original's.

Full width, styled and capital letters, diacritics, traditional characters, digits of other scripts and look-alike
letters become what they are read as; what cannot be seen becomes :data:`SENTINEL`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from moderation.folding.tables import Codes, confusable_table, fold_table, is_latin_table

SENTINEL = "\0"
"""Stands for what leaves nothing (zero-width characters, lone marks). No post can hold it: the door refuses NUL."""


def codes(text: str) -> Codes:
    """The code points of a text; lone surrogates included, so that this is total."""
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)


def text_of(code_points: Codes) -> str:
    """The reverse of :func:`codes`."""
    return code_points.tobytes().decode("utf-32-le", "surrogatepass")


def fold_codes(original: Codes) -> Codes:
    """Fold code points (of any number of texts joined by newlines), index by index."""
    folded = fold_table()[original]
    confusable = confusable_table()[original]
    suspects = confusable.nonzero()[0]
    if len(suspects) and _beside_latin(folded, suspects):
        in_latin = suspects[_run_on_latin(folded, confusable)[suspects]]
        folded[in_latin] = confusable[in_latin]
    return folded


def fold(text: str) -> str:
    """The folded view of one text, of the same length; folding it again changes nothing.

    >>> fold("Ｗｅｃｈａｔ 加薇 wеchаt Café")
    'wechat 加薇 wechat cafe'
    """
    return text_of(fold_codes(codes(text)))


def term_form(text: str) -> str:
    """A term as it stands in the folded view of a text that hides nothing: folded, without sentinels and edges.

    >>> term_form(" 加❤️微信 ")
    '加❤微信'
    """
    return fold(text).replace(SENTINEL, "").strip()


def _beside_latin(folded: Codes, suspects: NDArray[np.int64]) -> bool:
    """Whether letters of both scripts may run on: somewhere two of them touch, or something unseen is between."""
    before, after = folded[suspects - 1], folded[(suspects + 1) % len(folded)]
    latin = is_latin_table()
    return bool((latin[before] | latin[after] | (before == 0) | (after == 0)).any())


def _run_on_latin(folded: Codes, confusable: Codes) -> NDArray[np.bool_]:
    """For each character, whether it is in a run of Latin letters and look-alikes with both. Sentinels do not end one.

    Nothing else may stand in a run: what a text folds to would depend on whether :func:`_beside_latin` saw another.
    """
    latin = is_latin_table()[folded]
    inside = latin | (confusable != 0) | (folded == 0)
    run = np.cumsum(~inside)
    has_latin = np.zeros(int(run[-1]) + 1, dtype=np.bool_)
    has_latin[run[latin]] = True
    in_latin: NDArray[np.bool_] = inside & has_latin[run]
    return in_latin


def join(texts: Sequence[str]) -> tuple[Codes, NDArray[np.int64]]:
    """Texts joined by newlines, and where each starts: ``starts[i]``; ``starts[-1]`` is one past the last newline."""
    starts = np.array([0, *accumulate(len(text) + 1 for text in texts)], dtype=np.int64)
    return codes("\n".join([*texts, ""])), starts
