"""Items and views for a person: one block of lines an item."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click

from moderation.cli.decided import Retold
from moderation.cli.display import visible
from moderation.cli.pool.decision import campaign_line, print_decision
from moderation.cli.review.rendering import hidden
from moderation.domain.decision import ACTING
from moderation.domain.review import ReviewItem
from moderation.pool.review.shifts import iso
from moderation.pool.review.view import OverflowSum, Translation, View


def print_item(item: ReviewItem, lang: str, view: View | None = None, retold: Retold | None = None) -> None:
    """The post, why it waits, what there is to know about it, and the lease to decide it with."""
    click.echo(f"#{item.id} {item.post_id} rev {item.revision}; {item.desk} / {item.lane}; P {priority_of(item)}")
    for field in (item.post["title"], item.post["text"]):
        if field:
            click.echo(f"  | {visible(field)}")
    if item.text:
        click.echo(f"  {_WORDS[lang]['appeal']}: {visible(item.text)}")
    if hidden(item):
        click.echo(f"  ! {_WORDS[lang]['blind']}")
    print_decision(item.decision, lang)
    if retold:
        retold.print(lang)
    if view:
        for line in _lines(view, lang):
            click.echo(f"  {visible(line)}")
    if item.lease:
        lease = item.lease
        click.echo(f"  --lease {lease.id} --fence {lease.fence}   ({iso(lease.expires_at)})")


def print_translation(translation: Translation, lang: str) -> None:
    """A machine's translation, marked as one, or why there is none."""
    says = translation.text if translation.text is not None else (translation.failure or {}).get(lang, "-")
    click.echo(f"  {_WORDS[lang]['machine']} ({translation.engine}): {visible(says)}")


def reasons_of(item: ReviewItem, lang: str) -> str:
    """Why an item waits, in a few words."""
    rules = [match["rule"] for match in item.decision["matches"] if match["status"] in ACTING]
    reason = ", ".join(rules) or ", ".join(item.decision["unavailable"]) or "-"
    campaign = campaign_line(item.decision, lang)
    return f"{reason} [{campaign}]" if campaign else reason


def priority_of(item: ReviewItem) -> str:
    """The priority, unless it is hidden: from it the score could be reckoned."""
    return "-" if hidden(item) else f"{item.priority:.1f}"


def span_of(seconds: float) -> str:
    """Minutes or hours.

    >>> span_of(7300), span_of(90), span_of(-60)
    ('2 h', '2 min', '-1 min')
    """
    hours = seconds / 3600
    return f"{hours:.0f} h" if abs(hours) >= 1 else f"{seconds / 60:.0f} min"


def _lines(view: View, lang: str) -> Iterator[str]:
    words = _WORDS[lang]
    if factors := view.factors:
        measured = factors.measured or words["assumed"]
        yield (
            f"P {factors.score:.2f} = p {factors.probability:.2f} x {words['weight']} {factors.weight} x "
            f"{factors.views_per_minute:g} {words['views']} / {factors.handling_s:g} s (n = {measured})"
        )
    needs = ", ".join(f"{action} {level}" for action, level in view.reading.needs.items())
    yield f"{words['needs']}: {needs}; {words['mine']} {view.reading.mine} ({view.reading.basis})"
    if view.overflow:
        yield _overflow_line(view.overflow, words)
    found = {match["category"] for match in view.item.decision["matches"]}
    for policy in (policy for policy in view.policies if policy.category in found):  # scripts read others, too
        yield f"{words['policy']}: {policy.category}@{policy.version} {policy.title[lang]}: {policy.text[lang]}"
    for number, gloss in enumerate(view.gloss, 1):
        chain = f" [{' > '.join(gloss.chain)}]" if gloss.chain else ""
        reading = f" {gloss.reading}" if gloss.reading else ""
        yield f"{number} {gloss.surface}{reading}{chain}: {gloss.sense.get(lang, '')} ({gloss.source})"
    for precedent in view.precedents:
        by = ", ".join(f"{desk} {count}" for desk, count in precedent.by.items())
        kind = words["counter" if precedent.counter else "precedent"]
        yield (
            f"{kind} {precedent.similarity:.0%} {precedent.language} {precedent.post_id}: {precedent.action} "
            f"{precedent.category or '-'} x{precedent.count}, "
            f"{words['upheld']} {precedent.upheld}/{precedent.count} ({by})"
        )
    if author := view.author:
        counts = ", ".join(f"{action} {count}" for action, count in author.verdicts.items()) or "0"
        known = {"days": author.age_days, "strikes": author.strikes, "followers": author.followers}
        about = ", ".join(f"{words[name]} {value}" for name, value in known.items() if value is not None)
        yield f"{words['author']} {author.pseudonym}: {about}; {words['flagged']} {author.flagged} ({counts})"
    if (campaign := view.campaign) and campaign.members > 1:
        counts = f"{campaign.members} {words['undecided']}, {campaign.decided} {words['decided']}"
        yield f"{words['campaign']} {campaign.id}: {counts}"
        for member in campaign.differing:
            yield f"! {words['differs']} {member.post_id}: {member.post['title']} {member.post['text']}"
    for verdict in view.history:
        yield (
            f"D-{verdict.id} {verdict.action} {verdict.category or ''} {words['by']} {verdict.reviewer} "
            f"({verdict.desk}, {verdict.basis}, {verdict.state}) {iso(verdict.at)} {verdict.note}"
        )
    for each in view.passed:
        yield f"{words['passed']} {each['reviewer']}: {each['reason']} {each['note']}"
    for post in view.thread:
        yield f"{words['thread']} {post.get('id', '')}: {post.get('title', '')} {post.get('text', '')}"


