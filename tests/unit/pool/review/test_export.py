"""What leaves the desks: only what stands, each thing once, and never more than it should say."""

from __future__ import annotations

import csv
import io
from typing import Any

import orjson
import pytest

from moderation.authoring.labels import Verdict as Judged
from moderation.authoring.labels import read_labels
from moderation.domain.decision import Action
from moderation.domain.ports import Store
from moderation.domain.review import Recorded
from moderation.pool.review import export
from moderation.pool.review.dsa import Register
from moderation.pool.review.export import Row, letters, measures, sor, training_rows, transparency, write_csv
from moderation.settings import load_statements, load_taxonomy
from moderation.training.labelled import read_examples
from tests.unit.pool.review.bench import NOW, Bench

LETTERS = load_statements()
REGISTER = Register(LETTERS, load_taxonomy())
DECIDED = 1_763_625_600.0 + 365 * 86_400  # 2026-11-20T08:00:00Z, when the builders' decisions are made
SINCE, UNTIL = 0.0, DECIDED + 86_400


@pytest.fixture
def bench() -> Bench:
    """A pool whose people work after the pipeline has decided."""
    made = Bench()
    made.now = DECIDED + 60
    return made


def ids(store: Store, since: float = SINCE, until: float = UNTIL) -> list[tuple[str, str, str]]:
    found = [(m.decision["post_id"], m.action, m.decided) for m in measures(store, since, until)]
    return sorted(found)


def undo(bench: Bench, verdict: Recorded) -> None:
    bench.now += 1
    bench.store.undo(verdict.id, "lea", "was wrong", bench.now, 300.0)


# measures -----------------------------------------------------------------------------------------------------------
def test_what_nobody_has_looked_at_is_told_as_the_pipelines(bench: Bench) -> None:
    bench.flag("a", action=Action.hold)
    bench.flag("b", action=Action.remove, review=False)
    bench.flag("c", action=Action.limit)
    bench.flag("d", action=Action.approve, review=False)
    assert ids(bench.store) == [("a", "hold", "automated"), ("b", "remove", "automated"), ("c", "limit", "automated")]


def test_a_verdict_that_stands_takes_the_place_of_what_the_pipeline_did(bench: Bench) -> None:
    for post_id in "abcd":
        bench.flag(post_id)
    bench.decide("a", "remove")
    bench.decide("b", "allow")
    bench.decide("c", "ban")
    bench.decide("d", "limit", settle=False)
    assert ids(bench.store) == [("a", "remove", "person"), ("c", "remove", "person"), ("d", "hold", "automated")]


def test_what_was_taken_back_is_told_no_more(bench: Bench) -> None:
    for post_id in "ab":
        bench.flag(post_id)
    undo(bench, bench.decide("a", "remove"))
    undo(bench, bench.decide("b", "remove", settle=False))
    assert ids(bench.store) == [("a", "hold", "automated"), ("b", "hold", "automated")]


def test_blind_and_golden_verdicts_are_never_told(bench: Bench) -> None:
    bench.flag("a")
    bench.decide("a", "limit", by="ann")
    bench.reread("a", "remove", by="bo", desk="en", kind="blind")
    assert ids(bench.store) == [("a", "limit", "person")]


def test_after_an_appeal_the_appeals_verdict_is_told(bench: Bench) -> None:
    for post_id in "ab":
        bench.flag(post_id)
        bench.decide(post_id, "remove", by="ann")
    bench.reread("a", "allow", by="bo", desk="zh", kind="appeal")
    bench.reread("b", "limit", by="bo", desk="zh", kind="appeal")
    assert ids(bench.store) == [("b", "limit", "person")]


def test_only_the_days_that_are_asked_for_are_told(bench: Bench) -> None:
    bench.flag("a")
    bench.flag("b")
    first = bench.decide("a", "remove")
    assert ids(bench.store, first.at, first.at + 1) == [("a", "remove", "person")]
    assert ids(bench.store, first.at + 1, UNTIL) == []
    assert ids(bench.store, SINCE, DECIDED) == []
    # the pipeline's are told by the day of the decision, the verdict's by its own
    assert ids(bench.store, SINCE, first.at) == [("b", "hold", "automated")]


def test_more_than_one_page_is_read_whole_and_nothing_twice(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export, "AT_ONCE", 2)
    for n in range(7):
        bench.flag(f"p-{n}")
    for n in range(3):
        bench.decide(f"p-{n}", "remove")
    assert [post_id for post_id, _, _ in ids(bench.store)] == [f"p-{n}" for n in range(7)]
    assert sum(row.number for row in transparency(bench.store, SINCE, UNTIL)) == 7 + 3


