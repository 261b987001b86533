"""Fits the weights that tell Japanese from Chinese where there is no kana: ``python -m moderation.training.han DATA``.

``DATA`` has ``train/*.jsonl.gz`` and ``parallel/*.tsv.gz``. Japanese are the runs of ideographs in Japanese texts,
Chinese are Chinese texts and pieces of them, and both are the hand-made words of ``data/han_words.tsv``. Texts are
parted by a hash: a half fits the weights, a quarter the curve, the last quarter tells what the verdicts are worth.
Writes ``moderation/language/data/han.npz``, the same every time; the curve it prints belongs in ``han.py``.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from moderation.folding.fold import join
from moderation.language import han
from moderation.language.calibration import SURE
from moderation.language.kanji import DATA, LETTERS, NAT, keys_of, letter_table, slots_of, tables

SOCIAL = ("addetector_zh", "benign_common_voice", "cold_zh", "inspectionai_ja", "swsr_zh")
HELD_OUT = "tatoeba"
LANGUAGES = frozenset({"zh", "zh-Hans", "zh-Hant", "yue", "yue-Hant", "ja"})

SEED = 7
STRENGTH = 4.0
"""The inverse of the ridge."""
WORD = 4.0
"""A hand-made word weighs as much as so many pieces of text."""
LEAST = 2
"""A pair met in fewer samples has no weight of its own, nor has one whose weight would be small."""
SMALL = 2

LONGEST_RUN = 12
PHRASE = 4
MIXED = 0.2
"""What holds the weight of mixed forms down: few pieces of the data have them, posts of all kinds may."""

_RUN = re.compile(r"[\u3400-\u9fff々〆]+")
_KANA = re.compile(r"[\u3041-\u30fa\uff66-\uff9d]")


class Text(NamedTuple):
    """A text of a data set, and the tag that the set gives it."""

    tag: str
    text: str


class Fitted(NamedTuple):
    """What is saved: the weight of each letter; the pairs that have one, by key, and theirs."""

    letters: NDArray[np.int8]
    keys: NDArray[np.uint32]
    pairs: NDArray[np.int8]


def read_texts(folder: Path) -> tuple[list[Text], list[Text], list[Text]]:
    """The Chinese, Cantonese and Japanese texts of all sets, each once: to fit, to calibrate, to report."""
    parts: tuple[list[Text], list[Text], list[Text]] = [], [], []
    for text in dict.fromkeys(text for text in _read(folder) if text.tag in LANGUAGES):
        half, quarter = _digest(text.text)[:2]
        parts[half % 2 and 1 + quarter % 2].append(text)
    return parts


def _read(folder: Path) -> Iterator[Text]:
    for name in SOCIAL:
        with gzip.open(folder / f"train/{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
            yield from (Text(row["lang"], row["text"]) for row in map(json.loads, lines) if row["split"] != "test")
    for path in sorted(folder.glob("parallel/*.tsv.gz")):
        if path.name.startswith(HELD_OUT):
            continue
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for fields in (line.rstrip("\n").split("\t") for line in lines):
                if ".pairs." in path.name:
                    yield from (Text(fields[1], fields[0]), Text(fields[3], fields[2]))
                else:
                    yield Text(fields[1], fields[2])


def _digest(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def beginning(text: str) -> str:
    """The first four to ten characters, as many every time."""
    return text[: 4 + _digest(text)[2] % 7]


def sample(texts: Sequence[Text]) -> tuple[dict[str, float], dict[str, float]]:
    """Japanese and Chinese pieces, and what each weighs: the root of how often it was met.

    Simplified texts stand there in traditional characters too, of which the sets have fewer.
    """
    from opencc import OpenCC

    convert = OpenCC("s2twp").convert
    rng = random.Random(SEED)  # noqa: S311 - not a secret
    met: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    for tag, text in texts:
        runs = _RUN.findall(text)
        if tag == "ja":
            met[0].update(run for run in runs if len(run) > 1)
            met[0][" ".join(runs)] += 1
            continue
        pieces = [run for run in runs if len(run) <= LONGEST_RUN] + [text[:60], beginning(text)]
        for _ in range(3):
            start = rng.randrange(len(text))
            pieces.append(text[start : start + rng.randrange(2, 9)])
        met[1].update(pieces)
        if tag in {"zh", "zh-Hans"}:
            met[1].update(map(convert, pieces))
    weights = [{piece: count**0.5 for piece, count in counted.items() if _RUN.search(piece)} for counted in met]
    for line in (DATA / "han_words.tsv").read_text("utf-8").splitlines():
        tag, _, words = line.partition("\t")
        weights[tag != "ja"].update(dict.fromkeys(words.split(), WORD))
    return weights[0], weights[1]


def fit(japanese: Mapping[str, float], chinese: Mapping[str, float]) -> Fitted:
    """Weigh letters, their classes (by codec) and pairs of neighbours by logistic regression."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    pieces = [*japanese, *chinese]
    text, starts = join(pieces)
    rows = np.repeat(np.arange(len(pieces)), np.diff(starts))
    letters = letter_table()[text]
    joined = (letters[1:] > 0) & (letters[:-1] > 0) & (rows[1:] == rows[:-1])
    keys, columns, met = np.unique(keys_of(letters)[joined], return_inverse=True, return_counts=True)
    classes = han.ideographs().astype(np.int64)

    def counted(at: NDArray[np.int64], column: NDArray[np.int64], width: int) -> csr_matrix:
        return csr_matrix((np.ones(len(at)), (at, column)), shape=(len(pieces), width))

    known = letters > 0
    counts = han.count(text, rows, len(pieces))
    x = hstack(
        [
            counted(rows[known], letters[known], LETTERS),
            counted(rows[known], classes[letters[known]], 256),
            counted(rows[1:][joined], columns, len(keys))[:, met >= LEAST],
            csr_matrix(_mixed_forms(counts)[:, np.newaxis] * MIXED),
        ],
        format="csr",
    )
    y = np.arange(len(pieces)) < len(japanese)
    model = LogisticRegression(C=STRENGTH, max_iter=500, tol=1e-5)
    model.fit(x, y, [*japanese.values(), *chinese.values()])
    weights = (model.coef_[0] * NAT).round()
    sys.stdout.write(f"intercept {model.intercept_[0]:.2f}, forms of both {model.coef_[0][-1] * MIXED:.2f} nats\n")
    pairs, keys = weights[LETTERS + 256 : -1], keys[met >= LEAST]
    kept = np.abs(pairs) >= SMALL
    of_letter = weights[:LETTERS] + weights[LETTERS : LETTERS + 256][classes]
    of_letter[0] = 0
    return Fitted(
        letters=_byte(of_letter),
        **_one_a_slot(keys[kept].astype(np.uint32), _byte(pairs[kept])),
    )


