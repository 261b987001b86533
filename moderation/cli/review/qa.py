"""``moderation review qa``: how well the desks read, and whether they read alike."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import click

from moderation.cli.callers import Call, called
from moderation.cli.display import print_json, print_table
from moderation.cli.files import open_input
from moderation.cli.groups import InOrder
from moderation.cli.times import span

if TYPE_CHECKING:
    from moderation.pool.review.known import Known
    from moderation.reports.agreement import Estimate

window_option = click.option("--window", type=span, default="30d", show_default=True, help="How far back: 8h, 30d.")


@click.group("qa", cls=InOrder)
def command() -> None:
    """Let decided posts be read again blindly, and see how the readings agree. For leads and auditors.

    \b
    Example:
      moderation review qa sample --window 8h
      moderation review qa kappa
    """


@command.command()
@window_option
@click.option("--after", type=click.IntRange(0), default=0, help="Only verdicts after this one: `last` of a call.")
@called
def sample(call: Call, window: float, after: int) -> None:
    """Open a blind item for 5% of the verdicts, and one with a known answer for 2% of them. Again: the same ones.

    \b
    Example:
      moderation review qa sample --window 8h --json
    """
    from moderation.pool.review import quality
    from moderation.pool.review.access import permit
    from moderation.pool.review.known import known_answers
    from moderation.settings import load_routes

    with call.office() as (office, who):
        permit(who, "qa")
        store, now = office.store, office.clock()
        readers = store.reviewers() or [who]
        sampled = quality.sample(
            store,
            office.key,
            readers,
            now,
            desks=load_routes().desks,
            since=now - window,
            after=after,
            golden=known_answers(store, now - window),
        )
    call.say(
        {
            "verdicts": sampled.verdicts,
            "blind": len(sampled.blind),
            "golden": len(sampled.golden),
            "last": sampled.last,
        },
        en=f"{sampled.verdicts} verdicts: {len(sampled.blind)} blind and {len(sampled.golden)} golden items opened",
        zh=f"{sampled.verdicts} 条判定：已开 {len(sampled.blind)} 个盲审项、{len(sampled.golden)} 个已知答案项",
    )


@command.command()
@click.argument("file", required=False, type=click.Path(allow_dash=True))
@window_option
@called
def golden(call: Call, file: str | None, window: float) -> None:
    """Open items whose answer is known: those of a file, or what appeals and blind readings have settled.

    Each line of the file is {"post_id": "n-1", "action": "remove", "category": "scam"}, or it is a list in YAML.

    \b
    Example:
      moderation review qa golden answers.yaml
    """
    from moderation.pool.review.access import permit
    from moderation.pool.review.known import known_answers, read_golden
    from moderation.pool.review.quality import ask_golden
    from moderation.settings import load_routes

    with call.office() as (office, who):
        permit(who, "qa")
        store, now = office.store, office.clock()
        answers: list[Known]
        if file is None:
            answers = known_answers(store, now - window)
        else:
            with open_input(file) as stream:
                answers = read_golden(stream.read(), file)
        desks = load_routes().desks
        opened = [item for known in answers if (item := ask_golden(store, known, now, desks)) is not None]
    call.say(
        {"known": len(answers), "opened": len(opened)},
        en=f"{len(opened)} of {len(answers)} known answers are items now; the others were before",
        zh=f"{len(answers)} 个已知答案中新开 {len(opened)} 个审核项，其余此前已开",
    )


@command.command()
@window_option
@called
def kappa(call: Call, window: float) -> None:
    """Say how the desks agree by category and language, with intervals; exit 1 where they differ too often.

    \b
    Example:
      moderation review qa kappa --window 30d --json
    """
    from moderation.pool.review.access import permit
    from moderation.pool.review.pairs import contested, pairs
    from moderation.reports.agreement import agreement

    with call.office() as (office, who):
        permit(who, "qa")
        since = office.clock() - window
        rows, disputed = agreement(pairs(office.store, since)), contested(office.store, since)
    if call.as_json:
        differ = [
            {"kind": one.kind, "id": one.id, "contested": one.contested, **one.differ.to_json()} for one in disputed
        ]
        print_json({"v": 1, "rows": [row.to_json() for row in rows], "differ": differ})
    else:
        words = _WORDS[call.lang]
        print_table(
            words["agreement"],
            [*(words[name] for name in ("category", "language", "desks", "n", "same")), "kappa", "alpha", "AC1"],
            [
                (r.category, r.language, r.desks, r.n, f"{r.observed:.0%}", *map(_told, (r.kappa, r.alpha, r.ac1)))
                for r in rows
            ],
            empty=words["none"],
        )
        for one in disputed:
            if one.contested:
                click.echo(f"{words['contested']}: {one.kind} {one.id}, {one.differ.rate:.0%} (n = {one.differ.n})")
    if any(one.contested for one in disputed):
        sys.exit(1)


@command.command()
@window_option
@called
def precision(call: Call, window: float) -> None:
    """Say of each rule and language how much of what it found people found, too.

    \b
    Example:
      moderation review qa precision --window 30d
    """
    from moderation.pool.review import feedback
    from moderation.pool.review.access import permit

    with call.office() as (office, who):
        permit(who, "qa")
        rows = feedback.precision(office.store, office.clock() - window)
    if call.as_json:
        print_json({"v": 1, "rows": [row.to_json() for row in rows]})
        return
    words = _WORDS[call.lang]
    print_table(
        words["precision"],
        tuple(words[name] for name in ("rule", "language", "n", "right", "low", "enough")),
        [
            (r.rule, r.language, r.right.n, f"{r.right.rate:.0%}", f"{r.right.interval[0]:.0%}", words[str(r.enough)])
            for r in rows
        ],
        empty=words["none"],
    )


def _told(estimate: Estimate) -> str:
    value, low, high = estimate
    return "-" if value is None else f"{value:.2f} [{low:.2f}, {high:.2f}]"


_WORDS = {
    "en": {
        "agreement": "Agreement of two blind readings",
        "category": "policy",
        "language": "language",
        "desks": "desks",
        "n": "n",
        "same": "same",
        "none": "none",
        "contested": "contested",
        "precision": "What people made of what rules found",
        "rule": "rule",
        "right": "violates",
        "low": "at least",
        "enough": "enough to say so",
        "True": "yes",
        "False": "no",
    },
    "zh": {
        "agreement": "两次盲审的一致性",
        "category": "条款",
        "language": "语言",
        "desks": "审核台",
        "n": "数量",
        "same": "一致",
        "none": "无",
        "contested": "有争议",
        "precision": "规则命中后的人工结论",
        "rule": "规则",
        "right": "违规",
        "low": "至少",
        "enough": "样本足够",
        "True": "是",
        "False": "否",
    },
}
