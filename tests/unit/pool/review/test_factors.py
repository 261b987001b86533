from dataclasses import replace

import pytest

from moderation.domain.decision import acting, chief
from moderation.domain.review import Look
from moderation.domain.taxonomy import Severity
from moderation.pool.review.desk import Desk
from moderation.pool.review.factors import (
    LEAST,
    NEWEST,
    Clocked,
    Handling,
    factors_of,
    handling_by_category,
    severity_of,
)
from tests.support.builders import a_match
from tests.unit.pool.review.offices import NATIVE, TAXONOMY, Clock, an_office, claim_one, put, verdict

OURS = Handling(40.0, 0)


def a_look(claimed_at: float, at: float) -> Look:
    return Look(1, "ann", claimed_at, at, "scam", None)


def test_the_factors_multiply_to_the_score() -> None:
    office = an_office()
    put(office, "p", post={"views_per_minute": 30.0})
    item, _ = claim_one(Desk(office, NATIVE, "zh"))
    factors = factors_of(item, OURS)
    assert (factors.probability, factors.severity, factors.weight, factors.views_per_minute) == (0.8, 3, 8, 30.0)
    assert factors.score == pytest.approx(0.8 * 8 * 30 / (40 / 60))
    assert factors.measured == 0


def test_a_category_without_a_score_counts_as_likely() -> None:
    office = an_office()
    put(office, "p", scores={})
    item, _ = claim_one(Desk(office, NATIVE, "zh"))
    assert factors_of(item, OURS).probability == 0.9


def test_what_failed_is_of_medium_severity_at_least() -> None:
    office = an_office()
    put(office, "p", matches=(), unavailable=("classifiers",))
    item, _ = claim_one(Desk(office, NATIVE, "zh"))
    assert chief(item.decision) is None
    assert severity_of(item.decision) is Severity.medium


def test_the_most_severe_rule_that_acts_is_the_chief() -> None:
    mild = replace(a_match("spam.a", category="spam"), severity=Severity.low)
    shadow = replace(a_match("hate.b", "shadow", "hate"), severity=Severity.critical)
    decision = {"matches": [mild.to_json(), shadow.to_json(), a_match("scam.c").to_json(), a_match("scam.d").to_json()]}
    assert [match["rule"] for match in acting(decision)] == ["scam.c", "scam.d", "spam.a"]


def test_handling_times_are_measured_once_there_are_enough_verdicts() -> None:
    few = [a_look(n, n + 10) for n in range(LEAST - 1)]
    assert handling_by_category(few) == {}
    enough = [*few, a_look(500, 900)]
    assert handling_by_category(enough) == {"scam": Handling(10.0, LEAST)}


def test_only_the_newest_verdicts_of_a_category_count() -> None:
    newest_first = [a_look(n, n + (20 if n < NEWEST else 600)) for n in range(1000)]
    assert handling_by_category(newest_first)["scam"] == Handling(20.0, NEWEST)


@pytest.mark.parametrize(
    "odd",
    [
        a_look(0, 500)._replace(of=7),  # an undoing is no look
        a_look(100, 100),  # decided by a script, or the clock stood still
        a_look(0, 901),  # longer than any lease: it lay there
    ],
)
def test_what_is_no_look_is_not_measured(odd: Look) -> None:
    assert handling_by_category([odd] * LEAST) == {}


def test_who_decides_in_no_time_leaves_a_time_that_divides() -> None:
    quick = [a_look(n, n + 0.01) for n in range(LEAST)]
    assert handling_by_category(quick) == {"scam": Handling(1.0, LEAST)}


def test_one_decision_about_a_campaign_is_one_look() -> None:
    assert handling_by_category([a_look(0, 30)] * 100) == {}


def test_medians_are_read_again_after_a_minute() -> None:
    clock = Clock()
    office = an_office(clock)
    desk, known = Desk(office, NATIVE, "zh"), Clocked(office.store, TAXONOMY, clock)
    assert known["scam"] == OURS
    for n in range(LEAST):
        put(office, f"p{n}")
        item, lease = claim_one(desk, lane="harm")
        clock.now += 12
        desk.decide(item.id, lease, verdict())
    assert LEAST * 12 >= 60
    assert known["scam"] == Handling(12.0, LEAST)
    clock.now += 59
    assert known["scam"].measured == LEAST
