"""Model cards, generated: what a model is for, its data, how good it is, and how it fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from moderation.training.calibrate import PREVALENCE
from moderation.training.origins import ORIGINS

_HEADINGS = (
    "head",
    "language",
    "trained on (positive / negative)",
    "held out (rows / positive)",
    "AUROC",
    "AUROC within sources",
    "AP",
    "F1",
    "operating point",
    "FPR",
    "FPR everyday",
    "ECE",
)

_CLASSIFIER = """\
# Model card: {group} ({kind})

Linear heads ({heads}) on hashed character n-grams ({analyzer} {ngrams}, 2^{bits} features, damped counts, unit
length), weights int8. Trained by `moderation models train`, which also writes this card.

## Intended use

A signal among others for the rules: it orders posts for review, and supports a rule that also looks at words and
context. Not for removing a post by itself, and not for judging people.

## How it is measured

Texts are split by the hash of their folded form: four in five train; of the held-out fifth one half calibrates (Platt)
and sets the operating points, the other half is reported. Calibration, AP, F1 and ECE are weighted to a stream in which
one post in eight violates something: {prevalence}; negatives weigh half as labelled (hard) negatives and half as
everyday text. AUROC and FPR are on labelled rows only; *within sources* averages inside each source that has both
classes, so that telling sources apart earns nothing. F1 and FPR are at the operating point: p90 (90% precision on the
calibration half), or 0.5 where no such point exists. A head is offered for a language where it has enough positives and
an AUROC of 0.7 on the calibration half. Heads marked * have few positives: cross-validated scores of the training rows
calibrate them, and the whole held-out fifth is reported; with a handful of positives such a figure is a hint and no
measurement.

{figures}

## Known failures

- It counts words and does not read: who is targeted, negation, quotation, irony and reclaimed use escape it.
- It fires on the mere names of groups that are often attacked, and on dialects of those who are.
- Hate without bad words is missed; disguised spellings are missed unless the training text had them.
- Held-out rows are from the same sources as the training rows; on other text all figures are lower.
- Heads marked * rest on a few dozen sentences written for this project and on small narrow sets; their scores seldom
  get high (`self_harm` hardly above .05), so that a threshold for them is to be read off the scores and not guessed.
{failures}

## Data

{data}
"""

_EMBEDDING = """\
# Model card: embedding (static, multilingual)

One {dimensions}-dimensional half-precision vector for each of {vocabulary:,} Unigram pieces; a text is the mean of its
pieces. Loads with `SentenceTransformer(folder)`. Trained by `moderation models train --only embedding` with multiple
negatives ranking on translations, which also writes this card.

## Intended use

Likeness of a post to a policy's example sentences, across languages. Not a classifier: opposites ("I love it", "I hate
it") lie close together, word order is not seen, and words outside the training text are guessed from their pieces.

## Retrieval on held-out keys

How often the English translation of a text is the nearest of so many candidates. The keys are held out by their English
text, but come from the same sources (assistants, app texts, short conversation): elsewhere it is lower.

{figures}

Mean over {mean_over}: {mean}.

## Data

{data}
"""

_FAILURES = {
    "zh": """\
- `harassment` was learnt from remarks on sexism alone (Weibo); other bullying is not in it.
- `hate` was learnt from comments on race, gender and region with semi-automatic labels: the held-out rows flatter it.
- Traditional characters, Cantonese and pinyin go to this model, but its positives are simplified Chinese.
- No data for profanity and violence, too few for sexual content: these categories have no score in Chinese.""",
    "en": """\
- `profanity` was learnt from tweets with many in African American English, where such words are not abuse.
- `violence` was learnt from one set about US politics on Telegram.
- `hate` and `harassment` come from sets that draw the line differently; confusions between them are common.
- No data for sexual content: that category has no score in English.""",
    "world": """\
- One model for all languages but Chinese and English; a language that the table does not name gets no score. Transfer
  to languages without training text was measured and is not good enough.
- Arabic and French sets are sampled by keyword and noisy; Korean and Romanian ones come from news comments.
- Urdu is Latin-script only. Hindi has no score: its only set labels aggression, not violations.
- Russian `spam` rests on about a hundred messages of one group.""",
}


def classifier_card(metadata: Mapping[str, Any]) -> str:
    """The card of a group's linear heads, from its ``model.json``."""
    features = metadata["features"]
    return _CLASSIFIER.format(
        group=metadata["group"],
        kind=metadata["kind"],
        heads=", ".join(sorted(metadata["heads"])),
        analyzer=features["analyzer"],
        ngrams="–".join(map(str, features["ngrams"])),
        bits=features["bits"],
        prevalence=", ".join(f"{head} {100 * share:g}%" for head, share in PREVALENCE.items()),
        figures=_table(_HEADINGS, _rows(metadata["heads"])),
        failures=_FAILURES[metadata["group"]],
        data=_data(metadata["data"]),
    )


def embedding_card(metadata: Mapping[str, Any]) -> str:
    """The card of the static embedding, from its ``model.json``."""
    found = metadata["retrieval"].items()
    return _EMBEDDING.format(
        dimensions=metadata["dimensions"],
        vocabulary=metadata["vocabulary"],
        figures=_table(
            ("language", "accuracy", "candidates"), ((tag, f["accuracy"], f["candidates"]) for tag, f in found)
        ),
        mean_over=" ".join(metadata["mean_over"]),
        mean=metadata["mean"],
        data=_data(metadata["data"]),
    )


def _rows(heads: Mapping[str, Any]) -> Iterable[tuple[object, ...]]:
    for head, described in sorted(heads.items()):
        mark = " *" if described["cross_validated"] else ""
        for language, fit in sorted(described["languages"].items()):
            m, on = fit["measured"], fit["trained_on"]
            yield (
                head + mark,
                language,
                f"{on['positives']:,} / {on['negatives']:,}",
                f"{m['rows']:,} / {m['positives']:,}",
                m["auroc"],
                m["auroc_within"],
                m["ap"],
                m["f1"],
                m["threshold"],
                m["false_positive_rate"],
                m["false_positive_rate_everyday"],
                m["ece"],
            )


def _data(digests: Mapping[str, str]) -> str:
    rows = (
        (name, ORIGINS.get(name.partition("/")[0], "given by whoever trained this model"), f"`{digest[:16]}…`")
        for name, digest in sorted(digests.items())
    )
    return _table(("source", "origin and licence", "SHA-256 of the file"), rows)


def _table(headings: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    lines += [f"| {' | '.join('–' if cell is None else str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)
