"""A crowd of reviewers, a process each, some of which are killed: ``python -m tests.support.crowd URL PEOPLE CRASHES``.

Prints, as a JSON line each, what a reviewer was told that they had decided. Ends when nothing waits any more.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time

from moderation.domain.errors import AlreadyDecided, LeaseLost
from moderation.domain.review import Ask, ReviewItem, Verdict
from moderation.domain.reviewer import Reviewer
from moderation.storage.sql import SqlStore

TTL_S = 1.0
"""Short, so that what a killed reviewer held comes back while the test waits."""

HOLD_S = 0.2
_IDLE_S = 0.2


def review(url: str, name: str, chance: random.Random) -> None:
    """Claim and decide until nothing is open; now and then skip, give back, undo, or come too late."""
    store = SqlStore(url)
    ask = Ask(Reviewer(name), chance.choice(["zh", "en"]), ttl_s={"*": TTL_S})
    while store.queue(None, 1, time.time()):
        for item in store.claim(ask, chance.choice([1, 1, 3]), time.time()):
            try:
                _deal_with(store, item, name, chance)
            except (LeaseLost, AlreadyDecided):
                continue  # too late: somebody else has it, or had it
        store.settle(time.time())
        time.sleep(chance.random() * _IDLE_S)
    store.close()


def _deal_with(store: SqlStore, item: ReviewItem, name: str, chance: random.Random) -> None:
    assert item.lease is not None
    drawn = chance.random()
    if drawn < 0.1:
        store.release(item.id, item.lease, time.time())
        return
    if drawn < 0.13:
        time.sleep(TTL_S * 1.1)  # fell asleep over it
    action = chance.choice(["allow", "limit", "remove"])
    verdict = Verdict(action, None if action == "allow" else "scam", "read")
    (recorded,) = store.decide(item.id, item.lease, verdict, time.time(), hold_s=HOLD_S)
    if drawn > 0.95:
        undone = store.undo(recorded.id, name, "a mistake", time.time(), TTL_S)
        sys.stdout.write(json.dumps({"undone": recorded.id, "by": undone.id}) + "\n")
    else:
        sys.stdout.write(json.dumps({"item": item.id, "verdict": recorded.id, "by": name}) + "\n")
    sys.stdout.flush()


def main(url: str, people: int, crashes: int) -> None:
    """Start the crowd and kill ``crashes`` of it, one after another, wherever each happens to be."""
    chance = random.Random(7)
    crowd: dict[int, str] = {}
    for n in range(people):
        _start(crowd, url, f"rev-{n}", n)
    for n in range(crashes):
        time.sleep(0.05 + chance.random() * 0.1)
        victim = chance.choice(list(crowd))
        os.kill(victim, signal.SIGKILL)
        os.waitpid(victim, 0)
        _start(crowd, url, crowd.pop(victim), people + n)
    failed = [name for pid, name in crowd.items() if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])]
    if failed:
        sys.exit(f"reviewers that failed: {failed}")


def _start(crowd: dict[int, str], url: str, name: str, seed: int) -> None:
    pid = os.fork()
    if pid:
        crowd[pid] = name
        return
    try:
        review(url, name, random.Random(seed))
    except BaseException:  # noqa: BLE001 - a child must not go on as its parent; what failed is seen by its exit
        import traceback

        traceback.print_exc()
        os._exit(1)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
