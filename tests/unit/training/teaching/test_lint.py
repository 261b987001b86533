"""The linter of the teaching corpus: the corpus passes, and each law finds what breaks it, where it stands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.classifiers.lexicon import CUES
from moderation.training.teaching.lexicons import read_lexicons
from moderation.training.teaching.lint import Finding, alike, lint, lint_lexicon, lint_patterns, lint_seeds
from moderation.training.teaching.patterns import read_patterns

BENIGN = ["benign"]


@pytest.mark.slow
def test_the_corpus_passes() -> None:
    assert [str(finding) for finding in lint()] == []


def test_a_finding_says_where_what_and_what_to_do() -> None:
    assert str(Finding(Path("en.jsonl"), 3, "set a has one side", "write the other")) == (
        "en.jsonl:3: set a has one side; write the other"
    )


def test_a_language_without_files_is_missed_in_all_three_folders(tmp_path: Path) -> None:
    found = lint(tmp_path, tmp_path, tmp_path)
    assert {finding.what for finding in found} == {"is missing"}
    assert [finding.path.name for finding in found if finding.path.stem == "th"] == ["th.jsonl", "th.yaml", "th.yaml"]


# Seeds


def row(n: int, **other: Any) -> dict[str, Any]:
    """One of many seeds that share nothing: every second is benign, two are a set."""
    text = "".join(Random(n).choices("abcdefghijklmnopqrstuvwxyz ", k=60)).strip()
    labels = BENIGN if n % 2 else ["hate"]
    named = {"predicate": f"says_{n}", "group": "bakers", "set": f"es-hate-{n // 2}"}
    return {"text": text, "lang": "es", "labels": labels, "about": "hate", "form": "statement", **named, **other}


def of_seeds(folder: Path, rows: Iterable[Mapping[str, Any] | str], lang: str = "es") -> list[Finding]:
    path = folder / f"{lang}.jsonl"
    lines = (line if isinstance(line, str) else json.dumps(line, ensure_ascii=False) for line in rows)
    path.write_text("\n".join(lines), "utf-8")
    return list(lint_seeds(path))


GOOD_SEEDS = [row(n) for n in range(150)]


def test_a_language_with_enough_seeds_on_both_sides_passes(tmp_path: Path) -> None:
    assert of_seeds(tmp_path, GOOD_SEEDS) == []


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "not JSON"),
        ('["text"]', "not the fields of a seed"),
        ({**row(150), "note": "…"}, "not the fields of a seed"),
        (row(150, labels="hate"), "labels is not a list"),
        (row(150, labels=[]), "labels is not a list"),
        (row(150, labels=["rudeness"]), "labels are rudeness"),
        (row(150, labels=["hate", "benign"]), "labels are hate, benign"),
        (row(150, labels=["hate", "hate"]), "labels are hate, hate"),
        (row(150, labels=["violence"]), "labels are violence"),  # not what the contrast is about
        (row(150, text=" they eat our bread"), "text is empty, no string or has blanks"),
        (row(150, group=""), "group is empty"),
        (row(150, set=7), "set is empty, no string"),
        (row(150, lang="pt"), "lang is pt"),
        (row(150, about="rudeness", labels=BENIGN), "no category rudeness"),
        (row(150, form="sonnet"), "no form sonnet"),
        (row(150, predicate="Says something"), "predicate is Says something"),
        (row(150, about="sexual_minors", labels=BENIGN), "a seed of sexual_minors"),
        (row(150, labels=["hate", "sexual_minors"]), "a seed of sexual_minors"),
    ],
)
def test_what_is_no_seed_is_found_in_its_line(tmp_path: Path, line: Mapping[str, Any] | str, what: str) -> None:
    (finding,) = of_seeds(tmp_path, [*GOOD_SEEDS, line])
    assert finding.line == 151
    assert what in finding.what


@pytest.mark.parametrize("labels", [["hate"], ["violence", "hate"], BENIGN])
def test_a_seed_may_violate_several_categories_or_none(tmp_path: Path, labels: list[str]) -> None:
    pair = [row(150), row(151), row(152, labels=labels, set="es-hate-75")]
    assert of_seeds(tmp_path, [*GOOD_SEEDS, *pair]) == []


def test_a_set_with_one_side_is_found_at_its_first_seed(tmp_path: Path) -> None:
    (finding,) = of_seeds(tmp_path, [*GOOD_SEEDS, row(150, set="es-hate-99"), row(152, set="es-hate-99")])
    assert (finding.line, finding.what) == (151, "set es-hate-99 has one side")
    assert "write its benign side" in finding.remedy


def test_a_set_is_about_one_category(tmp_path: Path) -> None:
    (finding,) = of_seeds(tmp_path, [*GOOD_SEEDS, row(150), row(151, about="scam")])
    assert "is about several categories" in finding.what


def test_too_few_seeds_are_found(tmp_path: Path) -> None:
    (finding,) = of_seeds(tmp_path, GOOD_SEEDS[:148])
    assert finding.what == "148 seeds of at least 150"


def test_the_languages_of_the_desks_need_a_thousand_and_every_category(tmp_path: Path) -> None:
    found = of_seeds(tmp_path, [{**seed, "lang": "en"} for seed in GOOD_SEEDS], "en")
    assert found[0].what == "150 seeds of at least 1000"
    unwritten = {finding.what for finding in found[1:]}
    assert len(unwritten) == 12
    assert "no seed violates misinformation" in unwritten
    assert not {"no seed violates hate", "no seed violates sexual_minors"} & unwritten


@pytest.mark.parametrize(("benign", "passes"), [(67, False), (68, True), (82, True), (83, False)])
def test_about_half_is_benign(tmp_path: Path, benign: int, passes: bool) -> None:
    sets = {"set": "es-hate-0"}
    seeds = [row(n, labels=BENIGN if n < benign else ["hate"], **sets) for n in range(150)]
    assert (of_seeds(tmp_path, seeds) == []) is passes


def test_a_language_that_nobody_teaches_is_found(tmp_path: Path) -> None:
    (finding,) = of_seeds(tmp_path, [{**seed, "lang": "xx"} for seed in GOOD_SEEDS], "xx")
    assert "no language 'xx' is taught" in finding.what


def test_a_predicate_stands_in_five_seeds_and_no_more(tmp_path: Path) -> None:
    five = [{**seed, "predicate": "again"} for seed in GOOD_SEEDS[:5]]
    assert of_seeds(tmp_path, [*five, *GOOD_SEEDS[5:]]) == []
    (finding,) = of_seeds(tmp_path, [*five, *GOOD_SEEDS[5:-1], {**GOOD_SEEDS[-1], "predicate": "again"}])
    assert (finding.line, finding.what) == (150, "again is in more than 5 seeds")


def test_two_seeds_of_almost_one_text_are_found_at_the_later(tmp_path: Path) -> None:
    texts = ["they eat our bread and butter every morning", "THEY eat  our bread and butter every evening"]
    (finding,) = of_seeds(tmp_path, [row(150, text=texts[0]), *GOOD_SEEDS, row(151, text=texts[1])])
    assert finding.line == 152
    assert "almost the text of line 1 (Jaccard 0.84)" in finding.what


@given(st.lists(st.text("ab 好", max_size=9), min_size=1, max_size=8))
def test_likeness_is_the_jaccard_index_of_all_pairs(texts: list[str]) -> None:
    """Against the definition, pair by pair; short texts count as one gram."""

    def grams(text: str) -> set[str]:
        text = " ".join(text.lower().split())
        return {text[n : n + 3] for n in range(len(text) - 2)} or {text}

    def pairs() -> Iterator[tuple[int, int, float]]:
        for n, one in enumerate(texts):
            for m in range(n + 1, len(texts)):
                index = len(grams(one) & grams(texts[m])) / len(grams(one) | grams(texts[m]))
                if index > 0.6 + 1e-6:
                    yield n, m, pytest.approx(index, abs=1e-5)

    assert [found for found in alike(texts) if found[2] > 0.6 + 1e-6] == list(pairs())


# Patterns

GOOD_PATTERNS = """\
language: es
slots:
  G:
    women: [women, girls]
    roma: [the hidden]
  N: {fans: [fans]}
  app: [WhatsApp, 42]
