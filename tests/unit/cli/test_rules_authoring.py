"""``moderation rules parity|flips|coverage|new``: what authors see, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from rich.cells import cell_len

from moderation.cli.rules import command
from moderation.domain.errors import NotFound, UsageError
from tests.unit.policy.building import rule

ROOT = Path(__file__).parents[3]
TESTS = """\
- {match: please join us today, lang: en, pair: p1}
- {match: 今天请你们来一起坐坐, lang: zh, pair: p1}
"""


def _run(*arguments: str, rules: Path) -> Result:
    return CliRunner().invoke(command, [*arguments, "--rules", str(rules)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One canary whose Chinese translation is not caught."""
    parts = {"status": "canary", "canary": "100%", "scope": "{languages: [zh, en]}"}
    (tmp_path / "a.yaml").write_text(
        rule(detect="{invite: {words: {en: [join us], zh: [加入我们]}}}", **parts), "utf-8"
    )
    (tmp_path / "a.test.yaml").write_text(TESTS, "utf-8")
    return tmp_path


@pytest.mark.slow
def test_parity_shows_the_broken_pair_with_its_place_and_fails(folder: Path) -> None:
    result = _run("parity", rules=folder)
    assert result.exit_code == 1
    assert "broken spam.one [canary] p1" in result.stdout
    assert f"{folder}/a.test.yaml:2: zh: 今天请你们来一起坐坐\n      should match, matched by no rule" in result.stdout
    assert "zh 0/1" in result.stdout
    assert "1 对：0 对一致，1 对不一致" in _run("parity", "--lang", "zh", rules=folder).stdout


@pytest.mark.slow
def test_parity_as_json_and_a_todo_that_never_fails(folder: Path) -> None:
    (folder / "a.test.yaml").write_text(TESTS.replace("match: 今", "todo_match: 今"), "utf-8")
    result = _run("parity", "spam.one", "--json", rules=folder)
    said = json.loads(result.stdout)
    assert (result.exit_code, said["broken"], said["open"]) == (0, 0, 1)
    assert said["languages"] == [{"languages": ["zh", "en"], "pairs": 1, "agree": 0, "broken": 0, "open": 1}]
    assert [member["holds"] for member in said["results"][0]["members"]] == [True, False]


@pytest.mark.slow
def test_flips_measures_and_never_fails(folder: Path) -> None:
    shown = _run("flips", rules=folder)
    assert shown.exit_code == 0
    assert "full_width" in shown.stdout
    result = _run("flips", "spam.one", "--variant", "leet", "--variant", "full_width", "--json", rules=folder)
    said = json.loads(result.stdout)
    assert {(cell["variant"], cell["language"], cell["texts"], cell["lost"]) for cell in said["cells"]} == {
        ("full_width", "en", 1, 0),
        ("leet", "en", 1, 0),
    }
    (flip,) = said["flips"]
    assert (flip["variant"], flip["change"], flip["accepted"], flip["action"]) == (
        "leet",
        "lost",
        False,
        ["hold", "approve"],
    )
    assert "没有测试适用这些变体" in _run("flips", "--variant", "simplified", "--lang", "zh", rules=folder).stdout


def test_an_unknown_variant_or_rule_is_named(folder: Path) -> None:
    unknown = _run("flips", "--variant", "upside_down", rules=folder).exception
    assert isinstance(unknown, NotFound)
    assert "no variant `upside_down`; there are full_width, " in str(unknown)
    assert isinstance(_run("parity", "spam.on", rules=folder).exception, NotFound)
    assert isinstance(_run("flips", "spam.on", rules=folder).exception, NotFound)


def test_coverage_is_strict_about_both_desks_only_when_asked(folder: Path) -> None:
    shown = _run("coverage", rules=folder)
    assert shown.exit_code == 0
    assert "252 cells: 2 with a rule that acts, 0 with shadow only, 250 without a rule" in shown.stdout
    assert "spam.one: zh en" in shown.stdout
    assert _run("coverage", "--strict", rules=folder).exit_code == 1


def test_coverage_as_json(folder: Path) -> None:
    said = json.loads(_run("coverage", "--json", rules=folder).stdout)
    cells = {(cell["category"], cell["language"]): cell for cell in said["results"]}
    assert cells["spam", "en"]["sole"] == "spam.one"
    assert (cells["spam", "en"]["classifier"], cells["spam", "en"]["match_tests"]) == (True, 1)
    assert cells["spam", "de"]["empty"]
    assert said["languages"][:2] == ["zh", "en"]


@pytest.mark.slow
@pytest.mark.parametrize("lang", ["en", "zh"])
def test_the_map_of_the_shipped_rules_has_no_gap_and_fits_a_hundred_columns(lang: str) -> None:
    result = _run("coverage", "--strict", "--lang", lang, rules=ROOT / "rules")
    assert result.exit_code == 0
    assert max(map(cell_len, result.stdout.splitlines())) <= 100


@pytest.mark.slow
def test_no_pair_of_the_shipped_rules_is_broken() -> None:
    assert _run("parity", "--json", rules=ROOT / "rules").exit_code == 0


def test_new_writes_a_rule_that_passes_and_refuses_to_write_it_again(tmp_path: Path) -> None:
    result = _run("new", "spam.follow_train", rules=tmp_path / "mine")
    file = tmp_path / "mine" / "common" / "follow-train.yaml"
    assert result.exit_code == 0
    assert f"wrote {file}\n" in result.stdout
    assert f"  moderation rules test spam.follow_train --rules {tmp_path / 'mine'}\n" in result.stdout
    assert "# yaml-language-server: $schema=../schema.json" in file.read_text("utf-8")
    assert _run("check", "--strict", rules=tmp_path / "mine").exit_code == 0
    file.write_text("edited", "utf-8")
    again = _run("new", "spam.follow_train", rules=tmp_path / "mine")
    assert isinstance(again.exception, UsageError)
    assert "common/follow-train.yaml: is there already" in str(again.exception)
    assert file.read_text("utf-8") == "edited"


def test_new_beside_nothing_but_the_schema(tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text("{}")
    result = _run("new", "spam.one", "--languages", "zh", "--json", "--lang", "zh", rules=tmp_path)
    said = json.loads(result.stdout)
    assert said["files"] == [str(tmp_path / "zh" / "one.yaml"), str(tmp_path / "zh" / "one.test.yaml")]
    assert not any("schema" in line for line in said["next"])


@pytest.mark.slow
def test_the_tests_of_a_new_rule_pass_in_every_language_it_knows(tmp_path: Path) -> None:
    from moderation.authoring.scaffold import PLACEHOLDERS

    _run("new", "spam.one", "--languages", ",".join(PLACEHOLDERS), rules=tmp_path)
    result = _run("test", rules=tmp_path)
    assert (result.exit_code, result.stdout) == (0, f"{2 * len(PLACEHOLDERS)} passed\n")
    for language in PLACEHOLDERS:
        _run("new", f"scam.only_{language}", "--languages", language, rules=tmp_path / "alone")
    assert _run("test", rules=tmp_path / "alone").exit_code == 0
    assert _run("check", rules=tmp_path / "alone").exit_code == 0
