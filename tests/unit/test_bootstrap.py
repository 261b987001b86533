"""What is loaded and when: lingua where the settings name it and a text needs it, a memory where a rule asks."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import pytest

from moderation import bootstrap
from moderation.domain.errors import UsageError
from moderation.matching.campaigns import MemoryCampaigns
from moderation.pool.counting import MemoryCounters, MemoryFuses
from moderation.settings import LanguageSettings, Settings, load_settings
from tests.unit.policy.building import load, rule

T = TypeVar("T")
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


ASKING = {
    "campaigns": ({"detect": "{invite: {near_duplicates: {within: 1h, distinct_authors: 3}}}"}, MemoryCampaigns),
    "posted": ({"detect": "{invite: {count: {of: posts, by: author, within: 10m}, gte: 5}}"}, MemoryCounters),
    "matched": ({"detect": "{invite: {count: {of: spam.one, by: author, within: 10m}, gte: 5}}"}, MemoryCounters),
    "fuses": ({"breaker": "{share: 0.02, min_hits: 50, window: 10m, distinct: author}"}, MemoryFuses),
}


@pytest.mark.slow
def test_a_memory_is_made_for_what_the_rules_ask_and_only_where_they_do() -> None:
    models = bootstrap.load_models(with_doubtful("none"))
    made: list[object] = []

    def noted(make: Callable[[Sequence[T]], object]) -> Callable[[Sequence[T]], Any]:
        def noting(asked: Sequence[T]) -> object:
            made.append(tuple(asked))
            return make(asked)

        return noting

    memory = bootstrap.Memory(noted(MemoryCampaigns), noted(MemoryCounters), noted(MemoryFuses))
    plain = bootstrap.assemble(models, load(rule()), memory)
    assert [getattr(plain, name) for name in ASKING] == [None] * 4
    assert made == []
    for part, (asking, kind) in ASKING.items():
        rules = load(rule(), rule(id="spam.two", **asking))
        vocabulary = rules.vocabulary
        given = bootstrap.assemble(models, rules, memory)
        assert isinstance(getattr(given, part), kind)
        assert [getattr(given, other) for other in ASKING if other != part] == [None] * 3
        assert made.pop() == tuple(vocabulary.windows or vocabulary.tallies or vocabulary.fuses)
        assert made == []
        one, other = (getattr(bootstrap.assemble(models, rules), part) for _ in range(2))
        assert one is not other, "each pipeline begins with none"
