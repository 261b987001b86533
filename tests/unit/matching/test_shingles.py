"""What two texts have in common: 3-grams, likeness, bands."""

from __future__ import annotations

import random

import pytest

from moderation.matching.shingles import BANDS, KEPT, Fingerprint, fingerprints, jaccard

TEXT = "Our choir sings every Thursday in the old school behind the station"
HAN = "周四晚上我们合唱团在车站后面的老学校里排练欢迎大家来听"
LETTERS = "abcdefghijklmnopqrstuvwxyz"


def fingerprint(text: str) -> Fingerprint:
    (found,) = fingerprints([text])
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (TEXT.upper(), "capitals are folded"),
        (TEXT.replace("o", "о"), "so are look-alikes"),
        (TEXT.replace("choir", "cho\u200bir"), "what cannot be seen is left out"),
        (TEXT.replace(" ", " - ") + "!!", "what is no word is one blank, none at the ends"),
        (f"🎶 {TEXT}", "emoji are no word"),
    ],
)
def test_it_sees_through(other: str, why: str) -> None:
    assert fingerprint(other) == fingerprint(TEXT), why


def test_between_characters_of_han_there_is_no_blank() -> None:
    assert fingerprint(" ".join(HAN)) == fingerprint("，".join(HAN)) == fingerprint(HAN)
    assert fingerprint(f"{HAN} {TEXT}") == fingerprint(f"{HAN}{TEXT}")


@pytest.mark.parametrize(
    ("text", "long_enough", "why"),
    [
        ("abcdefghij klmnopqrst", True, "20 letters"),
        ("abcdefghij klmnopqrs", False, "19"),
        ("abcdefghij 1234567890", True, "digits are letters here"),
        ("abcdefghij !?.,;:()-🎉🎉🎉", False, "punctuation and emoji are not"),
        (HAN[:12], True, "12 characters of Han weigh 24 and have 10 3-grams"),
        (HAN[:11], False, "9 3-grams"),
        ("abc" * 20, False, "3 distinct 3-grams"),
        ("", False, "nothing"),
    ],
)
def test_short_and_uniform_texts_have_no_fingerprint(text: str, long_enough: bool, why: str) -> None:
    assert (fingerprints([text])[0] is not None) == long_enough, why


def test_a_batch_equals_its_singles() -> None:
    texts = [TEXT, "", HAN, "short", "a\nb\n" * 30, TEXT + HAN, "\n", LETTERS]
    assert fingerprints(texts) == [fingerprints([text])[0] for text in texts]
    assert fingerprints([]) == []
    assert fingerprints([""]) == [None]


def test_likeness_is_that_of_the_sets_of_3_grams() -> None:
    chance = random.Random(1)
    for _ in range(50):
        one = "".join(chance.choices(LETTERS, k=100))
        cut = chance.randrange(20, 80)
        other = one[:cut] + "".join(chance.choices(LETTERS, k=100 - cut))
        ones, others = ({text[at : at + 3] for at in range(98)} for text in (one, other))
        expected = len(ones & others) / len(ones | others)
        assert jaccard(fingerprint(one).shingles, fingerprint(other).shingles) == expected


def test_likeness_of_long_texts_is_an_estimate() -> None:
    chance = random.Random(2)
    one = "".join(chance.choices(LETTERS, k=8000))
    other = one[:7000] + "".join(chance.choices(LETTERS, k=1000))
    ones, others = ({text[at : at + 3] for at in range(7998)} for text in (one, other))
    expected = len(ones & others) / len(ones | others)
    assert len(fingerprint(one).shingles) == 4 * KEPT
    assert jaccard(fingerprint(one).shingles, fingerprint(other).shingles) == pytest.approx(expected, abs=0.07)


def test_bands_are_shared_as_often_as_minhash_says() -> None:
    """A band of four minima is shared by a pair of likeness J with probability J^4."""
    chance = random.Random(3)
    pairs = []
    for _ in range(400):
        one = "".join(chance.choices(LETTERS, k=120))
        at = chance.randrange(20, 90)
        pairs += [one, one[:at] + "".join(chance.choices(LETTERS, k=10)) + one[at + 10 :]]
    found = [one for one in fingerprints(pairs) if one is not None]
    shared = expected = 0.0
    for one, other in zip(found[::2], found[1::2], strict=True):
        shared += sum(one.bands[n : n + 4] == other.bands[n : n + 4] for n in range(0, 4 * BANDS, 4)) / BANDS
        expected += jaccard(one.shingles, other.shingles) ** 4
    assert shared / expected == pytest.approx(1, abs=0.06)


def test_fingerprints_do_not_change_with_versions() -> None:
    """Workers of two versions share an index: who changes this changes the prefix of the keys in Redis too."""
    assert fingerprint(TEXT).bands.hex()[:32] == "15b1a5c82c9bc05c26f71e330f5fb198"
    assert fingerprint(TEXT).shingles.hex()[:32] == "051defd606cd4a000a5c5f8b0b2d6439"
