"""``models evaluate``, ``compare`` and ``calibrate`` as they are typed, on small models that are read from a folder."""

import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from moderation.cli.models import command
from moderation.domain.errors import ModerationError, UsageError
from tests.support.models import write_models

HARSH = ["grubface", "nitwitty"]
LONG = "forum/of-a-name-that-is-too-long"
KIND = ["lovely", "sunny", "garden", "music", "dinner", "window", "letters", "quiet"]


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models(tmp_path_factory.mktemp("good"), {"harassment": HARSH, "spam": ["buypills"]}, ["en", "de"], -4)


@pytest.fixture(scope="module")
def lesser(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_models(tmp_path_factory.mktemp("lesser"), {"harassment": HARSH[:1]}, ["en", "de"], -4)


@pytest.fixture
def config(models: Path, tmp_path: Path) -> str:
    file = tmp_path / "moderation.yaml"
    file.write_text(f"models:\n  classifiers: {models}\n")
    return str(file)


@pytest.fixture(scope="module")
def labelled(tmp_path_factory: pytest.TempPathFactory) -> str:
    rng = random.Random(1)
    rows = []
    for n in range(160):
        words = rng.sample(KIND, 4)
        if n % 4 == 0:
            words[1] = HARSH[n // 4 % 2]
        labels = ["insult"] if n % 4 == 0 else ["benign"]
        source = LONG if n % 3 else "chat"
        rows.append({"text": " ".join(words), "lang": ("en", "de")[n // 8 % 2], "labels": labels, "source": source})
    file = tmp_path_factory.mktemp("texts") / "labelled.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    return str(file)


def invoke(*arguments: str, code: int = 0) -> Result:
    result = CliRunner().invoke(command, list(arguments), catch_exceptions=False)
    assert result.exit_code == code, result.output
    return result


def test_evaluate_gives_figures_with_intervals_one_object_a_row(labelled: str, config: str) -> None:
    rows = [json.loads(line) for line in invoke("evaluate", labelled, "--json", "--config", config).stdout.splitlines()]
    cells = [(row["language"], row["source"]) for row in rows if row["category"] == "harassment"]
    assert cells == [("de", "chat"), ("de", LONG), ("en", "chat"), ("en", LONG), ("all", "all")]
    everything = next(row for row in rows if row["category"] == "harassment" and row["language"] == "all")
    assert (everything["rows"], everything["positives"], everything["threshold"]) == (160, 40, 0.5)
    assert everything["auroc"] > 0.95
    low, high = everything["ece_interval"]
    assert 0 <= low <= high <= 1


@pytest.mark.parametrize(
    ("lang", "words"), [("en", ("category", "FPR", "all", "any")), ("zh", ("类别", "误报率", "全部"))]
)
def test_evaluate_prints_tables_within_a_hundred_columns(
    labelled: str, config: str, lang: str, words: tuple[str, ...]
) -> None:
    printed = invoke("evaluate", labelled, "--config", config, "--lang", lang).stdout
    assert all(word in printed for word in words)
    assert max(map(len, printed.splitlines())) <= 100
    assert "| forum/of-a-name… |" in printed
    assert "harassment" in printed
    assert ".00 [.00, .00]" in printed


def test_evaluate_measures_a_file_that_says_no_more_than_whether_a_text_violates(config: str, tmp_path: Path) -> None:
    file = tmp_path / "plain.jsonl"
    rows = [{"text": f"a {word} day", "lang": "en", "violating": int(word in HARSH)} for word in (*HARSH, *KIND)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    measured = [
        json.loads(line) for line in invoke("evaluate", str(file), "--json", "--config", config).stdout.splitlines()
    ]
    (one,) = (row for row in measured if row["category"] == "any" and row["language"] == "en")
    assert (one["source"], one["rows"], one["positives"], one["auroc"]) == (None, 10, 2, 1.0)


def test_evaluate_names_file_and_line_of_what_it_cannot_read(config: str, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"text": "fine", "lang": "en", "labels": []}\n{"text": "x"}\n')
    with pytest.raises(UsageError, match=r"bad\.jsonl:2"):
        invoke("evaluate", str(file), "--config", config)


def test_compare_exits_with_one_where_something_is_worse(labelled: str, models: Path, lesser: Path) -> None:
    said = json.loads(invoke("compare", str(models), str(lesser), labelled, "--json", code=1).stdout)
    assert said["a"]["models"] == str(models)
    assert set(said["a"]["versions"]) == {"fast", "reader", "calibration"}
    assert said["a"]["versions"]["fast"] != said["b"]["versions"]["fast"]
    marks = {(each["category"], each["language"], each["figure"]): each["mark"] for each in said["figures"]}
    assert marks["harassment", "all", "auroc"] == "worse"
    assert marks["spam", "en", None] == "lost"
    assert said["worse"] == sum(mark in {"worse", "lost"} for mark in marks.values())


def test_compare_is_content_with_what_is_the_same_or_better(labelled: str, models: Path, lesser: Path) -> None:
    assert json.loads(invoke("compare", str(models), str(models), labelled, "--json").stdout)["worse"] == 0
    printed = invoke("compare", str(lesser), str(models), labelled).stdout
    assert f"A: {lesser} (fast " in printed
    assert "better" in printed
    assert "covered, A is not" in printed
    assert "更好" in invoke("compare", str(lesser), str(models), labelled, "--lang", "zh").stdout


def test_compare_names_a_folder_without_models(labelled: str, models: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no models in"):
        invoke("compare", str(models), str(tmp_path / "none"), labelled)


def verdicts(path: Path, share: float, rows: int = 200) -> str:
    """Reviewers uphold so large a share of what has a harsh word, and nothing else."""
    rng = random.Random(2)
    lines = []
    for n in range(rows):
        text = " ".join(rng.sample(KIND, 4)) + (f" {HARSH[n % 2]}" if n % 2 else "")
        upheld = bool(n % 2) and rng.random() < share
        lines.append(json.dumps({"text": text, "lang": "de", "category": "harassment", "upheld": upheld}))
    path.write_text("\n".join(lines))
    return str(path)


def test_calibrate_writes_the_lines_that_help(config: str, tmp_path: Path) -> None:
    file, out = verdicts(tmp_path / "verdicts.jsonl", 0.6), tmp_path / "out"
    said = invoke("calibrate", "--from-verdicts", file, "--out", str(out), "--json", "--config", config)
    (row,) = map(json.loads, said.stdout.splitlines())
    assert (row["category"], row["language"], row["verdicts"], row["outcome"]) == ("harassment", "de", 200, "refitted")
    assert row["ece_after"] < row["ece_before"]
    assert json.loads((out / "recalibration.json").read_text()) == {
        "harassment": {"de": {"slope": row["slope"], "offset": row["offset"]}}
    }
    assert "recalibration.json" in said.stderr


def test_calibrate_says_why_it_wrote_nothing(config: str, tmp_path: Path) -> None:
    file, out = verdicts(tmp_path / "verdicts.jsonl", 0.6, rows=20), tmp_path / "out"
    said = invoke("calibrate", "--from-verdicts", file, "--out", str(out), "--config", config, code=1)
    assert "kept: under 50 verdicts" in said.stdout
    assert "nothing is written" in said.stderr
    assert not out.exists()
    said = invoke("calibrate", "--from-verdicts", file, "--out", str(out), "--config", config, "--lang", "zh", code=1)
    assert "结论不足 50 条" in said.stdout


def test_calibrate_does_not_correct_what_is_corrected_already(tmp_path: Path) -> None:
    folder = write_models(tmp_path / "models", {"harassment": HARSH}, ["de"], -4)
    (folder / "recalibration.json").write_text("{}")
    config = tmp_path / "moderation.yaml"
    config.write_text(f"models:\n  classifiers: {folder}\n")
    file = verdicts(tmp_path / "verdicts.jsonl", 0.6)
    with pytest.raises(ModerationError, match="corrects the models in use already"):
        invoke("calibrate", "--from-verdicts", file, "--out", str(folder), "--config", str(config))
