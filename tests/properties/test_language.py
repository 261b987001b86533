"""Laws of the detector, on any text at all."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.post import Post
from moderation.folding.tables import script_table
from moderation.language.detector import Detector
from tests.properties.alphabets import hard_text


@cache
def _detector() -> Detector:
    return Detector()


@st.composite
def posts(draw: st.DrawFn) -> Post:
    return Post("p", draw(hard_text(40)), title=draw(hard_text(10)))


@given(posts())
def test_any_text_has_a_language_that_keeps_the_contract(post: Post) -> None:
    language = _detector()([post])[0]
    assert 0 <= language.confidence <= 1
    assert (language.tag == "und") == (not language.shares)
    if language.shares:
        assert sum(language.shares.values()) == pytest.approx(1)
        assert language.shares[language.tag] == max(language.shares.values())
    if language.doubtful:
        assert language.tag in language.candidates


@given(posts())
def test_spans_are_ordered_and_cover_every_letter(post: Post) -> None:
    language = _detector()([post])[0]
    covered = {(span.field, place) for span in language.spans for place in range(span.start, span.end)}
    assert len(covered) == sum(span.end - span.start for span in language.spans)
    for name, text in post.fields():
        starts = [span.start for span in language.spans if span.field == name]
        assert starts == sorted(starts)
        for place, character in enumerate(text):
            if character.isalpha():
                assert (name, place) in covered
    for span in language.spans:
        text = dict(post.fields())[span.field]
        assert script_table()[ord(text[span.start])]
        assert script_table()[ord(text[span.end - 1])]


@given(posts())
def test_tags_of_spans_are_the_languages_of_the_post(post: Post) -> None:
    language = _detector()([post])[0]
    assert {span.tag for span in language.spans} - {"und"} <= set(language.shares)


@given(st.lists(posts(), max_size=6))
def test_a_batch_equals_its_singles(batch: list[Post]) -> None:
    assert _detector()(batch) == [_detector()([post])[0] for post in batch]
