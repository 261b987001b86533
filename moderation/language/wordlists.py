"""The hand-written word lists of ``data/``: one file a language, its words divided by blanks.

``#`` begins a comment line, ``_`` stands for the blank within a phrase, and ``?`` after a word says that it is weak:
other languages have it too. A file named ``a+b.txt`` belongs to both languages.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

DATA = Path(__file__).parent / "data"


@cache
def read(folder: str) -> dict[str, dict[str, bool]]:
    """``{word: {tag: strong}}`` over the lists of a folder of ``data/``, in the order of the files' names."""
    entries: dict[str, dict[str, bool]] = {}
    for file in sorted((DATA / folder).glob("*.txt"), key=lambda file: file.name):
        for line in file.read_text("utf-8").splitlines():
            for word in () if line.startswith("#") else line.split():
                tags = entries.setdefault(word.rstrip("?").replace("_", " "), {})
                tags.update(dict.fromkeys(file.stem.split("+"), not word.endswith("?")))
    return entries
