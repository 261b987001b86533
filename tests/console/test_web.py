"""The same screen in a browser: a reviewer decides in Chromium, and nobody else gets in."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from moderation.storage.sql import SqlStore
from tests.support.builders import a_post, held
from tests.support.ports import free_port

pytestmark = pytest.mark.slow

BROWSER = next(
    (found for name in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(name))), None
)
WAIT_S = 60


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("home")
    store = SqlStore.at(home / "pool.sqlite3")
    posts = [a_post(f"p-{n}", text=f"Guaranteed returns, number {n}, text me") for n in range(3)]
    store.add_posts(posts, "u", time.time())
    store.commit("u", [held(post) for post in posts], time.time())
    store.close()
    return home


@pytest.fixture(scope="module")
def address(home: Path) -> Iterator[str]:
    """What `moderation review --web` prints."""
    command = [sys.executable, "-m", "moderation", "review", "--desk", "en", "--web", "--port", str(free_port())]
    environment = {**os.environ, "MODERATION_HOME": str(home), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        url = server.stdout.readline().strip()
        until(lambda: listens(url), "the server listens")
        yield url
        server.terminate()
        assert server.wait(20) == 0


def listens(url: str) -> bool:
    try:
        return answer(url) > 0
    except URLError:
        return False


def answer(url: str, **headers: str) -> int:
    try:
        with urlopen(Request(url, headers=headers), timeout=20) as response:
            status: int = response.status
            return status
    except HTTPError as error:
        return error.code


def test_nobody_gets_in_without_the_token(address: str) -> None:
    base, _, token = address.partition("?token=")
    port = base.rsplit(":", 1)[1].strip("/")
    assert base.startswith("http://127.0.0.1:")
    assert answer(base) == 403
    assert answer(f"{base}?token={token[:-1]}x") == 403
    assert answer(f"{base}ws") == 403, "the socket, which carries keys and posts"
    assert answer(f"{base}ws", Cookie=f"moderation-review-{port}=guess") == 403
    cookie = f"moderation-review-{port}={token}"
    assert answer(f"http://127.0.0.1:{port}/", Cookie=cookie) == 200
    assert answer(base, Cookie=f"moderation-review={token}") == 403, "the name says which of two screens it opens"
    assert answer(base, Cookie=cookie, Origin="https://elsewhere.example") == 403, "a page of another site"
    assert answer(base, Cookie=cookie, Host=f"elsewhere.example:{port}") == 403, "a name that leads to the loopback"


@pytest.mark.parametrize(
    ("path", "cookie"), [("/", b"\xff"), ("/ws", b"\xff\xed\xa0\x80"), ("/?token=%ff", b""), ("/?token=%ed%a0%80", b"")]
)
def test_a_token_that_is_no_text_is_a_wrong_one(address: str, path: str, cookie: bytes) -> None:
    port = int(address.partition("/?")[0].rsplit(":", 1)[1])
    asked = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nCookie: moderation-review-{port}="
    with socket.create_connection(("127.0.0.1", port), timeout=20) as client:
        client.sendall(asked.encode() + cookie + b"\r\n\r\n")
        assert client.recv(64).startswith(b"HTTP/1.1 403 ")


@pytest.mark.skipif(BROWSER is None, reason="no Chromium is installed here")
def test_a_reviewer_decides_in_a_browser(address: str, home: Path) -> None:
    from playwright.sync_api import sync_playwright

    store = SqlStore.at(home / "pool.sqlite3")
    outside: list[str] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1180, "height": 820})
        page.on("requestfinished", lambda request: outside.append(request.url))
        page.goto(address)
        assert "token" not in page.url, "it does not stay in the address bar"
        until(lambda: any(item.lease for item in store.queue("en", 9, time.time())), "the screen claims an item")
        page.wait_for_selector("body.-first-byte")
        page.mouse.click(300, 300)

        def decides() -> bool:
            for key in ("1", "1", "Enter"):  # allow; I read it; commit
                page.keyboard.press(key)
                page.wait_for_timeout(500)  # a screen that does not show the item yet takes no key
            return bool(store.verdicts())

        until(decides, "the verdict is in the store")
        browser.close()
    verdict = store.verdicts()[0]
    assert (verdict.action, verdict.basis) == ("allow", "read")
    assert all(url.startswith(("http://127.0.0.1:", "data:", "ws://127.0.0.1:")) for url in outside)
    until(lambda: all(item.lease is None for item in store.queue("en", 9, time.time())), "a closed page holds nothing")
    store.close()


def until(holds: object, what: str) -> None:
    assert callable(holds)
    end = time.monotonic() + WAIT_S
    while not holds():
        assert time.monotonic() < end, what
        time.sleep(0.1)
