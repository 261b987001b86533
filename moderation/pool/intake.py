"""Posts on their way in: checked, written as pending, and only then enqueued."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from moderation.domain.errors import RefusedPost
from moderation.domain.ports import Store
from moderation.domain.post import Post
from moderation.pool.door import Refusal

CONFLICT = "came before with other content under the same revision; send a change with a higher revision"

Numbered = tuple[int, object]  # the place of a raw post, a Post or a Refusal in its file or message, from 1


def new_unit() -> str:
    """A name for a group of posts that travel together."""
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Taken:
    """What became of posts at the door: on disk as pending, seen before, or refused and among the dead letters."""

    accepted: tuple[Post, ...]
    repeated: int
    refused: tuple[Refusal, ...]


def take_in(store: Store, values: Sequence[Numbered], unit: str, source: str, now: float) -> Taken:
    """Check raw posts and write the good ones as pending under ``unit``; the bad ones become dead letters.

    When it returns all of it is on disk.
    """
    checked = [(number, _check(number, value)) for number, value in values]
    posts = [(number, post) for number, post in checked if isinstance(post, Post)]
    refused = [refusal for _, refusal in checked if isinstance(refusal, Refusal)]
    intake = store.add_posts([post for _, post in posts], unit, now)
    for conflicting in intake.conflicting:
        number = next(number for number, post in posts if post == conflicting)
        refused.append(Refusal(number, "id", f"{conflicting.id} {CONFLICT}", _body(conflicting.to_json())))
    if refused:
        store.add_dead_letters([refusal.to_dead_letter(source) for refusal in refused], now)
    return Taken(intake.accepted, intake.repeated, tuple(sorted(refused, key=lambda refusal: refusal.line)))


def _check(number: int, value: object) -> Post | Refusal:
    if isinstance(value, Post | Refusal):
        return value
    try:
        return Post.parse(value)
    except RefusedPost as refused:
        return Refusal(number, refused.field, refused.reason, _body(value))


def _body(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, default=repr)
