"""Which members of a campaign one decision may cover."""

from __future__ import annotations

from typing import Any

import pytest

from moderation.pool.review.campaigns import campaign_view
from moderation.pool.review.view import CampaignView
from tests.unit.pool.review.bench import Bench

LURE = "Part-time work from home, three hundred a day, no deposit, few places left, write to us today"


@pytest.fixture
def bench() -> Bench:
    return Bench()


def member(bench: Bench, post_id: str, text: str = LURE, **given: Any) -> None:
    bench.flag(post_id, text, campaign="C-1", author={"id": f"author of {post_id}"}, **given)


def view(bench: Bench, post_id: str = "own") -> CampaignView:
    found = campaign_view(bench.store, bench.take(post_id), "ada", bench.now)
    assert found is not None
    return found


def ids(members: Any) -> list[str]:
    return [one.post_id for one in members]


def test_a_post_that_is_alone_has_no_campaign(bench: Bench) -> None:
    bench.flag("own", LURE)
    assert campaign_view(bench.store, bench.take("own"), "ada", bench.now) is None


def test_the_items_own_post_is_the_first_of_those_that_are_alike(bench: Bench) -> None:
    member(bench, "earlier")
    member(bench, "own")
    member(bench, "unasked", review=False)
    found = view(bench)
    assert ids(found.alike) == ["own", "earlier", "unasked"]
    assert (found.members, found.authors, found.languages, found.decided) == (3, 3, {"zh-Hans": 3}, 0)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"rules": ("scam.lure", "spam.contact")}, "another rule acts on it"),
        ({"rules": ()}, "the rule that acts on the item does not act on it"),
        ({"language": "vi"}, "it is in another language"),
        ({"text": LURE + ", or ask for my brother at the market"}, "a sixth of its 3-grams are its own"),
        ({"text": "short"}, "too short to compare, and not the same"),
    ],
)
def test_a_member_that_differs_must_be_opened_first(bench: Bench, given: dict[str, Any], why: str) -> None:
    member(bench, "own")
    member(bench, "other", **given)
    found = view(bench)
    assert ids(found.differing) == ["other"], why
    assert ids(found.alike) == ["own"]
    assert found.members == 2


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"text": LURE.upper() + "!!"}, "case and punctuation are folded away"),
        ({"shadows": ("spam.trial",)}, "a shadow rule does not act"),
    ],
)
def test_a_member_that_reads_the_same_is_alike(bench: Bench, given: dict[str, Any], why: str) -> None:
    member(bench, "own")
    member(bench, "other", **given)
    assert ids(view(bench).alike) == ["own", "other"], why


def test_the_least_alike_comes_first(bench: Bench) -> None:
    member(bench, "own")
    member(bench, "slightly", LURE + ", or ask for my brother at the market")
    member(bench, "wholly", "An entirely different text about the weather in the mountains last week")
    assert ids(view(bench).differing) == ["wholly", "slightly"]


def test_what_is_decided_or_held_by_somebody_else_is_left_out(bench: Bench) -> None:
    for post_id in ("own", "decided", "theirs", "mine"):
        member(bench, post_id)
    bench.decide("decided", "remove", by="bo", settle=False)
    bench.take("theirs", by="bo")
    bench.take("mine", by="ada")
    found = view(bench)
    assert ids(found.alike) == ["own", "mine"]
    assert (found.members, found.decided) == (2, 1)


def test_what_is_with_the_leads_or_out_for_a_second_opinion_is_left_out(bench: Bench) -> None:
    for post_id in ("own", "escalated", "sealed"):
        member(bench, post_id)
    for post_id in ("escalated", "sealed"):
        item = bench.take(post_id, by="bo")
        assert item.lease is not None
        if post_id == "escalated":
            bench.store.escalate(item.id, item.lease, "a threat?", bench.now)
        else:
            bench.store.second(item.id, item.lease, "en", {"action": "limit"}, bench.now)
    found = view(bench)
    assert (ids(found.alike), found.members, found.decided) == (["own"], 1, 0)
    assert ids(view(bench, "escalated").alike) == ["escalated", "own"], "a lead who has it sees it with the others"


def test_what_somebody_held_until_now_is_free_again(bench: Bench) -> None:
    member(bench, "own")
    member(bench, "theirs")
    own = bench.take("own")
    bench.take("theirs", by="bo", ttl_s=60.0)
    for later, alike in ((59, ["own"]), (61, ["own", "theirs"])):
        found = campaign_view(bench.store, own, "ada", bench.now + later)
        assert found is not None
        assert ids(found.alike) == alike
