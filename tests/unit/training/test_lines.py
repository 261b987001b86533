"""The calibration of both tiers: who is covered, whose line it is, how much the second reader reads."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.pre_tokenizers import WhitespaceSplit

from moderation.classifiers.artifact import Artifact
from moderation.classifiers.calibration import load_calibration
from moderation.classifiers.convolutions import Network
from moderation.classifiers.fast import FastModel
from moderation.classifiers.reader import Reader
from moderation.classifiers.tiers import TieredClassifier, load_tiers
from moderation.domain.language import Language
from moderation.training import lines
from moderation.training.calibrate import deployment_weights
from moderation.training.data import Row, Split
from moderation.training.lines import Array, calibrate
from moderation.training.sources import HEADS
from tests.support.models import write_models
from tests.support.networks import adding_up

KIND = ["lovely", "sunny", "garden", "music", "dinner", "window", "letters", "quiet"]
LANGUAGES = ("en", "de", "nl", "it", "es", "pt")


class Said:
    """Rows of one language, made to measure."""

    def __init__(self, lang: str, seed: int = 3) -> None:
        self._lang, self._rng, self._count = lang, random.Random(f"{lang} {seed}"), 0

    def rows(
        self,
        split: Split,
        violating: int,
        benign: int,
        *,
        right: float = 0.9,
        source: str = "mine",
        denied: float = 0.0,
    ) -> list[Row]:
        """``right``: share of the violating rows with the word, and of the benign ones without.

        ``denied``: share of the benign ones that have it in a denial; to the fast tier that is as long as an assertion.
        """
        found = []
        for n in range(violating + benign):
            bad = n < violating
            words = self._rng.sample(KIND, 4)
            if (self._rng.random() < right) is bad:
                words[1] = "grub"
            if denied and bad:
                words[1:2] = ["surely", "grub"]
            elif self._rng.random() < denied:
                words[1:2] = ["hardly", "grub"]
            found.append(self._row(words, {"hate": bad}, split, source, ordinary=False))
        return found

    def everyday(self, split: Split, count: int) -> list[Row]:
        return [
            self._row(
                self._rng.sample(KIND, 4), dict.fromkeys(HEADS, False), split, "benign_common_voice", ordinary=True
            )
            for _ in range(count)
        ]

    def _row(
        self, words: Sequence[str], values: Mapping[str, bool], split: Split, source: str, *, ordinary: bool
    ) -> Row:
        self._count += 1
        text = f"{' '.join(words)} {self._lang}{self._count}"
        return Row(text, self._lang, source, values, 1.0, ordinary, split)


def corpus(**more: Sequence[Row]) -> list[Row]:
    """English has plenty of rows; German and Dutch some; the others are each short of something."""
    made: list[Row] = []
    for lang, trained, held, right in (
        ("en", 200, 120, 0.97),
        ("de", 60, 40, 0.85),
        ("nl", 60, 40, 0.85),
        ("it", 20, 40, 0.9),  # too few to have learned it
        ("es", 60, 40, 0.5),  # the model does not tell them apart
    ):
        said = Said(lang)
        made += said.rows("train", trained, trained, right=right)
        for split in ("calibrate", "report"):
            made += said.rows(split, held, held, right=right)
            made += said.everyday(split, 60)
    return made


@pytest.fixture(scope="module")
def tiers(tmp_path_factory: pytest.TempPathFactory) -> TieredClassifier:
    """A fast tier that knows one word of hate, and a second reader that says nothing."""
    words = {head: ["grub"] if head == "hate" else [f"{head}ish"] for head in HEADS}
    return load_tiers(write_models(tmp_path_factory.mktemp("models"), words, LANGUAGES, -4))


def knowing(words: Mapping[str, float]) -> Reader:
    """A second reader whose raw score of hate is what its words add up to."""
    network = adding_up(list(words.values()), HEADS.index("hate"), len(HEADS))
    tokenizer = Tokenizer(WordLevel({"?": 0, **{word: n for n, word in enumerate(words, 1)}}, unk_token="?"))
    tokenizer.pre_tokenizer = WhitespaceSplit()
    return Reader(Network(network), tokenizer, HEADS)


def fitted(fast: FastModel, reader: Reader, rows: Sequence[Row]) -> dict[str, Any]:
    return calibrate(fast, reader, rows, lambda _: None)


@pytest.fixture(scope="module")
def found(tiers: TieredClassifier) -> dict[str, Any]:
    return fitted(tiers.fast, tiers.reader, corpus())


def test_a_language_earns_a_head_by_rows_and_by_telling_them_apart(found: dict[str, Any]) -> None:
    assert set(found["lines"]) == {"hate"}  # of the other heads there is no violating row
    assert set(found["lines"]["hate"]) == {"en", "de", "nl"}


def test_the_rows_that_training_saw_are_counted_and_not_measured(found: dict[str, Any]) -> None:
    english = found["lines"]["hate"]["en"]
    assert english["trained_on"] == 200
    assert english["measured"]["rows"] == 240
    assert english["measured"]["positives"] == 120


def test_a_language_with_many_rows_has_a_line_of_its_own_and_the_others_one_together(found: dict[str, Any]) -> None:
    english, german, dutch = (found["lines"]["hate"][tag] for tag in ("en", "de", "nl"))
    assert german["fast"] == dutch["fast"] != english["fast"]
    assert english["fast"][0] > german["fast"][0] > 0  # where the word says more, it weighs more


def test_a_reader_that_says_nothing_weighs_nothing(found: dict[str, Any]) -> None:
    for fit in found["lines"]["hate"].values():
        assert fit["both"][0] > 0
        assert fit["both"][1] == 0


def test_every_line_has_its_points_and_figures(found: dict[str, Any]) -> None:
    for fit in found["lines"]["hate"].values():
        measured = fit["measured"]
        assert {"p90", "p95"} <= fit.keys()
        assert {"ap", "f1", "ece", "auroc_within", "auroc_taught", "threshold"} <= measured.keys()
        assert 0.7 < measured["auroc"] < 1
        assert measured["auroc_taught"] is None  # nothing was taught here
        assert measured["false_positive_rate_everyday"] == 0
        assert 0 <= measured["ece"] < 0.2
    english, german = (found["lines"]["hate"][tag]["measured"]["auroc"] for tag in ("en", "de"))
    assert english > german


def test_the_figures_on_taught_rows_are_told_apart(tiers: TieredClassifier) -> None:
    said = Said("en", seed=8)
    taught = [
        row for split in ("calibrate", "report") for row in said.rows(split, 20, 20, right=0.7, source="teaching")
    ]
    measured = fitted(tiers.fast, tiers.reader, [*corpus(), *taught])["lines"]["hate"]["en"]["measured"]
    assert 0.4 < measured["auroc_taught"] < 0.9 < measured["auroc"]
    assert measured["rows"] == 240 + 40


# The gate


def a_stream(lang: str = "en", count: int = 400) -> list[Row]:
    """One post in eight violates; the rows weigh what they are."""
    said = Said(lang)
    return said.rows("calibrate", count // 8, 0) + said.everyday("calibrate", count - count // 8)


def gate(
    rows: Sequence[Row], suspicion: Array, *, cue: bool | Array = True, among: bool | Array = True
) -> tuple[float, float]:
    held, everywhere = lines._columns(rows), np.ones(len(rows), dtype=np.bool_)
    return lines._gate(held, suspicion, everywhere & cue, everywhere & among)


def shuffled(count: int, least: float, most: float) -> Array:
    return np.random.default_rng(0).permutation(np.linspace(least, most, count))


def test_the_gate_is_the_least_suspicion_with_which_no_more_than_the_share_is_read() -> None:
    suspicion = shuffled(400, 0.0, 0.4)
    cued, plain = gate(a_stream(), suspicion)
    assert plain == 0.5
    assert (suspicion >= cued).mean() <= lines._READ < (suspicion >= 0.9 * cued).mean()


def test_without_a_cue_a_post_must_be_so_many_times_as_suspect() -> None:
    suspicion, cue = shuffled(400, 0.0, 0.1), np.arange(400) % 2 == 0
    cued, plain = gate(a_stream(), suspicion, cue=cue)
    assert plain == pytest.approx(lines._PLAIN * cued, abs=1e-3)
    assert plain < 0.5
    assert (suspicion >= np.where(cue, cued, plain)).mean() <= lines._READ
    assert cued < gate(a_stream(), suspicion)[0]  # fewer posts have one, so that more of these are read


def test_the_share_is_that_of_a_stream_and_not_of_the_rows() -> None:
    """Half of the rows violate; of a stream one in eight does."""
    said = Said("en")
    rows = said.rows("calibrate", 200, 0) + said.everyday("calibrate", 200)
    suspicion = np.concatenate([shuffled(200, 0.0, 0.4), np.zeros(200)])
    cued, _ = gate(rows, suspicion)
    assert (suspicion[:200] >= cued).mean() * 0.125 <= lines._READ < (suspicion[:200] >= 0.9 * cued).mean() * 0.125
    assert (suspicion >= cued).mean() > lines._READ


@pytest.mark.parametrize("suspicion", [0.99, 0.0], ids=["suspect", "not suspect"])
def test_taught_rows_do_not_count(suspicion: float) -> None:
    taught = Said("en", seed=4).rows("calibrate", 200, 200, source="teaching")
    labelled = Said("en", seed=4).rows("calibrate", 200, 200)
    of_stream, theirs = shuffled(400, 0.0, 0.4), np.full(400, suspicion)
    alone = gate(a_stream(), of_stream)
    assert gate([*a_stream(), *taught], np.concatenate([of_stream, theirs])) == alone
    assert gate([*a_stream(), *labelled], np.concatenate([of_stream, theirs])) != alone


def test_only_the_rows_that_are_asked_for_count() -> None:
    rows, german = [*a_stream("en"), *a_stream("de")], np.arange(800) >= 400
    suspicion = np.concatenate([shuffled(400, 0.0, 0.4), shuffled(400, 0.0, 0.04)])
    own = gate(rows, suspicion, among=german)
    assert own == gate(a_stream("de"), suspicion[german])
    assert own < gate(rows, suspicion) < gate(rows, suspicion, among=~german)


def test_where_nothing_is_known_of_a_stream_the_gate_is_as_low_as_it_goes() -> None:
    cued = float(lines._LEAST_SUSPECT[0])
    assert gate(a_stream(), np.ones(400), among=False) == (cued, lines._PLAIN * cued)


def test_what_is_more_likely_a_violation_than_not_is_read_even_where_that_is_more_than_the_share() -> None:
    suspicion = np.where(np.arange(400) < 60, 0.9, shuffled(400, 0.0, 0.4))
    cued, plain = gate(a_stream(), suspicion)
    assert (cued, plain) == (0.5, 0.5)
    assert (suspicion >= cued).mean() == 0.15 > lines._READ


@pytest.mark.parametrize("right", [0.9, 0.85, 0.8])
def test_the_second_reader_reads_no_more_of_a_stream_than_it_may(tiers: TieredClassifier, right: float) -> None:
    said = Said("en")
    rows = said.rows("train", 100, 100, right=right) + said.rows("calibrate", 300, 300, right=right)
    rows += said.rows("report", 300, 300, right=right) + said.everyday("calibrate", 300)
    metadata = fitted(tiers.fast, tiers.reader, rows)
    classifier = of(tiers.fast, tiers.reader, metadata)
    held = [row for row in rows if row.split != "train"]
    asked = np.zeros(len(held), dtype=np.bool_)
    asked[classifier.judge([row.text for row in held], [row.lang for row in held]).asked] = True
    violating = np.array([row.values["hate"] for row in held])
    ordinary = np.array([row.ordinary for row in held])
    stream = deployment_weights(violating, ordinary, np.zeros(len(held), dtype=np.bool_), 0.125)
    assert 0 < np.average(asked, weights=stream) <= lines._READ <= 0.10
    assert 0 < metadata["gate"]["cued"] < metadata["gate"]["plain"] < 0.5
    assert metadata["gate"]["languages"] == {"en": {name: metadata["gate"][name] for name in ("cued", "plain")}}


def test_a_languages_gate_is_its_own_where_it_is_lower_than_that_of_the_whole_stream(tiers: TieredClassifier) -> None:
    rows: list[Row] = []
    for lang, right in (("en", 0.8), ("de", 0.95), ("nl", 0.7)):
        said = Said(lang)
        rows += said.rows("train", 100, 100, right=right)
        for split in ("calibrate", "report"):
            rows += said.rows(split, 200, 200, right=right) + said.everyday(split, 200)
    metadata = fitted(tiers.fast, tiers.reader, rows)
    whole = {name: metadata["gate"][name] for name in ("cued", "plain")}
    gates = metadata["gate"]["languages"]
    assert gates["de"] == gates["en"] == whole
    assert gates["nl"]["cued"] < whole["cued"]
    assert gates["nl"]["plain"] < whole["plain"]
    served = load_calibration(Artifact(Path("models/calibration"), metadata, {}, ""))
    assert (served.cued, served.plain) == served.gates["de"] > served.gates["nl"]


def test_the_share_of_everyday_posts_that_it_reads_is_told_by_language(found: dict[str, Any]) -> None:
    assert set(found["read_of_everyday"]) == {"en", "de", "nl", "it", "es"}
    assert all(0 <= share <= lines._READ for share in found["read_of_everyday"].values())


# The second reader


def denials() -> list[Row]:
    """Half of the benign rows have the word, and say that it is not so: the fast tier cannot know."""
    said = Said("en", seed=5)
    rows = said.rows("train", 100, 100)
    for split in ("calibrate", "report"):
        rows += said.rows(split, 150, 150, right=1.0, denied=0.5) + said.everyday(split, 100)
    return rows


@pytest.fixture
def _open_gate(monkeypatch: pytest.MonkeyPatch) -> None:
    """It reads all that is in the least suspect."""
    monkeypatch.setattr(lines, "_READ", 1.0)
    monkeypatch.setattr(lines, "_PLAIN", 1.0)
    monkeypatch.setattr(lines, "_LEAST_SUSPECT", np.array([1e-4]))


@pytest.mark.usefixtures("_open_gate")
def test_a_reader_that_knows_more_betters_the_figures(tiers: TieredClassifier) -> None:
    silent = fitted(tiers.fast, tiers.reader, denials())["lines"]["hate"]["en"]
    helped = fitted(tiers.fast, knowing({"grub": 2.0, "hardly": -4.0}), denials())["lines"]["hate"]["en"]
    assert helped["both"][1] > 0
    assert silent["measured"]["auroc"] < 0.9
    assert helped["measured"]["auroc"] > 0.98


@pytest.mark.usefixtures("_open_gate")
@pytest.mark.parametrize("unit", [1.0, 100.0])
def test_a_reader_that_is_wrong_does_not_count(tiers: TieredClassifier, unit: float) -> None:
    fit = fitted(tiers.fast, knowing({"hardly": 4.0 * unit}), denials())["lines"]["hate"]["en"]
    assert fit["both"][1] == 0
    assert fit["both"][0] > 0


# What is written is what is served


def of(fast: FastModel, reader: Reader, metadata: dict[str, Any]) -> TieredClassifier:
    return TieredClassifier(
        fast, reader, load_calibration(Artifact(Path("models/calibration"), metadata, {}, "")), {}, {}
    )


def test_the_classifier_in_use_gives_the_probabilities_that_were_measured(tiers: TieredClassifier) -> None:
    rows = denials()
    reader = knowing({"grub": 2.0, "hardly": -4.0})
    metadata = fitted(tiers.fast, reader, rows)
    classifier = of(tiers.fast, reader, metadata)
    report = [row for row in rows if row.split == "report" and not row.ordinary]
    english = Language("en", shares={"en": 1.0})
    scores = [found["hate"] for found in classifier([row.text for row in report], [english] * len(report))]
    truth = np.array([row.values["hate"] for row in report])
    measured = metadata["lines"]["hate"]["en"]["measured"]
    assert measured["auroc"] == pytest.approx(roc_auc_score(truth, scores), abs=1e-3)
    assert classifier(["grub garden"], [Language("it", shares={"it": 1.0})]) == [{}]


def test_probabilities_are_those_of_a_stream_and_not_of_the_rows(tiers: TieredClassifier) -> None:
    """Half of the rows violate; of a stream few do, so that no probability says half."""
    rows = corpus()
    classifier = of(tiers.fast, tiers.reader, fitted(tiers.fast, tiers.reader, rows))
    held = [row for row in rows if row.split == "report" and row.lang == "de" and not row.ordinary]
    german = Language("de", shares={"de": 1.0})
    scores = [found["hate"] for found in classifier([row.text for row in held], [german] * len(held))]
    assert np.mean(scores) < 0.35


def test_the_same_rows_give_the_same_description(tiers: TieredClassifier, found: dict[str, Any]) -> None:
    assert fitted(tiers.fast, tiers.reader, corpus()) == found
