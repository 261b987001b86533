"""What the shipped rules get wrong on benign posts, and how fast rules decide, are checked, tested and tried out.

Run: ``python benchmarks/policy.py [--data DIR] [--part quality|decide|check|test|backtest]``; some five minutes.
``DIR`` has ``train/`` and ``stream/``; the default stands beside the repository. A missed target is printed, the exit
code stays 0.

- ``quality``: ``benchmarks.pack.held_out``: benign posts of the held-out fifth, by language.
- ``decide``: 500 rules (the shipped ones and others of the form of the policy language's first example) over the
  signals of posts of the stream, in batches of 512: microseconds of CPU a post, signals known. Beside it, in turns:
  every rule asked of every post, without the index.
- ``check``: ``moderation rules check`` of the same 500 rules, and of the shipped ones: seconds on the clock, start
  included. Beside it: PyYAML's own ``safe_load`` of the same files, which finds no mistake.
- ``test``: ``moderation rules test`` of the shipped rules, beside one post at a time through the same pipeline.
- ``backtest``: ``moderation rules backtest`` of 50,000 posts on two processes, beside ``moderation screen`` of them.
"""

from __future__ import annotations

import argparse
import gc
import gzip
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import orjson
import yaml

from benchmarks.pack import held_out
from benchmarks.pack.many import many_rules
from moderation.authoring.examples import run_examples
from moderation.bootstrap import assemble, build_rules, load_models
from moderation.domain.post import Post
from moderation.domain.signal import Signals
from moderation.policy.checks import Compiler, Measured
from moderation.policy.compiler import wake
from moderation.policy.evaluate import Judgement, Ready
from moderation.policy.loader import load_rules
from moderation.policy.view import View
from moderation.settings import load_settings, shipped

DATA = Path(__file__).parent.parent.parent / "shared" / "data"
RULES, POSTS, BATCH, ROUNDS = 500, 8_192, 512, 5
UNINDEXED = 64  # posts for the baseline, which takes a hundred times as long
TESTED = 200  # tests one at a time
PARTS = ("quality", "decide", "check", "test", "backtest")


def main() -> None:
    """Run the parts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with train/ and stream/")
    parser.add_argument("--part", choices=PARTS, action="append", help="only this part")
    options = parser.parse_args()
    stream = options.data / "stream" / "posts.jsonl.gz"
    with tempfile.TemporaryDirectory() as name:
        for part in options.part or PARTS:
            if part in {"quality", "decide", "backtest"} and not stream.exists():
                print(f"{part}: skipped, there is no {stream}")
                continue
            print(f"== {part}", flush=True)
            if part == "quality":
                held_out.main()
            elif part == "decide":
                decide(stream)
            elif part == "check":
                check(Path(name))
            elif part == "test":
                test()
            else:
                backtest(stream, Path(name))


def decide(stream: Path) -> None:
    """Microseconds of CPU a post."""
    models = load_models(load_settings(None))
    rules = load_rules(many_rules(shipped("rules"), RULES), datetime.now(UTC).date())
    pipeline = assemble(models, rules)
    with gzip.open(stream) as lines:
        posts = [Post.parse(orjson.loads(line)) for line in islice(lines, POSTS)]
    signals: list[Signals] = []
    for at in range(0, len(posts), BATCH):
        batch = posts[at : at + BATCH]
        signals += pipeline.signals(batch, pipeline.detect(batch))
    compiler = Compiler(rules.vocabulary, rules.idioms, Measured())
    ready = [Ready.of(rule, compiler) for rule in rules.rules if rule.status != "draft"]
    now = pipeline.clock()
    gc.collect()
    gc.freeze()  # as workers do

    def indexed() -> None:
        for at in range(0, len(posts), BATCH):
            pipeline.policy(posts[at : at + BATCH], signals[at : at + BATCH], now)

    def unindexed() -> None:
        for post, signal in zip(posts[:UNINDEXED], signals, strict=False):
            view = View(post, signal)
            for each in ready:
                _ = Judgement(each, view).truth

    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(cpu(indexed) / len(posts) * 1e6)
        theirs.append(cpu(unindexed) / UNINDEXED * 1e6)
    verdict(f"{len(ready)} rules over matched signals", min(ours), 20, "µs/post")
    print(
        f"   every rule asked of every post: {min(theirs):,.0f} µs/post, {min(theirs) / min(ours):,.0f} times as long"
    )


def check(folder: Path) -> None:
    """Seconds of the command."""
    rules = folder / "rules"
    for name, text in many_rules(shipped("rules"), RULES).items():
        (rules / name).parent.mkdir(parents=True, exist_ok=True)
        (rules / name).write_text(text, "utf-8")
    for what, place, limit in ((f"{RULES} rules", rules, 2.0), ("the shipped rules", shipped("rules"), None)):
        seconds = min(run("rules", "check", "--rules", str(place)) for _ in range(3))
        verdict(f"rules check of {what}", seconds, limit, "s")
    started = time.perf_counter()
    for path in rules.rglob("*.yaml"):
        yaml.safe_load(path.read_text("utf-8"))
    plain = time.perf_counter() - started
    print(f"   PyYAML's safe_load of the {RULES}: {plain:.1f} s, without a look at what they say")


def test() -> None:
    """Seconds of the command."""
    seconds = min(run("rules", "test") for _ in range(3))
    verdict("rules test of the shipped pack", seconds, 5.0, "s")
    settings = load_settings(None)
    rules = wake(build_rules(settings))
    pipeline = assemble(load_models(settings), rules)
    tests = [(rule, example) for rule in rules.rules for example in rule.examples]
    some = [rule for rule in rules.rules if rule.examples][:TESTED]
    run_examples(some, pipeline)
    started = time.perf_counter()
    count = len(run_examples(some, lambda posts: [pipeline([post])[0] for post in posts]))
    singly = (time.perf_counter() - started) / count * len(tests)
    print(f"   the same {len(tests):,} posts one at a time, everything loaded: {singly:.1f} s")


def backtest(stream: Path, folder: Path) -> None:
    """Seconds of the command."""
    html = str(folder / "report.html")
    seconds = run("rules", "backtest", str(shipped("rules")), str(stream), "--jobs", "2", "--html", html)
    verdict("backtest of the stream on two processes, report included", seconds, 30.0, "s")
    plain = run("screen", str(stream), "-o", str(folder / "out.jsonl"), "--jobs", "2")
    print(f"   screen of the same posts: {plain:.1f} s; the backtest takes {seconds / plain:.2f} times as long")


def run(*arguments: str) -> float:
    """Seconds of a whole run of a command, its start included."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-m", "moderation", *arguments], check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - started


def cpu(work: Callable[[], None]) -> float:
    """Seconds of CPU."""
    started = time.process_time()
    work()
    return time.process_time() - started


def verdict(what: str, figure: float, limit: float | None, unit: str) -> None:
    """One line: the figure, and how it stands to its target."""
    stands = "" if limit is None else f"  target <= {limit:g} {unit}: {'reached' if figure <= limit else 'MISSED'}"
    print(f"{what}: {figure:.1f} {unit}{stands}", flush=True)


if __name__ == "__main__":
    main()
