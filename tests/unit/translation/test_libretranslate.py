"""A LibreTranslate-compatible server is asked over HTTP, and whatever it answers, the reviewer reads on."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
import socket
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import pytest

from moderation.domain.errors import UsageError
from moderation.pool.review.view import Translation
from moderation.translation.libretranslate import MAX_BYTES, LibreTranslate
from tests.unit.translation.server import LANGUAGES, Handle, Server, answer, serving

KEY = "k-3f9a-secret"
TEXT = "日结300，加V"


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")


@pytest.fixture
def server() -> Iterator[Server]:
    with serving(Server()) as running:
        yield running


def translate(
    server: Server, text: str = TEXT, source: str = "zh-Hans", target: str = "en", timeout_s: float = 5
) -> Translation:
    return LibreTranslate(server.url, KEY, timeout_s).translate(text, source, target)


def why(made: Translation) -> str:
    """The failure in English; every failure is said in both languages and gives neither the key nor the text away."""
    assert made.text is None
    assert made.failure is not None
    assert set(made.failure) == {"en", "zh"}
    for said in made.failure.values():
        assert KEY not in said
        assert TEXT not in said
    return made.failure["en"]


def test_a_text_is_sent_as_text_with_the_key_and_its_translation_comes_back(server: Server) -> None:
    server.translate = lambda handler: answer(handler, {"translatedText": "paid 300 a day, add V"})
    made = translate(server)
    assert made == Translation("paid 300 a day, add V", "zh-Hans", "en", "libretranslate")
    assert server.asked == [{"q": TEXT, "source": "zh", "target": "en", "format": "text", "api_key": KEY}]


def test_without_a_key_none_is_sent(server: Server) -> None:
    LibreTranslate(server.url, None, 5).translate(TEXT, "zh-Hans", "en")
    assert "api_key" not in server.asked[0]


def test_an_address_may_have_a_path_and_end_in_a_slash(server: Server) -> None:
    assert LibreTranslate(server.url + "/libre/", KEY, 5).translate(TEXT, "zh-Hans", "en").text == "译文"


@pytest.mark.parametrize("text", ["👩‍👩‍👧 ½ ﷽", "\u202eabc\x1b[31m\x07", "a\ud800b", "「」\u200b"])
def test_what_comes_back_is_passed_on_as_it_is(server: Server, text: str) -> None:
    hostile = "\x1b[2J\u202e" + "译"
    server.translate = lambda handler: answer(handler, {"translatedText": hostile})
    assert translate(server, text).text == hostile


TAGS = [  # source, target, what the server lists, what it is asked
    ("zh-Hans", "en", ("en", "zh"), ("zh", "en"), "an older server has one Chinese"),
    ("zh-Hans", "en", ("en", "zh-Hans", "zh-Hant"), ("zh-Hans", "en"), "a newer one has two"),
    ("zh-Hant", "en", ("en", "zh", "zt"), ("zt", "en"), "and some call the second zt"),
    ("yue", "en", ("en", "zh", "zt"), ("zt", "en"), "Cantonese is written in it"),
    ("en", "zh", ("en", "zh-Hans", "zh-Hant"), ("en", "zh-Hans"), "the zh desk reads the simplified"),
    ("pt-BR", "zh", ("zh", "pt"), ("pt", "zh"), "a region falls away"),
    ("und", "en", ("en", "zh"), ("auto", "en"), "the server finds out"),
]


@pytest.mark.parametrize(("source", "target", "listed", "asked", "because"), TAGS)
def test_tags_become_those_that_the_server_lists(
    server: Server, source: str, target: str, listed: tuple[str, ...], asked: tuple[str, str], because: str
) -> None:
    server.languages = lambda handler: answer(handler, [{"code": code, "name": code} for code in listed])
    made = translate(server, source=source, target=target)
    assert made.text == "译文", because
    assert (server.asked[0]["source"], server.asked[0]["target"]) == asked
    assert (made.source, made.target) == (source, target)


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("th", "en", "does not translate th to en"),
        ("zh-Latn-pinyin", "en", "does not translate zh-Latn-pinyin to en"),
        ("en", "ko", "does not translate en to ko"),
        ("zh-Hans", "zh", "is in zh already"),
    ],
)
def test_a_pair_that_the_server_does_not_have_is_not_sent(server: Server, source: str, target: str, said: str) -> None:
    assert said in why(translate(server, source=source, target=target))
    assert server.asked == []


def test_a_source_that_has_no_such_target_is_not_sent(server: Server) -> None:
    server.languages = lambda handler: answer(handler, [*LANGUAGES, {"code": "ko", "targets": ["ja"]}])
    assert "does not translate ko to en" in why(translate(server, source="ko"))


def test_the_languages_are_asked_for_once(server: Server) -> None:
    translator = LibreTranslate(server.url, KEY, 5)
    for source in ("zh-Hans", "ja", "zh-Hant"):
        assert translator.translate(TEXT, source, "en").text
    assert server.listings == 1


def test_it_works_where_an_event_loop_runs_already(server: Server) -> None:
    async def inside() -> Translation:
        return translate(server)

    assert asyncio.run(inside()).text == "译文"


# a server that misbehaves -------------------------------------------------------------------------------------------
def drip(handler: BaseHTTPRequestHandler) -> None:
    """A byte now and then: each comes in time, all together never do."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    for byte in json.dumps({"translatedText": "x" * 1000}).encode():
        handler.wfile.write(bytes([byte]))
        handler.wfile.flush()
        time.sleep(0.02)


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    for number in range(1000):
        handler.send_header(f"X-{number}", "x")
        handler.flush_headers()
        time.sleep(0.02)


