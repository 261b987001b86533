"""The review screen in a browser, for the reviewer at this machine: loopback only, behind a token of its own.

textual-serve starts the screen as a process for each page that is opened. What it does not do is done here: it lets
nobody in without the token, which a page of another site can neither read nor send, and it loads nothing from outside.
"""

from __future__ import annotations

import logging
import secrets
import shlex
from collections.abc import Awaitable, Callable, Sequence

import click
from aiohttp import web
from textual_serve.server import Server

HOST = "127.0.0.1"
_POLICY = (
    "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self' ws://{host}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class ReviewServer(Server):
    """Serves one command's screen on the loopback."""

    def __init__(self, command: Sequence[str], port: int, title: str) -> None:
        super().__init__(shlex.join(command), host=HOST, port=port, title=title)
        self._address = f"{HOST}:{port}"
        self._cookie = f"moderation-review-{port}"  # a browser keeps one jar for all ports: two screens, two names
        self._token = secrets.token_urlsafe(32)

    @property
    def url(self) -> str:
        """What to open; the token is worth a login until the server stops."""
        return f"http://{self._address}/?token={self._token}"

    def initialize_logging(self) -> None:
        """Warnings in one line: the library's own way shows the variables of a traceback, and so posts."""
        logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")

    async def on_startup(self, app: web.Application) -> None:
        """Say where it is."""
        click.echo(self.url)

    async def _make_app(self) -> web.Application:
        app = await super()._make_app()
        app.middlewares.append(self._guard)
        app.on_response_prepare.append(self._protect)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        # The name is checked as well: another site's name may be made to lead to the loopback.
        origin = request.headers.get("Origin")
        if request.host != self._address or origin not in {None, f"http://{self._address}"}:
            raise web.HTTPForbidden(text="not from here")
        if self._is_token(request.cookies.get(self._cookie, "")):
            return await handler(request)
        if request.path == "/" and self._is_token(request.query.get("token", "")):
            inside = web.HTTPFound("/")  # the token leaves the address bar and the history
            inside.set_cookie(self._cookie, self._token, httponly=True, samesite="Strict")
            raise inside
        raise web.HTTPForbidden(text="open the address that `moderation review --web` printed")

    def _is_token(self, given: str) -> bool:
        # Bytes that are no UTF-8 arrive as lone surrogates; a token has no question mark.
        return secrets.compare_digest(given.encode("utf-8", "replace"), self._token.encode())

    async def _protect(self, request: web.Request, response: web.StreamResponse) -> None:
        response.headers["Content-Security-Policy"] = _POLICY.format(host=self._address)
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "no-store"


def serve(command: Sequence[str], port: int, title: str) -> None:
    """Serve a screen until Ctrl-C; its address goes to stdout."""
    ReviewServer(command, port, title).serve()
