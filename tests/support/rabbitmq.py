"""A real RabbitMQ for tests, where one is installed: a node of our own on free ports, without a cluster."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from pathlib import Path
from uuid import uuid4

import psutil
from kombu.connection import Connection

from tests.support.ports import free_port

_PLACES = ("/usr/lib/rabbitmq/bin", "/usr/local/sbin", "/opt/homebrew/sbin", "/usr/local/opt/rabbitmq/sbin")
_READY_S = 90


def rabbitmq_server() -> Path | None:
    """The server's own script: what a distribution puts on PATH may want to become another user first."""
    places = [Path(place) / "rabbitmq-server" for place in _PLACES]
    on_path = shutil.which("rabbitmq-server")
    return next((place for place in [*places, *([Path(on_path)] if on_path else [])] if place.exists()), None)


class RabbitServer:
    """One node; everything it keeps stands in ``folder``."""

    def __init__(self, binary: Path, folder: Path) -> None:
        self._binary = binary
        self._folder = folder
        self._port, self._node, self._names = (free_port() for _ in range(3))
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Of the virtual host that every node has."""
        return self.url_of("/")

    def url_of(self, virtual_host: str) -> str:
        """Of a virtual host, as the user that every node has."""
        return f"amqp://guest:guest@127.0.0.1:{self._port}/{virtual_host}"

    def new_host(self) -> str:
        """The URL of an empty virtual host: what killed processes held comes back to the host that they were on."""
        name = uuid4().hex
        for words in (["add_vhost", name], ["set_permissions", "-p", name, "guest", ".*", ".*", ".*"]):
            control = [self._binary.with_name("rabbitmqctl"), *words]
            subprocess.run(control, env=self._environment(), check=True, capture_output=True)
        return self.url_of(name)

    def start(self) -> None:
        """Start, on what is there after a stop, and wait until it answers."""
        with (self._folder / "out").open("ab") as out:
            self._server = subprocess.Popen([self._binary], env=self._environment(), stdout=out, stderr=out)
        deadline = time.monotonic() + _READY_S
        while not self._answers():
            if self._server.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"RabbitMQ does not start:\n{(self._folder / 'out').read_text()[-2000:]}")
            time.sleep(0.2)

    def stop(self) -> None:
        """End it with all its processes, the daemon of names included."""
        if self._server is None:
            return
        mine = psutil.Process(self._server.pid).children(recursive=True)
        self._server.terminate()
        self._server.wait(30)
        self._server = None
        names = [one for one in psutil.process_iter(["name", "environ"]) if one.info["name"] == "epmd"]
        own = [one for one in names if (one.info["environ"] or {}).get("ERL_EPMD_PORT") == str(self._names)]
        for process in psutil.wait_procs(mine, timeout=10)[1] + own:
            process.kill()

    def _environment(self) -> dict[str, str]:
        own = {
            "NODENAME": f"tests{self._port}@localhost",
            "NODE_IP_ADDRESS": "127.0.0.1",
            "NODE_PORT": self._port,
            "DIST_PORT": self._node,
            "MNESIA_BASE": self._folder / "mnesia",
            "LOG_BASE": self._folder / "log",
            "ENABLED_PLUGINS_FILE": self._folder / "plugins",
        }
        return {
            **os.environ,
            "HOME": str(self._folder),  # where Erlang keeps its cookie
            "ERL_EPMD_PORT": str(self._names),
            **{f"RABBITMQ_{name}": str(value) for name, value in own.items()},
        }

    def _answers(self) -> bool:
        try:
            with Connection(self.url) as connection:
                connection.connect()
        except OSError:
            return False
        return True