def hang(handler: BaseHTTPRequestHandler) -> None:
    handler.rfile.read(1)


def flood(handler: BaseHTTPRequestHandler) -> None:
    """More than is read, without saying how much."""
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.end_headers()
    while True:
        handler.wfile.write(b"[" * 65_536)


def break_off(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Type", "application/json")
    handler.send_header("Content-Length", "1000")
    handler.end_headers()
    handler.wfile.write(b'{"translatedText": "half')
    handler.close_connection = True


@pytest.mark.parametrize("handle", [drip, drip_headers, hang])
@pytest.mark.parametrize("where", ["translate", "languages"])
def test_a_slow_server_costs_the_time_limit_and_no_more(server: Server, where: str, handle: Handle) -> None:
    setattr(server, where, handle)
    before = time.monotonic()
    assert "no answer within 0.3 s" in why(translate(server, timeout_s=0.3))
    assert time.monotonic() - before < 1.5


def test_the_limit_is_for_both_questions_together(server: Server) -> None:
    def slowly(body: object) -> Handle:
        def handle(handler: BaseHTTPRequestHandler) -> None:
            time.sleep(0.35)
            answer(handler, body)

        return handle

    server.languages, server.translate = slowly(LANGUAGES), slowly({"translatedText": "x"})
    assert "no answer" in why(translate(server, timeout_s=0.5))


WRONG: list[tuple[Handle, str]] = [
    (flood, "over 1 MB"),
    (lambda handler: answer(handler, b'"' + b"x" * MAX_BYTES + b'"'), "over 1 MB"),
    (lambda handler: answer(handler, b"<html>hi</html>"), "is not that of a LibreTranslate server"),
    (lambda handler: answer(handler, {"translatedText": "x"}, kind="text/html"), "is not that of"),
    (lambda handler: answer(handler, b"[" * 100_000), "is not that of"),
    (lambda handler: answer(handler, b'{"translatedText": "\xff"}'), "is not that of"),
    (lambda handler: answer(handler, ["x"]), "is not that of"),
    (lambda handler: answer(handler, {"translatedText": None}), "is not that of"),
    (lambda handler: answer(handler, {"error": KEY + TEXT}), "is not that of"),
    (lambda handler: answer(handler, gzip.compress(b"[]" * 9), Content_Encoding="gzip"), "is not that of"),
    (lambda handler: answer(handler, {"error": KEY + TEXT}, status=400), "refused the text (400)"),
    (lambda handler: answer(handler, {"error": KEY}, status=403), "check review.translate.key"),
    (lambda handler: answer(handler, {}, status=413), "too long"),
    (lambda handler: answer(handler, {}, status=429), "fewer requests"),
    (lambda handler: answer(handler, b"<h1>" + KEY.encode(), status=500, kind="text/html"), "answered 500"),
    (lambda handler: answer(handler, {"translatedText": "x"}, status=203), "answered 203"),
    (break_off, "cannot be reached (RemoteProtocolError)"),
]


@pytest.mark.parametrize(("handle", "said"), WRONG)
def test_a_wrong_answer_is_a_failure_that_says_what_to_do(server: Server, handle: Handle, said: str) -> None:
    server.translate = handle
    assert said in why(translate(server))


@pytest.mark.parametrize("body", [{}, {"error": "no"}, ["en"], [{"name": "English"}], [{"code": "en", "targets": 5}]])
def test_a_list_of_languages_that_is_none_is_a_failure(server: Server, body: object) -> None:
    server.languages = lambda handler: answer(handler, body)
    why(translate(server))
    assert server.asked == []


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(server: Server, status: int) -> None:
    with serving(Server()) as elsewhere:
        server.translate = lambda handler: answer(handler, {}, status=status, Location=elsewhere.url + "/translate")
        assert f"redirect ({status})" in why(translate(server))
        assert elsewhere.asked == []


def test_a_server_that_is_not_there_is_a_failure() -> None:
    with socket.socket() as taken:  # bound and not listening: nobody else can take the port meanwhile
        taken.bind(("127.0.0.1", 0))
        made = LibreTranslate(f"http://user:{KEY}@127.0.0.1:{taken.getsockname()[1]}", KEY, 5).translate(
            TEXT, "zh", "en"
        )
    assert "cannot be reached (ConnectError)" in why(made)


def test_neither_key_nor_text_is_logged(server: Server, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        translate(server)
    assert KEY not in caplog.text
    assert TEXT not in caplog.text


@pytest.mark.parametrize(
    "url",
    ["localhost:5000", f"ftp://user:{KEY}@localhost", "file:///etc/passwd", "http://", "http://[::1", "http://a:b", ""],
)
def test_an_address_that_is_not_http_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(UsageError, match=r"review\.translate\.url: must be http") as refused:
        LibreTranslate(url, KEY, 5)
    assert KEY not in str(refused.value)
