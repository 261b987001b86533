"""Translation by a LibreTranslate-compatible server over HTTP.

The server is trusted with the text and with nothing else: what it answers is bounded in time and size, redirects are
not followed (the text and the key would go elsewhere), and neither its words nor the key reach a message.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import orjson

from moderation.domain.errors import UsageError
from moderation.domain.language import UNDETERMINED
from moderation.pool.review.view import Bilingual, Translation
from moderation.translation.failure import Failed, without
from moderation.translation.tags import engine_tag

if TYPE_CHECKING:
    import httpx2

ENGINE = "libretranslate"
MAX_BYTES = 1_000_000
LANGUAGES_FOR_S = 3600.0
"""How long the server's list of languages is believed."""

_ANSWERS: Mapping[int, Bilingual] = {
    400: {"en": "it refused the text (400)", "zh": "服务器拒绝了该文本（400）"},
    403: {
        "en": "it refused the key (403): check review.translate.key",
        "zh": "密钥被拒（403）：请检查 review.translate.key",
    },
    413: {"en": "the text is too long for it (413)", "zh": "文本超出其长度上限（413）"},
    429: {"en": "it asks for fewer requests (429): try again in a minute", "zh": "请求过于频繁（429）：请一分钟后再试"},
}


class LibreTranslate:
    """Implements :class:`moderation.pool.review.translator.Translator`.

    ``timeout_s`` bounds one translation from the first byte sent to the last received, however slowly they come.
    """

    def __init__(self, url: str, key: str | None, timeout_s: float) -> None:
        if not _is_address(url):
            raise UsageError("review.translate.url: must be http://… or https://…, such as http://localhost:5000")
        self._url = url.rstrip("/")
        self._key = key
        self._timeout_s = timeout_s
        self._targets: Mapping[str, frozenset[str]] = {}
        self._targets_until = 0.0

    def translate(self, text: str, source: str, target: str) -> Translation:
        from anyio.from_thread import start_blocking_portal

        try:
            # a loop in a thread of its own: the caller may be inside one (the screen)
            with start_blocking_portal() as portal:
                translated = portal.call(self._within, text, source, target)
        except Failed as failed:
            return without(source, target, ENGINE, failed.said)
        return Translation(translated, source, target, ENGINE)

    async def _within(self, text: str, source: str, target: str) -> str:
        import anyio
        import httpx2

        try:
            with anyio.fail_after(self._timeout_s):
                async with httpx2.AsyncClient(timeout=self._timeout_s, follow_redirects=False) as client:
                    return await self._translate(client, text, source, target)
        except (TimeoutError, httpx2.TimeoutException):
            raise Failed(f"no answer within {self._timeout_s:g} s", f"{self._timeout_s:g} 秒内没有答复") from None
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError) as error:
            name = type(error).__name__  # its message may carry the address with a password
            raise Failed(
                f"cannot be reached ({name}): check review.translate.url",
                f"无法连接（{name}）：请检查 review.translate.url",
            ) from None

    async def _translate(self, client: httpx2.AsyncClient, text: str, source: str, target: str) -> str:
        targets = await self._languages(client)
        given = "auto" if source == UNDETERMINED else engine_tag(source, targets)
        wanted = engine_tag(target, targets.get(given, targets)) if given else None
        if not given or not wanted:
            raise Failed(f"does not translate {source} to {target}", f"不支持 {source} 译为 {target}")
        if given == wanted:
            raise Failed(f"the post is in {target} already", f"原文已是 {target}")
        sendable = text.encode("utf-8", "replace").decode()
        asked = {"q": sendable, "source": given, "target": wanted, "format": "text"}
        answer = await self._ask(client, "POST", "/translate", asked | ({"api_key": self._key} if self._key else {}))
        translated = answer.get("translatedText") if isinstance(answer, dict) else None
        if not isinstance(translated, str):
            raise _unreadable()
        return translated

    async def _languages(self, client: httpx2.AsyncClient) -> Mapping[str, frozenset[str]]:
        """Source → targets, as the server lists them; an old one names no targets and translates between all."""
        if time.monotonic() >= self._targets_until:
            listed = await self._ask(client, "GET", "/languages", None)
            try:
                codes = frozenset(str(each["code"]) for each in listed)
                self._targets = {str(each["code"]): frozenset(each.get("targets") or codes) for each in listed}
            except (TypeError, KeyError, AttributeError):
                raise _unreadable() from None
            self._targets_until = time.monotonic() + LANGUAGES_FOR_S
        return self._targets

    async def _ask(self, client: httpx2.AsyncClient, method: str, path: str, body: Mapping[str, str] | None) -> Any:
        # no compression: a small answer could grow past any limit before it is counted
        headers = {"Accept": "application/json", "Accept-Encoding": "identity"}
        async with client.stream(method, self._url + path, json=body, headers=headers) as response:
            status, kind = response.status_code, response.headers.get("Content-Type", "").partition(";")[0].strip()
            if response.is_redirect:
                raise Failed(
                    f"answers with a redirect ({status}): set review.translate.url to where it leads",
                    f"返回了重定向（{status}）：请将 review.translate.url 设为最终地址",
                )
            if status != HTTPStatus.OK:
                raise Failed(**_ANSWERS.get(status, _status(status)))
            if kind.lower() != "application/json" or response.headers.get("Content-Encoding", "identity") != "identity":
                raise _unreadable()
            received = bytearray()
            async for chunk in response.aiter_raw():
                received += chunk
                if len(received) > MAX_BYTES:
                    raise Failed("its answer is over 1 MB", "答复超过 1 MB")
        try:
            return orjson.loads(received)
        except orjson.JSONDecodeError:
            raise _unreadable() from None


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is no number
        return False


def _status(status: int) -> Bilingual:
    return {"en": f"it answered {status}", "zh": f"返回了 {status}"}


def _unreadable() -> Failed:
    return Failed(
        "its answer is not that of a LibreTranslate server: check review.translate.url",
        "答复不符合 LibreTranslate 接口：请检查 review.translate.url",
    )
