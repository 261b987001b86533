"""Lists the everyday words of each served language: ``python -m moderation.training.everyday DATA``.

Writes ``moderation/policy/data/ordinary/LANGUAGE.txt``, one word a line, the most frequent first, for the linter of
rules: a term that is an everyday word of another language hits innocent posts there. Words are counted in the
translations of ``DATA`` and in its sets of posts without any violation (where there are some, the others are coarse
too), once for each distinct text; what counts is the mean over the sources of the share of texts that have the word,
so that no large source speaks for a language.
Words stand as in the folded view. Chinese is cut by jieba, Japanese by janome, Thai by pythainlp, all others at what
is no letter. Nothing is drawn at random.
"""

from __future__ import annotations

import csv
import gzip
import json
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from moderation.folding.fold import fold, term_form
from moderation.policy.ordinary import FOLDER, LANGUAGES, plain

# The sentences of these sets measure the product.
_LEFT_OUT = frozenset({"tatoeba_manythings", "ud_pud"})

MOST_TEXTS = 6_000
"""Of one source in one language; more changes nothing among the frequent words."""
LEAST_TEXTS = 200
"""A source with fewer in a language does not speak for it."""
LEAST_SOURCES = 3
MOST_WORDS = 2_500
MOST_LANGUAGES = 5
"""A word of more languages is international (online, video, a brand) and collides with nothing; English keeps it."""

Cut = Callable[[str], Iterable[str]]

_WORD = re.compile(r"[^\W\d_](?:['’\u0300-\u036f\u0900-\u0dff\u0e00-\u0eff]?[^\W\d_]|[\u0900-\u097f])*")
_DENSE = re.compile(r"[\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff]+")


def read_texts(data: Path) -> Iterator[tuple[str, str, str]]:
    """Source, language and text of everything that is counted."""
    for path in sorted((data / "train").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            rows = [json.loads(line) for line in lines]
        if not any(row.get("violating") for row in rows):
            used = (row for row in rows if row.get("split") in {"train", "dev"} and row.get("violating") == 0)
            yield from ((path.name, row["lang"].partition("-")[0], row["text"]) for row in used)
    for path in sorted((data / "parallel").glob("*.tsv.gz")):
        if path.name.endswith(".pairs.tsv.gz") or path.name.removesuffix(".tsv.gz") in _LEFT_OUT:
            continue
        with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
            for row in csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                if len(row) == 3:  # noqa: PLR2004 - key, tag, text
                    yield path.name, row[1].partition("-")[0], row[2]


def shares(texts: Iterable[tuple[str, str, str]], cuts: Mapping[str, Cut]) -> dict[str, Counter[str]]:
    """Language → word → its mean share of texts over the sources, of words that enough sources have."""
    kept: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for source, language, text in texts:
        group = kept[language, source]
        if language in LANGUAGES and len(group) < MOST_TEXTS:
            group.setdefault(fold(text))
    found: dict[str, Counter[str]] = defaultdict(Counter)
    sources: dict[str, Counter[str]] = defaultdict(Counter)
    for (language, _), group in sorted(kept.items()):
        if len(group) < LEAST_TEXTS:
            continue
        counts = Counter(word for text in group for word in set(map(plain, cuts[language](text))))
        for word, times in counts.items():
            found[language][word] += times / len(group)  # type: ignore[assignment]
            sources[language][word] += 1
    return {
        language: Counter({word: share for word, share in words.items() if sources[language][word] >= LEAST_SOURCES})
        for language, words in found.items()
    }


def everyday(found: Mapping[str, Counter[str]]) -> dict[str, list[str]]:
    """Language → its most frequent words, without those that are international."""
    most = {
        language: [word for word, _ in sorted(words.items(), key=lambda pair: (-pair[1], pair[0]))[:MOST_WORDS]]
        for language, words in found.items()
    }
    spread = Counter(word for words in most.values() for word in words)
    return {
        language: [word for word in words if language == "en" or spread[word] <= MOST_LANGUAGES]
        for language, words in most.items()
    }


def cutters() -> dict[str, Cut]:
    """How each language is cut into words."""
    try:
        import jieba
        from janome.tokenizer import Tokenizer
        from pythainlp.tokenize import word_tokenize
    except ImportError as error:
        sys.exit(f"{error.name} is needed to cut words: pip install jieba janome pythainlp, and run this again")
    japanese = Tokenizer(wakati=True)
    dense: dict[str, Cut] = {"zh": jieba.cut, "ja": japanese.tokenize, "th": word_tokenize}
    return {language: _of_dense(dense[language]) if language in dense else _WORD.findall for language in LANGUAGES}


def _of_dense(cut: Cut) -> Cut:
    """One character says too little to be called a word."""

    def words(text: str) -> Iterator[str]:
        for word in cut(text):
            if len(word) > 1 and _DENSE.fullmatch(word):
                yield term_form(word)

    return words


def main(data: Path) -> None:
    """Count, and write the files that the package ships."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for language, words in sorted(everyday(shares(read_texts(data), cutters())).items()):
        (FOLDER / f"{language}.txt").write_text("".join(f"{word}\n" for word in words), "utf-8")
        sys.stdout.write(f"{language}: {len(words)} words, such as {', '.join(islice(words, 8))}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
