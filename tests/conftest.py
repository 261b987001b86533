"""Fixtures for every test: where the data stand, and settings that touch nothing outside a temporary folder."""

from __future__ import annotations

import importlib.util
import os
import signal
import threading
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.support.postgres"] if importlib.util.find_spec("tests.support.postgres") else []

ROOT = Path(__file__).parent.parent

# Where the tests run in the background of a shell, Ctrl-C is ignored by them and by every process that they start, and
# the stories about Ctrl-C could not be told.
if threading.current_thread() is threading.main_thread():
    signal.signal(signal.SIGINT, signal.default_int_handler)

_HOMES = count()  # not in the test's own folder, which is made for those tests alone that ask for one

settings.register_profile("quick", max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("thorough", max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))


@pytest.fixture(scope="session")
def data_dir() -> Path:
    """The labelled posts beside the repository; tests that need them skip where they are absent."""
    folder = ROOT.parent / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the labelled posts are not beside the repository (shared/data)")
    return folder


@pytest.fixture(autouse=True)
def _own_environment(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads or writes the pool of the person who runs it."""
    for name in [name for name in os.environ if name.startswith("MODERATION_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("MODERATION_HOME", str(tmp_path_factory.getbasetemp() / f"home-{next(_HOMES)}"))