def _mixed_forms(counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """As :func:`han.evidence` has them."""
    return np.array([han.mixed_forms(row) for row in counts.tolist()])


def _byte(weights: NDArray[np.float64]) -> NDArray[np.int8]:
    return weights.clip(-127, 127).astype(np.int8)


def _one_a_slot(keys: NDArray[np.uint32], pairs: NDArray[np.int8]) -> dict[str, NDArray[Any]]:
    """Of the pairs that want one slot only the heaviest."""
    order = np.argsort(-np.abs(pairs.astype(np.int64)), kind="stable")
    _, first = np.unique(slots_of(keys[order].astype(np.int64)), return_index=True)
    kept = np.sort(order[first])
    return {"keys": keys[kept], "pairs": pairs[kept]}


def save(fitted: Fitted) -> None:
    """Write ``han.npz``."""
    steps = np.diff(fitted.keys, prepend=np.uint32(0))
    np.savez_compressed(DATA / "han.npz", letters=fitted.letters, pair_steps=steps, pair_weights=fitted.pairs)
    tables.cache_clear()


def fit_curve(texts: Sequence[Text]) -> tuple[float, float]:
    """Of 1 and the evidence: the weights whose sum's logistic is how probable Japanese is.

    Among texts of each length one in five is taken to be Japanese.
    """
    from sklearn.linear_model import LogisticRegression

    pieces = [(run, True) for tag, text in texts if tag == "ja" for run in dict.fromkeys(_RUN.findall(text))]
    for tag, text in texts:
        if tag != "ja":
            whole = "".join(_RUN.findall(text))
            pieces += ((piece, False) for piece in dict.fromkeys((whole[:2], whole[:3], beginning(whole), whole[:40])))
    pieces = [piece for piece in dict.fromkeys(pieces) if len(piece[0]) > 1]
    evidence = np.array([han.evidence(row) for row in _rows([piece for piece, _ in pieces])])
    japanese = np.array([label for _, label in pieces])
    lengths = np.array([min(len(piece), 8) for piece, _ in pieces])
    weights = np.ones(len(pieces))
    for length in np.unique(lengths):
        of_length = lengths == length
        weights[of_length & japanese] = 0.25 * (of_length & ~japanese).sum() / max((of_length & japanese).sum(), 1)
    model = LogisticRegression(C=100.0).fit(evidence.clip(-12, 12)[:, np.newaxis], japanese, weights)
    return float(model.intercept_[0]), float(model.coef_[0, 0])


def _rows(texts: Sequence[str]) -> list[list[int]]:
    """The row of :func:`han.count` of each text; its Han and Kana alone."""
    text, starts = join(texts)
    at = np.flatnonzero(han.classes()[0][text])
    units = np.repeat(np.arange(len(texts)), np.diff(starts))[at]
    rows: list[list[int]] = han.count(text[at], units, len(texts), at).tolist()
    return rows


def report(texts: Sequence[Text]) -> Iterator[str]:
    """Lines: for each tag of the data, whole texts and beginnings, how many were given which tag, and not in doubt."""
    groups = {
        "ja without kana": [text for tag, text in texts if tag == "ja" and not _KANA.search(text)],
        "ja, runs of 4 and more": [
            run for tag, text in texts if tag == "ja" for run in _RUN.findall(text) if len(run) >= PHRASE
        ],
    }
    for tag in sorted(LANGUAGES):
        of_tag = [text for other, text in texts if other == tag and (tag != "ja" or _KANA.search(text))]
        groups |= {tag: of_tag, f"{tag}, first 4-10 characters": [beginning(text) for text in of_tag]}
    for name, group in groups.items():
        tags, sure = tags_of(group), tags_of(group, SURE)
        shares = (
            f"{tag} {count / tags.total():.2%} ({sure[tag] / tags.total():.2%} sure)"
            for tag, count in tags.most_common()
        )
        yield f"{name}, {tags.total()}: " + ", ".join(shares)


def tags_of(texts: Sequence[str], confidence: float = 0.0) -> Counter[str]:
    """How many different texts with ideographs are given each tag, with that confidence at least."""
    verdicts = [han.judge(row) for row in _rows(list(dict.fromkeys(texts))) if row[han.Kind.han]]
    return Counter(verdict.tag for verdict in verdicts if verdict.confidence >= confidence)


def main(folder: Path) -> None:
    """Fit, save, print the curve and the report."""
    to_fit, to_calibrate, to_report = read_texts(folder)
    save(fit(*sample(to_fit)))
    intercept, slope = fit_curve(to_calibrate)
    sys.stdout.write(f"CURVE = ({intercept:.2f}, {slope:.3f})\n")
    sys.stdout.writelines(f"{line}\n" for line in report(to_report))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
