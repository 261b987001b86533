"""One round of everything that goes wrong; ``make chaos`` plays a hundred. See tests/chaos."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.chaos.disturbances import DISTURBANCES, UPGRADE, Disturbance, old_version
from tests.chaos.rig import Rig, Round
from tests.support.postgres import PostgresServer

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

SEED = 7
ROUNDS = {one.name: one for one in DISTURBANCES}
FULL, QUOTA = ROUNDS["disk full"], ROUNDS["store's quota spent"]  # the second where no disk may be mounted
ELSEWHERE = (
    QUOTA.name,
    "stop a worker",  # the upgrade does
    "kill a worker's parent",
    "kill PostgreSQL",
    "slow store",
    "messages reordered",
    "several sweepers",
    "poison",  # test_workers has this one, and the next two
    "kill a whole worker",
    "kill Redis",
)
"""What is played by ``make chaos`` alone, or by another test here."""
SHORT = [one for one in DISTURBANCES if one.name not in ELSEWHERE]


@pytest.fixture(scope="module")
def rig(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Rig]:
    """One pool for all rounds: each checks all that was ever accepted."""
    folder = tmp_path_factory.mktemp("chaos")
    with closing(Rig(folder, SEED, old=old_version(folder))) as rig:
        yield rig


def _is_whole(played: Round) -> None:
    print(played)
    assert played.findings == []
    assert played.decided > 0


def test_workers_of_an_old_version_beside_new_ones_lose_nothing(rig: Rig) -> None:
    if not UPGRADE.fits(rig):
        pytest.skip("the history of the repository is not here, as in a source archive")
    _is_whole(rig.play(UPGRADE.name, UPGRADE.strike))


@pytest.mark.parametrize("disturbance", SHORT, ids=lambda one: one.name)
def test_every_post_is_decided_once_and_published_in_order_whatever_goes_wrong(
    rig: Rig, disturbance: Disturbance
) -> None:
    if disturbance is FULL and rig.disk is None:
        disturbance = QUOTA
    _is_whole(rig.play(disturbance.name, disturbance.strike))


def test_a_postgresql_that_is_killed_under_load_loses_nothing(tmp_path: Path) -> None:
    server = PostgresServer()
    server.start()
    try:
        with closing(Rig(tmp_path / "chaos", SEED, server)) as rig:
            _is_whole(rig.play("kill PostgreSQL", ROUNDS["kill PostgreSQL"].strike))
    finally:
        server.remove()