violating:
  hate:
    - [eat_bread, "{G} eat our bread", [mice]]
  scam:
    - [pay_first, "pay first, then {app} me"]
benign:
  hate:
    - [bake_bread, "{G} bake our bread"]
  scam:
    - [pay_first, "never pay first, whoever asks"]
frames:
  turns: ['who writes "{S}"?']
  keeps:
    - "so it is: {S}"
"""


def of_yaml(law: Callable[[Path], Iterator[Finding]], folder: Path, text: str, name: str) -> list[Finding]:
    path = folder / name
    path.write_text(text, "utf-8")
    return list(law(path))


def test_a_good_file_of_patterns_passes_and_is_read(tmp_path: Path) -> None:
    assert of_yaml(lint_patterns, tmp_path, GOOD_PATTERNS, "es_some.yaml") == []
    assert len(read_patterns(tmp_path)[0].patterns) == 4


@pytest.mark.parametrize(
    ("there", "instead", "line", "what"),
    [
        ("slots:", "slots: {", 4, "not YAML"),
        ("language: es", "language: pt", 1, "language is pt"),
        ("language: es\n", "", 1, "not a file of patterns"),
        ("slots:\n", "slots: 7\nrest:\n", 1, "not a file of patterns"),
        ("[fans]", "[]", 6, "slot N has no list of fillers"),
        ("[fans]", "fans", 6, "slot N has no list of fillers"),
        ("[WhatsApp, 42]", "[]", 7, "slot app has no list of fillers"),
        ("[fans]", "[fans, the hidden]", 6, "the hidden is a name of a group that is held out"),
        ("  scam:\n    - [pay_first, \"pay", "  fraud:\n    - [pay_first, \"pay", 11, "are written for fraud"),
        ("  scam:\n    - [pay_first, \"pay", "  sexual_minors:\n    - [x, \"pay", 11, "written for sexual_minors"),
        ("    - [pay_first, \"pay", "    - [pay_first]\n    - [x, \"pay", 1, "not a file of patterns"),
        ("then {app} me", "then {phone} me", 12, "pay_first has a slot {phone} without fillers"),
        ("then {app} me", "then { app} me", 12, "pay_first has a brace that is of no slot"),
        ("{G} eat our bread", "they eat our bread", 10, "eat_bread has things, but nobody"),
        ("{G} eat our bread", "{app} eats our bread", 10, "eat_bread has things, but nobody"),
        ("[mice]", "mice", 10, "eat_bread has more than a text and a list of things"),
        ("[mice]", "[mice], [rats]", 10, "eat_bread has more than a text and a list of things"),
        ("never pay first, whoever asks", "pay first, then {app} me", 17, "pay_first repeats a text of this file"),
        ('"so it is: {S}"', '"so it is"', 21, "slots of a frame: []"),
        ('"so it is: {S}"', '"on {app}: {S}"', 21, "slots of a frame: ['app', 'S']"),
        ("  keeps:", "  holds:", 20, "no kind of frames holds"),
    ],
)  # fmt: skip
def test_what_breaks_a_law_of_patterns_is_found_in_its_line(
    tmp_path: Path, there: str, instead: str, line: int, what: str
) -> None:
    assert there in GOOD_PATTERNS
    found = of_yaml(lint_patterns, tmp_path, GOOD_PATTERNS.replace(there, instead, 1), "es_some.yaml")
    assert [finding.line for finding in found if what in finding.what] == [line], found


def test_a_predicate_has_one_name_in_a_category_and_side(tmp_path: Path) -> None:
    again = '    - [eat_bread, "{G} steal our bread"]\n'
    twice = GOOD_PATTERNS.replace("  scam:\n", again + "  scam:\n", 1)
    found = of_yaml(lint_patterns, tmp_path, twice.replace("bake_bread", "eat_bread"), "es_some.yaml")
    assert [(finding.line, finding.what) for finding in found if "eat_bread" in finding.what] == [
        (11, "eat_bread is a second violating predicate of hate")
    ]


@pytest.mark.parametrize(("more", "passes"), [(1, False), (0, True)])
def test_the_sides_of_a_category_are_about_equal(tmp_path: Path, more: int, passes: bool) -> None:
    lines = "".join(f'    - [eat_bread_{n}, "{{G}} eat bread {n}"]\n' for n in range(more))
    found = of_yaml(lint_patterns, tmp_path, GOOD_PATTERNS.replace("  scam:\n", lines + "  scam:\n", 1), "es.yaml")
    assert (found == []) is passes
    assert [finding.what for finding in found] == ["2 of 3 patterns of hate violate"] * more


# Lexicons

_STANCES, _TARGETS = ("negate", "ask", "quote", "condemn", "suppose", "self"), ("you", "person", "object")
_PREDICATES = ("dehumanise", "exclude", "threaten", "demean", "praise")


def _section(name: str, cues: Iterable[str]) -> str:
    return f"{name}:\n" + "".join(f"  {cue}: [{cue}wort]\n" for cue in cues)


GOOD_LEXICON = (
    "language: de\n"
    "groups:\n"
    "  women: {kind: gender, neutral: [frau*, mädchen], slur: []}\n"
    "  men: {kind: gender, neutral: [männer], slur: [kerl]}\n"
    + _section("predicates", _PREDICATES)
    + _section("stance", _STANCES)
    + _section("target", _TARGETS)
    + _section("cues", [cue for cue in CUES[2:] if cue not in {*_PREDICATES, *_STANCES, *_TARGETS}])
)


def test_a_good_lexicon_passes_and_is_read(tmp_path: Path) -> None:
    assert of_yaml(lint_lexicon, tmp_path, GOOD_LEXICON, "de.yaml") == []
    entries = read_lexicons(tmp_path)["de"]
    assert {cue for _, cue in entries} == set(CUES)
    assert {("frau*", "group"), ("männer", "group"), ("kerl", "slur"), ("newswort", "news")} <= set(entries)


@pytest.mark.parametrize(
    ("there", "instead", "line", "what"),
    [
        ("groups:", "groups: [", 4, "not YAML"),
        ("cues:\n", "hints:\n", 1, "not a file of a lexicon"),
        ("language: de", "language: nl", 1, "language is nl"),
        ("  news: [newswort]\n", "", 1, "no terms for news"),
        ("[newswort]", "[]", 37, "news has no terms"),
        ("  news:", "  weather:", 37, "no cue weather"),
        ("[newswort]", "[988]", 37, "988 is no string"),
        ("[newswort]", "[n]", 37, "the term 'n' has 1 letters"),
        ("[newswort]", '["n*"]', 37, "the term 'n*' has 1 letters"),
        ("[selfwort]", '["i*"]', 17, "the term 'i*' has 1 letters"),  # any word with i
        ("[kerl]", "[k]", 4, "the term 'k' has 1 letters"),
        ("[newswort]", '["*"]', 37, "the term '*' has 0 letters"),
        ("[männer]", "[männer, Frau]", 4, "Frau names women too"),
        ("kind: gender, neutral: [männer]", "neutral: [männer]", 4, "men has neutral, slur"),
    ],
)
def test_what_breaks_a_law_of_lexicons_is_found_in_its_line(
    tmp_path: Path, there: str, instead: str, line: int, what: str
) -> None:
    assert there in GOOD_LEXICON
    found = of_yaml(lint_lexicon, tmp_path, GOOD_LEXICON.replace(there, instead), "de.yaml")
    assert [finding.line for finding in found if what in finding.what] == [line], found


@pytest.mark.parametrize(
    ("lang", "there", "term", "because"),
    [
        ("de", "[selfwort]", "[i]", "a pronoun is a whole word"),
        ("ko", "[weaponwort]", "[칼]", "a Hangul syllable has several letters"),
        ("hi", "[kerl]", "[गे]", "a vowel sign is a letter"),
        ("zh", "[dehumanisewort]", "[蛆]", "an ideograph is a word"),
        ("th", "[askwort]", '["?"]', "words are not spaced"),
    ],
)
def test_a_term_may_be_short_where_it_is_a_word(tmp_path: Path, lang: str, there: str, term: str, because: str) -> None:
    assert there in GOOD_LEXICON
    text = GOOD_LEXICON.replace("language: de", f"language: {lang}").replace(there, term)
    assert of_yaml(lint_lexicon, tmp_path, text, f"{lang}.yaml") == [], because
