"""Hostile text made visible: what would act on a terminal, or hide in it, becomes a mark such as ``<U+202E>``.

=============================================  ==================================================================
control characters, ESC and CSI of a terminal  ``<U+001B>``: nothing acts, and what follows is plain text
overrides, embeddings, isolates of direction   ``<U+202E>``: no terminal ever gets one
zero-width and soft-hyphen characters          ``<U+200B>``, four and more of the same ``<U+200B x17>``
letters and blanks that show nothing           ``<U+3164>``
letters hidden in the tags block               ``<tags text>``
combining marks, after three on a character    ``<+17 marks>``; without a character to stand on each is a mark
surrogates, private, unassigned characters     ``<U+D800>``
half a flag, a skin tone on no skin            ``<U+1F1E8>``: libraries disagree about their width
line breaks                                    `` / ``
=============================================  ==================================================================

Two joiners stay where they are spelling: U+200D inside an emoji sequence, and U+200C in Arabic script between two
letters (Persian) and after a virama (RFC 5892, A.1). U+200D in Indic scripts is shown, because libraries that pad by
cells skip the character after it. A selector of emoji or text style stays on an emoji that has both.

Arabic and Hebrew letters stay, in logical order. A terminal that reorders them does so within a row of the screen, so
nothing that matters may stand to the right of them in theirs.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import NamedTuple

_MOST_MARKS = 3
_MOST_STACKED = 8
"""Combining marks on one character of Tibetan or Burmese, whose spelling stacks them."""

_MOST_SAME = 3
_VIRAMA = 9
"""The canonical combining class of a virama."""

_ZWJ, _ZWNJ, _KEYCAP = "\u200d", "\u200c", "\u20e3"
_EMOJI_STYLE = "\ufe0f"
_STYLES = frozenset(("\ufe0e", _EMOJI_STYLE))
_SELECTORS = frozenset(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
_TAG = 0xE0000
"""A tag is as far from its ASCII character."""

_LAST_TAG = "\U000e007f"
_TAGS = frozenset(map(chr, range(_TAG + 0x20, _TAG + 0x80)))
_REGIONS = frozenset(map(chr, range(0x1F1E6, 0x1F200)))
_EMPTY = _SELECTORS | frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0")
_UNSHOWN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
_COMBINING = frozenset(("Mn", "Me", "Mc"))
_JAMO = frozenset(map(chr, (*range(0x1161, 0x1200), *range(0xD7B0, 0xD7FC))))
"""Korean vowels and finals that stand on the letter before them."""

_WIDE_SINCE_16 = frozenset(
    map(
        chr,
        (
            *range(0x2630, 0x2638),
            *range(0x268A, 0x2690),
            *range(0x4DC0, 0x4E00),
            *range(0x1D300, 0x1D357),
            *range(0x1D360, 0x1D377),
        ),
    )
)
"""Symbols that Unicode 16 made two cells wide; Python's data may be older."""

_KEYS = frozenset("#*0123456789")
_EITHER = frozenset(
    "©®‼⁉™ℹ↔↕↖↗↘↙↩↪⌨⏏⏭⏮⏯⏱⏲⏸⏹⏺Ⓜ▪▫▶◀◻◼☀☁☂☃☄☎☑☘☝☠☢☣☦☪☮☯☸☹☺♀♂♟♠♣♥♦♨♻♾⚒⚔⚕⚖⚗⚙⚛⚜⚠⚧⚰⚱⛈⛏⛑⛓⛩⛰⛱⛴⛷⛸⛹✂✈✉✌✍✏✒✔✖✝✡✳✴❄❇❣❤➡⤴⤵⬅⬆⬇"
    "🅰🅱🅾🅿🌡🌤🌥🌦🌧🌨🌩🌪🌫🌬🌶🍽🎖🎗🎙🎚🎛🎞🎟🏋🏌🏍🏎🏔🏕🏖🏗🏘🏙🏚🏛🏜🏝🏞🏟🏳🏵🏷🐿👁📽🕉🕊🕯🕰🕳🕴🕵🕶🕷🕸🕹🖇🖊🖋🖌🖍🖐🖥🖨🖱🖲🖼🗂🗃🗄🗑🗒🗓🗜🗝🗞🗡🗣🗨🗯🗳🗺🛋🛍🛎🛏🛠🛡🛢🛣🛤🛥🛩🛰🛳"
)
"""Narrow symbols with an emoji style (Unicode's emoji-variation-sequences.txt), which makes them two cells wide."""

