"""A decision for a person: what ``pool show`` and ``review`` say of one."""

from __future__ import annotations

from typing import Any

import click

from moderation.cli.display import visible
from moderation.domain.decision import unmasked


def print_decision(decision: Any, lang: str) -> None:
    """A decision for a person: action, language, why, and notes on customs."""
    language = decision["language"]
    shares = ", ".join(f"{tag} {share:.0%}" for tag, share in language["shares"].items())
    doubt = {"en": " (doubtful)", "zh": "（存疑）"}[lang] if language["doubtful"] else ""
    click.echo(f"  {decision['action']}; {language['tag']}{doubt} {shares}")
    for match in decision["matches"]:
        click.echo(f"  - {match['rule']} ({match['status']}, {match['severity']}): {visible(match['explain'][lang])}")
        for evidence, slices in _seen(match).items():
            click.echo(f"    {_EVIDENCE[lang].get(evidence, evidence)}: {', '.join(slices)}")
    if campaign := campaign_line(decision, lang):
        click.echo(f"  = {campaign}")
    for note in decision["notes"]:
        click.echo(f"  * {note['idiom']}: {visible(note[lang])}")
    for part in decision["unavailable"]:
        click.echo(f"  ! {_UNAVAILABLE[lang]}: {part}")
    if shed := decision.get("shed"):
        click.echo(f"  ! {_SHED[lang]}: {', '.join(shed)}")
    if decision.get("rejudged"):
        click.echo(f"  ! {_REJUDGED[lang]}")


def campaign_line(decision: Any, lang: str) -> str:
    """The near-duplicates of a post for a person; empty where there are none."""
    campaign = decision.get("campaign")
    said = {
        "en": "campaign {id}: {members} posts, {authors} authors",
        "zh": "批量文案 {id}：{members} 条内容，{authors} 个作者",
    }[lang]
    return visible(said.format(**campaign)) if campaign else ""


def _seen(match: Any) -> dict[str, list[str]]:
    """What a rule found by how it was seen, disguises unmasked; a decision of an older version says only the best."""
    seen = match.get("seen") or [[match["evidence"], []]] * len(match["spans"])
    slices: dict[str, list[str]] = {}
    for span, (evidence, chain) in zip(match["spans"], seen, strict=False):
        slices.setdefault(evidence, []).append(f"[{visible(unmasked(span[3], chain))}]")
    return slices


_UNAVAILABLE = {"en": "unavailable", "zh": "未能运行"}
_SHED = {"en": "judged in a surge, to be judged again with", "zh": "激增时判定，其后补判"}
_REJUDGED = {"en": "judged again in full after a surge", "zh": "激增过后的完整重判"}

_EVIDENCE = {
    "en": {},
    "zh": {
        "exact": "原文",
        "folded": "字形归一",
        "squeezed": "去除间隔",
        "leet": "数字代字母",
        "numeral": "数字变体",
        "split": "拆字",
        "homophone": "谐音",
        "lookalike": "形近字",
        "emoji": "表情代字",
        "initials": "拼音首字母",
    },
}
