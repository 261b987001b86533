"""CPU seconds and memory of processes, forked ones included."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

import psutil

MEBI = 1 << 20


def cpu_seconds(process: psutil.Process) -> float:
    """User and system time of a process by itself."""
    times = process.cpu_times()
    return float(times.user + times.system)


def with_children(process: psutil.Process) -> float:
    """The same with all that it has forked, ended children included."""
    times = process.cpu_times()
    total = float(times.user + times.system + times.children_user + times.children_system)
    for child in process.children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            total += cpu_seconds(child)
    return total


def memory(processes: Mapping[str, psutil.Process]) -> dict[str, float]:
    """MiB by name; pages that several share count in parts (PSS)."""
    return {name: process.memory_full_info().pss / MEBI for name, process in processes.items()}
