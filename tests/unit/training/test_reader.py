"""Training of the second reader: the network, its export, and a training that was interrupted."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

from moderation.classifiers.artifact import read_artifact, shipped, write_artifact
from moderation.classifiers.convolutions import Network as Exported
from moderation.classifiers.fast import read_signals
from moderation.classifiers.lexicon import CUES, Entry, read_lexicons
from moderation.classifiers.reader import KIND, LONGEST, TOKENIZER, Words, load_reader
from moderation.training import reader
from moderation.training.data import Row, read_corpus
from moderation.training.fast import Trained
from moderation.training.sources import HEADS
from tests.support.corpus import teach_little, write_data

pytestmark = pytest.mark.slow

ENTRIES: dict[str, list[Entry]] = {"en": [("bakers", "group"), ("tailors", "group"), ("crumbs", "dehumanise")]}
VOCABULARY = 50


def words(length: int, seed: int) -> Words:
    rng = np.random.default_rng(seed)
    return Words(
        rng.integers(0, VOCABULARY, length),
        rng.integers(0, len(CUES) + 1, length),
        np.zeros((length, 2), dtype=np.int64),
    )


@pytest.fixture(scope="module")
def network() -> reader.Network:
    import torch

    torch.manual_seed(4)
    made = reader.Network(VOCABULARY, len(CUES), len(HEADS)).eval()
    with torch.no_grad():
        made.vectors.weight[VOCABULARY].zero_()
    return made


def test_padding_does_not_change_what_is_read(network: reader.Network) -> None:
    import torch

    posts = [words(length, length) for length in (1, 2, 5, 9, 40)]
    with torch.no_grad():
        together = network(*reader.pad(posts, network.filler))
        singles = torch.cat([network(*reader.pad([post], network.filler)) for post in posts])
    assert together.shape == (5, len(HEADS))
    assert float((together - singles).abs().max()) < 1e-5


def test_the_order_of_words_and_their_cues_count(network: reader.Network) -> None:
    import torch

    post = words(6, 1)
    turned = Words(post.words[::-1].copy(), post.cues[::-1].copy(), post.spans)
    without = Words(post.words, np.zeros_like(post.cues), post.spans)
    with torch.no_grad():
        scores = network(*reader.pad([post, turned, without], network.filler))
    assert float((scores[0] - scores[1]).abs().max()) > 1e-3
    assert float((scores[0] - scores[2]).abs().max()) > 1e-3


def test_it_starts_from_the_vectors_of_the_embedding_with_nothing_for_filler_and_group() -> None:
    import torch
    from safetensors.torch import load_file

    known = load_file(shipped() / "embedding" / "model.safetensors")["embedding.weight"].float()
    made = reader.Network(len(known), len(CUES), len(HEADS))
    made.start_from(shipped() / "embedding")
    weights = made.vectors.weight.detach()
    assert not weights[len(known) :].any()
    near = torch.nn.functional.cosine_similarity(weights[: len(known)], known)
    assert float(near[known.norm(dim=1) > 0].min()) > 0.999


def test_the_export_reads_as_the_network_does_whatever_the_length(network: reader.Network) -> None:
    import torch

    read = Exported({name: values.numpy() for name, values in reader.exported(network).items()})
    assert read.shape == (VOCABULARY + 2, len(HEADS))
    for length in (1, 2, 3, 4, 17, LONGEST):
        post = words(length, length)
        with torch.no_grad():
            exact = network(*reader.pad([post], network.filler)).numpy()
        raw = read(post.words, post.cues)
        assert raw.shape == (len(HEADS),)
        assert np.abs(raw - exact).max() < 0.02  # the words are int8 there


def test_rows_keep_their_truth_and_weights_and_a_group_is_one_word() -> None:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(shipped() / "embedding" / TOKENIZER))
    rows = [
        Row("bakers are crumbs", "en", "mine", {"hate": True}, 1.0, False, "train"),
        Row("tailors are crumbs", "en", "teaching", {"hate": False, "spam": True}, 1.0, False, "train"),
        Row("a quiet day", "en", "benign_common_voice", {}, 0.3, True, "train"),
    ]
    encoded = reader.encode_rows(rows, tokenizer, read_lexicons(ENTRIES))
    hate, spam = HEADS.index("hate"), HEADS.index("spam")
    assert encoded.truth[:, [hate, spam]].tolist() == [[1, -1], [0, 1], [-1, -1]]
    assert encoded.truth.shape == (3, len(HEADS))
    assert encoded.weights[1] > encoded.weights[0] > encoded.weights[2]
    assert encoded.words[0].words.tolist() == encoded.words[1].words.tolist()


# Whole trainings, of a few hundred rows and two epochs


@pytest.fixture(scope="module")
def rows(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Row, ...]]:
    with pytest.MonkeyPatch.context() as patch:
        teach_little(patch, tmp_path_factory.mktemp("teaching"))
        patch.setattr(reader, "EPOCHS", 2)
        patch.setattr(reader, "LABELLED", 256)
        patch.setattr(reader, "_BATCH", 64)
        patch.setattr(reader, "_WARM", 1)
        yield read_corpus(write_data(tmp_path_factory.mktemp("data"), each=20, ordinary=100)).rows


def train(rows: tuple[Row, ...], folder: Path, report: reader.Report = lambda _: None) -> Trained:
    return reader.train_reader(rows, ENTRIES, shipped() / "embedding", 1, folder, report)


class Straight(NamedTuple):
    """A training that nobody interrupted, and what it told."""

    found: Trained
    told: list[str]


@pytest.fixture(scope="module")
def straight(rows: tuple[Row, ...], tmp_path_factory: pytest.TempPathFactory) -> Straight:
    folder, told = tmp_path_factory.mktemp("straight"), list[str]()
    found = train(rows, folder, told.append)
    assert list(folder.iterdir()) == []  # nothing is kept of a training that is done
    return Straight(found, told)


def test_the_loss_falls(straight: Straight) -> None:
    losses = [float(line.rpartition(" ")[2]) for line in straight.told if "loss" in line]
    assert len(losses) == 2
    assert losses[0] > 1.1 * losses[1] > 0


def test_what_was_trained_is_a_reader_of_every_head(straight: Straight, tmp_path: Path) -> None:
    write_artifact(tmp_path / "reader", straight.found.metadata, straight.found.files, "")
    model = load_reader(read_artifact(tmp_path / "reader", KIND))
    texts = ["bakers are lovely", "tailors are lovely", "en garden n3 music", ""]
    scores = model(texts, range(4), read_signals(texts, ["en"] * 4, read_lexicons(ENTRIES)))
    assert model.heads == HEADS
    assert np.isfinite(scores).all()
    assert np.array_equal(scores[0], scores[1])  # the group does not matter
    assert not np.array_equal(scores[0], scores[2])
    assert straight.found.metadata["longest"] == LONGEST


class Interrupted(Exception):
    """What ends a training here; elsewhere the power does."""


def test_an_interrupted_training_goes_on_and_ends_with_the_same_bytes(
    rows: tuple[Row, ...], straight: Straight, tmp_path: Path
) -> None:
    def interrupt(line: str) -> None:
        if "epoch 2" in line:  # told before it is kept: the second epoch is lost, the first is not
            raise Interrupted

    with pytest.raises(Interrupted):
        train(rows, tmp_path / "reader", interrupt)
    (kept,) = (tmp_path / "reader").iterdir()
    assert kept.match("checkpoint-*.safetensors")
    told: list[str] = []
    assert train(rows, tmp_path / "reader", told.append) == straight.found
    assert [line for line in told if "epoch" in line] == [line for line in straight.told if "epoch 2" in line]
    assert list((tmp_path / "reader").iterdir()) == []
