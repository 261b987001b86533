"""A line of a worker's log, as text and as JSON: one line an event, and no word of a post in either."""

from __future__ import annotations

import json
import logging
import re

import pytest

from workers.logs import FORMATTERS, OneObject


class Wrapped(Exception):
    """As billiard hands an error of a child to the parent."""

    def __init__(self, exc: Exception) -> None:
        super().__init__(str(exc))
        self.exc = exc


# What is logged, with an error or none, and what of it stands in the line.
EVENTS = [
    ("ready queues=%s concurrency=%d", ("intake,publish", 2), None, "ready queues=intake,publish concurrency=2", ""),
    ("lost: %s\ntrace of secret", ("it",), None, "lost: it", ""),
    ("went wrong", (), ValueError("secret words"), "went wrong", "ValueError"),
    ("a child failed", (), Wrapped(KeyError("secret")), "a child failed", "KeyError"),
    (
        "Can't decode message body: %r [type:%r]",
        ("secret", "json"),
        ValueError("secret"),
        "Can't decode message body:",
        "",
    ),
    ("Could not restore message: %r", ({"body": "secret"},), None, "Could not restore message:", ""),
    ("unregistered.\n\nThe full contents of the message body was:\n%s", ("secret",), None, "unregistered.", ""),
    ("Received and deleted unknown message. %s", ("secret",), None, "Received and deleted unknown message.", ""),
]


@pytest.mark.parametrize("form", FORMATTERS)
@pytest.mark.parametrize(("template", "words", "error", "message", "kind"), EVENTS)
def test_a_line_is_one_line_and_holds_no_message_body(
    form: str, template: str, words: tuple[object, ...], error: Exception | None, message: str, kind: str
) -> None:
    trace = (type(error), error, None) if error else None
    record = logging.LogRecord("celery", logging.ERROR, "", 0, template, words, trace)
    line = FORMATTERS[form]().format(record)
    assert "secret" not in line
    assert "\n" not in line
    assert message in line
    assert (kind in line) if kind else ("error=" not in line and '"error":' not in line)


def test_a_json_line_has_its_time_level_logger_process_and_message() -> None:
    record = logging.LogRecord("workers.launch", logging.INFO, "", 0, "stopped drained=%s 交猫税", ("true",), None)
    event = json.loads(OneObject().format(record))
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", event.pop("at"))
    assert event == {
        "level": "info",
        "logger": "workers.launch",
        "pid": record.process,
        "message": "stopped drained=true 交猫税",
    }
