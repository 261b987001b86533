"""What candidates cost: texts a second of CPU time, and memory."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import langdetect
from langdetect.lang_detect_exception import LangDetectException

from moderation.domain.post import Post
from moderation.language.detector import Detector

from .bench import SEED, Bench
from .candidates import LANGDETECT, LIGHT, LINGUA, OURS, PY3LANGID, build_lingua
from .tables import Cell, Part, Table

ROUNDS = 7
WARM_UP = 0.25
"""The part of the texts that is read before anything is timed."""
SAMPLE = 400
"""Texts of a round that the slow ones see, evenly spread over it."""
SHARES = {1: 0.05, 32: 0.15, 256: 0.3}
"""Batch size → its part of the texts of a round: two detectors see every text between them."""

_MEASURED = """
import time, psutil
process = psutil.Process()
before, started = process.memory_info().rss, time.process_time()
{load}
print((process.memory_info().rss - before) / 2**20, time.process_time() - started)
"""
_LOADS = {
    LANGDETECT: "import langdetect; langdetect.detect_langs('a warm welcome')",
    f"{LINGUA}, all 75 preloaded": "from lingua import LanguageDetectorBuilder\n"
    "kept = LanguageDetectorBuilder.from_all_languages().with_preloaded_language_models().build()",
    PY3LANGID: "import py3langid; py3langid.classify('a warm welcome')",
    LIGHT: "from moderation.language.detector import Detector\nkept = Detector()",
    OURS: "from moderation.language.detector import Detector\n"
    "from moderation.language.second import SecondOpinion\nkept = Detector(SecondOpinion(preload=True))",
}


class Runner(NamedTuple):
    """Something to be timed; ``batch`` is 0 for what takes one text at a time and remembers none."""

    name: str
    run: Callable[[Sequence[Post]], None]
    batch: int = 0


def speed(bench: Bench) -> Part:
    """Texts a second on the stream and on short sentences; all take turns, so that neighbours disturb them alike."""
    runners = _runners(bench)
    tables = []
    figures: dict[str, float | None] = {}
    for source, texts in bench.timed_texts.items():
        rates = _rates(runners, [Post("post", text) for text in texts])
        rows: list[tuple[Cell, ...]] = []
        for runner in runners:
            ratios = [rate / base for rate, base in zip(rates[runner.name], rates[LANGDETECT], strict=True)]
            rate = statistics.median(rates[runner.name])
            rows.append((runner.name, round(rate), 1e6 / rate, statistics.median(ratios), min(ratios), max(ratios)))
            figures[f"{runner.name}, {source}"] = statistics.median(ratios)
        mean = sum(map(len, texts)) / len(texts)
        tables.append(
            Table(
                f"Speed, CPU time of one thread: {len(texts):,} texts, {source}, {mean:.0f} characters on average",
                ("candidate", "texts/s", "µs a text", "x langdetect", "least", "most"),
                rows,
                f"medians of {ROUNDS} interleaved rounds on texts not met before, ratios within the round",
            )
        )
    return Part(tables, figures)


def memory(_bench: Bench) -> Part:
    """Memory and CPU time of loading, each in a process of its own."""
    rows: list[tuple[Cell, ...]] = []
    for name, load in _LOADS.items():
        command = [sys.executable, "-c", _MEASURED.format(load=load)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        size, seconds = map(float, done.stdout.split())
        rows.append((name, round(size), seconds))
    return Part((Table("Memory over bare Python after loading", ("candidate", "MiB", "load, CPU s"), rows),))


def _runners(bench: Bench) -> list[Runner]:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    langdetect.DetectorFactory.seed = SEED
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    return [
        Runner(LANGDETECT, _one_by_one(_langdetect)),
        Runner(LINGUA, _one_by_one(build_lingua().detect_language_of)),
        Runner(PY3LANGID, _one_by_one(identifier.classify)),
        *(
            Runner(f"{name}, {size}", _in_batches(detector, size), size)
            for name, detector in ((OURS, bench.detector), (LIGHT, bench.light))
            for size in SHARES
        ),
    ]


def _rates(runners: Sequence[Runner], posts: Sequence[Post]) -> dict[str, list[float]]:
    warm = int(WARM_UP * len(posts))
    for runner in runners:
        runner.run(posts[:warm] if runner.batch == max(SHARES) else posts[: min(warm, SAMPLE)])
    size = (len(posts) - warm) // ROUNDS
    rates: dict[str, list[float]] = {runner.name: [] for runner in runners}
    for start in range(warm, warm + ROUNDS * size, size):
        fresh = start
        for runner in runners:
            if runner.batch:
                count = int(SHARES[runner.batch] * size)
                chosen = posts[fresh : fresh + (count // runner.batch * runner.batch or count)]  # whole batches
                fresh += len(chosen)
            else:
                chosen = posts[start : start + size : max(1, size // SAMPLE)]
            started = time.process_time()
            runner.run(chosen)
            rates[runner.name].append(len(chosen) / (time.process_time() - started))
    return rates


def _langdetect(text: str) -> None:
    try:
        langdetect.detect_langs(text)
    except LangDetectException:
        return


def _one_by_one(detect: Callable[[str], object]) -> Callable[[Sequence[Post]], None]:
    def run(posts: Sequence[Post]) -> None:
        for post in posts:
            detect(post.text)

    return run


def _in_batches(detector: Detector, size: int) -> Callable[[Sequence[Post]], None]:
    def run(posts: Sequence[Post]) -> None:
        for start in range(0, len(posts), size):
            detector(posts[start : start + size])

    return run
