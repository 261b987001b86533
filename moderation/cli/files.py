"""How commands open files and show progress: data on stdout, everything else on stderr."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from moderation.domain.errors import UsageError


@contextmanager
def open_input(name: str, kind: str = "a JSON Lines file") -> Iterator[BufferedReader]:
    """Open a file for reading, or standard input for ``-``; ``kind`` is what the message of an error asks for."""
    if name == "-":
        if sys.stdin is None:
            raise UsageError(
                f"-: standard input is closed; give {kind}, or something to read",
                zh="-：标准输入已关闭；请给出文件，或从标准输入传入内容",
            )
        yield sys.stdin.buffer  # type: ignore[misc]  # a BufferedReader whenever there is a real stdin
        return
    try:
        stream = Path(name).open("rb")  # noqa: SIM115 - only opening may fail with this message
    except OSError as error:
        raise UsageError(f"{name}: cannot be read ({error.strerror}); give {kind}, or - for stdin") from None
    with stream:
        yield stream


@contextmanager
def open_output(name: str) -> Iterator[BinaryIO]:
    """Open a file for writing, or standard output for ``-``."""
    if name == "-":
        yield sys.stdout.buffer
        return
    try:
        stream = Path(name).open("wb")  # noqa: SIM115 - as above
    except OSError as error:
        raise UsageError(f"{name}: cannot be written ({error.strerror})") from None
    with stream:
        yield stream


@contextmanager
def progress(what: str, total: int | None = None) -> Iterator[Callable[[int], None]]:
    """A progress bar on stderr where that is a terminal; yields what to call with each count done."""
    if not sys.stderr.isatty():
        yield lambda _done: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.advance(task, done)
