"""The texts that candidates are asked about: read sentences, hand-written posts, the stream of the pool."""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from moderation.training.language import LENGTHS
from moderation.training.profiles import is_held_out

from .scoring import primary

POSTS = Path(__file__).parent.parent / "posts" / "social.jsonl"

SHORT = 30
MOST = 150
"""Sentences of a language and length: seeded langdetect tells 430 a second."""

UNSPACED = frozenset({"zh", "ja", "th", "lo", "km", "my"})


class Sentence(NamedTuple):
    """A sentence or its beginning, and the primary subtag of its language."""

    text: str
    language: str


class LabelledPost(NamedTuple):
    """A hand-written post: ``main`` and ``sets`` are all that is accepted, the best first."""

    text: str
    category: str
    main: tuple[str, ...]
    sets: tuple[frozenset[str], ...]

    @property
    def group(self) -> str:
        """The category, and of some categories the best main language."""
        if self.category not in {"code-mixed", "romanised"}:
            return self.category
        return f"{self.category}, {primary(self.main[0])}"


def cut(text: str, shortest: int, longest: int, *, spaced: bool = True) -> str:
    """The longest run of whole words from the start that fits (of characters, where words are not spaced).

    Empty where less than the shortest is left.
    """
    text = " ".join(text.split())
    if len(text) > longest:
        text = text[: longest + 1].rpartition(" ")[0] if spaced else text[:longest].rstrip()
    return text if len(text) >= shortest else ""


def read_sentences(data: Path) -> list[Sentence]:
    """Sentences of Common Voice that no profile was counted from and no threshold fitted on, cut to each length.

    At most :data:`MOST` of a language and length, the same ones every time, in no order.
    """
    found: dict[tuple[str, int], dict[str, bytes]] = defaultdict(dict)
    for sentence, digest in _held_out(data):
        # the other half by the third byte fitted the threshold (moderation/training/language.py)
        if digest[2] % 2 == 0:
            continue
        for length, (shortest, longest) in enumerate(LENGTHS):
            text = cut(sentence.text, shortest, longest, spaced=sentence.language not in UNSPACED)
            if any(map(str.isalpha, text)):
                found[sentence.language, length].setdefault(text, digest[3:])
    chosen = [
        (digest, Sentence(text, language))
        for (language, _), texts in found.items()
        for text, digest in sorted(texts.items(), key=lambda item: item[1])[:MOST]
    ]
    return [sentence for _, sentence in sorted(chosen)]


def read_short(data: Path) -> list[str]:
    """Different texts of at most 10 or 30 characters, one of each sentence held out, in no order."""
    found: dict[str, bytes] = {}
    for sentence, digest in _held_out(data):
        longest = 10 if digest[3] % 2 else SHORT
        found.setdefault(cut(sentence.text, 1, longest, spaced=sentence.language not in UNSPACED), digest[4:])
    found.pop("", None)
    return sorted(found, key=found.__getitem__)


def _held_out(data: Path) -> Iterator[tuple[Sentence, bytes]]:
    with gzip.open(data / "train" / "benign_common_voice.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if is_held_out(row["text"]):
                yield Sentence(row["text"], primary(row["lang"])), sha256(row["text"].encode()).digest()


def read_posts() -> list[LabelledPost]:
    """The hand-written posts, in the order of the file."""
    return [
        LabelledPost(
            text=row["text"],
            category=row["category"],
            main=tuple(row["main"]),
            sets=tuple(frozenset(languages) for languages in (row["set"], *row.get("set_also", []))),
        )
        for row in map(json.loads, POSTS.read_text("utf-8").splitlines())
    ]


def read_stream(data: Path) -> list[str]:
    """The texts of the stream."""
    with gzip.open(data / "stream" / "posts.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line)["text"] for line in lines]
