"""What rules mean: each ruling about conditions, languages, filters, scopes, spans and words of explanation."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.language import Language, LanguageSpan
from moderation.domain.signal import Evidence, Found, Hit, Signals
from moderation.domain.text import Span
from moderation.policy.grammar import read
from tests.unit.policy.building import NOW, decide, engine_of, load, matched, post_of, rule, signals_of
from tests.unit.policy.test_expressions import LETTERS, TREES, _write, naive

IDIOMS = """
- id: cat_tax
  forms: {zh: [交猫税, 猫税], en: [cat tax]}
  owner: culture-desk
  benign: {en: A photo of the cat., zh: 晒猫。}
  harmful: {en: Asks for money., zh: 要钱。, cues: {zh: [转账], en: [cash app]}}
- id: dog
  forms: {en: [doggo]}
  owner: culture-desk
  benign: {en: A dog., zh: 狗。}
"""

NONE = "{do: approve}"  # who somebody is, is no reason for any other action


# --- the required test of page 11 ---------------------------------------------------------------------------------


DIVERSION = rule(
    id="ad_diversion.contact",
    category="ad_diversion",
    detect="{contact: {words: {zh: [加V, 税]}}, handle: {regex: 'wx[0-9]+'}, filter_idiom: {idiom: [cat_tax]}}",
    condition="contact and not 1 of filter_*",
    explain="{en: 'Contact: {match.contact}', zh: '联系：{match.contact}'}",
).replace("handle: {regex: 'wx[0-9]+'}, ", "")


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("交猫税，这是橘猫，加V wx123", True),  # 加V does not overlap the idiom
        ("交猫税，这是橘猫", False),  # 税 does
        ("交税，这是橘猫", True),  # and stands alone here
        ("加V看主页", True),
        ("这是橘猫", False),
    ],
)
def test_a_filter_takes_away_only_the_hits_that_it_overlaps(text: str, matches: bool) -> None:
    rules = load(DIVERSION, culture__idioms=IDIOMS)
    assert matched(rules, text) == ["ad_diversion.contact"] * matches


def test_what_a_filter_took_is_neither_a_span_nor_a_word_of_the_explanation() -> None:
    match = decide(load(DIVERSION, culture__idioms=IDIOMS), "交猫税，加V wx123").matches[0]
    assert match.spans == (Span("text", 4, 6, "加V"),)
    assert match.explain == {"en": "Contact: 加V", "zh": "联系：加V"}


@pytest.mark.parametrize(
    ("condition", "text", "matches"),
    [
        ("a and not filter_f", "bad", True),
        ("a and not filter_f", "bad good", True),  # they do not overlap
        ("a and not filter_f", "not bad", False),
        ("a and not filter_f", "not bad, bad", True),
        ("a and not (filter_f or filter_g)", "so bad", False),
        ("a and not 1 of filter_*", "not bad so bad", False),
        ("a and not all of filter_*", "not bad", True),  # both filters together, or nothing is taken
        ("a and not all of filter_*", "not bad so bad", False),
        ("a and not filter_author", "bad", True),  # a filter without words ends the match as any `not`
        ("a and not 1 of (filter_f, filter_zh)", "bad", True),  # a filter of another language takes nothing
    ],
)
def test_filters(condition: str, text: str, matches: bool) -> None:
    detect = (
        "{a: {words: [bad]}, filter_f: {words: [not bad]}, filter_g: {words: [so bad]},"
        " filter_author: {author.followers: {gt: 1000}}, filter_zh: {words: {zh: [坏]}}}"
    )
    if "all of" in condition or "1 of filter_*" in condition:
        detect = "{a: {words: [bad]}, filter_f: {words: [not bad]}, filter_g: {words: [so bad]}}"
    rules = load(rule(detect=detect, condition=condition))
    assert bool(matched(rules, post_of(text, author={"followers": 5}))) is matches
    if "filter_author" in condition:
        assert not matched(rules, post_of(text, author={"followers": 5000}))
        assert not matched(rules, post_of(text))  # whose author is unknown: so is the rule


# --- three values -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("condition", "text", "said", "matches"),
    [
        ("score", "x", {"scores": {"spam": 0.8}}, True),
        ("score", "x", {"scores": {"spam": 0.79}}, False),
        ("score", "x", {}, False),  # unknown is no match
        ("not score", "x", {"scores": {"spam": 0.79}}, True),
        ("not score", "x", {}, False),  # and stays unknown under a not
        ("word or score", "join", {}, True),  # true whatever the unknown is
        ("word and score", "join", {}, False),
        ("not (word and score)", "x", {}, True),  # false whatever the unknown is
        ("similar", "x", {"similarities": {"exemplars/e": 0.8}}, True),
        ("similar", "x", {"similarities": {"exemplars/e": 0.7}}, False),
        ("not similar", "x", {}, False),
        ("english", "join", {}, True),
        ("not english", "word", {}, True),
        ("not english", "词", {}, False),  # a language that is not in the map
        ("not chinese", "词 word", {}, True),
        ("not word", "词", {}, True),  # a plain list is for any language
    ],
)
def test_true_false_and_unknown(condition: str, text: str, said: dict[str, Any], matches: bool) -> None:
    detect = (
        "{score: {score: spam, gte: 0.8}, similar: {similar_to: {examples: '@lists/exemplars/e', gte: 0.8}},"
        " word: {words: [join]}, english: {words: {en: [join]}}, chinese: {words: {zh: [加]}}}"
    )
    exemplars = "language: '*'\nowner: o\nsource: s\nterms: [One sentence.]\n"
    rules = load(rule(detect=detect, condition=condition), lists__exemplars__e=exemplars)
    assert bool(matched(rules, text, **said)) is matches


@pytest.mark.parametrize(
    ("test", "author", "matches"),
    [
        ("author.age_days: {lt: 30}", {"age_days": 29}, True),
        ("author.age_days: {lt: 30}", {"age_days": 30}, False),
        ("author.age_days: {lte: 30}", {"age_days": 30}, True),
        ("author.age_days: {lt: 30}", {"age_days": 0}, True),
        ("author.age_days: {lt: 30}", {}, False),  # a missing age is not 0
        ("author.strikes: {gte: 2}", {"strikes": 2}, True),
        ("author.followers: {gt: 2}", {"followers": 2}, False),
        ("author.region: {in: [US, CA]}", {"region": "CA"}, True),
        ("author.region: {in: [US, CA]}", {"region": "DE"}, False),
        ("author.region: {in: [US, CA]}", {}, False),
    ],
)
def test_fields_of_the_author(test: str, author: dict[str, Any], matches: bool) -> None:
    text = rule(detect=f"{{invite: {{{test}}}}}", action=NONE)
    assert bool(matched(load(text), post_of("x", author=author))) is matches


def test_fields_of_the_post() -> None:
    fast = load(rule(detect="{invite: {post.views_per_minute: {gt: 10}}}"))
    assert matched(fast, post_of("x", views_per_minute=11))
    assert not matched(fast, post_of("x", views_per_minute=10))
    assert not matched(fast, post_of("x"))
    kind = load(rule(detect="{invite: {post.kind: {in: [comment]}}}", action=NONE))
    assert matched(kind, post_of("x", kind="comment"))
    assert not matched(kind, post_of("x", kind="note"))
    region = load(rule(detect="{invite: {post.region: {in: [US]}}}", action=NONE))
    assert matched(region, post_of("x", region="US"))
    assert not matched(region, post_of("x"))


# --- languages ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tag", "limit"),
    [
        ("zh-Hans", 0.7),
        ("zh-Hant", 0.6),
        ("yue", 0.7),
        ("zh-Latn-pinyin", 0.7),
        ("en", 0.9),
        ("fr", 0.9),
        ("ja-Latn", 0.9),
        ("he-Latn", 0.9),
        ("nqo", 0.9),
        ("und", 0.9),
    ],
)
def test_a_limit_is_that_of_the_longest_prefix(tag: str, limit: float) -> None:
    rules = load(rule(detect="{invite: {score: spam, gte: {zh: 0.7, zh-Hant: 0.6, '*': 0.9}}}"))
    assert matched(rules, "x", language=Language(tag), scores={"spam": limit})
    assert not matched(rules, "x", language=Language(tag), scores={"spam": limit - 0.01})


def test_a_language_without_a_limit_is_unknown() -> None:
    rules = load(rule(detect="{invite: {score: spam, gte: {zh: 0.7}}}"))
    assert not matched(rules, "x", language=Language("en"), scores={"spam": 1.0})


@pytest.mark.parametrize(
    ("key", "text", "matches"),
    [
        ("zh", "姐妹们加V看", True),  # V stands in a Latin run of a Chinese post
        ("zh", "please read: 加V", True),  # one character of the hit is Chinese
        ("en", "我们今天的OOTD太好看了", True),  # a span of English
        ("zh", "OOTD for today", False),
        ("fr", "我们今天的OOTD太好看了", False),
        ("'*'", "OOTD for today", True),
    ],
)
def test_a_hit_counts_where_a_character_of_it_or_the_whole_post_is_of_its_language(
    key: str, text: str, matches: bool
) -> None:
    rules = load(rule(detect=f"{{invite: {{words: {{{key}: [加V, OOTD]}}}}}}"))
    assert bool(matched(rules, text)) is matches


def test_whole_sees_hits_wherever_they_stand() -> None:
    text = "请 sign up 一下这个好东西"
    for mixed, matches in (("per_span", False), ("whole", True)):
        rules = load(rule(detect="{invite: {words: {fr: [sign up]}}}", scope=f"{{mixed: {mixed}}}"))
        assert bool(matched(rules, text)) is matches


@pytest.mark.parametrize(
    ("languages", "language", "matches"),
    [
        ("[zh]", Language("zh-Hant"), True),
        ("[zh]", Language("yue"), True),
        ("[zh-Hans]", Language("zh-Hant"), False),
        ("[en]", Language("zh-Hans", shares={"zh-Hans": 0.9, "en": 0.1}), True),
        ("[en]", Language("zh-Hans", shares={"zh-Hans": 0.91, "en": 0.09}), False),
        ("['*']", Language("und"), True),
        ("[zh, en]", Language("und"), False),
        ("[hi]", Language("hi-Latn"), True),  # a rule for a language looks at it in Latin letters too …
        ("[hi-Latn]", Language("hi"), False),  # … and one for Latin letters only there
        ("[ru]", Language("en", shares={"en": 0.8, "ru-Latn": 0.2}), True),
        ("[hi]", Language("ur-Latn"), True),  # Hindi and Urdu in Latin letters are one language
        ("[hi]", Language("ur"), False),
        ("[ur-Latn]", Language("hi-Latn"), True),
        ("[en]", Language("en-SG"), True),
        ("[no]", Language("nn"), True),
        ("[nn]", Language("no"), False),
        ("[hi]", Language("ur-Latn", doubtful=True, candidates=("ur-Latn", "hi-Latn")), True),
        ("[pt]", Language("es", doubtful=True, candidates=("es", "pt")), True),
        ("[pt]", Language("es", doubtful=False, candidates=("es", "pt")), False),
    ],
)
def test_which_posts_a_rule_looks_at_by_language(languages: str, language: Language, matches: bool) -> None:
    rules = load(rule(scope=f"{{languages: {languages}}}"))
    assert bool(matched(rules, "join us", language=language)) is matches


def test_in_a_doubtful_post_the_hits_and_limits_of_every_candidate_count() -> None:
    rules = load(
        rule(id="spam.words", detect="{invite: {words: {pt: [join us]}}}"),
        rule(id="spam.score", detect="{invite: {score: spam, gte: {pt: 0.5, es: 0.9}}}"),
    )
    doubtful = Language("es", doubtful=True, candidates=("es", "pt"))
    assert matched(rules, "join us", language=doubtful, scores={"spam": 0.6}) == ["spam.score", "spam.words"]
    assert matched(rules, "join us", language=Language("es"), scores={"spam": 0.6}) == []


@pytest.mark.parametrize(("kind", "matches"), [("note", False), ("comment", True), ("live", True)])
def test_which_posts_a_rule_looks_at_by_kind(kind: str, matches: bool) -> None:
    rules = load(rule(scope="{kinds: [comment, live]}"))
    assert bool(matched(rules, post_of("join us", kind=kind))) is matches


# --- idioms -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "sense", "note"),
    [
        ("交猫税啦", "benign", ("cat_tax", "A photo of the cat.", "晒猫。")),
        ("交猫税，转账给我", "harmful", ("cat_tax", "Asks for money.", "要钱。")),
        ("my cat tax", "benign", ("cat_tax", "A photo of the cat.", "晒猫。")),
        ("my cat tax, cash app me", "harmful", ("cat_tax", "Asks for money.", "要钱。")),
    ],
)
def test_an_idiom_has_the_sense_of_its_cues(text: str, sense: str, note: tuple[str, str, str]) -> None:
    rules = load(
        rule(id="scam.benign", category="scam", detect="{invite: {idiom: [cat_tax]}}"),
        rule(id="scam.harmful", category="scam", detect="{invite: {idiom: [cat_tax, dog], sense: harmful}}"),
        culture__idioms=IDIOMS,
    )
    decision = decide(rules, text)
    assert [match.rule for match in decision.matches] == [f"scam.{sense}"]
    assert [(said.idiom, said.en, said.zh) for said in decision.notes] == [note]
    assert all("tax" in span.slice or "猫税" in span.slice for span in decision.matches[0].spans)


def test_every_idiom_of_a_post_is_explained_whether_a_rule_matches_or_not() -> None:
    decision = decide(load(rule(), culture__idioms=IDIOMS), "doggo and cat tax")
    assert decision.matches == ()
    assert [note.idiom for note in decision.notes] == ["cat_tax", "dog"]
    assert decide(load(rule(), culture__idioms=IDIOMS), "猫").notes == ()
    # a form of a language that the post does not speak is no idiom
    assert decide(load(rule(), culture__idioms=IDIOMS), "doggo", language=Language("fr")).notes == ()


# --- spans, evidence, words of the explanation ----------------------------------------------------------------------


def _hits(*hits: tuple[int, str, int, int, str, Evidence]) -> Found:
    return Found(terms=[Hit(n, Span(field, start, end, text), seen) for n, field, start, end, text, seen in hits])


def test_spans_are_in_the_order_of_the_fields_each_once_with_the_strongest_evidence() -> None:
    rules = load(
        rule(detect="{invite: {words: [a, b]}}", explain="{en: 'Said {match.invite}', zh: '说{match.invite}'}")
    )
    post = post_of("b A b", title="a")
    found = _hits(
        (0, "title", 0, 1, "a", Evidence.folded),
        (1, "text", 0, 1, "b", Evidence.squeezed),
        (0, "text", 2, 3, "A", Evidence.squeezed),
        (1, "text", 4, 5, "b", Evidence.squeezed),
        (0, "text", 0, 1, "b", Evidence.squeezed),  # another term at the same place
    )
    match = decide(rules, post, found=found).matches[0]
    assert match.spans == (
        Span("title", 0, 1, "a"),
        Span("text", 0, 1, "b"),
        Span("text", 2, 3, "A"),
        Span("text", 4, 5, "b"),
    )
    assert match.evidence is Evidence.folded
    assert match.explain == {"en": "Said a, b, A", "zh": "说a、b、A"}  # distinct, in order, at most three


def test_at_most_three_slices_are_named() -> None:
    rules = load(rule(detect="{invite: {regex: '[a-z]'}}", explain="{en: '{match.invite}', zh: x}"))
    assert decide(rules, "abcabd").matches[0].explain["en"] == "a, b, c"


def test_only_the_conditions_that_made_the_rule_true_give_spans() -> None:
    rules = load(rule(detect="{a: {words: [a]}, b: {words: [b]}, c: {words: [c]}}", condition="(a and b) or c"))
    assert [span.slice for span in decide(rules, "a c").matches[0].spans] == ["c"]
    assert [span.slice for span in decide(rules, "a b c").matches[0].spans] == ["a", "b", "c"]


def test_a_match_without_words_has_no_spans_and_exact_evidence() -> None:
    match = decide(load(rule(detect="{invite: {score: spam, gte: 0.5}}")), "x", scores={"spam": 0.9}).matches[0]
    assert (match.spans, match.evidence) == ((), Evidence.exact)


@pytest.mark.parametrize(
    ("wanted", "seen", "matches"),
    [
        ("squeezed", Evidence.squeezed, True),
        ("folded", Evidence.folded, True),
        ("folded", Evidence.squeezed, False),
        ("exact", Evidence.folded, False),
        ("exact", Evidence.exact, True),
    ],
)
def test_evidence_weaker_than_asked_is_no_hit(wanted: str, seen: Evidence, matches: bool) -> None:
    rules = load(rule(detect=f"{{invite: {{words: [a], evidence: {wanted}}}}}"))
    assert bool(decide(rules, "a", found=_hits((0, "text", 0, 1, "a", seen))).matches) is matches


# --- the whole engine -----------------------------------------------------------------------------------------------


@given(TREES, st.lists(st.sampled_from([True, False, None]), min_size=4, max_size=4))
def test_the_engine_agrees_with_the_truth_tables(tree: Any, truths: list[bool | None]) -> None:
    """Scores are the conditions: above the limit, below it, or absent."""
    detect = "{" + ", ".join(f"{name}: {{score: {category}, gte: 0.5}}" for name, category in _SCORED.items()) + "}"
    rules = load(rule(detect=detect, condition=_write(tree)))
    node, _ = read(_write(tree), LETTERS)
    assert node is not None
    row = dict(zip(LETTERS, truths, strict=True))
    scores = {_SCORED[name]: 0.9 if truth else 0.1 for name, truth in row.items() if truth is not None}
    assert bool(matched(rules, "x", scores=scores)) is (naive(node, row) is True)


_SCORED = dict(zip(LETTERS, ("spam", "scam", "hate", "violence"), strict=True))


@given(TREES, st.sets(st.sampled_from(LETTERS)))
def test_no_rule_is_passed_over_that_would_match(tree: Any, present: set[str]) -> None:
    """The index looks only at rules that a hit can make true; words are the conditions."""
    detect = "{" + ", ".join(f"{name}: {{words: [{name * 2}]}}" for name in LETTERS) + "}"
    rules = load(rule(detect=detect, condition=_write(tree)))
    row = {name: name in present for name in LETTERS}
    text = " ".join(name * 2 for name in sorted(present))
    assert bool(matched(rules, text or "nothing")) is (naive(tree, row) is True)


_TAGS = st.sampled_from(["zh-Hans", "zh-Hant", "yue", "en", "fr", "und", "zh-Latn-pinyin"])
_LANGUAGES = st.builds(
    lambda tag, doubtful, shares, candidates: Language(
        tag, doubtful=doubtful, shares=shares, spans=(LanguageSpan("text", 0, 3, tag),), candidates=tuple(candidates)
    ),
    _TAGS,
    st.booleans(),
    st.dictionaries(_TAGS, st.floats(0, 1), max_size=3),
    st.lists(_TAGS, max_size=3),
)
_TEXTS = st.text(st.sampled_from("加V交猫税join usdoggo ❤\u200bé"), max_size=20)


@given(_TEXTS, _LANGUAGES, st.dictionaries(st.sampled_from(["spam", "scam"]), st.floats(0, 1)), st.booleans())
def test_every_decision_is_whole_and_the_same_again(
    text: str, language: Language, scores: dict[str, float], failed: bool
) -> None:
    rules = load(DIVERSION, rule(status="canary", canary="50%"), culture__idioms=IDIOMS)
    post = post_of(text, title="加V")
    signals = signals_of(rules, post, language=language, scores=scores, unavailable=("exemplars",) if failed else ())
    engine = engine_of(rules)
    first, second = engine([post, post], [signals, signals], NOW)
    assert first == second == engine([post], [signals], NOW)[0]
    assert first.action is max(first.outcomes.values())
    fields = dict(post.fields())
    for match in first.matches:
        assert all(fields[span.field][span.start : span.end] == span.slice for span in match.spans)
    if failed:
        assert first.review is not None


def test_a_batch_needs_as_many_signals_as_posts() -> None:
    with pytest.raises(ValueError, match="zip"):
        engine_of(load(rule()))([post_of("x")], list[Signals](), NOW)


def test_the_order_of_the_rules_never_matters() -> None:
    texts = [rule(id=f"spam.r{n}", detect=f"{{invite: {{words: [a{n}, aa]}}}}") for n in range(4)]
    assert decide(load(*texts), "aa a1 a3") == decide(load(*reversed(texts)), "aa a1 a3")
