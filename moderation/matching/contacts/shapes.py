"""What a handle looks like beside a platform's name: ``:abc_123``, ``号是 a b c 1 2 3``, ``138 0013 8000``."""

from __future__ import annotations

from typing import Any, NamedTuple

from moderation.domain.signal import Evidence
from moderation.matching.contacts.names import Name
from moderation.matching.contacts.tables import any_of, compiled, words

LEET = str.maketrans("oli|", "0111")
"""Letters that are read as the digits that they look like."""

_FEWEST_DIGITS = 3
"""Digits among look-alike letters that make a number of the whole."""

_DIGITS = {"qq": (5, 11), "whatsapp": (7, 15)}
"""Least and most digits of a number by platform; of the others five to fifteen."""

_UNSURE_DIGITS = _UNSURE_LENGTH = 6
"""A handle is as long where nothing but its place says that it is one."""

_SURE_LENGTH, _WORD_LENGTH = 4, 5
_ON_PHONE_DIGITS = 9
_WITH_AT = frozenset({"telegram", "line", "whatsapp", "wechat"})
_SINGLE_CHARACTERS = frozenset("vq微扣薇威")
_ON = (" on", " via", " en", " no", " sur", " auf", " в")


class Handle(NamedTuple):
    """A handle in plain form, where it stands in the text looked at, and what was done to read it."""

    value: str
    start: int
    end: int
    evidence: Evidence


class _Place(NamedTuple):
    """What stands around a handle: a verb of contact, words or signs that announce it, an ``@``."""

    name: Name
    verb: bool
    strong: bool
    at: bool


