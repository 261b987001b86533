"""Links: addresses with a scheme, bare domains, and disguised ones (``example[.]com``, ``example点com``, ``hxxp``)."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from moderation.domain.signal import Evidence
from moderation.matching.contacts.found import Found, weakest
from moderation.matching.contacts.numbers import View
from moderation.matching.contacts.tables import any_of, compiled, words
from moderation.matching.contacts.tlds import DOT, DOT_WORD, Domain, domains

_MOST = 300
_LABEL = r"[a-z0-9_][a-z0-9_\-]*"
_STOP = (
    r"\s\[\]<>\"“”‘’「」『』《》【】（），。！？；、…|\\^`{}"
    r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{So}"
)
"""What no path holds: quotes, brackets, and the letters of scripts that put no blank after it."""
_SCHEME = r"(?:h[tx]{2}ps?|ftp)\s?:\s?/{1,2}\s?"
_TAIL = rf"(?::[0-9]{{2,5}})?(?:[/?#][^{_STOP}]*)?"
_SIGNS = (
    rf"点|dot|{DOT_WORD}|[\[({{<【（]\s?\.|[。·•∙・]\s?[a-z]|\s\.\s?[a-z]|。\s?\]"
    r"|[a-z0-9](?:\.\s{1,2}|,)(?:com|net|org|cn|cc|vip|top|xyz)\b"
)
"""One of these stands in every disguised address."""

_BRACKETS = "[({<点【（"
_PART_OF_MORE = "@.-/_=&%$"
_CUE_REACH = 24
_SHORTEST_WORD = 4
"""Letters of a name whose domain is a word as well: ``example.top``, not ``on.top``."""

_PLAIN = ("com", "net", "org", "cn", "xyz", "top", "vip", "cc")
"""The domains before which a blank beside the dot is a disguise; before others a sentence begins."""


class _Address(NamedTuple):
    """An address as it stands at ``text[start:end]``: its host, the host's labels, and what follows the host."""

    start: int
    end: int
    host: str
    labels: list[str]
    tail: str

    @property
    def name(self) -> str:
        """The label before the top-level domain."""
        return self.labels[-2]

    @property
    def need(self) -> Domain | None:
        """What its top-level domain asks for; None where there is no such domain."""
        suffix = self.labels[-1]
        need = Domain.sure if suffix.startswith("xn--") else domains().get(suffix)
        return Domain.sure if need and self.labels[:-2] and self.name in words("second level") else need

    @property
    def firm(self) -> bool:
        """Whether it can be nothing but an address: it has ``www.`` or a path."""
        return self.labels[0] == "www" or (self.tail.startswith("/") and self.tail != "/")


