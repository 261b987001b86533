"""Links that are themselves a way to reach somebody on a messenger: ``t.me/x``, ``wa.me/49…``."""

from __future__ import annotations

from moderation.matching.contacts.found import Found

_HOSTS = {
    "t.me": "telegram",
    "telegram.me": "telegram",
    "telegram.dog": "telegram",
    "wa.me": "whatsapp",
    "api.whatsapp.com": "whatsapp",
    "chat.whatsapp.com": "whatsapp",
    "wa.link": "whatsapp",
    "line.me": "line",
    "lin.ee": "line",
    "u.wechat.com": "wechat",
    "qm.qq.com": "qq",
    "jq.qq.com": "qq",
}


def contact_behind(link: Found) -> Found | None:
    """The messenger's contact that a link leads to; its value is the handle or number, else the code in the link."""
    host, _, rest = link.value.partition("/")
    kind = _HOSTS.get(host.partition("?")[0])
    if kind is None or not rest:
        return None
    path, _, query = rest.partition("?")
    value = path.rpartition("/")[2].lstrip("~@")
    if "phone=" in query:
        value = query.partition("phone=")[2].partition("&")[0].lstrip("+")
    if kind == "whatsapp" and value.isdigit():
        value = "+" + value
    return link._replace(kind=kind, value=value, chain=(link.chain[0], f"{kind}:{value}") if link.chain else ())
