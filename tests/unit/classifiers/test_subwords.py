"""The tokeniser: one for all models that come with the same."""

import pytest

from moderation.classifiers import embeddings, reader
from moderation.classifiers.artifact import shipped
from moderation.classifiers.subwords import load_tokenizer


def test_the_shipped_models_share_their_tokeniser() -> None:
    ours = [shipped() / "embedding" / embeddings.TOKENIZER, shipped() / "reader" / reader.TOKENIZER]
    one, other = (load_tokenizer(path.read_bytes()) for path in ours)
    assert one is other


def test_another_description_is_another_tokeniser() -> None:
    described = (shipped() / "reader" / reader.TOKENIZER).read_bytes()
    assert load_tokenizer(described) is not load_tokenizer(described + b"\n")


@pytest.mark.parametrize("described", [b"", b"{}", b"\xff"])
def test_what_describes_none_is_refused_each_time(described: bytes) -> None:
    for _ in range(2):
        with pytest.raises(Exception):  # noqa: B017, PT011 - the only class that tokenizers raises
            load_tokenizer(described)
