"""Reviewers at work, a process each: how long a claim and a decision take them."""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from moderation.bootstrap import open_office
from moderation.domain.review import ReviewItem, Verdict
from moderation.domain.reviewer import LEVELS, Reviewer
from moderation.pool.review.desk import Desk, Office
from moderation.settings import Settings
from moderation.storage.sql import SqlStore

_WARM_UP_S = 2.0
_UNLIMITED = 1_000_000_000


def _review(office: Office, name: str, at: str, seconds: float, think_s: float, seed: int) -> None:
    chance = np.random.default_rng(seed)
    desk = Desk(office, Reviewer(name, "reviewer", (at,), {at: "R3", "*": "R2"}), at)
    started = time.monotonic()
    while (elapsed := time.monotonic() - started) < seconds + _WARM_UP_S:
        before = time.monotonic()
        claimed = desk.claim()
        took = [time.monotonic() - before]
        for item in claimed:
            time.sleep(chance.exponential(think_s))
            before = time.monotonic()
            _decide(desk, item)
            took.append(time.monotonic() - before)
        if elapsed > _WARM_UP_S:
            sys.stdout.write(json.dumps(took) + "\n")
    sys.stdout.flush()


def _decide(desk: Desk, item: ReviewItem) -> None:
    native = desk.reviewer.level(item.language) == len(LEVELS) - 1
    if item.lease:
        desk.decide(item.id, item.lease, Verdict("limit", item.category, "read" if native else "gloss"))


def main(url: str, people: int, seconds: float, think_s: float) -> None:
    """Print, as a JSON line each, the seconds of every claim and of the decision after it."""
    with TemporaryDirectory() as home:
        office = open_office(Settings(home=Path(home)), SqlStore(url))
        # Nobody who takes no time to think would be left to work for long.
        office = replace(office, rules=replace(office.rules, load_limit=_UNLIMITED))
        crowd = [_start(office, n, seconds, think_s) for n in range(people)]
        failed = sum(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0 for pid in crowd)
    if failed:
        sys.exit(f"{failed} reviewers failed")


def _start(office: Office, n: int, seconds: float, think_s: float) -> int:
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        _review(office, f"rev-{n}", ("zh", "en")[n % 2], seconds, think_s, n)
        office.store.close()
        status = 0
    finally:
        os._exit(status)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]))
