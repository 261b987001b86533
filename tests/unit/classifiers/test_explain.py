"""What weighed most in a score: it is what the models did, the heaviest first, and of the right sign."""

from __future__ import annotations

import math

import pytest

from moderation.classifiers.explain import MOST, Explained, explain
from moderation.classifiers.tiers import TieredClassifier, load_tiers
from moderation.domain.language import Language
from tests.support.tiers import HEADS, NEVER, SLOPES, write_tiers

EN = Language("en", shares={"en": 1.0})
TEXTS = [
    "My neighbours are VERMIN!",
    "my neighbours are not vermin",
    "what a lovely day",
    "blimey",
    "？",
    "vermin " * 300,
]


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> TieredClassifier:
    """The second reader reads every post."""
    return load_tiers(write_tiers(tmp_path_factory.mktemp("both")))


@pytest.fixture(scope="module")
def alone(tmp_path_factory: pytest.TempPathFactory) -> TieredClassifier:
    """The second reader reads none."""
    return load_tiers(write_tiers(tmp_path_factory.mktemp("alone"), gate=NEVER))


def hate(classifier: TieredClassifier, text: str) -> Explained:
    return next(told for told in explain(classifier, text, EN) if told.category == "hate")


@pytest.mark.parametrize("text", TEXTS)
def test_the_probabilities_are_those_of_the_classifier_the_largest_first(both: TieredClassifier, text: str) -> None:
    told = explain(both, text, EN)
    assert {one.category: one.probability for one in told} == both([text], [EN])[0]
    assert [one.probability for one in told] == sorted((one.probability for one in told), reverse=True)


@pytest.mark.parametrize("text", TEXTS)
def test_of_each_kind_a_few_are_told_the_heaviest_first(both: TieredClassifier, text: str) -> None:
    for told in explain(both, text, EN):
        for parts in (told.ngrams, told.signals, told.words):
            weights = [abs(part.weight) for part in parts]
            assert weights == sorted(weights, reverse=True)
            assert len(weights) <= MOST
            assert all(weights)


def test_the_fast_tiers_parts_add_up_to_the_log_odds(alone: TieredClassifier) -> None:
    told = hate(alone, "yo")
    added = sum(part.weight for part in told.ngrams)
    assert {part.text for part in told.ngrams} == {"yo"}
    bias, offset = -0.5, -2.0
    assert math.log(told.probability / (1 - told.probability)) == pytest.approx(added + bias + offset, abs=0.03)


def test_a_signal_has_the_words_that_make_it_and_the_weight_that_it_adds(alone: TieredClassifier) -> None:
    said = {signal.name: signal for signal in hate(alone, "my neighbours are vermin").signals}
    assert said["group by dehumanise"].words == ("neighbours", "vermin")
    assert said["group by dehumanise"].weight == pytest.approx(1.2)  # 6.0, times the value of a signal
    assert "group dehumanise negate" not in said


def test_a_denial_speaks_against(alone: TieredClassifier) -> None:
    told = hate(alone, "my neighbours are not vermin")
    assert told.signals[0].name == "group dehumanise negate"
    assert told.signals[0].weight == pytest.approx(-1.6)


def test_a_word_weighs_what_its_absence_changes_in_the_second_readers_score(both: TieredClassifier) -> None:
    weights = {word.text: word.weight for word in hate(both, "my neighbours are not vermin").words}
    assert weights == {"vermin": pytest.approx(3.0 * SLOPES[1]), "not": pytest.approx(-1.5 * SLOPES[1])}


def test_where_the_second_reader_was_asked_the_fast_tier_weighs_as_it_does_there(
    alone: TieredClassifier, both: TieredClassifier
) -> None:
    text = "my neighbours are vermin"
    one, other = hate(alone, text), hate(both, text)
    assert (one.asked, other.asked) == (False, True)
    assert one.words == ()
    assert other.signals[0].weight == pytest.approx(one.signals[0].weight * SLOPES[0])


def test_what_is_said_is_told_the_same_of_whichever_group(both: TieredClassifier) -> None:
    one, other = hate(both, "my neighbours are vermin"), hate(both, "my strangers are vermin")
    assert (one.probability, one.ngrams, one.words) == (other.probability, other.ngrams, other.words)
    assert not any("neigh" in ngram.text for ngram in one.ngrams)


def test_of_several_languages_that_is_told_which_the_score_comes_from(both: TieredClassifier) -> None:
    doubtful = Language("de", 0.4, doubtful=True, shares={"de": 1.0}, candidates=("de", "en"))
    assert {told.language for told in explain(both, "my neighbours are vermin", doubtful)} == {"en"}


@pytest.mark.parametrize(
    ("text", "language"),
    [("", EN), ("  \n", EN), ("vermin", Language()), ("vermin", Language("de", shares={"de": 1.0}))],
    ids=["no text", "blanks", "no language", "a language without models"],
)
def test_what_no_model_covers_has_no_explanation(both: TieredClassifier, text: str, language: Language) -> None:
    assert explain(both, text, language) == []


def test_every_head_of_the_language_is_told(both: TieredClassifier) -> None:
    assert {told.category for told in explain(both, "hello", EN)} == set(HEADS)