class Links:
    """Finds links."""

    def __init__(self) -> None:
        own = any_of(name for name in domains() if not name.isascii())
        host = rf"[^{_STOP}/?#:@&,;]+"
        self.gate = r"[a-z0-9]\.[a-z]|\pL\.[^\x00-\x7f]|://|" + _SIGNS
        self._scheme = compiled(rf"\b{_SCHEME}(?:[\pL\pN\-.]+\.{own}|{host}(?:@{host})?){_TAIL}")
        self._bare = compiled(rf"{_LABEL}(?:\.{_LABEL})+{_TAIL}")
        self._own_script = compiled(rf"[\pL\pN][\pL\pN\-]*\.{own}{_TAIL}")
        self._split = compiled(rf"(?:{_SCHEME})?{_LABEL}(?:(?:\.|{DOT}){_LABEL}){{1,4}}{_TAIL}")
        self._dots = compiled(DOT)
        self._spoken = compiled(rf"\s{DOT_WORD}\s")
        self._signs = compiled(_SIGNS)
        self._cue = compiled(rf"{any_of(words('link cue'))}[^\pL\pN]{{0,4}}$")

    def __call__(self, view: View) -> Iterator[Found]:
        """The links in one field, each place once."""
        text = view.text
        readers = (
            ("/" in text, self._scheme, self._with_scheme),
            ("." in text, self._bare, self._without_scheme),
            ("." in text and not text.isascii(), self._own_script, self._without_scheme),
            (bool(self._signs.search(text)), self._split, self._disguised),
        )
        taken: list[tuple[int, int]] = []
        for occurs, pattern, read in readers:
            for match in islice(pattern.finditer(text), _MOST) if occurs else ():
                start = match.start()
                if not any(first <= start < last for first, last in taken):
                    link = read(view, start, match.group())
                    if link:
                        taken.append(match.span())
                        yield link

    @staticmethod
    def _with_scheme(view: View, start: int, match: str) -> Found | None:
        scheme, _, rest = match.partition("/")
        rest = rest.lstrip("/ \t")
        address = _address(_trimmed(rest), start + len(match) - len(rest))
        if len(address.labels) == 1 or not address.labels[-1][1:]:  # cut off: http://t.c…
            return None
        disguised = "x" in scheme or " " in match[: len(match) - len(rest)]
        evidence = weakest(Evidence.split if disguised else Evidence.exact, _evidence(view, start, address.end))
        return view.found("link", _plain(address.host + address.tail), start, address.end, evidence)

    def _without_scheme(self, view: View, start: int, match: str) -> Found | None:
        address = _address(_trimmed(match), start)
        whole = all(address.labels) and len(address.labels) > 1 and not _part_of_more(view.text, address)
        if not whole or address.host in words("no host") or not (address.firm or self._bare_domain(view, address)):
            return None
        if address.need is None:
            return None
        return view.found(
            "link", _plain(address.host + address.tail), start, address.end, _evidence(view, start, address.end)
        )

    def _bare_domain(self, view: View, address: _Address) -> bool:
        """Whether a name without scheme, ``www.`` and path is a domain and not two words with a dot between."""
        name, need = address.name, address.need
        if _new_sentence(view, address) or (name.isdigit() and not name[2:]):
            return False
        if need is Domain.word:
            long = len(name) >= _SHORTEST_WORD or not name.isalpha()
            return long and not address.labels[3:] and not _sentence_goes_on(view.text, address.end)
        if need is Domain.rare:
            return bool(self._cue.search(view.text[max(0, address.start - _CUE_REACH) : address.start]))
        return True

    def _disguised(self, view: View, start: int, match: str) -> Found | None:
        written = _trimmed(match)
        _, scheme, rest = written.rpartition("//")
        rest = rest.lstrip()
        host = rest
        for sign in "/?#:":
            host = host.partition(sign)[0]
        labels = self._dots.sub(".", host.rstrip()).split(".")
        address = _Address(start, start + len(written), host.rstrip(), labels, rest[len(host.rstrip()) :])
        if (
            not self._dots.search(host)
            or not all(labels)
            or not (labels[-2][1:] or address.tail)
            or _part_of_more(view.text, address)
        ):
            return None
        if not (scheme or self._disguise(view, address)) or address.need is None:
            return None
        evidence = weakest(Evidence.split, view.evidence(start, address.end))
        return view.found("link", _plain(".".join(labels) + address.tail), start, address.end, evidence)

    def _disguise(self, view: View, address: _Address) -> bool:
        """Whether the dots of a host are disguised, and no words of a sentence."""
        bracket = any(sign in address.host for sign in _BRACKETS)
        apart, path = " " in address.host, address.tail.startswith("/")
        if apart and (address.name in words("no spelled label") or _company(view.text, address.end)):
            return False
        if self._spoken.search(address.host):
            return path or address.need is Domain.sure
        if (apart and not bracket) or "," in address.host:
            end_of_host = address.end - len(address.tail)
            sentence = _sentence_goes_on(view.text, address.end) or view.written(end_of_host - 1, end_of_host).isupper()
            return address.labels[-1] in _PLAIN and bool(address.name[2:]) and not sentence
        return path or address.need is Domain.sure or bracket


def _address(written: str, start: int) -> _Address:
    rest = written
    for sign in "/?#":
        rest = rest.partition(sign)[0]
    host = rest.rpartition("@")[2].partition(":")[0]
    return _Address(start, start + len(written), rest, host.split("."), written[len(rest) :])


def _part_of_more(text: str, address: _Address) -> bool:
    """Whether letters or signs beside it make it a part of something longer."""
    before, after = (
        text[address.start - 1 : address.start] if address.start else "",
        text[address.end : address.end + 1],
    )
    return (
        (before in _PART_OF_MORE and before != "") or (after.isascii() and after.isalnum()) or after in ("_", "-", "@")
    )


def _sentence_goes_on(text: str, end: int) -> bool:
    """Whether a blank and a letter follow, as in ``that is it.live music``."""
    return text[end : end + 1] == " " and text[end + 1 : end + 2].isalpha() and text[end + 1 : end + 2].isascii()


def _new_sentence(view: View, address: _Address) -> bool:
    """Whether a capital begins a sentence after the dot: ``one million.By then``, not ``Example.Com``."""
    dot = address.start + address.host.rindex(".")
    first, before, after = (view.written(at, at + 1) for at in (address.start, dot - 1, dot + 1))
    return before.islower() and after.isupper() and not first.isupper()


def _company(text: str, end: int) -> bool:
    return text.startswith(words("after dot com"), end)


def _trimmed(written: str) -> str:
    """An address without the punctuation of its sentence and the bracket around it."""
    written = written.partition("&#")[0]  # an HTML entity
    opened = 0
    for index, character in enumerate(written):
        opened += (character == "(") - (character == ")")
        if opened < 0:
            written = written[:index]
            break
    return written.rstrip(".,!?;:'\"*~…&=-")


def _plain(written: str) -> str:
    """Host and path without ``www.``, the last slash, and parameters that only track who came from where.

    >>> _plain("www.example.com/x?utm_source=a&id=1")
    'example.com/x?id=1'
    """
    address, _, fragment = written.partition("#")
    place, _, query = address.partition("?")
    kept = "&".join(part for part in query.split("&") if part and not part.startswith(words("tracking")))
    place = place.removeprefix("www.").rstrip("/") + (f"?{kept}" if kept else "")
    return place + (f"#{fragment}" if fragment else "")


def _evidence(view: View, start: int, end: int) -> Evidence:
    """How plainly an address is written; its capitals are no disguise."""
    if view.written(start, end).lower() == view.text[start:end]:
        return Evidence.exact
    return view.evidence(start, end)
