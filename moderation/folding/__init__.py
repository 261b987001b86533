"""Views of a text whose indices lead back to the original: folded (one to one), and skeletons of letters.

``build.py``, ``build_han.py`` write what of ``data/`` is derived (committed) → ``tables.py``, ``han.py``,
``disguises.py`` read it → ``fold.py`` folds; ``leet.py``, ``sounds.py``, ``numbers.py`` say what passes for what →
``letters.py`` → ``skeleton.py``.
"""

from moderation.folding.fold import SENTINEL, fold

__all__ = ["SENTINEL", "fold"]
