"""How a stretch of text is read as a term, and by what evidence."""

from __future__ import annotations

import pytest

from moderation.domain.signal import Evidence
from moderation.matching.reading import chain, read

READ = [
    # seen, term, evidence
    ("wechat", "wechat", "exact"),
    ("wесhаt", "wechat", "folded"),
    ("كَلب", "كلب", "folded"),
    ("we\0chat", "wechat", "folded"),  # whether it hid something is for the original to say
    ("dm\nme", "dm me", "squeezed"),
    ("w-e.c h/a t", "wechat", "squeezed"),
    ("weeechat", "wechat", "squeezed"),
    ("dm  me", "dm me", "squeezed"),
    ("dmme", "dm me", "squeezed"),
    ("dm me", "dm-me", "squeezed"),
    ("cooool", "cool", "squeezed"),
    ("w3chat", "wechat", "leet"),
    ("w-3-c", "wec", "leet"),  # the weakest of its steps
    ("壹夜", "一夜", "numeral"),
    ("1夜", "一夜", "numeral"),
    ("贝者博", "赌博", "split"),
    ("薇信", "微信", "homophone"),
    ("weixin", "微信", "homophone"),
    ("wei4xin", "微信", "homophone"),
    ("nvren", "女人", "homophone"),
    ("nuren", "女人", "homophone"),
    ("徽信", "微信", "lookalike"),
    ("🐔女", "鸡女", "emoji"),
    ("🐔女", "妓女", "emoji"),
    ("wx", "微信", "initials"),
    ("加微", "加微信", "homophone"),  # a covert name
    ("睹bo", "赌博", "homophone"),
]


@pytest.mark.parametrize(("seen", "term", "evidence"), READ)
def test_a_text_is_read_by_the_strongest_evidence(seen: str, term: str, evidence: str) -> None:
    reading = read(seen, term)
    assert reading is not None
    assert reading.evidence.name == evidence
    assert (
        max([step.evidence for step in reading.steps], default=Evidence.exact, key=lambda kind: kind.rank)
        == reading.evidence
    )
    for before, after in zip(reading.steps, reading.steps[1:], strict=False):
        assert before.end <= after.at


UNREAD = [
    ("wecha", "wechat"),
    ("wechats", "wechat"),
    ("wxchat", "wechat"),
    ("col", "cool"),
    ("a加b", "ab"),  # a letter is no gap
    ("a,b\nc", "ab"),
    ("薇博", "微信"),
    ("i", "l"),  # of one class, through 1
    ("", "ab"),
    ("ab" * 200, "ab"),
]


@pytest.mark.parametrize(("seen", "term"), UNREAD)
def test_what_is_not_a_term_is_not_read_as_it(seen: str, term: str) -> None:
    assert read(seen, term) is None


def test_a_long_run_is_read_in_no_time() -> None:
    assert read("a" + "- " * 90 + "b", "ab") is not None
    assert read("a" * 199, "ab") is None


CHAINS = [
    # original, folded, term
    ("加V", "加v", "加微信", ("加V", "加微", "加微信")),
    ("加.V", "加.v", "加微信", ("加.V", "加V", "加微", "加微信")),
    ("W-E", "w-e", "we", ("W-E", "WE", "we")),
    ("w\u200be", "w\0e", "we", ("w\u200be", "we")),
    ("薇信", "薇信", "微信", ("薇信", "微信")),
    ("1夜", "1夜", "一夜", ("1夜", "一夜")),
]


@pytest.mark.parametrize(("original", "seen", "term", "stages"), CHAINS)
def test_a_chain_takes_one_step_at_a_time(original: str, seen: str, term: str, stages: tuple[str, ...]) -> None:
    reading = read(seen, term)
    assert reading is not None
    assert chain(original, seen, term, reading) == stages
