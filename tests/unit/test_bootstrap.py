"""What is loaded and when: lingua only where the settings name it, and only when a text needs it."""

from __future__ import annotations

import subprocess
import sys

import pytest

from moderation import bootstrap
from moderation.domain.errors import UsageError
from moderation.settings import LanguageSettings, Settings, load_settings

DOUBTFUL = "ok la"


def with_doubtful(doubtful: str) -> Settings:
    return load_settings(language=LanguageSettings.model_validate({"doubtful": doubtful}))


def test_decisions_name_the_detectors_data_and_who_is_asked() -> None:
    plain, asking = (bootstrap.detector_version(with_doubtful(name)) for name in ("none", "lingua"))
    assert len(plain) == 12
    assert asking == f"{plain}+lingua-{bootstrap.lingua_version()}"


def test_a_package_that_is_missing_is_named_with_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "LINGUA", "a-package-that-nobody-has")
    with pytest.raises(UsageError, match=r"not installed.*doubtful: none.*MODERATION_LANGUAGE__DOUBTFUL=none"):
        bootstrap.load_detector(with_doubtful("lingua"))


@pytest.mark.slow
@pytest.mark.parametrize(("doubtful", "loaded"), [("none", [False, False, False]), ("lingua", [False, False, True])])
def test_lingua_is_loaded_when_a_text_is_in_doubt(doubtful: str, loaded: list[bool]) -> None:
    code = (
        "import sys; from moderation.bootstrap import load_detector; from moderation.domain.post import Post;"
        "from moderation.settings import load_settings; seen = [];"
        "detector = load_detector(load_settings()); seen.append('lingua' in sys.modules);"
        "detector([Post('sure', 'this is a plain English sentence about the weather')]);"
        "seen.append('lingua' in sys.modules);"
        f"detector([Post('doubtful', {DOUBTFUL!r})]); seen.append('lingua' in sys.modules); print(seen)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"MODERATION_LANGUAGE__DOUBTFUL": doubtful, "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(loaded)
