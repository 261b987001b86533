"""How often candidates are right: on read sentences, on hand-written posts, and where they do not doubt."""

from __future__ import annotations

from collections.abc import Sequence

from moderation.training.language import COMMON, LENGTHS

from .bench import Bench
from .candidates import AMONG_18, LANGDETECT, LIGHT, LINGUA, OURS, PY3LANGID, lingua_sets
from .scoring import Answer, is_language, is_tag, percent, percent_of_kept, percent_of_surest
from .tables import Cell, Part, Table
from .texts import SHORT, Sentence

ANY = (LANGDETECT, LINGUA, PY3LANGID, OURS, LIGHT)
OTHERS = (LANGDETECT, LINGUA, PY3LANGID)
ALL = (LANGDETECT, LINGUA, LINGUA + AMONG_18, PY3LANGID, PY3LANGID + AMONG_18, OURS, LIGHT)


def accuracy(bench: Bench) -> Part:
    """The main language of read sentences, by length and by language."""
    if not bench.sentences:
        return Part(())
    common = [number for number, sentence in enumerate(bench.sentences) if sentence.language in COMMON]
    every = list(range(len(bench.sentences)))
    languages = [language for language in COMMON if any(s.language == language for s in bench.sentences)]
    others = sorted({sentence.language for sentence in bench.sentences} - set(languages))
    lacking = ", ".join(sorted(set(COMMON) - set(languages)))
    by_length = _by_length(bench, ALL, common)
    return Part(
        (
            Table(
                f"Main language right, %: read sentences, {len(languages)} of the 18 languages, by characters",
                ("candidate", *_ranges(), "<=30", "all"),
                by_length,
                f"{len(common):,} texts; the file has none of: {lacking}",
            ),
            Table(
                f"Main language right, %: the same in all {len(languages) + len(others)} languages",
                ("candidate", *_ranges(), "<=30", "all"),
                _by_length(bench, ANY, every),
                f"{len(every):,} texts",
            ),
            Table(
                "Main language right, %: <= 30 characters, by language of the 18",
                ("language", "n", *ALL),
                [_of_language(bench, ALL, language) for language in languages],
            ),
            Table(
                "Main language right, %: <= 30 characters, by other language",
                ("language", "n", *ANY),
                [_of_language(bench, ANY, language) for language in others],
            ),
        ),
        {"short": _right_short(bench, OURS, common), "short light": _right_short(bench, LIGHT, common)},
    )


def posts(bench: Bench) -> Part:
    """Main language, set of languages and doubt on the hand-written posts, by category."""
    groups = sorted({post.group for post in bench.posts})
    chosen = {name: [n for n, post in enumerate(bench.posts) if post.group == name] for name in groups}
    mixed = [n for n, post in enumerate(bench.posts) if post.category == "code-mixed"]
    chosen["code-mixed, both"] = mixed
    chosen["all"] = list(range(len(bench.posts)))
    sets = lingua_sets([post.text for post in bench.posts])
    lingua_right = [found in post.sets for found, post in zip(sets, bench.posts, strict=True)]
    by_language = [
        (name, len(numbers), *(percent(_language_right(bench, who, numbers)) for who in ANY))
        for name, numbers in sorted(chosen.items())
    ]
    by_tag = [
        (
            name,
            len(numbers),
            *_of_posts(bench, OURS, numbers),
            *_of_posts(bench, LIGHT, numbers),
            percent(lingua_right[number] for number in numbers),
        )
        for name, numbers in sorted(chosen.items())
    ]
    of_mixed, of_all = (_of_posts(bench, OURS, numbers) for numbers in (mixed, chosen["all"]))
    return Part(
        (
            Table(
                "Main language right, %: hand-written posts",
                ("category", "n", *ANY),
                by_language,
                "by primary language: hi is right for hi-Latn, so that candidates without such tags can be right",
            ),
            Table(
                "Main tag right, set of languages right, doubtful, right of not doubtful, %: hand-written posts",
                ("category", "n", *_four(OURS), *_four(LIGHT), "lingua, several: set"),
                by_tag,
                "by tag: hi is wrong for hi-Latn, zh-Hans for zh-Hant (benchmarks/posts/README.md)",
            ),
        ),
        {"mixed": of_mixed[0], "mixed set": of_mixed[1], "posts doubtful": of_all[2], "posts kept": of_all[3]},
    )


