"""Letters that pass for one another, and syllables that sound alike."""

from __future__ import annotations

import pytest

from moderation.folding.fold import fold
from moderation.folding.leet import STANDS_FOR, classes, passes_for, variants
from moderation.folding.sounds import alike, near

PASSES = [
    ("1", "i", "leet"),
    ("1", "l", "leet"),
    ("0", "o", "leet"),
    ("0", "о", "leet"),  # Cyrillic
    ("@", "a", "leet"),
    ("@", "а", "leet"),  # through the Latin letter that it looks like
    ("$", "s", "leet"),
    ("!", "i", "leet"),
    ("4", "ч", "leet"),
    ("v", "u", "leet"),
    ("а", "a", "folded"),
    ("a", "а", "folded"),
    ("а", "α", "folded"),  # both look like a
    ("ك", "ک", "folded"),
    ("и", "й", "folded"),
    ("a", "a", "folded"),
]


@pytest.mark.parametrize(("seen", "meant", "how"), PASSES)
def test_a_character_passes_for_a_letter(seen: str, meant: str, how: str) -> None:
    assert passes_for(seen, meant) == how


@pytest.mark.parametrize(
    ("seen", "meant"), [("i", "l"), ("8", "6"), ("a", "@"), ("b", "д"), ("加", "架"), ("1", "t"), ("u", "v")]
)
def test_what_is_only_of_the_same_class_does_not_pass(seen: str, meant: str) -> None:
    assert passes_for(seen, meant) is None


def test_what_passes_for_a_letter_is_of_its_class() -> None:
    of = classes()
    for seen, letters in STANDS_FOR.items():
        assert {of[seen]} == {of[meant] for meant in letters}
    assert all(of[one] == of[other] for one, other in variants())


def test_classes_hold_folded_characters_and_lead_to_one_of_their_own() -> None:
    of = classes()
    assert [character for character in of if fold(character) not in {character, of[character]}] == []
    assert all(of[top] == top for top in of.values())


@pytest.mark.parametrize(
    ("one", "other"), [("zhang", "zan"), ("sheng", "sen"), ("xing", "xin"), ("chi", "ci"), ("wei", "wei")]
)
def test_syllables_that_some_do_not_tell_apart_are_near(one: str, other: str) -> None:
    assert near(one) == near(other)


@pytest.mark.parametrize(
    ("one", "other"), [("zhi", "chi"), ("liang", "lian"), ("guang", "guan"), ("wei", "hui"), ("lv", "lu")]
)
def test_other_syllables_are_not(one: str, other: str) -> None:
    assert near(one) != near(other)


def test_characters_are_alike_in_any_of_their_readings() -> None:
    assert alike("微", "薇")
    assert alike("行", "航")  # its second reading
    assert not alike("微", "信")
    assert not alike("v", "v")  # not Han
