"""Settings: the file, then the environment, then the caller; errors name file, line and remedy; secrets stay secret."""

from pathlib import Path

import pytest

from moderation.domain.errors import UsageError
from moderation.policy.yaml import parse
from moderation.settings import ReviewSettings, load_routes, load_settings, load_taxonomy, shipped


def write(folder: Path, text: str, name: str = "moderation.yaml") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def test_the_environment_goes_before_the_file_and_the_caller_before_both(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = write(tmp_path, "workers:\n  batch: 64\n  concurrency: 3\n")
    monkeypatch.setenv("MODERATION_WORKERS__BATCH", "32")
    settings = load_settings(file, home=Path("elsewhere"))
    assert settings.workers.batch == 32
    assert settings.workers.concurrency == 3
    assert settings.home == Path("elsewhere")


def test_the_thresholds_of_a_surge_can_be_set_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATION_WORKERS__SURGE__CALM_S", "3")
    thresholds = load_settings().workers.surge.thresholds()
    assert (thresholds.calm_s, thresholds.busy_pending, thresholds.leave) == (3, 100_000, 0.5)


WRONG = [
    ("worker: {}\n", ":1:", "worker"),
    ("workers:\n  batch: many\n", ":2:", "workers.batch"),
    ("workers:\n  batch: 0\n", ":2:", "workers.batch"),
    ("language:\n  doubtful: both\n", ":2:", "language.doubtful"),
    ("workers:\n  surge:\n    busy_pending: 9\n    surge_pending: 5\n", ":3:", "must not be under"),
    ("workers:\n  surge:\n    leave: 1\n", ":3:", "workers.surge.leave"),
    ("- a\n", ":1", "mapping"),
    ("home: a\nhome: b\n", ":2:", "home"),
    ("home: [\n", ":", ""),
]


@pytest.mark.parametrize(("text", "place", "name"), WRONG)
def test_a_wrong_setting_is_named_with_file_and_line(tmp_path: Path, text: str, place: str, name: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(UsageError) as error:
        load_settings(file)
    assert f"{file}{place}" in str(error.value)
    assert name in str(error.value)


def test_a_wrong_variable_is_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATION_WORKERS__BATCH", "none")
    with pytest.raises(UsageError, match="MODERATION_WORKERS__BATCH"):
        load_settings()


@pytest.mark.parametrize(
    ("text", "variable", "doubtful"),
    [
        ("", "", "lingua"),
        ("language: {doubtful: none}\n", "", "none"),
        ("language: {doubtful: none}\n", "lingua", "lingua"),
        ("", "none", "none"),
    ],
)
def test_who_is_asked_about_texts_in_doubt(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, variable: str, doubtful: str
) -> None:
    monkeypatch.setenv("MODERATION_LANGUAGE__DOUBTFUL", variable)
    assert load_settings(write(tmp_path, text)).language.doubtful == doubtful


def test_a_missing_file_that_was_asked_for_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        load_settings(tmp_path / "absent.yaml")


def test_a_password_never_shows(tmp_path: Path) -> None:
    file = write(tmp_path, "redis_url: redis://:hunter2@127.0.0.1/0\nstore_url: postgresql://u:hunter2@h/d\n")
    settings = load_settings(file)
    assert "hunter2" not in repr(settings)
    assert "hunter2" not in str(settings.model_dump())
    assert settings.redis_url is not None
    assert "hunter2" in settings.redis_url.get_secret_value()


def test_the_shipped_configuration_is_whole() -> None:
    assert len(load_taxonomy().categories) == 14
    assert load_routes().desks["*"] == "en"


def test_routes_need_a_default(tmp_path: Path) -> None:
    write(tmp_path, "routes: {zh: zh}\ndesks: {'*': en}\n", "routes.yaml")
    with pytest.raises(UsageError, match="routes: needs a line"):
        load_routes(tmp_path)


def test_the_desks_go_by_the_settings(tmp_path: Path) -> None:
    file = tmp_path / "moderation.yaml"
    file.write_text("review: {lease_s: 90, undo_s: 0, overflow: {error: {gloss: .07}, cost: 100}, keys: {remove: r}}\n")
    review = load_settings(file).review
    limits = review.limits()
    assert (limits.lease_s, limits.undo_s, limits.load_limit, limits.error_cost) == (90.0, 0.0, 120.0, 100.0)
    assert limits.errors == {"read": 0.02, "gloss": 0.07, "translation": 0.06, "pattern": 0.08}
    assert review.keys == {"remove": "r"}


def test_the_secrets_of_the_desks_never_show(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATION_REVIEW__PSEUDONYM_KEY", "hush" * 8)
    monkeypatch.setenv("MODERATION_REVIEW__TRANSLATE__KEY", "hush-hush")
    monkeypatch.setenv("MODERATION_REVIEW__TRANSLATE__URL", "http://me:hush@localhost:5000")
    settings = load_settings()
    assert "hush" not in repr(settings)
    assert "hush" not in str(settings.model_dump())
    assert settings.review.pseudonym_key is not None
    assert settings.review.pseudonym_key.get_secret_value() == "hush" * 8


@pytest.mark.parametrize(
    "value",
    [
        "{undo_s: -1}",
        "{lease_s: 0}",
        "{lease_s: .inf}",  # nobody could ever take the item again
        "{undo_s: .inf}",  # no verdict would ever take effect
        "{load_limit: .nan}",
        "{overflow: {cost: .inf}}",
        "{load_limit: 0}",
        "{overflow: {error: {read: 2}}}",
        "{translate: {engine: guess}}",
        "{pseudonym_key: short}",
    ],
)
def test_a_desk_that_cannot_work_is_refused(tmp_path: Path, value: str) -> None:
    file = tmp_path / "moderation.yaml"
    file.write_text(f"review: {value}\n")
    with pytest.raises(UsageError, match=r"moderation.yaml:1:.*review") as refused:
        load_settings(file)
    assert "short;" not in str(refused.value)  # a key is not repeated in an error


def test_every_setting_of_the_desks_stands_in_the_shipped_file_with_its_default() -> None:
    shipped_file = parse((shipped("configs") / "moderation.yaml").read_text(encoding="utf-8"), "moderation.yaml").value
    assert ReviewSettings.model_validate(shipped_file["review"]) == ReviewSettings()
    assert shipped_file["review"] == ReviewSettings().model_dump()
