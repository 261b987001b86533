import gzip
import json
import random
from pathlib import Path

import pytest
from click.testing import CliRunner

from moderation.classifiers.linear import load_classifier
from moderation.cli.models import command
from moderation.domain.errors import ModerationError, UsageError
from moderation.domain.language import Language
from moderation.training.run import train

pytestmark = pytest.mark.slow

KIND = ["lovely", "sunny", "garden", "music", "dinner", "train", "window", "letters"]
ROTTEN = ["grubface", "nitwitty", "scumlet"]
COARSE = ["blastikins", "fudgeroo", "zounderly"]
PAIRS = [("the cat sleeps", "die katze schläft"), ("good morning", "guten morgen"), ("i like tea", "ich mag tee")]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented insults against small talk in English and German, and a few translations."""
    folder = tmp_path_factory.mktemp("data")
    rng = random.Random(7)
    rows = []
    for n in range(3000):
        words = [*rng.sample(KIND, 3), f"n{n}"]
        labels = []
        for label, vocabulary, chosen in (("insult", ROTTEN, n % 3 == 0), ("profanity", COARSE, n % 5 == 1)):
            if chosen:
                words.insert(rng.randrange(4), rng.choice(vocabulary))
                labels.append(label)
        lang = "de" if n % 2 else "en"
        rows.append({"text": " ".join(words), "lang": lang, "labels": labels, "violating": int(bool(labels))})
    (folder / "train").mkdir()
    (folder / "train" / "invented.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "parallel").mkdir()
    lines = [
        f"k{n}-{i}\t{tag}\t{text} {n}\n"
        for n in range(60)
        for i, pair in enumerate(PAIRS)
        for tag, text in zip(("en", "de"), pair, strict=True)
    ]
    with gzip.open(folder / "parallel" / "tiny.tsv.gz", "wt", encoding="utf-8") as out:
        out.writelines(lines)
    return folder


@pytest.fixture(scope="module")
def models(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("models")
    run(data, out)
    return out


def run(
    data: Path, out: Path, only: tuple[str, ...] = ("en", "world", "embedding"), *, force: bool = False
) -> list[str]:
    return train(data, out, only, 1, force=force, report=lambda _: None, vocabulary=120)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def test_training_twice_gives_the_same_bytes(data: Path, models: Path, tmp_path: Path) -> None:
    assert run(data, tmp_path) == ["en", "world", "embedding"]
    assert files(tmp_path) == files(models)


def test_what_stands_is_not_trained_again_unless_forced_or_damaged(data: Path, models: Path, tmp_path: Path) -> None:
    assert run(data, tmp_path, ("en",)) == ["en"]
    assert run(data, tmp_path, ("en", "world")) == ["world"]
    assert run(data, tmp_path, ("en",)) == []
    assert run(data, tmp_path, ("en",), force=True) == ["en"]
    (tmp_path / "en" / "weights.safetensors").write_bytes(b"cut off")
    assert run(data, tmp_path, ("en",)) == ["en"]
    assert files(tmp_path / "en") == files(models / "en")


def test_a_trained_model_tells_harm_from_none_in_the_languages_of_its_data(models: Path) -> None:
    classifier = load_classifier(models)
    texts = ["what a grubface you are", "oh blastikins not again", "a lovely dinner in the garden"]
    for tag in ("en", "de"):
        insult, oath, good = classifier(texts, [Language(tag, shares={tag: 1.0})] * 3)
        assert insult["harassment"] > 0.9
        assert oath["profanity"] > 0.9
        assert max(good.values()) < 0.1


def test_a_language_without_data_has_no_scores(models: Path) -> None:
    assert load_classifier(models)(["what a grubface you are"], [Language("fr", shares={"fr": 1.0})]) == [{}]


def test_the_card_gives_figures_data_and_failures(models: Path) -> None:
    card = (models / "world" / "card.md").read_text()
    assert "| harassment * | de |" in card
    assert "## Known failures" in card
    assert "| invented | given by whoever trained this model |" in card


def test_a_folder_without_translations_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--data"):
        run(tmp_path, tmp_path / "out", ("embedding",))


@pytest.fixture
def config(models: Path, tmp_path: Path) -> str:
    file = tmp_path / "moderation.yaml"
    file.write_text(f"models:\n  classifiers: {models}\n")
    return str(file)


def invoke(*arguments: str) -> str:
    result = CliRunner().invoke(command, list(arguments), catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_list_names_each_model_and_what_it_covers(config: str) -> None:
    entries = [json.loads(line) for line in invoke("list", "--json", "--config", config).splitlines()]
    covers = {entry["name"]: entry["heads"].get("harassment") for entry in entries}
    assert covers == {"en": ["en"], "world": ["de"], "embedding": None}
    assert "harassment: de" in " ".join(invoke("list", "--config", config).split())


def test_card_prints_the_card_and_refuses_an_unknown_name(config: str) -> None:
    assert invoke("card", "world", "--config", config).startswith("# Model card: world")
    with pytest.raises(ModerationError, match="no model `nobody`"):
        CliRunner().invoke(command, ["card", "nobody", "--config", config], catch_exceptions=False)


def test_evaluate_measures_by_category_and_language(config: str, tmp_path: Path) -> None:
    rows = [
        {
            "text": f"{'such a nitwitty' if n % 4 == 0 else 'such a sunny'} day {n}",
            "lang": "de",
            "labels": ["insult"] if n % 4 == 0 else [],
        }
        for n in range(40)
    ]
    rows.append({"text": "une phrase", "lang": "fr", "labels": ["insult"]})
    file = tmp_path / "mine.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    measured = [json.loads(line) for line in invoke("evaluate", str(file), "--json", "--config", config).splitlines()]
    assert [(row["category"], row["language"], row["rows"], row["positives"]) for row in measured] == [
        ("harassment", "de", 40, 10),
        ("profanity", "de", 30, 0),  # an insult says nothing of oaths; French is not covered
    ]
    assert measured[0]["auroc"] == 1.0
    assert measured[0]["ap"] == 1.0
    assert "harassment" in invoke("evaluate", str(file), "--config", config)


def test_train_refuses_a_model_that_is_none(data: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["train", "--data", str(data), "--out", str(tmp_path), "--only", "de"])
    assert result.exit_code == 2
    assert "no model de" in result.output


def test_train_prints_what_it_wrote(data: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert invoke("train", "--data", str(data), "--out", str(out), "--only", "en").split() == [str(out / "en")]
    assert invoke("train", "--data", str(data), "--out", str(out), "--only", "en").split() == []
