"""What an author writes between quotes: terms, patterns, tags; each checked where it stands."""

from __future__ import annotations

import re
import unicodedata
from difflib import get_close_matches
from functools import cache
from typing import NamedTuple

import re2

from moderation.domain.signal import Pattern
from moderation.policy.languages import LANGUAGES, is_tag
from moderation.policy.reading import Value

# What people write for the tag that they mean.
_MEANT = {
    "cn": "zh",
    "jp": "ja",
    "kr": "ko",
    "vn": "vi",
    "ua": "uk",
    "zh-cn": "zh-Hans",
    "zh-tw": "zh-Hant",
    "gb": "en",
    "nb": "no",
    "fil": "tl",
    "cmn": "zh",
    "iw": "he",
}
_OPAQUE = re.compile(r"\\[pP]\{[^}]*\}|\\[pP].|\\x\{[^}]*\}|\\x..|\\Q.*?\\E|\\.|\(\?P?<[^>]*>|\[:\^?\w+:\]")

_FOLDABLE = re.compile(r"[A-Z]|[^\x00-\x7f]")


def read_tag(value: Value, tag: str | None = None) -> str | None:
    """A language tag or ``*``; ``tag`` where it is the value's key."""
    written = value.value if tag is None else tag
    if isinstance(written, str) and (written == "*" or is_tag(written)):
        return written
    report = value.fault if tag is None else value.fault_at_key
    meant = _MEANT.get(str(written).lower().replace("_", "-"))
    near = [meant] if meant else get_close_matches(str(written), sorted(LANGUAGES), n=1)
    hint = f"did you mean `{near[0]}`?" if near else "BCP 47 tags, such as zh, zh-Hant, en, pt; `*` for any"
    report("R008", f"unknown language `{written}`", hint)
    return None


def sounding(term: str) -> str:
    """A term without case, width and what cannot be seen: what is equal here is found in the same places.

    The matcher folds further (traditional characters, look-alikes). Its tables need numpy, which takes longer to load
    than a whole ``rules check``.
    """
    plain = " ".join(unicodedata.normalize("NFKC", term).casefold().split())
    if plain.isascii() and plain.isprintable():
        return plain
    return "".join(c for c in plain if unicodedata.category(c)[0] != "C" and not "\ufe00" <= c <= "\ufe0f").strip()


def check_term(value: Value, term: str) -> bool:
    """Whether anything of a term is left to look for."""
    if any(map(str.isalnum, term)) or any(unicodedata.category(c)[0] != "M" for c in sounding(term)):
        return True
    shown = " ".join(f"U+{ord(c):04X}" for c in term[:4])
    value.fault("R021", f"nothing is left of this term when it is folded ({shown})", "remove it")
    return False


def read_pattern(value: Value, language: str, view: str) -> Pattern | None:
    """A regular expression that RE2 takes and that does not match everywhere."""
    regex = value.text()
    if regex is None:
        return None
    compiled = compile_pattern(regex)
    if compiled.refusal is not None:
        hint = "RE2 has no look-around and no back-references"
        value.fault("R016", f"RE2 refuses the pattern: {compiled.refusal}", hint)
        return None
    if compiled.matches_empty:
        value.fault(
            "R017", "the pattern matches the empty text, so it matches every post", "make a part of it obligatory"
        )
        return None
    if view == "folded" and (lost := _lost(regex)):
        value.fault(
            "R033",
            f"`{lost}` is never in the folded view",
            "write it in lower case, half width and without diacritics, or set `view: original`",
            warning=True,
        )
    return Pattern(regex, language, "original" if view == "original" else "folded")


class Compiled(NamedTuple):
    """What RE2 makes of a pattern: why it refuses it, or whether it matches the empty text, and the program's steps."""

    refusal: str | None
    matches_empty: bool = False
    steps: int = 0


@cache
def compile_pattern(regex: str) -> Compiled:
    """Try a pattern once, however many rules have it."""
    options = re2.Options()
    options.log_errors = False
    try:
        compiled = re2.compile(regex, options)
    except re2.error as error:
        reason = error.args[0] if error.args else "no reason given"
        return Compiled(reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason))
    return Compiled(None, compiled.fullmatch("") is not None, compiled.programsize)


def _lost(regex: str) -> str:
    """The first character of a pattern that folding takes out of every text."""
    if "(?i" in regex:
        return ""
    return next((c for c in _FOLDABLE.findall(_OPAQUE.sub("", regex)) if _folds(c)), "")


@cache
def _folds(character: str) -> bool:
    if character.isupper():
        return True
    wide = unicodedata.normalize("NFKC", character)
    accented = "a" <= unicodedata.normalize("NFD", character)[0] <= "z" and not character.isascii()
    return accented or (wide != character and wide.isascii() and wide.isalnum())
