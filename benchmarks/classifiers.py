"""How fast the classifiers and the embedding are, on one core, against plain scikit-learn.

Run: ``python benchmarks/classifiers.py [POSTS.jsonl[.gz]]``. The plain composition is one ``HashingVectorizer``
(char_wb 2–5, 2^18) and one ``SGDClassifier`` a head, as many heads as the shipped models give on average.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from moderation.classifiers.embeddings import load_embedder
from moderation.classifiers.exemplars import Exemplars
from moderation.classifiers.linear import load_classifier
from moderation.domain.language import Language

POSTS = Path(__file__).parent.parent / "moderation" / "demo" / "posts.jsonl"
LEAST = 8_192
BATCHES = (1, 32, 256)
PLAIN_HEADS = 6


def read_texts(path: Path) -> list[str]:
    """The texts of posts, repeated until there are enough."""
    content = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    texts = [text for line in content.splitlines() if (text := json.loads(line).get("text"))]
    return (texts * (LEAST // len(texts) + 1))[:LEAST]


def language_of(text: str) -> Language:
    """Good enough to send each text to a model: Han is Chinese, ASCII English, the rest German."""
    han = sum("\u4e00" <= character <= "\u9fff" for character in text)
    tag = "zh-Hans" if han * 3 > len(text) else "en" if text.isascii() else "de"
    return Language(tag, shares={tag: 1.0})


def plain(texts: Sequence[str]) -> Callable[[Sequence[str]], object]:
    """One vectoriser and one model a head, as a first attempt would have it."""
    from sklearn.feature_extraction.text import HashingVectorizer
    from sklearn.linear_model import SGDClassifier

    vectorizer = HashingVectorizer(analyzer="char_wb", ngram_range=(2, 5), n_features=2**18)
    matrix = vectorizer.transform(texts[:1000])
    rng = np.random.default_rng(0)
    heads = [SGDClassifier(loss="log_loss", max_iter=2, tol=None) for _ in range(PLAIN_HEADS)]
    for head in heads:
        head.fit(matrix, rng.integers(0, 2, matrix.shape[0]))

    def score(batch: Sequence[str]) -> object:
        features = vectorizer.transform(batch)
        return [head.predict_proba(features)[:, 1] for head in heads]

    return score


def timed(name: str, run: Callable[[Sequence[str]], object], texts: Sequence[str]) -> None:
    """CPU time a text at each batch size: the best of three rounds, since others may use the machine."""
    figures = []
    for size in BATCHES:
        part = texts[: LEAST // 8 if size == 1 else LEAST]
        rounds = []
        for _ in range(3):
            started = time.process_time()
            for start in range(0, len(part), size):
                run(part[start : start + size])
            rounds.append((time.process_time() - started) / len(part))
        figures.append(f"{1e6 * min(rounds):8.0f} µs = {1 / min(rounds):8,.0f}/s")
    print(f"{name:28}" + "".join(figures))


def main() -> None:
    """Print the table."""
    threadpool_limits(1)
    texts = read_texts(Path(sys.argv[1]) if len(sys.argv) > 1 else POSTS)
    print(
        f"{len(texts):,} texts of {sum(map(len, texts)) / len(texts):.0f} characters on average; CPU time on one core"
    )
    print(f"{'a text, by batch of':28}" + "".join(f"{size:>22}" for size in BATCHES))
    classifier = load_classifier(None)
    timed("linear heads", lambda batch: classifier(batch, [language_of(text) for text in batch]), texts)
    timed("plain HashingVectorizer+SGD", plain(texts), texts)
    embedder = load_embedder(None)
    timed("embedding", embedder, texts)
    lists = {f"list{n}": texts[n * 30 : n * 30 + 30] for n in range(10)}
    timed("embedding + 300 exemplars", Exemplars(lists, embedder), texts)


if __name__ == "__main__":
    main()
