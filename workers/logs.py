"""How a worker speaks: one line an event, on stderr, without a word of any post."""

from __future__ import annotations

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
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        quotes = any(sign in str(record.msg) for sign in _QUOTING)
        message = str(record.msg).partition("%")[0] if quotes else record.getMessage()
        line = message.strip().partition("\n")[0]
        if record.exc_info and (error := record.exc_info[1]) and not quotes:
            line += f" error={type(getattr(error, 'exc', error)).__name__}"  # of a child's error: the error itself
        return f"{at} {record.levelname.lower()} {record.name} {line}"


def configure_logging() -> None:
    """Our lines from INFO on, those of the libraries from WARNING on."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(OneLine())
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("moderation", "workers"):
        logging.getLogger(name).setLevel(logging.INFO)
    # Celery warns root of messages that run code; ours are JSON. What it announces of later versions is for developers.
    warnings.simplefilter("ignore", SecurityWarning)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
