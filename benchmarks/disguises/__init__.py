"""Disguised terms and innocent posts on which the matcher is judged, made without sight of the matcher.

Every table, carrier sentence and innocent post under ``data/`` was written for this set by hand, from how users write;
nothing here imports or was copied from ``moderation.folding`` or ``moderation.matching``. The set is not changed to
suit a matcher: what a person would not read as the term is mended, what a matcher misses stays. Pinyin and traditional
characters are those of pypinyin and OpenCC. Masked letters (``f*ck``) are not in it: they leave the term to guessing.
"""

from benchmarks.disguises.case import Case
from benchmarks.disguises.generate import generate

__all__ = ["Case", "generate"]
