"""Accounts that money can be sent to, told by their check digits: cryptocurrencies' addresses, IBANs, bank cards.

An address that has no valid checksum is one still where a coin is named in the same field; a card is one only after a
word such as ``卡号``.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import islice

from moderation.domain.signal import Evidence
from moderation.matching.contacts.found import Found
from moderation.matching.contacts.numbers import View
from moderation.matching.contacts.tables import any_of, compiled, rows, words

_MOST = 64
_CUE_REACH = 28
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58CHECK_BYTES, _CHECK_BYTES = 25, 4


class Accounts:
    """Finds account numbers and addresses."""

    def __init__(self) -> None:
        long = r"[0-9a-z]{26}"
        iban = r"\b[a-z]{2}[0-9]{2}[\s\-]?[a-z0-9]{4}[\s\-]?[a-z0-9]{4}"
        self.gate = rf"{long}|{iban}|[0-9](?:[\s\-]{{0,2}}[0-9]){{15}}"
        self._long = compiled(long)
        self._addresses = {
            told: compiled(rf"\b(?:{'|'.join(shape for _, shape, by in rows('accounts') if by == told)})\b")
            for told in ("length", "checksum", "cue")
        }
        self._coin = compiled(any_of(words("coin")))
        self._iban = compiled(r"\b[a-z]{2}[0-9]{2}(?:[\s\-]?[a-z0-9]{4}){2,7}(?:[\s\-]?[a-z0-9]{1,4})?\b")
        self._iban_lengths = {country: int(length) for country, length in rows("ibans")}
        self._card = compiled(r"[0-9](?:[\s\-]{0,2}[0-9]){15,18}")
        self._card_cue = compiled(rf"{any_of(words('card cue'))}[^0-9]{{0,16}}$")

    def __call__(self, view: View) -> Iterator[Found]:
        """The accounts in one field."""
        if self._long.search(view.text):
            yield from self._coins(view)
        for match in islice(self._iban.finditer(view.text), _MOST):
            iban = self._valid_iban(match.group())
            if iban:
                end = match.start() + _reach(match.group(), len(iban))
                yield _account(view, iban, match.start(), end)
        for match in islice(self._card.finditer(view.text), _MOST):
            start, end = match.span()
            digits = "".join(filter(str.isdigit, match.group()))
            cue = self._card_cue.search(view.text[max(0, start - _CUE_REACH) : start])
            if cue and _luhn(digits) and not view.text[end : end + 1].isdigit():
                yield _account(view, digits, start, end)

    def _coins(self, view: View) -> Iterator[Found]:
        """Addresses of cryptocurrencies. Their capitals matter, so they are read as written."""
        text = _as_written(view)
        told = ["length", "checksum", *(["cue"] if self._coin.search(view.text) else [])]
        seen = set()
        for by in told:
            for match in islice(self._addresses[by].finditer(text), _MOST):
                address = match.group()
                if match.start() not in seen and _plausible(address, by):
                    seen.add(match.start())
                    yield _account(view, address, *match.span())

    def _valid_iban(self, written: str) -> str | None:
        """The IBAN that ``written`` begins with, by its country's length and its check digits."""
        iban = "".join(filter(str.isalnum, written))
        length = self._iban_lengths.get(iban[:2])
        if length is None or len(iban) < length or not iban.isascii():
            return None
        iban = iban[:length]
        number = int("".join(str(int(character, 36)) for character in iban[4:] + iban[:4]))
        return iban.upper() if number % 97 == 1 else None


def _account(view: View, value: str, start: int, end: int) -> Found:
    plain = "".join(filter(str.isalnum, view.written(start, end))).upper() == value.upper()
    return view.found("payment", value, start, end, Evidence.exact if plain else view.evidence(start, end))


def _as_written(view: View) -> str:
    """The view's characters in the capitals of the original, one for one."""
    return "".join(
        view.original[start] if end == start + 1 and view.original[start].isascii() else read
        for start, end, read in zip(view.starts, view.ends, view.text, strict=True)
    )


def _plausible(address: str, told: str) -> bool:
    """Whether an address is one: by its checksum, or else it has at least a digit and a letter of each case."""
    if told == "checksum":
        return _base58check(address)
    kinds = (str.isdigit, str.islower, str.isupper)
    return told == "length" or all(any(map(kind, address[1:])) for kind in kinds)


def _base58check(address: str) -> bool:
    """Whether an address carries a right checksum (Bitcoin's base58check)."""
    number = 0
    for character in address:
        number = number * len(_BASE58) + _BASE58.index(character)
    if number >> (8 * _BASE58CHECK_BYTES):
        return False
    raw = number.to_bytes(_BASE58CHECK_BYTES, "big")
    return sha256(sha256(raw[:-_CHECK_BYTES]).digest()).digest()[:_CHECK_BYTES] == raw[-_CHECK_BYTES:]


def _reach(written: str, characters: int) -> int:
    """The length of the beginning of ``written`` that holds this many letters and digits."""
    for index, character in enumerate(written):
        characters -= character.isalnum()
        if not characters:
            return index + 1
    return len(written)


def _luhn(digits: str) -> bool:
    """Whether a card's number has the right check digit (ISO/IEC 7812), and is no row of one digit."""
    doubled = sum(sum(divmod(int(digit) * 2, 10)) for digit in digits[-2::-2])
    return len(set(digits)) > 1 and (doubled + sum(map(int, digits[::-2]))) % 10 == 0
