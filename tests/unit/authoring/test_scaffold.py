"""A new rule passes its own check and tests before an author has touched it."""

from __future__ import annotations

import pytest

from moderation.authoring.scaffold import PLACEHOLDERS, scaffold
from moderation.domain.errors import UsageError
from moderation.policy.loader import check_rules
from tests.unit.policy.building import TODAY, rule


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("languages", [["zh", "en"], ["de"], list(PLACEHOLDERS)])
def test_a_new_rule_has_no_error_and_no_warning(languages: list[str], lang: str) -> None:
    made = scaffold("spam.follow_train", languages, lang, TODAY, {})
    checked = check_rules(made.files, TODAY)
    assert checked.problems == ()
    assert checked.rule_set is not None
    (read,) = checked.rule_set.rules
    assert (read.id, read.category, read.status, list(read.scope.languages)) == (
        "spam.follow_train",
        "spam",
        "draft",
        languages,
    )
    assert [(test.lang, test.expected) for test in read.examples] == [
        (language, expected) for expected in (True, False) for language in languages
    ]


@pytest.mark.parametrize(
    ("identifier", "languages", "file"),
    [
        ("spam.follow_train", ["zh", "en"], "common/follow-train.yaml"),
        ("scam.zh_fee.first", ["zh"], "zh/zh-fee-first.yaml"),
    ],
)
def test_where_a_new_rule_stands(identifier: str, languages: list[str], file: str) -> None:
    assert scaffold(identifier, languages, "en", TODAY, {}).rule == file


def test_translations_are_paired_and_a_single_language_has_no_pair() -> None:
    two = scaffold("spam.one", ["zh", "en"], "en", TODAY, {})
    assert two.files[two.tests].count("pair: p1") == two.files[two.tests].count("pair: n1") == 2
    one = scaffold("spam.one", ["zh"], "en", TODAY, {})
    assert "pair:" not in one.files[one.tests].split("\n", 2)[2]


def test_comments_are_in_the_language_of_the_author() -> None:
    assert "REPLACE" in scaffold("spam.one", ["zh"], "en", TODAY, {}).files["zh/one.yaml"]
    assert "请替换" in scaffold("spam.one", ["zh"], "zh", TODAY, {}).files["zh/one.yaml"]


@pytest.mark.parametrize(
    ("identifier", "words"),
    [
        ("spam", "`spam` is no id; a category, a dot and a name"),
        ("spam.Follow", "`spam.Follow` is no id"),
        ("spam.a: {", "is no id"),
        ("spam.a'b", "is no id"),
        ("spam.a\nstatus", "is no id"),
        ("sapm.follow", "unknown category `sapm`; did you mean `spam`"),
        ("", "unknown category"),
    ],
)
def test_a_bad_id_is_refused_in_the_words_of_the_loader(identifier: str, words: str) -> None:
    with pytest.raises(UsageError) as refused:
        scaffold(identifier, ["en"], "en", TODAY, {})
    assert words in str(refused.value)


def test_an_id_that_another_file_has_is_refused() -> None:
    with pytest.raises(UsageError, match=r"spam\.one"):
        scaffold("spam.one", ["en"], "en", TODAY, {"other.yaml": rule()})


@pytest.mark.parametrize("file", ["en/one.yaml", "en/one.test.yaml"])
def test_a_file_that_is_there_is_named(file: str) -> None:
    with pytest.raises(UsageError, match=rf"{file}: is there already"):
        scaffold("spam.one", ["en"], "en", TODAY, {file: ""})


def test_errors_of_other_files_do_not_keep_an_author_from_a_new_rule() -> None:
    assert scaffold("spam.two", ["en"], "en", TODAY, {"broken.yaml": "x: 1\n"}).rule == "en/two.yaml"


@pytest.mark.parametrize("languages", [["en", "xx"], []])
def test_a_language_without_a_placeholder_is_refused(languages: list[str]) -> None:
    with pytest.raises(UsageError, match=r"no placeholder in .*; give some of zh,en"):
        scaffold("spam.one", languages, "en", TODAY, {})
