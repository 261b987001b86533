"""Rounds of chaos on one store: ``python -m tests.chaos --rounds 50 --seed 7 --store postgresql``."""

from __future__ import annotations

import random
import secrets
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from tests.chaos.disturbances import DISTURBANCES, LONG_OUTAGE, UPGRADE, Disturbance, old_version
from tests.chaos.rig import Rig, Round
from tests.support.postgres import PostgresServer

ROUNDS_A_POOL = 10
"""Then its workers are stopped, and a new pool begins."""

_LINE = "{:>5}  {:<24}{:>10}{:>10}{:>9}{:>7}{:>10}{:>9}"


@click.command()
@click.option("--rounds", type=click.IntRange(1), default=50, show_default=True)
@click.option("--seed", type=int, help="To draw the same disturbances again [default: a new one].")
@click.option("--store", type=click.Choice(["sqlite", "postgresql"]), default="sqlite", show_default=True)
@click.option("--minutes", type=float, default=60, show_default=True, help="Begin no round after so long.")
@click.option("--only", help="Only disturbances whose name has this in it.", default="")
def main(rounds: int, seed: int | None, store: str, minutes: float, only: str) -> None:
    """Disturb a pool under load, round by round; exit 1 where anything was lost, repeated or out of order."""
    seed = secrets.randbelow(1 << 32) if seed is None else seed
    deadline = time.monotonic() + 60 * minutes
    click.echo(f"seed {seed}, {store}")
    click.echo(_LINE.format("round", "disturbance", "in flight", "accepted", "decided", "swept", "repeated", "seconds"))
    played: list[Round] = []
    for one in _rounds(random.Random(seed), rounds, store, only):
        played.append(one)
        _print(len(played), one)
        if time.monotonic() > deadline:
            break
    _summarise(played)
    if any(one.findings for one in played):
        click.echo(f"violations; to see them again: --seed {seed} --store {store}", err=True)
        sys.exit(1)


def _rounds(chance: random.Random, number: int, store: str, only: str) -> Iterator[Round]:
    """Every disturbance as often as every other, in any order; the long outage once.

    Each pool begins with workers of an old version, where the history has it, which are replaced in the first round.
    """
    deck: list[Disturbance] = []
    with _server(store) as server, tempfile.TemporaryDirectory(prefix="chaos-") as folder:
        old = old_version(Path(folder)) if only in UPGRADE.name else None
        for start in range(0, number, ROUNDS_A_POOL):
            with closing(Rig(Path(folder, str(start)), chance.randrange(1 << 32), server, old)) as rig:
                fitting = [one for one in DISTURBANCES if only in one.name and one.fits(rig)] or [UPGRADE]
                for n in range(start, min(start + ROUNDS_A_POOL, number)):
                    deck = deck or chance.sample(fitting, len(fitting))
                    if n == start and old is not None:
                        chosen = UPGRADE
                    elif n == number // 2 + 1 and only in LONG_OUTAGE.name:
                        chosen = LONG_OUTAGE
                    else:
                        chosen = deck.pop()
                    yield rig.play(chosen.name, chosen.strike)


@contextmanager
def _server(store: str) -> Iterator[PostgresServer | None]:
    if store == "sqlite":
        yield None
        return
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


def _print(number: int, one: Round) -> None:
    figures = (one.in_flight, one.accepted, one.decided, one.swept, one.repeated, f"{one.seconds:.1f}")
    click.echo(_LINE.format(number, one.disturbance, *figures))
    for finding in one.findings:
        click.echo(f"       VIOLATION {finding}")


def _summarise(played: list[Round]) -> None:
    by_name: dict[str, list[Round]] = defaultdict(list)
    for one in played:
        by_name[one.disturbance].append(one)
    click.echo()
    click.echo(_LINE.format("", "", "rounds", "accepted", "decided", "swept", "repeated", "slowest"))
    for name, rounds in [*sorted(by_name.items()), ("all", played)]:
        sums = [sum(getattr(one, field) for one in rounds) for field in ("accepted", "decided", "swept", "repeated")]
        click.echo(_LINE.format("", name, len(rounds), *sums, f"{max(one.seconds for one in rounds):.1f}"))
    click.echo(f"violations: {sum(len(one.findings) for one in played)}")


if __name__ == "__main__":
    main()
