"""argostranslate, where it is installed. It is not among the test dependencies (its models are downloads), so a small
package of its name and its calls stands in its place.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from moderation.pool.review.view import Translation
from moderation.translation.argos import Argos

LIBRARY = """
import time

class Package:
    def translate(self, text):
        if text == "broken":
            raise RuntimeError("cannot translate " + text)
        if text == "slow":
            time.sleep(1)
        return text.upper()

class Language:
    def __init__(self, code, targets):
        self.code, self.targets = code, targets

    def get_translation(self, to):
        return Package() if to.code in self.targets else None

def get_installed_languages():
    return [Language("zh", ["en"]), Language("en", ["zh"]), Language("ja", [])]
"""


@pytest.fixture
def library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that is imported from, where the package may be put."""
    monkeypatch.syspath_prepend(tmp_path)
    yield tmp_path
    for name in [name for name in sys.modules if name.partition(".")[0] == "argostranslate"]:
        del sys.modules[name]


def install(folder: Path, text: str = LIBRARY) -> None:
    (folder / "argostranslate").mkdir()
    (folder / "argostranslate" / "__init__.py").touch()
    (folder / "argostranslate" / "translate.py").write_text(text, encoding="utf-8")


def why(made: Translation) -> str:
    assert made.text is None
    assert made.failure is not None
    assert set(made.failure) == {"en", "zh"}
    return made.failure["en"]


def test_a_text_is_translated_by_the_package_of_its_languages(library: Path) -> None:
    install(library)
    assert Argos(5).translate("ni hao", "zh-Hans", "en") == Translation("NI HAO", "zh-Hans", "en", "argos")
    assert Argos(5).translate("hello", "en-GB", "zh").text == "HELLO"


@pytest.mark.skipif("argostranslate" in sys.modules, reason="argostranslate is installed here")
def test_without_argostranslate_it_says_what_to_install(library: Path) -> None:
    assert (
        why(Argos(5).translate("x", "zh", "en")) == "argos: argostranslate is not installed: pip install argostranslate"
    )


@pytest.mark.parametrize(
    ("source", "target", "said"),
    [
        ("ja", "en", "argospm install translate-ja_en"),
        ("th", "zh", "argospm install translate-th_zh"),
        ("zh-Hans", "ko", "argospm install translate-zh_ko"),
        ("zh-Latn-pinyin", "en", "no package is installed for zh-Latn-pinyin to en"),
        ("zh-Hant", "zh", "is in zh already"),
        ("und", "en", "the language of the post is not known"),
    ],
)
def test_a_pair_that_is_not_there_is_named(library: Path, source: str, target: str, said: str) -> None:
    install(library)
    assert said in why(Argos(5).translate("x", source, target))


def test_what_breaks_inside_is_a_failure_without_the_text(library: Path) -> None:
    install(library)
    assert why(Argos(5).translate("broken", "zh", "en")) == "argos: argostranslate failed (RuntimeError)"


def test_a_library_that_cannot_be_read_is_a_failure(library: Path) -> None:
    install(library, "def get_installed_languages():\n    raise OSError('no packages')\n")
    assert why(Argos(5).translate("x", "zh", "en")) == "argos: argostranslate failed (OSError)"


@pytest.mark.slow
def test_who_asks_waits_no_longer_than_the_limit(library: Path) -> None:
    install(library)
    argos = Argos(0.1)
    before = time.monotonic()
    assert "takes over 0.1 s" in why(argos.translate("slow", "zh", "en"))
    assert time.monotonic() - before < 0.9
