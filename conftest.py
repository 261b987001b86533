"""Runs what the documents say: shell blocks of the README in one folder, and the examples in docstrings."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from sybil import Example, Sybil
from sybil.parsers.markdown import CodeBlockParser, PythonCodeBlockParser
from sybil.parsers.rest import DocTestParser

ROOT = Path(__file__).parent


def _run(example: Example) -> None:
    """Run a block as a user would: in bash, in a folder of its own, with the commands on the path."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MODERATION_")}
    environment["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", str(example.parsed)],
        cwd=example.namespace["folder"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise AssertionError(f"exit code {done.returncode}\n{done.stdout}\n{done.stderr}")


def _enter(namespace: dict[str, object]) -> None:
    folder = tempfile.TemporaryDirectory(prefix="readme-")
    namespace["keep"], namespace["folder"], namespace["before"] = folder, folder.name, Path.cwd()
    Path(folder.name, "rules").symlink_to(ROOT / "rules")  # as in a clone
    os.chdir(folder.name)


def _leave(namespace: dict[str, object]) -> None:
    os.chdir(str(namespace["before"]))
    namespace["keep"].cleanup()  # type: ignore[attr-defined]


pytest_collect_file = (
    Sybil(
        parsers=[CodeBlockParser(language="sh", evaluator=_run), PythonCodeBlockParser()],
        patterns=["README.md"],
        setup=_enter,
        teardown=_leave,
    )
    + Sybil(parsers=[DocTestParser()], patterns=["*.py"], path=str(ROOT / "moderation"))
).pytest()
