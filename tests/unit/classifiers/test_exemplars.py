import subprocess
import sys
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifiers.artifact import shipped
from moderation.classifiers.embeddings import StaticEmbedder, Vectors, load_embedder
from moderation.classifiers.exemplars import Exemplars
from moderation.domain.errors import UsageError


class Letters:
    """Counts a, b and c: an embedder whose cosines can be told by hand."""

    version = "0123456789ab"

    def __call__(self, texts: Sequence[str]) -> Vectors:
        return np.array([[text.count(letter) for letter in "abc"] for text in texts], dtype=float).reshape(-1, 3)


def test_the_nearest_sentence_of_each_list_counts() -> None:
    exemplars = Exemplars({"first": ["a", "ab"], "second": ["c"]}, Letters())
    assert exemplars(["aa", "ab", "abc", "xyz"]) == [
        {"first": 1.0, "second": 0.0},
        {"first": 1.0, "second": 0.0},
        {"first": round(2 / 6**0.5, 4), "second": round(1 / 3**0.5, 4)},
        {"first": 0.0, "second": 0.0},
    ]


def test_an_empty_list_has_no_similarity() -> None:
    assert Exemplars({"none": [], "one": ["a"]}, Letters())(["a"]) == [{"one": 1.0}]
    assert Exemplars({}, Letters())(["a", "b"]) == [{}, {}]


def test_the_version_is_the_models() -> None:
    assert Exemplars({}, Letters()).versions == {"embedding": "0123456789ab"}


@pytest.fixture(scope="module")
def shipped_model() -> StaticEmbedder:
    model = load_embedder(None)
    assert isinstance(model, StaticEmbedder)
    return model


LIKE = [
    ("Message me on another app and I will send you the price", "加我微信私聊发你价格", "The soup needs more salt"),
    ("How is the weather today?", "今天天气怎么样", "我想买一部新手机"),
    ("Wie ist das Wetter heute?", "what is the weather like today", "please turn off the kitchen light"),
    ("¿Dónde está la estación de tren?", "Where is the train station?", "I have never eaten fish"),
    ("電気を消してください", "turn off the lights please", "play some jazz music"),
]


@pytest.mark.parametrize(("text", "same", "other"), LIKE)
def test_a_translation_is_nearer_than_another_sentence(
    shipped_model: StaticEmbedder, text: str, same: str, other: str
) -> None:
    likeness = Exemplars({"same": [same], "other": [other]}, shipped_model)([text])[0]
    assert likeness["same"] > likeness["other"] + 0.1


@given(texts=st.lists(st.text(alphabet="ab 加微信ไทย한글ñß🙂。\n", max_size=40), max_size=9))
def test_a_batch_equals_its_singles(shipped_model: StaticEmbedder, texts: list[str]) -> None:
    exemplars = Exemplars({"x": ["加微信", "add me", "한글"], "y": ["สวัสดี", "a b a b"]}, shipped_model)
    assert exemplars(texts) == [exemplars([text])[0] for text in texts]


def test_blank_texts_are_like_nothing(shipped_model: StaticEmbedder) -> None:
    assert Exemplars({"x": ["hello"]}, shipped_model)(["", " "]) == [{"x": 0.0}, {"x": 0.0}]


@pytest.mark.slow
def test_the_shipped_model_is_the_one_that_sentence_transformers_loads(shipped_model: StaticEmbedder) -> None:
    from sentence_transformers import SentenceTransformer

    texts = [sentence for row in LIKE for sentence in row] + ["", "🙂", "ＦＵＬＬ width", "x" * 3000]
    theirs = SentenceTransformer(str(shipped() / "embedding"), device="cpu").encode(texts).astype(float)
    assert np.abs(theirs - shipped_model(texts)).max() < 1e-3


@pytest.mark.slow
def test_any_other_model_runs_through_sentence_transformers(shipped_model: StaticEmbedder) -> None:
    texts = [row[0] for row in LIKE]
    other = load_embedder(str(shipped() / "embedding"))
    assert type(other).__name__ == "TransformerEmbedder"
    assert np.abs(other(texts) - shipped_model(texts)).max() < 1e-3
    assert len(other.version) == 12


@pytest.mark.slow
def test_a_model_that_does_not_load_is_refused_with_a_remedy(tmp_path: object) -> None:
    with pytest.raises(UsageError, match=r"models\.embedding"):
        load_embedder(str(tmp_path))


def test_the_shipped_model_is_small_and_loads_without_torch() -> None:
    folder = shipped() / "embedding"
    assert sum(path.stat().st_size for path in folder.iterdir()) < 4.2e6
    code = (
        "import sys; from moderation.classifiers.embeddings import load_embedder; load_embedder(None)(['hello']); "
        "print(sorted({'torch', 'sentence_transformers', 'sklearn'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize("file", ["tokenizer.json", "model.safetensors"])
@pytest.mark.parametrize("contents", [None, b"nonsense"])
def test_a_damaged_embedding_is_refused_with_its_file(tmp_path: object, file: str, contents: bytes | None) -> None:
    from pathlib import Path
    from shutil import copytree

    folder = copytree(shipped() / "embedding", Path(str(tmp_path)) / "embedding")
    (folder / file).unlink() if contents is None else (folder / file).write_bytes(contents)
    with pytest.raises(UsageError, match=file):
        StaticEmbedder(folder)
