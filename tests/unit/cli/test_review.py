"""`moderation review`: what waits, the lease, what is shown; every exit code of these by a situation that has it."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from tests.support.builders import a_post
from tests.support.reviewing import Pool, waiting

HOSTILE = "add me \x1b]52;c;aGk=\x07 \u202enow\u202c, zero\u200bwidth"


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    return Pool(tmp_path)


def test_the_queue_lists_in_the_order_of_claiming_and_keeps_its_keys(pool: Pool) -> None:
    pool.puts(3)
    told = pool.json("review", "queue", "--desk", "en", "--limit", "2")
    assert told.keys() == {"v", "desk", "open", "items"}
    assert told["open"] == {"en": {"harm": 3}}
    assert [one["item"]["post_id"] for one in told["items"]] == ["p-0", "p-1"]
    first = told["items"][0]
    assert first.keys() >= {
        "v",
        "item",
        "desk",
        "lane",
        "priority",
        "due_at",
        "lease",
        "why",
        "notes",
        "campaign",
        "read",
    }
    assert first["priority"] == 3.0
    assert first["read"] == {"limit": "R1", "remove": "R2"}
    assert first["lease"] is None


def test_peek_tells_numbers_and_no_text(pool: Pool) -> None:
    pool.puts(2)
    assert pool.json("review", "queue", "peek")["items"] == [1, 2]
    assert "hello" not in pool.run("review", "queue", "peek").stdout


NARROW = [
    ("--category", "hate", ["p-h"]),
    ("--lang-of-post", "zh", ["p-z"]),  # and zh-Hans
    ("--lang-of-post", "zh-Hans", ["p-z"]),
    ("--lang-of-post", "z", []),  # no tag begins so
    ("--due", "2h", ["p-e", "p-h", "p-z"]),
    ("--due", "10m", []),
    ("--lane", "life", []),
]


@pytest.mark.parametrize(("option", "value", "found"), NARROW)
def test_the_queue_can_be_narrowed(pool: Pool, option: str, value: str, found: list[str]) -> None:
    pool.put(a_post("p-e"), priority=3.0)
    pool.put(a_post("p-h"), priority=2.0, category="hate")
    pool.put(a_post("p-z"), priority=1.0, language="zh-Hans", desk="zh")
    told = pool.json("review", "queue", option, value)
    assert [one["item"]["post_id"] for one in told["items"]] == found


def test_claiming_gives_the_item_its_lease_and_all_that_is_known(pool: Pool) -> None:
    pool.put(a_post("p-1", text="hello there", author={"id": "u-secret", "strikes": 2}))
    told = pool.json("review", "claim", "--desk", "en")
    seen = json.dumps({"media": [], "text": "hello there", "title": ""}, separators=(",", ":"))
    assert told["item"]["snapshot_sha256"] == hashlib.sha256(seen.encode()).hexdigest()
    assert told["lease"].keys() == {"id", "fence", "expires_at"}
    assert told["priority"] == 1.0
    assert told["factors"].keys() == {
        "score", "p", "severity", "weight", "views_per_minute", "handle_s", "measured", "lane",
    }  # fmt: skip
    assert told["reading"]["needs"] == {"allow": "R0", "limit": "R1", "remove": "R2", "ban": "R3"}
    assert (told["reading"]["mine"], told["reading"]["basis"]) == ("R3", "read")
    assert told["policies"][0]["category"] == "scam"
    assert told["author"]["strikes"] == 2
    assert "u-secret" not in json.dumps(told)
    assert (told["scores_explained"], told["precedents"]) == ([], [])
    assert [one["surface"] for one in told["gloss"]] == ["hello"]


def test_an_empty_queue_is_exit_3(pool: Pool) -> None:
    result = pool.run("review", "claim", "--desk", "zh", code=3)
    assert result.stdout == ""


def test_what_is_claimed_is_offered_to_nobody_else_until_it_is_released(pool: Pool) -> None:
    pool.puts(1)
    item, held = pool.claim()
    pool.run("review", "claim", "--desk", "en", "--reviewer", "bo", code=3)
    assert pool.json("review", "release", item, *held)["released"] is True
    assert pool.claim("en", "--reviewer", "bo")[0] == item


def test_who_passed_on_an_item_is_not_offered_it_again_but_others_are(pool: Pool) -> None:
    pool.puts(1)
    item, held = pool.claim()
    told = pool.json("review", "release", item, *held, "--reason", "language", "--note", "a dialect")
    assert (told["reason"], told["passed"]) == ("language", 1)
    pool.run("review", "claim", "--desk", "en", code=3)
    assert pool.claim("en", "--reviewer", "bo")[0] == item
    (passed,) = pool.json("review", "show", item, "--reviewer", "bo")["passed"]
    assert (passed["reason"], passed["note"]) == ("language", "a dialect")


def test_a_lease_is_renewed_and_a_lost_one_is_exit_4(pool: Pool) -> None:
    pool.puts(1)
    item, held = pool.claim("en", "--ttl", "5s")
    before = pool.json("review", "show", item)["lease"]["expires_at"]
    assert pool.json("review", "renew", item, *held)["lease"]["expires_at"] > before
    stale = [word if word != held[3] else "0" for word in held]
    for command in (["renew"], ["release"], ["decide", "--action", "allow", "--basis", "read"], ["escalate"]):
        pool.run("review", command[0], item, *stale, *command[1:], code=4)


def test_claims_can_be_narrowed(pool: Pool) -> None:
    pool.put(a_post("p-1"), category="hate", priority=9.0, read={"limit": "R3", "remove": "R3"})
    pool.put(a_post("p-2"), category="scam", priority=1.0)
    assert pool.json("review", "claim", "--desk", "en", "--max-read", "R1")["item"]["post_id"] == "p-2"
    pool.run("review", "claim", "--desk", "en", "--policy", "scam", code=3)
    assert pool.json("review", "claim", "--desk", "en", "--policy", "hate")["item"]["post_id"] == "p-1"


def test_hostile_text_reaches_a_terminal_as_marks_and_a_script_as_it_is(pool: Pool) -> None:
    pool.put(a_post("p-1", text=HOSTILE))
    for words in (["queue"], ["show", "1"], ["claim", "--desk", "en"]):
        shown = pool.run("review", *words).stdout
        assert not {"\x1b", "\u202e", "\u200b", "\x07"} & set(shown), words
        assert "U+202E" in shown
    assert pool.json("review", "show", "1")["item"]["text"] == HOSTILE


def test_a_lease_reaches_its_reviewer_where_nothing_can_be_gathered_about_the_item(pool: Pool) -> None:
    pool.puts(1)
    for file in (pool.folder / "rules").iterdir():
        file.unlink()
    result = pool.run("review", "claim", "--desk", "en", "--with", "gloss", "--json")
    assert json.loads(result.stdout)["lease"]["fence"] == 1
    assert "shown without gloss" in result.stderr
    pool.run("review", "show", "1", code=2)


def test_a_terminal_shows_the_policy_that_was_found_and_scripts_read_others_too(pool: Pool) -> None:
    pool.puts(1)
    shown = pool.run("review", "show", "1").stdout
    assert shown.count("policy: ") == 1
    assert "policy: scam@" in shown
    assert len(pool.json("review", "show", "1")["policies"]) > 1


def test_parts_are_shown_as_asked_for_and_others_are_refused(pool: Pool) -> None:
    pool.put(a_post("p-1", author={"id": "u-1"}))
    assert pool.json("review", "show", "1", "--with", "why")["author"] is None
    assert pool.json("review", "show", "1", "--with", "author")["author"] is not None
    assert "horoscope" in pool.run("review", "show", "1", "--with", "horoscope", code=2).output


def test_without_an_engine_a_translation_says_why_there_is_none(pool: Pool) -> None:
    pool.puts(1)
    told = pool.json("review", "show", "1", "--with", "mt", "--lang", "zh")["translation"]
    assert told["text"] is None
    assert told["failure"].keys() == {"en", "zh"}
    assert told["failure"]["zh"] in pool.run("review", "show", "1", "--with", "mt", "--lang", "zh").stdout


@pytest.mark.parametrize(
    "words", [("show", "7"), ("show", "x"), ("show", "٣"), ("undo", "E-1"), ("queue", "--due", "1y")]
)
def test_what_is_not_there_or_not_readable_is_exit_2(pool: Pool, words: tuple[str, ...]) -> None:
    pool.run("review", *words, code=2)


def test_the_screen_asks_for_a_terminal(pool: Pool) -> None:
    assert "terminal" in str(pool.run("review", code=2).exception)


def test_both_languages_say_the_same_things(pool: Pool) -> None:
    pool.put(a_post("p-1", author={"id": "u-1", "age_days": 3}))
    english, chinese = (pool.run("review", "show", "1", "--lang", lang).stdout for lang in ("en", "zh"))
    assert len(english.splitlines()) == len(chinese.splitlines())
    assert "reading that each action needs" in english
    assert "各处置所需阅读等级" in chinese


def test_without_a_terminal_the_screen_says_what_to_do(pool: Pool) -> None:
    result = pool.run("review", code=2)
    assert (result.stdout, "--web" in str(result.exception)) == ("", True)


@pytest.mark.parametrize("ttl", ["0s", "0.5s"])
def test_a_lease_that_is_over_at_once_is_refused_before_anything_is_claimed(pool: Pool, ttl: str) -> None:
    pool.puts(1)
    pool.run("review", "claim", "--desk", "en", "--ttl", ttl, code=2)
    assert pool.json("review", "show", "1", "--with", "why")["lease"] is None


@pytest.mark.parametrize("name", ["", " ", "a\x1b[31mb", "a:b", "x" * 65])
def test_a_reviewer_has_a_name_that_records_can_bear(pool: Pool, name: str) -> None:
    pool.run("review", "queue", "--reviewer", name, code=2)
    pool.run("users", "add", name, "--role", "admin", code=2)


def test_a_reviewers_name_may_have_a_space(pool: Pool) -> None:
    pool.run("review", "queue", "--reviewer", "Ann Lee")


def test_a_part_that_failed_is_named_in_both_languages(pool: Pool) -> None:
    post = a_post("p-1")
    pool.commit([waiting(post)._replace(unavailable=("scores",))], [post])
    assert "! unavailable: scores" in pool.run("review", "show", "1").stdout
    assert "! 未能运行: scores" in pool.run("review", "show", "1", "--lang", "zh").stdout
