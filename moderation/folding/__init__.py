"""Views of a text whose indices lead back to the original: folded (one to one) and squeezed.

``build.py`` writes ``data/`` (once, committed) → ``tables.py`` reads it → ``fold.py`` and ``squeeze.py`` use it.
"""

from moderation.folding.fold import SENTINEL, fold

__all__ = ["SENTINEL", "fold"]
