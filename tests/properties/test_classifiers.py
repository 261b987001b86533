"""Whatever a post holds: a batch of the classifiers equals its singles exactly, and every place is the text's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifiers.fast import FastModel, read_signals
from moderation.classifiers.folded import read
from moderation.classifiers.lexicon import find, read_lexicons
from moderation.classifiers.ngrams import located, ngrams
from moderation.classifiers.signals import NAMES, signals
from moderation.classifiers.tiers import TieredClassifier, load_tiers
from moderation.domain.language import Language
from moderation.folding.fold import fold, text_of
from tests.properties.alphabets import hard_text
from tests.support.tiers import write_tiers

BITS = 16
# Of the characters of the hard texts, so that terms are met.
LEXICONS = read_lexicons(
    {
        "en": [("a", "group"), ("ab", "negate"), ("v", "self"), ("b*", "dehumanise"), ("1", "you")],
        "zh": [("加", "group"), ("微信", "contact"), ("你好", "dehumanise"), ("v", "you")],
        "ko": [("한", "group"), ("국어", "dehumanise")],
    }
)
TAGS = st.sampled_from(["en", "zh", "ko", "de", "und"])
WORDS = st.sampled_from(["a", "ab", "v", "b", "1", "加", "微信", "你好", "한", "국어", " ", ". ", '"', "\u200b", "aaa"])
POSTS = st.tuples(st.one_of(hard_text(), st.lists(WORDS, max_size=12).map("".join)), TAGS)


def split(posts: list[tuple[str, str]]) -> tuple[list[str], list[str]]:
    return [text for text, _ in posts], [tag for _, tag in posts]


@given(posts=st.lists(POSTS, max_size=8))
def test_texts_are_read_as_if_each_were_alone(posts: list[tuple[str, str]]) -> None:
    texts, _ = split(posts)
    together = read(texts)
    for row, text in enumerate(texts):
        assert together.text(row) == read([text]).text(0)
        places = together.at[together.starts[row] : together.starts[row + 1]].tolist()
        assert places == read([text]).at.tolist()
        inside = places[1:-1]
        assert inside == sorted(set(inside))
        assert together.text(row)[1:-1] == "".join(fold(f" {text}\n")[1:-1][place] for place in inside)


@given(posts=st.lists(POSTS, max_size=8))
def test_the_ngrams_of_a_batch_are_those_of_its_texts(posts: list[tuple[str, str]]) -> None:
    texts, tags = split(posts)
    together = ngrams(read(texts), tags, BITS)
    singles = [ngrams(read([text]), [tag], BITS).buckets.tolist() for text, tag in posts]
    assert together.buckets.tolist() == [bucket for single in singles for bucket in single]
    assert together.counts.tolist() == [len(single) for single in singles]


@given(post=POSTS)
def test_every_ngram_stands_where_it_is_said_to(post: tuple[str, str]) -> None:
    """What a span covers, alone, has the n-gram too."""
    text, tag = post
    folded = read([text])
    buckets, spans = located(folded, tag, BITS)
    assert buckets.ravel().tolist() == ngrams(folded, [tag], BITS).buckets.tolist()
    whole = text_of(folded.codes)
    for (start, end), pair in zip(spans.tolist(), buckets.tolist(), strict=True):
        assert 0 <= start < end <= len(whole)
        alone = ngrams(read([whole[start:end]]), [tag], BITS).buckets.reshape(-1, 2).tolist()
        assert pair in alone, repr(whole[start:end])


@given(posts=st.lists(POSTS, max_size=8))
def test_the_terms_and_signals_of_a_batch_are_those_of_its_texts(posts: list[tuple[str, str]]) -> None:
    texts, tags = split(posts)
    folded = read(texts)
    hits = find(folded, tags, LEXICONS)
    found = signals(folded, hits)
    assert hits.rows.tolist() == sorted(hits.rows.tolist())
    for row, (text, tag) in enumerate(posts):
        begin, limit = folded.starts[row], folded.starts[row + 1]
        mine, alone = hits.of(row), find(read([text]), [tag], LEXICONS)
        assert ((begin < mine.starts) & (mine.starts < mine.ends) & (mine.ends < limit)).all()
        assert [(mine.starts - begin).tolist(), (mine.ends - begin).tolist(), mine.cues.tolist()] == [
            column.tolist() for column in alone[1:]
        ]
        numbers = found.of(row).numbers.tolist()
        assert numbers == signals(read([text]), alone).numbers.tolist() == sorted(set(numbers))
        assert all(number < len(NAMES) for number in numbers)


@pytest.fixture(scope="module")
def fast() -> FastModel:
    rng = np.random.default_rng(3)
    weights = rng.integers(-127, 128, (2**BITS, 3)).astype(np.int8)
    heads = [{"name": name, "scale": 0.013, "bias": -0.7} for name in ("hate", "spam", "scam")]
    return FastModel(weights, rng.normal(size=(len(NAMES), 3)).astype(np.float32), heads, LEXICONS)


@given(posts=st.lists(POSTS, max_size=8))
def test_the_scores_of_a_batch_are_those_of_its_texts(fast: FastModel, posts: list[tuple[str, str]]) -> None:
    texts, tags = split(posts)
    together = fast.score(fast.read(texts, tags), tags).tolist()
    assert together == [fast.score(fast.read([text], [tag]), [tag])[0].tolist() for text, tag in posts]


@given(post=POSTS, name=st.sampled_from(["v", "1", "ab", "wv"]))
def test_a_groups_name_does_not_matter(fast: FastModel, post: tuple[str, str], name: str) -> None:
    """A post that names one group and the same post that names another have the same n-grams."""
    text, tag = post
    known = read_lexicons({tag: [("qqj", "group"), (f"zz{name}", "group")]})
    one, other = (read_signals([f"{text} {word} {text}"], [tag], known) for word in ("qqj", f"zz{name}"))
    assert len(one.hits.rows) == len(other.hits.rows) == 1
    assert fast.score(one, [tag]).tolist() == fast.score(other, [tag]).tolist()


@pytest.fixture(scope="module")
def tiers(tmp_path_factory: pytest.TempPathFactory) -> TieredClassifier:
    """The second reader is asked about some posts."""
    return load_tiers(write_tiers(tmp_path_factory.mktemp("models"), gate=0.08))


LANGUAGES = st.sampled_from(
    [
        Language("en", shares={"en": 1.0}),
        Language("en-GB", shares={"en-GB": 0.6, "de": 0.4}),
        Language("nl", doubtful=True, candidates=("nl", "en")),
        Language("zh-Hans", shares={"zh-Hans": 1.0}),
        Language("und"),
    ]
)
SAID = st.lists(st.sampled_from(["my", "neighbours", "are", "not", "vermin", "lovely", "blimey", "yo"]), max_size=6)
WRITTEN = st.one_of(SAID.map(" ".join), hard_text())


@given(posts=st.lists(st.tuples(WRITTEN, LANGUAGES), max_size=8))
def test_a_batch_of_the_classifier_equals_its_singles(
    tiers: TieredClassifier, posts: list[tuple[str, Language]]
) -> None:
    together = tiers([text for text, _ in posts], [language for _, language in posts])
    assert together == [tiers([text], [language])[0] for text, language in posts]
    assert all(0 <= score <= 1 for scores in together for score in scores.values())


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> TieredClassifier:
    """The same with a head of life safety, whose word is "blimey"."""
    return load_tiers(write_tiers(tmp_path_factory.mktemp("lived"), gate=0.08, heads=("hate", "violence")))


@given(posts=st.lists(st.tuples(WRITTEN, LANGUAGES, st.booleans()), max_size=8))
def test_a_batch_in_haste_equals_its_singles(lived: TieredClassifier, posts: list[tuple[str, Language, bool]]) -> None:
    together, shed = lived.hurried(
        [text for text, _, _ in posts],
        [language for _, language, _ in posts],
        [n for n, (_, _, hurried) in enumerate(posts) if hurried],
    )
    singles = [lived.hurried([text], [language], [0] if hurried else []) for text, language, hurried in posts]
    assert together == [scores for (scores,), _ in singles]
    assert shed == {n for n, (_, mine) in enumerate(singles) if mine}


def test_the_gate_of_these_posts_opens_for_some_and_not_for_others(tiers: TieredClassifier) -> None:
    judged = tiers.judge(["vermin", "my lovely"], ["en", "en"])
    assert judged.asked == [0]