def _overflow_line(overflow: OverflowSum, words: Mapping[str, str]) -> str:
    opens = f"{words['opens']} {span_of(overflow.opens_in_s)}" if overflow.opens_in_s else words["open"]
    sign, then = (">", words["lends"]) if overflow.lends else ("<=", words["waits"])
    samples = overflow.samples or words["assumed"]
    return (
        f"{words['overflow']} {overflow.native}: {opens}; {words['wait']} {overflow.wait_cost:,.0f} {sign} "
        f"{words['error']} {overflow.error_delta:+.1%} = {overflow.price:,.0f} (n = {samples}): {then}"
    )


_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "appeal": "the author says",
        "blind": "blind: scores, earlier opinions and the campaign are hidden",
        "machine": "machine translation, unchecked",
        "assumed": "assumed",
        "weight": "severity weight",
        "views": "views/min",
        "needs": "reading that each action needs",
        "mine": "yours",
        "policy": "policy",
        "counter": "counter-example",
        "precedent": "precedent",
        "upheld": "upheld",
        "author": "author",
        "days": "days",
        "strikes": "strikes",
        "followers": "followers",
        "flagged": "flagged",
        "campaign": "campaign",
        "undecided": "undecided",
        "decided": "decided",
        "differs": "differs, open it first:",
        "by": "by",
        "passed": "passed on by",
        "thread": "thread",
        "overflow": "lent by desk",
        "opens": "opens in",
        "open": "open, but behind",
        "wait": "waiting costs views",
        "error": "gloss error",
        "lends": "review it now",
        "waits": "it may wait",
    },
    "zh": {
        "appeal": "作者申诉",
        "blind": "盲审：得分、先前意见和批量信息不显示",
        "machine": "机器翻译，未经人工",
        "assumed": "假定",
        "weight": "严重度权重",
        "views": "次/分",
        "needs": "各处置所需阅读等级",
        "mine": "你的等级",
        "policy": "条款",
        "counter": "反例",
        "precedent": "先例",
        "upheld": "维持",
        "author": "作者",
        "days": "注册天数",
        "strikes": "违规次数",
        "followers": "粉丝",
        "flagged": "被标记",
        "campaign": "批量文案",
        "undecided": "条未判",
        "decided": "条已判",
        "differs": "不同，请先打开：",
        "by": "审核员",
        "passed": "已跳过：",
        "thread": "上下文",
        "overflow": "溢出自审核台",
        "opens": "开班还有",
        "open": "已开班，但积压",
        "wait": "等待代价（次浏览）",
        "error": "看释义的误差",
        "lends": "建议现在审",
        "waits": "可以等待",
    },
}
