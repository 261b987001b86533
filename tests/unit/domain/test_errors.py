"""Errors in the language of who meets them."""

from copy import copy

import pytest

from moderation.domain.errors import Forbidden, LeaseLost, ModerationError, UsageError


def test_an_error_is_said_in_the_language_asked_for_and_its_str_stays_english() -> None:
    error = LeaseLost("the lease is lost", zh="租约已失效")
    assert (str(error), error.say("en"), error.say("zh")) == ("the lease is lost", "the lease is lost", "租约已失效")


def test_an_error_without_chinese_is_said_in_english() -> None:
    assert UsageError("no such file").say("zh") == "no such file"


@pytest.mark.parametrize("error", [ModerationError("x"), Forbidden("not you", zh="无权")])
def test_an_error_goes_whole_from_one_process_to_another(error: ModerationError) -> None:
    came = copy(error)  # by the parts that a process sends to another
    assert (type(came), str(came), came.zh, came.exit_code) == (type(error), str(error), error.zh, error.exit_code)
