"""The recogniser of links: plain, bare and disguised addresses, and the dots that are none."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest

from moderation.domain.signal import Evidence
from moderation.folding.fold import fold
from moderation.matching.contacts.found import Found
from moderation.matching.contacts.recogniser import ContactFinder
from moderation.matching.contacts.tables import rows
from moderation.matching.contacts.tlds import domains

E = Evidence


@cache
def _finder() -> ContactFinder:
    return ContactFinder()


def links(text: str) -> list[Found]:
    return [found for found in _finder()(text, fold(text)) if found.kind == "link"]


LINKS = [
    # with a scheme
    ("https://example.com", "example.com"),
    ("http://example.com/", "example.com"),
    ("see https://Example.com/Path?id=3.", "example.com/path?id=3"),
    ("(https://example.com/a_(b))", "example.com/a_(b)"),
    ("(https://example.com/a)", "example.com/a"),
    ("[text](https://example.com/a)", "example.com/a"),
    ("https://example.com/a?utm_source=x&id=3&fbclid=y", "example.com/a?id=3"),
    ("https://example.com/a#part", "example.com/a#part"),
    ("https://user@example.com/a", "user@example.com/a"),
    ("http://192.168.100.200/admin", "192.168.100.200/admin"),
    ("http://example.unknowntld/x", "example.unknowntld/x"),
    ("https://example.com:8080/x", "example.com:8080/x"),
    ("点击https://example.com/abc，马上领", "example.com/abc"),
    ("http://例子.中国/页", "例子.中国"),
    ("hxxp://example.com/x", "example.com/x"),
    ("hxxps://example.com", "example.com"),
    ("https : //example.com", "example.com"),
    ("ＨＴＴＰ：／／ＥＸＡＭＰＬＥ．ＣＯＭ", "example.com"),
    ("https://exam\u200bple.com", "example.com"),
    # bare
    ("example.com", "example.com"),
    ("www.example.com", "example.com"),
    ("www.statistik.at", "statistik.at"),
    ("example.co.uk", "example.co.uk"),
    ("toko.co.id", "toko.co.id"),
    ("快上example.com看", "example.com"),
    ("Visit Example.Com", "example.com"),
    ("a-b-c.example.org/x/y", "a-b-c.example.org/x/y"),
    ("example.com?ref=1", "example.com?ref=1"),
    ("example.com.", "example.com"),
    ("example.com, example.net", "example.com example.net"),
    ("example.xyz", "example.xyz"),
    ("win888.vip", "win888.vip"),
    ("big-shop.top", "big-shop.top"),
    ("brandname.shop", "brandname.shop"),
    ("官网 example.me", "example.me"),
    ("t.me/janedoe", "t.me/janedoe"),
    ("wa.me/4915123456789", "wa.me/4915123456789"),
    ("bit.ly/AbC1", "bit.ly/abc1"),
    ("goo.gl/abc", "goo.gl/abc"),
    ("youtu.be/abc123", "youtu.be/abc123"),
    ("discord.gg/abc", "discord.gg/abc"),
    ("xn--fsqu00a.xn--fiqs8s", "xn--fsqu00a.xn--fiqs8s"),
    ("例子.中国", "例子.中国"),
    ("пример.рф", "пример.рф"),
    ("example.com/ไทย", "example.com"),
    # look-alikes and styles
    ("exаmple.com", "example.com"),
    ("ｅｘａｍｐｌｅ.com", "example.com"),
    ("𝐞𝐱𝐚𝐦𝐩𝐥𝐞.𝐜𝐨𝐦", "example.com"),
    ("ⓔⓧⓐⓜⓟⓛⓔ.ⓒⓞⓜ", "example.com"),
    # disguised dots
    ("example[.]com", "example.com"),
    ("example(.)com", "example.com"),
    ("example{dot}com", "example.com"),
    ("example(dot)com/abc", "example.com/abc"),
    ("example [dot] com", "example.com"),
    ("example dot com", "example.com"),
    ("visit shop example dot net now", "example.net"),
    ("example点com", "example.com"),
    ("example 点 com", "example.com"),
    ("example。com", "example.com"),
    ("example·com", "example.com"),
    ("example . com", "example.com"),
    ("example .com", "example.com"),
    ("www。example。com", "example.com"),
    ("sub.example[.]org", "sub.example.org"),
    ("example punto com", "example.com"),
    ("example ponto com", "example.com"),
    ("example точка com", "example.com"),
    ("example点cn", "example.cn"),
    ("example点top", "example.top"),
    ("hxxp://example[.]com/x", "example.com/x"),
    ("example,com", "example.com"),
    ("t[.]me/janedoe", "t.me/janedoe"),
]

NONE = [
    "ok.so what",
    "that's it.so be it",
    "v2.0",
    "3.5",
    "e.g. this",
    "i.e that",
    "file.py",
    "main.rs",
    "run.sh",
    "index.ts",
    "README.md",
    "Node.js",
    "ASP.NET core",
    "p.m.",
    "at 5 p.m. today",
    "etc.And so on",
    "U.S.A",
    "U.K. and U.S.",
    "J.R.R. Tolkien",
    "Ph.D",
    "No.1",
    "vol.2",
    "1.2.3.4",
    "version 10.15.7",
    "3.14",
    "$1.99",
    "10.000.000",
    "I love it.live music",
    "he came.top of the class",
    "call me.now",
    "wait...what",
    "hello.world",
    "yes.no.maybe",
    "good.bad",
    "one million.By then",
    "the dot com bubble",
    "dot com companies",
    "connect the dots",
    "polka dot dress",
    "a dot in the sky",
    "dot",
    "你好。com是什么",
    "好的。谢谢",
    "今天很好。net",
    "有点cool",
    "一点net都没有",
    "快点com",
    "bom dia,com carinho",
    "one,two,three",
    "as pessoas te machucam. Com o tempo passa",
    "eu gosto. com você",
    "the end .net gain",
    "x.y",
    "a.b.c",
    "foo.bar",
    "obj.method()",
    "self.name = name",
    "os.path.join",
    "np.array",
    "img.png",
    "photo.jpg",
    "archive.zip",
    "song.mp3",
    "movie.mov",
    "Mr.Smith",
    "Dr.Who",
    "St.Louis",
    "Inc.is",
    "Co.Ltd",
    "end.The next",
    "end.It is",
    "sentence.in the middle",
    "forgot.to put a blank",
    "typo.is here",
    "look.at me",
    "@user.name",
    "@jane.doe hello",
    "http://",
    "https://...",
    "http://t.c…",
    "http://t.",
    "www",
    "www.",
    "://",
    ".com",
    "com.",
    "..",
    "",
    "点赞",
    "早点睡",
    "三点半",
    "7点30",
    "重点cn区",
    "and/or",
    "24/7",
    "1/2",
    "w/o",
    "http",
    "9.9分",
    "5.1声道",
    "10.1假期",
    "2024.05.01",
]


@pytest.mark.parametrize(("text", "value"), LINKS)
def test_a_link_is_found(text: str, value: str) -> None:
    assert " ".join(found.value for found in links(text)) == value


@pytest.mark.parametrize("text", NONE)
def test_a_dot_that_is_no_address_is_no_link(text: str) -> None:
    assert links(text) == []


@pytest.mark.parametrize(
    ("text", "evidence"),
    [
        ("https://Example.com/Path", E.exact),
        ("exаmple.com", E.folded),
        ("exam\u200bple.com", E.squeezed),
        ("example[.]com", E.split),
        ("example点com", E.split),
        ("hxxp://example.com", E.split),
    ],
)
def test_the_evidence_says_how_plainly_a_link_is_written(text: str, evidence: Evidence) -> None:
    assert [found.evidence for found in links(text)] == [evidence]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("see https://example.com/a, ok", "https://example.com/a"),
        ("去example点com看", "example点com"),
        ("(www.example.com)", "www.example.com"),
        ("mail me: example . com!", "example . com"),
    ],
)
def test_the_span_is_the_address(text: str, written: str) -> None:
    assert [text[found.start : found.end] for found in links(text)] == [written]


def test_the_host_of_an_email_is_no_link() -> None:
    assert links("jane@example.com") == links("jane (at) example (dot) com") == []


def test_every_top_level_domain_stands_once_in_the_table() -> None:
    names = Counter(name for _, names in rows("tlds") for name in names.split())
    assert [name for name, times in names.items() if times > 1] == []
    assert len(domains()) >= 150
