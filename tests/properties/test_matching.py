"""Laws of matching: a hit is what it says it is, a planted term is found, and nothing depends on the neighbours."""

from __future__ import annotations

from functools import cache
from itertools import pairwise

import numpy as np
import pytest
import re2
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.language import Language
from moderation.domain.post import Media, Post
from moderation.domain.signal import Evidence, Found, Hit, Pattern, Term, Vocabulary
from moderation.folding.fold import SENTINEL, fold, term_form
from moderation.folding.leet import passes_for
from moderation.folding.letters import is_gap, leaves_nothing
from moderation.matching.forms import drawn, forms
from moderation.matching.lines import merged_letters, plain_letters, term_forms
from moderation.matching.matcher import Matcher
from moderation.matching.visible import Visible, visible
from tests.properties.alphabets import GROUPS, hard_text

LANGUAGE = Language("zh-Hans")

TERMS = (
    "加微信",
    "加V",
    "微信",
    "赌博",
    "好",
    "三陪",
    "wechat",
    "a",
    "ab",
    "aab",
    "abb",
    "aaa",
    "vx",
    "é",
    "ß",
    "привет",
    "сука",
    "가나",
    "ก็",
    "ह",
    "سلام",
    "😀加",
    "a b",
    "1",
    "455",
    "号码",
    "a.b",
    "c++",
    "don't",
    "卖🔫",
)

LOUDER = ("wechat", "casino", "привет", "mierda", "加微信", "法轮功", "سلام", "สลอต")
"""Terms that are found whatever stands between their letters."""


@cache
def _matcher() -> Matcher:
    return Matcher(Vocabulary(terms=tuple(map(Term, TERMS))))


@cache
def _forms(term: str) -> frozenset[str]:
    """How the term may be written by other letters."""
    form = term_form(term)
    return frozenset((form, form.replace(" ", ""), *forms(form), *drawn(form)))


pieces = st.sampled_from((*TERMS, *"加微信VvaA1eé.- *\u200b\u0301\ufe0f❤😀가나กह 薇徽亻言jxwin4@$cс"))
crowded = st.lists(pieces | hard_text(3), max_size=12).map("".join)


def _match(posts: list[Post]) -> list[Found]:
    return _matcher()(posts, [LANGUAGE] * len(posts))


def _written(text: str) -> str:
    """The folded letters and signs of a slice, without what a reader does not see."""
    return "".join(character for character in fold(text) if not leaves_nothing(character)).replace("\n", " ")


def _passes(seen: str, meant: str) -> bool:
    return len(seen) == len(meant) and all(
        one == other or passes_for(one, other) == "folded" for one, other in zip(seen, meant, strict=True)
    )


def _one_of_each(text: str) -> str:
    """The letters of a folded text, without repeats."""
    letters = [character for character in text if not is_gap(character) and not leaves_nothing(character)]
    return "".join(letter for n, letter in enumerate(letters) if letters[n - 1 : n] != [letter])


def _letters(texts: list[str]) -> set[bytes]:
    """The letters of texts in every reading."""
    ways = [(symbols, repeats) for symbols in (True, False) for repeats in (True, False)]
    read = [merged_letters(texts, symbols=symbols, repeats=repeats) for symbols, repeats in ways]
    return {letters for way in (*read, plain_letters(texts)) for letters in way}


@cache
def _letters_of_forms(term: str) -> frozenset[bytes]:
    return frozenset(_letters([form for form in _forms(term) if "\n" not in form]))


def _toneless(text: str) -> str:
    """A folded text without the digits of tones."""
    return "".join(
        character
        for n, character in enumerate(text)
        if not (character in "12345" and text[n - 1 : n].isascii() and text[n - 1 : n].isalpha())
    )


def _says(hit: Hit) -> bool:
    """Whether the slice of a hit is its term in the view that its evidence claims."""
    term, written = TERMS[hit.number], _written(hit.span.slice)
    form = term_form(term)
    if hit.evidence is Evidence.exact:
        return hit.span.slice == term
    if hit.evidence is Evidence.folded:
        return _passes(written, form)
    if hit.evidence is Evidence.squeezed:
        return _passes(_one_of_each(written), _one_of_each(form))
    return bool(_letters([written, _toneless(written), written.replace(" ", "")]) & _letters_of_forms(term))


