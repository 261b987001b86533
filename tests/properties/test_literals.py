"""Laws of the literals: wherever RE2 finds a pattern, one of its literals stands in the folded view."""

from __future__ import annotations

import gzip
import itertools
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import re2
from hypothesis import assume, given
from hypothesis import strategies as st

from moderation.bootstrap import build_rules
from moderation.folding.fold import fold
from moderation.matching.literals import required
from moderation.policy.model import RuleSet
from moderation.settings import Settings
from tests.properties.alphabets import hard_text


class Example(NamedTuple):
    """A pattern and a text that it matches."""

    regex: str
    text: str


def _literal(text: str) -> Example:
    return Example(re2.escape(text), text)


def _quoted(text: str) -> Example:
    return Example(rf"\Q{text}\E", text)


@st.composite
def _class(draw: st.DrawFn) -> Example:
    members = draw(
        st.lists(st.sampled_from([r"\d", r"\s", "a-c", "А-Я", "]x", "-", "[", r"\x{4e2d}", r"\.", "ſK", "İ"]))
    )
    inside = ("]x" if "]x" in members else "") + "".join(m for m in members if m not in {"]x", "-"})
    inside += "-" if "-" in members else ""
    body = inside or "k"
    text = draw(st.sampled_from("0 bЯ]-[中.sKkxСİi\tſ"))
    negated = draw(st.booleans())
    regex = f"[^{body}]" if negated else f"[{body}]"
    assume(re2.compile(regex, _options()).fullmatch(text))
    return Example(regex, text)


LEAVES = st.one_of(
    st.text("abKſßé加微說0 .-|{}]\u200b❤👍ﬅﬆΣς", min_size=1, max_size=3).map(_literal),
    st.text("ab加.|*\\", min_size=1, max_size=3).filter(lambda text: not text.endswith("\\")).map(_quoted),
    hard_text(2).filter(bool).map(_literal),
    _class(),
    st.sampled_from(
        [Example(".", "x"), Example(r"\w", "K"), Example(r"\pL", "加"), Example(r"\p{Han}", "加"), Example(r"\W", "é"),
         Example(r"\b", ""), Example(r"\B", ""), Example("^", ""), Example("$", ""), Example("(?s)", ""),
         Example(r"\d", "7"), Example(r"\S", "ſ"), Example("{,2}", "{,2}"), Example("{01}", "{01}"),
         Example("]}", "]}"), Example(r"\x{212a}", "K"), Example(r"\x6b", "k"), Example("", "")]
    ),
)  # fmt: skip


@st.composite
def _composed(draw: st.DrawFn, inner: st.SearchStrategy[Example]) -> Example:
    parts = draw(st.lists(inner, min_size=1, max_size=3))
    whole = Example("".join(part.regex for part in parts), "".join(part.text for part in parts))
    match draw(st.sampled_from(["sequence", "either", "repeat", "group"])):
        case "either":
            taken = draw(st.sampled_from(parts))
            return Example(f"(?:{'|'.join(part.regex for part in parts)})", taken.text)
        case "repeat":
            least = draw(st.integers(0, 6))
            most = draw(st.sampled_from([None, *range(max(least, 1), least + 4)]))
            shown = draw(st.integers(least, most if most is not None else least + 3))
            least_to_most = f"{{{least}}}" if least == most else f"{{{least},{'' if most is None else most}}}"
            sign = {(0, 1): "?", (0, None): "*", (1, None): "+"}.get((least, most), least_to_most)
            return Example(f"(?:{whole.regex}){sign}{draw(st.sampled_from(['', '?']))}", whole.text * shown)
        case "group":
            opening = draw(st.sampled_from(["(", "(?:", "(?s:", "(?i:", "(?-i:", "(?P<a>"]))
            return Example(f"{opening}{whole.regex})", whole.text)
        case _:
            return whole


EXAMPLES = st.recursive(LEAVES, _composed, max_leaves=8)


@cache
def _options(*, case_sensitive: bool = False) -> Any:
    options = re2.Options()
    options.case_sensitive = case_sensitive
    options.log_errors = False
    return options


def _compiled(regex: str, *, folded: bool) -> Any:
    try:
        return re2.compile(regex, _options(case_sensitive=not folded))
    except re2.error:
        assume(False)  # two groups of one name, too many copies


@given(EXAMPLES, hard_text(4), hard_text(4))
def test_what_a_pattern_matches_in_the_folded_view_holds_a_literal(example: Example, before: str, after: str) -> None:
    text = fold(before + example.text + after)
    found = [match[0] for match in _compiled(example.regex, folded=True).finditer(text)]
    literals = required(example.regex, folded=True)
    for match in found if literals is not None else ():
        assert any(literal in match for literal in literals)


@given(EXAMPLES, hard_text(4), hard_text(4))
def test_what_a_pattern_matches_in_the_original_folds_to_what_holds_a_literal(
    example: Example, before: str, after: str
) -> None:
    text = before + example.text + after
    found = [match.span() for match in _compiled(example.regex, folded=False).finditer(text)]
    literals = required(example.regex, folded=False)
    for start, end in found if literals is not None else ():
        assert any(literal in fold(text)[start:end] for literal in literals)


@given(hard_text(6), hard_text(4), hard_text(4))
def test_a_text_is_found_by_its_own_literals_whatever_stands_around_it(text: str, before: str, after: str) -> None:
    literals = required(re2.escape(text), folded=False)
    assert literals is None or any(literal in fold(before + text + after) for literal in literals)


@given(st.text(r"ab0\[]^-(){}|*+?.,:=PQExpdsL<>", max_size=12), st.text("ab0-{}|,:=PQExpdsL ", max_size=8))
def test_whatever_re2_accepts_is_read_and_its_matches_hold_a_literal(regex: str, text: str) -> None:
    compiled = _compiled(regex, folded=True)
    literals = required(regex, folded=True)
    for match in compiled.finditer(fold(text)) if literals is not None else ():
        assert any(literal in match[0] for literal in literals)


@cache
def _rules() -> RuleSet:
    return build_rules(Settings())


def _missed(texts: list[str]) -> Iterator[tuple[str, str]]:
    """Patterns of the shipped rules that RE2 finds in texts where none of their literals stands: there are none."""
    folded = [fold(text) for text in texts]
    for pattern in _rules().vocabulary.patterns:
        literals = required(pattern.regex, folded=pattern.view == "folded")
        compiled = _compiled(pattern.regex, folded=pattern.view == "folded")
        for text, view in zip(texts, folded, strict=True) if literals is not None else ():
            if not any(literal in view for literal in literals) and compiled.search(
                view if pattern.view == "folded" else text
            ):
                yield pattern.regex, text


@pytest.mark.slow
def test_shipped_patterns_are_woken_wherever_they_occur_in_the_examples_of_the_rules() -> None:
    texts = [example.text for rule in _rules().rules for example in rule.examples]
    assert len(texts) > 1000
    assert not list(_missed(texts))


@pytest.mark.slow
@pytest.mark.data
def test_shipped_patterns_are_woken_wherever_they_occur_in_the_stream(data_dir: Path) -> None:
    with gzip.open(data_dir / "stream" / "posts.jsonl.gz", "rt") as lines:
        texts = [json.loads(line)["text"] for line in itertools.islice(lines, 0, 50_000, 25)]
    assert not list(_missed(texts))
