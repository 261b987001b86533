"""Where a find begins and ends, beyond the letters that were found."""

from __future__ import annotations

from moderation.domain.signal import Evidence
from moderation.folding.letters import is_gap
from moderation.matching.reading import TONES, Reading

SHORTEST_REPEAT = 3
_FIRST_SYLLABIC = "\u0900"  # of the scripts whose letters are syllables; alphabets stand before


def with_repeats(text: str, start: int, end: int) -> tuple[int, int]:
    """The span with the repeats of its first and last letter, where one stands three times or more: 加好友友友."""
    first, last = start, end
    while text[first - 1] == text[start]:
        first -= 1
    while text[last] == text[end - 1]:
        last += 1
    begins = first if start - first >= SHORTEST_REPEAT - 1 else start
    long = (
        last - end >= SHORTEST_REPEAT - 1 or text[last - SHORTEST_REPEAT : last].count(text[end - 1]) == SHORTEST_REPEAT
    )
    doubled = text[start] == text[start + 1]  # 加加微微信信
    word = text[end - 1].isalpha() and text[end - 1] < _FIRST_SYLLABIC  # coooll: no word of an alphabet ends inside one
    return begins, last if long or doubled or word else end


def with_tone(text: str, start: int, end: int, reading: Reading) -> int:
    """The end with the digit of the last syllable's tone: wei1xin4."""
    last = reading.steps[-1] if reading.steps else None
    spelled = last is not None and last.end == end - start and last.evidence is Evidence.homophone
    toned = spelled and text[end - 1].isascii() and text[end] in TONES and not text[end + 1 : end + 2].isdigit()
    return end + 1 if toned else end


def signs_around(form: str) -> tuple[int, int]:
    """How many characters of a form stand before its first letter and after its last."""
    letters = [n for n, character in enumerate(form) if not is_gap(character)]
    return (letters[0], len(form) - 1 - letters[-1]) if letters else (0, 0)
