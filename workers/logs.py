"""How a worker speaks: one line an event, on stderr, without a word of any post."""

from __future__ import annotations

import json
import logging
import sys
import warnings
from datetime import UTC, datetime

from celery.exceptions import SecurityWarning

# Messages of Celery and kombu that print what a message carried; only what stands before it is kept.
_QUOTING = ("message body", "restore message", "Received and deleted unknown message", "Can't decode")


class OneLine(logging.Formatter):
    """``time level logger message``; of an exception its type and first line."""

    def format(self, record: logging.LogRecord) -> str:
        """Format one event."""
        at, level, logger, message, error = _event(record)
        return f"{at} {level} {logger} {message}" + (f" error={error}" if error else "")


class OneObject(logging.Formatter):
    """The same as one JSON object: ``at``, ``level``, ``logger``, ``pid``, ``message``, and ``error`` where one is."""

    def format(self, record: logging.LogRecord) -> str:
        """Format one event."""
        at, level, logger, message, error = _event(record)
        event = {"at": at, "level": level, "logger": logger, "pid": record.process, "message": message}
        return json.dumps(event | ({"error": error} if error else {}), ensure_ascii=False)


FORMATTERS: dict[str, type[logging.Formatter]] = {"text": OneLine, "json": OneObject}


def _event(record: logging.LogRecord) -> tuple[str, str, str, str, str]:
    """When, how grave, by whom, what, and the type of the error: what may be said of an event."""
    at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    quotes = any(sign in str(record.msg) for sign in _QUOTING)
    message = str(record.msg).partition("%")[0] if quotes else record.getMessage()
    error = record.exc_info[1] if record.exc_info and not quotes else None
    kind = type(getattr(error, "exc", error)).__name__ if error else ""  # of a child's error: the error itself
    return at, record.levelname.lower(), record.name, message.strip().partition("\n")[0], kind


def configure_logging(form: str = "text") -> None:
    """Our lines from INFO on, those of the libraries from WARNING on; ``form``: text or json."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(FORMATTERS[form]())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("moderation", "workers"):
        logging.getLogger(name).setLevel(logging.INFO)
    # Celery warns root of messages that run code; ours are JSON. What it announces of later versions is for developers.
    warnings.simplefilter("ignore", SecurityWarning)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
