"""A pool of its own for end-to-end tests: a home, a small rule folder, real commands, a check of what they leave."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psutil
from pydantic import SecretStr

from moderation.bootstrap import open_store
from moderation.domain.ports import Store
from moderation.settings import Settings, WorkerSettings, load_settings

RULE = """
id: ad_diversion.contact
title: {{en: Contact elsewhere, zh: 站外联系}}
category: ad_diversion
status: enforce
owner: tests
severity: medium
detect:
  invite: {{words: {{zh: [加我微信], en: [{phrase}]}}}}
condition: invite
action: {{do: hold, desk: auto}}
explain:
  en: 'Asks readers to move elsewhere: {{match.invite}}'
  zh: '引导用户到站外联系：{{match.invite}}'
"""
RULE_TEST = """
- {{match: "{phrase} the other app", lang: en}}
- {{ok: "nice weather today", lang: en}}
- {{match: "加我微信聊", lang: zh}}
- {{ok: "今天天气真好", lang: zh}}
"""
TEXTS = (
    "nice weather for a walk today",
    "今天天气真好，大家都出去走走",
    "text me on the other app, friends",
    "加我微信聊聊天吧",
    "quel beau temps aujourd'hui, mes amis",
    "これはとてもいい本です",
)


def some_posts(number: int, prefix: str = "p") -> list[dict[str, Any]]:
    """Different posts in several languages; two in six break the rule."""
    return [{"id": f"{prefix}-{n}", "text": f"{TEXTS[n % len(TEXTS)]} {n}"} for n in range(number)]


def until(what: Callable[[], Any], seconds: float = 60) -> Any:
    """Wait for something to become true, and return it."""
    deadline = time.monotonic() + seconds
    while not (result := what()):
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.05)
    return result


class Worker:
    """A worker process and what it says."""

    def __init__(self, command: list[str], environment: dict[str, str], log: Path, folder: Path | None = None) -> None:
        self.log = log
        with log.open("wb") as sink:
            self.process = subprocess.Popen(command, env=environment, stdout=sink, stderr=sink, cwd=folder)

    def said(self) -> str:
        return self.log.read_text(encoding="utf-8")

    def ready(self) -> Worker:
        until(lambda: " ready queues=" in self.said() or self.process.poll() is not None)
        assert self.process.poll() is None, self.said()
        return self

    def children(self) -> list[int]:
        return [child.pid for child in psutil.Process(self.process.pid).children() if "redis" not in child.name()]

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def ended(self, seconds: float = 120) -> int:
        code = self.process.wait(seconds)
        assert "Traceback (most recent" not in self.said()
        return code


class Site:
    """Everything under one folder."""

    def __init__(self, folder: Path, **variables: str) -> None:
        self.folder = folder
        self.home = folder / "home"
        self.rules = folder / "rules"
        self.write_rule()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith("MODERATION_")},
            "MODERATION_HOME": str(self.home),
            "MODERATION_RULES": str(self.rules),
            "MODERATION_WORKERS__VISIBILITY_TIMEOUT_S": "3",
            "MODERATION_WORKERS__SWEEP_EVERY_S": "1",
            "MODERATION_WORKERS__STALE_AFTER_S": "20",
            "MODERATION_WORKERS__BATCH": "32",
            "MODERATION_LANGUAGE__DOUBTFUL": "none",  # lingua takes seconds at each start; test_languages.py has it
            **variables,
        }
        self.workers: list[Worker] = []

    def write_rule(self, phrase: str = "text me on") -> None:
        folder = self.rules / "common"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "contact.test.yaml").write_text(RULE_TEST.format(phrase=phrase), encoding="utf-8")
        (folder / "contact.yaml").write_text(RULE.format(phrase=phrase), encoding="utf-8")

    def break_rule(self) -> None:
        (self.rules / "common" / "contact.yaml").write_text("id: broken\nstatus: nonsense\n", encoding="utf-8")

    def settings(self) -> Settings:
        """The settings of the commands, whatever the environment of the test says."""
        names = ("store_url", "redis_url", "broker_url")
        named = {name: self.environment.get(f"MODERATION_{name.upper()}") for name in names}
        secrets = {name: SecretStr(value) if value else None for name, value in named.items()}
        workers = WorkerSettings(batch=32, high_water=1_000_000)
        return load_settings(home=self.home, rules=self.rules, workers=workers, **secrets)

    def store(self) -> Store:
        return open_store(self.settings())

    def worker(
        self,
        *options: str,
        module: str = "moderation",
        command: tuple[str, ...] = ("worker",),
        folder: Path | None = None,
    ) -> Worker:
        """Start one; ``folder``: where its code stands, ours if None."""
        log = self.folder / f"worker-{len(self.workers)}.log"
        words = [sys.executable, "-m", module, *command, *options]
        self.workers.append(Worker(words, self.environment, log, folder))
        return self.workers[-1]

    def run(
        self, *words: str, stdin: str = "", timeout: float = 60, folder: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a command to its end; ``folder`` as for :meth:`worker`."""
        return subprocess.run(
            [sys.executable, "-m", "moderation", *words],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
            cwd=folder,
        )

    def submit(self, posts: Iterable[Any], folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        lines = "".join(json.dumps(post, ensure_ascii=False) + "\n" for post in posts)
        done = self.run("submit", "-", stdin=lines, folder=folder)
        assert done.returncode == 0, done.stderr
        return done

    def decided(self) -> dict[str, dict[str, Any]]:
        """Decisions by post; fails where a revision has two."""
        store = self.store()
        try:
            decisions = [dict(decision) for decision in store.export()]
        finally:
            store.close()
        keys = {(decision["post_id"], decision["revision"]) for decision in decisions}
        assert len(keys) == len(decisions)
        return {decision["post_id"]: decision for decision in decisions}

    def done(self) -> bool:
        """Whether nothing is pending or unpublished."""
        store = self.store()
        try:
            return not store.count_pending() and not store.unpublished(1)
        finally:
            store.close()

    def url(self) -> str:
        """The URL of the embedded Redis."""
        return (self.home / "redis" / "url").read_text()

    def redis_servers(self) -> list[psutil.Process]:
        return [
            process
            for process in psutil.process_iter(["name", "cwd"])
            if process.info["cwd"] == str(self.home / "redis") and "redis" in process.info["name"]
        ]

    def close(self) -> None:
        """End what still runs, then fail if it was more than the workers that a test left running on purpose."""
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.stop()
        left = until_gone(self.home)
        for process in left:
            process.kill()
        assert not left, [process.info for process in left]
        for worker in self.workers:
            assert not re.search(r"(?i)weather|微信|天气|temps", worker.said()), "text of a post in the log"


def until_gone(home: Path, seconds: float = 5) -> list[psutil.Process]:
    """Processes of a home that do not end by themselves."""
    deadline = time.monotonic() + seconds
    while (left := _of(home)) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


def _of(home: Path) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["pid", "name", "environ", "cwd", "status"])
        if process.pid != os.getpid()
        and process.info["status"] != psutil.STATUS_ZOMBIE
        and (
            (process.info["environ"] or {}).get("MODERATION_HOME") == str(home)
            or process.info["cwd"] == str(home / "redis")
        )
    ]
