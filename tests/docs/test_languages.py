"""What the language pages say of the detector is what it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.domain.post import Post
from moderation.language.detector import Detector

PAGES = Path(__file__).parent.parent.parent / "docs" / "languages"
ROW = re.compile(r"^\| (.+?) \| (doubtful: )?([\w, -]+) \|$", re.MULTILINE)


def examples() -> Iterator[tuple[str, str, bool, str]]:
    for page in sorted(PAGES.glob("??.md")):
        section = page.read_text(encoding="utf-8").partition("## What the detector says")[2].partition("\nConfused")[0]
        rows = [row for row in ROW.findall(section) if row[2] != "says"]
        assert rows, f"{page.name} shows nothing of the detector"
        for text, doubtful, tags in rows:
            yield page.stem, text, bool(doubtful), tags


@pytest.fixture(scope="module")
def detector() -> Detector:
    return Detector()


@pytest.mark.slow
@pytest.mark.parametrize(("page", "text", "doubtful", "tags"), list(examples()))
def test_the_examples_of_a_page_hold(detector: Detector, page: str, text: str, doubtful: bool, tags: str) -> None:
    (language,) = detector([Post("example", text)])
    assert language.doubtful is doubtful
    named = set(tags.split(", "))
    assert named <= set(language.candidates) if doubtful else language.tag == tags
