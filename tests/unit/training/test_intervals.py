import time

import numpy as np
import pytest
from sklearn.metrics import average_precision_score, f1_score, roc_auc_score

from moderation.training.intervals import RESAMPLES, Scored, bootstrap, interval
from moderation.training.measure import AUROC, ECE, F1, FALSE_POSITIVE_RATE, FIGURES, Array, figures

ROWS = 400


def drawn(rng: np.random.Generator, rows: int = ROWS, distance: float = 0.3) -> tuple[Array, Scored]:
    truth = rng.random(rows) < 0.3
    score = np.clip(np.where(truth, 0.3 + distance, 0.3) + rng.normal(0, 0.2, rows), 0, 1).round(2)  # with ties
    return truth, Scored(score, score >= 0.5)


def test_the_figures_are_those_of_scikit_learn() -> None:
    truth, scored = drawn(np.random.default_rng(0))
    (found,) = bootstrap(truth, scored)
    expected = [
        roc_auc_score(truth, scored.probability),
        average_precision_score(truth, scored.probability),
        f1_score(truth, scored.flagged),
        scored.flagged[~truth].mean(),
    ]
    assert found.shape == (1 + RESAMPLES, len(FIGURES))
    assert found[0, :ECE].tolist() == pytest.approx(expected)


def test_a_resample_is_measured_as_its_rows_would_be() -> None:
    rng = np.random.default_rng(1)
    truth, scored = drawn(rng)
    rows = np.concatenate([rng.choice(np.flatnonzero(part), part.sum()) for part in (truth, ~truth)])
    (again,) = bootstrap(truth[rows], Scored(scored.probability[rows], scored.flagged[rows]))
    values, level = np.unique(scored.probability, return_inverse=True)
    counts = np.bincount(rows, minlength=ROWS)
    weighed = [np.bincount(level, counts * part, minlength=len(values))[None] for part in (truth, ~truth)]
    flagged = tuple(np.array([counts[scored.flagged & part].sum()]) for part in (truth, ~truth))
    assert figures(values, weighed[0], weighed[1], (flagged[0], flagged[1]))[0].tolist() == pytest.approx(
        again[0].tolist()
    )


def test_the_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(2)
    covered = []
    for _ in range(120):
        truth, scored = drawn(rng, 200)
        low, high = interval(bootstrap(truth, scored)[0][1:, FALSE_POSITIVE_RATE])
        assert low is not None
        assert high is not None
        covered.append(low <= 0.1643 <= high)  # P(.3 + .2 z ≥ .495), scores being rounded
    assert 0.88 <= np.mean(covered) <= 0.99


def test_more_rows_make_the_interval_narrower() -> None:
    widths = []
    for rows in (100, 10_000):
        low, high = interval(bootstrap(*drawn(np.random.default_rng(3), rows))[0][1:, AUROC])
        assert low is not None
        assert high is not None
        widths.append(high - low)
    assert widths[1] < widths[0] / 5


def test_models_are_drawn_together_so_that_equal_ones_never_differ() -> None:
    truth, scored = drawn(np.random.default_rng(4))
    one, same = bootstrap(truth, scored, scored)
    assert np.array_equal(one, same)
    assert np.array_equal(one, bootstrap(truth, scored)[0])  # and a seed makes it the same each time
    shifted = Scored(scored.probability / 2, scored.flagged)
    half = bootstrap(truth, scored, shifted)[1]
    assert np.allclose(half[:, : F1 + 1], one[:, : F1 + 1])  # the order is the same, on every resample
    assert not np.allclose(half[:, ECE], one[:, ECE])


@pytest.mark.parametrize("violating", [True, False])
def test_one_class_alone_has_only_the_figures_that_it_allows(violating: bool) -> None:
    truth = np.full(20, violating)
    score = np.linspace(0, 1, 20)
    (found,) = bootstrap(truth, Scored(score, score > 0.5))
    given = {name for name, value in zip(FIGURES, found[0], strict=True) if not np.isnan(value)}
    assert given == ({"ap", "f1", "ece"} if violating else {"false_positive_rate", "ece"})
    assert interval(found[1:, AUROC]) == (None, None)


def test_a_single_violating_post_is_in_every_resample() -> None:
    truth = np.array([True] + [False] * 30)
    score = np.linspace(0.9, 0.1, 31)
    (found,) = bootstrap(truth, Scored(score, score > 0.5))
    assert not np.isnan(found).any()


@pytest.mark.slow
def test_twenty_thousand_rows_in_fourteen_categories_take_seconds() -> None:
    truth, scored = drawn(np.random.default_rng(5), 20_000)
    fine = Scored(np.clip(scored.probability + np.linspace(0, 0.009, 20_000), 0, 1).round(4), scored.flagged)
    started = time.perf_counter()
    bootstrap(truth, fine)
    assert 14 * (time.perf_counter() - started) < 20