class Shapes:
    """Reads handles after and before the name of a platform."""

    def __init__(self) -> None:
        gap = r"[^\pL\pN\n@。，！？；,!?;:：/=]"
        spaced = rf"{any_of(words('filler, word'))}(?:[^\pL\pN]|\.\s)|id\b"
        filler = rf"[^\pL\pN.!?。！？；;]|\.{{2,}}|{any_of(words('filler'))}|{spaced}"
        announced = rf"{any_of(words('announces a handle'))}|(?:^|[^a-z]){any_of(words('announces a handle, word'))}\b"
        self._filler = compiled(rf"(?:{filler}){{0,12}}")
        self._announced = compiled(announced)
        self._number = compiled(rf"\+?[(（]?[0-9](?:{gap}{{0,3}}[0-9]){{4,18}}")
        self._single = compiled(rf"([a-z0-9](?:{gap}{{1,3}}[a-z0-9]){{4,23}})(?:[^\pL\pN]|\p{{Han}}|$)")
        self._pieces = compiled(r"([a-z0-9_]{1,6}(?:[*~·•|\p{So}]{1,3}[a-z0-9_]{1,6}){1,8})")
        self._leet = compiled(r"[0-9oli|]{5,13}")
        self._token = compiled(r"[a-z0-9_][a-z0-9_\-]{2,28}[a-z0-9_]")
        self._dotted = compiled(r"[a-z0-9_][a-z0-9_.\-]{2,28}[a-z0-9_]")
        self._spaced = compiled(r"([a-z]{1,8}(?:\s{1,2}[0-9]{2,8}){1,3})")
        self._mobile = compiled(r"1[3-9][0-9]{9}")
        self._day = compiled(r"(?:19|20)[0-9]{2}([\-./])[0-9]{1,2}[\-./][0-9]{1,2}")
        self._amount = compiled(rf"{any_of(words('counted'))}|[,.][0-9]")
        self._ends = compiled(
            r"\s*[)）】」\].,!?。，！？~～;；]|\s*$|\s*\n|\s*[\p{Han}\p{So}]|\s+(?:for|to|or|and|if|asap|now|please)\b"
        )
        self._before = compiled(
            r"(@?[a-z0-9+][a-z0-9_\-]{2,28}[a-z0-9_]|\+?[0-9][0-9 .\-]{5,18}[0-9])"
            r"(?:\s{0,2}[(（【\[]|\s{0,2}(?:是|为)(?:我|俺)?的?|[\s,，、]{0,2}(?:也是|同)"
            r"|\s(?:is my|on|via|en|no|sur|auf|в)(?: my)?)\s{0,2}$"
        )
        self._same = compiled(r"(\+?[0-9](?:[\s.\-]{0,2}[0-9]){4,14})[^0-9a-z]{0,8}$")

    def after(self, rest: str, name: Name, *, verb: bool, glued: bool) -> Handle | None:
        """The handle at the beginning of ``rest``, which follows the name, with nothing between where ``glued``."""
        filler = "" if glued else self._filler.match(rest).group()
        place = _Place(name, verb, bool(self._announced.search(filler)), filler.endswith("@"))
        if name.short and not (verb or place.strong or (glued and name.form not in _SINGLE_CHARACTERS)):
            return None
        body = rest[len(filler) :]
        handle = self._read(body, place)
        if handle is None or not self._fits(handle.value, body[handle.end :], place):
            return None
        plus = "+" if filler.endswith("+") and handle.value.isdigit() else ""
        return Handle(plus + handle.value, len(filler), len(filler) + handle.end, handle.evidence)

    def before(self, left: str, right: str, name: Name) -> Handle | None:
        """The handle at the end of ``left``, which the name follows; ``right`` follows the name."""
        same = right.lstrip(" 号:：").startswith("同")
        match = (self._same.search(left) if same else None) or self._before.search(left)
        if match is None or name.form in _SINGLE_CHARACTERS:
            return None
        written = match.group(1)
        value = written.lstrip("@")
        number = _only_digits(value)
        on = left.rstrip().endswith(_ON)
        if written[0] == "@":
            fits = name.kind in _WITH_AT
        elif not any(map(str.isalpha, value)) and "_" not in value:
            value = number
            fits = len(number) >= (_ON_PHONE_DIGITS if on else _UNSURE_DIGITS - 1) and not self._day.match(written)
        else:
            fits = len(number) > 1 and len(value) >= _UNSURE_LENGTH and not on
        evidence = Evidence.exact if written.endswith(value) else Evidence.squeezed
        return Handle(value, match.start(1), match.end(1), evidence) if fits else None

    def _read(self, body: str, place: _Place) -> Handle | None:
        match = self._number.match(body)
        if match and not _goes_on(body, match.end()):
            return self._as_number(match.group(), place)
        for pattern in (self._single, self._pieces):
            joined = self._joined(pattern.match(body), body)
            if joined:
                return joined
        leet = self._leet.match(body)
        if leet and not _goes_on(body, leet.end()):
            number = self._leet_number(leet.group(), place.name)
            if number:
                return Handle(number, 0, leet.end(), Evidence.leet)
        token = (self._dotted if place.name.kind in ("line", "telegram") else self._token).match(body)
        if token and not _goes_on(body, token.end()):
            return Handle(token.group(), 0, token.end(), Evidence.exact)
        return self._joined(self._spaced.match(body), body) if place.strong else None

    def _as_number(self, written: str, place: _Place) -> Handle | None:
        value = _only_digits(written)
        version = "." in written and not place.strong and len(value) <= _UNSURE_DIGITS
        if self._day.fullmatch(written) or version:
            return None
        return Handle(value, 0, len(written), Evidence.exact if value == written else Evidence.squeezed)

    @staticmethod
    def _joined(match: Any, body: str) -> Handle | None:
        """The letters and digits of a handle that is cut up; there is a digit among them, or each stands alone."""
        if match is None or _goes_on(body, match.end(1)):
            return None
        value = "".join(one for one in match.group(1) if one == "_" or (one.isascii() and one.isalnum()))
        alone = len(match.group(1)) >= 2 * len(value) - 1
        return Handle(value, 0, match.end(1), Evidence.squeezed) if alone or any(map(str.isdigit, value)) else None

    def _leet_number(self, written: str, name: Name) -> str | None:
        """A number with letters in place of digits, where it is that of a phone or only a number can stand."""
        number = written.translate(LEET)
        if sum(map(str.isdigit, written)) < _FEWEST_DIGITS:
            return None
        return number if name.kind in _DIGITS or self._mobile.fullmatch(number) else None

    def _fits(self, value: str, after: str, place: _Place) -> bool:
        """Whether this is a handle of the platform and no word or amount."""
        kind, sure = place.name.kind, place.verb or place.strong
        number = value.lstrip("+")
        if number.isdigit():
            least, most = _DIGITS.get(kind, (_UNSURE_DIGITS - 1 if sure else _UNSURE_DIGITS, 15))
            return least <= len(number) <= most and not self._amount.match(after)
        if kind in _DIGITS or value in words("no handle"):
            return False
        if any(map(str.isdigit, value)) or "_" in value or (place.at and kind in _WITH_AT):
            return len(value) >= (_SURE_LENGTH if sure or place.at else _UNSURE_LENGTH)
        return place.strong and len(value) >= _WORD_LENGTH and bool(self._ends.match(after))


def _goes_on(text: str, end: int) -> bool:
    """Whether a letter or digit follows: what was read is only the beginning of a word."""
    return text[end : end + 1].isalnum() and text[end : end + 1].isascii()


def _only_digits(written: str) -> str:
    """The digits of a number, with its plus."""
    return ("+" if written.startswith("+") else "") + "".join(filter(str.isdigit, written))
