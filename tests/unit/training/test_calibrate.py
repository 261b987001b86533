from typing import Any

import numpy as np
import pytest

from moderation.training.calibrate import PREVALENCE, deployment_weights, fit_line, operating_points
from moderation.training.measure import expected_calibration_error, measure
from moderation.training.sources import HEADS

Array = np.ndarray[Any, Any]


def fitted(
    scores: Array, truth: Array, weights: Array, base: Array | float = 0.0, slope: float | None = None
) -> tuple[float, float]:
    line = fit_line(scores, truth, weights, base, slope)
    assert line is not None
    return line


def none(rows: int) -> Array:
    return np.zeros(rows, dtype=bool)


def test_every_head_has_its_share() -> None:
    assert set(PREVALENCE) == set(HEADS)


def test_the_shares_of_the_heads_add_up_to_one_post_in_eight() -> None:
    assert sum(PREVALENCE.values()) == pytest.approx(1 / 8)


def test_weights_give_positives_their_prevalence_and_share_the_rest_between_hard_and_everyday_rows() -> None:
    truth = np.array([True] * 50 + [False] * 30 + [False] * 20)
    everyday = np.array([False] * 80 + [True] * 20)
    weights = deployment_weights(truth, everyday, none(100), 0.1)
    assert weights.sum() == pytest.approx(100)
    assert weights[:50].sum() == pytest.approx(10)
    assert weights[50:80].sum() == pytest.approx(45)
    assert weights[80:].sum() == pytest.approx(45)


def test_taught_rows_and_labelled_ones_weigh_alike_however_many_there_are() -> None:
    truth = np.array([True] * 30 + [False] * 70)
    taught = np.array([True] * 5 + [False] * 25 + [True] * 60 + [False] * 10)
    weights = deployment_weights(truth, none(100), taught, 0.2)
    assert weights.sum() == pytest.approx(100)
    assert weights[:5].sum() == pytest.approx(10)
    assert weights[5:30].sum() == pytest.approx(10)
    assert weights[30:90].sum() == pytest.approx(40)
    assert weights[90:].sum() == pytest.approx(40)


def test_everyday_text_is_no_hard_row_and_only_hard_rows_are_halved() -> None:
    truth = np.array([True, True, False, False, False, False])
    taught = np.array([False, True, True, False, False, False])
    everyday = np.array([False, False, False, False, True, True])
    weights = deployment_weights(truth, everyday, taught, 0.2) / 6
    assert weights.tolist() == pytest.approx([0.1, 0.1, 0.2, 0.2, 0.2, 0.2])


def test_without_everyday_text_the_labelled_negatives_carry_all() -> None:
    weights = deployment_weights(np.array([True, False]), none(2), none(2), 0.25)
    assert weights.tolist() == pytest.approx([0.5, 1.5])


def test_calibrated_probabilities_come_true() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(20_000) < 0.5
    raw = np.where(truth, 1.0, -1.0) + rng.normal(0, 1.5, 20_000)
    weights = deployment_weights(truth, none(20_000), none(20_000), 0.05)
    slope, offset = fitted(raw, truth, weights)
    probability = 1 / (1 + np.exp(-slope * raw - offset))
    assert expected_calibration_error(truth, probability, weights) < 0.01
    assert np.average(probability, weights=weights) == pytest.approx(0.05, abs=0.005)
    assert expected_calibration_error(truth, probability, np.ones(20_000)) > 0.3  # at another prevalence it does not


def test_a_second_tier_weighs_what_it_knows_beside_the_first() -> None:
    rng = np.random.default_rng(0)
    truth, even = rng.random(5_000) < 0.5, np.ones(5_000)
    told = np.where(truth, 1.0, -1.0)
    good, worse = (told + rng.normal(0, spread, 5_000) for spread in (0.8, 2.4))
    nothing = rng.normal(0, 1, 5_000)
    first, constant = fitted(good, truth, even)
    after_good = first * good + constant
    slope, offset = fitted(worse, truth, even)
    after_worse = slope * worse + offset
    lesser, better = fitted(worse, truth, even, after_good)[0], fitted(good, truth, even, after_worse)[0]
    assert better > 2 * lesser > 0
    none = fit_line(nothing, truth, even, after_good)
    assert none is None or none[0] < 0.1 * first
    assert fit_line(good, truth, even, 2 * after_good) is None  # the first tier says too much of it already


