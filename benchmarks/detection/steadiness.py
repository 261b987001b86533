"""Whether the same text gets the same answer, alone and among others, and whether any text raises."""

from __future__ import annotations

from hashlib import sha256

from moderation.domain.post import Post
from moderation.language.detector import Detector

from .bench import Bench
from .candidates import BATCH, LIGHT, OURS, UNSEEDED, Candidate, langdetect_with
from .tables import Cell, Part, Table

INPUTS = 400
TIMES = 5
TOGETHER = 2_560

HOSTILE = (
    "", " ", "\n\t", "12345", "3.14 + 2 = ?", "!!!", "……", "%s %d {} \\", "<b>&amp;</b>", "'; --",
    "👍", "❤️🔥💯", "👨‍👩‍👧‍👦🏳️‍🌈", "👍" * 5_000, "#", "#️⃣", "@someone", "someone@example.org", "https://example.org/a?b=c",
    "\ud800", "a\udfffb", "ok \udc80 then", "\x00", "a\x00b", "\x07\x1b[31m", "\u200b\u200d\ufeff", "\u202etxet",
    "\u0301\u0302\u0303", "e" + "\u0301" * 500, "\ufffe\uffff", "\U0010ffff", "\ue000\uf8ff", "\U000e0041\U000e007f",
    "ﷺ", "㍿㎞", "ᄒ", "ﾊﾝｶｸ", "𝓱𝓮𝓵𝓵𝓸", "Ⓗⓔⓛⓛⓞ", "ＨＥＬＬＯ", "HELLO", "x", "我",
    "a" * 20_000, "hello world " * 2_000, "你好" * 5_000,
)  # fmt: skip


def steadiness(bench: Bench) -> Part:
    """Ask again, ask in batches, ask about what nobody should write."""
    inputs = _shuffled([*(sentence.text for sentence in bench.sentences), *(post.text for post in bench.posts)])
    asked = [langdetect_with(None, UNSEEDED), *bench.candidates]
    rows: list[tuple[Cell, ...]] = []
    unsteady: dict[str, int] = {}
    raised: dict[str, int] = {}
    for candidate in asked:
        rounds = [candidate.answers(inputs[:INPUTS]) for _ in range(TIMES)]
        other_tag = sum(len({answer.tag for answer in answers}) > 1 for answers in zip(*rounds, strict=True))
        unsteady[candidate.name] = sum(len(set(answers)) > 1 for answers in zip(*rounds, strict=True))
        raised[candidate.name] = sum(_raises(candidate, text) for text in HOSTILE)
        rows.append((candidate.name, other_tag, unsteady[candidate.name], raised[candidate.name]))
    together = inputs[:TOGETHER]
    differing = {OURS: _differing(bench.detector, together), LIGHT: _differing(bench.light, together)}
    return Part(
        (
            Table(
                f"Steadiness: of {INPUTS} texts asked {TIMES} times; of {len(HOSTILE)} hostile strings",
                ("candidate", "another language", "another language or probability", "raises"),
                rows,
            ),
            Table(
                f"Batches of {BATCH} against singles",
                ("candidate", "texts", "with another answer"),
                [(name, len(together), count) for name, count in differing.items()],
            ),
        ),
        {
            "flapping": unsteady[OURS] + unsteady[LIGHT],
            "exceptions": raised[OURS] + raised[LIGHT],
            "differing": sum(differing.values()),
        },
    )


def _raises(candidate: Candidate, text: str) -> bool:
    try:
        candidate.ask(text)
    except Exception:  # noqa: BLE001 - any exception counts
        return True
    return False


def _differing(detector: Detector, texts: list[str]) -> int:
    posts = [Post("post", text) for text in texts]
    together = [found for start in range(0, len(posts), BATCH) for found in detector(posts[start : start + BATCH])]
    return sum(found != detector([post])[0] for found, post in zip(together, posts, strict=True))


def _shuffled(texts: list[str]) -> list[str]:
    return sorted(texts, key=lambda text: sha256(text.encode()).digest())
