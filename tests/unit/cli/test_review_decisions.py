"""`moderation review decide`, `undo`, `escalate`, `second`: what is recorded, and each exit code by its situation."""

from __future__ import annotations

import json
import time
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from moderation.cli.review.common import note_of
from moderation.domain.decision import Action
from moderation.domain.errors import UsageError
from moderation.domain.signal import Campaign
from moderation.settings import load_policies
from tests.support.builders import a_decision, a_post
from tests.support.reviewing import Pool, waiting

CURRENT = load_policies()["scam"].version
REMOVE = ("--action", "remove", "--category", "scam", "--basis", "read")
NOW = {"MODERATION_REVIEW__UNDO_S": "0"}  # a verdict takes effect at once


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    pool = Pool(tmp_path)
    pool.puts(2)
    return pool


def stands(pool: Pool, post: str = "p-0") -> str:
    return str(pool.json("pool", "show", post)["state"])


def test_a_decision_says_all_that_was_recorded(pool: Pool) -> None:
    told = pool.decide("remove", "en", "--policy", f"scam@{CURRENT}", "--note", "an old trick")
    assert told["decision"] == "D-1"
    fields = ("item", "action", "category", "policy", "policy_version", "policy_text_lang", "basis", "desk", "reviewer")
    assert [told[name] for name in fields] == [1, "remove", "scam", "scam", CURRENT, "en", "read", "en", "ann"]
    assert told["undo_until"] == told["effective_at"]
    assert (told["scope"], told["fresh"], told["state"]) == (None, True, "held")
    assert "note" not in told
    assert told["log"].keys() == {"seq", "prev", "hash"}
    undone = pool.json("review", "undo", "D-1", "--reviewer", "ann")
    assert undone["log"]["seq"] > told["log"]["seq"]


def test_a_verdict_takes_effect_when_its_time_to_undo_is_over(pool: Pool) -> None:
    told = pool.decide("remove", MODERATION_REVIEW__UNDO_S="1.5")
    assert stands(pool) == "held"
    time.sleep(max(0.0, datetime.fromisoformat(told["effective_at"]).timestamp() + 2 - time.time()))
    assert pool.json("pool", "status")["posts"] == {"held": 1, "removed": 1}
    assert stands(pool) == "removed"


def test_a_verdict_that_is_undone_in_time_never_happened_and_the_item_is_ours_again(pool: Pool) -> None:
    told = pool.decide("remove")
    undone = pool.json("review", "undo", told["decision"], "--reviewer", "ann")
    assert (undone["action"], undone["of"]) == ("undo", "D-1")
    lease = pool.json("review", "show", "1", "--reviewer", "ann")["lease"]
    held = ["--lease", lease["id"], "--fence", str(lease["fence"]), "--reviewer", "ann"]
    pool.run("review", "decide", "1", *held, "--action", "allow", "--basis", "read", **NOW)
    assert stands(pool) == "live"


def test_a_reversal_after_the_effect_needs_a_reason(pool: Pool) -> None:
    pool.decide("remove", **NOW)
    pool.run("review", "undo", "D-1", code=2)
    assert pool.json("review", "undo", "1", "--reason", "read the wrong line")["action"] == "reverse"
    assert stands(pool) == "held"


def test_what_is_decided_is_exit_5_and_scripts_read_by_whom(pool: Pool) -> None:
    item, held = pool.claim("en", "--reviewer", "ann")
    pool.run("review", "decide", item, *held, *REMOVE, "--reviewer", "ann")
    told = pool.json("review", "decide", item, *held, *REMOVE, "--reviewer", "ann", code=5)
    assert {name: told[name] for name in ("v", "error", "by", "action", "decision")} == {
        "v": 1, "error": "already_decided", "by": "ann", "action": "remove", "decision": "D-1",
    }  # fmt: skip
    assert pool.run("review", "release", item, *held, "--reviewer", "ann", code=5).stdout == ""
    pool.json("review", "undo", "D-1", "--reviewer", "ann")
    assert pool.json("review", "undo", "D-1", "--reviewer", "ann", code=5)["error"] == "already_decided"


def test_the_same_key_again_says_what_it_decided(pool: Pool) -> None:
    item, held = pool.claim()
    words = ("review", "decide", item, *held, *REMOVE, "--idempotency-key", "k-1")
    first, again = pool.json(*words), pool.json(*words)
    assert (first["fresh"], again["fresh"]) == (True, False)
    assert first["decision"] == again["decision"]


def test_a_dry_run_checks_everything_and_writes_nothing(pool: Pool) -> None:
    item, held = pool.claim()
    told = pool.json("review", "decide", item, *held, *REMOVE, "--dry-run")
    assert (told["dry_run"], told["decision"], told["action"]) == (True, None, "remove")
    pool.run("review", "decide", item, *held, "--action", "remove", "--policy", "scam@2020-01-01",
             "--basis", "read", "--dry-run", code=7)  # fmt: skip
    assert pool.json("review", "decide", item, *held, *REMOVE)["decision"] == "D-1"


