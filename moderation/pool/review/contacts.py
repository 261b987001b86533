"""What a contact or a link in a post is, said to a reviewer in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from moderation.pool.review.view import Bilingual

if TYPE_CHECKING:
    from moderation.matching.contacts.recogniser import ContactFinder

_PLATFORMS: dict[str, Bilingual] = {
    "wechat": {"en": "WeChat", "zh": "微信"},
    "qq": {"en": "QQ", "zh": "QQ"},
    "telegram": {"en": "Telegram", "zh": "Telegram（电报）"},
    "whatsapp": {"en": "WhatsApp", "zh": "WhatsApp"},
    "line": {"en": "LINE", "zh": "LINE"},
}
_NAMES: dict[str, Bilingual] = {
    **{kind: {"en": f"{name['en']} account", "zh": f"{name['zh']}账号"} for kind, name in _PLATFORMS.items()},
    "email": {"en": "e-mail address", "zh": "电子邮箱"},
    "link": {"en": "link", "zh": "链接"},
}
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[0-9A-Z]{11,30}")
_CARD = re.compile(r"[0-9]{16,19}")
_COIN = re.compile(r"[0-9A-Za-z]{26,}")
_SERVICES: tuple[tuple[re.Pattern[str], Bilingual], ...] = (
    (re.compile("paypal", re.IGNORECASE), {"en": "PayPal", "zh": "PayPal"}),
    (re.compile("cash", re.IGNORECASE), {"en": "Cash App", "zh": "Cash App"}),
    (re.compile("venmo", re.IGNORECASE), {"en": "Venmo", "zh": "Venmo"}),
    (re.compile("zelle", re.IGNORECASE), {"en": "Zelle", "zh": "Zelle"}),
    (re.compile("pix", re.IGNORECASE), {"en": "Pix (Brazil)", "zh": "Pix（巴西）"}),
    (re.compile("支|zfb|alipay", re.IGNORECASE), {"en": "Alipay", "zh": "支付宝"}),
)


class Reached(NamedTuple):
    """A way to reach somebody or to pay them, at ``start:end`` of a field, and what it is."""

    start: int
    end: int
    kind: str
    sense: Bilingual


def contacts_in(text: str) -> Iterator[Reached]:
    """The contacts and links of a field, as the rules' recogniser finds them; of a link that is one, the contact."""
    from moderation.folding.fold import fold

    for found in _finder()(text, fold(text)):
        yield Reached(
            found.start, found.end, found.kind, _sense(found.kind, found.value, text[found.start : found.end])
        )


@cache
def _finder() -> ContactFinder:
    from moderation.matching.contacts.recogniser import ContactFinder

    return ContactFinder()


def _sense(kind: str, value: str, written: str) -> Bilingual:
    if kind == "qr":
        return {"en": "QR code to scan, a way to get in touch", "zh": "让人扫二维码联系"}
    if kind in _PLATFORMS and not value:
        name = _PLATFORMS[kind]
        return {"en": f"{name['en']}, named as a way to get in touch", "zh": f"提到用{name['zh']}联系"}
    what = _NAMES[kind] if kind in _NAMES else _number(value) if kind == "phone" else _account(value, written)
    return {"en": f"{what['en']}: {value}", "zh": f"{what['zh']}：{value}"}


def _account(value: str, written: str) -> Bilingual:
    """What money can be sent to."""
    for name, service in _SERVICES:
        if name.search(written):
            return {"en": f"{service['en']} account", "zh": f"{service['zh']}收款账号"}
    if _IBAN.fullmatch(value):
        return {"en": f"bank account (IBAN, {value[:2]})", "zh": f"银行账号（IBAN，{value[:2]}）"}
    if _CARD.fullmatch(value):
        return {"en": "bank card", "zh": "银行卡号"}
    if _COIN.fullmatch(value):
        return {"en": "cryptocurrency address", "zh": "加密货币地址"}
    return {"en": "payment account", "zh": "收款账号"}


def _number(value: str) -> Bilingual:
    """A phone number, with its country where it says one."""
    import phonenumbers

    try:
        country = phonenumbers.region_code_for_number(phonenumbers.parse(value))
    except phonenumbers.NumberParseException:
        country = None
    return {
        "en": f"phone number ({country})" if country else "phone number",
        "zh": f"电话号码（{country}）" if country else "电话号码",
    }
