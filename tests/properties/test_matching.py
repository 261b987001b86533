"""Laws of matching: a hit is what it says it is, and a planted term is found."""

from __future__ import annotations

from functools import cache

from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.language import Language
from moderation.domain.post import Post
from moderation.domain.signal import Evidence, Term, Vocabulary
from moderation.folding.fold import SENTINEL, fold, fold_codes, join, term_form
from moderation.folding.squeeze import squeeze, squeeze_term
from moderation.matching.matcher import Matcher
from moderation.matching.terms import squeezed_forms, term_forms
from tests.properties.alphabets import hard_text

ENGLISH = Language("en")

TERMS = (
    "加微信",
    "加V",
    "wechat",
    "a",
    "ab",
    "aab",
    "é",
    "ß",
    "가나",
    "ก็",
    "ह",
    "سلام",
    "😀加",
    "a b",
    "1",
    "号码",
    "a.b",
)


@cache
def _matcher() -> Matcher:
    return Matcher(Vocabulary(terms=tuple(map(Term, TERMS))))


pieces = st.sampled_from((*TERMS, *"加微信VvaA1eé.- *\u200b\u0301\ufe0f❤😀가나กह "))
crowded = st.lists(pieces | hard_text(3), max_size=12).map("".join)


@given(st.lists(crowded, min_size=1, max_size=3))
def test_the_slice_of_a_hit_folds_to_its_term_in_the_view_that_it_claims(texts: list[str]) -> None:
    posts = [Post(f"p{number}", text, title=text[:5]) for number, text in enumerate(texts)]
    for post, found in zip(posts, _matcher()(posts, [ENGLISH] * len(posts)), strict=True):
        fields = dict(post.fields())
        for hit in found.terms:
            term, span = TERMS[hit.index], hit.span
            assert span.slice == fields[span.field][span.start : span.end]
            if hit.evidence is Evidence.exact:
                assert span.slice == term
            elif hit.evidence is Evidence.folded:
                assert fold(span.slice).replace(SENTINEL, "") == term_form(term)
            else:
                assert _squeezed(term) in _all_views(span.slice)


@given(crowded)
def test_a_term_has_one_hit_a_span_and_hits_are_in_order(text: str) -> None:
    hits = _matcher()([Post("p", text)], [ENGLISH])[0].terms
    places = [(hit.span.start, hit.span.end, hit.index) for hit in hits]
    assert places == sorted(set(places))


@given(hard_text(10), st.sampled_from(TERMS), hard_text(10))
def test_a_term_between_blanks_is_found_exactly(before: str, term: str, after: str) -> None:
    text = f"{before} . {term} . {after}"
    places = [
        (hit.span.start, hit.span.slice, hit.evidence) for hit in _matcher()([Post("p", text)], [ENGLISH])[0].terms
    ]
    assert (len(before) + 3, term, Evidence.exact) in places


def _squeezed(term: str) -> str:
    return squeeze_term(term_form(term))


def _all_views(text: str) -> set[str]:
    """The text in every view, and as its letters alone: a slice that was cut out of its words has lost its context."""
    folded = fold(text)
    views = {view.text.rstrip("\n") for view in squeeze(fold_codes(join([text])[0]))}
    return views | {squeeze_term(folded), folded.replace(SENTINEL, "")}


@given(st.lists(crowded | hard_text(6), max_size=8))
def test_the_forms_of_terms_together_are_those_of_each_alone(texts: list[str]) -> None:
    forms = term_forms(texts)
    assert forms == [term_form(text) for text in texts]
    assert squeezed_forms(forms) == [squeeze_term(form) for form in forms]
