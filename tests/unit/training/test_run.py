"""``moderation models train`` from data to models that are read again, on a few hundred posts of invented words."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from click.testing import CliRunner

from moderation.classifiers.artifact import METADATA, read_artifact
from moderation.classifiers.fast import KIND as FAST_KIND
from moderation.classifiers.tiers import PARTS, load_classifier
from moderation.cli.models import command
from moderation.domain.errors import ModerationError, UsageError
from moderation.domain.language import Language
from moderation.training import fast, reader
from moderation.training.run import train
from moderation.training.sources import HEADS
from tests.support.corpus import ROTTEN, teach_little, write_data

pytestmark = pytest.mark.slow

PAIRS = [("the cat sleeps", "die katze schläft"), ("good morning", "guten morgen"), ("i like tea", "ich mag tee")]


@pytest.fixture(scope="module", autouse=True)
def _small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Few buckets, one short epoch, a teaching corpus of a few sentences."""
    with pytest.MonkeyPatch.context() as patch:
        teach_little(patch, tmp_path_factory.mktemp("teaching"))
        patch.setattr(fast, "BITS", 14)
        patch.setattr(reader, "EPOCHS", 1)
        patch.setattr(reader, "LABELLED", 256)
        patch.setattr(reader, "_BATCH", 64)
        yield


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Labelled posts in English and German, everyday English, and a few translations."""
    folder = write_data(tmp_path_factory.mktemp("data"), each=160, ordinary=300)
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
    assert run(data, out, tuple(PARTS)) == list(PARTS)
    return out


def run(data: Path, out: Path, only: tuple[str, ...], seed: int = 1, *, force: bool = False) -> list[str]:
    return train(data, out, only, seed, force=force, report=lambda _: None, vocabulary=120)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def spoken(tag: str) -> Language:
    return Language(tag, shares={tag: 1.0})


# What is trained


def test_the_trained_models_tell_each_harm_from_none_in_the_languages_of_their_data(models: Path) -> None:
    classifier = load_classifier(models)
    for tag in ("en", "de"):
        texts = [f"{tag} sunny {ROTTEN[head][0]} garden n7" for head in HEADS] + [f"{tag} lovely dinner music n8"]
        *bad, good = classifier(texts, [spoken(tag)] * len(texts))
        assert set(good) == set(HEADS)
        for head, scores in zip(HEADS, bad, strict=True):
            assert max(scores, key=scores.__getitem__) == head
            assert scores[head] > 10 * good[head]
        assert max(good.values()) < 0.1


def test_a_language_without_data_has_no_scores(models: Path) -> None:
    assert load_classifier(models)(["what a hateface you are"], [spoken("fr")]) == [{}]


def test_the_models_say_what_they_were_trained_on(models: Path) -> None:
    described = {name: json.loads((models / name / METADATA).read_bytes()) for name in PARTS}
    assert {name: each["kind"] for name, each in described.items()} == PARTS
    for each in described.values():
        assert each["seed"] == 1
        assert {"invented", "benign_common_voice", "teaching/seeds/en.jsonl"} <= set(each["data"])
    versions = {name: read_artifact(models / name, PARTS[name]).version for name in ("fast", "reader")}
    assert described["calibration"]["tiers"] == versions


def test_the_cards_give_figures_data_and_failures(models: Path) -> None:
    cards = {name: (models / name / "card.md").read_text("utf-8") for name in PARTS}
    for name, card in cards.items():
        assert card.startswith(f"# Model card: {name} ({PARTS[name]})")
        assert "| invented | given by whoever trained this model |" in card
    assert "| harassment | de |" in cards["calibration"]
    assert "## Known failures" in cards["calibration"]
    assert "2^14 buckets" in cards["fast"]


# What is not trained again


def test_training_twice_gives_the_same_bytes(data: Path, models: Path, tmp_path: Path) -> None:
    assert run(data, tmp_path, ("fast",)) == ["fast"]
    assert files(tmp_path / "fast") == files(models / "fast")


def test_the_calibration_of_the_same_tiers_has_the_same_bytes(data: Path, models: Path, tmp_path: Path) -> None:
    for name in ("fast", "reader"):
        copytree(models / name, tmp_path / name)
    assert run(data, tmp_path, ("calibration",)) == ["calibration"]
    assert files(tmp_path / "calibration") == files(models / "calibration")


def test_what_stands_is_not_trained_again(data: Path, models: Path, tmp_path: Path) -> None:
    out = copytree(models, tmp_path / "models")
    told: list[str] = []
    assert train(data, out, tuple(PARTS), 1, force=False, report=told.append) == []
    assert [line for line in told if "stands" in line] == [f"{name}: stands already" for name in PARTS]
    assert files(out) == files(models)


def test_what_was_damaged_forced_or_of_another_seed_is(data: Path, models: Path, tmp_path: Path) -> None:
    copytree(models / "fast", tmp_path / "fast")
    (tmp_path / "fast" / "weights.safetensors").write_bytes(b"cut off")
    assert run(data, tmp_path, ("fast",)) == ["fast"]
    assert files(tmp_path / "fast") == files(models / "fast")
    assert run(data, tmp_path, ("fast",), force=True) == ["fast"]
    assert files(tmp_path / "fast") == files(models / "fast")
    assert run(data, tmp_path, ("fast",), seed=2) == ["fast"]
    assert files(tmp_path / "fast") != files(models / "fast")


def test_other_data_train_anew(data: Path, models: Path, tmp_path: Path) -> None:
    other = copytree(data, tmp_path / "data")
    with (other / "train" / "invented.jsonl").open("a") as rows:
        rows.write(json.dumps({"text": "one more", "lang": "en", "labels": [], "violating": 0}) + "\n")
    copytree(models / "fast", tmp_path / "out" / "fast")
    assert run(other, tmp_path / "out", ("fast",)) == ["fast"]


def test_another_fast_tier_is_calibrated_anew(data: Path, models: Path, tmp_path: Path) -> None:
    out = copytree(models, tmp_path / "models")
    described = json.loads((out / "fast" / METADATA).read_bytes())
    (out / "fast" / METADATA).write_text(json.dumps({**described, "note": "another"}))
    assert run(data, out, tuple(PARTS)) == ["calibration"]
    assert json.loads((out / "calibration" / METADATA).read_bytes())["tiers"]["fast"] == (
        read_artifact(out / "fast", FAST_KIND).version
    )


# The embedding


def test_the_embedding_is_trained_from_translations_and_stands(data: Path, tmp_path: Path) -> None:
    assert run(data, tmp_path, ("embedding",)) == ["embedding"]
    first = files(tmp_path)
    assert run(data, tmp_path, ("embedding",)) == []
    assert run(data, tmp_path, ("embedding",), force=True) == ["embedding"]
    assert files(tmp_path) == first


# What is refused


def test_folders_without_data_are_refused_with_the_option(tmp_path: Path) -> None:
    for name in ("embedding", "fast"):
        with pytest.raises(UsageError, match="--data"):
            run(tmp_path, tmp_path / "out", (name,))


def test_a_calibration_without_its_tiers_is_refused_with_the_file(data: Path, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=rf"fast/{METADATA}"):
        run(data, tmp_path, ("calibration",))


# The commands


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
    assert covers == {"fast": None, "reader": None, "calibration": ["de", "en"], "embedding": None}
    assert all(entry["bytes"] > 0 and len(entry["version"]) == 12 for entry in entries)
    assert "harassment: de en" in " ".join(invoke("list", "--config", config).split())


def test_card_prints_the_card_and_refuses_an_unknown_name(config: str) -> None:
    assert invoke("card", "calibration", "--config", config).startswith("# Model card: calibration")
    with pytest.raises(ModerationError, match=r"no model `nobody`.*fast"):
        CliRunner().invoke(command, ["card", "nobody", "--config", config], catch_exceptions=False)


def test_train_refuses_a_model_that_is_none(data: Path, tmp_path: Path) -> None:
    result = CliRunner().invoke(command, ["train", "--data", str(data), "--out", str(tmp_path), "--only", "fast,zh"])
    assert result.exit_code == 2
    assert "no model zh" in result.output


def test_train_prints_what_it_wrote(data: Path, tmp_path: Path) -> None:
    arguments = ("train", "--data", str(data), "--out", str(tmp_path), "--only", "fast")
    assert invoke(*arguments).split() == [str(tmp_path / "fast")]
    assert invoke(*arguments).split() == []
