"""A producer with Celery and redis but none of our code gets its posts in by the task ``moderation.submit``."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.support.site import Site, until

pytestmark = pytest.mark.slow

PRODUCER = """
import sys
from importlib.util import find_spec
from celery import Celery
assert not any(map(find_spec, ("moderation", "workers", "sqlalchemy", "orjson"))), "this is not a bare environment"
app = Celery(broker=sys.argv[1])
posts = [{"id": f"bare-{n}", "text": f"今天天气真好 {n}"} for n in range(10)]
app.send_task("moderation.submit", args=[[*posts, {"id": "bare-bad"}]], queue="intake", ignore_result=True)
"""


def closure(name: str, seen: dict[str, Distribution]) -> dict[str, Distribution]:
    """A distribution and all that it requires without extras."""
    if name not in seen:
        seen[name] = found = distribution(name)
        for requirement in map(Requirement, found.requires or ()):
            if requirement.marker is None or requirement.marker.evaluate({"extra": ""}):
                closure(requirement.name, seen)
    return seen


@pytest.fixture
def bare_python(tmp_path: Path) -> Path:
    """The Python of a virtual environment with copies of Celery, redis and what they need; no index is asked."""
    folder = tmp_path / "bare"
    venv.create(folder, with_pip=False)
    packages = next(folder.glob("lib/python*/site-packages"))
    for each in closure("packaging", closure("redis", closure("celery", {}))).values():
        for file in each.files or ():
            if ".." not in file.parts and file.suffix != ".pyc":
                target = packages / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(file.locate(), target)
    return folder / "bin" / Path(sys.executable).name


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    site = Site(tmp_path)
    yield site
    site.close()


def test_posts_of_a_foreign_producer_are_decided_and_its_bad_one_is_kept(site: Site, bare_python: Path) -> None:
    site.worker().ready()
    subprocess.run([bare_python, "-I", "-c", PRODUCER, site.url()], check=True)
    until(lambda: len(site.decided()) == 10)
    store = site.store()
    (letter,) = store.dead_letters(10)
    store.close()
    assert letter.reason == "text: is missing"
    assert "bare-bad" in letter.body
