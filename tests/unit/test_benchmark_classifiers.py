"""The benchmark of classifiers counts as it says: posts, not readings; what is read; what meets a target."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.tiers.posts import Texts, read_texts
from benchmarks.tiers.stages import FAST, READER, WHOLE, Reads, Stages, reads
from benchmarks.tiers.targets import SPEED, Target, ratios, verdicts
from benchmarks.tiers.timing import BATCHES, Runner, table, timed
from moderation.classifiers.tiers import load_tiers
from moderation.domain.language import Language
from tests.support.tiers import NEVER, write_tiers

EN = Language("en", shares={"en": 1.0})
FR = Language("fr", shares={"fr": 1.0})
MIXED = Language("fr", shares={"fr": 0.6, "en": 0.4})


@pytest.fixture
def stages(tmp_path: Path) -> Stages:
    return Stages(load_tiers(write_tiers(tmp_path)))


def test_a_post_that_no_model_covers_counts_among_the_posts_alone(stages: Stages) -> None:
    batch = stages.prepare(Texts(["my neighbours are vermin", "bonjour", "", "lovely"], [EN, FR, EN, MIXED]))
    assert (batch.of, batch.tags) == ([0, 3], ["en", "en"])
    assert reads([batch]) == Reads(posts=4, covered=2, read=2)


def test_a_gate_that_nothing_passes_leaves_the_second_reader_nothing(tmp_path: Path) -> None:
    stages = Stages(load_tiers(write_tiers(tmp_path, gate=NEVER)))
    batch = stages.prepare(Texts(["my neighbours are vermin"] * 3, [EN] * 3))
    assert reads([batch, batch]) == Reads(posts=6, covered=6, read=0)


@pytest.mark.parametrize("languages", [[EN, FR], [FR, FR]], ids=["one covered", "none covered"])
def test_every_stage_runs_on_what_was_prepared(stages: Stages, languages: list[Language]) -> None:
    times = timed(stages.runners(), Texts(["my neighbours are vermin", "lovely"], languages), stages.prepare)
    assert {FAST, WHOLE} <= times.keys()
    # Without a post that is read there is nothing to divide by.
    assert (READER in times) == (EN in languages)
    assert all(seconds >= 0 for sizes in times.values() for seconds in sizes.values())


def test_every_post_is_judged_in_each_round_and_an_eighth_of_them_alone() -> None:
    sizes: list[int] = []
    timed([Runner("counts", lambda batch: sizes.append(len(batch.texts)))], Texts(["x"] * 300, [EN] * 300))
    assert {size: sizes.count(size) for size in set(sizes)} == {1: 3 * 38, 32: 3 * 9, 12: 3, 256: 3, 44: 3}


def test_the_table_shows_microseconds_and_posts_a_second() -> None:
    shown = table("title", {"a": {1: 0.001, 32: 0.0001, 256: 0.00004}, "b": {256: 0.00002}}, "")
    assert shown.rows == [
        ["a", 1000.0, 1000, 100.0, 10000, 40.0, 25000],
        ["b", None, None, None, None, 20.0, 50000],
    ]
    assert len(shown.columns) == 1 + 2 * len(BATCHES)


@pytest.mark.parametrize(
    ("most", "measured", "ends"),
    [
        (False, 25_000.0, "1.00 ×, met"),
        (False, 12_500.0, "0.50 ×, MISSED"),
        (True, 12_500.0, "0.50 ×, met"),
        (True, 37_500.0, "1.50 ×, MISSED"),
    ],
)
def test_a_verdict_has_the_ratio_to_the_bound(most: bool, measured: float, ends: str) -> None:
    assert Target("speed", 25_000, "posts/s", most).verdict(measured).endswith(ends)


def test_there_is_a_verdict_for_each_target() -> None:
    times = {FAST: {256: 1 / 30_000}, WHOLE: {256: 0.000_160}}
    lines = list(verdicts(times, Reads(posts=200, covered=150, read=30)))
    assert [line.rpartition(", ")[2] for line in lines] == ["met", "MISSED", "met"]
    assert lines[0].startswith(SPEED.name)


def test_ratios_are_told_where_both_were_measured() -> None:
    ours, theirs = {FAST: {1: 0.1, 256: 0.01}}, {"plain": {1: 0.2, 256: 0.2}}
    assert list(ratios(ours, theirs)) == [f"plain takes, of the time of {FAST} (by batch): 2.0 × (1), 20.0 × (256)"]
    assert not list(ratios({}, theirs))
    assert not list(ratios(ours, {}))


def test_without_a_stream_the_bundled_posts_are_repeated(tmp_path: Path) -> None:
    texts = read_texts(tmp_path / "posts.jsonl.gz", 700)
    assert len(texts.texts) == len(texts.languages) == 700
    assert texts.texts[0] in texts.texts[1:]
    assert {"en", "zh"} <= {language.tag.partition("-")[0] for language in texts.languages}
