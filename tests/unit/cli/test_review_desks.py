"""`moderation review handover`, `qa`, `stats`, `export`: what a shift leaves, measures and hands out."""

from __future__ import annotations

import csv
import io
import json
import time
from pathlib import Path

import pytest

from moderation.domain.review import Ask, Correction, Verdict
from moderation.domain.reviewer import Reviewer
from tests.support.builders import a_post
from tests.support.reviewing import Pool

pytestmark = pytest.mark.slow  # each opens a store and an office several times

NOW = {"MODERATION_REVIEW__UNDO_S": "0"}


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    pool = Pool(tmp_path)
    pool.puts(2)
    return pool


# The zh desk works from 00:00 to 16:00 UTC and the en desk from 16:00 to 08:00, so a shift is always named here.
SHIFT = ("--shift", "S1", "--desk", "zh")


def test_a_digest_has_both_languages_and_the_notes_as_written(pool: Pool) -> None:
    assert pool.json("review", "handover", "note", *SHIFT, "--note", "看一下招聘帖")["noted"] is True
    told = pool.json("review", "handover", "draft", *SHIFT)
    assert told["shift"]["shift"].startswith("S1@")
    assert told["published_at"] is None
    assert told["text"].keys() == {"en", "zh"}
    english, chinese = (pool.run("review", "handover", "draft", *SHIFT, "--lang", lang).stdout for lang in ("en", "zh"))
    assert english != chinese
    assert "看一下招聘帖" in english
    assert "看一下招聘帖" in chinese


def test_what_is_published_does_not_change_and_is_acknowledged(pool: Pool) -> None:
    assert pool.json("review", "handover", "publish", *SHIFT)["published_at"] is not None
    pool.run("review", "handover", "note", *SHIFT, "--note", "too late", code=2)
    told = pool.json("review", "handover", "ack", *SHIFT, "--reviewer", "bo")
    assert (told["acked_by"], told["items"]) == ("bo", [])


def test_a_handover_that_is_not_published_or_not_there_cannot_be_taken_over(pool: Pool) -> None:
    pool.run("review", "handover", "ack", *SHIFT, code=2)
    pool.run("review", "handover", "ack", "--desk", "zh", code=2)
    pool.run("review", "handover", "draft", "--shift", "S9", code=2)
    pool.run("review", "handover", "note", *SHIFT, code=2)


def test_an_item_is_kept_for_the_next_shift(pool: Pool) -> None:
    item, held = pool.claim()
    told = pool.json("review", "handover", "keep", item, *held, "--reason", "asked the market team")
    assert told["kept_until"].endswith("Z")
    pool.run("review", "release", item, *held, code=4)


def test_figures_count_what_was_decided_and_what_waits(pool: Pool) -> None:
    pool.decide("remove")
    live = pool.json("review", "stats", "live")
    assert [(row["desk"], row["basis"], row["decided"]) for row in live["rows"]] == [("en", "read", 1)]
    assert live["backlog"]["open"] == 1
    history = pool.json("review", "stats", "history", "--by", "lang,policy", "--window", "1h")
    assert [(row["language"], row["category"], row["decided"]) for row in history["rows"]] == [("en", "scam", 1)]
    assert "审核台" in pool.run("review", "stats", "live", "--lang", "zh").stdout
    pool.run("review", "stats", "live", "--by", "weather", code=2)


def test_a_forecast_names_the_shifts_of_both_desks(pool: Pool) -> None:
    told = pool.json("review", "stats", "forecast", "--window", "48h")
    assert {shift["desk"] for shift in told["shifts"]} == {"zh", "en"}
    assert told["replay"]["en"]["arrivals"] in {0, 2}  # whole hours only: 2 where the hour has just ended
    assert "seats needed" in pool.run("review", "stats", "forecast").stdout
    assert "所需席位" in pool.run("review", "stats", "forecast", "--lang", "zh").stdout


def test_known_answers_become_items_once_and_look_like_any_other(pool: Pool) -> None:
    file = pool.folder / "answers.jsonl"
    file.write_text('{"post_id": "p-0", "action": "remove", "category": "scam"}\n', encoding="utf-8")
    assert pool.json("review", "qa", "golden", str(file)) == {"v": 1, "known": 1, "opened": 1}
    assert pool.json("review", "qa", "golden", str(file))["opened"] == 0
    told = pool.json("review", "show", "3")
    assert (told["item"]["kind"], told["lane"], told["factors"]) == ("blind", "blind", None)
    file.write_text('{"post_id": "p-0"}\n', encoding="utf-8")
    pool.run("review", "qa", "golden", str(file), code=2)


def test_sampling_again_opens_nothing_anew(pool: Pool) -> None:
    pool.decide("remove", **NOW)
    first, again = (pool.json("review", "qa", "sample", "--window", "1h") for _ in range(2))
    assert (first["verdicts"], first["last"]) == (1, 1)
    assert again["blind"] == again["golden"] == 0


