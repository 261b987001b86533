"""Laws of contacts: total, exact spans, deterministic, linear, and seen by the cues."""

from __future__ import annotations

import time
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.signal import CONTACTS
from moderation.folding.fold import fold, fold_codes, join, text_of
from moderation.matching.contacts.cues import CUES, may_hold
from moderation.matching.contacts.found import Found
from moderation.matching.contacts.recogniser import ContactFinder
from tests.properties.alphabets import hard_text


@cache
def _finder() -> ContactFinder:
    return ContactFinder()


def find(text: str) -> list[Found]:
    return list(_finder()(text, fold(text)))


pieces = st.sampled_from(
    (
        *"0139①⑩九零〇壹🔟o l",
        *" .-_:：/@#$+➕()[]，。点·\n\u200b\u20e3\ufe0f\0\ud800",
        *(
            "加",
            "v",
            "V",
            "微信",
            "wx",
            "我",
            "号是",
            "QQ",
            "扣扣",
            "telegram",
            "whatsapp",
            "LINE id",
            "🛰️",
            "🐧",
            "text me on ",
        ),
        *("abc123", "13800138000", "138 0013", "1️⃣", "one ", "three ", "+49 151", "call "),
        *(
            "example",
            "com",
            "dot",
            "https://",
            "hxxp://",
            "www.",
            "t.me",
            "paypal.me/",
            "支付宝",
            "扫码",
            "qr",
            "DE89",
            "0x",
        ),
    )
)
crowded = st.lists(pieces | hard_text(3), max_size=16).map("".join)


@given(crowded | st.text(max_size=40))
def test_any_text_is_read_and_every_span_is_a_slice_of_it(text: str) -> None:
    found = find(text)
    for one in found:
        assert 0 <= one.start < one.end <= len(text)
        assert one.kind in (*CONTACTS, "link")
        assert one.value or one.kind not in ("phone", "email", "payment", "link")
        assert one.chain == () or (one.chain[0] == text[one.start : one.end] and len(set(one.chain)) == len(one.chain))
    assert [(one.start, one.end) for one in found] == sorted((one.start, one.end) for one in found)
    assert found == find(text)


handles = st.from_regex(r"[a-z][a-z0-9_]{3,9}[0-9]{2}", fullmatch=True)


@given(handles, st.sampled_from(["加微信：{}", "vx: {}", "wechat: {}", "加V {}", "我的微信号是{}"]))
def test_a_handle_after_a_name_is_found(handle: str, sentence: str) -> None:
    assert [(one.kind, one.value) for one in find(sentence.format(handle))] == [("wechat", handle)]


@given(
    st.from_regex(r"1(38|50|77|86)[0-9]{8}", fullmatch=True),
    st.sampled_from(
        ["0123456789", "０１２３４５６７８９", "⓪①②③④⑤⑥⑦⑧⑨", "零一二三四五六七八九", "〇壹贰叁肆伍陆柒捌玖"]
    ),
    st.sampled_from(["", "-", " ", ".", "·", "_", "🌸"]),
)
def test_a_mobile_number_is_found_in_every_style_and_however_cut_up(number: str, style: str, gap: str) -> None:
    written = gap.join(style[int(digit)] for digit in number)
    assert [(one.kind, one.value) for one in find(f"电话{written}")] == [("phone", "+86" + number)]


@given(st.lists(crowded.filter(lambda text: "\n" not in text), min_size=1, max_size=4))
def test_a_line_with_a_contact_has_a_cue(texts: list[str]) -> None:
    joined, starts = join(texts)
    folded = fold_codes(joined)
    held = may_hold(folded, starts)
    assert held.shape == (len(texts),)
    for index, text in enumerate(texts):
        line = text_of(folded[starts[index] : starts[index + 1] - 1])
        found = _finder()(text, line)
        plain = [one for one in found if one.evidence.rank <= 1 and one.kind in ("link", "email", "phone")]
        assert held[index] or not plain or any(cue in line for cue in CUES)


HOSTILE = (
    *("1", "1 ", "12 ", "1-", "+1", "13800138000 ", "call 212-736-5000 ", "tel 12 345 6789 ", "+4915123456789 "),
    *(
        ".",
        "a.",
        "a.b",
        "//",
        "/",
        "http://",
        "http://a.b ",
        "(",
        "[.]",
        "点",
        "dot ",
        "example.com ",
        "example[.]com ",
    ),
    *("@", "a@", "a@b.", "x@y.com ", "a at b dot c ", "vx", "vx ", "加v", "微信", "微 信 ", "q ", "a b ", "t.me/a "),
    *(
        "加v:abc123 ",
        "微信：a b c 1 2 3 ",
        "text me on whatsapp ",
        "扫二维码进群",
        "$",
        "0x",
        "T",
        "DE89 ",
        "paypal.me/a ",
    ),
    *("一", "一二 ", "一二三。", "one ", "e\u0301", "1\u20e3", "\u200b", "\ud800"),
)


@pytest.mark.slow
@pytest.mark.parametrize("piece", HOSTILE)
def test_hostile_text_takes_milliseconds(piece: str) -> None:
    text = (piece * 20_000)[:20_000]
    folded = fold(text)
    list(_finder()(text, folded))
    best = min(_seconds(text, folded) for _ in range(3))
    assert best < 0.25  # 50 ms on a quiet machine; a quadratic reader would take seconds


def _seconds(text: str, folded: str) -> float:
    start = time.process_time()
    list(_finder()(text, folded))
    return time.process_time() - start
