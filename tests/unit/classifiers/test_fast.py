"""The fast tier: what its scores are made of, and that a group's name does not change them."""

import json
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from moderation.classifiers.artifact import METADATA, read_artifact, write_artifact
from moderation.classifiers.fast import (
    KIND,
    LEXICONS,
    SIGNAL,
    WEIGHTS,
    FastModel,
    featurise,
    load_fast,
    read_signals,
    without_groups,
)
from moderation.classifiers.lexicon import CUES, read_lexicons
from moderation.classifiers.signals import NAMES
from moderation.domain.errors import UsageError
from moderation.folding.fold import text_of

BITS = 10
HEADS = [{"name": "hate", "scale": 0.01, "bias": -0.25}, {"name": "spam", "scale": 0.02, "bias": 0.5}]
ENTRIES = {
    "en": [
        ("neighbours", "group"),
        ("the folks next door", "group"),
        ("strangers", "group"),
        ("baker*", "group"),
        ("outsiders", "slur"),
        ("vermin", "dehumanise"),
    ],
    "zh": [("邻居", "group"), ("外地人", "group"), ("害虫", "dehumanise")],
}


def tensors() -> dict[str, np.ndarray]:
    """Weights without a pattern, so that nothing agrees by chance."""
    rng = np.random.default_rng(5)
    return {
        "ngrams": rng.integers(-127, 128, (2**BITS, len(HEADS))).astype(np.int8),
        "signals": rng.normal(size=(len(NAMES), len(HEADS))).astype(np.float32),
    }


def write_fast(folder: Path, *, contents: dict[str, bytes] | None = None, **changes: object) -> Path:
    described = {"kind": KIND, "bits": BITS, "signals": list(NAMES), "heads": HEADS, **changes}
    files = {WEIGHTS: save(tensors()), LEXICONS: json.dumps(ENTRIES).encode(), **(contents or {})}
    write_artifact(folder, described, files, "# fast\n")
    return folder


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> FastModel:
    return load_fast(read_artifact(write_fast(tmp_path_factory.mktemp("models") / "fast"), KIND))


def score(model: FastModel, text: str, tag: str = "en") -> list[float]:
    return model.score(model.read([text], [tag]), [tag])[0].tolist()


SWAPPED = [
    # language, a sentence with a name, the same with another
    ("en", "my neighbours are vermin", "my strangers are vermin"),
    ("en", "neighbours!", "strangers!"),
    ("en", "NEIGHBOURS live here", "ｓｔｒａｎｇｅｒｓ live here"),
    ("en", "we like the folks next door a lot", "we like strangers a lot"),  # a name of four words is one as well
    ("en", "neighbours and strangers", "strangers and neighbours"),
    ("en", "neigh\u200bbours are kind", "strangers are kind"),
    ("en", "bakers are kind", "strangers are kind"),  # an ending belongs to the name
    ("en", "a baker is kind", "a bakeress is kind"),
    ("zh", "邻居都是害虫", "外地人都是害虫"),
    ("zh", "喜欢邻居吗", "喜欢外地人吗"),
]


@pytest.mark.parametrize(("tag", "one", "other"), SWAPPED)
def test_the_name_of_a_group_does_not_change_the_score(model: FastModel, tag: str, one: str, other: str) -> None:
    assert score(model, one, tag) == score(model, other, tag)
    cells = [featurise(model.read([text], [tag]), [tag], BITS) for text in (one, other)]
    assert cells[0].buckets.tolist() == cells[1].buckets.tolist()


@pytest.mark.parametrize(
    "text",
    [
        "my outsiders are vermin",  # a slur is what is said, not whom it is said of
        "my lodgers are vermin",  # no lexicon knows them
        "my neighbourhoods are vermin",
    ],
)
def test_other_words_do(model: FastModel, text: str) -> None:
    assert score(model, text) != score(model, "my neighbours are vermin")


def test_a_group_is_a_character_of_its_own_and_keeps_the_places_of_the_rest() -> None:
    text = "my neighbours left"
    reading = read_signals([text], ["en"], read_lexicons(ENTRIES))
    whole = without_groups(reading)
    assert text_of(whole.codes) == " my \ue000 left\n"
    assert [text[place] for place in whole.at.tolist()[1:-1]] == list("my n left")
    assert whole.starts.tolist() == [0, len(" my X left\n")]
    assert reading.folded.text(0) == f" {text}\n"  # what was read stays


