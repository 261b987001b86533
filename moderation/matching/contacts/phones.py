"""Phone numbers: shapes by RE2, the rest by ``phonenumbers``.

Chinese mobile numbers, ``+`` numbers and North American ones with their separators (``data/phones.tsv``) are seen
anywhere; those of other countries only beside a word such as ``tel``, ``电话`` or ``llámame``, which also says which
countries to try (``data/calls.tsv``). Dates, prices, order numbers and longer runs of digits are none.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from moderation.domain.signal import Evidence
from moderation.folding.fold import SENTINEL, fold
from moderation.matching.contacts.found import Found, weakest
from moderation.matching.contacts.numbers import View
from moderation.matching.contacts.shapes import LEET
from moderation.matching.contacts.tables import any_of, compiled, rows, words

_MOST = 64
"""Numbers looked at in one field: the library takes 30 µs for each."""

_LEFT, _RIGHT, _AROUND = 18, 12, 60
"""How far to look for a word of calling before and after, and for a script that tells the country."""

_SHORTEST = 7
_FEWEST_DIGITS = 5
"""Digits among look-alike letters (``l38OO138OOO``)."""

_SCRIPT_REGIONS = (("가", "힣", "KR"), ("ぁ", "ヿ", "JP"), ("ก", "๛", "TH"), ("ऀ", "ॿ", "IN"))

_TRUNK = frozenset({"GB", "FR", "DE", "TH", "JP", "KR", "ID", "VN", "AE", "SA", "EG"})
"""Countries whose numbers are written with a leading zero at home."""

_BEFORE, _AFTER = "$#=_/@&%.,", "%_元块圆円원₽€"
"""Beside these, digits are a part of something else."""


class _Number(NamedTuple):
    """A candidate: where it stands, its digits, and those in their groups (all one where it is cut up)."""

    start: int
    end: int
    written: str
    digits: str
    grouped: str


class Phones:
    """Finds phone numbers."""

    def __init__(self) -> None:
        gap = r"[\s.\-–—_~*·•/()（）|\p{So}]"
        self.gate = rf"[0-9](?:{gap}{{0,3}}[0-9]){{6}}|[1li|][3-9oli|][0-9oli|]{{7}}"
        self._numbers = compiled(rf"\+?[(（]?[0-9](?:{gap}{{0,3}}[0-9]){{6,20}}")
        self._leet = compiled(r"\b[1li|][3-9][0-9oli|]{9}\b")
        self._groups = compiled(r"[0-9]+")
        self._cut_up = compiled(r"(?:[0-9]{1,2} ){5,}[0-9]{1,2}")
        self._parts = compiled(r"[^\s/|]+")
        self._certain = {
            country: compiled("|".join(shape for of, shape in rows("phones") if of == country))
            for country in ("CN", "US")
        }
        self._international = compiled(r"\+.*|86 ?1[3-9][0-9 ]{9,11}")
        self._american = compiled(r"[2-9][0-9]{2} ?[0-9]{3} ?[0-9]{4}")
        self._year_first = compiled(r"(?:19|20)[0-9]{2} .* .*")
        self._japanese_mobile = compiled(r"0[5789]0 ?[0-9]{4} ?[0-9]{4}")
        self._regions = {fold(cue).replace(SENTINEL, ""): tuple(regions.split()) for cue, regions in rows("calls")}
        unspaced = any_of(cue for cue in self._regions if not cue.isascii())
        latin = any_of(cue for cue in self._regions if cue.isascii())
        self._cues = compiled(rf"({unspaced})|\b({latin})(?:[^a-z]|$)")
        self._other = compiled(rf"(?:{any_of(words('no phone'))}|\b{any_of(words('no phone, word'))})[^0-9]{{0,10}}$")
        for regions in {*self._regions.values()}:
            _valid("0", regions)  # the library reads a country's table when it first needs it

    def __call__(self, view: View) -> Iterator[Found]:
        """The phone numbers in one field."""
        for match in islice(self._numbers.finditer(view.text), _MOST):
            start, end = match.span()
            if not _cut_off(view.text, start, end):
                yield from self._in(view, _without_open_bracket(match.group()), start)
        for match in islice(self._leet.finditer(view.text), _MOST):
            written = match.group()
            if not written.isdigit() and sum(map(str.isdigit, written)) >= _FEWEST_DIGITS:
                value = _valid(written.translate(LEET), ("CN",))
                if value:
                    yield view.found("phone", value, match.start(), match.end(), Evidence.leet)

    def _in(self, view: View, written: str, start: int) -> Iterator[Found]:
        """The number that ``written`` is, or else those of its parts that are one (``2024-05-01 13800138000``)."""
        whole = self._number(written, start)
        parts = (self._number(part.group(), start + part.start()) for part in self._parts.finditer(written))
        for number in (whole, *(part for part in parts if part.digits != whole.digits)):
            value = self._value(view.text, number)
            if value:
                evidence = weakest(view.evidence(number.start, number.end), _gaps(number))
                yield view.found("phone", value, number.start, number.end, evidence)
                if number is whole:
                    return

    def _number(self, written: str, start: int) -> _Number:
        grouped = " ".join(self._groups.findall(written))
        digits = grouped.replace(" ", "")
        if self._cut_up.fullmatch(grouped):
            grouped = digits
        return _Number(start, start + len(written), written, digits, ("+" if written.startswith("+") else "") + grouped)

    def _value(self, text: str, number: _Number) -> str | None:
        """The number in E.164; None where it is none, or no word says that it is."""
        if len(number.digits) < _SHORTEST or self._other.search(text[max(0, number.start - _LEFT) : number.start]):
            return None
        if self._international.fullmatch(number.grouped):
            return _valid("+" + number.digits, (None,))
        called = self._called(text, number.start, number.end)
        certain = [country for country, shape in self._certain.items() if shape.fullmatch(number.grouped)]
        if number.digits[0] == "0" and called and "CN" not in called:
            certain = []  # a landline of another country
        return _valid(number.digits, certain) or self._beside_cue(number, called)

    def _beside_cue(self, number: _Number, regions: tuple[str, ...]) -> str | None:
        """The number by the countries that a word beside it speaks of."""
        if not regions or self._year_first.fullmatch(number.grouped):
            return None
        american = regions[0] == "US" and self._american.fullmatch(number.grouped)
        if american and " " in number.grouped:
            return "+1" + number.digits  # 555 and the like are no valid area codes, but nothing else is written so
        if number.digits[0] != "0":
            regions = tuple(region for region in regions if region not in _TRUNK)
        if number.digits[0] not in "01":
            regions = tuple(region for region in regions if region != "CN")  # a landline needs its area's code
        if regions[:1] == ("CN",) and self._japanese_mobile.fullmatch(number.grouped):
            regions = ("JP", *regions)  # 電話 is Japanese too
        return _valid(number.digits, regions) or ("+1" + number.digits if american else None)

    def _called(self, text: str, start: int, end: int) -> tuple[str, ...]:
        """The countries to try for a number; none where no word of calling stands beside it."""
        cues = [*self._cues.finditer(text[max(0, start - _LEFT) : start])][-1:]
        cue = cues[0] if cues else self._cues.search(text[end : end + _RIGHT])
        if cue is None:
            return ()
        around = text[max(0, start - _AROUND) : end + _AROUND]
        own = (region for first, last, region in _SCRIPT_REGIONS if any(first <= one <= last for one in around))
        return (*own, *self._regions[cue.group(1) or cue.group(2)])


def _cut_off(text: str, start: int, end: int) -> bool:
    """Whether digits are part of something longer: a price, an order number, a decimal."""
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if before.isascii() and before and (before.isalnum() or before in _BEFORE):
        return True
    if after and ((after.isascii() and after.isalnum()) or after in _AFTER):
        return True
    return after in (".", ",", "-", "/") and text[end + 1 : end + 2].isdigit()


def _without_open_bracket(written: str) -> str:
    """A number without what follows a bracket that does not close: ``02-222-2222 (18``."""
    before, bracket, after = written.rpartition("(")
    return before.rstrip() if bracket and ")" not in after and before else written


def _gaps(number: _Number) -> Evidence:
    """Squeezed where the digits are cut up; the usual separators of a number disguise nothing."""
    usual = " " in number.grouped or number.written.lstrip("+") == number.digits
    return Evidence.exact if usual else Evidence.squeezed


def _valid(digits: str, regions: tuple[str | None, ...] | list[str]) -> str | None:
    """The number in E.164 by the first country where it is valid."""
    import phonenumbers

    for region in regions:
        try:
            number = phonenumbers.parse(digits, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(number):
            return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return None
