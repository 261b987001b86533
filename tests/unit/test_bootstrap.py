"""What is loaded and when: lingua where the settings name it and a text needs it, an index where a rule asks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import pytest

from moderation import bootstrap
from moderation.domain.errors import UsageError
from moderation.domain.ports import Campaigns
from moderation.domain.signal import Window
from moderation.matching.campaigns import MemoryCampaigns
from moderation.settings import LanguageSettings, Settings, load_settings
from tests.unit.policy.building import load, rule

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


@pytest.mark.slow
def test_an_index_of_near_duplicates_is_made_for_the_windows_of_the_rules_and_only_where_there_are_any() -> None:
    plain = load(rule())
    asking = load(rule(detect="{invite: {near_duplicates: {within: 1h, distinct_authors: 3}}}"))
    made: list[Sequence[Window]] = []

    def index(windows: Sequence[Window]) -> Campaigns:
        made.append(windows)
        return MemoryCampaigns(windows)

    models = bootstrap.load_models(with_doubtful("none"))
    assert bootstrap.assemble(models, plain, index).campaigns is None
    assert made == []
    assert bootstrap.assemble(models, asking, index).campaigns is not None
    assert made == [(Window(3600.0),)]
    one, other = (bootstrap.assemble(models, asking).campaigns for _ in range(2))
    assert isinstance(one, MemoryCampaigns)
    assert one is not other, "each pipeline begins with none"
