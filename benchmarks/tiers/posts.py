"""The posts that are judged: those of the stream where it is there, else the bundled ones, with their languages."""

from __future__ import annotations

import gzip
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import orjson

from moderation.demo import bundled, repeated
from moderation.domain.language import Language
from moderation.domain.post import Post
from moderation.language.detector import Detector


class Texts(NamedTuple):
    """The whole text of each post, and its languages as the light detector tells them."""

    texts: list[str]
    languages: list[Language]

    def part(self, start: int, stop: int) -> Texts:
        """Some posts in a row."""
        return Texts(self.texts[start:stop], self.languages[start:stop])


def read_texts(stream: Path, count: int) -> Texts:
    """The first ``count`` posts of a file, or the bundled posts again and again where there is none."""
    if stream.exists():
        with gzip.open(stream) as lines:
            posts = [Post.parse(orjson.loads(line)) for line in islice(lines, count)]
    else:
        posts = repeated(bundled(), count)
    return Texts(["\n".join(text for _, text in post.fields()) for post in posts], Detector()(posts))