def test_agreement_without_pairs_says_so_and_disputes_nothing(pool: Pool) -> None:
    assert pool.json("review", "qa", "kappa") == {"v": 1, "rows": [], "differ": []}
    assert "none" in pool.run("review", "qa", "kappa").stdout


def test_desks_that_differ_too_often_are_exit_1(tmp_path: Path) -> None:
    pool = Pool(tmp_path)
    pool.puts(20)
    store, now = pool.store(), time.time()
    sealed = {"action": "remove", "category": "scam", "basis": "read", "reviewer": "ann"}
    for item in store.claim(Ask(Reviewer("ann"), "en"), 20, now):
        assert item.lease
        store.decide(item.id, item.lease, Verdict("remove", "scam", "read"), now)
        store.ask_review((item.post_id, 1), "blind", "zh", now + 60, now, sealed=sealed)
    for item in store.claim(Ask(Reviewer("bo"), "zh", ("blind",)), 20, now):
        assert item.lease
        store.decide(item.id, item.lease, Verdict("allow", None, "read"), now)
    store.close()
    told = pool.json("review", "qa", "kappa", code=1)
    assert {(one["kind"], one["id"]) for one in told["differ"] if one["contested"]} == {
        ("category", "scam"), ("rule", "scam.test"),
    }  # fmt: skip
    assert "contested: rule scam.test, 100% (n = 20)" in pool.run("review", "qa", "kappa", code=1).stdout


def test_precision_says_what_people_made_of_each_rule(pool: Pool) -> None:
    pool.decide("remove", **NOW)
    (row,) = pool.json("review", "qa", "precision")["rows"]
    assert (row["rule"], row["language"], row["n"], row["rate"]) == ("scam.test", "en", 1, 1.0)
    assert "scam.test" in pool.run("review", "qa", "precision", "--lang", "zh").stdout


def test_statements_go_to_the_database_and_to_authors(pool: Pool) -> None:
    post = a_post("p-zh", text="日结三百", author={"id": "u-9"}, markets=["DE"])
    pool.put(post, desk="zh", language="zh-Hans", priority=100.0)  # before what a closed desk en would lend
    item, held = pool.claim("zh")
    pool.run("review", "decide", item, *held, "--action", "remove", "--category", "scam", "--basis", "read",
             "--note", "the reviewer's own words", **NOW)  # fmt: skip
    rows = [json.loads(line) for line in pool.run("review", "export", "sor").stdout.splitlines()]
    mine = next(row for row in rows if row["puid"] == "D-1")
    assert mine["territorial_scope"] == ["DE"]
    written = pool.run("review", "export", "sor", "--for", "authors").stdout
    letter = next(row for row in map(json.loads, written.splitlines()) if row["id"] == "D-1")
    assert (letter["author"], letter["language"]) == ("u-9", "zh-Hans")
    assert "own words" not in written


def test_figures_for_the_public_are_a_table(pool: Pool) -> None:
    pool.decide("remove", **NOW)
    rows = list(csv.DictReader(io.StringIO(pool.run("review", "export", "transparency", "--since", "1h").stdout)))
    assert ("scam", "remove", "person") in {(row["category"], row["action"], row["by"]) for row in rows}


def test_verdicts_become_training_rows_without_names(pool: Pool) -> None:
    pool.decide("remove", **NOW)
    (row,) = map(json.loads, pool.run("review", "export", "training").stdout.splitlines())
    assert (row["id"], row["labels"], row["basis"]) == ("p-0", ["scam"], "read")
    assert "ann" not in row.values()


def test_corrections_of_glosses_are_exported(pool: Pool) -> None:
    store = pool.store()
    store.correct(Correction("p-0", "en", "hello", "greeting", "farewell", "ann", 1.9e9))
    store.close()
    (row,) = map(json.loads, pool.run("review", "export", "gloss").stdout.splitlines())
    assert (row["surface"], row["shown"], row["expected"]) == ("hello", "greeting", "farewell")
    assert row["test"] == {"surface": "hello", "language": "en", "expected": "farewell", "wrong": "greeting"}


@pytest.mark.parametrize("window", ["1s", "32d", "99999d"])
def test_a_forecast_goes_no_further_than_what_came_can_tell(pool: Pool, window: str) -> None:
    pool.run("review", "stats", "forecast", "--window", window, code=2)


def test_a_forecast_says_so_where_nothing_came(tmp_path: Path) -> None:
    pool = Pool(tmp_path)
    assert "zh: nothing came" in pool.run("review", "stats", "forecast").stdout
    assert "zh：最近 14 天" in pool.run("review", "stats", "forecast", "--lang", "zh").stdout
