"""Every code that `rules check` can give: the smallest files that give it, what is printed, and its row in the docs."""

from __future__ import annotations

import os
import re
from pathlib import Path

import click
import pytest

from moderation.cli.rules.check import shown
from moderation.policy.codes import CODES
from moderation.policy.loader import check_rules, read_folder
from tests.unit.policy.building import TODAY

CASES = Path(__file__).parents[2] / "golden" / "rules" / "codes"
DOCS = Path(__file__).parents[3] / "docs" / "policy.md"
ALSO = {"R009": {"R012"}}  # what no condition may name, none uses


@pytest.mark.parametrize("code", sorted(CODES))
def test_the_smallest_files_with_a_mistake_are_told_nothing_else(code: str) -> None:
    """Rewrite with UPDATE_GOLDEN=1, and read the difference."""
    problems = check_rules(read_folder(CASES / code), TODAY).problems
    assert {problem.code for problem in problems} == {code} | ALSO.get(code, set())
    said = "".join(f"{click.unstyle(shown(problem, Path()))}\n" for problem in problems)
    golden = CASES / code / "expected.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(said, "utf-8")
    assert said == golden.read_text("utf-8")


def test_every_problem_has_a_place_a_line_and_says_what_to_do() -> None:
    for code in CODES:
        for problem in check_rules(read_folder(CASES / code), TODAY).problems:
            assert problem.line >= 1
            assert problem.column >= 1
            assert problem.source, f"{code} shows no line"
            assert problem.hint or code == "R010", f"{code} gives no hint"  # there the caret says it all


def test_every_code_has_a_case_and_every_case_a_code() -> None:
    assert {path.name for path in CASES.iterdir()} == set(CODES)


def test_every_code_has_its_row_in_the_docs_and_says_there_whether_it_is_a_warning() -> None:
    rows = dict(re.findall(r"^\| ([YR][0-9]{3}) \| (.*?) \|", DOCS.read_text("utf-8"), re.MULTILINE))
    assert list(rows) == list(CODES)
    for code, row in rows.items():
        problems = [p for p in check_rules(read_folder(CASES / code), TODAY).problems if p.code == code]
        assert row.startswith("w: ") is all(problem.warning for problem in problems), code
