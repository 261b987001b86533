"""What weighed most in a score, for people and scripts: the classifiers' explanations in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from moderation.cli.display import print_table, visible
from moderation.cli.phrases import phrase
from moderation.domain.language import Language
from moderation.domain.ports import Classifier
from moderation.domain.post import Post

if TYPE_CHECKING:
    from moderation.classifiers.explain import Explained, Weighed

_LEAST = 0.05  # probability of what is worth a table
_TABLES = 3
_OF_EACH = 3  # words, signals and n-grams in a table
_FOR, _AGAINST = 3, 2  # parts in a line

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "fast": "fast tier", "reader": "fast tier and second reader",
        "title": "{category} {probability:.4f} ({language}; {tier}): what weighed most, in log-odds",
        "weight": "weight", "kind": "as a", "what": "in the post",
        "word": "word", "signal": "signal", "ngram": "n-gram",
        "line": "{category} {probability:.4f}{decided} ({tier})", "decided": ", decided {score:.4f}",
        "for": "for", "against": "against", "nothing": "no part of the post weighs much", "then": "; ", "colon": ": ",
    },
    "zh": {
        "fast": "快速模型", "reader": "快速模型加精读模型",
        "title": "{category} {probability:.4f}（{language}；{tier}）：影响最大的部分（对数几率）",
        "weight": "权重", "kind": "类型", "what": "帖中内容",
        "word": "词", "signal": "信号", "ngram": "字串",
        "line": "{category} {probability:.4f}{decided}（{tier}）", "decided": "，判定时 {score:.4f}",
        "for": "支持", "against": "反对", "nothing": "没有哪一部分影响明显", "then": "；", "colon": "：",
    },
}  # fmt: skip


class _Part(NamedTuple):
    """One thing that weighed; ``shown`` is ready for a terminal."""

    kind: str
    shown: str
    weight: float


def weigh(classifier: Classifier, post: Post, language: Language) -> list[Explained]:
    """Every category of a post, the most probable first; empty where the classifier cannot explain itself."""
    from moderation.classifiers.explain import explain
    from moderation.classifiers.tiers import TieredClassifier

    if not isinstance(classifier, TieredClassifier):
        return []
    return explain(classifier, "\n".join(text for _, text in post.fields()), language)


def foremost(explained: Sequence[Explained], asked: Collection[str]) -> list[Explained]:
    """The few that are worth a table: the probable ones, first those of the categories that rules ask for."""
    likely = [told for told in explained if told.probability >= _LEAST]
    return sorted(likely, key=lambda told: told.category not in asked)[:_TABLES]


def explained_json(told: Explained) -> dict[str, Any]:
    """One explained score for scripts; signals in both languages, weights in log-odds."""
    return {
        "category": told.category,
        "language": told.language,
        "probability": told.probability,
        "tier": _tier(told),
        "words": [part._asdict() for part in told.words],
        "signals": [
            {
                "name": signal.name,
                "says": {lang: phrase(signal.name, lang) for lang in _WORDS},
                "words": list(signal.words),
                "weight": signal.weight,
            }
            for signal in told.signals
        ],
        "ngrams": [part._asdict() for part in told.ngrams],
    }


def print_weighed(told: Explained, lang: str) -> None:
    """A table of what spoke for (+) and against (-) a category."""
    say = _WORDS[lang]
    kept: dict[str, list[_Part]] = {}
    for part in _parts(told, lang):
        kept.setdefault(part.kind, []).append(part)
    rows = [(f"{part.weight:+.2f}", say[kind], part.shown) for kind in kept for part in kept[kind][:_OF_EACH]]
    title = say["title"].format(**{**told._asdict(), "tier": say[_tier(told)]})
    print_table(title, (say["weight"], say["kind"], say["what"]), rows, empty=say["nothing"])


def weighed_lines(told: Explained, decided: float, lang: str) -> Iterator[str]:
    """A line for the category and what spoke for it, another where something spoke against it.

    ``decided`` is the probability that the decision had.
    """
    say = _WORDS[lang]
    parts = sorted(_parts(told, lang), key=lambda part: -abs(part.weight))
    sides = {
        "for": [part for part in parts if part.weight > 0][:_FOR],
        "against": [part for part in parts if part.weight < 0][:_AGAINST],
    }
    differs = "" if told.probability == decided else say["decided"].format(score=decided)
    head = say["line"].format(**{**told._asdict(), "tier": say[_tier(told)], "decided": differs})
    lines = [
        f"{say[side]} " + say["then"].join(f"{part.shown} {abs(part.weight):.2f}" for part in weighed)
        for side, weighed in sides.items()
        if weighed
    ]
    first, *others = lines or [say["nothing"]]
    yield head + say["colon"] + first
    yield from others


def _tier(told: Explained) -> str:
    return "reader" if told.asked else "fast"


def _parts(told: Explained, lang: str) -> Iterator[_Part]:
    for word in told.words:
        yield _Part("word", f"[{visible(word.text)}]", word.weight)
    for signal in told.signals:
        words = f" [{', '.join(map(visible, signal.words))}]" if signal.words else ""
        yield _Part("signal", f"{phrase(signal.name, lang)}{words}", signal.weight)
    for ngram in _apart(told.ngrams):
        yield _Part("ngram", f"[{visible(ngram.text)}]", ngram.weight)


def _apart(ngrams: Sequence[Weighed]) -> list[Weighed]:
    """Without those that lie in a heavier one, or around it: `verm` says no more than `vermin`."""
    kept: list[Weighed] = []
    for ngram in ngrams:
        if not any(ngram.text in other.text or other.text in ngram.text for other in kept):
            kept.append(ngram)
    return kept
