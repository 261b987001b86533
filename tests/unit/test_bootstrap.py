"""What is loaded and when: lingua where the settings name it and a text needs it, a memory where a rule asks."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copytree
from threading import Barrier
from typing import Any, TypeVar

import pytest

from moderation import bootstrap
from moderation.domain.decision import Action, Match, Seen
from moderation.domain.errors import PolicyStale, UsageError
from moderation.domain.signal import Evidence
from moderation.domain.taxonomy import Severity
from moderation.domain.text import Span
from moderation.matching.campaigns import MemoryCampaigns
from moderation.pool.counting import MemoryCounters, MemoryFuses
from moderation.settings import LanguageSettings, Settings, load_settings, shipped
from moderation.storage.memory import MemoryStore
from tests.support.builders import a_decision, a_post
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


def test_an_office_opens_over_a_store_and_keeps_its_key(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home")
    office = bootstrap.open_office(settings, MemoryStore(), clock=lambda: 5.0)
    file = tmp_path / "home" / "pseudonyms.key"
    assert len(office.key) == bootstrap.KEY_BYTES
    assert office.key == file.read_bytes() == bootstrap.open_office(settings, MemoryStore()).key
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in file.parent.iterdir()] == ["pseudonyms.key"]
    assert office.clock() == 5.0
    assert office.policies.keys() == office.taxonomy.categories.keys()
    assert office.translator.translate("hello", "en", "zh").text is None


def test_of_many_who_make_the_key_at_once_all_have_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.getpid", lambda: 7)  # as in containers that share a home
    together = Barrier(16)

    def make(_: int) -> bytes:
        together.wait()
        return bootstrap.pseudonym_key(load_settings(home=tmp_path / "home"))

    with ThreadPoolExecutor(16) as pool:
        assert len(set(pool.map(make, range(16)))) == 1
    (file,) = (tmp_path / "home").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600


def test_what_a_crash_left_is_nobodys_key(tmp_path: Path) -> None:
    left = tmp_path / f"pseudonyms.{os.getpid()}.tmp"
    left.write_bytes(b"k" * 32)
    left.chmod(0o644)
    key = bootstrap.pseudonym_key(load_settings(home=tmp_path))
    assert key != b"k" * 32
    assert (tmp_path / "pseudonyms.key").stat().st_mode & 0o777 == 0o600


def test_the_key_of_the_settings_goes_before_that_of_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATION_REVIEW__PSEUDONYM_KEY", "k" * 32)
    assert bootstrap.pseudonym_key(load_settings(home=tmp_path / "home")) == b"k" * 32
    assert not (tmp_path / "home").exists()


def test_a_key_that_cannot_be_used_is_named_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "pseudonyms.key").write_bytes(b"short")
    with pytest.raises(UsageError, match=r"pseudonyms.key: has 5 bytes, not 32"):
        bootstrap.pseudonym_key(load_settings(home=tmp_path))
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=r"MODERATION_REVIEW__PSEUDONYM_KEY"):
        bootstrap.pseudonym_key(load_settings(home=tmp_path / "file"))


def test_a_policy_that_changes_while_a_screen_is_open_holds_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copytree(shipped("configs"), tmp_path / "configs")
    monkeypatch.chdir(tmp_path)
    office = bootstrap.open_office(load_settings(home=tmp_path / "home"), MemoryStore())
    before = office.policies["scam"].version
    office.policies.check("scam", before)
    file = tmp_path / "configs" / "policies.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text("scam: {en: [", encoding="utf-8")  # half written
    assert office.policies.check("scam", before).version == before
    file.write_text(text.replace(before, "2031-01-02"), encoding="utf-8")
    with pytest.raises(PolicyStale, match="scam@2031-01-02"):
        office.policies.check("scam", before)
    file.unlink()
    assert office.policies["scam"].version == "2031-01-02"


def test_words_are_read_when_the_first_item_asks(tmp_path: Path) -> None:
    text = "加V wx_123"
    post = a_post(text=text)
    match = Match(
        "ad_diversion.a", "1", "enforce", "ad_diversion", Severity.medium, (Span("text", 0, 2, "加V"),),
        Evidence.exact, {"en": "Invites elsewhere", "zh": "引流"}, (Seen(Evidence.exact, ("加V", "加微信")),),
    )  # fmt: skip
    decision = a_decision(post, Action.hold, language="zh-Hans", matches=(match,))
    office = bootstrap.open_office(load_settings(home=tmp_path), MemoryStore())
    (gloss,) = office.glossary.gloss(post.to_json(), decision.to_json())
    assert gloss.surface == "加V"
    assert gloss.sense["en"]
    assert list(office.glossary.notes(decision.to_json())) == []
