"""The weights of ideographs and pairs: the files, the lookup, the packing; what they are worth on real posts."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.folding.fold import codes
from moderation.language.kanji import (
    DATA,
    FIRST,
    LAST,
    keys_of,
    letter_table,
    pack,
    read_cantonese,
    slots_of,
    tables,
    unpack,
    weigh,
)


@given(st.lists(st.tuples(*[st.integers(-(2**25) + 1, 2**25 - 1)] * 2), min_size=1))
def test_packed_numbers_come_out_as_they_went_in(pairs: list[tuple[int, int]]) -> None:
    one, other = np.array(pairs).T
    assert [whole.tolist() for whole in unpack(pack(one, other))] == [one.tolist(), other.tolist()]


def test_each_cantonese_term_is_there_once_and_has_its_own_slot() -> None:
    lines = (DATA / "han_cantonese.tsv").read_text("utf-8").splitlines()
    terms = Counter(term for line in lines for term in line.partition("\t")[2].split())
    assert [term for term, times in terms.items() if times > 1] == []
    assert [term for term in terms if len(term) > 2 or not all(FIRST < ord(letter) < LAST for letter in term)] == []
    pairs = {term: weight for term, weight in read_cantonese().items() if len(term) == 2}
    slots = Counter(int(slots_of(keys_of(letter_table()[codes(pair)]))[0]) for pair in pairs)
    assert max(slots.values()) == 1


@pytest.mark.parametrize(("text", "weights"), [("嘅", [40]), ("唔係", [20, 32]), ("的", [-20]), ("abc", [0, 0, 0])])
def test_a_character_adds_its_weight_and_that_of_the_pair_that_it_ends(text: str, weights: list[int]) -> None:
    assert unpack(weigh(codes(text), np.ones(len(text) - 1, dtype=np.bool_)))[1].tolist() == weights


def test_parted_characters_are_no_pair() -> None:
    assert unpack(weigh(codes("唔係"), np.zeros(1, dtype=np.bool_)))[1].tolist() == [20, 8]


def test_a_compatibility_form_weighs_as_the_plain_one() -> None:
    nothing = np.zeros(0, dtype=np.bool_)
    assert weigh(codes("\uf9d1"), nothing).tolist() == weigh(codes("六"), nothing).tolist()
    assert weigh(codes("\u2f00"), nothing).tolist() == weigh(codes("一"), nothing).tolist()


def test_what_is_no_ideograph_of_the_first_plane_weighs_nothing() -> None:
    assert not weigh(codes("aあ\U00020000\0"), np.ones(3, dtype=np.bool_)).any()


def test_the_fitted_table_is_small_and_holds_numbers_only() -> None:
    assert (DATA / "han.npz").stat().st_size <= 300_000
    assert tables().letters.shape == (LAST - FIRST,)
    assert np.count_nonzero(tables().keys) > 10_000


@pytest.mark.data
@pytest.mark.slow
def test_of_real_texts_that_fitted_nothing_few_are_taken_for_another_language(data_dir: Path) -> None:
    from moderation.training.han import read_texts, tags_of

    *_, held_out = read_texts(data_dir)
    chinese = tags_of([text for tag, text in held_out if tag == "zh"])
    assert chinese["ja"] <= 0.001 * chinese.total()
    assert chinese["yue"] <= 0.005 * chinese.total()
    japanese = tags_of([text for tag, text in held_out if tag == "ja"])
    assert japanese["ja"] >= 0.995 * japanese.total()
