"""A small disk of its own for a pool, where this user may mount one."""

from __future__ import annotations

import subprocess
from contextlib import suppress
from pathlib import Path

_CHUNK = 1 << 16


class Disk:
    """A tmpfs at ``folder``. Raises :class:`PermissionError` where we may not mount."""

    def __init__(self, folder: Path, megabytes: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._ballast = folder / "ballast"
        words = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "chaos", str(folder)]
        try:
            subprocess.run(words, check=True, capture_output=True)
        except (OSError, subprocess.CalledProcessError):
            raise PermissionError("no disk may be mounted here") from None

    def fill(self) -> None:
        """Leave no byte free, for anybody."""
        with self._ballast.open("ab", buffering=0) as ballast, suppress(OSError):
            while True:
                ballast.write(bytes(_CHUNK))
        with self._ballast.open("ab", buffering=0) as ballast, suppress(OSError):
            while True:
                ballast.write(b"\0")

    def free(self) -> None:
        """Give the room back."""
        self._ballast.unlink(missing_ok=True)

    def remove(self) -> None:
        """Unmount."""
        self.free()
        subprocess.run(["umount", "--lazy", str(self._folder)], check=True, capture_output=True)