_SKIN = frozenset(
    "☝⛹✊✋✌✍🎅🏂🏃🏄🏇🏊🏋🏌👂👃👆👇👈👉👊👋👌👍👎👏👐👦👧👨👩👪👫👬👭👮👯👰👱👲👳👴👵👶👷👸👼💁💂💃💅💆💇💏💑💪🕴🕵🕺🖐🖕🖖🙅🙆🙇🙋🙌🙍🙎🙏🚣🚴🚵🚶🛀🛌🤌🤏🤘🤙🤚🤛🤜🤝🤞🤟🤦"
    "🤰🤱🤲🤳🤴🤵🤶🤷🤸🤹🤼🤽🤾🥷🦵🦶🦸🦹🦻🧍🧎🧏🧑🧒🧓🧔🧕🧖🧗🧘🧙🧚🧛🧜🧝🫃🫄🫅🫰🫱🫲🫳🫴🫵🫶"
)
"""Emoji that take a skin tone (Emoji_Modifier_Base)."""


class Segment(NamedTuple):
    """A piece of a text: ``text[start:end]`` of the original, in code points, and what is ``shown`` for it.

    ``mark``: what is shown is not the text. ``span`` is the number, from 1, of the shortest span that it lies in, or
    0. ``masked``: asterisks are shown, of the same width in cells.
    """

    start: int
    end: int
    shown: str
    mark: bool = False
    span: int = 0
    masked: bool = False


