"""The detector's parts: profiles, calibration, scripts."""

from __future__ import annotations

import numpy as np
import pytest

from moderation.folding.build import SCRIPTS
from moderation.folding.fold import codes
from moderation.folding.tables import script_names
from moderation.language.calibration import TWICE, WEIGHTS, confidences, features
from moderation.language.profiles import Profiles
from moderation.language.scripts import SETTLED, SHARED
from moderation.language.traits import FAMILY, family_names, trait_table


@pytest.fixture(scope="module")
def cyrillic() -> Profiles:
    return Profiles("Cyrl", SHARED["Cyrl"], {})


def _score(profiles: Profiles, text: str) -> np.ndarray:
    letters = codes(text)
    places = np.flatnonzero((trait_table()[letters] & FAMILY) == family_names().index("Cyrl"))
    return profiles.words(letters[places], places).scores


def test_a_word_scores_the_same_alone_and_among_others(cyrillic: Profiles) -> None:
    words = ["как", "дела", "привіт", "слово" * 30, "как"]
    together = _score(cyrillic, " ".join(words))
    assert np.array_equal(together, np.vstack([_score(cyrillic, word) for word in words]))


def test_a_word_that_was_met_before_scores_as_it_did(cyrillic: Profiles) -> None:
    first = _score(cyrillic, "приветики")
    _score(cyrillic, " ".join(chr(0x430 + n % 32) * (n % 7 + 1) for n in range(20_000)))
    assert np.array_equal(_score(cyrillic, "приветики"), first)


def test_many_words_and_few_are_summed_alike(cyrillic: Profiles) -> None:
    words = [f"{chr(0x430 + n % 32)}{chr(0x430 + n // 32 % 32)}аво" for n in range(1024)]
    few = Profiles("Cyrl", SHARED["Cyrl"], {})
    assert np.array_equal(_score(cyrillic, " ".join(words)), np.vstack([_score(few, word) for word in words]))


def test_capitals_and_other_scripts_leave_scores_as_they_are(cyrillic: Profiles) -> None:
    assert np.array_equal(_score(cyrillic, "КАК ДЕЛА"), _score(cyrillic, "как-дела hello"))


def test_letters_of_no_language_score_nothing(cyrillic: Profiles) -> None:
    assert len(_score(cyrillic, "abc 123")) == 0
    assert not _score(cyrillic, "\ua640").any()


def test_a_word_of_any_length_stays_in_the_numbers(cyrillic: Profiles) -> None:
    for word in ("привет" * 200, "щ" * 5_000, "ыва" * 13):
        assert (_score(cyrillic, word) >= 0).all()


def test_confidence_grows_with_the_margin_and_stays_a_probability() -> None:
    sure = confidences(np.array([0.0, 1.0, 10.0, 1e6]), np.array([20, 20, 20, 20]))
    assert (np.diff(sure) > 0).all()
    assert (sure >= 0).all()
    assert (sure <= 1).all()


@pytest.mark.parametrize(("weights", "twice"), [(WEIGHTS, False), (TWICE, True)])
def test_confidence_is_the_curve_of_the_features_that_are_fitted(weights: tuple[float, ...], twice: bool) -> None:
    margins, letters = np.array([0.0, 1.0, 7.5, 900.0]), np.array([1, 4, 30, 64])
    curve = 1 / (1 + np.exp(-features(margins, letters) @ np.array(weights)))
    assert confidences(margins, letters, looked_twice=twice) == pytest.approx(curve)


def test_every_script_that_can_be_met_says_something() -> None:
    families = {family_names()[number] for number in set((trait_table() & FAMILY).tolist())} - {""}
    assert families <= {*SETTLED, *SHARED, "Hani", "Zyyy"}
    assert set(SCRIPTS.values()) <= set(script_names())
