"""``moderation doctor``: is everything there that the pipeline needs, and what to do where it is not."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import click

from moderation.cli import options
from moderation.cli.display import print_json, print_table
from moderation.domain.errors import ModerationError, UsageError
from moderation.settings import Settings, load_routes, load_settings, load_taxonomy


@click.command()
@options.common
def command(config: Path | None, as_json: bool, lang: str) -> None:
    """Look for what is wrong with this installation; exit 1 when something is.

    \b
    Example:
      moderation doctor --json
    """
    findings = list(_examine(load_settings(config)))
    if as_json:
        print_json([{"part": part, "ok": ok, "says": says} for part, ok, says in findings])
    else:
        titles = {"en": ("Doctor", "part", "ok", "says"), "zh": ("体检", "部件", "正常", "说明")}
        title, *headings = titles[lang]
        yes, no = {"en": ("yes", "NO"), "zh": ("是", "否")}[lang]
        print_table(title, headings, [(part, yes if ok else no, says) for part, ok, says in findings])
    if not all(ok for _, ok, _ in findings):
        sys.exit(1)


def _examine(settings: Settings) -> Iterator[tuple[str, bool, str]]:
    checks: dict[str, Callable[[Settings], str]] = {
        "configuration": _configuration,
        "rules": _rules,
        "language": _language,
        "models": _models,
        "store": _store,
        "broker": _broker,
        "breakers": _breakers,
    }
    for part, check in checks.items():
        try:
            yield part, True, check(settings)
        except ModerationError as error:
            yield part, False, str(error)


def _configuration(settings: Settings) -> str:
    taxonomy, routes = load_taxonomy(), load_routes()
    return f"home {settings.home}; {len(taxonomy.categories)} categories; {len(routes.routes)} routes"


def _rules(settings: Settings) -> str:
    from moderation.bootstrap import build_rules

    rules = build_rules(settings)
    vocabulary = rules.vocabulary
    today = datetime.now(UTC).date()
    expired = [rule.id for rule in rules.rules if rule.expires and rule.expires < today]
    says = (
        f"{len(rules.rules)} rules, {len(vocabulary.terms)} terms, {len(vocabulary.patterns)} patterns, "
        f"{len(vocabulary.windows)} windows of near-duplicates; {rules.digest}"
    )
    return f"{says}; expired and run as shadow: {', '.join(expired)}" if expired else says


def _language(settings: Settings) -> str:
    from moderation.bootstrap import LINGUA, detector_version, lingua_version, load_detector

    started = time.perf_counter()
    load_detector(settings, forks=True)
    loaded = f"profiles {detector_version(settings)}; loaded in {time.perf_counter() - started:.1f} s"
    if settings.language.doubtful == "lingua":
        return f"texts in doubt are shown to lingua {lingua_version()}; {loaded}"
    try:
        there = f"lingua {lingua_version()} is installed"
    except UsageError:
        there = f"{LINGUA} is not installed"
    return f"light: texts in doubt stay so (language.doubtful is none; {there}); {loaded}"


def _models(settings: Settings) -> str:
    from moderation.bootstrap import build_pipeline
    from moderation.domain.post import Post

    started = time.perf_counter()
    pipeline = build_pipeline(settings)
    loaded = time.perf_counter()
    decision = pipeline([Post(id="doctor", text="Hello! 大家好")])[0]
    if decision.unavailable:
        raise ModerationError(f"unavailable: {', '.join(decision.unavailable)}; see the log for why")
    names = ", ".join(f"{name} {version}" for name, version in decision.versions.models.items())
    return f"{names}; loaded in {loaded - started:.1f} s, one post in {1000 * (time.perf_counter() - loaded):.0f} ms"


def _store(settings: Settings) -> str:
    from moderation.bootstrap import open_store

    store = open_store(settings)
    try:
        counts = store.status(time.time())
    finally:
        store.close()
    return f"{sum(counts.posts.values()):,} posts, {counts.dead_letters:,} dead letters"


def _broker(settings: Settings) -> str:
    from moderation.storage.embedded_redis import redis_url
    from moderation.storage.stream import ping

    with redis_url(settings.redis_url, settings.home) as url:
        return ping(url)


def _breakers(settings: Settings) -> str:
    from moderation.bootstrap import build_rules
    from moderation.cli.rules.breaker import cuts_of

    running = {(rule.id, rule.version) for rule in build_rules(settings).rules}
    cuts = [f"{cut.rule} ({cut.language})" for cut in cuts_of(settings) if (cut.rule, cut.version) in running]
    if not cuts:
        return "no rule is cut off"
    return f"{len(cuts)} cut off: {', '.join(cuts)}; see `moderation rules breaker`"