@given(st.lists(crowded, min_size=1, max_size=3))
def test_the_slice_of_a_hit_says_its_term_in_the_view_that_it_claims(texts: list[str]) -> None:
    posts = [Post(f"p{number}", text, title=text[:5]) for number, text in enumerate(texts)]
    for post, found in zip(posts, _match(posts), strict=True):
        fields = dict(post.fields())
        for hit in found.terms:
            assert hit.span.slice == fields[hit.span.field][hit.span.start : hit.span.end]
            assert _says(hit), (hit, TERMS[hit.number])


@given(crowded)
def test_a_chain_leads_from_what_is_written_to_what_is_meant(text: str) -> None:
    for hit in _match([Post("p", text)])[0].terms:
        if hit.evidence.at_least(Evidence.folded):
            assert hit.chain == ()
        else:
            assert hit.span.slice.startswith(hit.chain[0])
            assert hit.chain[-1] == term_form(TERMS[hit.number])
            assert all(one != other for one, other in zip(hit.chain, hit.chain[1:], strict=False))
            assert not any(SENTINEL in stage for stage in hit.chain)


@given(crowded)
def test_a_term_has_one_hit_a_span_and_hits_are_in_order(text: str) -> None:
    places = [(hit.span.start, hit.span.end, hit.number) for hit in _match([Post("p", text)])[0].terms]
    assert places == sorted(set(places))


@given(st.lists(crowded | hard_text(8), min_size=1, max_size=5), st.randoms(use_true_random=False))
def test_a_post_has_the_same_hits_alone_and_among_any_neighbours(texts: list[str], random: object) -> None:
    posts = [Post(f"p{number}", text, title=text[::-1]) for number, text in enumerate(texts)]
    together = _match(posts)
    assert together == [_match([post])[0] for post in posts]
    assert together == _match(posts[::-1])[::-1]


@given(crowded, crowded)
def test_the_fields_of_a_post_do_not_run_into_each_other(one: str, other: str) -> None:
    both = _match([Post("p", one, title=other, media=(Media("image", ocr_text=one),))])[0].terms
    for field, text in (("title", other), ("text", one), ("media.0.ocr_text", one)):
        alone = _match([Post("p", text)])[0].terms
        assert [hit._replace(span=hit.span._replace(field="text")) for hit in both if hit.span.field == field] == [
            *alone
        ]


@given(hard_text(10), st.sampled_from(TERMS), hard_text(10))
def test_a_term_between_blanks_is_found_exactly(before: str, term: str, after: str) -> None:
    text = f"{before} . {term} . {after}"
    places = [(hit.span.start, hit.span.slice, hit.evidence) for hit in _match([Post("p", text)])[0].terms]
    assert (len(before) + 3, term, Evidence.exact) in places


@st.composite
def planted(draw: st.DrawFn) -> tuple[str, str, str]:
    """A term, the disguise in which it is planted, and what stands before it."""
    term = draw(st.sampled_from(LOUDER))
    gap = st.sampled_from(["", "", ".", "-", "*", "_", "·", "\u200b", "\u00ad", "🔥", "❤️"])
    cased = [draw(st.sampled_from([letter, letter.upper()])) for letter in term]
    hidden = cased[0] + "".join(draw(gap) + letter for letter in cased[1:])
    return term, hidden, draw(st.sampled_from(["", "see ", "看：", "（", "привет, ", "\n", "1. ", "😀 "]))


@given(planted(), st.sampled_from(["", " ok", "，好", "!", "\n加", "）", "…"]))
def test_a_planted_term_is_found_where_it_was_planted(plant: tuple[str, str, str], after: str) -> None:
    term, hidden, before = plant
    hits = _loud()([Post("p", before + hidden + after)], [LANGUAGE])[0].terms
    expected = (len(before), hidden)
    found = {(hit.span.start, hit.span.slice): hit for hit in hits if LOUDER[hit.number] == term}
    assert expected in found
    assert found[expected].evidence.at_least(Evidence.squeezed)


