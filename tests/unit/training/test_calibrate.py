import numpy as np
import pytest

from moderation.training.calibrate import PREVALENCE, deployment_weights, fit_platt, operating_points
from moderation.training.measure import expected_calibration_error, measure


def test_the_shares_of_the_heads_add_up_to_one_post_in_eight() -> None:
    assert sum(PREVALENCE.values()) == pytest.approx(1 / 8)


def test_weights_give_positives_their_prevalence_and_share_the_rest_between_hard_and_everyday_rows() -> None:
    truth = np.array([True] * 50 + [False] * 30 + [False] * 20)
    everyday = np.array([False] * 80 + [True] * 20)
    weights = deployment_weights(truth, everyday, 0.1)
    assert weights.sum() == pytest.approx(100)
    assert weights[:50].sum() == pytest.approx(10)
    assert weights[50:80].sum() == pytest.approx(45)
    assert weights[80:].sum() == pytest.approx(45)


def test_without_everyday_text_the_labelled_negatives_carry_all() -> None:
    weights = deployment_weights(np.array([True, False]), np.array([False, False]), 0.25)
    assert weights.tolist() == pytest.approx([0.5, 1.5])


def test_calibrated_probabilities_come_true() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(20_000) < 0.5
    raw = np.where(truth, 1.0, -1.0) + rng.normal(0, 1.5, 20_000)
    weights = deployment_weights(truth, np.zeros(20_000, dtype=bool), 0.05)
    calibration = fit_platt(raw, truth, weights)
    assert calibration is not None
    probability = np.array([calibration(score) for score in raw])
    assert expected_calibration_error(truth, probability, weights) < 0.01
    assert np.average(probability, weights=weights) == pytest.approx(0.05, abs=0.005)
    assert expected_calibration_error(truth, probability, np.ones(20_000)) > 0.3  # at another prevalence it does not


def test_a_head_that_ranks_the_wrong_way_round_has_no_calibration() -> None:
    raw = np.linspace(-1, 1, 100)
    assert fit_platt(raw, raw < 0, np.ones(100)) is None


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
