"""How well people agree: against worked examples from the literature, and what must hold of any table."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from moderation.domain.review import VERDICTS, Recorded
from moderation.pool.review.pairs import Pair
from moderation.reports.agreement import ALL, Agreement, Estimate, ac1, agreement, alpha, kappa


def recorded(action: str, desk: str, category: str | None = "scam", language: str = "zh-Hans") -> Recorded:
    return Recorded(
        id=1, item=1, kind="review", post_id="p", revision=1, action=action, category=category, basis="read", note="",
        reviewer="ada", desk=desk, language=language, at=0.0, claimed_at=0.0, effective_at=0.0, state="standing",
        load=1.0,
    )  # fmt: skip


def pair(first: str, second: str, desks: tuple[str, str] = ("zh", "en"), **given: str | None) -> Pair:
    return Pair(recorded(first, desks[0], **given), recorded(second, desks[1], **given))  # type: ignore[arg-type]


def total(pairs: list[Pair]) -> Agreement:
    return next(row for row in agreement(pairs) if (row.category, row.language, row.desks) == (ALL, ALL, ALL))


def table(*rows: tuple[int, ...]) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    full = np.zeros((4, 4), dtype=np.int64)
    full[: len(rows), : len(rows)] = rows
    return full


def test_kappa_alpha_and_ac1_of_a_worked_table() -> None:
    """Two raters, 100 subjects: 40 + 9, 6 + 45. Kappa by hand; AC1 of four actions; alpha by its definition."""
    counts = table((40, 9), (6, 45))
    observed, chance = 0.85, 0.49 * 0.46 + 0.51 * 0.54
    assert kappa(counts) == pytest.approx((observed - chance) / (1 - chance))
    used = (0.475, 0.525)
    gwet = sum(share * (1 - share) for share in used) / 3
    assert ac1(counts) == pytest.approx((observed - gwet) / (1 - gwet))
    expected = 2 * 95 * 105 / (200 * 199)
    assert alpha(counts) == pytest.approx(1 - 0.15 / expected)


def test_skewed_prevalence_depresses_kappa_and_not_ac1() -> None:
    """Feinstein and Cicchetti's paradox: the same 85% of agreement, on posts of which almost all are removed."""
    even, skewed = table((40, 9), (6, 45)), table((80, 10), (5, 5))
    assert kappa(even) == pytest.approx(0.70, abs=0.01)
    assert kappa(skewed) == pytest.approx(0.32, abs=0.01)
    assert abs(ac1(even) - ac1(skewed)) < 0.05


def test_rows_are_by_category_language_and_desks_with_all_of_them_together() -> None:
    found = agreement(
        [
            pair("remove", "remove"),
            pair("remove", "allow"),
            pair("limit", "limit", ("en", "zh"), language="zh-Hant"),
            pair("allow", "allow", ("en", "en"), category=None, language="en"),
        ]
    )
    assert (found[0].category, found[0].language, found[0].desks, found[0].n) == (ALL, ALL, ALL, 4)
    cells = {(row.category, row.language, row.desks): (row.n, row.observed) for row in found}
    assert cells["scam", "zh", "en-zh"] == (3, pytest.approx(2 / 3))
    assert cells["-", "en", "en-en"] == (1, 1.0)
    assert cells[ALL, ALL, "en-zh"] == cells["scam", ALL, ALL] == (3, pytest.approx(2 / 3))


def test_the_category_is_that_of_whoever_named_one() -> None:
    first, second = recorded("allow", "zh", None), recorded("remove", "en", "hate")
    assert {row.category for row in agreement([Pair(first, second)])} == {ALL, "hate"}


def test_a_single_action_tells_nothing_by_kappa_and_alpha() -> None:
    row = total([pair("remove", "remove")] * 12)
    assert (row.kappa, row.alpha) == (Estimate(), Estimate())
    assert row.ac1.value == 1.0


def test_full_agreement_on_few_posts_is_not_sure() -> None:
    few = total([pair("remove", "remove")] * 3 + [pair("allow", "allow")] * 3)
    many = total([pair("remove", "remove")] * 300 + [pair("allow", "allow")] * 300)
    for name in ("kappa", "alpha", "ac1"):
        narrow, wide = getattr(many, name), getattr(few, name)
        assert narrow.value == wide.value == narrow.high == wide.high == pytest.approx(1.0)
        assert wide.low < 0.6
        assert narrow.low > 0.98


def test_196_pairs_give_a_tenth_either_way() -> None:
    """Research page, 2.6: the half-width of kappa at 85% agreement and 50% by chance."""
    row = total([pair("remove", "remove")] * 83 + [pair("allow", "allow")] * 84 + [pair("remove", "allow")] * 15
                + [pair("allow", "remove")] * 14)  # fmt: skip
    assert row.n == 196
    assert row.kappa.low is not None
    assert row.kappa.high is not None
    assert (row.kappa.high - row.kappa.low) / 2 == pytest.approx(0.10, abs=0.005)


def test_without_pairs_there_is_nothing_to_say() -> None:
    assert agreement([]) == []


def test_what_is_printed_is_rounded_and_null_where_it_is_not_defined() -> None:
    shown = total([pair("remove", "remove")]).to_json()
    assert shown["kappa"] == {"value": None, "low": None, "high": None}
    assert shown["ac1"]["value"] == 1.0
    assert (shown["n"], shown["desks"]) == (1, "*")


verdicts = st.sampled_from(VERDICTS)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(verdicts, verdicts), min_size=1, max_size=40))
def test_every_coefficient_is_at_most_one_and_inside_its_interval(actions: list[tuple[str, str]]) -> None:
    row = total([pair(*both) for both in actions])
    mirrored = total([pair(*reversed(both)) for both in actions])
    for name in ("kappa", "alpha", "ac1"):
        value, low, high = getattr(row, name)
        if value is None:
            assert name != "ac1"
            assert len({action for both in actions for action in both}) == 1
            continue
        assert -1 <= low <= value + 1e-12
        assert value <= high + 1e-12
        assert high <= 1 + 1e-12
        assert (value > 1 - 1e-9) == (row.observed == 1)
        assert getattr(mirrored, name).value == pytest.approx(value)
    assert row.ac1.value is not None
    assert row.ac1.value >= -1 / 3 - 1e-12
