"""Appeals: who may open one, and what came of them."""

from __future__ import annotations

import pytest

from moderation.domain.decision import Action
from moderation.domain.errors import NotFound, UsageError
from moderation.pool.review.appeals import MAX_CHARACTERS, appealed, open_appeal, outcome, overturns
from tests.unit.pool.review.bench import DESKS, Bench

DAY_S = 86_400.0


@pytest.fixture
def bench() -> Bench:
    return Bench()


def appeal(bench: Bench, post_id: str = "a", text: str = "I sell my own pots") -> int:
    return open_appeal(bench.store, (post_id, 1), text, bench.now, DAY_S, DESKS)


def test_an_appeal_carries_the_authors_words_and_its_own_due_time(bench: Bench) -> None:
    bench.flag("a")
    bench.decide("a", "remove", by="wei")
    item = bench.store.item(appeal(bench, text="  I sell my own pots\n"), bench.now)
    assert (item.kind, item.lane, item.desk, item.text) == ("appeal", "appeal", "zh", "I sell my own pots")
    assert item.due_at == bench.now + DAY_S


def test_whoever_decided_is_not_offered_the_appeal(bench: Bench) -> None:
    bench.flag("a")
    bench.decide("a", "remove", by="wei")
    appeal(bench)
    with pytest.raises(StopIteration):
        bench.take("a", by="wei", kind="appeal")
    assert bench.take("a", by="chen", kind="appeal").kind == "appeal"


@pytest.mark.parametrize(
    ("action", "verdict", "opens", "why"),
    [
        (Action.remove, None, True, "the pipeline removed it"),
        (Action.limit, None, True, "the pipeline limited it"),
        (Action.approve, None, False, "nothing was done to it"),
        (Action.remove, "allow", False, "a person allowed it since"),
        (Action.approve, "limit", True, "a person limited it since"),
    ],
)
def test_only_what_something_was_done_to_can_be_appealed(
    bench: Bench, action: Action, verdict: str | None, opens: bool, why: str
) -> None:
    bench.flag("a", action=action)
    if verdict:
        bench.decide("a", verdict, by="wei")
    if opens:
        assert appeal(bench), why
    else:
        with pytest.raises(UsageError, match="nothing to appeal"):
            appeal(bench)


@pytest.mark.parametrize(
    ("text", "message"),
    [("", "needs the author's words"), (" \n", "needs"), ("a" * (MAX_CHARACTERS + 1), "limit is 5,000")],
)
def test_an_appeal_has_words_and_not_too_many(bench: Bench, text: str, message: str) -> None:
    bench.flag("a", action=Action.remove)
    with pytest.raises(UsageError, match=message):
        appeal(bench, text=text)


def test_an_appeal_that_is_open_is_not_opened_again_but_one_that_is_decided_is(bench: Bench) -> None:
    bench.flag("a")
    bench.decide("a", "remove", by="wei")
    first = appeal(bench)
    with pytest.raises(UsageError, match="already"):
        appeal(bench)
    bench.decide("a", "limit", by="chen", kind="appeal")
    assert appeal(bench) == first


def test_a_post_that_is_not_there_cannot_be_appealed(bench: Bench) -> None:
    with pytest.raises(NotFound):
        appeal(bench, "nowhere")


@pytest.mark.parametrize(
    ("first", "then", "expected"),
    [
        ("remove", "allow", "overturned"),
        ("remove", "limit", "overturned"),
        ("ban", "remove", "overturned"),
        ("remove", "remove", "upheld"),
        ("limit", "limit", "upheld"),
        ("limit", "remove", "upheld"),
    ],
)
def test_milder_than_before_is_overturned(bench: Bench, first: str, then: str, expected: str) -> None:
    bench.flag("a")
    bench.decide("a", first, by="wei")
    verdict = bench.reread("a", then, by="chen", desk="zh", kind="appeal")
    found = outcome(bench.store, verdict)
    assert (found.outcome, found.before) == (expected, first)


@pytest.mark.parametrize(
    ("action", "then", "expected"), [("remove", "allow", "overturned"), ("limit", "limit", "upheld")]
)
def test_the_pipeline_alone_can_be_overturned_too(bench: Bench, action: str, then: str, expected: str) -> None:
    bench.flag("a", action=Action[action], review=False)
    found = outcome(bench.store, bench.reread("a", then, by="chen", desk="zh", kind="appeal"))
    assert (found.outcome, found.against, found.before) == (expected, None, action)


def test_overturn_rates_are_those_of_the_verdict_before(bench: Bench) -> None:
    for post_id, basis, then in (("a", "gloss", "allow"), ("b", "gloss", "remove"), ("c", "read", "remove")):
        bench.flag(post_id)
        bench.decide(post_id, "remove", by="wei", basis=basis)
        bench.reread(post_id, then, by="chen", desk="zh", kind="appeal")
    bench.flag("machine", action=Action.remove, review=False)
    bench.reread("machine", "allow", by="chen", desk="zh", kind="appeal")
    found = appealed(bench.store, 0.0)
    assert len(found) == 4
    assert overturns(found, ("basis",)) == {("gloss",): (1, 2), ("read",): (0, 1)}
    assert overturns(found, ("desk", "category")) == {("zh", "scam"): (1, 3)}


def test_an_appeal_that_was_taken_back_counts_for_nothing(bench: Bench) -> None:
    bench.flag("a")
    bench.decide("a", "remove", by="wei")
    bench.store.ask_review(("a", 1), "appeal", "zh", bench.now + DAY_S, bench.now, text="please")
    undone = bench.decide("a", "allow", by="chen", kind="appeal", settle=False)
    bench.store.undo(undone.id, "chen", "a mistake", bench.now, 1.0)
    assert appealed(bench.store, 0.0) == []


def test_what_was_undone_was_never_appealed_against(bench: Bench) -> None:
    bench.flag("a", action=Action.remove)
    undone = bench.decide("a", "ban", by="wei", settle=False)
    bench.store.undo(undone.id, "wei", "a mistake", bench.now, 1.0)
    found = outcome(bench.store, bench.reread("a", "remove", by="chen", desk="zh", kind="appeal"))
    assert (found.against, found.before, found.outcome) == (None, "remove", "upheld")
