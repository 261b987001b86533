"""Reviewers at work, a process each: how long a claim and a decision take them."""

from __future__ import annotations

import json
import os
import sys
import time

import numpy as np

from moderation.domain.review import Ask, Verdict
from moderation.domain.reviewer import Reviewer
from moderation.storage.sql import SqlStore

_WARM_UP_S = 2.0
HOLD_S = 20.0


def _review(url: str, name: str, desk: str, seconds: float, think_s: float, seed: int) -> None:
    chance = np.random.default_rng(seed)
    store = SqlStore(url)
    reads = {desk: "R3", "*": "R2"}
    ask = Ask(Reviewer(name, "reviewer", (desk,), reads), desk, ("life", "due", "cost"), loan_over=100.0)
    started = time.monotonic()
    while (elapsed := time.monotonic() - started) < seconds + _WARM_UP_S:
        before = time.monotonic()
        claimed = store.claim(ask, 1, time.time())
        took = [time.monotonic() - before]
        for number, lease in [(item.id, item.lease) for item in claimed if item.lease]:
            time.sleep(chance.exponential(think_s))
            before = time.monotonic()
            store.decide(number, lease, Verdict("remove", "scam", "read"), time.time(), hold_s=HOLD_S, load=3.0)
            took.append(time.monotonic() - before)
        if elapsed > _WARM_UP_S:
            sys.stdout.write(json.dumps(took) + "\n")
    sys.stdout.flush()
    store.close()


def main(url: str, people: int, seconds: float, think_s: float) -> None:
    """Print, as a JSON line each, the seconds of every claim and of the decision after it."""
    crowd = []
    for n in range(people):
        pid = os.fork()
        if not pid:
            status = 1
            try:
                _review(url, f"rev-{n}", ("zh", "en")[n % 2], seconds, think_s, n)
                status = 0
            finally:
                os._exit(status)
        crowd.append(pid)
    failed = sum(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) != 0 for pid in crowd)
    if failed:
        sys.exit(f"{failed} reviewers failed")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]))
