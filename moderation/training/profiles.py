"""Counts the n-grams and words of languages: ``python -m moderation.training.profiles DATA``.

Reads the folder with ``train/`` and ``parallel/`` and writes ``moderation/language/data/profiles/SCRIPT.npz``: for
each script that languages share, how often each n-gram and word stands in each language. langdetect's profiles count
an encyclopedia and stop at three letters; these count how people talk and post, up to five letters and whole words,
and have the languages that langdetect lacks, some of them romanised. Nothing is drawn at random.

Every second sentence of Common Voice (by hash) is kept out, for calibration and for the benchmark; so are the sets
that measure the product.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.folding.fold import join
from moderation.folding.tables import script_names, script_table
from moderation.language import wordlists
from moderation.language.compose import compose
from moderation.language.ngrams import APOSTROPHE, ORDERS, Alphabet, begins, ends_of, ngrams_of, word_hashes
from moderation.language.profiles import COUNT_STEP, PROFILES, SMOOTHING, OwnCounts
from moderation.language.runs import apostrophes
from moderation.language.scripts import SHARED
from moderation.language.traits import FAMILY, trait_table
from moderation.training.romanise import WAYS

LATIN = "Latn"
COMMON_VOICE = "benign_common_voice"

# Sentences of the sets that measure the product stand in the first; the second is cut into ratings of sentences.
_LEFT_OUT = ("tatoeba_manythings", "ud_pud")

# Texts of a language from one source; a large narrow one (requests to an assistant) must not drown the others.
_MOST_OTHERWISE = 3_000
_MOST = {"massive": 8_000, COMMON_VOICE: 10_000, "trac1_hi": 10_000, "roman_urdu_ur": 10_000}

_TAGS = {"nb": "no", "fil": "tl", "tt-Cyrl": "tt", "tg-Cyrl": "tg", "kk-Cyrl": "kk", "zh-Hans": "zh"}
# Sources that have a language in Latin letters too, or in no others.
_ROMANISED = {("trac1_hi", "hi"): "hi-Latn", ("roman_urdu_ur", "ur"): "ur-Latn", ("afrisenti_social", "ar"): "ar-Latn"}
_LATIN_SHARE = 0.9

LISTED = frozenset({"ar-Latn"})
"""Languages of which so little is at hand that the words of the lexicon are counted with it."""
_SCRIPT_CODE = 4  # letters of the script in a tag: zh-Hant, sr-Latn

_LEAST_LETTER = 1e-4
"""Share of a language's letters that a letter has, before it is one of its alphabet."""

_LEAST = 2
"""Times that an n-gram stands in a language before it counts there."""
_LEAST_LONG = 10
"""Times that one of five letters or a word stands in some language of many texts, at the least …"""
_LEAST_FEW = 3
"""… and in one of few."""
_MANY = 20_000

_NOT_TEXT = re.compile(r"https?://\S+|[@#]\w+|&\w+;|\bRT\b")


@dataclass(frozen=True, slots=True)
class Text:
    """A text of a language, and where it is from."""

    language: str
    source: str
    text: str


def is_held_out(text: str) -> bool:
    """Whether a sentence of Common Voice is kept for calibrating and measuring."""
    return sha256(text.encode()).digest()[0] % 2 == 1


def read_texts(data: Path) -> Iterator[Text]:
    """Every text that profiles may be counted from, in the order of the files."""
    for path in sorted((data / "parallel").glob("*.tsv.gz")):
        source = path.name.removesuffix(".tsv.gz")
        if source in _LEFT_OUT or source.endswith(".pairs"):
            continue
        with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
            for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                if len(row) == 3:  # noqa: PLR2004 - key, tag, text
                    yield Text(_language(row[1]), source, row[2])
    for path in sorted((data / "train").glob("*.jsonl.gz")):
        source = path.name.removesuffix(".jsonl.gz")
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                text = _NOT_TEXT.sub(" ", row["text"])
                if source == COMMON_VOICE and is_held_out(row["text"]):
                    continue
                romanised = _ROMANISED.get((source, row["lang"])) if _is_latin(text) else None
                yield Text(romanised or _language(row["lang"]), source, text)


def with_romanised(texts: Iterable[Text]) -> Iterator[Text]:
    """The texts, those of some languages once more in Latin letters, and the words of the lexicon."""
    for text in texts:
        yield text
        if way := WAYS.get(text.language):
            tag, write = way
            yield Text(tag, text.source, write(text.text))
    for word, tags in wordlists.read("lexicon").items():
        for tag in LISTED.intersection(tags):
            # each with another full stop, because a language has no text twice
            yield from (Text(tag, "lexicon", word + "." * times) for times in range(_LEAST_LONG))


def choose(texts: Iterable[Text]) -> dict[str, list[str]]:
    """Language → its texts, no more of one source than that may give; the same ones every time."""
    by_source: dict[tuple[str, str], set[str]] = defaultdict(set)
    for text in texts:
        by_source[text.language, text.source].add(text.text)
    chosen: dict[str, list[str]] = defaultdict(list)
    for (language, source), found in sorted(by_source.items()):
        ordered = sorted(found, key=lambda text: sha256(text.encode()).digest())
        chosen[language] += ordered[: _MOST.get(source, _MOST_OTHERWISE)]
    return chosen


