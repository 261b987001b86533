"""Python's garbage collector, where it only costs, and what the C library keeps."""

from __future__ import annotations

import ctypes
import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Build what stays without the collector, which would look through all of it again and again.

    Rules take a quarter less to read, the forms of their terms half.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def trim() -> None:
    """Give memory that was only needed to build back to the system, where the C library can: glibc keeps it."""
    give_back = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if give_back is not None:
        give_back(0)
