"""What was translated once is not asked for again; a failure is, soon."""

from __future__ import annotations

import threading

import pytest

from moderation.pool.review.view import Translation
from moderation.translation.cache import FAILURES_FOR_S, Remembering


class Engine:
    """Counts what it is asked; fails while ``broken``."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []
        self.broken = False

    def translate(self, text: str, source: str, target: str) -> Translation:
        self.asked.append((text, source, target))
        if self.broken:
            return Translation(None, source, target, "test", {"en": "broken", "zh": "坏了"})
        return Translation(f"{text} in {target}", source, target, "test")


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_translation_is_remembered_by_text_source_and_target() -> None:
    engine = Engine()
    remembering = Remembering(engine)
    for asked in [("a", "zh", "en"), ("a", "zh", "en"), ("a", "ja", "en"), ("a", "zh", "ja"), ("b", "zh", "en")]:
        assert remembering.translate(*asked).text == f"{asked[0]} in {asked[2]}"
    assert engine.asked == [("a", "zh", "en"), ("a", "ja", "en"), ("a", "zh", "ja"), ("b", "zh", "en")]


def test_the_one_longest_unused_is_forgotten_first() -> None:
    engine = Engine()
    remembering = Remembering(engine, size=2)
    for text in ("a", "b", "a", "c", "a", "b"):
        remembering.translate(text, "zh", "en")
    assert [text for text, _, _ in engine.asked] == ["a", "b", "c", "b"]


def test_a_translation_does_not_expire() -> None:
    clock, engine = Clock(), Engine()
    remembering = Remembering(engine, clock=clock)
    remembering.translate("a", "zh", "en")
    clock.now += 1e9
    remembering.translate("a", "zh", "en")
    assert len(engine.asked) == 1


@pytest.mark.parametrize(("later_s", "asked"), [(FAILURES_FOR_S - 1, 1), (FAILURES_FOR_S, 2)])
def test_a_failure_is_remembered_for_a_short_time(later_s: float, asked: int) -> None:
    clock, engine = Clock(), Engine()
    remembering = Remembering(engine, clock=clock)
    engine.broken = True
    assert remembering.translate("a", "zh", "en").failure
    engine.broken = False
    clock.now += later_s
    assert (remembering.translate("a", "zh", "en").text is None) == (asked == 1)
    assert len(engine.asked) == asked


def test_one_slow_translation_does_not_keep_another_waiting() -> None:
    begun, may_end = threading.Event(), threading.Event()

    class Slow(Engine):
        def translate(self, text: str, source: str, target: str) -> Translation:
            if text == "slow":
                begun.set()
                assert may_end.wait(10)
            return super().translate(text, source, target)

    remembering = Remembering(Slow())
    waiting = threading.Thread(target=remembering.translate, args=("slow", "zh", "en"))
    waiting.start()
    assert begun.wait(10)
    assert remembering.translate("quick", "zh", "en").text == "quick in en"
    may_end.set()
    waiting.join()
