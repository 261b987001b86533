"""A command of the desks imports what it needs: scripts start one process an item."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.reviewing import Pool

# Beside each: what would make it slow, and needs it never.
NEVER = (
    "numpy", "scipy", "sklearn", "torch", "lingua", "rich", "textual",
    "argon2",  # tokens
    "alembic",  # a store that is up to date
    "moderation.pipeline", "moderation.policy.compiler", "moderation.matching.matcher",  # rules
)  # fmt: skip
HELD = ("1", "--lease", "L-none", "--fence", "1", "--json")
COMMANDS = [
    # words, exit code
    (("queue", "--json"), 0),
    (("queue", "peek"), 0),
    (("claim", "--desk", "en", "--with", "why", "--json"), 0),
    (("renew", *HELD), 4),
    (("release", *HELD), 4),
    (("decide", *HELD, "--action", "limit", "--category", "scam", "--basis", "read"), 4),
    (("undo", "D-9", "--json"), 2),
]
CODE = """
import sys
from moderation.cli import cli
from moderation.domain.errors import ModerationError
codes = []
for words in {commands!r}:
    try:
        cli(["review", *words], standalone_mode=False)
        codes.append(0)
    except ModerationError as error:
        codes.append(error.exit_code)
print(codes, [name for name in {never!r} if name in sys.modules], file=sys.stderr)
"""


@pytest.mark.slow
def test_what_scripts_call_for_each_item_imports_neither_numpy_nor_rules_nor_models(tmp_path: Path) -> None:
    pool = Pool(tmp_path)
    pool.puts(1)
    code = CODE.format(commands=[words for words, _ in COMMANDS], never=NEVER)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MODERATION_")}
    done = subprocess.run(
        [sys.executable, "-c", code], env={**clean, **pool.environment}, capture_output=True, text=True, check=True
    )
    assert done.stderr.splitlines()[-1] == f"{[code for _, code in COMMANDS]} []"


@pytest.mark.slow
def test_the_help_of_the_desks_reads_no_settings_and_opens_no_store() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from moderation.cli import cli;"
        "assert CliRunner().invoke(cli, ['review', '--help']).exit_code == 0;"
        "print([name for name in ('pydantic', 'pydantic_settings', 'yaml', 'sqlalchemy') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert done.stdout.strip() == "[]"
