"""Who calls a command of the desks, and what an error leaves for scripts."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from moderation.cli import options
from moderation.cli.display import print_json
from moderation.domain.errors import AlreadyDecided, UsageError

if TYPE_CHECKING:
    from moderation.cli.decided import Retelling
    from moderation.domain.ports import Store
    from moderation.domain.review import ReviewItem
    from moderation.domain.reviewer import Reviewer
    from moderation.pool.review.desk import Desk, Office
    from moderation.settings import Settings


@dataclass(frozen=True)
class Call:
    """One call of a command: its settings file, its language, who calls."""

    config: Path | None
    as_json: bool
    lang: str
    token: str | None
    reviewer: str | None

    @cached_property
    def settings(self) -> Settings:
        """The settings of the call; what reads and checks them is imported no sooner, for ``--help`` needs none."""
        from moderation.settings import load_settings

        return load_settings(self.config)

    @contextmanager
    def store(self) -> Iterator[tuple[Store, Reviewer]]:
        """The pool, and who calls; closed afterwards."""
        from moderation.bootstrap import open_store
        from moderation.pool.review.access import identify

        store = open_store(self.settings)
        try:
            yield store, identify(store, self.token, self.reviewer)
        finally:
            store.close()

    @contextmanager
    def pool(self, deed: str) -> Iterator[tuple[Store, Reviewer | None]]:
        """The pool for who may do a deed; for nobody in particular (None) while it has no users."""
        from moderation.bootstrap import open_store
        from moderation.pool.review.access import identify, permit

        store = open_store(self.settings)
        try:
            who = identify(store, self.token, self.reviewer) if store.reviewers() else None
            if who:
                permit(who, deed)
            yield store, who
        finally:
            store.close()

    @contextmanager
    def office(self) -> Iterator[tuple[Office, Reviewer]]:
        """What the desks share, with what is due settled, and who calls; closed afterwards."""
        from moderation.bootstrap import open_office

        with self.store() as (store, who):
            office = open_office(self.settings, store)
            store.settle(office.clock())
            yield office, who

    @contextmanager
    def desk(self, name: str | None) -> Iterator[Desk]:
        """The caller at a desk, at their first where they name none."""
        from moderation.pool.review.desk import Desk

        with self.office() as (office, who):
            yield Desk(office, who, name or who.desks[0])

    @contextmanager
    def at(self, item_id: int, name: str | None) -> Iterator[Desk]:
        """The caller at the desk of an item, or at that which they name.

        Where somebody has decided the item before, scripts read on stdout who did and what.
        """
        from moderation.pool.review.desk import Desk

        with self.office() as (office, who):
            item = office.store.item(item_id, office.clock())
            own = item.desk if item.desk in who.desks else who.desks[0]
            with self.naming(office, item):
                yield Desk(office, who, name or own)

    @contextmanager
    def naming(self, office: Office, item: ReviewItem) -> Iterator[None]:
        """Let scripts read who has decided an item, where somebody has."""
        from moderation.cli.review.rendering import already_json

        try:
            yield
        except AlreadyDecided:
            if self.as_json:
                print_json(already_json(item.id, office.store.of_post(item.post_id, item.revision)))
            raise

    def retelling(self) -> Retelling:
        """What weighed in scores, told by the models of the settings."""
        from moderation.cli.decided import Retelling

        return Retelling(self.settings, self.lang)

    def say(self, body: dict[str, Any], **texts: str) -> None:
        """One JSON object, or one line in the language of the call."""
        if self.as_json:
            print_json({"v": 1, **body})
        else:
            click.echo(texts[self.lang])


_LONGEST_NAME = 64


def named(value: str) -> str:
    """The name of a reviewer, as records and messages can bear it."""
    if not value.isprintable() or not value.strip() or ":" in value or len(value) > _LONGEST_NAME:
        raise click.BadParameter(f"a name has 1 to {_LONGEST_NAME} printable characters and no colon")
    return value


def identity(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say who calls."""
    token = click.option(
        "--token-file",
        type=click.Path(path_type=Path, dir_okay=False),
        help="File with your token [default: MODERATION_TOKEN].",
    )
    name = click.option(
        "--reviewer", type=named, help="Your name, while no user has a token [default: your user name]."
    )
    return token(name(function))


def called(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command ``--config``, ``--json``, ``--lang`` and the identity of its caller, as one ``call``."""

    @identity
    @options.common
    @functools.wraps(function)
    def command(
        *args: Any,
        config: Path | None,
        as_json: bool,
        lang: str,
        token_file: Path | None,
        reviewer: str | None,
        **named: Any,
    ) -> None:
        function(*args, call=Call(config, as_json, lang, token_of(token_file), reviewer), **named)

    return command


def token_of(file: Path | None) -> str | None:
    """The token of a file, else of the environment."""
    if file is None:
        return os.environ.get("MODERATION_TOKEN") or None
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{file}: cannot be read; give --token-file FILE with the token that you were given") from None
