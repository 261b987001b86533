"""The network of the second reader: its tables give what convolving gives."""

from typing import Any

import numpy as np
import pytest

from moderation.classifiers.convolutions import WIDTHS, Network

SUBWORDS, VECTOR, CUES, CUE, FILTERS, HIDDEN, HEADS = 30, 6, 5, 3, 4, 7, 2
LENGTHS = (1, 2, 3, 4, 5, 6, 40)

Tensors = dict[str, np.ndarray[Any, Any]]


@pytest.fixture(scope="module")
def tensors() -> Tensors:
    rng = np.random.default_rng(1)

    def drawn(*shape: int) -> np.ndarray[Any, Any]:
        return rng.standard_normal(shape).astype(np.float32)

    made = {
        "words": rng.integers(-127, 128, (SUBWORDS, VECTOR), dtype=np.int8),
        "scales": np.abs(drawn(SUBWORDS, 1)) / 127,
        "cues": drawn(CUES, CUE),
        "hidden.weight": drawn(HIDDEN, 2 * len(WIDTHS) * FILTERS),
        "hidden.bias": drawn(HIDDEN),
        "heads.weight": drawn(HEADS, HIDDEN),
        "heads.bias": drawn(HEADS),
    }
    made["cues"][0] = 0
    for width in WIDTHS:
        made[f"filters.{width}.weight"] = drawn(FILTERS, VECTOR + CUE, width)
        made[f"filters.{width}.bias"] = drawn(FILTERS)
    return made


def convolved(tensors: Tensors, words: np.ndarray[Any, Any], cues: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The same by definition, filter by filter over the neighbours, in double precision."""
    vectors = tensors["words"][words].astype(float) * tensors["scales"][words]
    said = np.concatenate((vectors, tensors["cues"][cues]), axis=1)
    pooled = []
    for width in WIDTHS:
        weight, bias = tensors[f"filters.{width}.weight"].astype(float), tensors[f"filters.{width}.bias"]
        before = width // 2
        padded = np.pad(said, ((before, width - 1 - before), (0, 0)))
        found = [
            np.maximum(np.einsum("wi,fiw->f", padded[place : place + width], weight) + bias, 0)
            for place in range(len(words))
        ]
        pooled += [np.max(found, axis=0), np.sum(found, axis=0) / (4 * len(words) ** 0.5)]
    hidden = np.maximum(tensors["hidden.weight"] @ np.concatenate(pooled) + tensors["hidden.bias"], 0)
    scores: np.ndarray[Any, Any] = tensors["heads.weight"] @ hidden + tensors["heads.bias"]
    return scores


@pytest.mark.parametrize("length", LENGTHS)
def test_the_tables_give_what_convolving_gives(tensors: Tensors, length: int) -> None:
    rng = np.random.default_rng(length)
    network = Network(tensors)
    for cues in (rng.integers(0, CUES, length), np.zeros(length, dtype=np.int64)):
        words = rng.integers(0, SUBWORDS, length)
        # The table's steps are a 32,767th of a column's largest.
        assert network(words, cues) == pytest.approx(convolved(tensors, words, cues), rel=1e-3, abs=1e-3)


def test_reading_changes_no_table(tensors: Tensors) -> None:
    network, words, cues = Network(tensors), np.arange(9), np.arange(9) % CUES
    first = network(words, cues)
    assert np.array_equal(network(words, cues), first)
    assert np.array_equal(Network(tensors)(words, cues), first)


def test_it_says_how_many_subwords_and_heads_it_knows(tensors: Tensors) -> None:
    assert Network(tensors).shape == (SUBWORDS, HEADS)


@pytest.mark.parametrize("name", ["words", "scales", "cues", "filters.5.weight", "filters.2.bias", "hidden.bias"])
def test_tensors_that_lack_one_are_refused(tensors: Tensors, name: str) -> None:
    with pytest.raises(KeyError, match=name):
        Network({other: values for other, values in tensors.items() if other != name})


@pytest.mark.parametrize(
    ("name", "shape"),
    [("filters.3.weight", (FILTERS, VECTOR, 3)), ("cues", (CUES, CUE + 1)), ("hidden.weight", (HIDDEN, 5))],
)
def test_tensors_that_do_not_fit_each_other_are_refused(tensors: Tensors, name: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"dimension|reshape|mismatch"):
        Network({**tensors, name: np.zeros(shape, dtype=np.float32)})
