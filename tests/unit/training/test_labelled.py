import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from moderation.domain.errors import UsageError
from moderation.training.labelled import ANY, read_examples
from moderation.training.sources import HEADS

BENIGN = dict.fromkeys((*HEADS, ANY), False)


def one(path: Path, **fields: Any) -> dict[str, bool]:
    path.write_text(json.dumps({"text": "a text", "lang": "en", **fields}))
    return dict(read_examples(path)[0].truth)


@pytest.mark.parametrize(
    ("fields", "truth", "why"),
    [
        ({"labels": ["hate"]}, {"hate": True, ANY: True}, "nobody said that it does not also insult"),
        ({"labels": ["insult", "spam"], "violating": 1}, {"harassment": True, "spam": True, ANY: True}, "an old name"),
        ({"labels": ["benign"]}, BENIGN, "a benign text has none of the harms"),
        ({"labels": []}, BENIGN, "no label is no harm, unless somebody says that it is not known"),
        ({"violating": 0}, BENIGN, "the same in one word"),
        ({"violating": 1}, {ANY: True}, "harmful, nobody said how"),
        ({"labels": ["rudeness"]}, {ANY: True}, "a harm that no head is about"),
        ({"labels": [], "violating": None}, {}, "nobody knows"),
        ({"labels": ["hate"], "violating": None}, {"hate": True, ANY: True}, "a label is a label"),
    ],
)
def test_what_a_row_says(tmp_path: Path, fields: dict[str, Any], truth: dict[str, bool], why: str) -> None:
    assert one(tmp_path / "a.jsonl", **fields) == truth, why


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("{", "is not JSON"),
        ("3", "must be a JSON object"),
        ('{"lang": "en", "labels": []}', "`text` must be"),
        ('{"text": " ", "lang": "en", "labels": []}', "`text` must be"),
        ('{"text": "x", "labels": []}', "`lang` must be"),
        ('{"text": "x", "lang": "en"}', "neither `labels`"),
        ('{"text": "x", "lang": "en", "labels": "hate"}', "`labels` must be"),
        ('{"text": "x", "lang": "en", "labels": [1]}', "`labels` must be"),
        ('{"text": "x", "lang": "en", "violating": [1]}', "`violating` must be"),
        ('{"text": "x", "lang": "en", "violating": 2}', "`violating` must be"),
        ('{"text": "x", "lang": "en", "labels": [], "source": 3}', "`source` must be"),
    ],
)
def test_a_bad_line_is_named_with_its_number(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text('{"text": "fine", "lang": "en", "labels": []}\n\n' + line + "\n")
    with pytest.raises(UsageError, match=rf"bad\.jsonl:3: .*{said}"):
        read_examples(file)


def test_files_that_are_not_there_empty_or_not_gzipped_are_refused(tmp_path: Path) -> None:
    for name, body in (("none.jsonl", None), ("empty.jsonl", b"\n"), ("plain.jsonl.gz", b'{"text": "x"}')):
        if body is not None:
            (tmp_path / name).write_bytes(body)
        with pytest.raises(UsageError, match=name):
            read_examples(tmp_path / name)


def test_gzipped_files_and_line_separators_within_a_text_are_read(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl.gz"
    row = {"text": "one\u2028two", "lang": "zh-Hant", "labels": ["spam"], "source": "mine"}
    file.write_bytes(gzip.compress(json.dumps(row, ensure_ascii=False).encode()))
    (found,) = read_examples(file)
    assert (found.text, found.language, found.source) == ("one\u2028two", "zh-Hant", "mine")
