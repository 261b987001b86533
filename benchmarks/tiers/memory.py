"""How much memory each model takes: the resident set of a fresh process, before and after loading, and after use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import orjson

from benchmarks.detection.tables import Table

from .baselines import MINILM, PLAIN
from .posts import Texts
from .stages import FAST, WHOLE

POSTS = 256

_MEASURED = """
import json, sys, psutil
texts, tags = json.load(sys.stdin)
def resident():
    return psutil.Process().memory_info().rss / 2**20
before = resident()
{load}
loaded = resident()
{use}
print(before, loaded, resident())
"""
_FAST = """
from pathlib import Path
from moderation.classifiers.artifact import read_artifact, shipped
from moderation.classifiers.fast import KIND, load_fast
kept = load_fast(read_artifact((Path({models!r}) if {models!r} else shipped()) / "fast", KIND))
"""
_WHOLE = """
from pathlib import Path
from moderation.classifiers.tiers import load_tiers
from moderation.domain.language import Language
kept = load_tiers(Path({models!r}) if {models!r} else None)
"""
_EMBEDDING = "from moderation.classifiers.embeddings import load_embedder\nkept = load_embedder(None)"
_PLAIN = "from benchmarks.tiers.baselines import plain\nkept = plain(texts)"
_MINILM = """
from pathlib import Path
from benchmarks.tiers.baselines import load_minilm
kept = load_minilm(Path({minilm!r}))
"""
_LOADS = {
    FAST: (_FAST, "kept.score(kept.read(texts, tags), tags)"),
    WHOLE: (_WHOLE, "kept(texts, [Language(tag, shares=dict([(tag, 1.0)])) for tag in tags])"),
    "embedding": (_EMBEDDING, "kept(texts)"),
    f"{PLAIN}, training included": (_PLAIN, "kept(texts)"),
    MINILM: (_MINILM, "kept.encode(texts, show_progress_bar=False)"),
}


def memory(models: Path | None, texts: Texts, minilm: Path) -> Table:
    """One row a model."""
    some = texts.part(0, POSTS)
    posts = orjson.dumps([some.texts, [language.tag for language in some.languages]])
    places = {"models": str(models.resolve()) if models else "", "minilm": str(minilm)}
    rows = []
    for name, (load, use) in _LOADS.items():
        before, loaded, used = resident(load.format_map(places), use, posts)
        rows.append((name, before, loaded, loaded - before, used - before))
    return Table(
        "Memory: resident set of a fresh process, MiB",
        ("", "before", "loaded", "loading took", f"after {POSTS} posts, over before"),
        rows,
    )


def resident(load: str, use: str, posts: bytes) -> tuple[float, float, float]:
    """MiB before the model is loaded, after it, and after the posts were judged at once."""
    command = [sys.executable, "-c", _MEASURED.format(load=load, use=use)]
    done = subprocess.run(command, input=posts, check=True, stdout=subprocess.PIPE)
    before, loaded, used = map(float, done.stdout.split())
    return before, loaded, used
