"""Model cards, generated: what a model is for, its data, how good it is, and how it fails."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from moderation.training.calibrate import PREVALENCE
from moderation.training.origins import ORIGINS

_HEADINGS = (
    "head",
    "language",
    "trained on",
    "held out (rows / violating)",
    "AUROC",
    "within sources",
    "taught",
    "AP",
    "F1",
    "point",
    "FPR",
    "FPR everyday",
    "ECE",
)

_FAST = """\
# Model card: fast ({kind})

The fast tier: one linear head a category ({heads}) on hashed n-grams (2^{bits} buckets, int8 weights) and on {signals}
compositional signals, for every post. Trained by `moderation models train`, which also writes this card. Its raw scores
mean nothing alone: `moderation models card calibration` has the figures.

## Intended use

To order posts, to support rules that also look at words and context, and to say which posts the second reader reads.

## What it reads

Characters, words and the sounds of Chinese, once for all languages and once for the post's own; and signals: who is
spoken of, what is said, and how it is meant, by lexicons written for this project ({languages}). The name of a group is
one and the same word to the n-grams.

## Data

{data}
"""

_READER = """\
# Model card: reader ({kind})

The second reader: a convolutional network over {vocabulary:,} subwords and their cues, int8 words. It reads posts
with a cue that it can judge or a doubtful score of the fast tier; its raw scores mean nothing alone
(`moderation models card calibration` has the figures). Trained by `moderation models train`, which also writes this
card.

## Intended use

To tell what is asserted from what is denied, quoted, condemned, asked or said of a thing. It reads {longest} subwords.

## Data

{data}
"""

_CALIBRATION = """\
# Model card: calibration ({kind})

The probabilities of both tiers, by category and language. Written by `moderation models train`.

## Intended use

A signal among others for the rules: it orders posts for review, and supports a rule that also looks at words and
context. Not for removing a post by itself, and not for judging people.

## How it is measured

Labelled texts are split by the hash of their folded form: four in five train; of the held-out fifth one half
calibrates and sets the operating points, the other half is reported. Of the teaching corpus whole predicates, contrasts
and frames are held out, in all languages at once, and groups of people. Calibration, AP, F1 and ECE are weighted to a
stream in which one post in eight violates something: {prevalence}; negatives weigh half as hard ones (labelled, or
written as look-alikes) and half as everyday text. AUROC and FPR are on hard rows only; *within sources* averages inside
each source that has both classes; *taught* is on held-out sentences of the teaching corpus alone, which carry languages
without labelled posts: they are this project's own writing, and other people's posts are harder. F1 and FPR are at the
operating point: p90 (90% precision on the calibration half), or 0.5 where there is none. A head is offered for a
language where it has 40 violating texts to learn from and an AUROC of 0.7 on what is held out (where that is too little
to tell, of 0.8 over all languages together); elsewhere the category is absent. Rows marked * have fewer than 30
held-out positives, which both calibrate and are reported: a hint and no measurement.

The second reader is asked from these probabilities on, where a post has a cue (and where it has none): {gates}. Share
of everyday posts that it reads: {read}.

{figures}

{fairness}

## Known failures

- Hate without bad words and without a group's name is mostly missed; irony is.
- Held-out rows are from the same sources as the training rows; on other text all figures are lower.
- Languages without labelled sets (es, it, ja, pl, nl, ru, tr, vi, id, th, hi) rest on a few hundred sentences written
  here, which no native reader has checked yet.
- `hate` and `harassment` come from sets that draw the line differently; confusions between them are common.
- `violence` in English was learnt mostly from one set about US politics; `profanity` from tweets in which such words
  are often no abuse.
- A name of a group that no lexicon lists is an ordinary word to the models, and may carry what its texts said of it.

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


def fast_card(metadata: Mapping[str, Any]) -> str:
    """The card of the fast tier, from its ``model.json``."""
    return _FAST.format(
        kind=metadata["kind"],
        heads=", ".join(head["name"] for head in metadata["heads"]),
        bits=metadata["bits"],
        signals=len(metadata["signals"]),
        languages=" ".join(metadata["languages"]),
        data=_data(metadata["data"]),
    )


def reader_card(metadata: Mapping[str, Any]) -> str:
    """The card of the second reader, from its ``model.json``."""
    return _READER.format(
        kind=metadata["kind"],
        vocabulary=metadata["vocabulary"],
        longest=metadata["longest"],
        data=_data(metadata["data"]),
    )


def calibration_card(metadata: Mapping[str, Any]) -> str:
    """The card of the calibrated classifier, from the ``model.json`` of ``calibration``."""
    return _CALIBRATION.format(
        kind=metadata["kind"],
        prevalence=", ".join(f"{head} {100 * share:g}%" for head, share in PREVALENCE.items()),
        gates=", ".join(f"{tag} {of['cued']} ({of['plain']})" for tag, of in metadata["gate"]["languages"].items()),
        read=", ".join(f"{tag} {100 * share:.0f}%" for tag, share in metadata["read_of_everyday"].items()),
        figures=table(_HEADINGS, _rows(metadata["lines"])),
        fairness=metadata["fairness"],
        data=_data(metadata["data"]),
    )


def embedding_card(metadata: Mapping[str, Any]) -> str:
    """The card of the static embedding, from its ``model.json``."""
    found = metadata["retrieval"].items()
    return _EMBEDDING.format(
        dimensions=metadata["dimensions"],
        vocabulary=metadata["vocabulary"],
        figures=table(
            ("language", "accuracy", "candidates"), ((tag, f["accuracy"], f["candidates"]) for tag, f in found)
        ),
        mean_over=" ".join(metadata["mean_over"]),
        mean=metadata["mean"],
        data=_data(metadata["data"]),
    )


def _rows(lines: Mapping[str, Any]) -> Iterable[tuple[object, ...]]:
    for head, languages in lines.items():
        for language, fit in sorted(languages.items()):
            m = fit["measured"]
            yield (
                head + (" *" if m["few"] else ""),
                language,
                f"{fit['trained_on']:,}",
                f"{m['rows']:,} / {m['positives']:,}",
                m["auroc"],
                m["auroc_within"],
                m["auroc_taught"],
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
    return table(("source", "origin and licence", "SHA-256 of the file"), rows)


def table(headings: Sequence[str], rows: Iterable[Iterable[object]]) -> str:
    """A table in Markdown; ``None`` is a dash."""
    lines = [f"| {' | '.join(headings)} |", f"|{'---|' * len(headings)}"]
    lines += [f"| {' | '.join('–' if cell is None else str(cell) for cell in row)} |" for row in rows]
    return "\n".join(lines)