def doubt(bench: Bench) -> Part:
    """How much is doubted and what the rest is worth, beside the same number of the others' most probable answers."""
    rows: list[Sequence[Cell]] = []
    figures: dict[str, float | None] = {}
    sentences = bench.sentences
    common = [n for n, sentence in enumerate(sentences) if sentence.language in COMMON]
    parts = {
        "sentences, 18 languages": common,
        "the same, <= 30": [n for n in common if len(sentences[n].text) <= SHORT],
        "sentences, all languages": list(range(len(sentences))),
    }
    for name, numbers in parts.items():
        if numbers:
            right = {who: _sentences_right(bench, who, numbers) for who in ANY}
            answers = {who: [bench.sentence_answers[who][n] for n in numbers] for who in ANY}
            rows += _doubts(name, right, answers)
            figures[f"doubtful {name}"] = percent(answer.doubtful for answer in answers[OURS])
            figures[f"kept {name}"] = percent_of_kept(right[OURS], answers[OURS])
    every = range(len(bench.posts))
    right = {who: _language_right(bench, who, every) for who in ANY}
    answers = {who: list(bench.post_answers[who]) for who in ANY}
    rows += _doubts("hand-written posts", right, answers)
    figures["kept hand-written posts"] = percent_of_kept(right[OURS], answers[OURS])
    table = Table(
        "Right of not doubtful, %, beside the right of as many most probable answers of the others",
        ("texts", "candidate", "n", "doubtful", "right", "right of rest", *OTHERS),
        rows,
        "by primary language",
    )
    return Part((table,), figures)


def _doubts(name: str, right: dict[str, list[bool]], answers: dict[str, list[Answer]]) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    for who in (OURS, LIGHT):
        kept = sum(not answer.doubtful for answer in answers[who])
        rows.append(
            (
                name,
                who,
                len(answers[who]),
                percent(answer.doubtful for answer in answers[who]),
                percent(right[who]),
                percent_of_kept(right[who], answers[who]),
                *(percent_of_surest(right[other], answers[other], kept) for other in OTHERS),
            )
        )
    return rows


def _by_length(bench: Bench, names: Sequence[str], numbers: Sequence[int]) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    for who in names:
        cells = [
            percent(
                _sentences_right(
                    bench, who, [n for n in numbers if shortest <= len(bench.sentences[n].text) <= longest]
                )
            )
            for shortest, longest in LENGTHS
        ]
        rows.append((who, *cells, _right_short(bench, who, numbers), percent(_sentences_right(bench, who, numbers))))
    return rows


def _of_language(bench: Bench, names: Sequence[str], language: str) -> tuple[Cell, ...]:
    numbers = [n for n, sentence in enumerate(bench.sentences) if sentence.language == language and _is_short(sentence)]
    return (language, len(numbers), *(percent(_sentences_right(bench, who, numbers)) for who in names))


def _right_short(bench: Bench, who: str, numbers: Sequence[int]) -> float | None:
    return percent(_sentences_right(bench, who, [n for n in numbers if _is_short(bench.sentences[n])]))


def _is_short(sentence: Sentence) -> bool:
    return len(sentence.text) <= SHORT


def _sentences_right(bench: Bench, who: str, numbers: Sequence[int]) -> list[bool]:
    answers = bench.sentence_answers[who]
    return [is_language((bench.sentences[n].language,), answers[n].tag) for n in numbers]


def _language_right(bench: Bench, who: str, numbers: Sequence[int]) -> list[bool]:
    return [is_language(bench.posts[n].main, bench.post_answers[who][n].tag) for n in numbers]


def _of_posts(bench: Bench, who: str, numbers: Sequence[int]) -> tuple[float | None, ...]:
    """Main tag, set, doubtful, right of not doubtful."""
    answers = [bench.post_answers[who][n] for n in numbers]
    right = [is_tag(bench.posts[n].main, answer.tag) for n, answer in zip(numbers, answers, strict=True)]
    return (
        percent(right),
        percent(answer.languages in bench.posts[n].sets for n, answer in zip(numbers, answers, strict=True)),
        percent(answer.doubtful for answer in answers),
        percent_of_kept(right, answers),
    )


def _four(who: str) -> tuple[str, ...]:
    return (f"{who}: tag", "set", "doubtful", "right of rest")


def _ranges() -> list[str]:
    return [f"{shortest}-{longest}" for shortest, longest in LENGTHS]