def test_the_score_is_the_sum_of_its_parts(model: FastModel) -> None:
    text, tag = "neighbours are vermin, vermin", "en"
    reading = model.read([text], [tag])
    cells = featurise(reading, [tag], BITS)
    numbers = reading.signals.numbers
    assert len(numbers)
    parts = model.weight(cells.buckets, len(cells.buckets)).sum(axis=0) + model.weight_of_signals(numbers).sum(axis=0)
    assert score(model, text) == pytest.approx((parts + [head["bias"] for head in HEADS]).tolist())


def test_the_formula_of_a_score() -> None:
    weights, of_signals = tensors()["ngrams"], tensors()["signals"]
    model = FastModel(weights, of_signals, HEADS, read_lexicons(ENTRIES))
    cells = featurise(model.read(["vermin"], ["en"]), ["en"], BITS)
    assert cells.signals.tolist() == [CUES.index("dehumanise")]
    ngrams = weights[cells.buckets].astype(float).sum(axis=0) / np.sqrt(len(cells.buckets))
    scales, biases = np.array([0.01, 0.02]), np.array([-0.25, 0.5])
    expected = ngrams * scales + SIGNAL * of_signals[CUES.index("dehumanise")] + biases
    assert score(model, "vermin") == pytest.approx(expected.tolist())


def test_more_heads_than_a_row_of_weights_is_first_wide(model: FastModel) -> None:
    """Columns are filled up to a multiple of sixteen; what fills them counts as nothing."""
    weights, of_signals = (np.repeat(tensors()[name], 9, axis=1) for name in ("ngrams", "signals"))
    wide = FastModel(weights, of_signals, [head for head in HEADS for _ in range(9)], read_lexicons(ENTRIES))
    assert score(wide, "my neighbours are vermin") == np.repeat(score(model, "my neighbours are vermin"), 9).tolist()


def test_a_text_without_anything_scores_the_bias(model: FastModel) -> None:
    assert score(model, "") == [-0.25, 0.5]


def test_a_language_reads_with_its_own_weights_too(model: FastModel) -> None:
    assert score(model, "vermin", "de") != score(model, "vermin", "fr")


def test_a_batch_equals_its_singles_exactly(model: FastModel) -> None:
    posts = [(text, tag) for tag, one, other in SWAPPED for text in (one, other, "", one * 50)]
    texts, tags = [text for text, _ in posts], [tag for _, tag in posts]
    together = model.score(model.read(texts, tags), tags).tolist()
    assert together == [score(model, text, tag) for text, tag in posts]


def test_no_texts_no_scores(model: FastModel) -> None:
    assert model.score(model.read([], []), []).shape == (0, 2)


def test_a_loaded_model_knows_its_heads_and_buckets(model: FastModel) -> None:
    assert model.heads == ("hate", "spam")
    assert model.bits == BITS


UNFIT = [
    # what is wrong, and how
    ("other signals", {"signals": list(NAMES[:-1])}, {}),
    ("signals in another order", {"signals": list(reversed(NAMES))}, {}),
    ("no signals", {"signals": None}, {}),
    ("other buckets", {"bits": BITS + 1}, {}),
    ("a head too many", {"heads": [*HEADS, HEADS[0]]}, {}),
    ("heads that are none", {"heads": 3}, {}),
    ("heads without a scale", {"heads": [{"name": "hate"}, {"name": "spam"}]}, {}),
    ("weights that are none", {}, {WEIGHTS: b"no weights"}),
    ("weights of another kind", {}, {WEIGHTS: save({**tensors(), "ngrams": np.zeros((2**BITS, 2), np.float32)})}),
    ("weights without signals", {}, {WEIGHTS: save({"ngrams": tensors()["ngrams"]})}),
    ("lexicons that are none", {}, {LEXICONS: b"{"}),
    ("lexicons of nothing", {}, {LEXICONS: b"[]"}),
    ("an unknown cue", {}, {LEXICONS: b'{"en": [["rude", "rudeness"]]}'}),
    ("an entry of one", {}, {LEXICONS: b'{"en": [["rude"]]}'}),
]


@pytest.mark.parametrize(("changes", "contents"), [row[1:] for row in UNFIT], ids=[row[0] for row in UNFIT])
def test_parts_that_do_not_fit_each_other_are_refused_with_file_and_remedy(
    tmp_path: Path, changes: dict[str, object], contents: dict[str, bytes]
) -> None:
    artifact = read_artifact(write_fast(tmp_path / "fast", contents=contents, **changes), KIND)
    with pytest.raises(UsageError, match=r"fit each other.*models train") as refused:
        load_fast(artifact)
    assert str(tmp_path / "fast" / METADATA) in str(refused.value)
