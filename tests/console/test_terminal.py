"""The screen at a real terminal: what a post sends to it, and how it ends when somebody else ends it."""

from __future__ import annotations

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from moderation.pool.review.desk import Office
from tests.console.on_terminal import office_at
from tests.unit.pool.review.offices import put

ROOT = Path(__file__).parents[2]
HOSTILE = (
    "HEAD \x1b]52;c;ZXZpbA==\x07 \x1b[31mred \x1b]0;owned\x07 \x9b2J "
    "\u202eevil\u2066 \u200b \x08\x08 [red]free[/red] TAIL"
)

pytestmark = pytest.mark.slow


class Terminal:
    """A process at a terminal of its own, and all that it has written there."""

    def __init__(self, home: Path) -> None:
        self._end, theirs = pty.openpty()
        import fcntl
        import struct
        import termios

        fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 32, 100, 0, 0))
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.console.on_terminal", str(home)],
            stdin=theirs, stdout=theirs, stderr=theirs, cwd=ROOT, start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color", "COLORTERM": "truecolor"},
        )  # fmt: skip
        os.close(theirs)
        self.written = b""

    def until(self, wanted: bytes, seconds: float = 20.0) -> None:
        """Read until something was written."""
        over = time.monotonic() + seconds
        while wanted not in self.written:
            if time.monotonic() > over:
                raise AssertionError(f"{wanted!r} was never written: {self.written[-500:]!r}")
            self._read()

    def write(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._end, keys)

    def hang_up(self) -> None:
        """Close the terminal."""
        os.close(self._end)

    def ended(self) -> int:
        """Wait for the end of the process."""
        over = time.monotonic() + 20
        while self.process.poll() is None and time.monotonic() < over:
            self._read()
        return self.process.wait(1)

    def _read(self) -> None:
        try:
            if select.select([self._end], [], [], 0.1)[0]:
                self.written += os.read(self._end, 65_536)
        except OSError:  # closed, here or there
            time.sleep(0.05)


def pool_of(home: Path, *texts: str) -> Office:
    office = office_at(home)
    for n, text in enumerate(texts):
        put(office, f"p-{n}", post={"text": text}, matches=())
    return office


def leases(office: Office) -> list[str]:
    return [item.post_id for item in office.store.queue(None, 9, time.time()) if item.lease]


def test_nothing_of_a_post_acts_on_the_terminal(tmp_path: Path) -> None:
    pool_of(tmp_path, HOSTILE)
    terminal = Terminal(tmp_path)
    terminal.until(b"HEAD")
    terminal.until(b"release")
    terminal.write(b"y")
    terminal.until(b"copied")
    terminal.write(b"q")
    assert terminal.ended() == 0
    text = terminal.written.decode()
    # The only thing that ever goes to the clipboard is the item's id.
    assert re.findall(r"\x1b\]52;c;([^\x07\x1b]*)", text) == ["MQ=="]
    assert "owned" not in "".join(re.findall(r"\x1b\][^\x07\x1b]*", text))
    assert "[red]free[/red]" in text
    assert "<U+001B>" in text
    assert not set(text) & set("\u202e\u2066\u200b\x08\x9b")
    for escaped in re.finditer(r"\x1b.", text):
        assert escaped.group()[1] in "[]=>P()?_c78\\M", escaped


@pytest.mark.parametrize("ends", ["ctrl-c", "SIGTERM", "hang-up"])
def test_however_the_screen_ends_its_leases_go_back(ends: str, tmp_path: Path) -> None:
    office = pool_of(tmp_path, "one", "two", "three")
    terminal = Terminal(tmp_path)
    terminal.until(b"POST")
    over = time.monotonic() + 20
    while leases(office) != ["p-0", "p-1"] and time.monotonic() < over:
        terminal.until(b"POST")
        time.sleep(0.1)
    assert leases(office) == ["p-0", "p-1"]
    if ends == "ctrl-c":
        terminal.write(b"\x03")
    elif ends == "hang-up":
        terminal.hang_up()
        terminal.process.send_signal(signal.SIGHUP)  # what the kernel sends to whose controlling terminal it was
    else:
        terminal.process.send_signal(signal.Signals[ends])
    terminal.ended()
    assert leases(office) == []