# statements ---------------------------------------------------------------------------------------------------------
def test_every_measure_has_a_letter_and_those_of_the_eea_a_row(bench: Bench) -> None:
    bench.flag("a", language="zh-Hant")
    bench.flag("b", language="th", markets=["TH"])
    bench.decide("a", "remove")
    bench.decide("b", "remove")
    assert [(one.post_id, one.language) for one in letters(bench.store, SINCE, UNTIL, LETTERS)] == [
        ("a", "zh-Hant"),
        ("b", "th"),
    ]
    (row,) = sor(bench.store, SINCE, UNTIL, REGISTER)
    assert row["content_language"] == "ZH"
    assert orjson.loads(orjson.dumps(row)) == row


# figures ------------------------------------------------------------------------------------------------------------
def test_figures_count_by_category_action_language_who_decided_and_appeal(bench: Bench) -> None:
    for n, action in enumerate(("remove", "remove", "allow", "limit")):
        bench.flag(f"p-{n}")
        bench.decide(f"p-{n}", action, by="ann")
    bench.flag("q", language="ja")
    bench.flag("r", action=Action.approve, review=False)
    bench.reread("p-0", "allow", by="bo", desk="zh", kind="appeal")
    bench.reread("p-1", "remove", by="bo", desk="zh", kind="appeal")
    assert transparency(bench.store, SINCE, UNTIL) == [
        Row("-", "allow", "zh-Hans", "person", "none", 1),
        Row("scam", "hold", "ja", "automated", "none", 1),
        Row("scam", "hold", "zh-Hans", "automated", "none", 4),
        Row("scam", "limit", "zh-Hans", "person", "none", 1),
        Row("scam", "remove", "zh-Hans", "person", "overturned", 1),
        Row("scam", "remove", "zh-Hans", "person", "upheld", 1),
    ]


def test_an_appeal_against_the_pipeline_is_counted_as_such(bench: Bench) -> None:
    bench.flag("a", action=Action.remove, review=False)
    bench.reread("a", "allow", by="bo", desk="zh", kind="appeal")
    assert transparency(bench.store, SINCE, UNTIL) == [Row("scam", "remove", "zh-Hans", "automated", "overturned", 1)]


def test_what_never_took_effect_is_in_no_figure(bench: Bench) -> None:
    bench.flag("a")
    undo(bench, bench.decide("a", "remove", settle=False))
    bench.flag("b")
    bench.decide("b", "remove", settle=False)
    assert {row.by for row in transparency(bench.store, SINCE, UNTIL)} == {"automated"}


def test_figures_are_written_as_csv_with_their_names() -> None:
    rows = [Row("scam", "remove", "zh-Hans", "person", "none", 3), Row("-", "allow", "und", "person", "none", 1)]
    file = io.StringIO(newline="")
    write_csv(rows, file)
    assert file.getvalue().splitlines()[0] == "category,action,language,by,appeal,number"
    file.seek(0)
    assert [tuple(row.values()) for row in csv.DictReader(file)] == [tuple(map(str, row)) for row in rows]


# rows to learn from -------------------------------------------------------------------------------------------------
def taught(bench: Bench) -> list[dict[str, Any]]:
    return list(training_rows(bench.store, NOW))


def test_a_row_has_the_whole_text_and_what_people_made_of_it(bench: Bench) -> None:
    bench.flag("a", "body", title="head", author={"id": "u-9"}, media=[{"kind": "image", "ocr_text": "in the picture"}])
    bench.decide("a", "ban", basis="gloss", by="ann")
    assert taught(bench) == [
        {
            "id": "a",
            "revision": 1,
            "text": "head\nbody\nin the picture",
            "lang": "zh-Hans",
            "violating": 1,
            "labels": ["scam"],
            "source": "verdicts",
            "basis": "gloss",
            "desk": "zh",
        }
    ]


def test_only_the_newest_verdict_that_stands_teaches(bench: Bench) -> None:
    for post_id in "abc":
        bench.flag(post_id)
    bench.decide("a", "remove", by="ann")
    bench.reread("a", "allow", by="bo", desk="zh", kind="appeal")
    undo(bench, bench.decide("b", "remove"))
    bench.decide("c", "remove", settle=False)
    assert [(row["id"], row["violating"], row["labels"]) for row in taught(bench)] == [("a", 0, ["benign"])]


def test_a_text_that_was_redacted_teaches_nothing(bench: Bench) -> None:
    bench.flag("a", " ", media=[{"kind": "image"}])
    bench.decide("a", "remove")
    assert taught(bench) == []


def test_the_rows_are_read_by_training_and_as_labels(bench: Bench, tmp_path: Any) -> None:
    for post_id, action in (("a", "remove"), ("b", "allow")):
        bench.flag(post_id)
        bench.decide(post_id, action)
    lines = [orjson.dumps(row) for row in taught(bench)]
    file = tmp_path / "rows.jsonl"
    file.write_bytes(b"\n".join(lines))
    violating, benign = read_examples(file)
    assert violating.truth["scam"] is True
    assert not any(benign.truth.values())
    labels = read_labels(enumerate(lines, 1), "rows")
    assert (labels("a"), labels("b")) == (Judged(True, frozenset({"scam"})), Judged(False))
