"""Payment handles beside the name of their service: PayPal, Cash App, Venmo, Zelle, Pix, Alipay."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

from moderation.matching.contacts.found import Found
from moderation.matching.contacts.numbers import View
from moderation.matching.contacts.tables import compiled, rows

_MOST = 64
_PARTS = {
    "{mail}": r"[a-z0-9._%+\-]{1,64}@[a-z0-9\-]+\.[a-z.]{2,10}",
    "{phone}": r"\+?[(]?[0-9](?:[\s.\-/()]{0,2}[0-9]){9,14}",
    "{tag}": r"\$[a-z][a-z0-9_\-]{1,20}",
    "{user}": r"[a-z0-9][a-z0-9_\-]{3,30}",
    "{say}": (
        r"(?:[^\pL\pN\n$@+]|\b(?:me|is|at|to|here|my|tag|it|id|handle|username|chave|key|e|para)\b"
        r"|账号|账户|帐号|号码|号|是|转账|转|收款|打款|到|我的){0,10}"
    ),
}


class Payments:
    """Finds handles of payment services."""

    def __init__(self) -> None:
        self.gate = r"paypal|cash|venmo|zelle|\bpix\b|支付宝|支副宝|支负宝|zfb|alipay"
        self._handles = [compiled(_with_parts(pattern)) for _, pattern in rows("payments")]

    def __call__(self, view: View) -> Iterator[Found]:
        """The payment handles in one field, service by service."""
        for pattern in self._handles:
            for match in islice(pattern.finditer(view.text), _MOST):
                yield _handle(view, match)


def _with_parts(pattern: str) -> str:
    for name, part in _PARTS.items():
        pattern = pattern.replace(name, part)
    return pattern


def _handle(view: View, match: Any) -> Found:
    """The handle of a match, a number as its digits. The span is all that says it, service and handle."""
    written = match.group(1).rstrip(".-")
    number = not any(map(str.isalpha, written))
    value = ("+" if written[0] == "+" else "") + "".join(filter(str.isdigit, written)) if number else written
    end = match.end() if match.end() > match.end(1) else match.start(1) + len(written)
    return view.found("payment", value, match.start(), end, view.evidence(match.start(), end))