class Counts(NamedTuple):
    """How often each n-gram (the upper half of its hash) stands in a language; ``orders`` as in :class:`OwnCounts`."""

    hashes: NDArray[np.uint32]
    orders: NDArray[np.uint8]
    counts: NDArray[np.int64]

    def logs(self) -> NDArray[np.uint8]:
        """Frequencies among all n-grams of their length, as :class:`OwnCounts` has them."""
        totals = np.bincount(self.orders, weights=self.counts)
        return np.round(np.log1p(self.counts / totals[self.orders] / SMOOTHING) * COUNT_STEP).astype(np.uint8)


def count(texts: Sequence[str], alphabet: Alphabet) -> Counts:
    """Count the n-grams and words of the texts of one language."""
    joined = compose(join(texts)[0])
    numbers = alphabet.number(joined)
    traits = trait_table()[joined]
    letters: NDArray[np.bool_] = np.asarray(traits & FAMILY, dtype=np.bool_)
    letters[apostrophes(traits, letters)] = True
    at = (letters & (numbers > 0)).nonzero()[0]
    first = begins(at)
    starts = first.nonzero()[0]
    words = word_hashes(numbers[at], starts, ends_of(starts, len(at)))
    ngrams = ngrams_of(numbers[at], first)
    parts = [(words, 0), *((ngrams[:, column], order) for column, order in enumerate(ORDERS))]
    hashes = np.concatenate([(part[part > 0] >> np.uint64(32)).astype(np.uint32) for part, _ in parts])
    orders = np.concatenate([np.full((part > 0).sum(), order, dtype=np.uint8) for part, order in parts])
    distinct, example, counts = np.unique(hashes, return_index=True, return_counts=True)
    return Counts(distinct, orders[example], counts)


def letters_of(texts: Mapping[str, Sequence[str]], script: str) -> list[str]:
    """The letters that are more than a slip in some language; the apostrophe of words is one."""
    inside = script_table() == script_names().index(script)
    kept: set[str] = set()
    for of_language in texts.values():
        codes, counts = np.unique(compose(join([text.lower() for text in of_language])[0]), return_counts=True)
        ours = inside[codes]
        often = ours & (counts >= _LEAST_LETTER * counts[ours].sum())
        kept.update(map(chr, codes[often].tolist()))
    return [*sorted(kept), APOSTROPHE] if script == LATIN else sorted(kept)


def build(texts: Mapping[str, Sequence[str]], script: str) -> OwnCounts:
    """The counts of the languages of a script; the most frequent n-grams come first."""
    letters = letters_of(texts, script)
    alphabet = Alphabet(script, letters)
    languages = list(texts)
    parts = []
    for column, language in enumerate(languages):
        counted = count(texts[language], alphabet)
        often = counted.counts >= _LEAST
        kept = Counts(counted.hashes[often], counted.orders[often], counted.counts[often])
        parts.append((kept, np.full(len(kept.hashes), column, dtype=np.uint8), kept.logs()))
    hashes = np.concatenate([kept.hashes for kept, _, _ in parts])
    orders = np.concatenate([kept.orders for kept, _, _ in parts])
    counts = np.concatenate([kept.counts for kept, _, _ in parts])
    columns = np.concatenate([column for _, column, _ in parts])
    logs = np.concatenate([log for _, _, log in parts])
    distinct, first, row = np.unique(hashes, return_index=True, return_inverse=True)
    total = np.bincount(row, weights=counts)
    least = [min(max(_LEAST_LONG * len(of) / _MANY, _LEAST_FEW), _LEAST_LONG) for of in texts.values()]
    enough = np.zeros(len(distinct), dtype=np.bool_)
    enough[row[counts >= np.array(least)[columns]]] = True
    weak = (orders[first] != min(ORDERS)) & ~enough
    rank = np.lexsort((distinct, -total, weak))[: (~weak).sum()]
    place = np.full(len(distinct), -1)
    place[rank] = np.arange(len(rank))
    entries = np.flatnonzero(place[row] >= 0)
    entries = entries[np.lexsort((columns[entries], place[row[entries]]))]
    return OwnCounts(
        letters=np.array([ord(letter) for letter in letters], dtype=np.uint32),
        languages=np.array(languages),
        orders=orders[first][rank],
        hashes=distinct[rank],
        sizes=np.bincount(place[row[entries]], minlength=len(rank)).astype(np.uint8),
        columns=columns[entries],
        logs=logs[entries],
    )


def _language(tag: str) -> str:
    if tag in _TAGS:
        return _TAGS[tag]
    primary, _, rest = tag.partition("-")
    return tag if len(rest) == _SCRIPT_CODE else primary


def _is_latin(text: str) -> bool:
    letters = [letter for letter in text if letter.isalpha()]
    return bool(letters) and sum(letter.isascii() for letter in letters) >= _LATIN_SHARE * len(letters)


def main(data: Path) -> None:
    """Count, and write the file of each script."""
    texts = choose(with_romanised(read_texts(data)))
    PROFILES.mkdir(parents=True, exist_ok=True)
    for script, languages in SHARED.items():
        counts = build({language: texts[language] for language in languages if texts.get(language)}, script)
        np.savez_compressed(PROFILES / f"{script}.npz", **counts._asdict())
        lacking = [language for language in languages if not texts.get(language)]
        sys.stdout.write(
            f"{script}: {len(counts.hashes)} n-grams and words, {len(counts.logs)} entries, "
            f"{len(counts.languages)} languages; no texts of {', '.join(lacking) or 'none'}\n"
        )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
