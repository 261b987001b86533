"""What the pool tells to whom once it has users: no author, nothing to strangers, of blind items no opinion."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest

from moderation.domain.errors import Forbidden
from moderation.domain.pool import DeadLetter
from moderation.domain.review import Ask, Verdict
from moderation.domain.reviewer import Reviewer
from tests.support.builders import a_post
from tests.support.reviewing import Pool, waiting

Who = dict[str, str]

ROLES = ("reader", "reviewer", "lead", "auditor", "admin")
MEASURES = {"lead", "auditor", "admin"}
AUDITS = {"auditor", "admin"}
REMOVE = Verdict("remove", "scam", "read")


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Pool:
    """Removed posts of one author: of p-0 a known answer was asked for, p-1 is read blindly, and p-2 is golden."""
    pool = Pool(tmp_path_factory.mktemp("pool"))
    posts = [a_post(f"p-{n}", author={"id": "u-secret-7"}, mentions=["@u-secret-8"]) for n in range(3)]
    pool.commit([waiting(post) for post in posts], posts)
    store, now = pool.store(), time.time()
    store.add_dead_letters([DeadLetter("stdin", "is not JSON", "u-secret-9")], now)

    def decide(reviewer: str, lane: str) -> None:
        for item in store.claim(Ask(Reviewer(reviewer), "en", (lane,)), 3, now):
            assert item.lease
            store.decide(item.id, item.lease, REMOVE, now)

    def ask(post: str, kind: str) -> None:
        sealed = {**REMOVE.to_json(), "reviewer": "ann"}
        store.ask_review((post, 1), kind, "en", now + 60, now, sealed=sealed)

    decide("ann", "harm")
    ask("p-0", "golden")
    decide("cy", "golden")
    ask("p-1", "blind")
    ask("p-2", "golden")
    store.close()
    return pool


@pytest.fixture(scope="module")
def tokens(pool: Pool) -> dict[str, Who]:
    """Who calls, by role: the pool has users from here on."""
    admin = {"MODERATION_TOKEN": pool.run("users", "add", "admin", "--role", "admin").stdout.strip()}
    said = {role: pool.run("users", "add", role, "--role", role, **admin).stdout.strip() for role in ROLES[:-1]}
    return {role: {"MODERATION_TOKEN": token} for role, token in said.items()} | {"admin": admin}


COMMANDS = [
    # what is asked, and who may; the others, and who has no token, are exit 8
    (("pool", "show", "p-0"), set(ROLES)),
    (("pool", "search"), set(ROLES)),
    (("pool", "search", "--author", "u-secret-7"), AUDITS),
    (("pool", "export"), AUDITS),
    (("pool", "dead-letters"), AUDITS),
    (("review", "queue"), {"reader", "reviewer", "lead", "admin"}),
    *((("review", "queue", "--lane", lane), {"lead", "admin"}) for lane in ("golden", "blind", "random", "lead")),
]


@pytest.mark.parametrize(("words", "may"), COMMANDS, ids=lambda value: " ".join(value) if type(value) is tuple else "")
def test_each_role_is_told_what_it_may_know_and_a_stranger_nothing(
    pool: Pool, tokens: dict[str, Who], words: tuple[str, ...], may: set[str]
) -> None:
    pool.run(*words, code=8)
    for role, who in tokens.items():
        result = pool.run(*words, code=0 if role in may else 8, **who)
        if isinstance(result.exception, Forbidden):
            assert result.stdout == ""
            assert result.exception.zh.startswith(f"{role} 的角色是 {role}，")


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("words", [("show", "p-0"), ("show", "p-1"), ("search",)])
def test_nobody_is_told_who_wrote_a_post_or_is_named_by_it(
    pool: Pool, tokens: dict[str, Who], role: str, words: tuple[str, ...]
) -> None:
    said = pool.run("pool", *words, "--json", **tokens[role]).stdout
    assert "u-secret" not in said
    assert '"A-' in said


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("post", ["p-1", "p-2"])
def test_who_may_come_to_read_a_post_blindly_is_told_no_opinion_of_it(
    pool: Pool, tokens: dict[str, Who], role: str, post: str
) -> None:
    told = pool.json("pool", "show", post, **tokens[role])
    text = pool.run("pool", "show", post, **tokens[role]).stdout
    (found,) = (one for one in pool.json("pool", "search", **tokens[role])["posts"] if one["post_id"] == post)
    if role in MEASURES:
        assert (told["state"], found["state"]) == ("removed", "removed")
        assert told["review"]["state"] == "decided"
        assert [verdict["reviewer"] for verdict in told["verdicts"]] == ["ann"]
        assert "remove by ann" in text
    else:
        assert (told["state"], found["state"], told["review"], told["verdicts"]) == ("", "", None, [])
        assert told["decision"]["review"]["priority"] == found["decision"]["review"]["priority"] == 0.0
        assert "ann" not in text
        assert "removed" not in text


@pytest.mark.parametrize("role", ROLES)
def test_a_known_answer_looks_like_a_blind_item_when_it_is_over(pool: Pool, tokens: dict[str, Who], role: str) -> None:
    told = pool.json("pool", "show", "p-0", **tokens[role])
    kinds = ["review", "golden" if role in MEASURES else "blind"]
    assert [verdict["kind"] for verdict in told["verdicts"]] == kinds


@pytest.mark.parametrize("role", ROLES)
def test_a_search_by_state_does_not_find_what_is_read_blindly(pool: Pool, tokens: dict[str, Who], role: str) -> None:
    found = [one["post_id"] for one in pool.json("pool", "search", "--state", "removed", **tokens[role])["posts"]]
    assert found == (["p-2", "p-1", "p-0"] if role in MEASURES else ["p-0"])


@pytest.mark.parametrize("role", ROLES)
def test_how_many_items_measure_is_told_to_who_measures(pool: Pool, tokens: dict[str, Who], role: str) -> None:
    measured = {"blind": 1, "golden": 1} if role in MEASURES else {}
    live = pool.json("review", "stats", "live", **tokens[role])["backlog"]
    assert live["lanes"] == live["due_1h_lanes"] == ({"en": measured} if measured else {})
    assert live["open"] == live["due_1h"] == len(measured)
    if role != "auditor":
        for words in (["queue"], ["queue", "peek"]):
            assert pool.json("review", *words, **tokens[role])["open"] == ({"en": measured} if measured else {})
        assert ("golden" in pool.run("review", "queue", "peek", **tokens[role]).stdout) is bool(measured)


def test_where_the_priority_is_hidden_none_is_shown(pool: Pool, tokens: dict[str, Who]) -> None:
    for lane in ("blind", "golden"):
        listed = pool.run("review", "queue", "--lane", lane, **tokens["lead"]).stdout
        number = pool.json("review", "queue", "--lane", lane, **tokens["lead"])["items"][0]["item"]["id"]
        shown = pool.run("review", "show", str(number), **tokens["lead"]).stdout
        assert "0.0" not in listed
        assert "; P -\n" in shown


def without_users(tmp_path: Path) -> tuple[Pool, dict[str, Any]]:
    pool = Pool(tmp_path)
    pool.put(a_post("n-1", author={"id": "u-7"}, mentions=["@u-8"]))
    return pool, pool.json("pool", "show", "n-1")


def test_a_pool_without_users_tells_everything_to_its_one_reviewer(tmp_path: Path) -> None:
    pool, told = without_users(tmp_path)
    assert told.keys() == {"post", "state", "received_at", "decision", "review", "verdicts"}
    assert (told["post"]["author"]["id"], told["post"]["mentions"]) == ("u-7", ["@u-8"])
    assert pool.json("pool", "search", "--author", "u-7")["posts"][0]["post_id"] == "n-1"
    assert json.loads(pool.run("pool", "export").stdout)["post_id"] == "n-1"
    old = {"MODERATION_TOKEN": "of another pool"}
    assert pool.json("pool", "show", "n-1", **old) == told
    pool.run("pool", "dead-letters", **old)
    pool.run("pool", "export", **old)


def test_a_lease_is_told_without_what_it_takes_to_use_it(tmp_path: Path) -> None:
    pool, _ = without_users(tmp_path)
    _, held = pool.claim("en", "--reviewer", "ann")
    assert pool.json("pool", "show", "n-1")["review"]["lease"]["id"] == held[1]
    who = {"MODERATION_TOKEN": pool.run("users", "add", "ada", "--role", "admin").stdout.strip()}
    lease = pool.json("pool", "show", "n-1", **who)["review"]["lease"]
    assert (lease["id"], lease["reviewer"]) == ("", "ann")