def visible(text: str) -> str:
    """What may be shown of a text on one line.

    >>> visible("a\\x1b[31mb")
    'a<U+001B>[31mb'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(segment.shown for segment in _units(text, [0] * len(text)))


def mask(surface: str) -> str:
    """Asterisks of the same width in cells, but for the first of several characters and the blanks.

    >>> mask("kill him"), mask("杀人"), mask("杀")
    ('k*** ***', '杀**', '**')
    """
    return "".join(segment.shown for segment in segments(surface, [(0, len(surface))], masked={1}))


def segments(text: str, spans: Sequence[tuple[int, int]], masked: Collection[int] = ()) -> list[Segment]:
    """A text in pieces, in order and without gaps: ``spans`` are ``start, end`` in code points, numbered from 1.

    The spans whose numbers are in ``masked`` are shown as :func:`mask` shows them. What is one character to a reader
    (an emoji sequence, a letter with its accents) is never cut: it lies in the span that touches it.
    """
    owners = [0] * len(text)
    by_length = sorted(range(len(spans)), key=lambda n: (spans[n][0] - spans[n][1], -n))
    for n in by_length:
        for place in range(max(spans[n][0], 0), min(spans[n][1], len(text))):
            owners[place] = n + 1
    units = list(_units(text, owners))
    for number in masked:
        start, end = spans[number - 1]
        words = [
            n
            for n, unit in enumerate(units)
            if max(start, unit.start) < min(end, unit.end) and not unit.mark and not unit.shown.isspace()
        ]
        for n in words if len(words) == 1 else words[1:]:
            if not units[n].masked:
                units[n] = units[n]._replace(shown="*" * _cells(units[n].shown), masked=True)
    return list(_joined(units))


def _joined(units: Sequence[Segment]) -> Iterator[Segment]:
    """Neighbours of one kind as one piece; every mark is a piece of its own."""
    current: Segment | None = None
    for unit in units:
        if current and not current.mark and not unit.mark and current[4:] == unit[4:]:
            current = current._replace(end=unit.end, shown=current.shown + unit.shown)
            continue
        if current:
            yield current
        current = unit
    if current:
        yield current


def _units(text: str, owners: Sequence[int]) -> Iterator[Segment]:
    """What is one character to a reader, or one mark, in order."""
    place = 0
    stands = False  # whether a combining mark here would have a character to stand on
    while place < len(text):
        start, owner = place, owners[place]
        character = text[place]
        if character in "\r\n":
            place += 2 if text.startswith("\r\n", place) else 1
            yield Segment(start, place, " / ", mark=True, span=owner)
            stands = False
        elif _combines(character):
            place = _run(text, owners, start, _combines)
            if stands or place - start > _MOST_SAME:
                yield Segment(start, place, f"<+{place - start} marks>", mark=True, span=owner)
            else:
                yield from (Segment(n, n + 1, _point(text[n]), mark=True, span=owner) for n in range(start, place))
        elif _shows(text, place):
            place = _cluster(text, place)
            yield Segment(start, place, text[start:place], span=next(filter(None, owners[start:place]), 0))
            stands = True
        else:
            place = _run(text, owners, start, _TAGS.__contains__ if character in _TAGS else character.__eq__)
            yield from (Segment(*hidden, mark=True, span=owner) for hidden in _hidden(text, start, place))
            stands = False


def _run(text: str, owners: Sequence[int], start: int, alike: Callable[[str], bool]) -> int:
    """Where the run of such characters from ``start`` on, in one span, ends."""
    end = start + 1
    while end < len(text) and owners[end] == owners[start] and alike(text[end]):
        end += 1
    return end


def _hidden(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """The marks for a run of one character, or of tags: where each stands, and what is shown."""
    if text[start] in _TAGS:
        yield start, end, f"<tags {''.join(chr(ord(tag) - _TAG) for tag in text[start:end] if tag != _LAST_TAG)}>"
    elif end - start > _MOST_SAME:
        yield start, end, f"{_point(text[start])[:-1]} x{end - start}>"
    else:
        yield from ((place, place + 1, _point(text[place])) for place in range(start, end))


def _point(character: str) -> str:
    return f"<U+{ord(character):04X}>"


def _combines(character: str) -> bool:
    return (unicodedata.category(character) in _COMBINING and character not in _EMPTY) or character in _JAMO


def _shows(text: str, place: int) -> bool:
    """Whether what begins here can be shown as it is."""
    character = text[place]
    if character in _REGIONS:
        return text[place + 1 : place + 2] in _REGIONS
    return not (unicodedata.category(character) in _UNSHOWN or character in _EMPTY or character in _TONES)


def _cluster(text: str, start: int) -> int:
    """Where the character that begins at ``start`` ends: with its marks, its style, what is joined to it."""
    end = start + 1
    if text[start] in _REGIONS:
        return end + 1
    if text[start] in _KEYS:
        styled = text[end : end + 1] == _EMOJI_STYLE
        return end + styled + 1 if text[end + styled : end + styled + 1] == _KEYCAP else _with_marks(text, start, end)
    if not _emoji(text[start]):
        return _with_marks(text, start, end)
    end = _dressed(text, start)
    while text[end : end + 1] == _ZWJ and end + 1 < len(text) and _emoji(text[end + 1]):
        end = _dressed(text, end + 1)
    return end


def _dressed(text: str, start: int) -> int:
    """Where an emoji ends with its skin tone or style."""
    end = start + 1
    if text[start] in _SKIN and text[end : end + 1] in _TONES:
        return end + 1
    return end + 1 if text[end : end + 1] in _STYLES else end


def _with_marks(text: str, start: int, end: int) -> int:
    """Where a letter ends with its combining marks, as many as are shown, and a joiner that is spelling."""
    most = end + (_MOST_STACKED if "\u0f00" <= text[start] <= "\u109f" else _MOST_MARKS)
    while end < min(most, len(text)) and _combines(text[end]):
        end += 1
    if text[end : end + 1] == _ZWNJ and end + 1 < len(text) and text[end + 1].isalpha():
        arabic = all("\u0620" <= letter <= "\u06d5" for letter in (text[start], text[end + 1]))
        end += arabic or unicodedata.combining(text[end - 1]) == _VIRAMA
    return end


def _emoji(character: str) -> bool:
    wide = unicodedata.east_asian_width(character) == "W" and unicodedata.category(character) == "So"
    return wide or character in _EITHER


def _cells(shown: str) -> int:
    """The width of one character in cells of a terminal, as libraries that pad by cells count it."""
    base = shown[0]
    if len(shown) > 1 and shown[1] == _EMOJI_STYLE and (base in _EITHER or base in _KEYS):
        return 2
    wide = unicodedata.east_asian_width(base) in {"W", "F"} or base in _REGIONS or base in _WIDE_SINCE_16
    return 2 if wide else 1
