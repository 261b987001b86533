"""What verdicts say about rules."""

from __future__ import annotations

import orjson
import pytest

from moderation.authoring.labels import Verdict, read_labels
from moderation.pool.review.feedback import LEAST, labels, precision
from tests.unit.pool.review.bench import NOW, Bench


@pytest.fixture
def bench() -> Bench:
    return Bench()


def judged(bench: Bench, post_id: str, action: str, language: str = "zh-Hans", **given: object) -> None:
    bench.flag(post_id, language=language, **given)  # type: ignore[arg-type]
    bench.decide(post_id, action, by="wei")


def test_a_rule_is_right_where_what_it_matched_violates(bench: Bench) -> None:
    judged(bench, "a", "remove", "zh-Hans")
    judged(bench, "b", "allow", "zh-Hant")
    judged(bench, "c", "limit", "vi", shadows=("spam.trial",))
    found = {(row.rule, row.language): row.right for row in precision(bench.store, 0.0)}
    assert found == {("scam.lure", "zh"): (1, 2), ("scam.lure", "vi"): (1, 1), ("spam.trial", "vi"): (1, 1)}


def test_a_post_counts_once_by_the_verdict_that_stands(bench: Bench) -> None:
    judged(bench, "a", "remove")
    bench.reread("a", "allow", by="chen", desk="zh", kind="appeal")
    bench.reread("a", "remove", by="bo", desk="en", kind="blind")
    (row,) = precision(bench.store, 0.0)
    assert row.right == (0, 1)


def test_a_verdict_that_was_taken_back_says_nothing(bench: Bench) -> None:
    bench.flag("a")
    undone = bench.decide("a", "remove", by="wei")
    bench.store.undo(undone.id, "wei", "a mistake", bench.now, 1.0)
    assert precision(bench.store, 0.0) == []
    assert list(labels(bench.store, 0.0)) == []


def test_few_verdicts_say_nothing(bench: Bench) -> None:
    for n in range(LEAST):
        assert not any(row.enough for row in precision(bench.store, 0.0))
        judged(bench, f"p-{n}", "remove")
    (row,) = precision(bench.store, 0.0)
    assert row.enough
    assert row.to_json() == {
        "rule": "scam.lure", "language": "zh", "rate": 1.0, "n": 20, "low": 0.8389, "high": 1.0, "enough": True,
    }  # fmt: skip


def test_labels_are_what_the_promotion_gates_read(bench: Bench) -> None:
    for post_id, action in (("a", "remove"), ("b", "allow"), ("c", "ban"), ("d", "limit"), ("e", "remove")):
        judged(bench, post_id, action)
    bench.reread("e", "allow", by="chen", desk="zh", kind="appeal")
    bench.flag("waits")
    rows = list(labels(bench.store, 0.0))
    read = read_labels(enumerate(map(orjson.dumps, rows), 1), "labels.jsonl")
    scam = Verdict(True, frozenset({"scam"}))
    assert read.by_id == {"a": scam, "b": Verdict(False), "c": scam, "d": scam, "e": Verdict(False)}


def test_only_what_was_decided_since_counts(bench: Bench) -> None:
    judged(bench, "a", "remove")
    assert len(list(labels(bench.store, NOW))) == 1
    assert list(labels(bench.store, bench.now)) == []
    assert precision(bench.store, bench.now) == []
