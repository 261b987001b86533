"""Pairs of characters that ordinary Chinese has, and those that only a disguise makes."""

from __future__ import annotations

import pytest

from moderation.folding.fold import codes
from moderation.matching.pairs import BITS, are_ordinary, slots


@pytest.mark.parametrize("pair", ["微笑", "开发", "我们", "信息", "的人", "了一"])
def test_a_pair_of_ordinary_chinese_is_known(pair: str) -> None:
    assert are_ordinary(codes(pair[0]), codes(pair[1])).tolist() == [True]


def test_most_pairs_that_nobody_writes_are_not() -> None:
    seldom = [codes(text) for text in ("薇徽睹怖懑罅", "徽睹薇罅怖懑")]
    assert are_ordinary(*seldom).sum() <= 1  # one in thirty is taken for known


def test_the_order_of_a_pair_matters_and_slots_are_within_the_set() -> None:
    left, right = codes("微加信"), codes("信微加")
    assert (slots(left, right) != slots(right, left)).all()
    assert int(slots(codes("\U0010ffff"), codes("\U0010ffff"))[0]) < 1 << BITS
