"""What the desks refuse, in Chinese where the caller asked for it: one refusal of each kind."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from moderation.cli import main
from tests.support.reviewing import Pool

Words = list[str]
HELD = ["--action", "remove", "--category", "scam", "--basis", "read"]


@pytest.fixture
def pool(tmp_path: Path) -> Pool:
    pool = Pool(tmp_path)
    pool.puts(2)
    return pool


def nothing_waits(pool: Pool) -> Words:
    pool.claim()
    pool.claim()  # both that there are: while desk en is closed, desk zh would be lent them
    return ["claim", "--desk", "zh"]


def no_lease(pool: Pool) -> Words:
    item, held = pool.claim()
    return ["decide", item, "--lease", "L-none", *held[2:4], *HELD]


def decided(pool: Pool) -> Words:
    item, held = pool.claim()
    pool.run("review", "decide", item, *held, *HELD)
    return ["decide", item, *held, *HELD]


def second(pool: Pool) -> Words:
    item, held = pool.claim("en", "--reviewer", "ann")
    pool.run("review", "second", item, *held[:4], "--action", "limit", "--category", "scam", "--reviewer", "ann")
    item, held = pool.claim("zh", "--reviewer", "bo")
    return ["decide", item, *held, *HELD, "--reviewer", "bo"]


def stale(pool: Pool) -> Words:
    item, held = pool.claim()
    return ["decide", item, *held, "--action", "remove", "--policy", "scam@2020-01-01", "--basis", "read"]


def unread(pool: Pool) -> Words:
    item, held = pool.claim()
    return ["decide", item, *held, "--action", "remove", "--category", "scam", "--basis", "pattern"]


def unknown(pool: Pool) -> Words:
    return ["show", "99"]


def overloaded(pool: Pool) -> Words:
    item, held = pool.claim()
    pool.run("review", "decide", item, *held, *HELD)
    return ["claim", "--desk", "en"]


REFUSED: list[tuple[Callable[[Pool], Words], int, str]] = [
    (unknown, 2, "没有 99 号条目；`moderation review queue` 列出待审条目"),
    (nothing_waits, 3, "zh 审核台没有待审条目"),
    (no_lease, 4, "号条目不由"),
    (decided, 5, "号条目已有判定；请领取下一条"),
    (second, 6, "你的判定与首次意见不同；由组长决定"),
    (stale, 7, "scam@2020-01-01 不是现行条款，现行的是 scam@"),
    (unread, 8, "依据 pattern 对你只相当于 R1。可以：放行、限流、请另一审核台复核、上报组长，或跳过"),
    (overloaded, 10, "，上限为 0；请停下来交班，或请运维调高 review.load_limit"),
]  # fmt: skip


@pytest.mark.parametrize(("prepare", "code", "expected"), REFUSED)
@pytest.mark.parametrize("by", ["--lang", "MODERATION_LANG"])
def test_a_refusal_is_said_in_the_language_of_the_command(
    pool: Pool, prepare: Callable[[Pool], Words], code: int, expected: str, by: str, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    words = prepare(pool)
    for name, value in pool.environment.items():
        monkeypatch.setenv(name, value)
    if prepare is overloaded:
        monkeypatch.setenv("MODERATION_REVIEW__LOAD_LIMIT", "0.01")
    if by == "--lang":
        words += ["--lang", "zh"]
    else:
        monkeypatch.setenv(by, "zh")
    monkeypatch.setattr(sys, "argv", ["moderation", "review", *words])
    with pytest.raises(SystemExit) as left:
        main()
    said = capsys.readouterr().err
    assert left.value.code == code, said
    assert expected in said
