"""Parts of a text that tell nothing about its language: addresses and names of users."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from moderation.domain.post import Mention

_HAN = "\u3400-\u9fff\U00020000-\U0003fffd"

# Only ASCII, because Chinese goes on right after an address: 看http://t.cn/x这里
_ADDRESS = re.compile(
    r"""(?:https?://|www\.)[!-~]+                                             # https://example.com/a?b
      | (?<![a-z0-9._%+-])[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+          # somebody@example.com
      | (?<![a-z0-9.@-])(?:[a-z0-9-]+\.)+
        (?:com|net|org|cn|io|me|co|info|xyz|top|shop|club|site|online|app|ru|de|uk|fr|jp|kr|tv|cc|gg|ly|link)
        (?![a-z0-9-]|\.[a-z0-9])(?:/[!-~]*)?                                  # example.com/a
    """,
    re.IGNORECASE | re.ASCII | re.VERBOSE,
)

# A name goes on to the next blank only where one follows soon: in @客服你们什么时候发货 nothing is surely the name.
_NAME = re.compile(rf"[@＠](?:[\w.-]{{1,8}}(?=[ \t\u00a0\u2005\u3000])|[^\W{_HAN}][^\W{_HAN}.-]*(?:[.-][^\W{_HAN}]+)*)")


# A full stop before a letter, as no sentence has it: the quickest way to see that a text holds no address.
_DOT = re.compile(r"\.[A-Za-z0-9-]")


def may_hold_any(text: str) -> bool:
    """Whether :func:`set_aside` has to look at a text for which the platform gives no places."""
    return "@" in text or "＠" in text or ("." in text and _DOT.search(text) is not None)


def set_aside(name: str, text: str, mentions: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    """Slices of a field that are addresses or mentions: the platform's places where it gives any, else ``@name``."""
    if "." in text and _DOT.search(text):
        yield from (match.span() for match in _ADDRESS.finditer(text))
    places = [mention for mention in mentions if not isinstance(mention, str)]
    yield from ((max(start, 0), min(end, len(text))) for field, start, end in places if field == name)
    if not places and ("@" in text or "＠" in text):
        for user in mentions:
            yield from (match.span() for match in re.finditer(rf"@{re.escape(str(user))}", text))
        yield from (match.span() for match in _NAME.finditer(text))
