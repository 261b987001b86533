"""A value of a file is rewritten in place: everything else stays, byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from moderation.domain.errors import UsageError
from moderation.policy.edit import set_values
from moderation.policy.yaml import parse
from tests.unit.policy.building import rule

FILE = """\
# yaml-language-server: $schema=../schema.json
id: spam.one          # 规则 🐈
title: {en: "status: shadow", zh: 一}
status: shadow        # since spring; ask before it acts
detect:
  status: {words: [join us]}   # not this one
condition: status
"""


@pytest.mark.parametrize(
    ("values", "old", "new"),
    [
        # the value alone, its comment kept
        ({"status": "enforce"}, "status: shadow        #", "status: enforce        #"),
        # a new key has a line of its own below
        (
            {"status": "canary", "canary": "10%"},
            "status: shadow        # since spring; ask before it acts\n",
            "status: canary        # since spring; ask before it acts\ncanary: 10%\n",
        ),
        # what is not there need not be removed
        ({"status": "draft", "canary": None}, "status: shadow        #", "status: draft        #"),
    ],
)
def test_only_what_is_asked_changes(values: dict[str, str | None], old: str, new: str) -> None:
    assert FILE.count(old) == 1
    assert set_values(FILE, values, after="status") == FILE.replace(old, new)


def test_a_key_goes_with_its_line() -> None:
    canary = FILE.replace("detect:\n", "canary: 2.5%   # a trial\ndetect:\n")
    assert set_values(canary, {"canary": None}, after="status") == FILE
    assert "canary: 20%   # a trial\n" in set_values(canary, {"canary": "20%"}, after="status")


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("status: shadow", "status: canary\ncanary: 5%\n"),  # no line break at the end
        ("a: 1\r\nstatus: shadow\r\nb: 2\r\n", "a: 1\r\nstatus: canary\r\ncanary: 5%\r\nb: 2\r\n"),
        ("\ufeffstatus: shadow\nb: 2\n", "\ufeffstatus: canary\ncanary: 5%\nb: 2\n"),  # a byte order mark
        ("  status: 'shadow'\n  b: 2\n", "  status: canary\n  canary: 5%\n  b: 2\n"),  # indented; quoted
        ("---\nstatus: shadow\n...\n", "---\nstatus: canary\ncanary: 5%\n...\n"),
        ('"status": shadow\n', '"status": canary\ncanary: 5%\n'),  # a quoted key
    ],
)
def test_files_as_people_write_them(text: str, written: str) -> None:
    assert set_values(text, {"status": "canary", "canary": "5%"}, after="status") == written


@pytest.mark.parametrize(
    "text",
    [
        "{id: spam.one, status: shadow}\n",  # no lines to put one below
        "id: spam.one\n",
    ],
)
def test_what_has_no_place_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no line `status"):
        set_values(text, {"canary": "5%"}, after="status")


@given(
    st.dictionaries(
        st.text("abcxyz", min_size=1, max_size=4), st.sampled_from(["1", "微信", "🐈", "[a, b]", "'x # y'"])
    ),
    st.sampled_from(["enforce", "canary"]),
)
def test_the_file_says_the_same_but_for_that_value(others: dict[str, str], status: str) -> None:
    lines = [*(f"{key}: {value}  # 注" for key, value in others.items()), "status: shadow"]
    for n in range(len(lines)):
        text = "\n".join([*lines[n:], *lines[:n]])
        before, after = (parse(one, "a").value for one in (text, set_values(text, {"status": status}, after="status")))
        assert after == {**before, "status": status}


def test_a_rule_as_tests_build_it_can_be_rewritten() -> None:
    assert set_values(rule(), {"status": "enforce"}, after="status") == rule(status="enforce")
