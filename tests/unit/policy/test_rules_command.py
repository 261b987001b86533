"""``moderation rules``: what authors see, and the exit codes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from moderation.cli.rules import command
from moderation.domain.errors import NotFound, RulesRefused
from tests.unit.policy.building import rule

ROOT = Path(__file__).parents[3]


def _run(*arguments: str, rules: Path) -> Result:
    return CliRunner().invoke(command, [*arguments, "--rules", str(rules)])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one rule, its tests, and a warning."""
    (tmp_path / "a.yaml").write_text(rule(expires="2020-01-01"), "utf-8")
    (tmp_path / "a.test.yaml").write_text("- {match: join us, lang: en}\n", "utf-8")
    return tmp_path


def test_check_shows_place_line_caret_code_and_hint(folder: Path) -> None:
    (folder / "b.yaml").write_text(rule(id="spam.two", title="{en: 加V看主页, zh: 加V看主页}", status="on"), "utf-8")
    (folder / "c.yaml").write_text(rule(id="spam.three").replace("owner: spam-policy", "标题: x"), "utf-8")
    result = _run("check", rules=folder)
    assert result.exit_code == 1
    assert (
        f"{folder}/b.yaml:4:9: error R004: unknown status `on`\n    status: on\n            ^\n    hint: "
        in result.stdout
    )
    assert "2 error(s)" not in result.stdout
    assert "3 error(s), 1 warning(s)" in result.stdout
    assert "\x1b" not in result.stdout


def test_the_caret_stands_under_the_character_also_behind_wide_ones(folder: Path) -> None:
    (folder / "b.yaml").write_text(rule(id="spam.two", title="{en: T, zh: 加微信看主页, fr: x}"), "utf-8")
    lines = _run("check", rules=folder).stdout.splitlines()
    at = next(n for n, line in enumerate(lines) if "unknown key `fr`" in line)
    source, caret = lines[at + 1], lines[at + 2]
    wide = sum(ord(character) > 0x2E80 for character in source[: source.index("fr")])
    assert caret.index("^") == source.index("fr") + wide


def test_warnings_fail_only_when_strict(folder: Path) -> None:
    result = _run("check", rules=folder)
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "1 rules, 0 error(s), 1 warning(s)")
    assert _run("check", "--strict", rules=folder).exit_code == 1


def test_check_as_json(folder: Path) -> None:
    said = json.loads(_run("check", "--json", rules=folder).stdout)
    assert said["rules"] == 1
    assert said["digest"].startswith("sha256:")
    assert said["problems"][0]["code"] == "R024"
    assert said["problems"][0]["file"] == "a.yaml"


def test_a_line_of_a_megabyte_is_shown_around_its_fault(folder: Path) -> None:
    (folder / "b.yaml").write_text(rule(id="spam.two", owner="{" + "x" * 100_000 + ": 1}"), "utf-8")
    assert len(_run("check", rules=folder).stdout) < 3000


def test_control_characters_of_a_file_never_reach_the_terminal(folder: Path) -> None:
    (folder / "b.yaml").write_text(rule(id="spam.two", status="on\u202e"), "utf-8")
    output = _run("check", rules=folder).stdout
    assert "\u202e" not in output
    assert "<U+202E>" in output


def test_list_and_explain(folder: Path) -> None:
    assert "spam.one" in _run("list", rules=folder).stdout
    assert json.loads(_run("list", "--json", "--lang", "zh", rules=folder).stdout)[0]["title"] == "一"
    assert json.loads(_run("explain", "spam.one", "--json", rules=folder).stdout)["condition"] == "invite"
    assert "Matches when: invite" in _run("explain", "spam.one", rules=folder).stdout
    assert "命中条件: invite" in _run("explain", "spam.one", "--lang", "zh", rules=folder).stdout


def test_what_is_not_there_is_named_with_the_nearest(folder: Path) -> None:
    result = _run("explain", "spam.on", rules=folder)
    assert isinstance(result.exception, NotFound)
    assert "did you mean `spam.one`?" in str(result.exception)
    (folder / "a.yaml").write_text("x: 1\n", "utf-8")
    assert isinstance(_run("list", rules=folder).exception, RulesRefused)


def test_explain_without_anything_says_how(folder: Path) -> None:
    result = _run("explain", rules=folder)
    assert result.exit_code == 2
    assert "give a RULE, or --post" in result.stderr


@pytest.mark.slow
def test_what_rules_say_of_a_post_is_json(folder: Path) -> None:
    detect = "{invite: {words: {en: [join us]}}, latin: {words: {fr: [join us]}}, filter_f: {words: [do join us]}}"
    (folder / "b.yaml").write_text(
        rule(id="spam.two", detect=detect, condition="invite and (latin or invite) and not filter_f"), "utf-8"
    )
    said = json.loads(_run("explain", "spam.two", "--post", "Please do join us", "--json", rules=folder).stdout)
    (told,) = said["rules"]
    place = ["text", 10, 17, "join us"]
    by_name = {part["name"]: part for part in told["conditions"]}
    assert (by_name["invite"]["hits"], by_name["invite"]["taken"]) == ([[place, "exact", []]], [place])
    assert by_name["latin"]["uncounted"] == [[place, "exact", [], "fr"]]
    assert by_name["filter_f"]["truth"] is True
    assert said["decision"]["matches"][0]["seen"] == [["exact", []]]


def test_schema_prints_json() -> None:
    assert json.loads(CliRunner().invoke(command, ["schema"]).stdout)["title"] == "Moderation rule"


def test_check_loads_nothing_heavy(folder: Path) -> None:
    code = (
        "import sys; from moderation.cli.rules import command\n"
        f"command(['check', '--rules', {str(folder)!r}], standalone_mode=False)\n"
        "heavy = ('numpy', 'sklearn', 'celery', 'torch', 'pydantic', 'sqlalchemy')\n"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.splitlines()[-1] == "[]"
