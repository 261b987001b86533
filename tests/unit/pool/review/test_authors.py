"""An author's record, under a name that leads nowhere."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import pytest

from moderation.domain.decision import Action
from moderation.pool.review.authors import RECENT, author_card, pseudonym
from moderation.pool.review.view import AuthorCard
from tests.unit.pool.review.bench import Bench

FLAGGED_AT = datetime(2026, 11, 20, 8, tzinfo=UTC).timestamp()
KEY = b"a key of the office"
AUTHOR = {"id": "user-778899", "age_days": 2.7, "strikes": 3, "followers": None, "region": "TH"}


@pytest.fixture
def bench() -> Bench:
    return Bench()


def card(bench: Bench, post_id: str = "own", author: Any = AUTHOR) -> AuthorCard | None:
    bench.flag(post_id, "the post under review", author=author)
    post = bench.take(post_id).post
    return author_card(bench.store, post, KEY, exclude=(post_id, 1))


def test_a_pseudonym_is_short_always_the_same_and_another_under_another_key() -> None:
    assert re.fullmatch(r"A-[0-9a-f]{8}", pseudonym("user-778899", KEY))
    assert pseudonym("user-778899", KEY) == pseudonym("user-778899", KEY)
    assert pseudonym("user-778899", KEY) != pseudonym("user-778899", b"another key")
    assert pseudonym("user-778899", KEY) != pseudonym("user-778898", KEY)


def test_who_is_not_known_has_no_card(bench: Bench) -> None:
    assert card(bench, "nobody", None) is None
    assert card(bench, "nameless", {"id": None, "age_days": 3}) is None


def test_what_is_known_of_an_author_is_told_and_what_is_not_is_none(bench: Bench) -> None:
    found = card(bench)
    assert found is not None
    assert (found.age_days, found.strikes, found.followers, found.region) == (2, 3, None, "TH")
    assert (found.flagged, found.verdicts, found.recent) == (0, {}, ())


def test_the_authors_id_leaves_nowhere(bench: Bench) -> None:
    bench.flag("earlier", "buy now", author=AUTHOR)
    bench.decide("earlier", "remove")
    found = card(bench)
    assert found is not None
    assert len(found.recent) == 1
    assert "778899" not in str(asdict(found))


def test_each_other_post_counts_by_the_verdict_that_stands(bench: Bench) -> None:
    for post_id in ("a", "b", "c", "d"):
        bench.flag(post_id, f"text of {post_id}", author=AUTHOR)
    bench.decide("a", "remove")
    bench.reread("a", "limit", by="bo", desk="zh", kind="appeal")
    bench.decide("b", "limit")
    undone = bench.decide("c", "ban")
    bench.store.undo(undone.id, "ada", "a mistake", bench.now, 1.0)
    bench.reread("d", "remove", by="bo", desk="en", kind="blind")
    found = card(bench)
    assert found is not None
    assert (found.flagged, found.verdicts) == (4, {"limit": 2})
    assert [one["post_id"] for one in found.recent] == ["d", "c", "b", "a"]
    assert found.recent[-1] == {
        "post_id": "a", "state": "limited", "category": "scam", "at": FLAGGED_AT,
        "text": "text of a",
    }  # fmt: skip


def test_what_was_made_of_the_post_under_review_is_not_shown(bench: Bench) -> None:
    bench.flag("own", "an earlier revision", author=AUTHOR)
    bench.decide("own", "remove")
    bench.flag("own", "the post under review", author=AUTHOR, revision=2)
    found = author_card(bench.store, bench.take("own").post, KEY, exclude=("own", 2))
    assert found is not None
    assert (found.flagged, found.verdicts, found.recent) == (0, {}, ())


def test_other_authors_and_posts_that_nobody_flagged_do_not_count(bench: Bench) -> None:
    bench.flag("theirs", "text", author={"id": "somebody else"})
    bench.flag("fine", "text", author=AUTHOR, action=Action.approve, rules=(), review=False)
    found = card(bench)
    assert found is not None
    assert found.flagged == 0


def test_only_the_newest_are_shown(bench: Bench) -> None:
    for n in range(RECENT + 2):
        bench.flag(f"p-{n}", "text", author=AUTHOR)
    found = card(bench)
    assert found is not None
    assert (found.flagged, len(found.recent), found.recent[0]["post_id"]) == (RECENT + 2, RECENT, f"p-{RECENT + 1}")
