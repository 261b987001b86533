"""``moderation rules breaker``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from moderation.cli import options
from moderation.cli.display import print_json, print_table, visible
from moderation.cli.rules.common import load
from moderation.domain.errors import NotFound, UsageError
from moderation.domain.language import primary
from moderation.domain.signal import Cut
from moderation.policy.model import RuleSet

if TYPE_CHECKING:
    from moderation.settings import Settings
    from moderation.storage.fuses import RedisFuses

_HEADINGS = {
    "en": ("rule", "language", "since", "hits", "of", "share", "limit", "text"),
    "zh": ("规则", "语言", "起始时间", "命中", "总数", "占比", "上限", "规则内容"),
}
_WORDS = {
    "en": {
        "title": "Rules that are cut off",
        "none": "none",
        "same": "as it was",
        "changed": "changed since, acts again",
        "gone": "no such rule any more",
        "mended": "mended: {rule} acts again in {language}",
        "all": "every language",
    },
    "zh": {
        "title": "已熔断的规则",
        "none": "无",
        "same": "未变",
        "changed": "之后已修改，恢复生效",
        "gone": "规则已不存在",
        "mended": "已恢复：{rule} 在{language}重新生效",
        "all": "所有语言",
    },
}


@click.command()
@click.argument("rule", required=False)
@click.option("--reset", is_flag=True, help="Let RULE act again, and forget what it matched.")
@click.option("--language", help="Reset it in this language alone, such as zh [default: in all].")
@options.rules
@options.common
def breaker(
    rule: str | None,
    reset: bool,
    language: str | None,
    rules: Path | None,
    config: Path | None,
    as_json: bool,
    lang: str,
) -> None:
    """List the rules that their breakers have cut off for matching too much; with --reset let one act again.

    Until then such a rule is recorded in that language and does not act. A rule whose text has changed acts again by
    itself, and is cut off again as soon as the old text comes back.

    \b
    Example:
      moderation rules breaker
      moderation rules breaker ad_diversion.offsite_contact --reset --language zh
    """
    from moderation.settings import load_settings

    settings = load_settings(config)
    if reset and rule is not None:
        _reset(settings, rule, language and primary(language), as_json=as_json, lang=lang)
        return
    if reset or language is not None:
        raise UsageError("which rule acts again? `moderation rules breaker RULE --reset [--language zh]`")
    cuts = [cut for cut in cuts_of(settings) if rule in {None, cut.rule}]
    rule_set = load(rules, config)
    rows = [row_of(cut, rule_set) for cut in cuts]
    if as_json:
        print_json(rows)
        return
    words = _WORDS[lang]
    print_table(words["title"], _HEADINGS[lang], [_cells(row, words) for row in rows], empty=words["none"])


def cuts_of(settings: Settings) -> list[Cut]:
    """What is cut off in the Redis that the workers share."""
    with _opened(settings) as fuses:
        return fuses.state() if fuses is not None else []


def row_of(cut: Cut, rule_set: RuleSet) -> dict[str, Any]:
    """A cut as JSON; ``text`` says whether the rule is still that which was cut: ``same``, ``changed`` or ``gone``."""
    rule = rule_set.rule(cut.rule)
    breaker = rule and rule.breaker
    return {
        "rule": cut.rule,
        "version": cut.version,
        "language": cut.language,
        "since": datetime.fromtimestamp(cut.since, UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "hits": cut.hits,
        "total": cut.total,
        "share": round(cut.hits / max(1, cut.total), 4),
        "limit": breaker and {"share": breaker.share, "min_hits": breaker.least, "window_s": breaker.within_s},
        "distinct": breaker and ("author" if breaker.authors else "post"),
        "text": "gone" if rule is None else "same" if rule.version == cut.version else "changed",
    }


def _cells(row: dict[str, Any], words: dict[str, str]) -> tuple[object, ...]:
    limit = row["limit"]
    return (
        row["rule"],
        row["language"],
        row["since"],
        f"{row['hits']:,}",
        f"{row['total']:,}",
        f"{row['share']:.1%}",
        f"{limit['share']:.1%}, {limit['min_hits']:,}+" if limit else "-",
        words[row["text"]],
    )


def _reset(settings: Settings, rule: str, language: str | None, *, as_json: bool, lang: str) -> None:
    """Let a rule act again; :class:`NotFound` where it is not cut off."""
    with _opened(settings) as fuses:
        mended = fuses.mend(rule, language) if fuses is not None else 0
    if not mended:
        where = f" in `{language}`" if language else ""
        raise NotFound(f"`{rule}` is not cut off{where}; `moderation rules breaker` lists what is")
    if as_json:
        print_json({"rule": rule, "language": language, "mended": mended})
        return
    words = _WORDS[lang]
    click.echo(words["mended"].format(rule=visible(rule), language=visible(language or words["all"])))


@contextmanager
def _opened(settings: Settings) -> Iterator[RedisFuses | None]:
    """The breakers that the workers share; None where no worker has ever run."""
    from moderation.storage.embedded_redis import redis_url, was_started
    from moderation.storage.fuses import RedisFuses

    if settings.redis_url is None and not was_started(settings.home):
        yield None
        return
    with redis_url(settings.redis_url, settings.home) as url:
        fuses = RedisFuses((), url)
        try:
            yield fuses
        finally:
            fuses.close()
