"""Statements of reasons: complete in every language, in the author's, and without a word of the reviewer's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from moderation.domain.decision import Action
from moderation.domain.errors import UsageError
from moderation.domain.market import EU
from moderation.domain.review import Recorded
from moderation.domain.taxonomy import CATEGORIES, Taxonomy
from moderation.pool.review.dsa import EEA, Register, Statement, territories
from moderation.pool.review.statements import ACTIONS, Letters, Measure, Template, of_decision, of_verdict
from moderation.settings import load_statements, load_taxonomy, shipped
from tests.support.builders import a_decision, a_match, a_need, a_post

LETTERS = load_statements()
TAXONOMY = load_taxonomy()
REGISTER = Register(LETTERS, TAXONOMY, "https://example.org/rules")
LANGUAGES = "en zh-Hans zh-Hant es fr de pt ja ko ru vi th id hi ar it tr pl"
WANTED = frozenset(LANGUAGES.split())
NOTE = "looks like the ring from Tuesday"


def decided(action: Action = Action.hold, **fields: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """A post and its decision; ``post`` are fields of the post."""
    post = a_post("n-1", text="hello", created_at="2026-11-19T23:30:00-02:00", **fields.pop("post", {}))
    given = {"matches": (a_match(),), "outcomes": {"*": action}} | fields
    return post.to_json(), a_decision(post, action, given.pop("review", a_need()), **given).to_json()


def a_verdict(action: str = "remove", **fields: Any) -> Recorded:
    given: dict[str, Any] = {
        "id": 12, "item": 1, "kind": "review", "post_id": "n-1", "revision": 1, "action": action, "category": "scam",
        "basis": "read", "note": NOTE, "reviewer": "ann", "desk": "zh", "language": "en", "at": 1_763_600_000.0,
        "claimed_at": 1_763_599_000.0, "effective_at": 1_763_600_020.0, "state": "standing", "load": 1.0,
        "policy_version": "2026-11-21",
    }  # fmt: skip
    return Recorded(**given | fields)


def by_verdict(action: str = "remove", **fields: Any) -> Measure:
    made = of_verdict(a_verdict(action, **fields), *decided())
    assert made is not None
    return made


def by_decision(**fields: Any) -> list[Measure]:
    return list(of_decision(*decided(**fields)))


# letters ------------------------------------------------------------------------------------------------------------
def test_every_language_has_its_sentences() -> None:
    assert set(LETTERS.templates) == WANTED


@pytest.mark.parametrize("tag", sorted(WANTED))
def test_a_letter_says_what_was_done_by_which_rule_where_how_and_what_to_do(tag: str) -> None:
    template = LETTERS.templates[tag]
    texts = set()
    for action in ACTIONS:
        for category in CATEGORIES:
            measure = replace(
                by_decision(language=tag, outcomes={"*": Action.hold, "DE": Action.limit})[0], action=action
            )
            letter = LETTERS(replace(measure, category=category, outcomes={"*": action, "DE": "approve"}))
            assert letter.language == tag
            assert template.categories[category] in letter.text
            assert letter.text.count("\n") == 5
            assert "{" not in letter.text
            assert "2026" in letter.text
            assert template.appeal in letter.text
            texts.add(letter.text)
    assert len(texts) == len(ACTIONS) * len(CATEGORIES), "each says something else"


@pytest.mark.parametrize("tag", sorted(WANTED - {"en"}))
def test_no_sentence_is_left_in_english(tag: str) -> None:
    def sentences(template: Template) -> set[str]:
        said = template.model_dump()
        return {text for part in ("actions", "where", "found", "decided") for text in said[part].values()} | {
            said["rule"],
            said["appeal"],
        }

    assert not sentences(LETTERS.templates[tag]) & sentences(LETTERS.templates["en"])


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("zh", "zh-Hans"),
        ("zh-Hant", "zh-Hant"),
        ("yue", "zh-Hant"),
        ("zh-Latn-pinyin", "zh-Hans"),
        ("pt-BR", "pt"),
        ("hi-Latn", "hi"),
        ("ur-Latn", "en"),
        ("sw", "en"),
        ("und", "en"),
    ],
)
def test_the_author_is_told_in_the_language_of_the_post_else_in_english(written: str, told: str) -> None:
    assert LETTERS.language(written) == told


def test_a_language_that_is_doubtful_is_not_relied_on() -> None:
    post, decision = decided(language="id")
    (sure,) = of_decision(post, decision)
    (doubtful,) = of_decision(post, decision | {"language": decision["language"] | {"doubtful": True}})
    assert (LETTERS(sure).language, LETTERS(doubtful).language) == ("id", "en")


def test_a_letter_in_full() -> None:
    letter = LETTERS(by_verdict())
    assert (letter.id, letter.post_id, letter.revision, letter.author) == ("D-12", "n-1", 1, None)
    assert letter.text.splitlines() == [
        "We have removed your post of November 20, 2026.",
        "Our community rules do not allow: scams and fraud.",
        "This applies everywhere.",
        "It was found by automated means.",
        "The decision was made by a person.",
        LETTERS.templates["en"].appeal,
    ]


def test_neither_the_reviewers_note_nor_their_name_leaves() -> None:
    measure = by_verdict()
    row = REGISTER(measure)
    assert row is not None
    for told in (LETTERS(measure).text, str(row.to_json())):
        assert NOTE not in told
        assert "ann" not in told.split()
        assert "hello" not in told


def test_where_it_applies_is_told_in_the_authors_language() -> None:
    hold, limit = by_decision(language="ja", outcomes={"*": Action.hold, "DE": Action.limit, "XX": Action.limit})
    assert "次の地域を除くすべての地域" in LETTERS(hold).text
    assert "この措置は次の地域に適用されます：ドイツ、XX。" in LETTERS(limit).text


def test_without_a_category_the_letter_leaves_the_rule_out() -> None:
    (measure,) = by_decision(matches=(), unavailable=("slow",))
    assert measure.category is None
    assert "community rules" not in LETTERS(measure).text


# measures -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("fields", "because"),
    [
        ({"action": "allow"}, "nothing was done"),
        ({"state": "held"}, "nothing was done yet"),
        ({"state": "undone"}, "it was taken back"),
        ({"state": "reversed"}, "it was taken back"),
        ({"state": "silent"}, "it never had an effect"),
        ({"action": "reverse"}, "it is no verdict"),
    ],
)
def test_what_has_no_effect_is_no_measure(fields: dict[str, Any], because: str) -> None:
    assert of_verdict(a_verdict(**fields), *decided()) is None, because


def test_a_ban_is_told_as_the_removal_that_it_is() -> None:
    assert by_verdict("ban").action == "remove"


def test_an_approved_post_has_no_measure() -> None:
    assert by_decision(action=Action.approve, matches=(), review=None) == []


def test_a_market_with_its_own_outcome_has_a_measure_of_its_own() -> None:
    outcomes = {"*": Action.hold, "EU": Action.limit, "DE": Action.approve, "US": Action.remove}
    remove, hold, limit = by_decision(outcomes=outcomes)
    assert (remove.markets(), hold.markets(), limit.markets()) == (
        (["US"], []),
        (["*"], ["DE", "EU", "US"]),
        (["EU"], []),
    )
    assert len({remove.id, hold.id, limit.id}) == 3
    assert territories(limit) == sorted(EU - {"DE"}), "the more special market goes first"
    assert territories(hold) == ["IS", "LI", "NO"]
    assert territories(remove) == []


# the EU database ----------------------------------------------------------------------------------------------------
def test_a_row_in_full() -> None:
    row = REGISTER(by_verdict())
    assert row is not None
    assert row.to_json() == {
        "decision_visibility": ["DECISION_VISIBILITY_CONTENT_REMOVED"],
        "decision_ground": "DECISION_GROUND_INCOMPATIBLE_CONTENT",
        "decision_ground_reference_url": "https://example.org/rules",
        "incompatible_content_ground": "Community rules: Scams and fraud (version 2026-11-21)",
        "incompatible_content_explanation": "Our community rules do not allow: scams and fraud.",
        "category": "STATEMENT_CATEGORY_SCAMS_AND_FRAUD",
        "content_type": ["CONTENT_TYPE_TEXT"],
        "content_language": "EN",
        "content_date": "2026-11-20",
        "application_date": "2025-11-20",
        "territorial_scope": sorted(EEA),
        "decision_facts": "The post was found by automated means. A person decided about the post.",
        "source_type": "SOURCE_VOLUNTARY",
        "automated_detection": "Yes",
        "automated_decision": "AUTOMATED_DECISION_NOT_AUTOMATED",
        "puid": "D-12",
    }


FIELDS = [
    (by_verdict("limit"), "decision_visibility", ["DECISION_VISIBILITY_CONTENT_DEMOTED"]),
    (by_decision()[0], "decision_visibility", ["DECISION_VISIBILITY_CONTENT_DISABLED"]),
    (by_decision()[0], "automated_decision", "AUTOMATED_DECISION_FULLY"),
    (by_verdict(campaign="C-1"), "automated_decision", "AUTOMATED_DECISION_PARTIALLY"),
    (by_decision(language="yue")[0], "content_language", "ZH"),
    (by_decision(language="und")[0], "content_language", None),
    (by_decision(language="fil")[0], "content_language", None),
    (by_decision(matches=())[0], "category", "STATEMENT_CATEGORY_OTHER_VIOLATION_TC"),
    (by_decision(post={"markets": ["DE"]}, outcomes={"DE": Action.hold})[0], "territorial_scope", ["DE"]),
    (
        by_decision(post={"kind": "listing", "media": [{"kind": "video"}, {"kind": "smell"}]})[0],
        "content_type",
        ["CONTENT_TYPE_PRODUCT", "CONTENT_TYPE_TEXT", "CONTENT_TYPE_VIDEO"],
    ),
]


@pytest.mark.parametrize(("measure", "field", "value"), FIELDS)
def test_each_field_follows_from_the_measure(measure: Measure, field: str, value: object) -> None:
    row = REGISTER(measure)
    assert row is not None
    assert row.to_json().get(field) == value


def test_what_the_pipeline_had_not_flagged_was_found_by_a_person() -> None:
    measure = of_verdict(a_verdict(kind="random"), *decided(Action.approve, matches=(), review=None))
    assert measure is not None
    row = REGISTER(measure)
    assert row is not None
    assert row.automated_detection == "No"
    assert "It was found by a person." in LETTERS(measure).text


@pytest.mark.parametrize("category", CATEGORIES)
def test_the_database_knows_every_category_of_the_taxonomy(category: str) -> None:
    assert REGISTER(replace(by_verdict(), category=category)) is not None


def test_a_measure_outside_the_eea_has_no_row_but_a_letter() -> None:
    (measure,) = by_decision(post={"markets": ["US", "JP"]}, outcomes={"JP": Action.hold, "US": Action.hold})
    assert REGISTER(measure) is None
    assert "This applies in: Japan and United States." in LETTERS(measure).text


def test_a_category_that_the_database_does_not_know_is_a_wrong_configuration() -> None:
    scam = replace(TAXONOMY["scam"], dsa="FUN")
    wrong = Taxonomy({**TAXONOMY.categories, "scam": scam}, TAXONOMY.due_in_s, TAXONOMY.handling_s)
    with pytest.raises(UsageError, match="D-12: the EU database would refuse its statement: category: "):
        Register(LETTERS, wrong)(by_verdict())


@pytest.mark.parametrize(
    "changed",
    [
        {"incompatible_content_ground": "x" * 501},
        {"incompatible_content_explanation": "x" * 2001},
        {"decision_facts": "x" * 5001},
        {"decision_ground_reference_url": "javascript:x"},
        {"puid": "D.12"},
        {"puid": "D-12\n"},
        {"content_language": "en"},
        {"territorial_scope": ["US"]},
        {"territorial_scope": []},
        {"decision_visibility": []},
        {"content_date": "1999-12-31"},
        {"automated_detection": "yes"},
        {"note": NOTE},
    ],
)
def test_what_the_database_would_refuse_is_refused_here(changed: dict[str, Any]) -> None:
    row = REGISTER(by_verdict())
    assert row is not None
    assert Statement.model_validate(row.to_json()) == row
    with pytest.raises(ValidationError):
        Statement.model_validate(row.to_json() | changed)


# the files ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def configs(tmp_path: Path) -> Path:
    (tmp_path / "statements").mkdir()
    for file in (shipped("configs") / "statements").glob("*.yaml"):
        (tmp_path / "statements" / file.name).write_bytes(file.read_bytes())
    return tmp_path


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (
            "We have removed your post of {date}.",
            "We have removed your post.",
            "actions.remove: Value error, must have",
        ),
        ("your post of {date}.", "your post of {date} by {reviewer}.", "each of its placeholders once"),
        ("your post of {date}.", "your post of {date.year}.", "and no others: {date}"),
        ("your post of {date}.", "your post of {date.", "is not well formed"),
        ("do not allow: {category}", "do not allow: {}", "and no others: {category}"),
        ("  spam: spam\n", "", "en.yaml:18:3: categories: Value error, missing or unknown: spam"),
        ("  spam: spam\n", "  spam: spam\n  fun: fun\n", "missing or unknown: fun"),
        ("rule: ", "rules: ", "rule: Field required"),
    ],
)
def test_a_template_that_misses_something_is_refused_with_its_place(
    configs: Path, before: str, after: str, said: str
) -> None:
    file = configs / "statements" / "en.yaml"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(UsageError) as refused:
        load_statements(configs)
    assert said in str(refused.value)
    assert str(file) in str(refused.value)


def test_english_must_be_there_for_all_who_have_no_file(configs: Path) -> None:
    (configs / "statements" / "en.yaml").unlink()
    with pytest.raises(UsageError, match=r"en\.yaml: is missing"):
        load_statements(configs)


def test_a_language_is_added_by_adding_its_file(configs: Path) -> None:
    english = (configs / "statements" / "en.yaml").read_text(encoding="utf-8")
    (configs / "statements" / "sw.yaml").write_text(english, encoding="utf-8")
    letters = load_statements(configs)
    assert isinstance(letters, Letters)
    assert letters.language("sw") == "sw"
