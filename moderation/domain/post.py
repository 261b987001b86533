"""A post, and the door through which it comes in (design page 2, Post)."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from moderation.domain.errors import RefusedPost

KINDS = ("note", "comment", "video", "live", "profile", "listing")
MAX_CHARACTERS = 20_000
_MAX_DEPTH = 32

_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}", re.ASCII)


class Author(NamedTuple):
    """Who wrote it; what is unknown is None, never 0."""

    id: str | None = None
    age_days: float | None = None
    strikes: int | None = None
    followers: int | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, sound or film: its hashes and the words that were read or heard in it."""

    kind: str
    sha256: str | None = None
    pdq: str | None = None
    ocr_text: str = ""
    transcript: str = ""


Mention = str | tuple[str, int, int]
_NOBODY = Author()
_EVERYWHERE = ("*",)
_NOTHING: Mapping[str, Any] = {}  # no MappingProxyType: a post travels between processes


class Post(NamedTuple):
    """One revision of one post, checked when it came in (a tuple, because it is made at every step of its way).

    ``mentions`` are user names, or places ``(field, start, end)`` of them. ``extra`` keeps what we do not know.
    """

    id: str
    text: str
    title: str = ""
    kind: str = "note"
    revision: int = 1
    author: Author = _NOBODY
    created_at: str | None = None
    region: str | None = None
    markets: tuple[str, ...] = _EVERYWHERE
    views_per_minute: float | None = None
    parent_id: str | None = None
    mentions: tuple[Mention, ...] = ()
    media: tuple[Media, ...] = ()
    extra: Mapping[str, Any] = _NOTHING

    @property
    def key(self) -> tuple[str, int]:
        """What makes a post one: id and revision."""
        return self.id, self.revision

    def fields(self) -> list[tuple[str, str]]:
        """``(name, text)`` of every field that has text: title, text, ``media.0.ocr_text``."""
        if not self.title and not self.media:
            return [("text", self.text)] if self.text else []
        named = [("title", self.title), ("text", self.text)]
        for n, media in enumerate(self.media):
            named.append((f"media.{n}.ocr_text", media.ocr_text))
            named.append((f"media.{n}.transcript", media.transcript))
        return [(name, text) for name, text in named if text]

    def to_json(self) -> dict[str, Any]:
        """The form of the post contract, every key present."""
        return {
            "id": self.id,
            "text": self.text,
            "title": self.title,
            "kind": self.kind,
            "revision": self.revision,
            "author": {
                "id": self.author.id,
                "age_days": self.author.age_days,
                "strikes": self.author.strikes,
                "followers": self.author.followers,
                "region": self.author.region,
            },
            "created_at": self.created_at,
            "region": self.region,
            "markets": list(self.markets),
            "views_per_minute": self.views_per_minute,
            "parent_id": self.parent_id,
            "mentions": [m if isinstance(m, str) else list(m) for m in self.mentions],
            "media": [{name: getattr(m, name) for name in Media.__slots__} for m in self.media],
            "extra": dict(self.extra),
        }

    def digest(self) -> str:
        """SHA-256 of the content, hexadecimal: equal posts, equal digests."""
        body = json.dumps(self.to_json(), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        return hashlib.sha256(body.encode()).hexdigest()

    @classmethod
    def parse(cls, value: object) -> Post:
        """Check one decoded JSON value; raise :class:`RefusedPost` with the first field that is wrong."""
        if not isinstance(value, dict):
            raise RefusedPost("post", f"must be a JSON object, not {_kind_of(value)}")
        # Checked in this order. Most posts lack most of the fields, and what is absent is not worth a call.
        get = value.get
        post = cls(
            _identifier(value),
            text := _text(value, "text", required=True),
            title := _text(value, "title") if get("title") is not None else "",
            _choice(value, "kind", KINDS) if "kind" in value else "note",
            _revision(value["revision"]) if "revision" in value else 1,
            _NOBODY if (author := get("author")) is None else _author(author),
            None if (created_at := get("created_at")) is None else _timestamp(created_at),
            None if (region := get("region")) is None else _clean(region, "region"),
            _EVERYWHERE if get("markets") is None else _markets(value),
            None if (views := get("views_per_minute")) is None else _number(views, "views_per_minute"),
            None if (parent_id := get("parent_id")) is None else _clean(parent_id, "parent_id"),
            () if get("mentions") is None else _mentions(value),
            media := () if get("media") is None else _media(value),
            {} if value.keys() <= _KNOWN and get("extra") is None else _extra(value),
        )
        if title or media or len(text) > MAX_CHARACTERS:
            characters = sum(len(words) for _, words in post.fields())
            if characters > MAX_CHARACTERS:
                raise RefusedPost("text", f"{characters:,} characters in all, the limit is {MAX_CHARACTERS:,}")
        return post


_KNOWN = frozenset(Post._fields)


def _kind_of(value: object) -> str:
    names = {dict: "an object", list: "a list", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")


def _clean(value: object, name: str) -> str:
    if not isinstance(value, str):
        raise RefusedPost(name, f"must be a string, not {_kind_of(value)}")
    if "\x00" in value:
        raise RefusedPost(name, f"has a NUL character at {value.index(chr(0))}")
    if not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise RefusedPost(name, f"has a lone surrogate at {error.start}") from None
    return value


def _identifier(value: Mapping[str, Any]) -> str:
    if "id" not in value:
        raise RefusedPost("id", "is missing")
    identifier = _clean(value["id"], "id")
    if not _ID.fullmatch(identifier):
        raise RefusedPost("id", "must be 1 to 128 characters of A-Z a-z 0-9 . _ : -")
    return identifier


def _text(value: Mapping[str, Any], name: str, *, required: bool = False, path: str | None = None) -> str:
    if name not in value:
        if required:
            raise RefusedPost(path or name, "is missing")
        return ""
    if value[name] is None and not required:
        return ""
    return _clean(value[name], path or name)


def _optional_text(value: Mapping[str, Any], name: str, path: str | None = None) -> str | None:
    return None if value.get(name) is None else _clean(value[name], path or name)


def _choice(value: Mapping[str, Any], name: str, choices: Sequence[str]) -> str:
    chosen = _clean(value[name], name)
    if chosen not in choices:
        raise RefusedPost(name, f"must be one of {', '.join(choices)}")
    return chosen


def _revision(revision: object) -> int:
    if isinstance(revision, bool) or not isinstance(revision, int):
        raise RefusedPost("revision", f"must be a whole number, not {_kind_of(revision)}")
    if not 0 <= revision < 2**31:
        raise RefusedPost("revision", "must be between 0 and 2147483647")
    return revision


def _number(number: object, path: str) -> float:
    if isinstance(number, bool) or not isinstance(number, int | float):
        raise RefusedPost(path, f"must be a number, not {_kind_of(number)}")
    if not math.isfinite(number) or not 0 <= number < 2**53:
        raise RefusedPost(path, "must be a number from 0 to 9007199254740991")
    return number


def _whole(value: object, path: str) -> int:
    number = _number(value, path)
    if number != int(number):
        raise RefusedPost(path, "must be a whole number")
    return int(number)


def _timestamp(value: object) -> str:
    stamp = _clean(value, "created_at")
    try:
        moment = datetime.fromisoformat(stamp)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise RefusedPost("created_at", "must be an ISO 8601 time with its zone, such as 2026-11-20T08:00:00Z")
    return stamp


def _author(value: object) -> Author:
    if not isinstance(value, dict):
        raise RefusedPost("author", f"must be an object, not {_kind_of(value)}")
    get = value.get
    return Author(
        None if (identifier := get("id")) is None else _clean(identifier, "author.id"),
        None if (age_days := get("age_days")) is None else _number(age_days, "author.age_days"),
        None if (strikes := get("strikes")) is None else _whole(strikes, "author.strikes"),
        None if (followers := get("followers")) is None else _whole(followers, "author.followers"),
        None if (region := get("region")) is None else _clean(region, "author.region"),
    )


def _list(value: Mapping[str, Any], name: str) -> list[Any]:
    items = value.get(name)
    if items is None:
        return []
    if not isinstance(items, list):
        raise RefusedPost(name, f"must be a list, not {_kind_of(items)}")
    return items


def _markets(value: Mapping[str, Any]) -> tuple[str, ...]:
    markets = tuple(_clean(market, "markets") for market in _list(value, "markets"))
    return markets or _EVERYWHERE


def _mentions(value: Mapping[str, Any]) -> tuple[Mention, ...]:
    mentions: list[Mention] = []
    for item in _list(value, "mentions"):
        match item:
            case str():
                mentions.append(_clean(item, "mentions"))
            case [str(name), int(start), int(end)]:
                mentions.append((_clean(name, "mentions"), start, end))
            case _:
                raise RefusedPost("mentions", "each must be a string or [field, start, end]")
    return tuple(mentions)


def _media(value: Mapping[str, Any]) -> tuple[Media, ...]:
    media: list[Media] = []
    for n, item in enumerate(_list(value, "media")):
        path = f"media.{n}"
        if not isinstance(item, dict):
            raise RefusedPost(path, f"must be an object, not {_kind_of(item)}")
        media.append(
            Media(
                kind=_text(item, "kind", path=f"{path}.kind") or "image",
                sha256=_optional_text(item, "sha256", f"{path}.sha256"),
                pdq=_optional_text(item, "pdq", f"{path}.pdq"),
                ocr_text=_text(item, "ocr_text", path=f"{path}.ocr_text"),
                transcript=_text(item, "transcript", path=f"{path}.transcript"),
            )
        )
    return tuple(media)


def _extra(value: Mapping[str, Any]) -> dict[str, Any]:
    given = value.get("extra")
    if given is not None and not isinstance(given, dict):
        raise RefusedPost("extra", f"must be an object, not {_kind_of(given)}")
    extra = {**(given or {}), **{name: item for name, item in value.items() if name not in _KNOWN}}
    if extra:
        _check_extra(extra, depth=1)
    return extra


def _check_extra(value: object, depth: int) -> None:
    """What we do not know must still be storable: strings clean, numbers finite, the nest shallow."""
    if depth > _MAX_DEPTH:
        raise RefusedPost("extra", f"unknown keys are nested over {_MAX_DEPTH} levels deep")
    match value:
        case str():
            _clean(value, "extra")
        case float() if not math.isfinite(value):
            raise RefusedPost("extra", "unknown keys hold a number that is not finite")
        case int() if not -(2**63) <= value < 2**64:
            raise RefusedPost("extra", "unknown keys hold a whole number of over 64 bits")
        case list():
            for item in value:
                _check_extra(item, depth + 1)
        case dict():
            for name, item in value.items():
                _clean(name, "extra")
                _check_extra(item, depth + 1)
