"""Laws of folding, on the characters that break careless folding."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from moderation.folding import SENTINEL, fold
from moderation.folding.fold import fold_codes, join, text_of
from moderation.folding.squeeze import squeeze
from tests.properties.alphabets import hard_text


@given(hard_text())
def test_folding_keeps_every_index(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(hard_text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.lists(hard_text(), min_size=1, max_size=5))
def test_a_batch_folds_as_its_singles(texts: list[str]) -> None:
    assert text_of(fold_codes(join(texts)[0])) == "".join(fold(text) + "\n" for text in texts)


@given(hard_text())
def test_each_character_of_a_view_stands_for_a_slice_of_itself(text: str) -> None:
    folded = fold(text + "\n")
    for view in squeeze(fold_codes(join([text])[0])):
        assert len(view.text) == len(view.starts) == len(view.ends)
        assert (view.starts[1:] >= view.ends[:-1]).all()
        for character, start, end in zip(view.text, view.starts, view.ends, strict=True):
            assert start < end
            assert folded[start] == character
            assert SENTINEL not in character
