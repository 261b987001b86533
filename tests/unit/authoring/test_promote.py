"""A rule goes forward where its gates let it, and back at any time; only its status is written."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from moderation.authoring.promote import Move, alone, changes, new_problems, plan, replace_file, rewrite
from moderation.cli.rules import command
from moderation.domain.errors import NotFound, UsageError
from tests.unit.policy.building import TODAY, load, rule

DETECT = "{invite: {words: {en: [join us], zh: [加入我们]}}}"
TESTS = """\
- {match: please join us today, lang: en, pair: p1}
- {match: 今天请你们加入我们, lang: zh, pair: p1}
- {ok: we go home today, lang: en, pair: p2}
- {ok: 今天我们回家吃饭, lang: zh, pair: p2}
"""


def _text(status: str, **parts: str) -> str:
    said = {"detect": DETECT, "scope": "{languages: [zh, en]}", "expires": "2099-01-01", **parts}
    return rule(status=f"{status}   # since spring", **said)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.yaml").write_text(_text("shadow"), "utf-8")
    (tmp_path / "a.test.yaml").write_text(TESTS, "utf-8")
    return tmp_path


def _posts(folder: Path, *, right: int = 60, wrong: int = 0, benign: int = 400) -> str:
    """Posts in both languages: so many matches that violate, so many that do not, so many others that do not."""
    texts = [("please join us here", True)] * right + [("please join us here", False)] * wrong
    texts += [("we stay at home and read a book", False), ("今天我们在家里看书", False)] * benign
    lines = [json.dumps({"id": f"n-{n}", "text": text, "violating": bad}) for n, (text, bad) in enumerate(texts)]
    (folder / "posts.jsonl").write_text("\n".join(lines), "utf-8")
    return str(folder / "posts.jsonl")


def _run(*arguments: str, rules: Path, said: str = "") -> Result:
    return CliRunner().invoke(command, ["promote", *arguments, "--rules", str(rules)], input=said)


# the plan -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("parts", "to", "share", "expected", "backwards"),
    [
        ({"status": "draft"}, None, None, ("shadow", 0.0), False),
        ({"status": "retired"}, None, None, ("shadow", 0.0), False),
        ({"status": "shadow"}, None, None, ("canary", 0.1), False),
        ({"status": "shadow"}, None, 0.05, ("canary", 0.05), False),
        ({"status": "shadow"}, "enforce", None, ("enforce", 0.0), False),  # with all the gates of enforce
        ({"status": "canary", "canary": "10%"}, None, None, ("enforce", 0.0), False),
        ({"status": "canary", "canary": "10%"}, "canary", 0.5, ("canary", 0.5), False),  # more posts, more gates
        ({"status": "canary", "canary": "10%"}, "canary", 0.05, ("canary", 0.05), True),
        ({"status": "canary", "canary": "10%"}, "shadow", None, ("shadow", 0.0), True),
    ],
)
def test_the_next_step_and_any_step_that_is_asked_for(
    parts: dict[str, str], to: str | None, share: float | None, expected: tuple[str, float], backwards: bool
) -> None:
    move = plan(load(rule(**parts)).rules[0], to, share)
    assert (move.to, move.share, move.backwards) == (*expected, backwards)
    assert move.measured is (not backwards and expected[0] != "shadow")


@pytest.mark.parametrize(
    ("parts", "to", "share", "says"),
    [
        ({"status": "canary", "canary": "10%"}, "canary", None, "is canary already of 10%; give another --share"),
        ({"status": "shadow"}, "shadow", None, "is shadow already"),
        ({"status": "draft"}, None, 0.1, "--share is for a canary, and spam.one would be shadow"),
    ],
)
def test_what_is_no_step_is_refused(parts: dict[str, str], to: str | None, share: float | None, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        plan(load(rule(**parts)).rules[0], to, share)


def test_what_the_new_status_brings_is_told_and_what_was_there_before_is_not() -> None:
    text = rule(status="shadow", detect="{invite: {words: [join us]}, idle: {words: [x y z]}}")
    (only,) = load(text).rules
    written = rewrite({only.file: text}, Move(only, "canary", 0.1))
    assert changes(text, written[only.file]) == ["- status: shadow", "+ status: canary", "+ canary: 10%"]
    problems = new_problems({only.file: text}, written, TODAY)
    assert {problem.code for problem in problems} == {"R067"}  # a canary without `expires`; not R012, which is old


def test_a_rule_is_run_with_those_that_it_counts_and_no_others() -> None:
    counts = "{often: {count: {of: spam.two, within: 1h, gte: 2}}}"
    rules = load(
        rule(id="spam.one", status="draft", detect=counts, condition="often"),
        rule(id="spam.two"),
        rule(id="spam.three", detect="{other: {words: [elsewhere]}}", condition="other"),
    )
    only = alone(rules, rules.rules[0])
    assert [(one.id, one.status) for one in only.rules] == [("spam.one", "shadow"), ("spam.two", "shadow")]
    assert [term.text for term in only.vocabulary.terms] == ["join us"]


def test_a_file_is_replaced_whole_with_its_mode_and_links_stay(tmp_path: Path) -> None:
    file = tmp_path / "a.yaml"
    file.write_text("old", "utf-8")
    file.chmod(0o640)
    (tmp_path / "link.yaml").symlink_to(file)
    replace_file(tmp_path / "link.yaml", "新")
    assert (file.read_text("utf-8"), stat.S_IMODE(file.stat().st_mode)) == ("新", 0o640)
    assert (tmp_path / "link.yaml").is_symlink()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.yaml", "link.yaml"]


def test_what_cannot_be_written_is_said_and_nothing_is_left_behind(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").mkdir()
    with pytest.raises(UsageError, match="nothing was changed"):
        replace_file(tmp_path / "a.yaml", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.yaml"]


# the command --------------------------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_draft_becomes_shadow_by_its_tests_alone(folder: Path) -> None:
    (folder / "a.yaml").write_text(_text("draft"), "utf-8")
    result = _run("spam.one", "--yes", rules=folder)
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines() == [
        "PASS check: no problem that was not there before",
        "PASS tests: 4 pass, with a match and an ok in zh, en",
        "- status: draft   # since spring",
        "+ status: shadow   # since spring",
    ]
    assert (folder / "a.yaml").read_text("utf-8") == _text("shadow")


@pytest.mark.slow
def test_a_shadow_becomes_canary_where_every_gate_is_passed(folder: Path) -> None:
    result = _run("spam.one", "--share", "5%", "--posts", _posts(folder), "--json", "--yes", rules=folder)
    assert result.exit_code == 0, result.output
    said = json.loads(result.stdout)
    assert [(gate["gate"], gate["passed"]) for gate in said["gates"]] == [
        (name, True) for name in ("check", "tests", "parity", "precision", "disparity")
    ]
    assert (said["from"], said["to"], said["share"], said["refused"]) == ("shadow", "canary", 0.05, False)
    assert said["gates"][3]["right"] == 60
    assert said["gates"][4]["judged"] == {"en": [400, 0], "zh": [400, 0]}
    text = (folder / "a.yaml").read_text("utf-8")
    assert text == _text("canary").replace("spring\n", "spring\ncanary: 5%\n")


@pytest.mark.slow
def test_nothing_is_written_while_a_gate_fails_and_each_says_its_numbers(folder: Path) -> None:
    posts = _posts(folder, right=40, wrong=20, benign=100)
    result = _run("spam.one", "--to", "enforce", "--posts", posts, "--yes", rules=folder)
    assert result.exit_code == 1
    assert "FAIL precision: 40 of 60 verdicts right (66.67%), 95% interval 0.54 to 0.77" in result.stdout
    assert "to do: look at its wrong hits" in result.stdout
    assert "FAIL disparity: no language has 200 benign verdicts: en 20/120, zh 0/100" in result.stdout
    assert "refused: 2 gate(s) fail; nothing was written" in result.stdout
    assert (folder / "a.yaml").read_text("utf-8") == _text("shadow")
    chinese = _run("spam.one", "--to", "enforce", "--posts", posts, "--yes", "--lang", "zh", rules=folder).stdout
    assert "未过 精确率：" in chinese.replace(": ", "：")
    assert "拒绝：2 项未过；文件未改动" in chinese


@pytest.mark.slow
def test_the_labels_of_a_file_outweigh_those_of_the_posts(folder: Path) -> None:
    posts = _posts(folder, right=60)
    labels = folder / "labels.jsonl"
    labels.write_text("\n".join(json.dumps({"id": f"n-{n}", "verdict": "benign"}) for n in range(30)), "utf-8")
    result = _run("spam.one", "--posts", posts, "--labels", str(labels), "--json", "--yes", rules=folder)
    assert result.exit_code == 1
    precision = json.loads(result.stdout)["gates"][3]
    assert (precision["right"], precision["n"], precision["why"]) == (30, 60, "low")


@pytest.mark.slow
def test_a_failing_test_and_a_broken_pair_fail_their_gates(folder: Path) -> None:
    (folder / "a.test.yaml").write_text(TESTS.replace("今天请你们加入我们", "今天请你们一起来"), "utf-8")
    result = _run("spam.one", "--posts", _posts(folder), "--json", rules=folder)
    assert result.exit_code == 1
    gates = {gate["gate"]: gate for gate in json.loads(result.stdout)["gates"]}
    assert (gates["tests"]["why"], gates["tests"]["places"]) == ("failed", ["a.test.yaml:2"])
    assert (gates["parity"]["why"], gates["parity"]["pairs"]) == ("broken", ["p1"])


def test_back_it_goes_at_any_time_without_a_gate(folder: Path) -> None:
    (folder / "a.yaml").write_text(_text("enforce"), "utf-8")
    declined = _run("spam.one", "--to", "shadow", rules=folder, said="n\n")
    assert declined.exit_code == 1
    assert (folder / "a.yaml").read_text("utf-8") == _text("enforce")
    result = _run("spam.one", "--to", "canary", "--share", "5%", rules=folder, said="y\n")
    assert result.exit_code == 0, result.output
    (folder / "a.test.yaml").write_text("- {match: not there, lang: en}\n- {ok: x, lang: en}\n", "utf-8")
    assert _run("spam.one", "--to", "shadow", "--yes", rules=folder).exit_code == 0
    assert (folder / "a.yaml").read_text("utf-8") == _text("shadow")


def test_a_folder_with_errors_fails_the_first_gate(folder: Path) -> None:
    (folder / "b.yaml").write_text(rule(id="spam.two", severity="grave"), "utf-8")
    result = _run("spam.one", "--to", "shadow", rules=folder)
    assert result.exit_code == 1
    assert "FAIL check: 1 problem(s)\n    b.yaml:6:11: error R004: unknown severity `grave`" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["spam.one"], "give --posts FILE to make spam.one canary"),
        (["spam.one", "--share", "0%"], "--share 0%: is no share"),
        (["spam.one", "--share", "tenth"], "--share tenth: is no share"),
    ],
)
def test_a_call_that_cannot_work_says_what_is_missing(folder: Path, arguments: list[str], says: str) -> None:
    error = _run(*arguments, rules=folder).exception
    assert isinstance(error, UsageError)
    assert says in str(error)
    assert isinstance(_run("spam.on", rules=folder).exception, NotFound)
