"""`moderation users`, and what each role may do with its token; `audit verify`."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from tests.support.reviewing import Pool

pytestmark = pytest.mark.slow  # each opens a store and an office several times


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    return Pool(tmp_path)


def added(pool: Pool, name: str, *words: str, **who: str) -> dict[str, str]:
    """Add somebody; the variable that makes them call."""
    return {"MODERATION_TOKEN": pool.run("users", "add", name, *words, **who).stdout.strip()}


@pytest.fixture
def admin(pool: Pool) -> dict[str, str]:
    return added(pool, "ada", "--role", "admin", "--reads", "*=R3")


def test_while_nobody_is_added_one_local_reviewer_does_everything(pool: Pool) -> None:
    pool.puts(1)
    assert pool.decide("remove", by="whoever")["reviewer"] == "whoever"
    assert pool.json("users", "list")["users"] == []


def test_the_first_user_must_be_an_admin(pool: Pool) -> None:
    assert "--role admin" in str(pool.run("users", "add", "wei", code=2).exception)
    pool.run("users", "add", "wei", "--role", "admin")


def test_the_token_is_said_once_on_stdout_and_kept_as_a_hash(pool: Pool) -> None:
    result = pool.run("users", "add", "ada", "--role", "admin")
    token = result.stdout.strip()
    _, secret = token.split(".")
    assert token not in result.stderr
    assert secret.encode() not in (pool.folder / "pool.sqlite3").read_bytes()
    assert b"$argon2id$" in (pool.folder / "pool.sqlite3").read_bytes() + b"".join(
        file.read_bytes() for file in pool.folder.glob("pool.sqlite3-*")
    )


def test_once_somebody_is_added_nobody_works_without_a_token(pool: Pool, admin: dict[str, str]) -> None:
    pool.puts(1)
    for words in (["queue"], ["claim"], ["show", "1"], ["stats", "live"]):
        result = pool.run("review", *words, code=8)
        assert "--token-file" in str(result.exception)
    pool.run("review", "queue", code=8, MODERATION_TOKEN="ada.wrong")
    pool.run("review", "queue", "--reviewer", "bo", code=8, **admin)
    pool.run("review", "queue", **admin)


def test_a_token_may_come_from_a_file(pool: Pool, admin: dict[str, str]) -> None:
    file = pool.folder / "ada.token"
    file.write_text(admin["MODERATION_TOKEN"] + "\n", encoding="utf-8")
    assert pool.json("users", "list", "--token-file", str(file))["users"][0]["name"] == "ada"
    pool.run("users", "list", "--token-file", str(file) + "x", code=2)


MAY = [
    # role, and the commands that end well; the others are exit 8
    ("reader", {"queue", "stats", "search"}),
    ("reviewer", {"queue", "stats", "search", "claim"}),
    ("lead", {"queue", "stats", "search", "claim", "lead", "list", "kappa"}),
    ("auditor", {"stats", "search", "export", "kappa", "verify"}),
    ("admin", {"queue", "stats", "search", "claim", "lead", "list", "kappa", "export", "verify", "add"}),
]
DEEDS = {
    "queue": ("review", "queue"),
    "stats": ("review", "stats", "history"),
    "search": ("pool", "search"),
    "claim": ("review", "claim", "--desk", "en", "-n", "1"),
    "lead": ("review", "claim", "--desk", "en", "--lane", "lead"),
    "list": ("users", "list"),
    "kappa": ("review", "qa", "kappa"),
    "export": ("review", "export", "transparency"),
    "verify": ("audit", "verify"),
    "add": ("users", "add", "cy"),
}


@pytest.mark.parametrize(("role", "may"), MAY)
def test_each_role_does_what_it_may(pool: Pool, admin: dict[str, str], role: str, may: set[str]) -> None:
    pool.puts(2)
    held = pool.claim("en", **admin)
    pool.run("review", "escalate", held[0], *held[1], **admin)
    who = added(pool, "bo", "--role", role, "--reads", "*=R3", **admin)
    for name, words in DEEDS.items():
        pool.run(*words, code=0 if name in may else 8, **who)


def test_reading_and_desks_bind_who_has_a_token(pool: Pool, admin: dict[str, str]) -> None:
    pool.puts(1)
    who = added(pool, "bo", "--desk", "en", "--reads", "en=R1", **admin)
    pool.run("review", "claim", "--desk", "zh", code=8, **who)
    item, held = pool.claim("en", **who)
    remove = ("--action", "remove", "--category", "scam")
    refused = pool.run("review", "decide", item, *held, *remove, "--basis", "gloss", code=8, **who)
    assert "R2" in str(refused.exception)
    assert "limit" in str(refused.exception)
    limit = ("--action", "limit", "--category", "scam", "--basis", "pattern")
    assert pool.json("review", "decide", item, *held, *limit, **who)["reviewer"] == "bo"


def test_only_a_lead_undoes_what_somebody_else_decided(pool: Pool, admin: dict[str, str]) -> None:
    pool.puts(1)
    ann, bo = (added(pool, name, "--reads", "*=R3", **admin) for name in ("ann", "bo"))
    item, held = pool.claim("en", **ann)
    words = ("--action", "allow", "--basis", "read")
    pool.run("review", "decide", item, *held, *words, **ann)
    pool.run("review", "undo", "D-1", code=8, **bo)
    pool.run("review", "undo", "D-1", **admin)


def test_a_revoked_token_ends_and_its_verdicts_stay(pool: Pool, admin: dict[str, str]) -> None:
    who = added(pool, "bo", **admin)
    pool.run("review", "queue", **who)
    pool.run("users", "revoke", "bo", **admin)
    pool.run("review", "queue", code=8, **who)
    pool.run("users", "revoke", "bo", code=2, **admin)


def test_a_new_token_ends_the_old_one(pool: Pool, admin: dict[str, str]) -> None:
    old = added(pool, "bo", "--reads", "zh=R3", **admin)
    new = added(pool, "bo", "--role", "lead", "--reads", "zh=R3,*=R1", **admin)
    pool.run("review", "queue", code=8, **old)
    rows = {row["name"]: row for row in pool.json("users", "list", **new)["users"]}
    assert rows["bo"] == {"name": "bo", "role": "lead", "desks": ["zh", "en"], "reads": {"zh": "R3", "*": "R1"}}


def test_the_last_admin_stays_while_others_are_there(pool: Pool, admin: dict[str, str]) -> None:
    added(pool, "bo", **admin)
    pool.run("users", "revoke", "ada", code=2, **admin)
    pool.run("users", "add", "ada", "--role", "lead", code=2, **admin)
    pool.run("users", "revoke", "bo", **admin)
    pool.run("users", "revoke", "ada", **admin)
    pool.run("review", "queue")


BAD = [("--reads", "zh=R4"), ("--reads", "zh"), ("--reads", "zh=R1,zh=R2"), ("--desk", "fr"), ("--role", "king")]


@pytest.mark.parametrize("words", BAD)
def test_what_cannot_be_meant_is_exit_2(pool: Pool, words: tuple[str, str]) -> None:
    pool.run("users", "add", "ada", "--role", "admin", *words, code=2)


@pytest.mark.parametrize("name", ["", " ", "shift:S1", "a\nb", "a\x1b", "x" * 65])
def test_a_name_can_be_printed_and_is_no_shift(pool: Pool, name: str) -> None:
    pool.run("users", "add", name, "--role", "admin", code=2)


def test_an_audit_log_is_whole_until_somebody_edits_a_verdict(pool: Pool) -> None:
    pool.puts(1)
    pool.decide("remove")
    assert pool.json("audit", "verify") == {"v": 1, "ok": True, "findings": [], "more": False}
    with sqlite3.connect(pool.folder / "pool.sqlite3") as connection:
        connection.execute("UPDATE verdicts SET body = replace(body, 'remove', 'allow')")
    connection.close()
    told = pool.json("audit", "verify", code=1)
    assert told["ok"] is False
    assert "verdict records were edited" in told["findings"][0]
    assert "verdict records were edited" in pool.run("audit", "verify", "--lang", "zh", code=1).stdout


def test_a_wrong_token_is_refused_and_not_repeated(pool: Pool) -> None:
    pool.run("users", "add", "ada", "--role", "admin")
    result = pool.run("review", "queue", "--json", code=8, MODERATION_TOKEN="ada.a-secret")
    assert result.stdout == ""
    assert "a-secret" not in str(result.exception)


def test_a_hint_names_whom_it_means_so_that_a_shell_reads_it(pool: Pool) -> None:
    token = added(pool, "root admin", "--role", "admin")
    added(pool, "bo", "--role", "reader", **token)
    result = pool.run("users", "revoke", "root admin", code=2, **token)
    assert "`moderation users add 'root admin' --role admin`" in str(result.exception)
