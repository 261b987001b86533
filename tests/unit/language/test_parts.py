"""The detector's parts: profiles, pinyin, shorthand, scripts."""

from __future__ import annotations

import numpy as np
import pytest

from moderation.folding.build import SCRIPTS
from moderation.folding.fold import join
from moderation.folding.tables import script_names
from moderation.language.calibration import confidences
from moderation.language.pinyin import is_pinyin
from moderation.language.profiles import Profiles
from moderation.language.runs import family_names, family_table
from moderation.language.scripts import SETTLED, SHARED
from moderation.language.shorthand import shorthand


@pytest.fixture(scope="module")
def cyrillic() -> Profiles:
    return Profiles("Cyrl", SHARED["Cyrl"], {})


def _score(profiles: Profiles, *texts: str) -> np.ndarray:
    text, starts = join(texts)
    return profiles.score(text, np.repeat(np.arange(len(texts)), np.diff(starts)), len(texts))


def test_scores_are_sums_that_no_neighbour_changes(cyrillic: Profiles) -> None:
    texts = ["как дела", "", "привіт", "слово" * 300, "abc"]
    together = _score(cyrillic, *texts)
    assert np.array_equal(together, np.vstack([_score(cyrillic, text) for text in texts]))


def test_scores_add_up_over_words_exactly(cyrillic: Profiles) -> None:
    assert np.array_equal(_score(cyrillic, "как дела"), _score(cyrillic, "как") + _score(cyrillic, "дела"))


def test_capitals_and_other_scripts_leave_scores_as_they_are(cyrillic: Profiles) -> None:
    assert np.array_equal(_score(cyrillic, "КАК ДЕЛА"), _score(cyrillic, "как-дела hello"))


def test_unknown_letters_score_nothing(cyrillic: Profiles) -> None:
    assert not _score(cyrillic, "abc 123").any()


def test_confidence_grows_with_the_margin_and_stays_a_probability() -> None:
    sure = confidences(np.array([0.0, 1.0, 10.0, 1e6]), np.array([20, 20, 20, 20]))
    assert (np.diff(sure) > 0).all()
    assert (sure >= 0).all()
    assert (sure <= 1).all()


def test_every_script_that_can_be_met_says_something() -> None:
    families = {family_names()[number] for number in set(family_table().tolist())} - {""}
    assert families <= {*SETTLED, *SHARED, "Hani", "Zyyy"}
    assert set(SCRIPTS.values()) <= set(script_names())


@pytest.mark.parametrize("text", ["ni hao ma", "nihao wo shi zhongguo ren", "lü se de che", "wo3 ai4 ni3"])
def test_pinyin_is_known_with_and_without_tones(text: str) -> None:
    assert is_pinyin(text)


@pytest.mark.parametrize("text", ["ni hao", "ni hao friend", "he she me", "", "123 456 789", "sekarang kamu suka"])
def test_what_is_not_all_pinyin_or_too_short_is_not(text: str) -> None:
    assert not is_pinyin(text)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        (["hello"], ("en", True)),
        (["ok"], ("en", False)),
        (["ok", "gracias"], ("es", True)),
        (["hello", "gracias"], None),  # two languages
        (["hello", "xyzzy"], None),  # a word that is not known
    ],
)
def test_shorthand_needs_every_word_known_and_of_one_language(words: list[str], found: tuple[str, bool] | None) -> None:
    assert shorthand(words) == found
