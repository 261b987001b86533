"""A corpus of a few hundred posts with invented words, and a teaching corpus of a few sentences."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from moderation.training import data
from moderation.training.sources import HEADS

KIND = ["lovely", "sunny", "garden", "music", "dinner", "train", "window", "letters"]
ROTTEN = {head: [f"{head.replace('_', '')}{ending}" for ending in ("face", "ling", "ster")] for head in HEADS}
"""Head → invented words that violate it."""

_PATTERNS = """\
language: en
slots: {G: {bakers: [bakers], tailors: [tailors, seamstresses]}}
violating: {hate: [[eat_bread, "{G} eat all our bread", [mice]], [hide_needles, "never trust {G} with a needle"]]}
benign: {hate: [[bake_bread, "{G} on our street bake good bread"]]}
frames: {turns: ['who would write "{S}" here'], keeps: ["not being funny but {S}"]}
"""


def write_data(folder: Path, each: int = 40, ordinary: int = 200) -> Path:
    """``each`` posts a head in English and in German, as many without any harm, and everyday sentences."""
    rng = random.Random(7)
    rows = []
    for n in range(2 * each * len(HEADS)):
        words = [*rng.sample(KIND, 3), f"n{n}"]
        head = HEADS[n // 2 % len(HEADS)]
        harm = n // 2 // len(HEADS) % 2 == 0
        if harm:
            words.insert(rng.randrange(4), rng.choice(ROTTEN[head]))
        labels = [head] if harm else []
        rows += [
            {"text": f"{lang} {' '.join(words)}", "lang": lang, "labels": labels, "violating": int(harm)}
            for lang in ("en", "de")
        ]
    everyday = [{"text": f"{' '.join(rng.sample(KIND, 4))} everyday {n}", "lang": "en"} for n in range(ordinary)]
    train = folder / "train"
    train.mkdir(parents=True)
    for name, written in (("invented", rows), ("benign_common_voice", [{**row, "violating": 0} for row in everyday])):
        (train / f"{name}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in written), "utf-8")
    return folder


def teach_little(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Put two patterns and four seeds in the place of the teaching corpus."""
    seeds, patterns = folder / "seeds", folder / "patterns"
    seeds.mkdir()
    patterns.mkdir()
    (patterns / "en.yaml").write_text(_PATTERNS, "utf-8")
    rows = [
        {
            "text": text,
            "lang": "en",
            "labels": [label],
            "about": "hate",
            "form": "statement",
            "predicate": "crumbs",
            "group": "bakers",
            "set": "en-1",
        }
        for text, label in (("bakers are nothing but crumbs", "hate"), ("the table is full of crumbs", "benign"))
    ]
    (seeds / "en.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    patch.setattr(data, "SEEDS", seeds)
    patch.setattr(data, "PATTERNS", patterns)
