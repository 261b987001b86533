"""Laws of folding and of skeletons, on the characters that break careless folding."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from moderation.folding import SENTINEL, fold
from moderation.folding.fold import codes, fold_codes, join, text_of
from moderation.folding.letters import BREAK, is_gap, leaves_nothing
from moderation.folding.skeleton import Skeleton, merged, plain
from tests.properties.alphabets import hard_text

_BREAK = int.from_bytes(BREAK, "little")


@given(hard_text())
def test_folding_keeps_every_index(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(hard_text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.lists(hard_text(), min_size=1, max_size=5))
def test_a_batch_folds_as_its_singles(texts: list[str]) -> None:
    assert text_of(fold_codes(join(texts)[0])) == "".join(fold(text) + "\n" for text in texts)


def _readings(text: str) -> list[Skeleton]:
    folded = codes(text)
    ways = ({}, {"symbols": False}, {"tones": False}, {"repeats": False})
    return [plain(folded).skeleton, *(merged(folded, **way) for way in ways)]


@given(hard_text())
def test_each_letter_of_a_reading_stands_for_a_character_of_the_text(text: str) -> None:
    lines = "\n" + fold(text) + "\n"
    for skeleton in _readings(lines):
        places = skeleton.at.tolist()
        assert places == sorted(set(places))
        assert places[0] == 0
        assert places[-1] == len(lines) - 1
        for at, letter in zip(places, skeleton.letters.tolist(), strict=True):
            assert lines[at] != SENTINEL
            assert not leaves_nothing(lines[at])
            assert letter & 0x80  # the first byte, in the order in which they lie in memory
            assert not letter & 0x8000


@given(hard_text())
def test_the_plain_reading_has_every_letter_and_no_sign(text: str) -> None:
    lines = "\n" + fold(text) + "\n"
    skeleton = plain(codes(lines)).skeleton
    letters = {
        at for at, letter in zip(skeleton.at.tolist(), skeleton.letters.tolist(), strict=True) if letter != _BREAK
    }
    assert letters == {at for at, character in enumerate(lines) if not is_gap(character)}


@given(st.lists(hard_text(), min_size=1, max_size=4))
def test_lines_are_read_as_each_alone(texts: list[str]) -> None:
    folded = [fold(text.replace("\n", " ")) for text in texts]
    together = _readings("\n" + "\n".join(folded) + "\n")
    alone = [_readings("\n" + line + "\n") for line in folded]
    for way, skeleton in enumerate(together):
        expected = [_BREAK] + [letter for lines in alone for letter in lines[way].letters.tolist()[1:]]
        assert skeleton.letters.tolist() == expected
