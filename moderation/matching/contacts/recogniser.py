"""The recogniser of contacts and links: every kind, in one field."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from moderation.folding.fold import fold
from moderation.matching.contacts.accounts import Accounts
from moderation.matching.contacts.deep_links import contact_behind
from moderation.matching.contacts.emails import Emails
from moderation.matching.contacts.found import Found
from moderation.matching.contacts.handles import Handles
from moderation.matching.contacts.links import Links
from moderation.matching.contacts.numbers import view
from moderation.matching.contacts.payments import Payments
from moderation.matching.contacts.phones import Phones
from moderation.matching.contacts.qr import QrCodes
from moderation.matching.contacts.tables import compiled_set

# Searching these builds RE2's states, and the phone library's tables, before the first post and the first fork.
_WARM_UP = (
    "加我微信 wx: abc_123，电话：138 0013 8000，扫码加我 一三八零零一三八零零零",
    "text me on whatsapp +44 20 7946 0958 or call (212) 736-5000, mail jane at example dot com, https://example.com/x",
    "paypal.me/jane $jane cashapp 0x52908400098527886E0F7030069857D2E4169EE7 example[.]com t.me/jane 123 one two three",
    "пишите в телеграм, ลไลน์ ทัก, 라인 아이디, escríbeme por whatsapp, تواصل واتساب",
)


class ContactFinder:
    """Finds contacts and links in a field. Built once, warm, read-only: processes forked from this one share it."""

    def __init__(self) -> None:
        self._recognisers = (Payments(), Accounts(), Emails(), Links(), Handles(), Phones(), QrCodes())
        self._gates = compiled_set(recogniser.gate for recogniser in self._recognisers)
        for text in _WARM_UP:
            list(self(text, fold(text)))

    def __call__(self, original: str, folded: str) -> Iterator[Found]:
        """The contacts and links of a field, in order of where they start; ``folded`` is ``fold(original)``."""
        seen = view(original, folded)
        opened = self._gates.Match(seen.text) or ()
        found: list[list[Found]] = [[] for _ in self._recognisers]
        for number in opened:
            found[number] = list(self._recognisers[number](seen))
        if not any(found):
            return iter(())
        services, accounts, emails, links, handles, phones, codes = found
        payments = list(_distinct([*services, *accounts]))
        emails = [email for email in _distinct(emails) if not _inside(email, payments)]
        links = [link for link in links if not _overlaps(link, emails) and not _inside(link, payments)]
        behind = [contact for contact in map(contact_behind, links) if contact]
        handles = [handle for handle in handles if not _overlaps(handle, [*emails, *links])]
        named = [*payments, *links, *emails, *(handle for handle in handles if handle.value)]
        phones = [phone for phone in phones if not _begun_before(phone, named)]
        return iter(sorted([*payments, *emails, *links, *behind, *handles, *phones, *codes], key=_place))


def _place(found: Found) -> tuple[int, int, str, str]:
    return found.start, found.end, found.kind, found.value


def _overlaps(found: Found, others: Iterable[Found]) -> bool:
    return any(found.start < other.end and other.start < found.end for other in others)


def _inside(found: Found, others: Iterable[Found]) -> bool:
    return any(other.start <= found.start and found.end <= other.end for other in others)


def _begun_before(found: Found, others: Iterable[Found]) -> bool:
    """Whether a number is only the value of something that was named before it: ``微信13800138000``, ``x.com/123…``."""
    return any(other.start < found.start < other.end for other in others)


def _distinct(found: Iterable[Found]) -> Iterator[Found]:
    """Each place once, as it was first seen."""
    kept: list[Found] = []
    for one in found:
        if not _overlaps(one, kept):
            kept.append(one)
            yield one
