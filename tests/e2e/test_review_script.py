"""The script of the documents works a queue from end to end, and leaves what it says."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.builders import a_post
from tests.support.reviewing import Pool

SCRIPT = Path(__file__).parent.parent.parent / "docs" / "work-a-queue.sh"
TEXTS = ("招聘兼职，日结三百，不用押金，名额有限", "出二手相机一台，可以验货")


@pytest.mark.slow
def test_the_script_of_the_documents_works_a_queue_from_end_to_end(tmp_path: Path) -> None:
    pool = Pool(tmp_path)
    for n, text in enumerate(TEXTS):
        pool.put(a_post(f"n-{n}", text=text), desk="zh", language="zh-Hans", priority=9.0 - n)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MODERATION_")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["bash", str(SCRIPT), "zh"], env={**clean, **pool.environment, "PATH": path},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"desk": "zh", "decided": 1, "skipped": 1}
    assert "Traceback" not in done.stderr
    assert not [text for text in TEXTS if text in done.stderr]

    first, second = (pool.json("pool", "show", f"n-{n}")["verdicts"] for n in range(len(TEXTS)))
    assert [one["action"] for one in first] == ["remove", "undo", "limit"]  # a slip, taken back
    assert second == []  # passed on
    assert pool.json("audit", "verify")["ok"] is True
