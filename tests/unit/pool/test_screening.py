"""Posts judged in order by several processes: what is remembered makes the same difference whoever judges."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import orjson
import pytest

from moderation.domain.decision import Decision
from moderation.domain.post import Post
from moderation.domain.signal import POSTS
from moderation.matching.campaigns import MemoryCampaigns
from moderation.pipeline import Pipeline
from moderation.policy.model import RuleSet
from moderation.pool.counting import MemoryCounters, MemoryFuses
from moderation.pool.door import Refusal, batches
from moderation.pool.screening import Line, Screened, screen
from tests.unit.policy.building import NOW, engine_of, find, language_of, load, rule

CANARY = {"status": "canary", "canary": "100%", "expires": "2027-11-21"}
LURE = rule(id="spam.lure", **CANARY, detect="{invite: {words: [join us]}}", action="{do: limit}")
BURST = rule(id="spam.burst", **CANARY, detect="{invite: {count: {of: posts, within: 10m, gte: 4}}}")
AGAIN = rule(id="spam.again", **CANARY, detect="{invite: {count: {of: spam.lure, within: 1h, gte: 2}}}")
COPIED = rule(id="spam.copied", detect="{invite: {near_duplicates: {within: 24h, distinct_authors: 3}}}")
BROAD = rule(
    id="spam.broad", **CANARY, detect="{invite: {words: [hello]}}",
    breaker="{share: 0.5, min_hits: 3, window: 10m, distinct: author}",
)  # fmt: skip


class Silent:
    """Stands where the models do: nothing is scored, nothing is like anything."""

    def __init__(self) -> None:
        self.versions: dict[str, str] = {}
        self.points: dict[str, dict[str, dict[str, float]]] = {}

    def __call__(self, texts: Sequence[str], languages: Sequence[object] = ()) -> list[dict[str, float]]:
        return [{} for _ in texts]


def a_pipeline(rules: RuleSet) -> Pipeline:
    vocabulary = rules.vocabulary
    posts = [tally for tally in vocabulary.tallies if tally.of == POSTS]
    matches = [tally for tally in vocabulary.tallies if tally.of != POSTS]
    return Pipeline(
        detector=lambda posts: [language_of(post.text) for post in posts],
        matcher=lambda posts, _: [find(vocabulary, post) for post in posts],
        classifier=Silent(),
        exemplars=Silent(),
        policy=engine_of(rules),
        campaigns=MemoryCampaigns(vocabulary.windows) if vocabulary.windows else None,
        posted=MemoryCounters(posts) if posts else None,
        matched=MemoryCounters(matches) if matches else None,
        fuses=MemoryFuses(vocabulary.fuses) if vocabulary.fuses else None,
        clock=lambda: NOW,
    )


def said(_post: Post, decisions: Sequence[Decision]) -> list[tuple[str, dict[str, str]]]:
    """What each pipeline did, and the status of each match."""
    return [(one.action.name, {match.rule: match.status for match in one.matches}) for one in decisions]


def lines_of(*posts: tuple[str, str | None]) -> list[Line]:
    """Posts of a text by an author, a second apart."""
    return [
        (n + 1, orjson.dumps({"id": f"p-{n}", "text": text, "author": {"id": author},
                              "created_at": f"2026-11-21T07:{n // 60:02}:{n % 60:02}Z"}))
        for n, (text, author) in enumerate(posts)
    ]  # fmt: skip


def results(lines: list[Line], *rules: str, size: int = 3, jobs: int = 1) -> list[list[tuple[str, dict[str, str]]]]:
    found = list(screen(batches(lines, size), [a_pipeline(load(*rules))], said, jobs))
    assert [line for line, _ in found] == lines
    return [one.result for _, one in found if isinstance(one, Screened)]


def test_an_author_s_posts_count_in_input_order() -> None:
    lines = lines_of(*[("good morning", "u-1")] * 5, ("good morning", "u-2"), ("good morning", None))
    assert [did for ((did, _),) in results(lines, BURST)] == ["approve"] * 3 + ["hold"] * 2 + ["approve"] * 2


def test_what_a_rule_matched_before_counts_also_for_a_post_that_it_does_not_match() -> None:
    lines = lines_of(("join us", "u-1"), ("hi", "u-1"), ("join us", "u-1"), ("hi", "u-1"), ("hi", "u-2"))
    assert [set(matches) for ((_, matches),) in results(lines, LURE, AGAIN)] == [
        {"spam.lure"},
        set(),
        {"spam.lure", "spam.again"},
        {"spam.again"},
        set(),
    ]


def test_a_rule_that_matches_too_much_is_recorded_from_the_next_post_on_and_only_in_that_language() -> None:
    lines = lines_of(*[("hello", f"u-{n}") for n in range(5)], ("你好 hello 你好你好", "u-9"))
    ways = [(did, matches.get("spam.broad")) for ((did, matches),) in results(lines, BROAD)]
    assert ways == [("hold", "canary")] * 3 + [("approve", "shadow")] * 2 + [("hold", "canary")]


def a_wave() -> list[Line]:
    text = "Everybody here should hear about this wonderful little shop around the corner"
    posts = []
    for n in range(60):
        posts += [("hello", f"u-{n % 7}"), ("join us", f"u-{n % 5}"), (text, f"v-{n}"), ("hi there", f"u-{n % 3}")]
    return lines_of(*posts)


@pytest.mark.parametrize(("size", "jobs"), [(1, 1), (512, 1), (7, 2), (64, 3)])
def test_the_result_depends_neither_on_the_batch_nor_on_the_processes(size: int, jobs: int) -> None:
    rules = (LURE, BURST, AGAIN, COPIED, BROAD)
    assert results(a_wave(), *rules, size=size, jobs=jobs) == results(a_wave(), *rules)


def test_two_rule_sets_each_remember_for_themselves() -> None:
    lines = lines_of(*[("hello", f"u-{n}") for n in range(5)])
    plain = rule(id="spam.broad", **CANARY, detect="{invite: {words: [hello]}}")
    pipelines = [a_pipeline(load(BROAD)), a_pipeline(load(plain))]
    found = [one.result for _, one in screen(batches(lines, 2), pipelines, said, 1) if isinstance(one, Screened)]
    assert [[did for did, _ in both] for both in found] == [["hold", "hold"]] * 3 + [["approve", "hold"]] * 2


def test_a_repeat_counts_once_and_a_conflict_is_refused() -> None:
    first, second = lines_of(("join us", "u-1"), ("hi", "u-1"))
    other = (4, first[1].replace(b"join us", b"join me"))
    found = [
        one for _, one in screen([[first, second, (3, first[1]), other]], [a_pipeline(load(LURE, AGAIN))], said, 1)
    ]
    assert isinstance(found[0], Screened)
    assert isinstance(found[1], Screened)
    assert found[1].result == [("approve", {})], "the repeat would have been the second match"
    assert found[2] is None
    assert isinstance(found[3], Refusal)
    assert str(found[3]) == "line 4: id: p-0 revision 1 stands with other content in line 1"


def test_refused_lines_keep_their_place() -> None:
    good = lines_of(("hi", "u-1"), ("hi", "u-2"))
    lines = [good[0], (2, b"{"), (3, good[1][1])]
    found = [one for _, one in screen([lines], [a_pipeline(load(LURE))], said, 1)]
    assert [isinstance(one, Refusal) for one in found] == [False, True, False]
    assert all(one.line < other.line for one, other in pairwise(one for one in found if isinstance(one, Refusal)))