def test_a_policy_that_has_changed_is_exit_7_and_names_the_current_one(pool: Pool) -> None:
    item, held = pool.claim()
    what = ("--action", "remove", "--policy", "scam@2020-01-01", "--basis", "read")
    result = pool.run("review", "decide", item, *held, *what, code=7)
    assert f"scam@{CURRENT}" in str(result.exception)


REFUSED = [
    # words, what the message names
    (("--action", "remove", "--basis", "read"), "--category"),
    (("--action", "remove", "--policy", "scums", "--basis", "read"), "CATEGORY@VERSION"),
    (("--action", "remove", "--category", "hate", "--policy", "scam", "--basis", "read"), "CATEGORY@VERSION"),
    ((*REMOVE, "--expect", "3"), "--scope"),
    ((*REMOVE, "--scope", "world"), "campaign:C"),
    ((*REMOVE, "--note", "a", "--note-file", "-"), "not both"),
]


@pytest.mark.parametrize(("words", "named"), REFUSED)
def test_what_cannot_be_meant_is_exit_2(pool: Pool, words: tuple[str, ...], named: str) -> None:
    result = pool.run("review", "decide", "1", "--lease", "L", "--fence", "1", *words, code=2)
    assert named in result.output


def test_a_note_may_come_from_stdin_and_stays_inside(pool: Pool) -> None:
    item, held = pool.claim()
    pool.run("review", "decide", item, *held, *REMOVE, "--note-file", "-", stdin="他们又换了号\n")
    assert "他们又换了号" in pool.run("review", "show", item).stdout


def test_a_second_opinion_that_agrees_takes_effect(pool: Pool) -> None:
    item, held = pool.claim("en", "--reviewer", "ann")
    told = pool.json("review", "second", item, *held[:4], "--action", "limit", "--category", "scam",
                     "--reviewer", "ann")  # fmt: skip
    assert (told["desk"], told["sealed"]) == ("zh", True)
    again, theirs = pool.claim("zh", "--reviewer", "bo")
    assert again == item
    told = pool.json("review", "decide", item, *theirs, "--action", "limit", "--category", "scam", "--basis", "read",
                     "--reviewer", "bo", **NOW)  # fmt: skip
    assert told["held_for_second"] is False
    assert stands(pool) == "limited"


def test_who_gives_a_second_opinion_sees_neither_the_first_nor_the_scores(pool: Pool) -> None:
    item, held = pool.claim("en", "--reviewer", "ann")
    pool.run("review", "second", item, *held[:4], "--action", "ban", "--category", "scam", "--note", "a secret",
             "--reviewer", "ann")  # fmt: skip
    shown = pool.json("review", "claim", "--desk", "zh", "--reviewer", "bo")
    assert (shown["factors"], shown["precedents"], shown["history"], shown["scores_explained"]) == (None, [], [], None)
    assert "a secret" not in json.dumps(shown)
    assert "sealed" not in shown


def test_a_second_opinion_that_differs_is_exit_6_and_a_lead_decides(pool: Pool) -> None:
    item, held = pool.claim("en", "--reviewer", "ann")
    pool.run("review", "second", item, *held[:4], "--action", "limit", "--category", "scam", "--reviewer", "ann")
    _, theirs = pool.claim("zh", "--reviewer", "bo")
    words = ("review", "decide", item, *theirs, "--action", "remove", "--category", "scam", "--basis", "read")
    assert pool.json(*words, "--reviewer", "bo", code=6)["held_for_second"] is True
    assert stands(pool) == "held"
    assert pool.claim("zh", "--lane", "lead", "--reviewer", "cy")[0] == item


def test_what_is_escalated_waits_for_a_lead(pool: Pool) -> None:
    item, held = pool.claim()
    assert pool.json("review", "escalate", item, *held, "--note", "a song?")["escalated"] is True
    assert [one["item"]["id"] for one in pool.json("review", "queue", "--lane", "lead")["items"]] == [int(item)]


CAMPAIGN = Campaign("c-1", 3, 3, 1795248000.0, {})


@pytest.fixture
def wave(tmp_path: Path) -> Pool:
    """A campaign of three posts that are alike, and one that is not."""
    pool = Pool(tmp_path)
    text = "Earn three hundred a day from home, no experience needed, message me today"
    posts = [a_post(f"w-{n}", text=f"{text}{'!' * n}") for n in range(3)]
    posts.append(a_post("w-x", text="Our bakery hires: three hundred a week, no experience needed, ask inside"))
    pool.commit([waiting(post, priority=9.0 - n, campaign=CAMPAIGN) for n, post in enumerate(posts)], posts)
    return pool


