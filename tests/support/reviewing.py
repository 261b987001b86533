"""A pool with items that wait for review, and the commands of the desks on it."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from click.testing import CliRunner, Result

from moderation.cli import cli
from moderation.domain.decision import Action, Decision, ReviewNeed, Seen
from moderation.domain.errors import ModerationError
from moderation.domain.post import Post
from moderation.domain.signal import Campaign, Evidence
from moderation.storage.sql import SqlStore
from tests.support.builders import a_decision, a_match, a_post
from tests.support.site import RULE, RULE_TEST

READ = {"limit": "R1", "remove": "R2"}


def waiting(
    post: Post, desk: str = "en", *, priority: float = 1.0, category: str = "scam", language: str = "en",
    read: Mapping[str, str] = READ, campaign: Campaign | None = None,
) -> Decision:  # fmt: skip
    """A decision that a rule made, which waits for a person."""
    match = replace(a_match(f"{category}.test", category=category), seen=(Seen(Evidence.exact, ()),))
    need = ReviewNeed(desk=desk, priority=priority, lane="harm", due_in_s=3600, read=dict(read))
    return a_decision(post, Action.hold, need, language=language, matches=(match,), scores={}, campaign=campaign)


def write_rules(folder: Path) -> None:
    """The one rule of the end-to-end tests: the glossary reads little."""
    folder.mkdir()
    (folder / "contact.yaml").write_text(RULE.format(phrase="text me on"), encoding="utf-8")
    (folder / "contact.test.yaml").write_text(RULE_TEST.format(phrase="text me on"), encoding="utf-8")


@cache
def _empty() -> bytes:
    """An SQLite store without a row: to migrate one for each test takes longer than most tests do."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / "pool.sqlite3"
        store = SqlStore.at(file)
        store.status(0)
        store.close()
        return file.read_bytes()


@dataclass
class Pool:
    """One SQLite file, settings that make it quick, and who calls."""

    folder: Path
    environment: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        rules = self.folder / "rules"
        if not rules.exists():
            write_rules(rules)
            (self.folder / "pool.sqlite3").write_bytes(_empty())
        self.environment = {
            "MODERATION_HOME": str(self.folder / "home"),
            "MODERATION_STORE_URL": f"sqlite:///{self.folder}/pool.sqlite3",
            "MODERATION_RULES": str(rules),
            "MODERATION_MODELS__CLASSIFIERS": str(self.folder / "none"),  # scores stay unexplained
            **self.environment,
        }

    def store(self) -> SqlStore:
        return SqlStore.at(self.folder / "pool.sqlite3")

    def put(self, *posts: Post, **fields: Any) -> None:
        """Let posts wait at a desk."""
        self.commit([waiting(post, **fields) for post in posts], posts)

    def commit(self, decisions: Sequence[Decision], posts: Sequence[Post]) -> None:
        store = self.store()
        store.add_posts(posts, "unit", time.time())
        assert store.commit("unit", decisions, time.time()) == len(posts)
        store.close()

    def puts(self, number: int, **fields: Any) -> None:
        """Let ``p-0``, ``p-1`` … wait, the first of them first."""
        posts = [a_post(f"p-{n}", text=f"hello number {n}") for n in range(number)]
        self.commit([waiting(post, priority=float(number - n), **fields) for n, post in enumerate(posts)], posts)

    def run(self, *words: str, code: int = 0, stdin: str | None = None, **environment: str) -> Result:
        """A command, and the exit code that it must end with."""
        result = CliRunner().invoke(cli, words, input=stdin, env={**self.environment, **environment})
        error = result.exception
        got = error.exit_code if isinstance(error, ModerationError) else result.exit_code
        assert got == code, (got, result.output, error)
        return result

    def json(self, *words: str, code: int = 0, **environment: str) -> dict[str, Any]:
        """What a command says to scripts."""
        told: dict[str, Any] = json.loads(self.run(*words, "--json", code=code, **environment).stdout)
        return told

    def claim(self, desk: str = "en", *words: str, **environment: str) -> tuple[str, list[str]]:
        """Claim an item: its number, and the options that decide it."""
        told = self.json("review", "claim", "--desk", desk, *words, **environment)
        lease = told["lease"]
        return str(told["item"]["id"]), ["--lease", lease["id"], "--fence", str(lease["fence"]), "--desk", desk]

    def decide(
        self, action: str = "remove", desk: str = "en", *words: str, by: str = "ann", **environment: str
    ) -> dict[str, Any]:
        """Claim the next item and decide it."""
        item, held = self.claim(desk, "--reviewer", by, **environment)
        what = ["--action", action, "--category", "scam", "--basis", "read", "--reviewer", by]
        return self.json("review", "decide", item, *held, *what, *words, **environment)
