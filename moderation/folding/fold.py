"""The folded view: one character for one character, so that every index is the original's.

Full width, styled and capital letters, diacritics, traditional characters, digits of other scripts and look-alike
letters become what they are read as; what cannot be seen becomes :data:`SENTINEL`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from moderation.folding.tables import Codes, Kind, confusable_table, fold_table, kind_table, script_names, script_table

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
    if confusable.any():
        folded = np.where((confusable != 0) & _in_latin_word(folded), confusable, folded)
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


def _in_latin_word(folded: Codes) -> NDArray[np.bool_]:
    """For each character, whether its word has a Latin letter. Sentinels do not end a word."""
    kinds = kind_table()[folded]
    inside = (kinds == Kind.letter) | (kinds == Kind.nothing) | (kinds == Kind.mark)
    word = np.cumsum(~inside)
    latin = inside & (script_table()[folded] == script_names().index("Latn"))
    has_latin = np.zeros(int(word[-1]) + 1, dtype=np.bool_)
    has_latin[word[latin]] = True
    in_latin: NDArray[np.bool_] = inside & has_latin[word]
    return in_latin


def join(texts: Sequence[str]) -> tuple[Codes, NDArray[np.int64]]:
    """Texts joined by newlines, and where each starts: ``starts[i]``; ``starts[-1]`` is one past the last newline."""
    starts = np.array([0, *accumulate(len(text) + 1 for text in texts)], dtype=np.int64)
    return codes("\n".join([*texts, ""])), starts
