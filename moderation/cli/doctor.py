"""``moderation doctor``: is everything there that the pipeline needs, and what to do where it is not."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, suppress
from datetime import UTC, datetime
from pathlib import Path

import click

from moderation.cli import options
from moderation.cli.display import print_json, print_table, visible
from moderation.domain.errors import ModerationError, ServiceUnavailable, UsageError
from moderation.settings import Settings, load_routes, load_settings, load_taxonomy

ANSWER_S = 1.0
"""How long workers are given to answer."""
LEAST_FREE = 0.1
LEAST_BYTES = 1e9
LARGEST_SKEW_S = 2.0


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
        for part, ok, says in findings:  # a table cuts a long line at its end, where the remedy stands
            if not ok:
                click.echo(f"\n{part}: {visible(says)}")
    if not all(ok for _, ok, _ in findings):
        sys.exit(1)


def _examine(settings: Settings) -> Iterator[tuple[str, bool, str]]:
    from moderation.storage.embedded_redis import redis_url

    asked: dict[str, str | None] = {}  # the services, and what is wrong with each
    with ExitStack() as stack:
        with suppress(ServiceUnavailable):  # the check of the broker says it; an embedded one is started once for all
            stack.enter_context(redis_url(settings.redis_url, settings.home))
        for part, check, *services in CHECKS:
            away = next((service for service in services if asked.get(service)), None)
            if away:
                yield part, False, f"not looked at, since the {away} does not answer: mend that first"
                continue
            try:
                yield part, True, check(settings)
                asked[part] = None
            except ModerationError as error:
                yield part, False, str(error)
                asked[part] = str(error)


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
    from moderation.storage.stream import ping

    with _redis(settings) as url:
        return ping(url)


def _queues(settings: Settings) -> str:
    from workers.app import make_app
    from workers.broker import depths, in_hand

    with _redis(settings) as url:
        app = make_app(settings, url)
        found, held = depths(app), in_hand(app)
    now = time.time()
    ages = {queue: now - depth.oldest for queue, depth in found.items() if depth.oldest is not None}
    says = ", ".join(
        f"{queue} {depth.ready:,} + {held[queue]:,}" + (f" (oldest {ages[queue]:.0f} s)" if queue in ages else "")
        for queue, depth in found.items()
        if depth.ready or held[queue]
    )
    says = f"messages ready + in hand: {says}" if says else "empty"
    late = [queue for queue, age in ages.items() if age > settings.workers.stale_after_s]
    if late:
        raise ModerationError(
            f"{says}; posts wait too long: start more `moderation worker --queues {','.join(late)}`, "
            f"{_see('queue-old')}"
        )
    return says


def _workers(settings: Settings) -> str:
    from workers.app import make_app
    from workers.broker import depths

    with _redis(settings) as url:
        app = make_app(settings, url)
        ready = {queue: depth.ready for queue, depth in depths(app).items()}
        answers = app.control.inspect(timeout=ANSWER_S).active_queues() or {}
    served = {queue["name"] for queues in answers.values() for queue in queues}
    says = f"{len(answers)} that answer: {', '.join(sorted(answers))}" if answers else "none answers"
    left = [queue for queue, number in ready.items() if number and queue not in served]
    if left:
        raise ModerationError(
            f"{says}; messages wait in {', '.join(left)} and nobody takes them: start "
            f"`moderation worker --queues {','.join(left)}`, {_see('no-progress')}"
        )
    return says


def _pool(settings: Settings) -> str:
    from moderation.bootstrap import open_store

    store = open_store(settings)
    try:
        backlog = store.backlog(time.time())
    finally:
        store.close()
    oldest = backlog.oldest_pending_s or 0.0
    age = f" (oldest {oldest:.0f} s)" if backlog.pending else ""
    says = (
        f"{backlog.pending:,} pending{age}, {backlog.unpublished:,} unpublished, "
        f"{sum(backlog.open.values()):,} review items open, {sum(backlog.overdue.values()):,} over their time"
    )
    if life := sum(number for (_, lane), number in backlog.overdue.items() if lane == "life"):
        raise ModerationError(
            f"{says}; {life:,} of the lane life are: `moderation review queue` shows them first, "
            f"{_see('life-lane-past-due')}"
        )
    if oldest > 2 * settings.workers.stale_after_s:
        raise ModerationError(
            f"{says}; they were enqueued twice and are not judged: see `workers` and `queues` here, "
            f"{_see('no-progress')}"
        )
    return says


def _surge(settings: Settings) -> str:
    from moderation.pool.surge import State
    from moderation.storage.surge import RedisSurge

    with _redis(settings) as url:
        surge = RedisSurge(url)
        try:
            standing = surge.standing()
        finally:
            surge.close()
    if not standing.since:
        return standing.state.name
    says = f"{standing.state.name} since {datetime.fromtimestamp(standing.since, UTC):%Y-%m-%d %H:%M:%S} UTC"
    if standing.state is State.surge:
        raise ModerationError(f"{says}; posts are judged in a hurry: add workers, {_see('surge-lasts')}")
    return says


def _disk(settings: Settings) -> str:
    folder = next(place for place in (settings.home.absolute(), *settings.home.absolute().parents) if place.exists())
    disk = shutil.disk_usage(folder)
    says = f"{disk.free / 1e9:.1f} GB of {disk.total / 1e9:.1f} free at {folder}"
    if disk.free < LEAST_FREE * disk.total or disk.free < LEAST_BYTES:
        raise ModerationError(f"{says}; make room, or give a larger MODERATION_HOME, {_see('disk-nearly-full')}")
    return says


def _clock(settings: Settings) -> str:
    from moderation.storage.clock import postgres_skew, redis_skew

    skews = {}
    with _redis(settings) as url:
        skews["Redis"] = redis_skew(url)
    store = settings.store_url.get_secret_value() if settings.store_url else ""
    if store.startswith("postgres"):
        skews["PostgreSQL"] = postgres_skew(store)
    says = ", ".join(f"{service} {skew:+.2f} s" for service, skew in skews.items())
    if any(abs(skew) > LARGEST_SKEW_S for skew in skews.values()):
        raise ModerationError(f"{says}; let every machine keep its time by NTP: leases and windows go by it")
    return says


def _redis(settings: Settings) -> AbstractContextManager[str]:
    from moderation.storage.embedded_redis import redis_url

    return redis_url(settings.redis_url, settings.home)


def _see(runbook: str) -> str:
    return f"see docs/operations/runbooks/{runbook}.md"


def _breakers(settings: Settings) -> str:
    from moderation.bootstrap import build_rules
    from moderation.cli.rules.breaker import cuts_of

    running = {(rule.id, rule.version) for rule in build_rules(settings).rules}
    cuts = [f"{cut.rule} ({cut.language})" for cut in cuts_of(settings) if (cut.rule, cut.version) in running]
    if not cuts:
        return "no rule is cut off"
    return f"{len(cuts)} cut off: {', '.join(cuts)}; see `moderation rules breaker`"


# Part, its check, and the parts that must be well for it to be looked at.
CHECKS: tuple[tuple[str, Callable[[Settings], str], *tuple[str, ...]], ...] = (
    ("configuration", _configuration),
    ("rules", _rules),
    ("language", _language),
    ("models", _models),
    ("disk", _disk),
    ("store", _store),
    ("pool", _pool, "store"),
    ("broker", _broker),
    ("queues", _queues, "broker"),
    ("workers", _workers, "broker"),
    ("surge", _surge, "broker"),
    ("breakers", _breakers, "broker", "rules"),
    ("clock", _clock, "broker", "store"),
)
