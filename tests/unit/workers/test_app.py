"""The Celery app has the settings that were measured to matter, and shows no password."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from moderation.settings import load_settings
from workers.app import make_app
from workers.logs import OneLine
from workers.runtime import fingerprint

URL = "redis://:hunter2@127.0.0.1:6379/0"


def test_the_settings_that_matter() -> None:
    conf = make_app(load_settings(), URL).conf
    assert conf.accept_content == ["json"]
    assert conf.task_ignore_result
    assert conf.task_acks_late
    assert conf.task_reject_on_worker_lost
    assert conf.worker_enable_remote_control
    assert conf.worker_prefetch_multiplier == 2
    transport = conf.broker_transport_options
    assert transport["visibility_timeout"] == 60
    assert transport["unacked_restore_interval"] == 5
    assert transport["unacked_restore_throttle"] == 1
    assert transport["socket_timeout"] == 10
    assert [queue.name for queue in conf.task_queues] == ["intake", "judge.zh", "judge.en", "judge.world", "publish"]


def test_every_task_has_its_name_and_loads() -> None:
    app = make_app(load_settings(), URL)
    app.loader.import_default_modules()
    names = {name for name in app.tasks if name.startswith("moderation.")}
    assert names == {f"moderation.{name}" for name in ("submit", "detect", "judge", "publish", "sweep", "rejudge")}


def test_no_printed_form_shows_the_password() -> None:
    app = make_app(load_settings(), URL)
    for shown in (repr(app), repr(app.conf), app.conf.humanize(), app.bugreport(), repr(app.connection())):
        assert "hunter2" not in shown


def test_a_line_of_the_log_is_one_line_and_holds_no_message_body() -> None:
    def line(template: str, *words: object, error: BaseException | None = None) -> str:
        trace = (type(error), error, None) if error else None
        return OneLine().format(logging.LogRecord("celery", logging.ERROR, "", 0, template, words, trace))

    assert line("lost: %s\ntrace", "it").endswith("error celery lost: it")
    assert line("went wrong", error=ValueError("secret words")).endswith("went wrong error=ValueError")
    assert "secret" not in line("Can't decode message body: %r [type:%r]", "secret", "json")
    assert "secret" not in line("Could not restore message: %r", {"body": "secret"})
    assert "secret" not in line("unregistered.\n\nThe full contents of the message body was:\n%s", "secret")


def test_a_change_of_the_rule_folder_is_seen(tmp_path: Path) -> None:
    before = fingerprint(tmp_path)
    (tmp_path / "lists").mkdir()
    (tmp_path / "lists" / "a.yaml").write_text("a")
    added = fingerprint(tmp_path)
    (tmp_path / "lists" / "a.yaml").write_text("ab")
    changed = fingerprint(tmp_path)
    (tmp_path / "note.txt").write_text("no rule")
    assert len({before, added, changed}) == 3
    assert fingerprint(tmp_path) == changed


@pytest.mark.slow
def test_a_producer_does_not_load_the_models() -> None:
    code = "import sys, moderation.client; sys.exit(any(m in sys.modules for m in ('torch', 'sklearn', 'numpy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
