"""The plain composition of the same libraries: one Celery task a post, each library as its first page shows it.

langdetect, MiniLM through sentence-transformers, scikit-learn (one vectoriser, one model a category, trained on chance
labels), the shipped pack's words and patterns through ``re``, one row a post in the same kind of store. Run by
``celery -A benchmarks.flow.plain worker``; what it needs comes through the environment.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from celery import Celery
from celery.signals import worker_process_init
from sqlalchemy import Column, Engine, MetaData, Table, Text, create_engine, event

REDIS, STORE, MODEL = "PLAIN_REDIS", "PLAIN_STORE", "PLAIN_MINILM"
THRESHOLD = 0.9

app = Celery("plain", broker=os.environ.get(REDIS))
app.conf.update(task_ignore_result=True, task_acks_late=True, broker_connection_retry_on_startup=True)
table = Table("decided", MetaData(), Column("post", Text, primary_key=True), Column("body", Text, nullable=False))


@app.task
def moderate(post: dict[str, Any]) -> None:
    """Judge one post and write what was decided."""
    import langdetect
    import orjson

    text = "\n".join(filter(None, (post["title"], post["text"])))
    try:
        language = langdetect.detect_langs(text)[0].lang
    except langdetect.LangDetectException:
        language = "und"
    scores = [float(score[0]) for score in _classifier()([text])]
    vector = _minilm().encode(text, show_progress_bar=False)
    hits = [rule for rule, pattern in _patterns() if pattern.search(text)]
    action = "hold" if hits or max(scores) > THRESHOLD or float(vector[0]) > 1 else "approve"
    decision = {"post_id": post["id"], "action": action, "language": language, "scores": scores, "rules": hits}
    with _engine().begin() as connection:
        connection.execute(table.insert(), {"post": post["id"], "body": orjson.dumps(decision).decode()})


@worker_process_init.connect
def _load(**_: Any) -> None:
    import langdetect

    langdetect.DetectorFactory.seed = 0
    langdetect.detect("load the profiles")
    _classifier()
    _minilm()
    _patterns()
    _engine()


@cache
def _classifier() -> Any:
    from benchmarks.tiers.baselines import plain
    from moderation.demo import bundled

    return plain([post.text for post in bundled()])


@cache
def _minilm() -> Any:
    from benchmarks.tiers.baselines import load_minilm

    return load_minilm(Path(os.environ[MODEL]))


@cache
def _patterns() -> list[tuple[str, re.Pattern[str]]]:
    """One alternation for the words of a language, and every pattern."""
    from moderation.bootstrap import build_rules
    from moderation.settings import load_settings

    vocabulary = build_rules(load_settings()).vocabulary
    words: defaultdict[str, list[str]] = defaultdict(list)
    for term in vocabulary.terms:
        words[term.language].append(re.escape(term.text))
    compiled = [(f"words.{language}", re.compile("|".join(some), re.IGNORECASE)) for language, some in words.items()]
    for number, pattern in enumerate(vocabulary.patterns):
        with suppress(re.error):  # what RE2 knows and `re` does not
            compiled.append((f"pattern.{number}", re.compile(pattern.regex, re.IGNORECASE)))
    return compiled


@cache
def _engine() -> Engine:
    engine = create_engine(os.environ[STORE])
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA journal_mode = WAL"))
    return engine
