"""The commands of the desks as processes of their own: what goes to stdout, what to stderr, and who gets an item."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from tests.support.ports import free_port
from tests.support.reviewing import Pool

pytestmark = pytest.mark.slow


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    pool = Pool(tmp_path)
    pool.puts(2)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MODERATION_")}
    pool.environment = {**clean, **pool.environment}
    return pool


def started(pool: Pool, *words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "moderation", *words], env=pool.environment, text=True,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    out, err = process.communicate(timeout=60)
    assert "Traceback" not in err
    return process.returncode, out, err


def test_three_who_claim_at_once_get_two_items_and_one_empty_queue(pool: Pool) -> None:
    words = ("review", "claim", "--desk", "en", "--with", "why", "--json", "--reviewer")
    ends = [ended(each) for each in [started(pool, *words, f"rev-{n}") for n in range(3)]]
    assert sorted(code for code, _, _ in ends) == [0, 0, 3]
    assert sorted(json.loads(out)["item"]["id"] for code, out, _ in ends if code == 0) == [1, 2]
    ((_, out, err),) = [end for end in ends if end[0] == 3]
    assert out == ""
    assert err == "moderation: nothing waits at desk en\n"


def test_two_who_decide_at_once_make_one_verdict_and_the_other_reads_by_whom(pool: Pool) -> None:
    item, held = pool.claim("en", "--with", "why", "--reviewer", "ann")
    words = ("review", "decide", item, *held, "--action", "limit", "--category", "scam", "--basis", "read", "--json")
    ends = sorted(ended(each) for each in [started(pool, *words, "--reviewer", "ann") for _ in range(2)])
    assert [code for code, _, _ in ends] == [0, 5]
    assert json.loads(ends[1][1])["by"] == "ann"
    assert ends[1][2].startswith("moderation: item 1 ")
    assert len(pool.json("pool", "show", "p-0")["verdicts"]) == 1


def test_the_screen_in_a_browser_says_where_it_is_and_keeps_the_token_off_the_command_line(pool: Pool) -> None:
    token = pool.run("users", "add", "ada", "--role", "admin").stdout.strip()
    pool.environment["MODERATION_TOKEN"] = token
    port = free_port()
    server = started(pool, "review", "--web", "--port", str(port), "--desk", "en")
    try:
        assert server.stdout is not None
        assert server.stdout.readline().startswith(f"http://127.0.0.1:{port}/?token=")
        mine = psutil.Process(server.pid)
        assert token not in " ".join(word for each in (mine, *mine.children(recursive=True)) for word in each.cmdline())
    finally:
        server.terminate()
        server.communicate(timeout=30)
