"""The door reads JSON Lines, plain or compressed; a bad line never ends the reading."""

import gzip
import io

import pytest

from moderation.domain.errors import UsageError
from moderation.domain.post import Post
from moderation.pool.door import MAX_LINE_BYTES, Refusal, batches, read_lines, read_posts


def stream(data: bytes) -> io.BufferedReader:
    return io.BufferedReader(io.BytesIO(data))


GOOD = b'{"id": "a", "text": "x"}'

BAD = [
    (b"{", "line", "is not JSON"),
    (b'{"id": "a", "text": "x"} trailing', "line", "Extra data"),
    (b"\xff\xfe", "line", "is not UTF-8 (byte 0)"),
    (b'{"id": "a", "text": "\\ud800"}', "text", "lone surrogate"),
    (b'{"id": "a", "text": "x\\u0000"}', "text", "NUL"),
    (b'{"id": "a", "text": "x", "views_per_minute": NaN}', "views_per_minute", "number"),
    (b"[" * 100_000, "line", "nested"),
    (b'{"id": "a", "text": "", "n": ' + b"9" * 5000 + b"}", "line", "not JSON"),
    (b"null", "post", "null"),
    (b'{"id": "a", "text": "' + b"x" * 30_000 + b'"}', "text", "30,000 characters"),
    (b'"' + b"x" * (MAX_LINE_BYTES + 10) + b'"', "line", "is over 4 MiB"),
]


@pytest.mark.parametrize(("line", "field", "reason"), BAD, ids=range(len(BAD)))
def test_a_bad_line_between_good_ones_is_refused_with_its_number(line: bytes, field: str, reason: str) -> None:
    read = list(read_posts(stream(GOOD + b"\n" + line + b"\n" + GOOD + b"\n")))
    assert [number for number, _ in read] == [1, 2, 3]
    assert isinstance(read[0][1], Post)
    assert isinstance(read[2][1], Post)
    refusal = read[1][1]
    assert isinstance(refusal, Refusal)
    assert (refusal.line, refusal.field) == (2, field)
    assert reason in refusal.reason
    assert len(refusal.body) <= 65_536


def test_blank_lines_count_but_are_no_posts_and_a_byte_order_mark_is_passed_over() -> None:
    read = list(read_posts(stream(b"\xef\xbb\xbf" + GOOD + b"\r\n\n  \n" + GOOD)))
    assert [number for number, _ in read] == [1, 4]
    assert all(isinstance(post, Post) for _, post in read)


def test_a_line_separator_inside_a_text_does_not_end_the_line() -> None:
    (read,) = read_posts(stream('{"id": "a", "text": "x\u2028y\u0085z"}'.encode()))
    assert isinstance(read[1], Post)
    assert read[1].text == "x\u2028y\u0085z"


def test_compressed_input_is_told_by_its_first_bytes() -> None:
    assert [n for n, _ in read_lines(stream(gzip.compress(GOOD + b"\n" + GOOD)))] == [1, 2]


def test_damaged_compression_says_how_far_it_was_read() -> None:
    whole = gzip.compress(b"\n".join([GOOD] * 1000))
    with pytest.raises(UsageError, match="damaged after line"):
        list(read_lines(stream(whole[:-20])))


def test_batches_cut_a_stream_and_keep_the_rest() -> None:
    assert list(batches(range(5), 2)) == [[0, 1], [2, 3], [4]]
    assert list(batches([], 2)) == []
