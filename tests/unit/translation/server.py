"""A small translation server that behaves as a test tells it to."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

LANGUAGES = [{"code": code, "name": code, "targets": ["en", "zh", "ja"]} for code in ("en", "zh", "ja")]

Handle = Callable[[BaseHTTPRequestHandler], None]


def answer(
    handler: BaseHTTPRequestHandler, body: object, status: int = 200, kind: str = "application/json", **headers: str
) -> None:
    """Answer with JSON, or with bytes as they are."""
    sent = body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode()
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(sent)))
    for name, value in headers.items():
        handler.send_header(name.replace("_", "-"), value)
    handler.end_headers()
    handler.wfile.write(sent)


class Server:
    """``asked`` are the bodies that were posted, ``listings`` counts the questions for the languages."""

    def __init__(self, translate: Handle | None = None, languages: Handle | None = None) -> None:
        self.asked: list[dict[str, Any]] = []
        self.listings = 0
        self.url = ""
        self.translate = translate or (lambda handler: answer(handler, {"translatedText": "译文"}))
        self.languages = languages or (lambda handler: answer(handler, LANGUAGES))


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """Serve on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.listings += 1
            self._run(server.languages)

        def do_POST(self) -> None:
            server.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self._run(server.translate)

        def _run(self, handle: Handle) -> None:
            try:
                handle(self)
            except OSError:  # the other side has gone
                self.close_connection = True

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as http:
        http.daemon_threads = True
        server.url = f"http://127.0.0.1:{http.server_port}"
        thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            http.shutdown()
            thread.join()