def test_one_decision_over_a_campaign_is_a_record_each(wave: Pool) -> None:
    item, held = wave.claim()
    members = wave.json("review", "show", item)["campaign_members"]
    assert (members["undecided"], [one["post_id"] for one in members["differing"]]) == (4, ["w-x"])
    scope = ("--scope", "campaign:c-1", "--expect", "4")
    told = wave.json("review", "decide", item, *held, *REMOVE, *scope, "--opened", "w-x", **NOW)
    assert told["scope"] == {"campaign": "c-1", "records": 4}
    assert {stands(wave, f"w-{n}") for n in (0, 1, 2, "x")} == {"removed"}


@pytest.mark.parametrize("words", [("--expect", "3", "--opened", "w-x"), ("--expect", "4")], ids=["count", "unopened"])
def test_a_campaign_that_is_not_what_was_shown_is_exit_9(wave: Pool, words: tuple[str, ...]) -> None:
    item, held = wave.claim()
    wave.run("review", "decide", item, *held, *REMOVE, "--scope", "campaign:c-1", *words, code=9)
    assert stands(wave, "w-0") == "held"


def test_too_much_for_one_shift_is_exit_10(pool: Pool) -> None:
    limit = {"MODERATION_REVIEW__LOAD_LIMIT": "0.5"}
    pool.decide("remove", **limit)
    result = pool.run("review", "claim", "--desk", "en", "--reviewer", "ann", code=10, **limit)
    assert "load_limit" in str(result.exception)


def test_an_appeal_is_another_persons(pool: Pool) -> None:
    pool.decide("remove", **NOW)
    told = pool.json("review", "appeal", "open", "p-0", "--text", "It is a song.")
    item = str(told["item"])
    assert [one["item"]["appeal"] for one in pool.json("review", "appeal", "ls")["items"]] == ["It is a song."]
    pool.run("review", "claim", "--desk", "en", "--lane", "appeal", "--reviewer", "ann", code=3)
    again, held = pool.claim("en", "--lane", "appeal", "--reviewer", "bo")
    assert again == item
    assert "It is a song." in pool.run("review", "appeal", "show", item, "--reviewer", "bo").stdout
    words = ("review", "appeal", "decide", item, *held, "--action", "allow", "--basis", "read", "--reviewer", "bo")
    assert pool.json(*words, **NOW)["appeal"] == "overturned"
    assert stands(pool) == "live"


def appeal_refused(pool: Pool, *words: str) -> Any:
    return pool.run("review", "appeal", *words, code=2).exception


def test_appeals_are_refused_where_there_is_nothing_to_appeal(pool: Pool) -> None:
    post = a_post("p-9")
    pool.commit([a_decision(post, Action.approve)], [post])
    assert "nothing was done" in str(appeal_refused(pool, "open", "p-9", "--text", "Why?"))
    assert "no post" in str(appeal_refused(pool, "open", "p-8", "--text", "Why?"))
    assert "words" in str(appeal_refused(pool, "open", "p-0"))
    assert "no appeal" in str(appeal_refused(pool, "show", "1"))


DRY = (*REMOVE, "--dry-run")


def test_a_note_that_is_too_long_is_refused_and_not_cut(pool: Pool) -> None:
    item, held = pool.claim("en")
    for text in ("长" * 20_001, "a" * 20_001, "长\x1b[31m" * 20_000):
        result = pool.run("review", "decide", item, *held, *DRY, "--note-file", "-", stdin=text, code=2)
        assert isinstance(result.exception, UsageError)
        assert str(result.exception).startswith(
            "-: a note has at most 20,000 characters, this one has more; say it sho"
        )
        assert result.exception.zh == "-：备注最多 20,000 字，此文件超出；请写短些"
    pool.run("review", "decide", item, *held, *DRY, "--note-file", "-", stdin="长" * 20_000 + "\n")


def test_a_closed_standard_input_and_a_missing_note_say_what_to_give(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    missing = pool.run(
        "review",
        "decide",
        "1",
        "--lease",
        "L-1",
        "--fence",
        "1",
        *DRY,
        "--note-file",
        str(pool.folder / "none"),
        code=2,
    )
    assert "give a file of text, or -" in str(missing.exception)
    monkeypatch.setattr("sys.stdin", None)  # as `<&-` leaves it
    with pytest.raises(UsageError, match="standard input is closed; give a file of text"):
        note_of("", "-")


def test_a_policy_with_an_empty_version_is_no_policy(pool: Pool) -> None:
    item, held = pool.claim("en")
    what = ("--action", "remove", "--basis", "read", "--dry-run")
    pool.run("review", "decide", item, *held, *what, "--policy", "scam@", code=2)
    pool.run("review", "decide", item, *held, *what, "--policy", "scam")


def test_an_undone_item_comes_with_its_lease(pool: Pool) -> None:
    told = pool.decide("remove")
    undone = pool.json("review", "undo", told["decision"], "--reviewer", "ann")
    assert undone["lease"] == pool.json("review", "show", "1", "--with", "why", "--reviewer", "ann")["lease"]
