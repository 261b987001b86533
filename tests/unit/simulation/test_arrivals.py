"""Posts come as a Poisson process that follows the curves of its crowds, and the same ones for the same seed."""

import numpy as np
import pytest

from moderation.simulation.arrivals import draw
from moderation.simulation.scenario import load_scenario
from tests.unit.simulation.building import WAVE, scenario

WEEK = load_scenario(WAVE)
POSTS = draw(WEEK, seed=3)


def test_the_same_seed_gives_the_same_posts_and_another_seed_others() -> None:
    again, other = draw(WEEK, seed=3), draw(WEEK, seed=4)
    assert all(np.array_equal(a, b) for a, b in zip(POSTS, again, strict=True))
    assert not np.array_equal(POSTS.at[:100], other.at[:100])


def test_as_many_posts_come_as_are_expected_and_in_order() -> None:
    assert abs(len(POSTS.at) - WEEK.posts) < 5 * WEEK.posts**0.5
    assert (np.diff(POSTS.at) >= 0).all()
    assert POSTS.at[0] >= 0
    assert POSTS.at[-1] < WEEK.days * 86_400


def test_the_published_points_of_the_wave_are_on_the_curve() -> None:
    by_ten_of_the_second_day = (POSTS.at < 34 * 3600).sum()
    assert 100_000 < by_ten_of_the_second_day < 130_000


def test_languages_shift_from_the_newcomers_to_the_residents() -> None:
    english = POSTS.language == POSTS.languages.index("en")
    first, last = POSTS.at < 86_400, POSTS.at > 6 * 86_400
    assert english[first].mean() > 0.4
    assert english[last].mean() < 0.25


@pytest.mark.parametrize(("tag", "share"), [("en", 0.0233), ("zh", 0.0140), ("yue", 0.0140), ("th", 0.0064)])
def test_as_many_are_flagged_as_the_language_or_the_nearest_above_it_says(tag: str, share: float) -> None:
    flagged = POSTS.flagged[POSTS.language == POSTS.languages.index(tag)]
    assert abs(flagged.mean() - share) < 5 * (share / len(flagged)) ** 0.5


def test_categories_are_those_of_the_language() -> None:
    chinese = POSTS.language == POSTS.languages.index("zh")
    names = np.array(POSTS.categories)[POSTS.category]
    assert "violence" not in names[chinese]
    assert abs((names[chinese] == "hate").mean() - 203 / 306) < 0.01


def test_reach_is_heavy_tailed_and_cut() -> None:
    assert np.median(POSTS.views) == pytest.approx(WEEK.views.median, rel=0.02)
    assert POSTS.views.mean() > 3 * np.median(POSTS.views)
    assert POSTS.views.max() <= WEEK.views.most


def test_newcomers_are_not_established() -> None:
    posts = draw(scenario(), seed=1)
    english = posts.language == posts.languages.index("en")
    assert not posts.established[english].any()
    assert 0.6 < posts.established[~english].mean() < 0.8