@cache
def _loud() -> Matcher:
    return Matcher(Vocabulary(terms=tuple(map(Term, LOUDER))))


@pytest.mark.parametrize("name", GROUPS)
def test_single_characters_of_every_kind_are_survived(name: str) -> None:
    ways = [
        way for character in GROUPS[name] for way in (character, character * 3, f"a{character}b", f"加{character}微信")
    ]
    assert len(_match([Post(f"p{n}", way) for n, way in enumerate(ways) if way != "\n"])) > 0


@given(hard_text(200))
def test_any_text_is_survived(text: str) -> None:
    for hit in _match([Post("p", text, title=text[:1])])[0].terms:
        assert (
            hit.span.slice
            == dict(Post("p", text, title=text[:1]).fields())[hit.span.field][hit.span.start : hit.span.end]
        )


@given(hard_text(5), hard_text(4), hard_text(4), st.booleans())
def test_a_pattern_that_waits_is_found_wherever_re2_finds_it(text: str, before: str, after: str, folded: bool) -> None:
    whole = before + text + after
    literal = re2.escape(fold(text).replace(SENTINEL, "") if folded else text)
    pattern = Pattern(literal) if folded else Pattern(literal, view="original")
    found = Matcher(Vocabulary(patterns=(pattern,)))([Post("p", whole)], [LANGUAGE])[0].patterns
    read = visible(whole, fold(whole)) if folded else Visible(whole, np.arange(len(whole)))
    finds = [find.span() for find in re2.finditer(literal, read.text) if find[0]]
    assert [(hit.span.start, hit.span.end) for hit in found] == [read.span(*at) for at in finds]


PATTERNS = (
    r"\bwechat\b",
    r"加.{0,2}微",
    r"[a-z]+",
    r"\d{2,}",
    r"^v",
    r"信$",
    r"(?m)^[^\n]{2,3}$",
    r"🔥{2}",
    r"👨.?👩",
    r"a\s+b",
    r"\W+",
    r"\$\s?\d",
    r"cafe",
    r"می?خ",
)


@cache
def _patterns() -> Matcher:
    return Matcher(Vocabulary(patterns=tuple(map(Pattern, PATTERNS))))


seen = st.sampled_from(("wechat", "加微", "vx", "信", "123", "$5", "café", "a b", "میخ", *"🔥👨👩caсаé ١\n.a加"))
unseen = st.text(
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u061c\u180e\u3164\u202e\u0301\u0335\u0640\ufe0f\U000e0061", max_size=3
)


@given(st.lists(seen, max_size=10).map("".join), st.data())
def test_patterns_find_the_same_whatever_invisible_is_strewn_in(text: str, data: st.DataObject) -> None:
    strewn, at = "", []
    for before, character in pairwise(["", *text, ""]):
        hidden = data.draw(unseen)
        joins = before in {*"🔥👨👩"} and character in {*"🔥👨👩"}  # they would be one picture
        strewn += hidden.replace("\u200d", "") if joins else hidden
        at.append(len(strewn))
        strewn += character
    plain, found = (_patterns()([Post("p", each)], [LANGUAGE])[0].patterns for each in (text, strewn))
    assert [(hit.number, hit.span.start, hit.span.end) for hit in found] == [
        (hit.number, at[hit.span.start], at[hit.span.end - 1] + 1) for hit in plain
    ]
    for hit in found:
        assert hit.span.slice == strewn[hit.span.start : hit.span.end]
        assert not any(leaves_nothing(fold(edge)) for edge in (hit.span.slice[0], hit.span.slice[-1]))


@given(st.lists(crowded | hard_text(6), max_size=8))
def test_the_forms_of_terms_together_are_those_of_each_alone(texts: list[str]) -> None:
    assert term_forms(texts) == [term_form(text.replace("\n", " ")) for text in texts]
