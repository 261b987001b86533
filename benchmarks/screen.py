"""How many posts a second ``moderation screen`` decides, beside one process of it and beside reading alone.

Run: ``python benchmarks/screen.py [POSTS.jsonl.gz]``. Without a file, the labelled stream beside the repository is
used, else the bundled posts, repeated. Target: 3,000 posts/s on two cores, loading of models included.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import orjson

from moderation.demo import bundled, repeated
from moderation.domain.post import Post
from moderation.pool.door import read_posts

TARGET = 3_000
COUNT = 50_000


def posts_file(folder: Path) -> Path:
    """The input: the file that was named, the stream, or the bundled posts."""
    if len(sys.argv) > 1:
        return Path(sys.argv[1])
    stream = Path(__file__).parent.parent.parent / "shared" / "data" / "stream" / "posts.jsonl.gz"
    if stream.exists():
        return stream
    made = folder / "posts.jsonl"
    made.write_bytes(b"\n".join(orjson.dumps(post.to_json()) for post in repeated(bundled(), COUNT)))
    return made


def screened(file: Path, out: Path, jobs: int) -> float:
    """Seconds of one whole run of the command, its start included."""
    started = time.perf_counter()
    command = [sys.executable, "-m", "moderation", "screen", str(file), "-o", str(out), "--jobs", str(jobs)]
    subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - started


def main() -> None:
    """Measure and print."""
    cores = os.cpu_count() or 1
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        file = posts_file(folder)
        started = time.perf_counter()
        with file.open("rb") as stream:
            count = sum(isinstance(post, Post) for _, post in read_posts(stream))
        reading = time.perf_counter() - started
        one = screened(file, folder / "one.jsonl", 1)
        all_cores = screened(file, folder / "all.jsonl", cores)
        same = [without_time(folder / name) for name in ("one.jsonl", "all.jsonl")]
    print(f"posts: {count:,} of {file.name}; cores: {cores}")
    print(f"reading alone:          {count / reading:>9,.0f} posts/s")
    print(f"screen, one process:    {count / one:>9,.0f} posts/s, start included")
    print(
        f"screen, {cores} processes:    {count / all_cores:>9,.0f} posts/s, start included; {one / all_cores:.2f} × one"
    )
    print(f"output independent of the number of processes: {'yes' if same[0] == same[1] else 'NO'}")
    verdict = "reached" if count / all_cores >= TARGET else "MISSED"
    print(f"target {TARGET:,} posts/s on two cores: {verdict} ({count / all_cores / TARGET:.2f} ×)")


def without_time(file: Path) -> list[dict[str, object]]:
    """The decisions, but for when they were made."""
    decisions = [orjson.loads(line) for line in file.read_bytes().splitlines()]
    for decision in decisions:
        del decision["decided_at"]
    return decisions


if __name__ == "__main__":
    main()