def test_a_slope_that_is_given_stays_and_the_offset_makes_the_probabilities_come_true() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(5_000) < 0.5
    base, score = (np.where(truth, 1.0, -1.0) + rng.normal(0, spread, 5_000) for spread in (1.0, 2.0))
    weights = deployment_weights(truth, none(5_000), none(5_000), 0.05)
    free, _ = fitted(score, truth, weights, base)
    slope, offset = fitted(score, truth, weights, base, 2.0)
    assert slope == 2.0 != free
    probability = 1 / (1 + np.exp(-base - slope * score - offset))
    assert np.average(probability, weights=weights) == pytest.approx(0.05, abs=0.001)


def test_the_unit_of_a_score_does_not_change_the_probabilities() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(2_000) < 0.3
    raw = truth + rng.normal(0, 1, 2_000)
    slope, offset = fitted(raw, truth, np.ones(2_000))
    scaled, same = fitted(raw / 1000, truth, np.ones(2_000))
    assert scaled == pytest.approx(1000 * slope, rel=1e-3)
    assert same == pytest.approx(offset, rel=1e-3)


@pytest.mark.parametrize("truth", [[True] * 40, [False] * 40])
def test_rows_of_one_kind_have_no_line(truth: list[bool]) -> None:
    assert fit_line(np.linspace(-1, 1, 40), np.array(truth), np.ones(40)) is None


def test_scores_that_are_all_one_have_a_line_without_slope_or_none() -> None:
    truth = np.array([True, False] * 20)
    line = fit_line(np.full(40, 3.0), truth, np.ones(40))
    assert line is None or abs(line[0]) < 0.01


def test_a_head_that_ranks_the_wrong_way_round_has_no_line() -> None:
    raw = np.linspace(-1, 1, 100)
    assert fit_line(raw, raw < 0, np.ones(100)) is None


def test_operating_points_are_the_least_probability_that_keeps_the_precision() -> None:
    probability = np.array([0.9] * 19 + [0.9] + [0.5] * 10 + [0.5] * 5)
    truth = np.array([True] * 19 + [False] + [True] * 10 + [False] * 5)
    assert operating_points(truth, probability, np.ones(35)) == {"p90": 0.9, "p95": 0.9}
    weights = np.where(truth, 1.0, 3.0)
    assert operating_points(truth, probability, weights) == {"p90": None, "p95": None}


def test_a_handful_of_right_answers_is_no_operating_point() -> None:
    assert operating_points(np.ones(9, dtype=bool), np.full(9, 0.9), np.ones(9)) == {"p90": None, "p95": None}


def test_figures_of_a_known_case() -> None:
    truth = np.array([True, True, False, False])
    probability = np.array([0.9, 0.4, 0.6, 0.1])
    figures = measure(truth, probability, 0.5, sources=["a", "b", "a", "b"])
    assert (figures.rows, figures.positives) == (4, 2)
    assert figures.auroc == 0.75
    assert figures.auroc_within == 1.0  # inside each source the order is right
    assert figures.f1 == 0.5
    assert figures.false_positive_rate == 0.5
    assert figures.ece == 0.35


def test_what_the_rows_do_not_allow_is_not_said() -> None:
    figures = measure(np.array([False, False]), np.array([0.1, 0.2]), 0.5, sources=["a", "a"])
    assert (figures.auroc, figures.auroc_within, figures.ap, figures.f1) == (None, None, None, None)
    assert figures.false_positive_rate == 0.0
