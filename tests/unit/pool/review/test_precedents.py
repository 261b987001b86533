"""What was made of posts like this: grouped, with how much still stands, and never without its counter-example."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from moderation.pool.review import precedents as module
from moderation.pool.review.precedents import Precedents, words_of
from moderation.pool.review.view import Precedent
from tests.unit.pool.review.bench import Bench


def by_angle(texts: Sequence[str]) -> NDArray[Any]:
    """Texts are degrees: two are as like as the cosine of what is between them, and 0 and 25 are .906."""
    angles = np.radians([33.0 if text == module._PROBE else float(text) for text in texts])
    return np.stack((np.cos(angles), np.sin(angles)), axis=1) * 3.0


def cosine(degrees: float) -> float:
    return float(np.cos(np.radians(degrees)))


@pytest.fixture
def bench() -> Bench:
    return Bench()


@pytest.fixture
def precedents(bench: Bench) -> Precedents:
    return Precedents(bench.store, by_angle)


def judged(bench: Bench, post_id: str, angle: float, action: str, **given: Any) -> None:
    language = given.pop("language", "zh-Hans")
    bench.flag(post_id, str(angle), language=language)
    bench.decide(post_id, action, **given)


def test_without_a_verdict_there_is_no_precedent(precedents: Precedents, bench: Bench) -> None:
    bench.flag("waits", "0")
    assert precedents.of("0", "zh-Hans") == ()


def test_title_and_text_are_compared() -> None:
    assert words_of({"title": "Job", "text": "Call"}) == "Job\nCall"
    assert words_of({"title": "", "text": "Call"}) == "Call"


def test_near_identical_posts_of_one_action_are_one_line(precedents: Precedents, bench: Bench) -> None:
    judged(bench, "a", 10, "remove")
    judged(bench, "b", 12, "remove", by="bo", desk="zh", basis="gloss")
    judged(bench, "c", 14, "remove")
    judged(bench, "far", 55, "remove")
    near, far = precedents.of("9", "zh-Hans")
    assert (near.post_id, near.count, near.upheld, near.by) == ("a", 3, 3, {"zh": 2, "zh-gloss": 1})
    assert near.similarity == pytest.approx(cosine(1), abs=1e-3)
    assert (far.post_id, far.count) == ("far", 1)
    assert not near.counter


def test_the_nearest_that_was_decided_otherwise_is_always_shown(precedents: Precedents, bench: Bench) -> None:
    for n, angle in enumerate((0, -28, -56, 28)):
        judged(bench, f"removed-{n}", angle, "remove")
    judged(bench, "allowed", 50, "allow")
    lines = precedents.of("1", "zh-Hans", k=3)
    assert [line.post_id for line in lines] == ["removed-0", "removed-3", "allowed"]
    assert [line.counter for line in lines] == [False, False, True]


def test_a_verdict_that_was_taken_back_is_no_counter_example(precedents: Precedents, bench: Bench) -> None:
    judged(bench, "removed", 0, "remove")
    bench.flag("undone", "30")
    undone = bench.decide("undone", "allow")
    bench.store.undo(undone.id, "ada", "a mistake", bench.now, 1.0)
    judged(bench, "limited", 50, "limit")
    lines = {line.post_id: line for line in precedents.of("0", "zh-Hans")}
    assert (lines["undone"].upheld, lines["undone"].counter) == (0, False)
    assert lines["limited"].counter


def test_what_is_not_even_half_alike_is_no_counter_example(precedents: Precedents, bench: Bench) -> None:
    judged(bench, "removed", 0, "remove")
    judged(bench, "allowed", 61, "allow")
    assert [line.post_id for line in precedents.of("0", "zh-Hans")] == ["removed"]


def test_an_appeal_that_overturns_makes_the_first_verdict_one_that_was_not_upheld(
    precedents: Precedents, bench: Bench
) -> None:
    judged(bench, "a", 0, "remove")
    judged(bench, "b", 1, "remove")
    assert precedents.of("0", "zh-Hans")[0].upheld == 2
    bench.reread("a", "allow", by="bo", desk="zh", kind="appeal")
    lines = {line.action: line for line in precedents.of("0", "zh-Hans")}
    assert (lines["allow"].count, lines["allow"].upheld) == (1, 1)
    assert (lines["remove"].count, lines["remove"].upheld) == (2, 1)


def test_what_was_taken_back_after_its_effect_is_not_upheld(precedents: Precedents, bench: Bench) -> None:
    bench.flag("a", "0")
    verdict = bench.decide("a", "remove")
    precedents.grow()
    bench.store.undo(verdict.id, "ada", "a mistake", bench.now, 60.0)
    (line,) = precedents.of("0", "zh-Hans")
    assert (line.count, line.upheld) == (1, 0)


def test_a_verdict_counts_from_its_effect_on_and_never_if_it_is_undone_before(
    precedents: Precedents, bench: Bench
) -> None:
    bench.flag("a", "0")
    bench.flag("b", "0")
    bench.decide("a", "remove", settle=False)
    undone = bench.decide("b", "remove", settle=False)
    assert precedents.of("0", "zh-Hans") == ()
    bench.store.undo(undone.id, "ada", "a mistake", bench.now, 60.0)
    bench.settle()
    (line,) = precedents.of("0", "zh-Hans")
    assert (line.post_id, line.count) == ("a", 1)


@pytest.mark.parametrize(("kind", "counts"), [("blind", False), ("golden", False), ("random", True), ("appeal", True)])
def test_only_verdicts_that_act_are_precedents(precedents: Precedents, bench: Bench, kind: str, counts: bool) -> None:
    bench.flag("a", "0", review=False)
    bench.reread("a", "remove", by="bo", desk="en", kind=kind)
    assert bool(precedents.of("0", "zh-Hans")) is counts


def test_a_golden_item_does_not_show_its_own_answer(precedents: Precedents, bench: Bench) -> None:
    judged(bench, "golden", 0, "remove")
    judged(bench, "other", 2, "remove")
    bench.flag("golden", "0.5", revision=2)
    bench.decide("golden", "allow")
    (line,) = precedents.of("0", "zh-Hans", exclude=("golden", 1))
    assert (line.post_id, line.count) == ("other", 1)
    assert sum(line.count for line in precedents.of("0", "zh-Hans")) == 3


def test_of_posts_that_are_equally_like_those_in_its_language_come_first(precedents: Precedents, bench: Bench) -> None:
    judged(bench, "zh", 0, "remove", language="zh-Hans")
    judged(bench, "vi", 0, "remove", language="vi")
    assert precedents.of("0", "zh-Hans")[0].post_id == "zh"
    assert precedents.of("0", "vi")[0].post_id == "vi"


def test_words_that_the_model_does_not_know_have_no_precedents(bench: Bench) -> None:
    judged(bench, "a", 0, "remove")
    silent = Precedents(bench.store, lambda texts: np.zeros((len(texts), 2)))
    assert silent.of("0", "zh-Hans") == ()


def test_each_post_is_embedded_once_however_often_it_is_asked(bench: Bench) -> None:
    seen: list[str] = []

    def embed(texts: Sequence[str]) -> NDArray[Any]:
        seen.extend(texts)
        return by_angle(texts)

    precedents = Precedents(bench.store, embed)
    judged(bench, "a", 3, "remove")
    assert precedents.grow() == 1
    judged(bench, "b", 4, "remove")
    assert (precedents.grow(), precedents.grow()) == (1, 0)
    assert seen == ["3", "4"]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(module, "_ENOUGH", 1)
    return tmp_path / "home" / "precedents.npz"


def embedded_by(bench: Bench, file: Path, embed: module.Embed = by_angle) -> tuple[tuple[Precedent, ...], list[str]]:
    """What another process finds, and what it has to embed for that besides the query and the probe."""
    seen: list[str] = []

    def noting(texts: Sequence[str]) -> NDArray[Any]:
        seen.extend(text for text in texts if text not in {"0", module._PROBE})
        return embed(texts)

    return Precedents(bench.store, noting, file).of("0", "zh-Hans"), seen


def test_the_next_process_embeds_only_what_is_new(bench: Bench, file: Path) -> None:
    judged(bench, "a", 3, "remove")
    judged(bench, "b", 4, "remove")
    bench.reread("b", "allow", by="bo", desk="zh", kind="appeal")
    first, seen = embedded_by(bench, file)
    assert seen == ["3", "4"]
    assert embedded_by(bench, file) == (first, [])
    judged(bench, "c", 5, "remove")
    bench.reread("a", "allow", by="bo", desk="zh", kind="appeal")
    lines, seen = embedded_by(bench, file)
    assert seen == ["5"]
    assert [(line.action, line.count, line.upheld) for line in lines] == [("allow", 2, 2), ("remove", 3, 1)]
    assert lines == Precedents(bench.store, by_angle).of("0", "zh-Hans"), "as one that reads everything"


def test_a_file_of_another_model_or_of_another_store_is_not_used(bench: Bench, file: Path) -> None:
    judged(bench, "a", 3, "remove")
    embedded_by(bench, file)
    turned, seen = embedded_by(bench, file, lambda texts: by_angle(texts)[:, ::-1])
    assert (seen, len(turned)) == (["3"], 1)
    other = Bench()
    judged(other, "b", 7, "remove")
    found, seen = embedded_by(other, file)
    assert (seen, [line.post_id for line in found]) == (["7"], ["b"])
    assert embedded_by(Bench(), file) == ((), [])


@pytest.mark.parametrize("damage", [b"", b"PK\x03\x04 and then nothing", b"no archive at all"])
def test_a_damaged_file_is_written_anew(bench: Bench, file: Path, damage: bytes) -> None:
    judged(bench, "a", 3, "remove")
    embedded_by(bench, file)
    file.write_bytes(damage)
    assert embedded_by(bench, file)[1] == ["3"]
    assert embedded_by(bench, file)[1] == []


def foreign(file: Path, *, compressed: bool = False, **changed: Any) -> None:
    """Write a file as ours is, but for some of its arrays."""
    with np.load(file) as kept:
        arrays = {**kept, **changed}
    with file.open("wb") as stream:
        (np.savez_compressed if compressed else np.savez)(stream, **arrays)


def one_post(*judged: object) -> NDArray[np.uint8]:
    return np.frombuffer(orjson.dumps({"read": 1, "posts": [["a", 1, [judged]]]}), dtype=np.uint8)


@pytest.mark.parametrize(
    "changed",
    [
        {"vectors": np.ones((1, 7), dtype=np.float16)},  # of another width than the model's
        {"vectors": np.ones(1, dtype=np.float16)},
        {"vectors": np.array([["x", "y"]])},
        {"vectors": np.array([[{}, {}]], dtype=object)},  # a pickle, which is never opened
        {"said": one_post(99, 1, "scam", "zh", "zh", True)},  # no such action
        {"said": one_post(2, "one", "scam", "zh", "zh", True)},
        {"said": one_post(2, 1)},
        {"said": np.frombuffer(b"[1, 2]", dtype=np.uint8)},
    ],
)
def test_a_foreign_file_is_written_anew(bench: Bench, file: Path, changed: dict[str, Any]) -> None:
    judged(bench, "a", 3, "remove")
    embedded_by(bench, file)
    foreign(file, **changed)
    assert embedded_by(bench, file)[1] == ["3"]
    assert embedded_by(bench, file)[1] == []


def test_what_is_no_archive_of_ours_is_not_opened(bench: Bench, file: Path) -> None:
    judged(bench, "a", 3, "remove")
    embedded_by(bench, file)
    ours = file.read_bytes()
    foreign(file, compressed=True, vectors=np.ones((1, 400), dtype=np.float16))
    packed = bytearray(file.read_bytes())
    packed[60:90] = bytes(30)  # within the deflated stream
    np.save(file.with_suffix(".npy"), np.ones(3))
    for data in (pickle.dumps(print), bytes(packed), file.with_suffix(".npy").read_bytes(), ours[: len(ours) // 2]):
        file.write_bytes(data)
        assert embedded_by(bench, file)[1] == ["3"]


def test_a_file_that_cannot_be_written_stops_nobody(bench: Bench, file: Path, caplog: pytest.LogCaptureFixture) -> None:
    judged(bench, "a", 3, "remove")
    file.parent.write_text("a file where the folder should be")
    assert len(embedded_by(bench, file)[0]) == 1
    assert "not kept" in caplog.text


def test_the_file_holds_no_text(bench: Bench, file: Path) -> None:
    bench.flag("a", "1234.5678")
    bench.decide("a", "remove")
    embedded_by(bench, file)
    assert b"1234.5678" not in file.read_bytes()
    assert b'"a"' in file.read_bytes()


def test_the_oldest_are_forgotten(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "NEWEST", 3)
    monkeypatch.setattr(module, "_SLACK", 1)
    precedents = Precedents(bench.store, by_angle)
    for n in range(5):
        judged(bench, f"p-{n}", n, "remove")
        precedents.grow()
    assert [line.count for line in precedents.of("0", "zh-Hans")] == [3]
    assert precedents.of("0", "zh-Hans")[0].post_id == "p-2"


actions = st.sampled_from(["allow", "limit", "remove"])
degrees = st.integers(-90, 90).filter(lambda degree: abs(degree) != 60)  # whose cosine is the least, but for rounding


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(degrees, actions), min_size=1, max_size=12), st.integers(1, 5))
def test_the_counter_example_is_the_best_of_another_action_and_no_post_counts_twice(
    verdicts: list[tuple[int, str]], k: int
) -> None:
    bench = Bench()
    for n, (angle, action) in enumerate(verdicts):
        judged(bench, f"p-{n}", angle, action)
    lines = Precedents(bench.store, by_angle).of("0", "zh-Hans", k=k)
    near = [(round(cosine(angle), 3), action) for angle, action in verdicts if cosine(angle) > 0.5]
    if not near:
        return
    nearest = lines[0]
    assert round(nearest.similarity, 3) == pytest.approx(max(near)[0], abs=2e-3)
    others = [like for like, action in near if action != nearest.action]
    counters = [line for line in lines if line.counter]
    assert len(counters) == bool(others)
    if others:
        assert counters[0].action != nearest.action
        assert counters[0].similarity == pytest.approx(max(others), abs=2e-3)
    assert len(lines) <= max(k, 2)
    assert sum(line.count for line in lines) <= len(verdicts)
