"""The engine that the settings name is opened, and none says what to do."""

from __future__ import annotations

import subprocess
import sys

import pytest

from moderation.domain.errors import UsageError
from moderation.translation import ENGINES, open_translator


def test_without_an_engine_every_translation_says_how_to_get_one() -> None:
    made = open_translator("none", None, None, 5).translate("你好", "zh-Hans", "en")
    assert made.text is None
    assert made.engine == "none"
    assert made.failure is not None
    assert "no translation is configured: set review.translate.engine" in made.failure["en"]
    assert "未配置翻译" in made.failure["zh"]


@pytest.mark.parametrize(
    ("engine", "url", "said"),
    [
        ("libretranslate", None, "libretranslate needs `url:`"),
        ("libretranslate", "", "libretranslate needs `url:`"),
        ("libretranslate", "gopher://x", "must be http"),
        ("deepl", None, "'deepl' is none of none, libretranslate, argos"),
    ],
)
def test_settings_that_cannot_work_are_refused_when_it_is_opened(engine: str, url: str | None, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        open_translator(engine, url, None, 5)


@pytest.mark.slow
def test_opening_loads_no_heavy_library() -> None:
    script = (
        "import sys; from moderation.translation import ENGINES, open_translator\n"
        "for engine in ENGINES: open_translator(engine, 'http://localhost:5000', 'key', 5)\n"
        "print([name for name in ('httpx2', 'anyio', 'argostranslate', 'pydantic') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
    assert len(ENGINES) == 3
