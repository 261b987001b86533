"""What waits is counted alike by every store, and what is done is not in it."""

from __future__ import annotations

from moderation.domain.pool import Backlog
from moderation.domain.ports import Store
from tests.support.builders import a_decision, a_need, an_ask, held, posts


def test_an_empty_pool_has_no_backlog(store: Store) -> None:
    assert store.backlog(1.0) == Backlog()


def test_what_waits_is_counted_and_what_is_over_its_time_apart(store: Store) -> None:
    some = posts(7)
    store.add_posts(some, "u", 100.0)
    decisions = [
        a_decision(some[0]),
        held(some[1], "zh", lane="life"),
        held(some[2], "zh", lane="life"),
        held(some[3], "en"),
        a_decision(some[4], review=a_need("en", due_in_s=60)),
    ]
    store.commit("u", decisions, 110.0)
    store.mark_published([store.unpublished(1)[0].seq], 111.0)
    store.bury("u", some[5].key, "poison", 111.0)
    expected = Backlog(
        pending=1,
        oldest_pending_s=60.0,
        unpublished=4,
        dead_letters=1,
        open={("zh", "life"): 2, ("en", "harm"): 2},
        overdue={},
    )
    assert store.backlog(160.0) == expected
    assert store.backlog(171.0).overdue == {("en", "harm"): 1}, "due 60 s after the decision"
    (item,) = store.claim(an_ask(reviewer="mira"), 1, 172.0)
    assert store.backlog(173.0).open == {("zh", "life"): 2, ("en", "harm"): 2}, "who reads it has not decided"
    assert item.lease is not None
    assert store.backlog(9999.0).overdue == {("zh", "life"): 2, ("en", "harm"): 2}
