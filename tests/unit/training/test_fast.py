"""Training of the fast tier: what it learns is what the model in use adds up."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load

from moderation.classifiers.artifact import read_artifact, write_artifact
from moderation.classifiers.fast import KIND, WEIGHTS, FastModel, load_fast
from moderation.classifiers.lexicon import Entry
from moderation.classifiers.signals import NAMES
from moderation.training import fast
from moderation.training.data import Row, split_of
from moderation.training.fast import Trained, tabulate, train_fast
from moderation.training.sources import HEADS
from tests.support.corpus import KIND as WORDS
from tests.support.corpus import ROTTEN

ENTRIES: dict[str, list[Entry]] = {"en": [("bakers", "group"), ("tailors", "group"), ("vermin", "dehumanise")]}


@pytest.fixture(autouse=True)
def _few_buckets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "BITS", 12)


def row(text: str, *heads: str, lang: str = "en", source: str = "mine", weight: float = 1.0, **more: object) -> Row:
    values = {head: head in heads for head in HEADS}
    made = Row(text, lang, source, values, weight, ordinary=False, split=split_of(text))
    return made if not more else Row(**{**{name: getattr(made, name) for name in Row.__slots__}, **more})  # type: ignore[arg-type]


def corpus() -> list[Row]:
    """Each head has its words; dehumanising a group is hate whatever the group."""
    rng = np.random.default_rng(2)
    rows = []
    for n in range(600):
        words = [*rng.choice(WORDS, 3), f"n{n}"]
        head = HEADS[n % len(HEADS)]
        bad = n // len(HEADS) % 2 == 0
        rows.append(row(" ".join([*words, rng.choice(ROTTEN[head])] if bad else words), *((head,) if bad else ())))
    for n in range(60):
        rows.append(row(f"bakers are vermin n{n}", "hate"))
        rows.append(row(f"bakers are {WORDS[n % 8]} n{n}"))
        rows.append(row(f"vermin in the {WORDS[n % 8]} n{n}"))
    return rows


def train(rows: list[Row], seed: int = 1) -> Trained:
    return train_fast(rows, ENTRIES, seed, lambda _: None)


def built(trained: Trained, folder: Path) -> FastModel:
    write_artifact(folder / "fast", trained.metadata, trained.files, "")
    return load_fast(read_artifact(folder / "fast", KIND))


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return corpus()


def test_each_head_learns_its_own_words(rows: list[Row], tmp_path: Path) -> None:
    model = built(train(rows), tmp_path)
    texts = [f"a {ROTTEN[head][0]} again" for head in HEADS]
    scores = model.score(model.read(texts, ["en"] * len(texts)), ["en"] * len(texts))
    assert [HEADS[column] for column in scores.argmax(axis=1)] == list(HEADS)


def test_what_is_said_of_one_group_is_learnt_of_all(rows: list[Row], tmp_path: Path) -> None:
    model = built(train(rows), tmp_path)
    texts = ["bakers are vermin", "tailors are vermin", "tailors are lovely", "vermin in the cellar"]
    one, other, kind, cellar = model.score(model.read(texts, ["en"] * 4), ["en"] * 4)[:, HEADS.index("hate")]
    assert one == other > max(kind, cellar)


def test_the_model_adds_up_what_training_tabulates(rows: list[Row], tmp_path: Path) -> None:
    trained = train(rows)
    model = built(trained, tmp_path)
    tensors = load(trained.files[WEIGHTS])
    heads = trained.metadata["heads"]
    weights = np.concatenate(
        [tensors["ngrams"] * np.array([head["scale"] for head in heads]), tensors["signals"]], axis=0
    )
    some = [*rows[::40], row("bakers are vermin, bakers", lang="de"), row("")]
    expected = tabulate(some, ENTRIES) @ weights + np.array([head["bias"] for head in heads])
    tags = [each.lang for each in some]
    found = model.score(model.read([each.text for each in some], tags), tags)
    assert np.abs(found - expected).max() < 1e-4


def test_chunks_do_not_show(rows: list[Row], monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tabulate(rows, ENTRIES)
    monkeypatch.setattr(fast, "_CHUNK", 7)
    assert (whole != tabulate(rows, ENTRIES)).nnz == 0
    assert whole.shape == (len(rows), 2**12 + len(NAMES))


def test_the_largest_weight_of_a_head_fills_its_byte(rows: list[Row]) -> None:
    trained = train(rows)
    ngrams = load(trained.files[WEIGHTS])["ngrams"]
    assert ngrams.dtype == np.int8
    assert np.abs(ngrams.astype(int)).max(axis=0).tolist() == [127] * len(HEADS)


def test_the_same_seed_gives_the_same_bytes_and_another_others(rows: list[Row]) -> None:
    assert train(rows) == train(rows)
    assert train(rows, seed=2).files[WEIGHTS] != train(rows).files[WEIGHTS]


def test_only_the_training_split_is_learnt_and_only_what_a_row_settles(rows: list[Row]) -> None:
    told: list[str] = []
    unseen = [
        row("held back n1", "hate", split="calibrate"),
        row("held back n2", "hate", split="report"),
    ]
    unsaid = [row("nobody said", values={"spam": False}, split="train")]
    train_fast([*rows, *unseen, *unsaid], ENTRIES, 1, told.append)
    training = [each for each in rows if each.split == "train"]
    hateful = sum(each.values["hate"] for each in training)
    assert f"fast: features of {len(training) + 1:,} texts" in told
    assert f"fast: hate from {hateful} of {len(training)} texts" in told
    assert any(line.startswith("fast: spam") and line.endswith(f"of {len(training) + 1} texts") for line in told)
    assert train([*rows, *unseen]) == train(rows)


def test_a_taught_row_has_its_own_weight(rows: list[Row], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "TAUGHT", 2.0)
    taught = [row("bakers are vermin, taught", "hate", source="teaching", split="train")]
    heavy = [row("bakers are vermin, taught", "hate", weight=2.0, split="train")]
    light = [row("bakers are vermin, taught", "hate", split="train")]
    assert train([*rows, *taught]) == train([*rows, *heavy])
    assert train([*rows, *taught]) != train([*rows, *light])
